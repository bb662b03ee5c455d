"""Projecting: what `run` and `compare` share, and `run` itself."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from simlib.cli import settled, spreading
from simlib.cli.group import EPILOG, MISSED, STOPPED, elapsed_s, print_json, say, spoken, with_options
from simlib.cli.progress import compiling, progress
from simlib.cli.registers import MAPPING, read_and_say
from simlib.cli.settled import GOES_ON, limit_of, tell_of_look
from simlib.cli.spreading import asked, register_in_parts, run_spread
from simlib.cli.text import SUMMARY_LEGEND, register_line, run_text, summary_head, summary_line, written_line
from simlib.errors import InputError, said

if TYPE_CHECKING:
    from simlib.registry import Registry
    from simlib.runs import Run
    from simlib.runs.single import Prepared
    from simlib.scenario import Scenario

MUCH: Final = 10**9
"""Bytes of blocks from which on they are mentioned."""
OPTIONS = (
    click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="A register (default: the synthetic full task)."),
    MAPPING,
    click.option("--draws", default=200, show_default=True, type=click.IntRange(min=0), help="Random futures; 0 is deterministic."),
    click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0, max=2**64 - 1)),
    click.option("--workers", type=click.IntRange(min=1), help="Threads (default: all processors)."),
    click.option("--json", "as_json", is_flag=True, help="One JSON object."),
)


run_options: Final = with_options(*OPTIONS)
"""The options that `run` and `compare` share."""


def register_of(path: Path | None, mapping: Path | None) -> "Registry":
    """The register of a command: a file, or the default task."""
    from simlib.registry.synthesise import default_registry

    if path is not None:
        return read_and_say(path, mapping)
    if mapping is not None:
        raise InputError(said("--mapping needs --registry: it says how that file's columns become ours"))
    return default_registry()


def scenarios_of(names: Sequence[str], draws: int, seed: int) -> list["Scenario"]:
    """Every scenario. InputError for one that cannot be read, and for draws and a seed that cannot be."""
    from simlib.runs.several import distinct_names
    from simlib.runs.single import checked_draws
    from simlib.scenario import load_scenario

    checked_draws(draws, seed)
    scenarios = [load_scenario(name) for name in names]
    distinct_names(scenarios)
    return scenarios


def prepared(names: Sequence[str], registry_path: Path | None, mapping: Path | None, draws: int, seed: int) -> list["Prepared"]:
    """Every scenario loaded, packed and held against the register before the first is run: bad input writes nothing."""
    from simlib.runs.single import prepare

    scenarios, people = scenarios_of(names, draws, seed), register_of(registry_path, mapping)
    with compiling():
        first, *others = (prepare(people, scenario) for scenario in scenarios)
        return [first.compiled(draws), *others]


def projected(ready: Iterable["Prepared"], **options: Any) -> Iterator["Run"]:
    """Run each scenario when its turn comes, and keep none.

    Options: those of `run_prepared`, `out` for blocks, and the `limit` up to which draws are added.
    """
    for one in ready:
        yield _projected(one, **options)


def _projected(one: "Prepared", *, out: Path | None = None, limit: int | None = None, **options: Any) -> "Run":
    from simlib.runs.settling import run_until_settled
    from simlib.runs.single import kept_blocks

    name = one.scenario.name
    kept = kept_blocks(one, options["seed"], out, lambda told: _say_above(f"{name}: {told}")) if out and options["draws"] else None
    try:
        if limit is None:
            return _with_progress(one, kept=kept, **options)
        tell = partial(tell_of_look, name, limit)
        return run_until_settled(one, most_draws=limit, go=_with_progress, tell=tell, kept=kept, **options)
    except KeyboardInterrupt:
        if kept and kept.all_ranges():
            say(f"finished blocks are kept in {kept.folder}, and {GOES_ON}")
        raise


def _with_progress(one: "Prepared", *, draws: int, workers: int | None, **options: Any) -> "Run":
    from simlib.runs import run_prepared

    if options.get("after"):
        with compiling():
            one.compiled(draws)
    with progress(one, draws, workers) as update:
        return run_prepared(one, draws=draws, workers=workers, progress=update, **options)


def _say_above(message: str) -> None:
    """A message above a bar, if there is one."""
    from tqdm import tqdm

    tqdm.write(message, file=sys.stderr)


@click.command(epilog=EPILOG)
@click.argument("scenarios", nargs=-1, metavar="SCENARIO...")
@run_options
@click.option("--all", "every", is_flag=True, help="All bundled scenarios, before those named.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="Where run folders go.")
@click.option("--strict", is_flag=True, help="Exit with 3 when a target is missed at the governing line.")
@with_options(*settled.OPTIONS)
@with_options(*spreading.OPTIONS)
def run(
    scenarios: Sequence[str],
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    workers: int | None,
    as_json: bool,
    every: bool,
    out: Path,
    strict: bool,
    until_settled: bool,
    most_draws: int | None,
    cluster: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Project and assess each SCENARIO (a name or a path), print its targets, write its run folder.

    One scenario has a screen of its own; several, or --all, have a table, a line each. Ctrl-C keeps what is finished: whole runs, and
    the one under way with the draws that it has. Finished blocks are kept in work/ beside the run folders: after Ctrl-C, a crash or a
    full disk the same command goes on from there, and so does one of more draws. work/ may be removed when nothing runs.

    With --cluster, Dask workers do it, on this machine or on others: the register, put into parts, is read by them alone.
    """
    limit, spread = limit_of(draws, most_draws, seed, until_settled=until_settled), asked(cluster, workers, tls_ca, tls_cert, tls_key)
    wanted = scenarios_of(_named(scenarios, every), draws, seed)
    read = partial(register_of, registry_path, mapping)
    telling = Telling([one.name for one in wanted], as_json)
    if spread is None:
        stopped = _alone(wanted, read(), telling, out, draws=draws, seed=seed, workers=workers, limit=limit)
    else:
        from simlib.spread import check_mode

        for one in wanted:
            check_mode(one)
        register = register_in_parts(registry_path, mapping, out, read)
        stopped = run_spread(spread, wanted, register, out, telling, draws=draws, seed=seed, limit=limit)
    telling.end()
    _tell_of_blocks(out)
    if stopped:
        raise click.exceptions.Exit(STOPPED)
    if strict and telling.missed:
        raise click.exceptions.Exit(MISSED)


