"""Running a notebook again with papermill, into a copy that appears whole or not at all."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simlib.errors import RunError, Said, said
from simlib.folders import scratch_in
from simlib.rerun.cleaned import KERNEL, clean, text
from simlib.rerun.notebooks import ENDING, Notebook, find_notebook, read_notebook
from simlib.rerun.parameters import Value, defaults_of, given_parameters
from simlib.rerun.stamp import Stamp, names_file, stamp_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

UNFINISHED: Final = f".unfinished{ENDING}"
INJECTED: Final = "injected-parameters"
PAPERMILLS: Final = frozenset({INJECTED, "papermill-error-cell-tag"})
"""Tags of the cells that papermill adds."""
OWN_KERNEL: Final = "JUPYTER_PREFER_ENV_PATH"
LONGEST: Final = 200
"""Characters of an error that are told in a line."""


@dataclass(frozen=True)
class Rerun:
    """A notebook that was run again: the copy, and its stamp."""

    path: Path
    stamp: Stamp


def rerun(notebook: str | Path, parameters: Sequence[str] = (), out: str | Path = "reruns", *, progress: bool = False) -> Rerun:
    """Run a notebook again with other parameters (`NAME=VALUE`); the copy is `out/NAME-ID.ipynb`, an equal one there is replaced.

    A text that is the path of a file, seen from here, is handed to the notebook as a whole path. Raises InputError for what was given
    wrongly, before anything runs; RunError where papermill is missing or a cell fails: its number, its error, and where the copy is kept
    as far as it got (`NAME-ID.unfinished.ipynb`).
    """
    from simlib.store import machinery

    _need_papermill()
    source = read_notebook(find_notebook(str(notebook)))
    given = given_parameters(source, parameters)
    stamp = stamp_of(source, defaults_of(source), given, machinery())
    whole = {name: str(Path(str(value)).resolve()) if names_file(value) else value for name, value in given.items()}
    return _run(source, whole, stamp, Path(out), progress)


def _need_papermill() -> None:
    try:
        import papermill  # type: ignore[import-untyped]  # ships no types  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise RunError(said("to run notebooks again, papermill is needed: install simlib with the extra `lab` (simlib[lab])")) from error


def _run(source: Notebook, given: Mapping[str, Value], stamp: Stamp, out: Path, progress: bool) -> Rerun:
    place = out / f"{source.name}-{stamp.id}"
    finished, unfinished = (place.with_name(place.name + ending) for ending in (ENDING, UNFINISHED))
    try:
        with scratch_in(out) as scratch:
            failure = _carry_out(source, given, scratch / finished.name, progress)
            copy = _stamped(read_notebook(scratch / finished.name).node, stamp, failure)
            (scratch / "whole").write_text(text(copy), encoding="utf-8")
            (scratch / "whole").replace(unfinished if failure else finished)
            if not failure:
                unfinished.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(said("cannot write to {place}: {reason}; nothing half-written was left there", place=out, reason=reason)) from error
    if failure:
        kept = {"notebook": source.name, "failure": failure, "path": unfinished}
        raise RunError(said("{notebook}: {failure}; as far as it got: {path}", **kept))
    return Rerun(finished, stamp)


def _carry_out(source: Notebook, given: Mapping[str, Value], target: Path, progress: bool) -> Said | None:
    """Run every cell, in the notebook's own folder. -> what stopped it, None where nothing did"""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError  # type: ignore[import-untyped]  # ships no types

    try:
        with _own_kernel():
            papermill.execute_notebook(
                str(source.path),
                str(target),
                dict(given),
                kernel_name=KERNEL["name"],
                language=KERNEL["language"],
                cwd=str(source.path.parent),
                progress_bar=progress,
                config=_private(),
            )
    except PapermillExecutionError as error:
        return _failure(read_notebook(target).node, error)
    except DeadKernelError:
        return said("its kernel died (out of memory, or killed)")
    return None


def _private() -> Any:
    """Jupyter's settings: what passes between us and the kernel is encrypted where it can be, for others may be on this machine."""
    import zmq
    from traitlets.config import Config

    return Config(KernelManager={"transport_encryption": "auto" if zmq.has("curve") else "disabled"})


@contextmanager
def _own_kernel() -> Iterator[None]:
    """See to it that Python's own kernel is taken, not one of the same name in the user's folder."""
    before = os.environ.get(OWN_KERNEL)
    os.environ[OWN_KERNEL] = "1"
    try:
        yield
    finally:
        os.environ.pop(OWN_KERNEL)
        if before is not None:
            os.environ[OWN_KERNEL] = before


def _failure(ran: "NotebookNode", error: Any) -> Said:
    """A failed cell in one line: its number among the notebook's own cells of code, and its error."""
    code = [cell for cell in ran.cells if cell.cell_type == "code" and not _added(cell)]
    failed = next((place for place, cell in enumerate(code, start=1) if _stopped(cell)), None)
    words = " ".join(str(error.evalue).split())
    told = f"{error.ename}: {words[:LONGEST]}{'…' if len(words) > LONGEST else ''}" if words else str(error.ename)
    if not failed:
        return said("the values that were given cannot be set: {error}", error=told)
    return said("cell {number} of {count} failed: {error}", number=failed, count=len(code), error=told)


def _added(cell: "NotebookNode") -> bool:
    return not PAPERMILLS.isdisjoint(cell.metadata.get("tags", []))


def _stopped(cell: "NotebookNode") -> bool:
    return any(output.output_type == "error" for output in cell.outputs)


def _stamped(ran: "NotebookNode", stamp: Stamp, failure: str | None) -> "NotebookNode":
    """What papermill left, without its clocks and marks, under our stamp."""
    from nbformat.v4 import new_markdown_cell

    ran.cells = [cell for cell in ran.cells if not _added(cell) or INJECTED in cell.metadata.tags]
    ran.cells.insert(0, new_markdown_cell(stamp.text(failure)))  # type: ignore[no-untyped-call]  # nbformat has no types
    copy = clean(ran)
    copy.metadata["simlib"] = stamp.record(failure)
    return copy
