"""Villages as the register has them, their services, and what their projects leave from year to year (page, 2, 3.13 and 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simlib.facts import Facts
from simlib.registry.keys import entity_key
from simlib.registry.tables import Registry

from .future import WORKS, Future, fen
from .homes import Household, empty, household_of

SERVICES = ("roads", "water", "power", "school", "clinic", "sanitation", "broadband")  # in the order in which gaps are filled
LARGEST_GROUP = 5000


@dataclass(frozen=True)
class Village:
    """A row of the villages' table with its households in key order; here a village is one group."""

    id: str
    key: int
    prefecture_key: int
    programme: str
    helper_type: str
    poor: bool
    other_income: float
    people: float  # in the table
    residents: float  # at least one more than those
    scores: Mapping[str, float | None]  # of its services; None: not recorded
    households: tuple[Household, ...]

    def mean(self, fen_in_all: float, other_income: float, collective: float = 0.0) -> float:
        """The village's mean income, yuan a head (3.13)."""
        others = self.residents - self.people
        return (fen_in_all / 100 + others * other_income + collective) / self.residents

    def gap(self, service: str, n: Mapping[str, float]) -> float:
        """What a service lacks to the provincial value, as registered; a score not recorded lacks nothing that is known."""
        score = self.scores[service]
        return 0.0 if score is None else max(0.0, n["service_provincial"] - score)

    def needs(self, n: Mapping[str, float]) -> dict[str, int]:
        """Fen that would fill each service's gap."""
        return {service: fen(n[f"service_cost_{service}"] * self.gap(service, n)) for service in SERVICES}

    def lack(self, n: Mapping[str, float]) -> float:
        """The mean gap of the seven services."""
        return sum(self.gap(service, n) for service in SERVICES) / len(SERVICES)


@dataclass
class Works:
    """What projects a village has paid for: fen by year, and its service point."""

    technique: set[int] = field(default_factory=set)  # the years in which it was paid
    opened: int | None = None  # the year of the service point's set-up
    closed: bool = False
    services: dict[int, int] = field(default_factory=dict)
    collective: dict[int, int] = field(default_factory=dict)

    def close(self, village: Village, year: int, future: Future) -> None:
        """Each year after its set-up the service point may close for good."""
        if self.opened is not None and self.opened < year and not self.closed:
            self.closed = future.uniforms(village.key, year, WORKS)[1] < future.n["ecommerce_closing"]

    def shop(self, year: int, future: Future) -> float:
        """How far the service point works: not yet in the year of its set-up, partly in the year after."""
        if self.opened is None or self.closed or self.opened == year:
            return 0.0
        return future.n["ecommerce_ramp_first"] if year == self.opened + 1 else 1.0

    def counting(self, village: Village, year: int, future: Future) -> int:
        """Fen spent on services that count by a year: from the next year on, a delayed year's one year later."""

        def late(paid: int) -> bool:
            return future.uniforms(village.key, paid, WORKS)[0] < future.n["project_delay"]

        return sum(amount for paid, amount in self.services.items() if year >= paid + (2 if late(paid) else 1))

    def filled(self, village: Village, year: int, future: Future) -> float:
        """The part of the services' need that is met; all of it where nothing is needed."""
        need = sum(village.needs(future.central).values())
        return self.counting(village, year, future) / need if need else 1.0

    def standing(self, village: Village, year: int, future: Future) -> dict[str, bool]:
        """Which services are near enough to the provincial value, the money laid along them in their order."""
        n, money, stands = future.central, self.counting(village, year, future), {}
        for service, need in village.needs(n).items():
            on_it = min(money, need)
            money -= on_it
            left = village.gap(service, n) * (1 - on_it / need) if need else 0.0
            # 0.9 - 0.85 is a hair above 0.05 in binary numbers and must stand
            stands[service] = round(left, 9) <= n["service_tolerance"]
        return stands

    def capital(self, year: int) -> float:
        """Yuan of collective capital invested before a year."""
        return sum(amount for paid, amount in self.collective.items() if paid < year) / 100


def villages_of(registry: Registry, facts: Facts) -> list[Village]:
    """Villages in key order, each with its households in key order. ValueError: a village larger than one group."""
    homes: dict[str, list[Household]] = {}
    for row in registry.households.to_dict("records"):
        own = household_of(row, entity_key(str(row["household_id"])), facts)
        homes.setdefault(str(row["village_id"]), []).append(own)
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
        programme=str(row["programme"]),
        helper_type=str(row["helper_type"]),
        poor=bool(row["is_poor_village"]),
        other_income=float(row["other_income"]),
        people=people,
        residents=max(int(row["residents"]), people + 1),
        scores={service: None if empty(row[service]) else float(row[service]) for service in SERVICES},
        households=tuple(sorted(homes, key=lambda h: h.key)),
    )
