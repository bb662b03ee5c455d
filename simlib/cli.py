"""The command line: parse, show, nothing else. Progress and messages go to stderr, results to stdout."""

import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlib.errors import InputError, SimlibError

if TYPE_CHECKING:
    import pandas as pd

    from simlib.registry import Registry
    from simlib.runs import Run

DONE, FAULT, MISSED, STOPPED = 0, 1, 3, 130
EPILOG = "Exit codes: 0 done, 1 our fault or the machine's, 2 bad input, 3 a target is missed (--strict), 130 stopped."


class Commands(click.Group):
    """Turns every error into a message and an exit code: no traceback reaches a planner."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; bad input ends with 2, anything unforeseen with 1 and the place of its log."""
        try:
            return super().main(*args, **kwargs | {"standalone_mode": False})
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(InputError.exit_code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("stopped", err=True)
            sys.exit(STOPPED)
        except SimlibError as error:
            _show(error)
            sys.exit(error.exit_code)
        except Exception as error:  # noqa: BLE001  # the last line of defence: logged whole, told in one line
            click.echo(f"simlib failed: {error} (log: {_log(error)})", err=True)
            sys.exit(FAULT)


def _show(error: SimlibError) -> None:
    click.echo(f"error: {error}", err=True)
    for problem in getattr(error, "problems", ()):
        click.echo(f"  - {problem}", err=True)


def _log(error: Exception) -> str:
    """Write the traceback to a file of its own. -> its path"""
    with tempfile.NamedTemporaryFile("w", prefix="simlib-", suffix=".log", delete=False, encoding="utf-8") as file:
        handler = logging.StreamHandler(file)
        logger = logging.Logger("simlib")
        logger.addHandler(handler)
        logger.error("simlib failed", exc_info=error)
    return file.name


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="simlib")
def main() -> None:
    """Will these households be out of poverty by 2018, under this plan, with this money, and how sure are we?"""


@main.command(epilog=EPILOG)
@click.argument("keys", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def facts(keys: Sequence[str], as_json: bool) -> None:
    """Every number in use, with its unit, range and source; or only those of the given KEYS."""
    from simlib.facts import load_facts
    from simlib.facts.usage import facts_as_records

    records = facts_as_records(load_facts(), list(keys) or None)
    if as_json:
        _print_json({"schema": 1, "facts": records})
        return
    for one in records:
        spread = "" if one["low"] is None else f" ({one['low']:g} to {one['high']:g}, {one['distribution']})"
        basis = one["clause"] or one["source"] or f"assumed: {one['assumed']}"
        click.echo(f"{one['key']} = {one['value']:g} {one['unit']}{spread}  {one['label']['en']} {one['label']['zh']}  [{basis}]")


@main.group()
def registry() -> None:
    """Registers: synthesise, template, check, convert."""


@registry.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--people", type=click.IntRange(min=1), help="Registered people (default: the full task).")
@click.option("--villages", type=click.IntRange(min=1), help="Poor villages (default: the full task).")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
def synthesise(out: Path, people: int | None, villages: int | None, seed: int) -> None:
    """Write a synthetic register, met to the published margins and stamped SYNTHETIC: OUT.xlsx, or a folder of CSV or Parquet."""
    from simlib.registry import synthesise_registry, write_registry

    made = synthesise_registry(people=people, villages=villages, seed=seed)
    write_registry(made, out)
    click.echo(f"SYNTHETIC register: {len(made.households)} households, {made.people:.0f} people, {len(made.villages)} villages -> {out}")


@registry.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def template(out: Path, lang: str) -> None:
    """Write an empty workbook to fill in, with notes and drop-downs: OUT.xlsx."""
    from simlib.registry import write_template

    write_template(out, lang)
    click.echo(f"{out}")


@registry.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="A mapping file for foreign columns.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(path: Path, mapping: Path | None, as_json: bool) -> None:
    """Name every problem of a register: sheet, row, column, what was seen, what would be right. Changes nothing."""
    from simlib.registry.check import check as check_register

    report = check_register(path, mapping)
    if as_json:
        _print_json(report.to_json())
    else:
        click.echo(report.text())
    if report.problems:
        raise click.exceptions.Exit(InputError.exit_code)


@registry.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="A mapping file for foreign columns.")
@click.option("--partition", is_flag=True, help="Parquet in parts; a village is never split.")
def convert(source: Path, out: Path, mapping: Path | None, partition: bool) -> None:
    """Turn one format into another, CSV, XLSX or Parquet; foreign columns through a mapping file."""
    from simlib.registry import read_registry, write_registry

    made = read_registry(source, mapping)
    write_registry(made, out, partition=partition)
    click.echo(f"{len(made.households)} households, {len(made.villages)} villages -> {out}")


