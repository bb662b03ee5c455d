"""The model held against what happened: a record, wide ranges weighed by its first two years, and the later years as the test."""

from simlib.backtest.adjusting import adjusted, moved, wide_facts
from simlib.backtest.comparing import band_of, by_year, comparison, in_words
from simlib.backtest.record import FIT_YEARS, Record, record_table, records
from simlib.backtest.said import modelled, paths
from simlib.backtest.sampling import every_nth_village
from simlib.backtest.weighing import distances, effective_number, evidence, quantiles, weights

__all__ = [
    "FIT_YEARS",
    "Record",
    "adjusted",
    "band_of",
    "by_year",
    "comparison",
    "distances",
    "effective_number",
    "every_nth_village",
    "evidence",
    "in_words",
    "modelled",
    "moved",
    "paths",
    "quantiles",
    "record_table",
    "records",
    "weights",
    "wide_facts",
]
