"""The notebooks are told in order, stored with what they print, and say the same wherever they are run.

That their outputs are still right is nbval's business (`make check-notebooks`); it compares nothing in a notebook stored without outputs.
"""

import ast
import copy
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest

from simlib.rerun.cleaned import UNSEEN, WIDGET
from simlib.rerun.notebooks import read_notebook
from simlib.rerun.parameters import defaults_of

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
REFRESH = ROOT / "notebooks" / "refresh.py"
PICTURES = ROOT / "docs" / "pictures"
LONGEST = 14  # lines of a cell
VOLATILE = (str(ROOT), str(Path.home()), tempfile.gettempdir(), "site-packages")

Notebook = dict[str, Any]
Cell = dict[str, Any]


def read(path: Path) -> Notebook:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def source(cell: Cell) -> str:
    return "".join(cell["source"])


def code_cells(notebook: Notebook) -> list[Cell]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shows(cell: Cell) -> bool:
    """Whether a cell ends in an expression, whose value a notebook shows."""
    return isinstance(ast.parse(source(cell)).body[-1], ast.Expr)


def has_image(cell: Cell) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell["outputs"])


def has_widgets(cell: Cell) -> bool:
    return [output.get("data", {}).get("text/plain") for output in cell["outputs"]] == [[UNSEEN]]


def problems(notebook: Notebook) -> list[str]:
    """What is wrong with a stored notebook; empty if nothing is."""
    cells = code_cells(notebook)
    found = [problem for place, cell in enumerate(cells, start=1) for problem in of_cell(cell, place)]
    opening = notebook["cells"][0]
    if opening["cell_type"] != "markdown" or not source(opening).rstrip().endswith("?"):
        found.append("the first cell does not ask")
    if not any(isinstance(node, ast.Assert) for node in ast.parse(source(cells[-1])).body):
        found.append("the last cell of code does not assert")
    return found


def of_cell(cell: Cell, place: int) -> Iterator[str]:
    tree, tags = ast.parse(source(cell)), cell["metadata"].get("tags", [])
    if cell["execution_count"] != place:
        yield f"cell {place}: run as number {cell['execution_count']}"
    if shows(cell) and not cell["outputs"]:
        yield f"cell {place}: its output is not stored"
    if any(tag.startswith("nbval") for tag in tags) and not (has_image(cell) or has_widgets(cell)):
        yield f"cell {place}: kept from nbval, and neither picture nor widgets"
    if any(output["output_type"] in ("stream", "error") for output in cell["outputs"]):
        yield f"cell {place}: a warning, an error or a print"
    if len(source(cell).splitlines()) > LONGEST:
        yield f"cell {place}: {len(source(cell).splitlines())} lines"
    if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)) for node in ast.walk(tree)):
        yield f"cell {place}: defines a function; it belongs into a module"
    if seen := [path for path in VOLATILE if path in json.dumps(texts(cell), ensure_ascii=False)]:
        yield f"cell {place}: shows {seen[0]}"


def texts(cell: Cell) -> list[Any]:
    """What a cell shows, without the pictures."""
    data = [output.get("data", {"text": output.get("text", "")}) for output in cell["outputs"]]
    return [value for one in data for kind, value in one.items() if not kind.startswith("image/")]


def test_there_are_notebooks() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_told_and_stored_as_it_should(path: Path) -> None:
    assert problems(read(path)) == [], "run notebooks/refresh.py and look at what changed"


def spoilt_count(notebook: Notebook) -> None:
    code_cells(notebook)[1]["execution_count"] = None


def spoilt_output(notebook: Notebook) -> None:
    next(cell for cell in code_cells(notebook) if shows(cell))["outputs"] = []


def spoilt_tag(notebook: Notebook) -> None:
    next(cell for cell in code_cells(notebook) if shows(cell) and not has_image(cell))["metadata"]["tags"] = ["nbval-skip"]


def spoilt_length(notebook: Notebook) -> None:
    code_cells(notebook)[0]["source"] = ["x = 1\n"] * 15


def spoilt_def(notebook: Notebook) -> None:
    code_cells(notebook)[0]["source"] = ["def rule():\n", "    return 1\n"]


def spoilt_path(notebook: Notebook) -> None:
    code_cells(notebook)[0]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"text/plain": [str(ROOT)]}}]


def spoilt_warning(notebook: Notebook) -> None:
    code_cells(notebook)[0]["outputs"] = [{"output_type": "stream", "name": "stderr", "text": ["a warning"]}]


def spoilt_question(notebook: Notebook) -> None:
    notebook["cells"][0]["source"] = ["This notebook shows the policy."]


def spoilt_answer(notebook: Notebook) -> None:
    code_cells(notebook)[-1]["source"] = ["1 + 1"]


