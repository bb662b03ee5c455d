"""simlib: will these households be out of poverty by 2018, under this plan, with this money, and how sure are we?

    import simlib as sl
    runs = sl.run([sl.load_scenario("baseline"), sl.load_scenario("full_package")], draws=200, seed=1)
    runs.targets()

Names load on first use, so that `import simlib` alone loads neither pandas nor numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlib.facts import load_facts
    from simlib.registry import Registry, read_registry, synthesise_registry, write_registry
    from simlib.runs import Run, Runs, break_even, compare, run
    from simlib.scenario import Scenario, bundled_scenarios, load_scenario, scenario_from
    from simlib.store import write_run

__version__ = "0.1.0"

_HOMES = {
    "Registry": "simlib.registry",
    "Run": "simlib.runs",
    "Runs": "simlib.runs",
    "Scenario": "simlib.scenario",
    "break_even": "simlib.runs",
    "bundled_scenarios": "simlib.scenario",
    "compare": "simlib.runs",
    "load_facts": "simlib.facts",
    "load_scenario": "simlib.scenario",
    "read_registry": "simlib.registry",
    "run": "simlib.runs",
    "scenario_from": "simlib.scenario",
    "synthesise_registry": "simlib.registry",
    "write_registry": "simlib.registry",
    "write_run": "simlib.store",
}
__all__ = [
    "Registry",
    "Run",
    "Runs",
    "Scenario",
    "break_even",
    "bundled_scenarios",
    "compare",
    "load_facts",
    "load_scenario",
    "read_registry",
    "run",
    "scenario_from",
    "synthesise_registry",
    "write_registry",
    "write_run",
]


def __getattr__(name: str) -> Any:
    """PEP 562: the module that holds a name is imported when the name is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """What the package offers."""
    return [*__all__, "__version__"]