def _registry(path: Path | None, mapping: Path | None) -> "Registry":
    """The register of a command: a file, or the default task."""
    from simlib.registry import read_registry
    from simlib.registry.synthesise import default_registry

    if path is not None:
        return read_registry(path, mapping)
    if mapping is not None:
        raise InputError("--mapping needs --registry: it says how that file's columns become ours")
    return default_registry()


RUN_OPTIONS = (
    click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="A register (default: the synthetic full task)."),
    click.option("--mapping", type=click.Path(path_type=Path), help="A mapping file for foreign columns."),
    click.option("--draws", default=200, show_default=True, type=click.IntRange(min=0), help="Random futures; 0 is deterministic."),
    click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1)),
    click.option("--workers", type=click.IntRange(min=1), help="Threads (default: all processors)."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object."),
)


def _run_options(command: Any) -> Any:
    for option in reversed(RUN_OPTIONS):
        command = option(command)
    return command


def _project(scenarios: Sequence[str], people: "Registry", draws: int, seed: int, workers: int | None) -> list["Run"]:
    """Run every scenario with a bar on stderr; all are loaded before the first is run, so that bad input writes nothing."""
    from tqdm import tqdm

    from simlib.runs import run_one
    from simlib.scenario import load_scenario

    loaded = [load_scenario(name) for name in scenarios]
    done = []
    for scenario in loaded:
        total = len(people.households) * (scenario.levers.horizon[1] - scenario.levers.horizon[0] + 1) * max(1, draws)
        with tqdm(total=total, desc=scenario.name, unit="hh-year", unit_scale=True, file=sys.stderr, disable=None) as bar:
            done.append(run_one(scenario, people, draws=draws, seed=seed, workers=workers, progress=bar.update))
    return done


@main.command(epilog=EPILOG)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@_run_options
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Where run folders go.")
@click.option("--strict", is_flag=True, help="Exit with 3 when a target is missed at the governing line.")
def run(
    scenarios: Sequence[str],
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    workers: int | None,
    as_json: bool,
    out: Path,
    strict: bool,
) -> None:
    """Project and assess each SCENARIO (a name or a path), print its targets, write its run folder."""
    from simlib.store import write_run

    begin = time.perf_counter()
    people = _registry(registry_path, mapping)
    done = _project(scenarios, people, draws, seed, workers)
    folders = [write_run(one, out) for one in done]
    if as_json:
        elapsed = round(time.perf_counter() - begin, 3)
        objects = [one.to_json() | {"elapsed_s": elapsed} for one in done]
        _print_json(objects[0] if len(objects) == 1 else {"schema": 1, "runs": objects})
    else:
        _print_runs(done, folders)
    if strict and any(_missed(one) for one in done):
        raise click.exceptions.Exit(MISSED)


def _missed(run: "Run") -> bool:
    """Whether a target is not met at the governing line, or has none."""
    governing = run.scenario.levers.governing_line
    return any(row.verdict == "not met" and row.line in (None, governing) for row in run.target_rows)


def _print_runs(done: Sequence["Run"], folders: Sequence[Path]) -> None:
    """The target table of every scenario, for people."""
    first = done[0]
    stamp = "SYNTHETIC register" if first.registry.synthetic else "register"
    villages = int(first.registry.villages["is_poor_village"].sum())
    click.echo(
        f"{stamp}: {len(first.registry.households)} households, {first.registry.people:.0f} people, {villages} poor villages; seed {first.seed}"
    )
    for one, folder in zip(done, folders, strict=True):
        click.echo(f"\n{one.scenario.name} · {one.scenario.title.zh} · {one.scenario.title.en} · {one.draws} draws")
        click.echo(_target_table(one))
        click.echo(f"written to {folder}")


def _number(value: float | None, form: str = ".1%") -> str:
    return "-" if value is None else format(value, form)


