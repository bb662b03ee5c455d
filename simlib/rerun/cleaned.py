"""A notebook as it is stored: with its results, and without what changes from run to run."""

import copy
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL: Final = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT: Final = {"tags"}
"""Of a cell's metadata."""
WIDGET: Final = "application/vnd.jupyter.widget-view+json"
UNSEEN: Final = "[widgets: run this cell to see them]"
"""Stands where widgets were shown: their state is not stored, and what stands for them has another number in every run."""


def clean(notebook: "NotebookNode") -> "NotebookNode":
    """The same notebook without clocks, widget states and the interpreter's version; cells get ids by their place."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.clear()
    notebook.metadata.update({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for place, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{place:02d}"
        for key in set(cell.metadata) - KEPT:
            del cell.metadata[key]
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
            if WIDGET in output.get("data", {}):
                output["data"] = {"text/plain": UNSEEN}
    return notebook


def text(notebook: "NotebookNode") -> str:
    """A notebook as it stands in its file."""
    import nbformat

    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]  # nbformat has no types
