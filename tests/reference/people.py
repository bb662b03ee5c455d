"""Households and villages as the register has them, and what a household carries through the years (page, 2)."""

import math
from dataclasses import dataclass, field
from typing import Any

from simlib.engine.luck import WILLING
from simlib.facts import Facts
from simlib.registry.keys import entity_key
from simlib.registry.tables import Registry

from .future import Future, fen, times

CANDIDATE, IN, EXITED, RE_ENTERED = "candidate", "in", "exited", "re-entered"
ROUND_MEASURES = ("industry", "training", "public_post", "asset_shares")  # also the words of kind WILLING
LARGEST_GROUP = 5000


@dataclass(frozen=True)
class Household:
    """A row of the register with what is derived from it once; money in yuan."""

    id: str
    key: int
    members: int
    workers: int
    labour_units: float
    dependants: int  # elderly and pupils: social security
    cannot_leave: bool
    idle: int
    sources: tuple[float, float, float, float]  # wage, business, property, transfer
    dibao: float
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


@dataclass(frozen=True)
class Village:
    """A row of the villages' table with its households in key order; here a village is one group."""

    id: str
    key: int
    prefecture_key: int
    helper_type: str
    poor: bool
    other_income: float
    people: float  # in the table
    residents: float  # at least one more than those
    households: tuple[Household, ...]

    def mean(self, fen_in_all: float, other_income: float, collective: float = 0.0) -> float:
        """The village's mean income, yuan a head (3.13)."""
        others = self.residents - self.people
        return (fen_in_all / 100 + others * other_income + collective) / self.residents


@dataclass
class Slot:
    """One idle worker: the years in which its job began, its course was, its job was lost."""

    placed: int | None = None
    course: int | None = None
    lost: int | None = None


@dataclass
class Project:
    """A household's industry project: capital in yuan."""

    capital: float
    begun: int
    alive: bool = True


@dataclass
class Case:
    """A household on its way through the years; `wage` to `transfer` are structural incomes."""

    home: Household
    status: str
    pc_fen: int  # of last year
    wage: float
    business: float
    property_: float
    transfer: float
    exit_year: int = 0
    route: str | None = None
    slots: tuple[Slot, Slot] = field(default_factory=lambda: (Slot(), Slot()))
    project: Project | None = None
    post_year: int | None = None
    post_pay: float = 0.0
    shares: tuple[float, int] | None = None  # capital, the year in which they were bought
    served: set[int] = field(default_factory=set)  # the rounds that ever served it
    begun: list[str] = field(default_factory=list)  # this year

    @property
    def registered(self) -> bool:
        """On the register, and not exited."""
        return self.status in (IN, RE_ENTERED)

    def supported(self, year: int, retention_years: int) -> bool:
        """Registered, or exited so recently that support is kept."""
        return self.registered or (self.status == EXITED and year <= self.exit_year + retention_years)

    def placed(self) -> int:
        """How many of its slots have a job."""
        return sum(slot.placed is not None for slot in self.slots)

    def labour_left(self, year: int, future: Future) -> float:
        """Labour units that nothing takes (3.3)."""
        left = self.home.labour_units - self.placed()
        left -= future.n["labour_industry"] * (self.project is not None and self.project.alive)
        left -= future.n["labour_training"] * sum(slot.course == year for slot in self.slots)
        return left - future.n["labour_public_post"] * (self.post_year == year)

    def free_slot(self) -> Slot | None:
        """The lowest slot that is idle and never had a course."""
        free = (slot for slot in self.slots[: self.home.idle] if slot.placed is None and slot.course is None)
        return next(free, None)


def new_case(h: Household, future: Future) -> Case:
    """A household at the end of the base year, its wage and business regressed to the mean."""
    wage, business, property_, transfer = h.sources
    b = _regression(h, future)
    pc_fen = math.floor(h.base_fen / h.members + 0.5)
    return Case(h, IN if h.registered else CANDIDATE, pc_fen, times(wage, b), times(business, b), property_, transfer)