def _target_table(run: "Run") -> str:
    """One line a target: where, how many reach it, how sure."""
    head = ("target", "line", "reading", "year", "per", "reached", "5-95 %", "P", "verdict")
    rows = [head]
    for row in run.target_rows:
        line = "" if row.line is None else f"{row.line} {row.line_value:,.0f}"
        band = "" if row.met_share["p05"] is None else f"{_number(row.met_share['p05'])} to {_number(row.met_share['p95'])}"
        chance = row.probability.get("at_least_95") if row.tolerance == 0.95 else None
        verdict = row.verdict if row.reason is None else f"{row.verdict}: {row.reason}"
        rows.append(
            (
                row.target,
                line,
                row.reading or "",
                str(row.year),
                row.per,
                _number(row.met_share["mean"]),
                band,
                _number(chance, ".2f"),
                verdict,
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    text = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(
        [
            *text,
            f"  P: chance that at least {run.scenario.reporting.tolerance:.0%} reach it; met when P is at least {run.scenario.reporting.confidence:.0%} (both assumed)",
        ]
    )


@main.command(epilog=EPILOG)
@click.argument("runs", nargs=-1, required=True, metavar="RUN_OR_SCENARIO...")
@_run_options
def compare(
    runs: Sequence[str],
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    workers: int | None,
    as_json: bool,
) -> None:
    """Paired differences from the first, under the same luck, with 95 % intervals: of stored runs, or of scenarios run now."""
    from simlib.runs import compare_tables
    from simlib.store import is_run

    if len(runs) < 2:
        raise InputError(
            f"compare: seen one ({runs[0]}), wanted two runs or scenarios at least; the first is what the others are compared with"
        )
    if all(is_run(path) for path in runs):
        tables = _stored(runs)
    else:
        people = _registry(registry_path, mapping)
        tables = {one.scenario.name: one.draws_table() for one in _project(runs, people, draws, seed, workers)}
    table = compare_tables(tables, next(iter(tables)))
    if as_json:
        records = json.loads(table.to_json(orient="records"))
        _print_json({"schema": 1, "differences": records})
    else:
        click.echo(_comparison(table))


def _stored(paths: Sequence[str]) -> "dict[str, pd.DataFrame]":
    """The draw tables of stored runs; those of another register, seed or number of draws are refused."""
    from simlib.store import read_draws

    found = [read_draws(Path(path)) for path in paths]
    for key in ("seed", "draws", "registry"):
        seen = {json.dumps(record[key], sort_keys=True) for _, record, _ in found}
        if len(seen) > 1:
            raise InputError(f"compare: the runs differ in {key}: {', '.join(sorted(seen))}; a paired comparison needs the same")
    return {
        f"{name}" if len({one[0] for one in found}) == len(found) else f"{name} ({path})": table
        for path, (name, _, table) in zip(paths, found, strict=True)
    }


def _comparison(table: "pd.DataFrame") -> str:
    """The differences for people: one line a scenario and statistic."""
    lines = []
    for name, rows in table.groupby("scenario", sort=False):
        lines.append(f"{name} against {rows['baseline'].iloc[0]}, last year")
        for row in rows.itertuples():
            form = ",.0f" if "yuan" in row.statistic or "income" in row.statistic else ".3f"
            bounds = "" if row.low is None or row.low != row.low else f"  ({row.low:{form}} to {row.high:{form}})"
            above = "" if row.share_above is None else f"  above in {row.share_above:.0%} of draws"
            lines.append(
                f"  {row.statistic:<20} {row.value:{form}} - {row.baseline_value:{form}} = {row.difference:+{form}}{bounds}{above}"
            )
        price = rows["yuan_per_more_exit"].iloc[0]
        lines.append(
            "  no more exits" if price != price else f"  {price:,.0f} yuan for each person more out of the register, all years' spending"
        )
    return "\n".join(lines)


@main.command(epilog=EPILOG)
@click.option("--port", default=8888, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def lab(port: int, no_browser: bool) -> None:
    """JupyterLab on the notebooks, on 127.0.0.1."""
    folder = Path(__file__).parents[1] / "notebooks"
    command = [
        sys.executable,
        "-m",
        "jupyter",
        "lab",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--notebook-dir={folder if folder.is_dir() else Path.cwd()}",
    ]
    raise click.exceptions.Exit(subprocess.call([*command, *(["--no-browser"] if no_browser else [])]))


if __name__ == "__main__":
    main()
