"""Runs: one verb for one scenario or many, under the same luck. registry, scenario, facts, draws -> results."""

from simlib.runs.paired import compare_tables, cost_effectiveness
from simlib.runs.several import Runs, compare, run
from simlib.runs.single import Run, Timing, prepare, run_one, run_prepared
from simlib.runs.tie import BreakEven, break_even, facts_between
from simlib.runs.variance import assumed_share, parameter_share

__all__ = [
    "BreakEven",
    "Run",
    "Runs",
    "Timing",
    "assumed_share",
    "break_even",
    "compare",
    "compare_tables",
    "cost_effectiveness",
    "facts_between",
    "parameter_share",
    "prepare",
    "run",
    "run_one",
    "run_prepared",
]