def _regression(h: Household, future: Future) -> float:
    n = future.n
    x_pc = max(n["regression_income_floor"], sum(h.sources) / h.members)
    mean = n["type_mean_labour"] if h.labour_units > 0 else n["type_mean_no_labour"]
    return math.exp(n["regression_to_mean"] * (math.log(mean) - math.log(x_pc)))


def eligible(h: Household, measure: str) -> bool:
    """Who may, by the register (5, eligible)."""
    return {
        "industry": h.labour_units > 0,
        "training": h.idle > 0,
        "public_post": h.cannot_leave,
        "asset_shares": True,
    }[measure]


def willing(h: Household, measure: str, future: Future) -> bool:
    """The register's word where it has one, else chance."""
    if h.word is not None:
        return measure in h.word
    u = future.uniforms(h.key, 0, WILLING)
    return u[ROUND_MEASURES.index(measure)] < future.n["willing_share"]


def fits(h: Household, who: str) -> bool:
    """Whether a round is for this household at all."""
    return who == "all" or (who == "without_labour") == (h.labour_units == 0)


def villages_of(registry: Registry, facts: Facts) -> list[Village]:
    """Villages in key order, each with its households in key order. ValueError: a village larger than one group."""
    homes: dict[str, list[Household]] = {}
    for row in registry.households.to_dict("records"):
        homes.setdefault(str(row["village_id"]), []).append(_household(row, facts))
    large = [name for name, members in homes.items() if len(members) > LARGEST_GROUP]
    if large:
        raise ValueError(f"village {large[0]!r} has several groups, the reference takes villages of one group only")
    villages = [_village(row, homes.get(str(row["village_id"]), [])) for row in registry.villages.to_dict("records")]
    return sorted(villages, key=lambda village: village.key)


def _village(row: dict[Any, Any], homes: list[Household]) -> Village:
    people = sum(h.members * h.weight for h in homes)
    return Village(
        id=str(row["village_id"]),
        key=entity_key(str(row["village_id"])),
        prefecture_key=entity_key(str(row["prefecture"])),
        helper_type=str(row["helper_type"]),
        poor=bool(row["is_poor_village"]),
        other_income=float(row["other_income"]),
        people=people,
        residents=max(int(row["residents"]), people + 1),
        households=tuple(sorted(homes, key=lambda h: h.key)),
    )


def _household(row: dict[Any, Any], facts: Facts) -> Household:
    members, workers, units = int(row["members"]), int(row["workers"]), float(row["labour_units"])
    full_workers = max(0, math.floor(2 * units - workers))
    care = sum(int(row[name]) for name in ("pupils", "elderly", "ill", "disabled"))
    job_year = facts["transfer_months"] * facts["transfer_wage_month_2016"]
    few_wages = workers > 0 and row["wage_income"] / workers < facts["idle_wage_share"] * job_year
    names = ("wage_income", "business_income", "property_income", "transfer_income")
    wage, business, property_, transfer = (float(row[name]) for name in names)
    return Household(
        id=str(row["household_id"]),
        key=entity_key(str(row["household_id"])),
        members=members,
        workers=workers,
        labour_units=units,
        dependants=int(row["elderly"]) + int(row["pupils"]),
        cannot_leave=units > 0 and (full_workers == 0 or care > 0),
        idle=min(2, full_workers) if few_wages else 0,
        sources=(wage, business, property_, transfer),
        dibao=float(row["dibao_yuan"]),
        schooled=int(row["dropouts"]) == 0,
        insured=bool(row["insured"]),
        housed=bool(row["housing_safe"]),
        word=None if _empty(row["willing"]) else frozenset(str(row["willing"]).split(";")),
        registered=not _empty(row["registered_from"]),
        funded=bool(row["funded"]),
        weight=float(row["weight"]),
    )


def _empty(cell: Any) -> bool:
    """Whether a cell of a table is empty, in any of pandas' ways."""
    return cell is None or str(cell) in ("<NA>", "nan", "None")