def _tell_of_blocks(out: Path) -> None:
    """Say how much room finished blocks take, where that is much: nobody else would tell that they may go."""
    from simlib.runs.single import WORK

    room = 0
    for path in (out / WORK).rglob("v*"):
        with suppress(OSError):  # it may go meanwhile
            room += path.stat().st_size if path.is_file() else 0
    if room > MUCH:
        say(f"{out / WORK} holds {room / 1e9:.1f} GB of finished blocks, which spare work when runs grow; it may be removed")


def _alone(scenarios: Sequence["Scenario"], people: "Registry", telling: "Telling", out: Path, *, draws: int, **options: Any) -> bool:
    """Run scenarios in this process. -> whether Ctrl-C ended it"""
    from simlib.folders import check_writable

    ready = _ready(scenarios, people, draws)
    check_writable(out)
    return _kept(_in_turn(ready, people), telling, out, draws=draws, **options)


def _named(scenarios: Sequence[str], every: bool) -> list[str]:
    """The scenarios that are asked for, each once where `--all` has it already. InputError for none."""
    from simlib.scenario import bundled_scenarios

    bundled = bundled_scenarios() if every else []
    wanted = [*bundled, *(name for name in scenarios if name not in bundled)]
    if not wanted:
        raise InputError(said("run: seen no scenario; wanted names or paths, or --all for the bundled ones"))
    return wanted


class Telling:
    """Tells of each run as it comes, and keeps no more of it than is told at the end: a run is large, and there may be many."""

    def __init__(self, names: Sequence[str], as_json: bool) -> None:
        self.names, self.as_json = names, as_json
        self.objects: list[dict[str, Any]] = []
        self.number = 0
        self.missed = False

    def __call__(self, one: "Run") -> None:
        """A run is there: its screen, its line in the table, or its object for later."""
        self.number += 1
        self.missed |= missed(one)
        if self.as_json:
            self.objects.append(one.to_json())
        elif len(self.names) == 1:
            click.echo("\n".join([register_line(one), "", run_text(one)]))
        else:
            head = [register_line(one), "", summary_head(self.names)] if self.number == 1 else []
            click.echo("\n".join([*head, summary_line(one, self.names)]))

    def end(self) -> None:
        """All runs are there that will be."""
        if self.as_json:
            objects = [one | {"elapsed_s": elapsed_s()} for one in self.objects]
            print_json(objects[0] if len(self.names) == 1 else {"schema": 1, "runs": objects})
        elif len(self.names) > 1:
            click.echo(SUMMARY_LEGEND)


def _ready(scenarios: Sequence["Scenario"], people: "Registry", draws: int) -> list["Scenario | Prepared"]:
    """Scenarios, packed where that can show bad input (a plan that does not fit) and the first, which compiles: before anything is run."""
    from simlib.runs.single import prepare

    with compiling():
        first, *others = scenarios
        planned = [prepare(people, one) if one.levers.allocation.mode != "annual" else one for one in others]
        return [prepare(people, first).compiled(draws), *planned]


def _in_turn(ready: list["Scenario | Prepared"], people: "Registry") -> Iterator["Prepared"]:
    """Each scenario packed in its turn, and forgotten when it is taken: what many of them need at once would be much."""
    from simlib.runs.single import Prepared, prepare

    while ready:
        one = ready.pop(0)
        yield one if isinstance(one, Prepared) else prepare(people, one)


def _kept(ready: Iterable["Prepared"], telling: Telling, out: Path, *, draws: int, **options: Any) -> bool:
    """Run, write and tell of each scenario. -> whether Ctrl-C ended it; raised where nothing is kept"""
    from simlib.runs.stopping import stops

    with stops() as stop:
        try:
            for one in projected(ready, draws=draws, keep_finished=True, out=out, **options):
                with stop.held():  # what is finished stays, whatever comes after
                    folder = _keep(one, draws, out)
                    telling(one)
                del one
                if stop.asked:
                    break
            _say_what_next(folder)
        except KeyboardInterrupt:
            if not telling.number:
                raise
            say("stopped")
            return True
    return stop.asked


def _keep(one: "Run", draws: int, out: Path) -> Path:
    """Write a run's folder and say where; of one that was stopped, which part of the draws it has. -> the folder"""
    from simlib.store import write_run

    folder = write_run(one, out)
    if one.draws >= draws:
        say(written_line(one.scenario.name, folder))
        return folder
    same = f"the same {one.draws} draws are the beginning of any longer run, and {GOES_ON}"
    say(f"stopped: {one.draws} of {draws} draws were finished and are kept in {folder}; {same}")
    return folder


def _say_what_next(folder: Path) -> None:
    """How a run becomes what people read who work in Excel or on paper."""
    words, report = spoken(), f'simlib report "{folder}" --out result'
    say(words("for Excel: {workbook}; to print: {page}", workbook=f"{report}.xlsx", page=f"{report}.html"))


def missed(run: "Run") -> bool:
    """Whether a target is not met at the governing line, or one that has no line."""
    governing = run.scenario.levers.governing_line
    return any(row.verdict == "not met" and row.line in (None, governing) for row in run.target_rows)