SPOILT = {
    "run as number None": spoilt_count,
    "its output is not stored": spoilt_output,
    "kept from nbval, and neither": spoilt_tag,
    "15 lines": spoilt_length,
    "defines a function": spoilt_def,
    ": shows ": spoilt_path,
    "a warning": spoilt_warning,
    "does not ask": spoilt_question,
    "does not assert": spoilt_answer,
}


@pytest.mark.parametrize("message", SPOILT)
def test_a_spoilt_notebook_would_be_found(message: str) -> None:
    notebook = copy.deepcopy(read(NOTEBOOKS[0]))
    spoil: Callable[[Notebook], None] = SPOILT[message]
    spoil(notebook)
    assert any(message in problem for problem in problems(notebook)), problems(notebook)


def test_code_of_notebooks_is_as_clean_as_the_rest() -> None:
    files = [str(path) for path in [*NOTEBOOKS, REFRESH]]
    done = subprocess.run([sys.executable, "-m", "ruff", "check", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh", REFRESH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_without_anything_volatile(refresh: ModuleType, path: Path) -> None:
    assert refresh.text(refresh.clean(stored(path))) == path.read_text(encoding="utf-8")


def test_cleaning_keeps_results_and_drops_the_rest(refresh: ModuleType) -> None:
    notebook = stored(NOTEBOOKS[0])
    before = refresh.text(notebook)
    notebook.metadata["widgets"] = {"state": 1}
    notebook.metadata["language_info"]["version"] = "3.99"
    notebook.cells[1].metadata["execution"] = {"iopub.execute_input": "now"}
    notebook.cells[1]["id"] = "0123abcd"
    assert refresh.text(notebook) != before
    assert refresh.text(refresh.clean(notebook)) == before
    assert notebook.cells[1]["id"] == "0123abcd", "what is given is left alone"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_that_a_text_shows_are_there(path: Path) -> None:
    texts = [source(cell) for cell in read(path)["cells"] if cell["cell_type"] == "markdown"]
    linked = re.findall(r"!\[[^]]+\]\(([^)]+)\)", "".join(texts))
    assert [link for link in linked if not (path.parent / link).is_file()] == []


def test_widgets_are_stored_without_their_number(refresh: ModuleType) -> None:
    notebook = stored(NOTEBOOKS[0])
    shown = {WIDGET: {"model_id": "0123", "version_major": 2}, "text/plain": "VBox(children=(<object at 0x7fb3a922e890>,))"}
    notebook.cells[1].outputs = [nbformat.v4.new_output("display_data", shown)]  # type: ignore[no-untyped-call]
    cleaned = refresh.clean(notebook).cells[1].outputs
    assert [output.data for output in cleaned] == [{"text/plain": UNSEEN}]


def test_those_that_take_parameters_say_which() -> None:
    taken = {path.name[:2]: list(defaults_of(read_notebook(path))) for path in NOTEBOOKS}
    assert taken == {
        "01": [],
        "02": [],
        "03": [],
        "04": ["scenario", "draws", "seed", "lang"],
        "05": ["scenario", "draws", "seed", "lang"],
        "06": ["scenario", "household", "draw", "draws", "seed", "lang"],
    }


def changed_number(notebook: Notebook) -> int:
    """Change the first digit of the last stored table of numbers. -> the number of its cell of code, counted from 0"""
    for place, cell in reversed(list(enumerate(code_cells(notebook)))):
        for output in cell["outputs"]:
            lines = output.get("data", {}).get("text/plain", [])
            if found := re.search(r"\d(?=\.\d)", "".join(lines)):
                text = "".join(lines)
                digit = str((int(found.group()) + 1) % 10)
                output["data"] = {"text/plain": text[: found.start()] + digit + text[found.end() :]}
                return place
    raise AssertionError("no number is stored")


def test_one_changed_number_makes_just_its_cell_fail(tmp_path: Path) -> None:
    notebook = read(NOTEBOOKS[0])
    place = changed_number(notebook)
    (tmp_path / "spoilt.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    sanitised = ["--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg"), "--nbval-current-env"]
    pytest_here = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-q", "--nbval", *sanitised]
    done = subprocess.run([*pytest_here, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False)
    cells = len(code_cells(notebook))
    assert f"1 failed, {cells - 1} passed" in done.stdout, done.stdout[-2000:]
    assert f"Cell {place}" in done.stdout


def test_pictures_are_those_of_the_notebooks(refresh: ModuleType) -> None:
    shown = {f"{name}.png": png for path in NOTEBOOKS for name, png in refresh.pictures(stored(path))}
    assert {"share_over_line.png", "incomes.png"} <= set(shown)
    assert {name: (PICTURES / name).read_bytes() for name in shown} == shown
