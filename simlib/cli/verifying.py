"""Whether a stored run is what was written, and gives the same numbers again."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from simlib.cli import spreading
from simlib.cli.group import EPILOG, elapsed_s, existing, print_json, with_options
from simlib.cli.progress import compiling, progress
from simlib.cli.registers import MAPPING, read_and_say
from simlib.cli.spreading import Cluster, asked, remaker_on
from simlib.errors import InputError

if TYPE_CHECKING:
    from simlib.registry import Registry
    from simlib.scenario import Scenario
    from simlib.verify import Remaker, Step, Verification
    from simlib.verify.told import Told


@click.command(epilog=EPILOG)
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option(
    "--registry",
    "registry_path",
    type=click.Path(path_type=Path),
    help="The register of the run (default: made again where it is a synthetic one that simlib made for the run).",
)
@MAPPING
@click.option("--workers", type=click.IntRange(min=1), help="Threads of the re-run (default: all processors).")
@with_options(*spreading.OPTIONS)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(
    run: Path,
    registry_path: Path | None,
    mapping: Path | None,
    workers: int | None,
    cluster: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    as_json: bool,
) -> None:
    """Hold a stored RUN (a run folder) against its record: every byte, the register, code and libraries; then run it again.

    The re-run must give the same bits where simlib, its libraries and the kind of processor are the same, else the same numbers to 1e-9.
    Everything that is not as it should be is named. Code 2: folder or register are not what the record says; 1: only the re-run is not.
    With --cluster, Dask workers run it again; its register, put into parts, is read by them alone.
    """
    spread = asked(cluster, workers, tls_ca, tls_cert, tls_key)
    if mapping is not None and registry_path is None:
        raise InputError("--mapping needs --registry: it says how that file's columns become ours")
    for path in (registry_path, mapping):
        if path is not None:
            existing(path)
    with ExitStack() as held:
        remaker = _remaker(registry_path, mapping, workers) if spread is None else _spread(spread, registry_path, mapping, run, held)
        found = _verified(run, remaker, as_json)
    if as_json:
        print_json(found.to_json() | {"elapsed_s": elapsed_s()})
    else:
        click.echo(found.conclusion)
    if not found.ok:
        raise click.exceptions.Exit(found.exit_code)


def _verified(run: Path, remaker: "Callable[[Told], Remaker]", as_json: bool) -> "Verification":
    from simlib.verify import verify as verified

    return verified(run, remaker, tell=None if as_json else _tell)


def _spread(cluster: Cluster, path: Path | None, mapping: Path | None, run: Path, held: ExitStack) -> "Callable[[Told], Remaker]":
    """Who makes the run again: workers, beside the run folder, which they see."""
    from simlib.engine.kept import writing_to
    from simlib.verify import remade_register

    def remaker(told: "Told") -> "Remaker":
        with writing_to(run.parent):
            scratch = Path(held.enter_context(TemporaryDirectory(prefix=".verify-", dir=run.resolve().parent)))
        read = partial(remade_register, told) if path is None else partial(read_and_say, path, mapping)
        return remaker_on(cluster, path, mapping, scratch, read, held)

    return remaker


def _tell(step: "Step") -> None:
    click.echo(step.text)


def _remaker(path: Path | None, mapping: Path | None, workers: int | None) -> "Callable[[Told], Remaker]":
    """Who makes the run again: this machine, saying how far it is."""
    from simlib.verify import Remaker, remade_register

    def remaker(told: "Told") -> "Remaker":
        registry = remade_register(told) if path is None else read_and_say(path, mapping)
        return Remaker(registry, partial(_rerun, registry, workers))

    return remaker


def _rerun(registry: "Registry", workers: int | None, scenario: "Scenario", draws: int, seed: int, out: Path) -> Path:
    """Make a run again as `simlib run` does. -> its run folder"""
    from simlib.folders import check_writable
    from simlib.runs import prepare, run_prepared
    from simlib.runs.single import checked_draws
    from simlib.store import write_run

    checked_draws(draws, seed)
    check_writable(out)
    with compiling():
        ready = prepare(registry, scenario).compiled(draws)
    with progress(ready, draws, workers) as update:
        made = run_prepared(ready, draws=draws, seed=seed, workers=workers, progress=update)
    return write_run(made, out)
