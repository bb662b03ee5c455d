"""Scenarios: what is decided, what is uncertain, how it is judged; files that people write, values that runs take."""

from simlib.scenario.files import bundled_scenarios
from simlib.scenario.load import Scenario, load_scenario, scenario_from
from simlib.scenario.values import Change

__all__ = ["Change", "Scenario", "bundled_scenarios", "load_scenario", "scenario_from"]
