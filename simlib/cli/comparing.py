"""Comparing runs under the same luck: stored ones, or scenarios that are run now."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from click.core import ParameterSource

from simlib.cli.group import EPILOG, print_json, say
from simlib.cli.progress import compiling
from simlib.cli.projecting import prepared, projected, register_of, run_options
from simlib.cli.versus import break_even_text, comparison_text
from simlib.errors import InputError, said

if TYPE_CHECKING:
    from simlib.registry import Registry
    from simlib.runs import BreakEven
    from simlib.runs.paired import Drawn
    from simlib.scenario import Scenario
    from simlib.store import Stored

OF_STORED = ("draws", "seed", "workers")
"""Options that a stored run has settled."""
SAME = ("seed", "draws", "registry", "package")
"""What the records of runs must have in common to be compared."""


class Compared(NamedTuple):
    """What is compared: draw tables and scenarios in the order given, and the register, None where it is not at hand."""

    drawn: "list[Drawn]"
    scenarios: "list[Scenario]"
    register: "Registry | None"
    draws: int
    seed: int


@click.command(epilog=EPILOG)
@click.argument("runs", nargs=-1, required=True, metavar="RUN_OR_SCENARIO...")
@run_options
@click.option(
    "--break-even",
    "tie_facts",
    multiple=True,
    metavar="FACT",
    help="Where the first and each other tie over an uncertain fact (default: what alternative measures hang on).",
)
def compare(
    runs: Sequence[str],
    registry_path: Path | None,
    mapping: Path | None,
    draws: int,
    seed: int,
    workers: int | None,
    as_json: bool,
    tie_facts: Sequence[str],
) -> None:
    """Paired differences from the first, under the same luck, with 95 % intervals: of stored runs, or of scenarios run now."""
    from simlib.runs import compare_tables, cost_effectiveness
    from simlib.runs.columns import records_of

    runs = _without_blocks(runs)
    _check(runs, tie_facts)
    if _all_stored(runs):
        found = _stored(runs, registry_path, mapping, bool(tie_facts))
    else:
        ready = prepared(runs, registry_path, mapping, draws, seed)
        done = list(projected(ready, draws=draws, seed=seed, workers=workers))
        tables = [one.drawn for one in done]
        found = Compared(tables, [one.scenario for one in ready], ready[0].registry, draws, seed)
    baseline = found.drawn[0].name
    differences, costs = compare_tables(found.drawn, baseline), cost_effectiveness(found.drawn, baseline)
    ties = list(_ties(found, tie_facts))
    if as_json:
        told = {"differences": records_of(differences), "cost": records_of(costs), "break_even": [asdict(tie) for tie in ties]}
        print_json({"schema": 1, "baseline": baseline, "seed": found.seed, "draws": found.draws, **told})
    else:
        click.echo("\n".join([comparison_text(differences, costs), *map(break_even_text, ties)]))


def _without_blocks(runs: Sequence[str]) -> Sequence[str]:
    """What is to be compared, without the folder of blocks that `runs/*` names too; said, where it does."""
    from simlib.runs.single import WORK
    from simlib.store import is_run

    blocks = [path for path in runs if Path(path).name == WORK and Path(path).is_dir() and not is_run(path)]
    for path in blocks:
        say(f"{path} holds blocks that runs are made of, and no run: left out")
    return [path for path in runs if path not in blocks]


def _check(runs: Sequence[str], tie_facts: Sequence[str]) -> None:
    """Raise InputError for what can be seen to be wrong before anything is loaded."""
    from simlib.facts import load_facts
    from simlib.runs.tie import uncertain_fact

    if len(runs) < 2:
        text = said("compare: seen one ({name}), wanted two at least; the first is what the others are compared with", name=runs[0])
        raise InputError(text)
    for key in tie_facts:
        uncertain_fact(load_facts(), key)


def _all_stored(runs: Sequence[str]) -> bool:
    """Whether all are run folders. InputError for a mixture, and for a folder that is none."""
    from simlib.store import is_run

    stored = [is_run(path) for path in runs]
    broken = [path for path, found in zip(runs, stored, strict=True) if not found and Path(path).is_dir()]
    if broken:
        raise InputError(said("{path}: no run folder, which has a record.json; `simlib run` writes them", path=broken[0]))
    if any(stored) and not all(stored):
        raise InputError(said("compare: seen run folders and scenarios together, wanted one kind; run the scenarios first"))
    return all(stored)


def _stored(paths: Sequence[str], registry_path: Path | None, mapping: Path | None, wanted: bool) -> Compared:
    """Stored runs that can be compared, and their register where a tie is to be looked for."""
    from simlib.runs.paired import Drawn
    from simlib.store import read_stored

    context = click.get_current_context()
    given = [name for name in OF_STORED if context.get_parameter_source(name) == ParameterSource.COMMANDLINE]
    if given:
        raise InputError(f"--{given[0]} is of no use with run folders, which have theirs; give scenarios to run them now")
    found = [read_stored(path) for path in paths]
    names = _names(found)
    drawn = [Drawn(name, one.by_draw, one.record["cost"]["staff"]) for name, one in zip(names, found, strict=True)]
    scenarios = [one.scenario.model_copy(update={"name": name}) for name, one in zip(names, found, strict=True)]
    register = _register_of_runs(found[0], scenarios, registry_path, mapping, wanted)
    return Compared(drawn, scenarios, register, found[0].record["draws"], found[0].record["seed"])


def _names(found: "Sequence[Stored]") -> list[str]:
    """What each stored run is called: its scenario, with the run's key where scenarios share a name. InputError unless comparable."""
    for key in SAME:
        seen = {json.dumps(one.record[key], sort_keys=True, ensure_ascii=False) for one in found}
        if len(seen) > 1:
            raise InputError(f"compare: the runs differ in {key}: {', '.join(sorted(seen))}; a paired comparison needs the same")
    if len({one.record["key"] for one in found}) < len(found):
        raise InputError(said("compare: the same run is given twice"))
    plain = [one.name for one in found]
    return plain if len(set(plain)) == len(plain) else [f"{one.name} {one.record['key'][:8]}" for one in found]


def _register_of_runs(
    first: "Stored", scenarios: "Sequence[Scenario]", registry_path: Path | None, mapping: Path | None, wanted: bool
) -> "Registry | None":
    """The register of stored runs, if a tie is to be looked for. Another one is refused, or said where nobody asked for the tie."""
    from simlib.runs import facts_between
    from simlib.runs.keys import package_hash

    if not wanted and not any(facts_between(scenarios[0], other) for other in scenarios[1:]):
        return None
    register = register_of(registry_path, mapping)
    same = register.hash == first.record["registry"]["hash"] and package_hash() == first.record["package"]
    if same:
        return register
    message = "to look for a tie, the register of the runs (--registry) and the version of simlib that made them are needed"
    if wanted:
        raise InputError(f"--break-even: {message}")
    say(f"no break-even: {message}")
    return None


def _ties(found: Compared, asked: Sequence[str]) -> "Iterator[BreakEven]":
    """Where the first and each other tie, over the facts asked for, or else over what their alternative measures hang on."""
    from simlib.engine.rows import LANES
    from simlib.runs import break_even, facts_between, prepare
    from simlib.runs.tie import TIE_DRAWS

    if found.register is None:
        return
    first, *others = found.scenarios
    for other in others:
        for fact in asked or facts_between(first, other):
            with compiling():
                prepare(found.register, first).compiled(LANES)
            say(f"looking where {first.name} and {other.name} tie over {fact}")
            yield break_even(first, other, fact, found.register, draws=min(found.draws, TIE_DRAWS), seed=found.seed)
