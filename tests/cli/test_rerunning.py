"""`simlib rerun`."""

from pathlib import Path

from tests.cli.calling import assert_bad_input, left_behind, simlib, told
from tests.rerun.tiny import write_notebook


def test_the_copy_is_named_and_told_as_json(tmp_path: Path) -> None:
    write_notebook(tmp_path / "tiny.ipynb")
    done = told(simlib("rerun", "tiny.ipynb", "-p", "draws=3", "-p", "scenario=full_package", "--json"))
    assert done["schema"] == 1
    assert done["path"] == f"reruns/tiny-{done['id']}.ipynb"
    assert done["parameters"] | {"draws": 3, "scenario": "full_package"} == done["parameters"]
    assert left_behind() == ["reruns", done["path"], "tiny.ipynb"]


def test_a_failing_cell_ends_with_1_and_a_line(tmp_path: Path) -> None:
    write_notebook(tmp_path / "tiny.ipynb", cells=["1 / 0"])
    done = simlib("rerun", "tiny.ipynb", "--out", "out")
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: tiny: cell 2 of 2 failed: ZeroDivisionError: division by zero; as far as it got: out")
    assert Path(line.rpartition(": ")[2]).is_file()


def test_bad_input_writes_nothing() -> None:
    assert_bad_input(simlib("rerun", "03_against_histry"), "did you mean '03_against_history'")
    assert_bad_input(simlib("rerun", "03_against_history", "-p", "draws=3"), "has no parameter 'draws'; it takes none")
