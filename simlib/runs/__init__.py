"""Runs: one verb for one scenario or many, under the same luck. registry, scenario, facts, draws -> results."""

from simlib.runs.paired import compare_tables, cost_effectiveness
from simlib.runs.result import Result
from simlib.runs.several import Runs, compare, run
from simlib.runs.single import TABLES, Prepared, Run, Timing, default_workers, prepare, run_one, run_prepared
from simlib.runs.tie import BreakEven, break_even, facts_between
from simlib.runs.variance import assumed_share, parameter_share, shared_variance

__all__ = [
    "TABLES",
    "BreakEven",
    "Prepared",
    "Result",
    "Run",
    "Runs",
    "Timing",
    "assumed_share",
    "break_even",
    "compare",
    "compare_tables",
    "cost_effectiveness",
    "default_workers",
    "facts_between",
    "parameter_share",
    "prepare",
    "run",
    "run_one",
    "run_prepared",
    "shared_variance",
]
