"""A plan is a table: household, year, measure, fund, fen (docs/model.md, 5). Reading it, checking it, and bringing it into arrays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.engine.state import CHOSEN, MOST_PLANNED, MOST_YEARS, PLANNED_FUNDS, Fund
from simlib.errors import InputError, Said, nearest, said
from simlib.measures import CHOSEN_MEASURES, Starts
from simlib.registry.columns import normal_text
from simlib.words import together

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
        raise InputError(said("plan {file}: no such file; wanted a table with the columns {columns}", file=file, columns=_listed(COLUMNS)))
    rows = _read(file)
    missing = [name for name in COLUMNS if name not in rows]
    if missing:
        there = _listed(map(str, rows.columns))
        raise InputError(said("plan {file}: no column {missing}; seen {columns}", file=file, missing=_listed(missing), columns=there))
    others = [str(name) for name in rows.columns if name not in COLUMNS]
    if others:
        text = said(
            "plan {file}: column {others} is none of {columns}; take it out: a plan is kept with its run",
            file=file,
            others=_listed(others),
            columns=_listed(COLUMNS),
        )
        raise InputError(text)
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
    raise InputError(said("plan {file}: seen {suffix}, wanted .csv, .xlsx or .parquet", file=file, suffix=file.suffix or said("no suffix")))


def _listed(names: Iterable[str]) -> Said:
    return together(names, ", ")


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


def _problems(plan: pd.DataFrame, place: NDArray[np.int64], years: Sequence[int], start: Starts) -> list[Said]:
    """What is wrong with each refused row, numbered as a person would find it (the first row after the head is 2)."""
    found: list[Said] = []
    for index in _refused(plan, place, years, start):
        row, at = plan.iloc[index], place[index]
        told = [*_who_and_when(row, at, years), *_what(row, at, start), *_how_much(row)]
        found += [said("row {row}: {problem}", row=index + 2, problem=one) for one in told]
    return found


def _who_and_when(row: "pd.Series[Any]", at: int, years: Sequence[int]) -> Iterator[Said]:
    if at < 0:
        yield said("household {household!r} is not in the register", household=row.household_id)
    if row.year not in years:
        yield said("year {year}; wanted {first} to {last}", year=row.year, first=years[0], last=years[-1])


def _what(row: "pd.Series[Any]", at: int, start: Starts) -> Iterator[Said]:
    if row.measure not in MEASURE_KEYS:
        yield said("measure {measure!r}; {hint}", measure=row.measure, hint=nearest(str(row.measure), MEASURE_KEYS))
    elif at >= 0 and not CHOSEN_MEASURES[MEASURE_KEYS.index(row.measure)].eligible(start)[at]:
        yield said("household {household!r} may not have {measure}", household=row.household_id, measure=row.measure)


def _how_much(row: "pd.Series[Any]") -> Iterator[Said]:
    if row.fund not in PAYING:
        yield said("fund {fund!r}; {hint}", fund=row.fund, hint=nearest(str(row.fund), PAYING))
    elif (row.fund == "works") != (row.measure == "local_jobs"):
        yield said(
            "{measure} from {fund}; wanted local_jobs from works, the part of village projects that pays it",
            measure=row.measure,
            fund=row.fund,
        )
    if not (isinstance(row.fen, (int, float, np.number)) and 0 <= row.fen <= MOST_FEN and row.fen == np.floor(row.fen)):
        seen = str(row.fen) or said("empty")
        yield said("fen {seen}; wanted a whole number of fen, 0 to {most:.0e}", seen=seen, most=MOST_FEN)


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
        listed = together(problems[:MOST_PROBLEMS], "; ")
        if len(problems) == 1:
            raise InputError(said("plan: 1 problem: {problem}", problem=listed), problems)
        raise InputError(said("plan: {count} problems: {problems}", count=len(problems), problems=listed), problems)
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
        counted = {"household": ids[most], "seen": number[most], "most": MOST_PLANNED}
        raise InputError(said("plan: household {household!r} has {seen} measures and years; wanted {most} at most", **counted))
    bounds = np.concatenate([[0], np.cumsum(number)]).astype(np.int64)
    return Planned(bounds, entries % CHOSEN, entries // CHOSEN % MOST_YEARS, fen)
