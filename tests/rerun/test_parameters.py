"""What is given for parameters is read as YAML, is of the default's kind, and has a name that the notebook knows."""

from pathlib import Path
from typing import Any

import pytest

from simlib.errors import InputError
from simlib.rerun.notebooks import Notebook, read_notebook
from simlib.rerun.parameters import defaults_of, given_parameters
from tests.rerun.tiny import write_notebook


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    return read_notebook(write_notebook(tmp_path / "tiny.ipynb"))


def test_defaults_are_read_without_running_anything(notebook: Notebook) -> None:
    expected = {"scenario": "baseline", "draws": 2, "share": 0.5, "years": [2016, 2018], "pinned": None}
    assert defaults_of(notebook) == expected


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("draws=200", 200),
        ("draws = 1_000 ", 1000),
        ("share=1", 1.0),
        ("share=.25", 0.25),
        ("scenario=full_package", "full_package"),
        ("scenario='late money'", "late money"),
        ("scenario=no", "no"),
        ("scenario=2018", "2018"),
        ("scenario=a=b", "a=b"),
        ("years=[2017]", [2017]),
        ("pinned=baseline", "baseline"),
        ("pinned=3", 3),
    ],
)
def test_values_are_read_as_yaml_and_texts_stay_texts(notebook: Notebook, word: str, value: Any) -> None:
    (found,) = given_parameters(notebook, [word]).values()
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["drws=3"], "tiny has no parameter 'drws'; it takes scenario, draws, share, years, pinned"),
        (["draws=many"], "-p draws: seen 'many', wanted a number without a fraction, as in draws=2"),
        (["draws=2.5"], "-p draws: seen '2.5', wanted a number without a fraction"),
        (["draws=true"], "-p draws: seen 'true', wanted a number without a fraction"),
        (["share=true"], "-p share: seen 'true', wanted any number, as in share=0.5"),
        (["years=2017"], r"-p years: seen '2017', wanted a list, as in years=\[2016, 2018\]"),
        (["years=[2016-01-01]"], "wanted a plain value"),
        (["pinned={a: 1}"], "wanted a plain value"),
        (["draws=[1"], "cannot be read as YAML"),
        (["draws"], "-p draws: wanted NAME=VALUE"),
        (["=3"], "-p =3: wanted NAME=VALUE"),
        (["draws=3", "draws=4"], "-p draws: given 2 times"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(notebook: Notebook, words: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        given_parameters(notebook, words)


def test_a_notebook_without_parameters_names_those_that_have_some(tmp_path: Path) -> None:
    plain = read_notebook(write_notebook(tmp_path / "plain.ipynb", parameters=None))
    assert given_parameters(plain, []) == {}
    with pytest.raises(InputError, match=r"plain has no parameter 'draws'; it takes none; those that do: .*06_one_village_one_household"):
        given_parameters(plain, ["draws=3"])


@pytest.mark.parametrize("cell", ["import os", "a = b = 1", "a = 1 + x", "a, b = 1, 2", "a ="])
def test_a_cell_of_parameters_only_gives_names_to_plain_values(tmp_path: Path, cell: str) -> None:
    spoilt = read_notebook(write_notebook(tmp_path / "spoilt.ipynb", parameters=cell))
    with pytest.raises(InputError, match="may only give names to plain values"):
        defaults_of(spoilt)
