"""Running a notebook again with other parameters."""

from collections.abc import Sequence
from pathlib import Path

import click

from simlib.cli.group import EPILOG, print_json
from simlib.cli.progress import is_watched


@click.command(epilog=EPILOG)
@click.argument("notebook", metavar="NOTEBOOK")
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="One of its parameters, read as YAML; may be given again.")
@click.option("--out", default="reruns", show_default=True, type=click.Path(path_type=Path), help="The folder of the copy.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def rerun(notebook: str, parameters: Sequence[str], out: Path, as_json: bool) -> None:
    """Run a NOTEBOOK again with other parameters: a stamped copy with an id of its own; the notebook itself stays as it is.

    NOTEBOOK: its path, or in a checkout its name (04_the_planners_panel). What it takes stands in its cell tagged "parameters".
    """
    from simlib.rerun.running import rerun as run_again

    made = run_again(notebook, parameters, out, progress=is_watched())
    if as_json:
        print_json({"schema": 1, "path": str(made.path), **made.stamp.record(None)})
    else:
        click.echo(str(made.path))
