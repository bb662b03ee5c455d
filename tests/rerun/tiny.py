"""Notebooks of a few cells."""

from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import v4

CELL = 'scenario = "baseline"  # a comment\ndraws = 2\nshare = 0.5\nyears = [2016, 2018]\npinned = None'
CELLS = ("draws * 2", "assert draws < 10, 'too many\\nby far'")


def write_notebook(place: Path, parameters: str | None = CELL, cells: Sequence[str] = CELLS) -> Path:
    """Write a notebook that asks, takes parameters, and answers."""
    code = [v4.new_code_cell(source) for source in cells]  # type: ignore[no-untyped-call]  # nbformat has no types
    if parameters is not None:
        code.insert(0, v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))  # type: ignore[no-untyped-call]
    every = [v4.new_markdown_cell("How many?"), *code]  # type: ignore[no-untyped-call]
    for number, cell in enumerate(every):
        cell["id"] = f"cell-{number}"  # not by chance: the same notebook has the same bytes
    nbformat.write(v4.new_notebook(cells=every), place)  # type: ignore[no-untyped-call]
    return place
