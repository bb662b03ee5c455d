"""Commands for registers: synthesise, template, check, convert."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlib.cli.group import EPILOG, SPEAKING, existing, print_json, say, spoken
from simlib.errors import InputError
from simlib.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simlib.registry import Registry
    from simlib.registry.recut import Cut

MAPPING = click.option("--mapping", type=click.Path(path_type=Path), help="A mapping file for foreign columns.")


@click.group(epilog=EPILOG)
def registry() -> None:
    """Registers: synthesise, template, check, convert."""


@registry.command(epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--people", type=click.IntRange(min=1), help="Registered people (default: the full task; of each programme).")
@click.option("--villages", type=click.IntRange(min=1), help="Poor villages (default: in proportion to people).")
@click.option(
    "--programmes",
    type=click.IntRange(min=1),
    help="A national register of so many programmes, in parts (default above a million people: one for 206,000).",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1))
def synthesise(out: Path, people: int | None, villages: int | None, programmes: int | None, seed: int) -> None:
    """Write a synthetic register, met to the published margins and stamped SYNTHETIC: OUT.xlsx, or a folder of CSV or Parquet."""
    from simlib.registry.national import programmes_of

    several = programmes_of(people, programmes)
    text = _one(out, people, villages, seed) if several is None else _national(out, people, several, villages, seed)
    click.echo(f"SYNTHETIC register: {text} -> {out}")


def _one(out: Path, people: int | None, villages: int | None, seed: int) -> str:
    """One programme, made in memory. -> what is in it"""
    from simlib.registry import synthesise_registry, write_registry

    made = synthesise_registry(people=people, villages=villages, seed=seed)
    write_registry(made, out)
    poor = int(made.villages["is_poor_village"].sum())
    return f"{len(made.households)} households, {made.people:.0f} people, {poor} poor villages"


def _national(out: Path, people: int | None, programmes: int, villages: int | None, seed: int) -> str:
    """Several programmes, made and written one after another. -> what is in them"""
    from simlib.registry.national import people_of, write_national

    with _told(people_of(people, programmes), "person") as tell:
        made = write_national(out, people, programmes, villages=villages, seed=seed, tell=tell)
    counts = f"{made.households} households, {made.people:.0f} people, {made.poor_villages} poor villages"
    return f"{counts} in {programmes} programmes, {made.parts} parts"


@contextmanager
def _told(total: int, unit: str) -> "Iterator[Callable[[int], object]]":
    """A bar on a terminal's stderr, elsewhere a line every so often: how many of the people or households are done."""
    from tqdm import tqdm

    from simlib.cli.progress import Progress, is_watched

    watched = is_watched()
    lines = Progress("register", total, "in all", say)
    with tqdm(total=total, desc="register", unit=unit, unit_scale=True, file=sys.stderr, disable=not watched) as bar:
        yield bar.update if watched else lines


@registry.command(epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def template(out: Path, lang: str) -> None:
    """Write an empty workbook to fill in, with notes and drop-downs: OUT.xlsx."""
    from simlib.registry import write_template

    write_template(out, lang)
    click.echo(str(out))
    words = Words(lang)
    say(words("next: fill in both sheets, then `simlib registry check {path}`", path=out))


@registry.command(epilog=EPILOG)
@click.argument("path", type=click.Path(path_type=Path))
@MAPPING
@SPEAKING
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(path: Path, mapping: Path | None, as_json: bool) -> None:
    """Name every problem of a register: sheet, row, column, what was seen, what would be right. Changes nothing."""
    from simlib.registry.check import check as check_register
    from simlib.registry.parts import check_parts
    from simlib.registry.report import report_text

    check_parts(existing(path))
    report = check_register(path, existing(mapping) if mapping else None)
    words = spoken()
    if as_json:
        print_json({"schema": 1, **report.as_dict()})
    else:
        click.echo(report_text(report, words))
    if not report.ok:
        raise click.exceptions.Exit(InputError.exit_code)
    if not as_json:
        say(words("next: `simlib app --registry {path}` for the page, or `simlib run full_package --registry {path}`", path=path))


@registry.command(epilog=EPILOG)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@MAPPING
@SPEAKING
@click.option("--partition", is_flag=True, help="Parquet in parts; a village is never split.")
def convert(source: Path, out: Path, mapping: Path | None, partition: bool) -> None:
    """Turn one format into another, CSV, XLSX or Parquet; foreign columns through a mapping file."""
    from simlib.registry import write_registry
    from simlib.registry.recut import find_cut

    words = spoken()
    if partition and mapping is None and (cut := find_cut(existing(source))) is not None:
        click.echo(f"{_recut(cut, out)} -> {out}")
        return
    made = read_and_say(source, mapping)
    write_registry(made, out, partition=partition)
    counts = words("{households} households, {villages} villages", households=len(made.households), villages=len(made.villages))
    click.echo(f"{counts} -> {out}")


def _recut(source: "Cut", out: Path) -> str:
    """Parts into other parts, one by one; the report is said on stderr. -> what is in them"""
    from simlib.registry.recut import households_of, recut
    from simlib.registry.report import report_text
    from simlib.registry.write import refuse_name

    refuse_name(out, partition=True)
    with _told(households_of(source), "household") as tell:
        made, report = recut(source, out, tell=tell)
    words, counts = spoken(), {"households": made.households, "villages": made.villages, "parts": made.parts}
    say(report_text(report, words))
    return words("{households} households, {villages} villages, {parts} parts", **counts)


def read_and_say(path: Path, mapping: Path | None) -> "Registry":
    """The register at a path; what became of its cells and rows is said on stderr. InputError with every problem."""
    from simlib.registry.check import examine
    from simlib.registry.read import registry_of
    from simlib.registry.report import report_text

    examined = examine(existing(path), existing(mapping) if mapping else None)
    made = registry_of(examined, path, mapping)
    say(report_text(examined.report, spoken()))
    return made
