"""Projecting: what `run` and `compare` share, and `run` itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlib.cli.group import EPILOG, MISSED, STOPPED, elapsed_s, print_json, say
from simlib.cli.progress import compiling, progress
from simlib.cli.registers import MAPPING, read_and_say
from simlib.cli.text import register_line, run_text
from simlib.errors import InputError

if TYPE_CHECKING:
    from simlib.registry import Registry
    from simlib.runs import Run
    from simlib.runs.single import Prepared

OPTIONS = (
    click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="A register (default: the synthetic full task)."),
    MAPPING,
    click.option("--draws", default=200, show_default=True, type=click.IntRange(min=0), help="Random futures; 0 is deterministic."),
    click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1)),
    click.option("--workers", type=click.IntRange(min=1), help="Threads (default: all processors)."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object."),
)


def run_options(command: Any) -> Any:
    """The options that `run` and `compare` share."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def register_of(path: Path | None, mapping: Path | None) -> "Registry":
    """The register of a command: a file, or the default task."""
    from simlib.registry.synthesise import default_registry

    if path is not None:
        return read_and_say(path, mapping)
    if mapping is not None:
        raise InputError("--mapping needs --registry: it says how that file's columns become ours")
    return default_registry()


def prepared(names: Sequence[str], registry_path: Path | None, mapping: Path | None, draws: int, seed: int) -> list["Prepared"]:
    """Every scenario loaded, packed and held against the register before the first is run: bad input writes nothing."""
    from simlib.runs.several import distinct_names
    from simlib.runs.single import checked_draws, prepare
    from simlib.scenario import load_scenario

    checked_draws(draws, seed)
    scenarios = [load_scenario(name) for name in names]
    distinct_names(scenarios)
    people = register_of(registry_path, mapping)
    with compiling():
        first, *others = (prepare(people, scenario) for scenario in scenarios)
        return [first.compiled(draws), *others]


def projected(ready: Sequence["Prepared"], **options: Any) -> Iterator["Run"]:
    """Run each scenario when its turn comes."""
    from simlib.runs import run_prepared

    for one in ready:
        with progress(one, options["draws"], options["workers"]) as update:
            done = run_prepared(one, progress=update, **options)
        yield done


@click.command(epilog=EPILOG)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@run_options
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
    """Project and assess each SCENARIO (a name or a path), print its targets, write its run folder.

    Ctrl-C keeps what is finished: whole runs, and the one under way with the draws that it has.
    """
    from simlib.store import check_writable

    ready = prepared(scenarios, registry_path, mapping, draws, seed)
    check_writable(out)
    done: list[Run] = []
    stopped = _kept(ready, done, out, not as_json, draws=draws, seed=seed, workers=workers)
    if as_json:
        objects = [one.to_json(elapsed_s()) for one in done]
        print_json(objects[0] if len(scenarios) == 1 else {"schema": 1, "runs": objects})
    if stopped:
        raise click.exceptions.Exit(STOPPED)
    if strict and any(missed(one) for one in done):
        raise click.exceptions.Exit(MISSED)


def _kept(ready: Sequence["Prepared"], done: list["Run"], out: Path, text: bool, *, draws: int, **options: Any) -> bool:
    """Run and write each scenario, and print its text where that is wanted. -> whether Ctrl-C ended it; raised where nothing is kept"""
    from simlib.runs.stopping import stops

    with stops() as stop:
        try:
            for one in projected(ready, draws=draws, keep_finished=True, **options):
                with stop.held():  # what is finished stays, whatever comes after
                    _keep(one, draws, out)
                    done.append(one)
                    if text:
                        click.echo("\n".join([*([register_line(one)] if len(done) == 1 else []), "", run_text(one)]))
                if stop.asked:
                    break
        except KeyboardInterrupt:
            if not done:
                raise
            say("stopped")
            return True
    return stop.asked


def _keep(one: "Run", draws: int, out: Path) -> None:
    """Write a run's folder and say where; of one that was stopped, which part of the draws it has."""
    from simlib.store import write_run

    folder = write_run(one, out)
    if one.draws == draws:
        say(f"{one.scenario.name}: written to {folder}")
        return
    same = f"the same {one.draws} draws are the beginning of any longer run"
    say(f"stopped: {one.draws} of {draws} draws were finished and are kept in {folder}; {same}")


def missed(run: "Run") -> bool:
    """Whether a target is not met at the governing line, or one that has no line."""
    governing = run.scenario.levers.governing_line
    return any(row.verdict == "not met" and row.line in (None, governing) for row in run.target_rows)
