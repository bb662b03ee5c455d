"""A record against the band of a model: how far off, in which direction, inside which band, and all of it in words."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simlib.backtest.record import Record
from simlib.backtest.weighing import Reals, quantiles

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES: Final = ("p05", "p25", "p50", "p75", "p95")
WITHIN: Final = {
    "50": "inside the band of every second future",
    "90": "inside the band of nine futures in ten",
    "outside": "outside both bands",
}
STEPS: Final = 201  # places at which a normal error is laid out
ROUNDING: Final = 1e-9


def band_of(values: ArrayLike, weight: ArrayLike | None = None, error: float = 0.0) -> dict[str, float]:
    """5, 25, 50, 75 and 95 % of draws, under weights if given; with an error (a standard deviation) added to each draw if given."""
    v = np.asarray(values, dtype=np.float64)
    w = np.full(len(v), 1 / max(1, len(v))) if weight is None else np.asarray(weight, dtype=np.float64)
    if error > 0:
        steps = error * np.array([NormalDist().inv_cdf((place + 0.5) / STEPS) for place in range(STEPS)])
        v, w = np.add.outer(v, steps).ravel(), np.repeat(w / STEPS, STEPS)
    return dict(zip(NAMES, map(float, quantiles(v, LEVELS, w)), strict=True))


def inside(value: float, band: dict[str, float]) -> str:
    """`50` for a value between the quarters, else `90` for one between the ends, else `outside`; an end belongs to its band."""
    if band["p25"] <= value <= band["p75"]:
        return "50"
    return "90" if band["p05"] <= value <= band["p95"] else "outside"


def comparison(said: pd.DataFrame, shown: Sequence[Record], weight: ArrayLike | None = None, discrepancy: float = 0.0) -> pd.DataFrame:
    """One row a record: the record, the model's band, `off` (the band's middle less the record), direction, the band it lies in.

    `with_error` is the band it lies in once the discrepancy of record and model is part of it; only shares of people have one stated.
    """
    return pd.DataFrame([_row(said, record, weight, discrepancy) for record in shown], index=[record.key for record in shown])


def _row(said: pd.DataFrame, record: Record, weight: ArrayLike | None, discrepancy: float) -> dict[str, Any]:
    values = said[record.key].to_numpy()
    band = band_of(values, weight)
    off, error = band["p50"] - record.value, discrepancy if record.of_people else 0.0
    wider = inside(record.value, band_of(values, weight, error)) if error else ""
    direction = "right" if abs(off) < ROUNDING else "too low" if off < 0 else "too high"
    return {
        "what": record.what,
        "record": record.value,
        **band,
        "off": off,
        "model is": direction,
        "inside": inside(record.value, band),
        "with_error": wider,
    }


def in_words(table: pd.DataFrame) -> list[str]:
    """A comparison said plainly, one sentence a record."""
    return [_sentence(row) for row in table.to_dict("records")]


def _sentence(row: dict[Any, Any]) -> str:
    share = row["record"] <= 1
    said, record, low, high = (_number(row[name], share) for name in ("p50", "record", "p05", "p95"))
    off = f"{100 * abs(row['off']):.1f} points" if share else f"{abs(row['off']):,.0f} yuan"
    verdict = "right" if row["model is"] == "right" else f"{off} {row['model is']}"
    wider = f"; with the record's own error {WITHIN[row['with_error']]}" if row["with_error"] not in ("", row["inside"]) else ""
    what = row["what"][0].upper() + row["what"][1:]
    return f"{what}: recorded {record}, the model says {said} ({low} to {high}). It is {verdict}, {WITHIN[row['inside']]}{wider}."


def _number(value: float, share: bool) -> str:
    return f"{100 * value:.1f} %" if share else f"{value:,.0f}"


def by_year(values: Reals, years: Sequence[int], weight: ArrayLike | None = None) -> pd.DataFrame:
    """The band of every year. values[draw, year] -> one row a year: p05, p25, p50, p75, p95"""
    return pd.DataFrame([band_of(values[:, place], weight) for place in range(len(years))], index=pd.Index(years, name="year"))
