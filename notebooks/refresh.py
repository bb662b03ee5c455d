"""Runs the notebooks and stores their outputs, with nothing in them that changes from run to run; writes the README's pictures.

    python notebooks/refresh.py [NOTEBOOK ...]     all of them without an argument

Outputs and execution counts are kept, because `pytest --nbval` compares them. Times, widget states and the interpreter's version go, so
that a change of a stored notebook is a change of its results. A cell tagged `picture-NAME` gives docs/pictures/NAME.png. Needs the
extras `lab` and `test`.
"""

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from simlib.rerun.cleaned import KERNEL, clean, text

HERE = Path(__file__).resolve().parent
PICTURES = HERE.parent / "docs" / "pictures"
TIMEOUT_S = 300
PICTURE = "picture-"


def run(notebook: NotebookNode) -> NotebookNode:
    """Run every cell in this interpreter's own kernel; an error in a cell stops it."""
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # or else a kernel of the same name in the user's folder is taken
    NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name=KERNEL["name"], resources={"metadata": {"path": str(HERE)}}).execute()
    return notebook


def pictures(notebook: NotebookNode) -> Iterator[tuple[str, bytes]]:
    """Name and PNG of every cell that is tagged as a picture."""
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith(PICTURE):
                encoded = next(output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
                yield tag.removeprefix(PICTURE), base64.b64decode(encoded)


def refresh(path: Path) -> None:
    """Run one notebook and store it, and its pictures."""
    stored = clean(run(nbformat.read(path, as_version=4)))  # type: ignore[no-untyped-call]
    path.write_text(text(stored), encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, png in pictures(stored):
        (PICTURES / f"{name}.png").write_bytes(png)


if __name__ == "__main__":
    for given in [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        refresh(given)
