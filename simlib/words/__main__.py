"""`python -m simlib.words` (make words): renew the Chinese catalogue from what simlib says, and tell what still has no Chinese."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from simlib.words.catalogue import catalogue_file
from simlib.words.renewal import Change, every_text, read_texts, renewed, text_of

LANGUAGE: Final = "zh"


def report_of(change: Change, places: dict[str, str]) -> Iterator[str]:
    """A line for each text that came, went or waits for a translation."""
    yield from (f"added: {text!r} ({places[text]})" for text in change.added)
    yield from (f"dropped: {text!r}" for text in change.dropped)
    yield from (f"to be translated: {text!r} ({places[text]})" for text in change.untranslated if text not in change.added)
    yield f"{len(places)} texts, {len(change.untranslated)} without a translation"


def renew(package: Path, file: Path) -> tuple[Change, dict[str, str]]:
    """Renew a catalogue in its place, from all that a package and its data say. -> what changed, and where each text is said"""
    places = every_text(package)
    texts, change = renewed(read_texts(file) if file.exists() else {}, places)
    beside = file.with_suffix(".new")
    beside.write_text(text_of(texts, file.parts[-3]), encoding="utf-8", newline="\n")
    os.replace(beside, file)
    return change, places


@click.command(help="Renew the Chinese catalogue from what simlib says. Exit code 1 while a text has no Chinese.")
def main() -> None:
    """Renew, tell, and end with 1 while a text is untranslated."""
    change, places = renew(Path(__file__).parents[1], catalogue_file(LANGUAGE))
    for line in report_of(change, places):
        click.echo(line)
    raise SystemExit(1 if change.untranslated else 0)


if __name__ == "__main__":
    main()
