"""A plan is a table: household, year, measure, fund, fen (docs/model.md, 5). Reading it, checking it, and bringing it into arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.state import CHOSEN, MOST_PLANNED, MOST_YEARS, PLANNED_FUNDS, Fund
from simlib.errors import InputError, nearest
from simlib.measures import CHOSEN_MEASURES, Starts
from simlib.registry.columns import normal_text

COLUMNS = ("household_id", "year", "measure", "fund", "fen")
TEXT = ("household_id", "measure", "fund")
MEASURE_KEYS = tuple(measure.key for measure in CHOSEN_MEASURES)
FUND_KEYS = tuple(fund.name.lower() for fund in Fund)[:PLANNED_FUNDS]
PAYING = tuple(key for key in FUND_KEYS if key != "village_programme")  # of households; works pays day work, and nothing else does
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}  # an id is text, whatever it looks like
MOST_FEN = 10**12  # of a row: ten thousand million yuan, more than all funds together; millions of such rows still add up in 64 bits
MOST_PROBLEMS = 20  # listed in one message; all are counted


def read_plan(path: str | Path) -> pd.DataFrame:
    """Read a plan from CSV, XLSX or Parquet: ids as text, money as whole fen. Raises InputError with what is missing."""
    file = Path(path)
    if not file.is_file():
        raise InputError(f"plan {file}: no such file; wanted a table with the columns {', '.join(COLUMNS)}")
    rows = _read(file)
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        raise InputError(f"plan {file}: no column {', '.join(missing)}; seen {', '.join(map(str, rows.columns))}")
    others = [str(name) for name in rows.columns if name not in COLUMNS]
    if others:
        raise InputError(
            f"plan {file}: column {', '.join(others)} is none of {', '.join(COLUMNS)}; take it out: a plan is kept with its run"
        )
    rows = rows[list(COLUMNS)]
    return rows.assign(**{name: rows[name].map(str).map(normal_text) for name in TEXT})


def _read(file: Path) -> pd.DataFrame:
    """The table of a file as it is; ids and words stay text, so that 007 keeps its zeros and NA is an id like any other."""
    if file.suffix == ".csv":
        return pd.read_csv(file, dtype=dict.fromkeys(TEXT, str), keep_default_na=False)
    if file.suffix == ".xlsx":
        return pd.read_excel(file, dtype=dict.fromkeys(TEXT, str), keep_default_na=False)
    if file.suffix == ".parquet":
        return pd.read_parquet(file)
    raise InputError(f"plan {file}: seen {file.suffix or 'no suffix'}, wanted .csv, .xlsx or .parquet")


def write_plan(plan: pd.DataFrame, path: str | Path) -> None:
    """Write a plan as CSV, XLSX or Parquet, so that `read_plan` gives the same rows: integer fen, ids as text."""
    file = Path(path)
    if file.suffix == ".xlsx":
        with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs={"options": PLAIN}) as book:
            plan.to_excel(book, index=False, sheet_name="plan")
    elif file.suffix == ".parquet":
        plan.to_parquet(file, index=False)
    else:
        plan.to_csv(file, index=False)


def _refused(plan: pd.DataFrame, place: NDArray[np.int64], years: Sequence[int], start: Starts) -> NDArray[np.int64]:
    """Places of the rows that cannot be carried out, whatever the reason."""
    eligible = np.stack([measure.eligible(start) for measure in CHOSEN_MEASURES])
    kind = pd.Index(MEASURE_KEYS).get_indexer(pd.Index(plan["measure"]))
    money = pd.to_numeric(plan["fen"], errors="coerce").to_numpy(np.float64)
    good = (place >= 0) & (kind >= 0) & plan["year"].isin(list(years)).to_numpy() & plan["fund"].isin(list(PAYING)).to_numpy()
    good &= ((plan["fund"] == "works") == (plan["measure"] == "local_jobs")).to_numpy()
    good &= (money >= 0) & (money <= MOST_FEN) & (money == np.floor(money)) & eligible[kind, place]
    return np.flatnonzero(~good)


def _problems(plan: pd.DataFrame, place: NDArray[np.int64], years: Sequence[int], start: Starts) -> list[str]:
    """What is wrong with each refused row, numbered as a person would find it (the first row after the head is 2)."""
    found: list[str] = []
    for index in _refused(plan, place, years, start):
        row, at, where = plan.iloc[index], place[index], f"row {index + 2}"
        if at < 0:
            found.append(f"{where}: household {row.household_id!r} is not in the register")
        if row.year not in years:
            found.append(f"{where}: year {row.year}; wanted {years[0]} to {years[-1]}")
        if row.measure not in MEASURE_KEYS:
            found.append(f"{where}: measure {row.measure!r}; {nearest(str(row.measure), MEASURE_KEYS)}")
        elif at >= 0 and not CHOSEN_MEASURES[MEASURE_KEYS.index(row.measure)].eligible(start)[at]:
            found.append(f"{where}: household {row.household_id!r} may not have {row.measure}")
        if row.fund not in PAYING:
            found.append(f"{where}: fund {row.fund!r}; {nearest(str(row.fund), PAYING)}")
        elif (row.fund == "works") != (row.measure == "local_jobs"):
            found.append(f"{where}: {row.measure} from {row.fund}; wanted local_jobs from works, the part of village projects that pays it")
        if not (isinstance(row.fen, (int, float, np.number)) and 0 <= row.fen <= MOST_FEN and row.fen == np.floor(row.fen)):
            found.append(f"{where}: fen {str(row.fen) or 'empty'}; wanted a whole number of fen, 0 to {MOST_FEN:.0e}")
    return found


@dataclass(frozen=True)
class Planned:
    """A plan as the kernel reads it: its entries by household, then by year, then by measure."""

    start: NDArray[np.int64]  # [household + 1]
    measure: NDArray[np.int64]  # [entry]
    year: NDArray[np.int64]  # counted from the first
    fen: NDArray[np.int64]  # [entry, fund]


def no_plan() -> Planned:
    """What stands in where rounds choose."""
    none = np.zeros(0, dtype=np.int64)
    return Planned(none, none, none, np.zeros((0, PLANNED_FUNDS), dtype=np.int64))


def planned(plan: pd.DataFrame, ids: NDArray[Any], years: Sequence[int], start: Starts) -> Planned:
    """A plan's rows by household in the order of `ids`, year, measure and fund.

    Raises InputError that names every bad row: unknown household, year, measure or fund, a measure the household may not have, bad money;
    and households with more rows than are followed.
    """
    place = pd.Index(ids).get_indexer(pd.Index(plan["household_id"])).astype(np.int64)
    problems = _problems(plan, place, years, start)
    if problems:
        listed = "; ".join(problems[:MOST_PROBLEMS])
        many = "problem" if len(problems) == 1 else "problems"
        raise InputError(f"plan: {len(problems)} {many}: {listed}", problems)
    measure = pd.Index(MEASURE_KEYS).get_indexer(pd.Index(plan["measure"])).astype(np.int64)
    year = plan["year"].to_numpy(np.int64) - years[0]
    fund = pd.Index(FUND_KEYS).get_indexer(pd.Index(plan["fund"])).astype(np.int64)
    entries, entry = np.unique((place * MOST_YEARS + year) * CHOSEN + measure, return_inverse=True)
    fen = np.zeros((len(entries), PLANNED_FUNDS), dtype=np.int64)
    np.add.at(fen, (entry, fund), plan["fen"].to_numpy(np.int64))
    owner = entries // (MOST_YEARS * CHOSEN)
    number = np.bincount(owner, minlength=len(ids))
    if number.max(initial=0) > MOST_PLANNED:
        most = int(np.argmax(number))
        raise InputError(f"plan: household {ids[most]!r} has {number[most]} measures and years; wanted {MOST_PLANNED} at most")
    bounds = np.concatenate([[0], np.cumsum(number)]).astype(np.int64)
    return Planned(bounds, entries % CHOSEN, entries // CHOSEN % MOST_YEARS, fen)
