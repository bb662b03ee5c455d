"""One household of a stored run: where its income comes from, year by year."""

from pathlib import Path

import click

from simlib.cli.group import EPILOG, print_json
from simlib.cli.progress import compiling
from simlib.cli.projecting import register_of
from simlib.cli.registers import MAPPING


@click.command(epilog=EPILOG)
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("household", metavar="HOUSEHOLD")
@click.option("--draw", type=click.IntRange(min=0), help="Which of the run's draws, counted from 0 (default: 0, which is one of many).")
@click.option("--central", is_flag=True, help="The deterministic row instead: central values, no luck.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option(
    "--registry", "registry_path", type=click.Path(path_type=Path), help="The register of the run (default: the synthetic full task)."
)
@MAPPING
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain(
    run: Path,
    household: str,
    draw: int | None,
    central: bool,
    lang: str,
    registry_path: Path | None,
    mapping: Path | None,
    as_json: bool,
) -> None:
    """The account of one HOUSEHOLD of a stored RUN (a run folder): every part of its income by year, measures, events, lines, verdict.

    The run's draw is replayed for the household's village; the parts add up to its income to the fen.
    """
    from simlib.explain.stored import check_made_alike, check_register, explain_stored, wanted_draw
    from simlib.store import read_stored

    stored = read_stored(run)
    wanted_draw(stored.record, draw, central)  # what can be seen to be wrong before anything is loaded
    check_made_alike(stored)
    registry = register_of(registry_path, mapping)
    check_register(stored, registry)
    with compiling():
        found = explain_stored(stored, registry, household, draw=draw, central=central)
    if as_json:
        print_json(found.to_json(lang))
    else:
        click.echo(found.text(lang))
