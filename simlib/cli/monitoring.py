"""Monitoring: a template for actual figures, these against the projected bands, and a projection that starts anew from them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from simlib.cli.group import EPILOG, existing, print_json, say
from simlib.cli.progress import compiling, is_watched
from simlib.cli.projecting import register_of
from simlib.cli.registers import MAPPING
from simlib.errors import InputError, said

if TYPE_CHECKING:
    from simlib.monitoring import Actuals, Comparison, Restarted
    from simlib.runs import Prepared

REGISTRY = click.option(
    "--registry", "registry_path", type=click.Path(path_type=Path), help="A register (default: the synthetic full task)."
)
DRAWS = click.option("--draws", default=200, show_default=True, type=click.IntRange(min=0), help="Random futures; 0 is deterministic.")
SEED = click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1))
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
OUT = click.option("--out", type=click.Path(path_type=Path), help="A workbook (.xlsx) with all tables, or the village table (.csv).")
SOURCE = click.argument("source", metavar="RUN_OR_SCENARIO")
ACTUALS = click.argument("actuals_path", metavar="ACTUALS", type=click.Path(path_type=Path))


class Opened(NamedTuple):
    """What a command works on: a scenario packed on its register, draws and seed, and the checked figures."""

    ready: "Prepared"
    draws: int
    seed: int
    actuals: "Actuals"


@click.group(epilog=EPILOG)
def monitor() -> None:
    """Actual figures by village and year: a template, comparison with the projected bands, and a restart from them."""


@monitor.command(epilog=EPILOG)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="Fill in its poor villages, a row for each year.")
@MAPPING
def template(out: Path, lang: str, registry_path: Path | None, mapping: Path | None) -> None:
    """Write a workbook to fill in with actual figures: OUT.xlsx."""
    from simlib.monitoring import write_template

    if registry_path is None and mapping is not None:
        raise InputError(said("--mapping needs --registry: it says how that file's columns become ours"))
    write_template(out, lang, None if registry_path is None else register_of(registry_path, mapping))
    click.echo(str(out))


@monitor.command(epilog=EPILOG)
@SOURCE
@ACTUALS
@REGISTRY
@MAPPING
@DRAWS
@SEED
@JSON
@OUT
def compare(
    source: str,
    actuals_path: Path,
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None,
) -> None:
    """Hold the figures of ACTUALS against the bands of a run, or of a scenario projected now: villages outside, and what luck explains."""
    from simlib.cli.monitored import comparison_json, comparison_text
    from simlib.monitoring import compare as hold
    from simlib.monitoring.columns import REPORTED
    from simlib.monitoring.write import check_name

    if out is not None:
        check_name(out)
    opened = _opened(source, actuals_path, registry_path, mapping, draws, seed, REPORTED)
    with _villages("comparing") as progress:
        found = hold(opened.ready, opened.ready.registry, opened.actuals, draws=opened.draws, seed=opened.seed, progress=progress)
    if out is not None:
        _write_comparison(found, out)
    if as_json:
        print_json(comparison_json(found))
    else:
        click.echo(comparison_text(found))


@monitor.command(epilog=EPILOG)
@SOURCE
@ACTUALS
@REGISTRY
@MAPPING
@DRAWS
@SEED
@click.option("--year", type=int, help="The year to start from (default: the last one with an income or exits).")
@click.option("--workers", type=click.IntRange(min=1), help="Threads (default: all processors).")
@JSON
@OUT
def restart(
    source: str,
    actuals_path: Path,
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    year: int | None,
    workers: int | None,
    as_json: bool,
    out: Path | None,
) -> None:
    """Project anew from the last year of ACTUALS: incomes and exits as reported, everything else as projected."""
    from simlib.cli.monitored import restart_json, restart_text
    from simlib.monitoring import restart as start_anew
    from simlib.monitoring.actuals import CONDITIONING
    from simlib.monitoring.write import check_name

    if out is not None:
        check_name(out)
    opened = _opened(source, actuals_path, registry_path, mapping, draws, seed, CONDITIONING)
    options: dict[str, Any] = {"draws": opened.draws, "seed": opened.seed, "year": year, "workers": workers}
    with _villages("restarting") as progress:
        found = start_anew(opened.ready, opened.ready.registry, opened.actuals, progress=progress, **options)
    if out is not None:
        _write_restart(found, out)
    if as_json:
        print_json(restart_json(found))
    else:
        click.echo(restart_text(found))


# ---- what they share


def _opened(
    source: str,
    actuals_path: Path,
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    needed: tuple[str, ...],
) -> Opened:
    """The scenario of a run or by name, its register, and figures of which one that is needed is reported; nothing is projected yet."""
    from simlib.monitoring import read_actuals
    from simlib.runs import prepare
    from simlib.runs.keys import package_hash
    from simlib.runs.single import checked_draws
    from simlib.scenario import load_scenario
    from simlib.store import is_run, read_stored

    checked_draws(draws, seed)
    existing(actuals_path)
    stored = read_stored(source) if is_run(source) else None
    if stored is None and Path(source).is_dir():
        raise InputError(said("{path}: no run folder, which has a record.json; `simlib run` writes them", path=source))
    scenario = stored.scenario if stored else load_scenario(source)
    register = register_of(registry_path, mapping)
    if stored is not None:
        _no_option_of_stored()
        if register.hash != stored.record["registry"]["hash"]:
            text = said("{path}: run on another register than {origin}; wanted its own (--registry)", path=source, origin=register.origin)
            raise InputError(text)
        if stored.record["package"] != package_hash():
            say("the run was made by another version of simlib: its scenario is projected anew by this one")
        draws, seed = stored.record["draws"], stored.record["seed"]
    years = scenario.levers.horizon
    actuals = read_actuals(actuals_path, register, (years[0], years[-1]))
    actuals.last_year(needed)
    for note in actuals.notes:
        say(f"note: {note}")
    with compiling():
        ready = prepare(register, scenario).compiled(draws)
    return Opened(ready, draws, seed, actuals)


def _no_option_of_stored() -> None:
    """InputError for draws or a seed beside a run folder, which has its own."""
    context = click.get_current_context()
    given = [name for name in ("draws", "seed") if context.get_parameter_source(name) == ParameterSource.COMMANDLINE]
    if given:
        raise InputError(f"--{given[0]} is of no use with a run folder, which has its own; give its scenario to project it now")


@contextmanager
def _villages(doing: str) -> Iterator[Callable[[int], None]]:
    """A count of villages done, on a terminal."""
    import sys

    from tqdm import tqdm

    with tqdm(desc=doing, unit="village", file=sys.stderr, disable=not is_watched()) as bar:

        def update(done: int) -> None:
            bar.update(done)

        yield update


def _write_comparison(found: "Comparison", out: Path) -> None:
    from simlib.cli.monitored import COMPARISON_NOTES, report_head
    from simlib.monitoring.write import write_tables

    tables = {"villages": found.villages, "helpers": found.helpers, "report": found.report().rename(columns=report_head)}
    say(f"written to {write_tables(tables, out, synthetic=found.registry.synthetic, notes=COMPARISON_NOTES)}")


def _write_restart(found: "Restarted", out: Path) -> None:
    from simlib.cli.monitored import RESTART_NOTES
    from simlib.monitoring.write import write_tables

    tables = {"villages": found.villages, "years": found.years(), "targets": found.run.targets(), "helpers": found.run.by("helper")}
    say(f"written to {write_tables(tables, out, synthetic=found.run.registry.synthetic, notes=RESTART_NOTES)}")
