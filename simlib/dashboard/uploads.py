"""What is uploaded: a register (XLSX, CSV or both CSV files) and a scenario file, read from bytes; problems in words."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from simlib.dashboard.session import Base
from simlib.errors import InputError, said
from simlib.registry import Problem, Registry
from simlib.registry.check import examine
from simlib.registry.read import registry_of
from simlib.scenario import scenario_from
from simlib.scenario.files import read_yaml

HOUSEHOLDS: Final = ("households", "户")
VILLAGES: Final = ("villages", "村")
SHEETS: Final = (".xlsx",)
TABLES: Final = (".csv", ".parquet")
SCENARIOS: Final = (".yaml", ".yml")

Files = Mapping[str, bytes]
"""Uploaded files by their names."""


class RefusedError(InputError):
    """A register that cannot be used: `found` holds every problem with its sheet, row and column."""

    def __init__(self, name: str, found: tuple[Problem, ...]) -> None:
        message = said("{name} cannot be read, {count} problems", name=name, count=len(found))
        super().__init__(message, [str(one) for one in found])
        self.found = found


@contextmanager
def _laid_out(files: Files) -> Iterator[Path]:
    """The files in a private folder of their own, gone afterwards. -> what to read"""
    with tempfile.TemporaryDirectory(prefix="simlib-upload-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / _plain(file, alone=len(files) == 1)).write_bytes(content)
        first = _plain(next(iter(files)), alone=len(files) == 1)
        yield folder if len(files) > 1 else folder / first


def _plain(name: str, *, alone: bool) -> str:
    """A file's name without folders; of several tables, the name by which a folder of tables knows each."""
    path = Path(name.replace("\\", "/"))
    if alone:
        return path.name
    role = next((known[0] for known in (HOUSEHOLDS, VILLAGES) if any(word in path.stem.lower() for word in known)), path.stem)
    return f"{role}{path.suffix.lower()}"


class Read(NamedTuple):
    """A register that was read, and what is worth knowing of it though nothing is wrong."""

    registry: Registry
    notes: tuple[Problem, ...]


def register_from(files: Files) -> Read:
    """The register of one workbook, a households table, or both tables.

    RefusedError holds every problem; InputError where there is nothing to read.
    """
    _check_kinds(files)
    name = "、".join(files)
    with _laid_out(files) as path:
        examined = examine(path)
        if examined.households is None or examined.villages is None:
            raise RefusedError(name, examined.report.blocking)
        registry = registry_of(examined, path, None)
    named = Registry(registry.households, registry.villages, registry.synthetic, registry.hash, name, registry.digests)
    return Read(named, examined.report.notes)


def _check_kinds(files: Files) -> None:
    """InputError for no file, another kind of file, or more than a register is made of."""
    suffixes = [Path(name).suffix.lower() for name in files]
    if not files:
        raise InputError(said("no file was chosen"))
    wrong = next((name for name, suffix in zip(files, suffixes, strict=True) if suffix not in (*SHEETS, *TABLES)), None)
    if wrong is not None:
        raise InputError(said("{name}: seen another kind of file, wanted .xlsx or .csv", name=wrong))
    if len(files) > 1 and (len(files) > 2 or any(suffix in SHEETS for suffix in suffixes)):
        wanted = said("one workbook, or one or two CSV files (households, villages)")
        raise InputError(said("seen {count} files, wanted {wanted}", count=len(files), wanted=wanted))


def scenario_of(name: str, content: bytes) -> Base:
    """A scenario file as it was saved. InputError has every problem, by its place in the file."""
    if Path(name).suffix.lower() not in SCENARIOS:
        raise InputError(said("{name}: seen another kind of file, wanted a scenario file (.yaml)", name=name))
    with _laid_out({name: content}) as path:
        try:
            mapping = read_yaml(path)
            return Base(scenario_from(mapping, path.stem), mapping)
        except InputError as error:
            raise _without_folder(error, path) from None


def _without_folder(error: InputError, path: Path) -> InputError:
    """The same error, which calls the file by its name alone; a sentence that never named the folder is kept as it was said."""
    if str(path) not in f"{error}{error.problems}":
        return error
    return InputError(str(error).replace(str(path), path.name), [one.replace(str(path), path.name) for one in error.problems])
