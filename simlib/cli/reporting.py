"""A stored run on a desk: an Excel workbook or a page to print."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from simlib.cli.group import EPILOG, existing, print_json, say, spoken
from simlib.cli.progress import is_watched
from simlib.errors import InputError, said
from simlib.words import LANGUAGES

WORKBOOK, PAGE = ".xlsx", ".html"
ENDINGS: Final = (WORKBOOK, PAGE)
NONE, ALL = "none", "all"
MANY: Final = 20_000
"""Households whose writing takes seconds."""


@click.command(epilog=EPILOG)
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="FILE", type=click.Path(path_type=Path), help="A workbook (.xlsx) or a page (.html).")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True)
@click.option("--villages", metavar="all|none|ID,ID", help="Of a page: which poor villages get a page each (default: those furthest off).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def report(run: Path, out: Path, lang: str, villages: str | None, as_json: bool) -> None:
    """A stored RUN (a run folder) as an Excel workbook or as a page to print, in Chinese or English.

    The workbook has every table with its source and a check of the money; households by id only. The page is two sheets for a leader's desk
    and one for each village; a browser prints it or saves it as PDF. Nothing is overwritten.
    """
    from simlib.registry.whole import refuse_taken
    from simlib.store import read_stored

    ending = ending_of(out, villages)  # what can be seen to be wrong before anything is read
    refuse_taken(out)
    stored = read_stored(existing(run))
    _begin(stored.register()["households"])
    if ending == WORKBOOK:
        from simlib.reports.workbook import sheet_names, write_workbook

        write_workbook(stored, out, lang)
        told = {"sheets": sheet_names(lang)}
    else:
        from simlib.reports.page import write_page

        write_page(stored, out, lang, chosen(villages))
        told = {}
    if as_json:
        print_json({"schema": 1, "out": str(out), "lang": lang, "key": stored.record["key"], **told})
    else:
        click.echo(str(out))


def _begin(households: int) -> None:
    """Say what takes a while, to somebody who watches."""
    words = spoken()
    if households >= MANY and is_watched():
        say(words("writing {households} households: some seconds", households=words.number(households)))


def ending_of(out: Path, villages: str | None) -> str:
    """What kind of report a file's name asks for. InputError for another ending, and for villages of a workbook, which has all."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(said("{name}: wanted a name that ends in .xlsx (workbook) or .html (page to print)", name=out.name))
    if ending == WORKBOOK and villages is not None:
        raise InputError(said("--villages is for a page (.html): a workbook has all villages"))
    return ending


def chosen(villages: str | None) -> Sequence[str] | str | None:
    """What --villages says, as the page takes it: all, none, ids, or nothing said."""
    if villages in (None, ALL):
        return villages
    return () if villages == NONE else [one.strip() for one in villages.split(",") if one.strip()]
