"""Notebooks are found by name or path, and what is none is refused."""

from pathlib import Path

import pytest

from simlib.errors import InputError
from simlib.rerun.notebooks import FOLDER, bundled, find_notebook, read_notebook
from tests.rerun.tiny import CELL, write_notebook


def test_a_notebook_of_the_checkout_goes_by_its_name() -> None:
    assert find_notebook("03_against_history") == FOLDER / "03_against_history.ipynb"
    assert find_notebook("03_against_history.ipynb") == FOLDER / "03_against_history.ipynb"
    assert list(bundled()) == sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def test_a_path_goes_before_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "03_against_history.ipynb")
    assert find_notebook("03_against_history.ipynb") == Path("03_against_history.ipynb")


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(InputError, match="no notebook 03_against_histry; did you mean '03_against_history'"):
        find_notebook("03_against_histry")


def test_an_installed_package_has_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none comes with an installed package: give its path"):
        find_notebook("03_against_history", folder=tmp_path)


@pytest.mark.parametrize(
    "content", ["no json", "[]", '{"cells": []}', '{"nbformat": 4, "nbformat_minor": 5, "cells": [{"cell_type": "odd"}]}']
)
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "one.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"one\.ipynb cannot be read as a notebook"):
        read_notebook(path)


def test_the_tagged_cell_has_the_parameters(tmp_path: Path) -> None:
    assert read_notebook(write_notebook(tmp_path / "one.ipynb")).parameters == CELL
    assert read_notebook(write_notebook(tmp_path / "two.ipynb", parameters=None)).parameters is None
