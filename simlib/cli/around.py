"""Commands around the simulation: the numbers in use, the notebooks."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from simlib.cli.group import EPILOG, print_json


@click.command(epilog=EPILOG)
@click.argument("keys", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def facts(keys: Sequence[str], as_json: bool) -> None:
    """Every number in use, with its unit, range and source; or only those of the given KEYS."""
    from simlib.facts import load_facts
    from simlib.facts.usage import facts_as_records

    records = facts_as_records(load_facts(), list(keys) or None)
    if as_json:
        print_json({"schema": 1, "facts": records})
        return
    for record in records:
        click.echo(fact_line(record))


def fact_line(record: Mapping[str, Any]) -> str:
    """One fact for people: number, range, names, and what it rests on."""
    spread = "" if record["low"] is None else f" ({record['low']:g} to {record['high']:g}, {record['distribution']})"
    basis = record["clause"] or record["source"] or f"assumed: {record['assumed']}"
    return f"{record['key']} = {record['value']:g} {record['unit']}{spread}  {record['label']['en']} {record['label']['zh']}  [{basis}]"


@click.command(epilog=EPILOG)
@click.option("--port", default=8888, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def lab(port: int, no_browser: bool) -> None:
    """JupyterLab on the notebooks, on 127.0.0.1."""
    notebooks = Path(__file__).parents[2] / "notebooks"
    folder = notebooks if notebooks.is_dir() else Path.cwd()
    command = [sys.executable, "-m", "jupyter", "lab", "--ip=127.0.0.1", f"--port={port}", f"--notebook-dir={folder}"]
    command.append("--KernelManager.transport_encryption=auto")  # others may be on this machine
    raise click.exceptions.Exit(subprocess.call([*command, *(["--no-browser"] if no_browser else [])]))
