"""`run --cluster`: the same run on the workers of a cluster, its register in parts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from simlib.cli.group import existing, say
from simlib.cli.progress import bar, plural
from simlib.cli.settled import GOES_ON, tell_of_look
from simlib.cli.text import written_line
from simlib.errors import InputError

if TYPE_CHECKING:
    from simlib.engine.cluster import Tls
    from simlib.registry import Registry
    from simlib.registry.parts import Parts
    from simlib.scenario import Scenario
    from simlib.spread import SpreadRun
    from simlib.verify import Remaker

PEM = click.Path(path_type=Path, exists=True, dir_okay=False)
OPTIONS = (
    click.option(
        "--cluster",
        metavar="ADDRESS",
        help="Dask workers do it: local[:N] starts N here, tcp://HOST:PORT or tls://HOST:PORT is a scheduler's address.",
    ),
    click.option("--tls-ca", type=PEM, help="Of a tls:// cluster: whose certificates are trusted (PEM)."),
    click.option("--tls-cert", type=PEM, help="This client's certificate (PEM)."),
    click.option("--tls-key", type=PEM, help="Its key (PEM)."),
)


class Cluster(NamedTuple):
    """Where workers are, and how they are reached."""

    address: str
    workers: int
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def tls(self) -> "Tls":
        """The files that it is reached with."""
        from simlib.engine.cluster import Tls

        return Tls(self.ca, self.certificate, self.key)


def asked(address: str | None, workers: int | None, ca: Path | None, certificate: Path | None, key: Path | None) -> Cluster | None:
    """The cluster that is asked for, None for none. InputError for keys without one, and for workers that are its own affair."""
    if address is None:
        if any((ca, certificate, key)):
            raise InputError("--tls-ca, --tls-cert and --tls-key belong to --cluster tls://HOST:PORT, which was not given")
        return None
    from simlib.engine.cluster import check_address
    from simlib.runs import default_workers

    if any((ca, certificate, key)) and not address.startswith("tls://"):
        raise InputError(f"--tls-ca, --tls-cert and --tls-key with --cluster {address}, which is not encrypted: wanted tls://HOST:PORT")
    if check_address(address) != 0 and workers is not None:
        raise InputError(f"--workers {workers} with --cluster {address}: it has the workers that it has; leave --workers out")
    return Cluster(address, workers or default_workers(), ca, certificate, key)


def register_in_parts(path: Path | None, mapping: Path | None, out: Path, read: Callable[[], "Registry"]) -> tuple["Parts", str]:
    """The partitioned register at a path, and its origin; any other register is read here and put into parts under `out` first."""
    from simlib.folders import check_writable
    from simlib.registry import find_parts, write_registry
    from simlib.runs.single import KEY_DIGITS, WORK

    check_writable(out)
    if path is not None and mapping is None and (parts := find_parts(existing(path))) is not None:
        return parts, parts.origin
    registry = read()
    place = out / WORK / "registers" / registry.hash.removeprefix("sha256:")[:KEY_DIGITS]
    if not place.exists():
        say(f"putting the register into parts for the workers: {place}")
        write_registry(registry, place, partition=True)
    found = find_parts(place)
    if found is None:
        raise InputError(f"{place} is no partitioned register, though its name says so: remove it, and it is made again")
    return found, registry.origin


def run_spread(
    cluster: Cluster,
    scenarios: Sequence["Scenario"],
    register: tuple["Parts", str],
    out: Path,
    tell: Callable[["SpreadRun"], None],
    *,
    draws: int,
    seed: int,
    limit: int | None,
) -> bool:
    """Run each scenario on the cluster and tell of it; what is finished is kept, whatever ends it. -> whether Ctrl-C ended it"""
    from simlib.engine.cluster import connected
    from simlib.spread import run_on

    parts, origin = register
    try:
        with connected(cluster.address, cluster.workers, cluster.tls) as client:
            means = f"on {plural(sum(client.nthreads().values()), 'thread')} of {cluster.address}"
            for scenario in scenarios:
                progress = partial(_bar, scenario.name, means)
                go = partial(run_on, client, parts, out=out, seed=seed, origin=origin, tell=say, progress=progress)
                one = _until_settled(go, scenario, draws, limit)
                say(written_line(one.scenario.name, one.folder))
                tell(one)
    except KeyboardInterrupt:
        say(f"stopped: finished blocks are kept in {out / 'work'}, and {GOES_ON}")
        return True
    return False


def remaker_on(
    cluster: Cluster, path: Path | None, mapping: Path | None, scratch: Path, read: Callable[[], "Registry"], held: ExitStack
) -> "Remaker":
    """Who makes a run again on a cluster, in a scratch folder that workers see; `held` ends the connection."""
    from simlib.engine.cluster import connected
    from simlib.spread import looked_through, run_on, stand_in
    from simlib.verify import Remaker

    parts, origin = register_in_parts(path, mapping, scratch, read)
    client = held.enter_context(connected(cluster.address, cluster.workers, cluster.tls))
    survey, told = looked_through(client, parts, scratch, say)
    progress = partial(_bar, "re-run", f"on {cluster.address}")

    def rerun(scenario: "Scenario", draws: int, seed: int, out: Path) -> Path:
        return run_on(client, parts, scenario, out, draws=draws, seed=seed, origin=origin, tell=say, progress=progress).folder

    return Remaker(stand_in(parts, survey, origin), rerun, told["processor"], scratch)


def _until_settled(go: "Callable[..., SpreadRun]", scenario: "Scenario", draws: int, limit: int | None) -> "SpreadRun":
    """One run, or runs of more and more draws; each takes over the blocks of the one before."""
    from simlib.runs.settling import looked, looks

    if limit is None:
        return go(scenario=scenario, draws=draws)
    for number, more in enumerate(looks(draws, limit), start=1):
        look = looked(go(scenario=scenario, draws=more, tables=False), number)
        tell_of_look(scenario.name, limit, look)
        if not look.open:
            break
    return go(scenario=scenario, draws=look.draws)


def _bar(name: str, means: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
    return bar(name, total, means)
