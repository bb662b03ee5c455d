"""What is uploaded: a register (XLSX, CSV or both CSV files) and a scenario file, read from bytes; problems in words.

Files lie on disk for the moment under short names of ours; whatever is said of them calls them as their owner does.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from simlib.dashboard.naming import Names, renamed, renamed_error, titles_in
from simlib.dashboard.session import Base
from simlib.errors import InputError, Said, said
from simlib.registry import Problem, Registry, Report
from simlib.registry.check import examine
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, heads, normal_head
from simlib.registry.read import registry_of
from simlib.registry.sources import read_table
from simlib.scenario import scenario_from
from simlib.scenario.files import read_yaml
from simlib.words import noop

SHEETS: Final = (".xlsx",)
TABLES: Final = (".csv", ".parquet")
SCENARIOS: Final = (".yaml", ".yml")

SEEN: Final = {
    HOUSEHOLDS: noop("a table of households"),
    VILLAGES: noop("a table of villages"),
    "": noop("a table with heads of neither"),
}
"""What a file turned out to be."""

Files = Mapping[str, bytes]
"""Uploaded files by their names."""


class RefusedError(InputError):
    """A register that cannot be used: `found` holds every problem with its sheet, row and column."""

    def __init__(self, name: str, found: tuple[Problem, ...]) -> None:
        message = said("{name} cannot be read, {count} problems", name=name, count=len(found))
        super().__init__(message, [str(one) for one in found])
        self.found = found


class Read(NamedTuple):
    """A register that was read, and what there is to report of it. `files`: the name that each file is to have where a notebook
    reads it again (of two tables: in a folder), and the name that it came with.
    """

    registry: Registry
    report: Report
    files: Mapping[str, str]


def register_from(files: Files) -> Read:
    """The register of one workbook, a households table, or both tables, which their heads tell apart.

    RefusedError holds every problem; InputError where there is nothing to read.
    """
    _check_kinds(files)
    name = "、".join(files)
    with _laid_out(files, "register") as (path, names):
        try:
            path, names = (path, names) if len(files) == 1 else _told_apart(path, names)
            examined = examine(path)
            report = _report(examined.report, name, names | {path.name: name})
            if examined.households is None or examined.villages is None:
                raise RefusedError(name, report.blocking)
            registry = registry_of(examined, path, None)
        except RefusedError:
            raise
        except InputError as error:
            raise renamed_error(error, names | {str(path): name, path.name: name}) from None
    alone = next(iter(files))
    return Read(replace(registry, origin=name), report, names if len(files) > 1 else {_without_folders(alone): alone})


@contextmanager
def _laid_out(files: Files, stem: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """The files in a private folder of their own, gone afterwards. -> what to read; the files' own names by those that they have there"""
    with tempfile.TemporaryDirectory(prefix="simlib-upload-") as name:
        names = {f"{stem}{place or ''}{Path(file).suffix.lower()}": file for place, file in enumerate(files)}
        for short, content in zip(names, files.values(), strict=True):
            (Path(name) / short).write_bytes(content)
        yield Path(name) / (next(iter(names)) if len(files) == 1 else ""), names


def _told_apart(folder: Path, names: Names) -> tuple[Path, dict[str, str]]:
    """Two tables under the names by which a folder of tables knows each. -> the folder; their own names by these"""
    tables = {short: table_of(folder / short) for short in names}
    if set(tables.values()) != {HOUSEHOLDS, VILLAGES}:
        first, second = (said("{name}: {table}", name=names[short], table=Said(SEEN[table], {})) for short, table in tables.items())
        raise InputError(said("wanted a table of households and a table of villages, seen {first}, {second}", first=first, second=second))
    known = {short: f"{table}{Path(short).suffix}" for short, table in tables.items()}
    for short, role in known.items():
        (folder / short).rename(folder / role)
    return folder, {role: names[short] for short, role in known.items()}


def table_of(path: Path) -> str:
    """Which table a file is by most of its heads, of those that only one table has; the empty text where that says nothing."""
    found = {normal_head(head) for head in read_table(path, HOUSEHOLDS).heads}
    known = {table: set(heads(table)) for table in (HOUSEHOLDS, VILLAGES)}
    households, villages = (len(found & (known[one] - known[other])) for one, other in ((HOUSEHOLDS, VILLAGES), (VILLAGES, HOUSEHOLDS)))
    if households == villages:
        return ""
    return HOUSEHOLDS if households > villages else VILLAGES


def _report(report: Report, name: str, names: Names) -> Report:
    """A report that calls the files by their own names."""
    problems, notes = (tuple(_of_file(one, names) for one in found) for found in (report.problems, report.notes))
    return replace(report, origin=name, problems=problems, notes=notes)


def _of_file(problem: Problem, names: Names) -> Problem:
    details = {key: renamed(value, names) for key, value in problem.details.items()}
    return replace(problem, source=names.get(problem.source, problem.source), details=details)


def _without_folders(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


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
    with _laid_out({name: content}, "scenario") as (path, _):
        try:
            mapping = read_yaml(path)
            return Base(scenario_from(mapping, stem_of(name)), mapping)
        except InputError as error:
            names = {str(path): name, f"scenario {stem_of(name)!r}": name}
            raise renamed_error(error, names | titles_in(error)) from None


def stem_of(name: str) -> str:
    """A file's name without folders and ending: what a scenario of it is called."""
    return Path(_without_folders(name)).stem
