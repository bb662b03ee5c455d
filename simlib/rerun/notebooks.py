"""Finding and reading a notebook: one of the checkout's by its name, any other by its path."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simlib.errors import InputError, nearest, said

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENDING: Final = ".ipynb"
FOLDER: Final = Path(__file__).parents[2] / "notebooks"
"""Where the notebooks of a checkout are; an installed package has none."""
PARAMETERS: Final = "parameters"
"""The tag of the cell that a rerun may change: papermill's own."""


@dataclass(frozen=True)
class Notebook:
    """A notebook at its place: its bytes, which its hash is of, and what they say."""

    path: Path
    content: bytes
    node: "NotebookNode"

    @property
    def name(self) -> str:
        """What it is called, without its ending."""
        return self.path.stem

    @property
    def parameters(self) -> str | None:
        """The code of the cell tagged `parameters`; None where it takes none."""
        tagged = [cell for cell in self.node.cells if cell.cell_type == "code" and PARAMETERS in cell.metadata.get("tags", [])]
        return tagged[0].source if tagged else None


def bundled(folder: Path = FOLDER) -> dict[str, Path]:
    """The notebooks of the checkout by name, in their order."""
    return {path.stem: path for path in sorted(folder.glob(f"*{ENDING}"))}


def find_notebook(given: str, folder: Path = FOLDER) -> Path:
    """The notebook at a path, or of the checkout by its name, with or without ending. InputError names the nearest."""
    at = Path(given)
    if at.is_file():
        return at
    known = bundled(folder)
    if (name := given.removesuffix(ENDING)) in known:
        return known[name]
    hint = nearest(name, known) if known else said("none comes with an installed package: give its path")
    raise InputError(said("there is no notebook {given}; {hint}", given=given, hint=hint))


def read_notebook(path: Path) -> Notebook:
    """Read a notebook. InputError where it is none."""
    import nbformat

    try:
        content = path.read_bytes()
        node = nbformat.reads(_version_4(json.loads(content)), as_version=4)  # type: ignore[no-untyped-call]  # nbformat has no types
    except (OSError, ValueError, nbformat.ValidationError) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError(said("{path} cannot be read as a notebook: {why}", path=path, why=why)) from error
    return Notebook(path, content, node)


def _version_4(declared: Any) -> str:
    """The JSON of a notebook of today's format. ValueError for anything else."""
    if not isinstance(declared, dict) or declared.get("nbformat") != 4 or not isinstance(declared.get("cells"), list):
        raise ValueError("wanted a notebook of format 4, with cells")
    return json.dumps(declared)
