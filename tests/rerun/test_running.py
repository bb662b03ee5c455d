"""A rerun is a copy with its stamp; what fails is told by its cell, and kept."""

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from simlib.errors import RunError
from simlib.rerun.running import rerun
from tests.rerun.tiny import CELL, CELLS, write_notebook


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types


def test_a_rerun_is_a_stamped_copy_and_the_same_again(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "tiny.ipynb")
    before = source.read_bytes()
    made = rerun(source, ["draws=3"], tmp_path / "out")
    assert made.path == tmp_path / "out" / f"tiny-{made.stamp.id}.ipynb"
    copy = read(made.path)
    stamp, opening, parameters, injected, answer, _ = copy.cells
    assert made.stamp.id in stamp.source and "`draws` | `3`" in stamp.source
    assert (opening.source, parameters.source) == ("How many?", CELL)
    assert "draws = 3" in injected.source
    assert answer.outputs[0].data["text/plain"] == "6"
    assert copy.metadata.simlib == made.stamp.record(None)
    assert (source.read_bytes(), sorted(path.name for path in (tmp_path / "out").iterdir())) == (before, [made.path.name])
    first = made.path.read_bytes()
    assert str(tmp_path).encode() not in first
    rerun(source, ["draws=3"], tmp_path / "out")
    assert made.path.read_bytes() == first, "no clock in it"


def test_a_failing_cell_is_told_by_its_number_and_the_copy_kept(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "tiny.ipynb")
    with pytest.raises(
        RunError, match=r"tiny: cell 3 of 3 failed: AssertionError: too many by far; as far as it got: .*\.unfinished\.ipynb$"
    ):
        rerun(source, ["draws=30"], tmp_path / "out")
    (kept,) = (tmp_path / "out").iterdir()
    copy = read(kept)
    assert "Not finished" in copy.cells[0].source
    assert copy.cells[-2].outputs[0].data["text/plain"] == "60", "what came before is there"
    assert copy.cells[-1].outputs[0].ename == "AssertionError"
    assert copy.metadata.simlib.failure.startswith("cell 3 of 3")


def test_a_kernel_that_dies_is_told(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "tiny.ipynb", cells=["import os", "os._exit(1)"])
    with pytest.raises(RunError, match="its kernel died"):
        rerun(source, [], tmp_path / "out")


def test_a_finished_copy_takes_the_place_of_the_unfinished_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUCK", "bad")
    source = write_notebook(tmp_path / "tiny.ipynb", cells=["import os\nassert os.environ['LUCK'] == 'good'"])
    with pytest.raises(RunError, match="cell 2 of 2"):
        rerun(source, [], tmp_path / "out")
    monkeypatch.setenv("LUCK", "good")
    made = rerun(source, [], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == [made.path]


def test_a_file_is_found_from_where_the_rerun_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "here" / "plan.yaml").write_text("one", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    cells = ["from pathlib import Path\nPath(scenario).read_text(), Path.cwd().name"]
    made = rerun(write_notebook(tmp_path / "there" / "tiny.ipynb", CELL, cells), ["scenario=plan.yaml"], tmp_path / "out")
    assert read(made.path).cells[-1].outputs[0].data["text/plain"] == "('one', 'there')"


def test_without_papermill_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "papermill", None)
    with pytest.raises(RunError, match=r"papermill is needed: install simlib with the extra `lab` \(simlib\[lab\]\)"):
        rerun(write_notebook(tmp_path / "tiny.ipynb", cells=CELLS), [], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    source = write_notebook(tmp_path / "tiny.ipynb")
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match=r"cannot write to .*out"):
        rerun(source, [], tmp_path / "out")
