"""What a household carries through the years (page, 2 and 3.3)."""

import math
from dataclasses import dataclass, field

from .future import Future, times
from .homes import Household, parts

STATUSES = CANDIDATE, IN, EXITED, RE_ENTERED, REMOVED = "candidate", "in", "exited", "re-entered", "removed"


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
class Land:
    """A contract for a household's land: the year it was made, and whether the tenant has left."""

    begun: int
    left: bool = False


@dataclass
class Loan:
    """A household's small loan: principal in yuan, and the year in which it defaulted."""

    principal: float
    begun: int
    defaulted: int | None = None

    def running(self, year: int, years: float) -> bool:
        """Taken, not yet paid back, not defaulted; from the year in which it is taken on."""
        return self.defaulted is None and self.begun <= year <= self.begun + years


@dataclass
class House:
    """A grant for a safe house: when it was given, and from which year on the house is safe."""

    begun: int
    safe_from: int


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
    local_year: int | None = None
    local_pay: float = 0.0
    shares: tuple[float, int] | None = None  # capital, the year in which they were bought
    land: Land | None = None
    loan: Loan | None = None
    house: House | None = None
    mindset: bool = False  # whether there was work on attitudes
    helped: int | None = None  # the year in which the first other measure was begun
    served: set[int] = field(default_factory=set)  # the rounds that ever served it
    given: dict[int, int] = field(default_factory=dict)  # of a round: when it last gave a post, day work or a house
    begun: list[str] = field(default_factory=list)  # this year
    years_out: int = 0  # year ends in a row at which it was out of the register

    @property
    def registered(self) -> bool:
        """On the register, and not exited."""
        return self.status in (IN, RE_ENTERED)

    @property
    def land_let(self) -> bool:
        """Whether a tenant has its land, from the year of the contract on."""
        return self.land is not None and not self.land.left

    @property
    def project_lives(self) -> bool:
        """Whether it has a project that has not failed."""
        return self.project is not None and self.project.alive

    def supported(self, year: int, retention_years: int) -> bool:
        """Registered, or exited so recently that support is kept."""
        return self.registered or (self.status == EXITED and year <= self.exit_year + retention_years)

    def placed(self) -> int:
        """How many of its slots have a job."""
        return sum(slot.placed is not None for slot in self.slots)

    def safe(self, year: int) -> bool:
        """Whether its house is safe at a year's end."""
        return self.home.housed or (self.house is not None and self.house.safe_from <= year)

    def loan_running(self, year: int, future: Future) -> bool:
        """Whether a loan takes its labour."""
        return self.loan is not None and self.loan.running(year, future.central["microcredit_years"])

    def labour_left(self, year: int, future: Future) -> int:
        """Thousandths of a labour unit that nothing takes (3.3)."""
        taken = {
            "industry": self.project_lives,
            "microcredit": self.loan_running(year, future),
            "training": sum(slot.course == year for slot in self.slots),
            "public_post": self.post_year == year,
            "local_jobs": self.local_year == year,
        }
        left = parts(self.home.labour_units) - 1000 * self.placed()
        return left - sum(parts(future.central[f"labour_{measure}"]) * times_ for measure, times_ in taken.items())

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
