"""A rerun's id changes with whatever made it, and with nothing else."""

import dataclasses
from pathlib import Path

import pytest

from simlib.rerun.notebooks import read_notebook
from simlib.rerun.parameters import Value, defaults_of
from simlib.rerun.stamp import Stamp, stamp_of
from tests.rerun.tiny import write_notebook

MACHINERY = {"package": "sha256:0", "versions": dict.fromkeys(("simlib", "python", "numpy", "numba", "pandas"), "1")}


def stamp(folder: Path, **given: Value) -> Stamp:
    notebook = read_notebook(write_notebook(folder / "tiny.ipynb"))
    return stamp_of(notebook, defaults_of(notebook), given, MACHINERY)


def test_the_default_given_is_the_default(tmp_path: Path) -> None:
    plain, same = stamp(tmp_path), stamp(tmp_path, draws=2)
    assert plain.id == same.id
    assert plain.changed == same.changed == frozenset()


def test_the_id_hangs_on_all_that_made_it(tmp_path: Path) -> None:
    plain = stamp(tmp_path)
    other = [
        stamp(tmp_path, draws=3),
        dataclasses.replace(plain, package="sha256:1"),
        dataclasses.replace(plain, notebook_hash="sha256:1"),
        dataclasses.replace(plain, files={"scenario": "sha256:1"}),
    ]
    assert len({plain.id, *(one.id for one in other)}) == len(other) + 1


def test_a_file_that_is_named_counts_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    plan = tmp_path / "plan.yaml"
    plan.write_text("base: baseline", encoding="utf-8")
    first = stamp(tmp_path, scenario="plan.yaml")
    plan.write_text("base: full_package", encoding="utf-8")
    second = stamp(tmp_path, scenario="plan.yaml")
    assert first.id != second.id
    assert set(second.files) == {"scenario"}
    assert str(tmp_path) not in second.text(None)


def test_it_says_what_was_changed_and_what_failed(tmp_path: Path) -> None:
    said = stamp(tmp_path, draws=3).text("cell 2 of 3 failed: ValueError: no")
    assert "| `draws` | `3` | changed (已改) |" in said
    assert "| `scenario` | `'baseline'` | as stored (未改) |" in said
    assert "Not finished (未完成): cell 2 of 3 failed: ValueError: no" in said
    assert "Not finished" not in stamp(tmp_path).text(None)
