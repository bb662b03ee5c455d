"""Commands for registers: synthesise, template, check, convert."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simlib.cli.group import EPILOG, existing, print_json, say
from simlib.errors import InputError

if TYPE_CHECKING:
    from simlib.registry import Registry
    from simlib.registry.report import Report

MAPPING = click.option("--mapping", type=click.Path(path_type=Path), help="A mapping file for foreign columns.")


@click.group(epilog=EPILOG)
def registry() -> None:
    """Registers: synthesise, template, check, convert."""


@registry.command(epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--people", type=click.IntRange(min=1), help="Registered people (default: the full task).")
@click.option("--villages", type=click.IntRange(min=1), help="Poor villages (default: the full task).")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1))
def synthesise(out: Path, people: int | None, villages: int | None, seed: int) -> None:
    """Write a synthetic register, met to the published margins and stamped SYNTHETIC: OUT.xlsx, or a folder of CSV or Parquet."""
    from simlib.registry import synthesise_registry, write_registry

    made = synthesise_registry(people=people, villages=villages, seed=seed)
    write_registry(made, out)
    poor = int(made.villages["is_poor_village"].sum())
    click.echo(f"SYNTHETIC register: {len(made.households)} households, {made.people:.0f} people, {poor} poor villages -> {out}")


@registry.command(epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def template(out: Path, lang: str) -> None:
    """Write an empty workbook to fill in, with notes and drop-downs: OUT.xlsx."""
    from simlib.registry import write_template

    write_template(out, lang)
    click.echo(str(out))


@registry.command(epilog=EPILOG)
@click.argument("path", type=click.Path(path_type=Path))
@MAPPING
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(path: Path, mapping: Path | None, as_json: bool) -> None:
    """Name every problem of a register: sheet, row, column, what was seen, what would be right. Changes nothing."""
    from simlib.registry.check import check as check_register

    report = check_register(existing(path), existing(mapping) if mapping else None)
    if as_json:
        print_json({"schema": 1, **report.as_dict()})
    else:
        click.echo(report_text(report))
    if not report.ok:
        raise click.exceptions.Exit(InputError.exit_code)


@registry.command(epilog=EPILOG)
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@MAPPING
@click.option("--partition", is_flag=True, help="Parquet in parts; a village is never split.")
def convert(source: Path, out: Path, mapping: Path | None, partition: bool) -> None:
    """Turn one format into another, CSV, XLSX or Parquet; foreign columns through a mapping file."""
    from simlib.registry import write_registry

    made = read_and_say(source, mapping)
    write_registry(made, out, partition=partition)
    click.echo(f"{len(made.households)} households, {len(made.villages)} villages -> {out}")


def read_and_say(path: Path, mapping: Path | None) -> "Registry":
    """The register at a path; what became of its cells and rows is said on stderr. InputError with every problem."""
    from simlib.registry import make_registry, read_registry
    from simlib.registry.check import examine

    examined = examine(existing(path), existing(mapping) if mapping else None)
    if examined.households is None or examined.villages is None:
        return read_registry(path, mapping)  # raises, and words it
    report = examined.report
    say(report_text(report))
    return make_registry(examined.households, examined.villages, synthetic=report.synthetic, origin=report.origin)


def report_text(report: "Report") -> str:
    """A report for people: counts, what was refused or defaulted, notes, problems."""
    stamp = "SYNTHETIC, " if report.synthetic else ""
    head = f"{report.origin}: {stamp}{report.households} households, {report.people} registered people, {report.villages} villages"
    counts = [
        f"  {one.table}.{one.column}: {one.rows} cells = {one.kept} kept + {one.refused} refused + {one.defaulted} defaulted"
        for one in report.counts
        if one.refused or one.defaulted
    ]
    whole = len(report.counts) - len(counts)
    kept = [f"  {whole} columns: every cell kept"] if report.counts else []
    refusals = [f"  {one.rows} rows of {one.table} refused: {one.reason}" for one in report.refusals]
    notes = [f"  note: {note}" for note in report.notes]
    problems = [f"  {problem}" for problem in report.problems]
    found = f"{len(problems)} problems" if problems else "no problem"
    return "\n".join([head, *kept, *counts, *refusals, *notes, f"{found}{':' if problems else ''}", *problems])
