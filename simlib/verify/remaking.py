"""Who makes a run again, and on which register: this machine, unless somebody plugs in another."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from simlib.errors import InputError
from simlib.facts import Facts
from simlib.registry import Registry, synthesise_registry
from simlib.runs import run_one
from simlib.scenario import Scenario
from simlib.store import Register, write_run
from simlib.verify.told import Told

Rerun = Callable[[Scenario, int, int, Path], Path]
"""Makes a run: (scenario, draws, seed, output folder) -> its run folder."""


class Remaker(NamedTuple):
    """What is told of a register (a `Registry`, or less where nobody here holds it), and what makes a run on it, wherever that is."""

    register: Register
    rerun: Rerun
    processor: str | None = None  # that the numbers are made on, where it is not this one
    scratch: Path | None = None  # where it is made, where that is not the system's place for scratch


def local(registry: Registry | None = None, *, workers: int | None = None, facts: Facts | None = None) -> Callable[[Told], Remaker]:
    """This machine, with the register given, or else made again as the record says; `facts`: those in use unless given."""

    def remaker(told: Told) -> Remaker:
        people = remade_register(told) if registry is None else registry
        return Remaker(people, partial(_run, people, workers, facts))

    return remaker


def _run(registry: Registry, workers: int | None, facts: Facts | None, scenario: Scenario, draws: int, seed: int, out: Path) -> Path:
    return write_run(run_one(scenario, registry, facts=facts, draws=draws, seed=seed, workers=workers), out)


def remade_register(told: Told) -> Registry:
    """The synthetic register of a run made again. InputError where the record has no recipe: it was read from a file."""
    recipe = told.recipe
    if recipe is None:
        origin = told.text("registry.origin") or "of which the record says nothing"
        raise InputError(f"the run's register ({origin}) was read from a file: give it with --registry")
    return synthesise_registry(**recipe)
