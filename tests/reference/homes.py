"""Households as the register has them (page, 2)."""

import math
from dataclasses import dataclass
from typing import Any

from simlib.facts import Facts

from .future import fen

CHOSEN = (
    *("industry", "training", "public_post", "asset_shares", "land_transfer", "microcredit"),  # consent is asked for these
    *("local_jobs", "housing", "mindset"),
)


def parts(units: float) -> int:
    """Labour units in thousandths: whole numbers decide whether labour suffices."""
    return math.floor(units * 1000 + 0.5)


@dataclass(frozen=True)
class Household:
    """A row of the register with what is derived from it once; money in yuan."""

    id: str
    key: int
    members: int
    workers: int
    labour_units: float
    elderly: int
    pupils: int
    cannot_leave: bool
    idle: int
    sources: tuple[float, float, float, float]  # wage, business, property, transfer
    dibao: float
    land: float  # mu
    schooled: bool
    insured: bool
    housed: bool
    word: frozenset[str] | None  # the measures that it accepts; None: not asked
    registered: bool
    funded: bool
    weight: float

    @property
    def base_fen(self) -> int:
        """All five sources of the base year."""
        return sum(map(fen, self.sources)) + fen(self.dibao)


def household_of(row: dict[Any, Any], key: int, facts: Facts) -> Household:
    """A row of the table; `key` that of its id."""
    members, workers, units = int(row["members"]), int(row["workers"]), float(row["labour_units"])
    full_workers = max(0, math.floor(2 * units - workers))
    care = sum(int(row[name]) for name in ("pupils", "elderly", "ill", "disabled"))
    job_year = facts["transfer_months"] * facts["transfer_wage_month_2016"]
    few_wages = workers > 0 and row["wage_income"] / workers < facts["idle_wage_share"] * job_year
    names = ("wage_income", "business_income", "property_income", "transfer_income")
    wage, business, property_, transfer = (float(row[name]) for name in names)
    return Household(
        id=str(row["household_id"]),
        key=key,
        members=members,
        workers=workers,
        labour_units=units,
        elderly=int(row["elderly"]),
        pupils=int(row["pupils"]),
        cannot_leave=units > 0 and (full_workers == 0 or care > 0),
        idle=min(2, full_workers) if few_wages else 0,
        sources=(wage, business, property_, transfer),
        dibao=float(row["dibao_yuan"]),
        land=float(row["land_mu"]),
        schooled=int(row["dropouts"]) == 0,
        insured=bool(row["insured"]),
        housed=bool(row["housing_safe"]),
        word=None if empty(row["willing"]) else frozenset(str(row["willing"]).split(";")),
        registered=not empty(row["registered_from"]),
        funded=bool(row["funded"]),
        weight=float(row["weight"]),
    )


def empty(cell: Any) -> bool:
    """Whether a cell of a table is empty, in any of pandas' ways."""
    return cell is None or str(cell) in ("<NA>", "nan", "None")


def fits(h: Household, who: str) -> bool:
    """Whether a round is for this household at all."""
    return who == "all" or (who == "without_labour") == (h.labour_units == 0)
