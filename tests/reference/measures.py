"""The measures that households are chosen for: who may, who wants, what it costs, what it begins (page, 5)."""

from simlib.engine.luck import WILLING
from simlib.scenario.schema import MeasureLever

from .future import HOLDINGS, MORE, Future, fen
from .homes import CHOSEN, Household, parts
from .ledger import Season
from .people import Case, House, Land, Loan, Project

UNREFUSED = ("local_jobs", "housing", "mindset")
YEARLY = ("public_post", "local_jobs", "housing")  # a round's reach counts the households that get one this year
NO_LABOUR = ("asset_shares", "land_transfer", "housing", "mindset")
DAYS = ("public_post", "local_jobs")  # a year at a time


def eligible(h: Household, measure: str) -> bool:
    """Who may, by the register."""
    return {
        "industry": h.labour_units > 0,
        "training": h.idle > 0,
        "public_post": h.cannot_leave,
        "asset_shares": True,
        "land_transfer": h.land > 0,
        "microcredit": h.labour_units > 0 and h.sources[1] >= 0,
        "local_jobs": h.labour_units > 0,
        "housing": not h.housed,
        "mindset": True,
    }[measure]


def willing(case: Case, measure: str, future: Future) -> bool:
    """The register's word where it has one, else chance, which work on attitudes may have raised; some refuse nothing."""
    h = case.home
    if measure in UNREFUSED or h.word is not None:
        return measure in UNREFUSED or measure in (h.word or ())
    more = future.uniforms(h.key, 0, MORE)
    if measure == "microcredit":
        return more[1] < future.n["microcredit_takeup"]
    u = more[0] if measure == "land_transfer" else future.uniforms(h.key, 0, WILLING)[CHOSEN.index(measure)]
    lift = future.n["mindset_lift"] if case.mindset and more[3] < future.n["mindset_response"] else 0.0
    return u < future.n["willing_share"] + lift


def held(case: Case, measure: str, year: int) -> bool:
    """Whether a household has had its share of a measure: each once, one course, one post and day work once a year."""
    if measure == "training":
        return case.free_slot() is None or any(slot.course == year for slot in case.slots)
    return {
        "industry": case.project is not None,
        "public_post": case.post_year == year,
        "asset_shares": case.shares is not None,
        "land_transfer": case.land is not None,
        "microcredit": case.loan is not None,
        "local_jobs": case.local_year == year,
        "housing": case.house is not None,
        "mindset": case.mindset,
    }[measure]


def shut_out(case: Case, measure: str, package: tuple[str, ...] = ()) -> bool:
    """Land that is let bears no project, and land that bears one is not let; what stands first in a package goes first."""
    if measure == "industry":
        return case.land_let or "land_transfer" in package
    return measure == "land_transfer" and (case.project_lives or "industry" in package)


def labour_of(measure: str, future: Future) -> int:
    """Thousandths of a labour unit that a measure takes."""
    return 0 if measure in NO_LABOUR else parts(future.central[f"labour_{measure}"])


def loan_cost(future: Future) -> float:
    """What a yuan of loan costs: the whole term's subsidised interest, and what the guarantee reserve sets aside."""
    n = future.central
    interest = n["microcredit_rate"] * n["microcredit_subsidised_share"] * n["microcredit_years"]
    return interest + n["guarantee_reserve_rate"]


def cost(h: Household, measure: str, lever: MeasureLever, season: Season) -> float:
    """What a measure costs a household, in yuan, before its weight."""
    if measure == "industry":
        return lever.amount * min(2, max(1, h.workers))
    if measure == "asset_shares":
        return lever.amount * h.members
    if measure == "microcredit":
        return lever.amount * loan_cost(season.future)
    return lever.amount * (season.future.exposure(season.year) if measure in DAYS else 1)


def weighted(case: Case, yuan: float) -> int:
    """A household's money in fen times its weight."""
    return round(fen(yuan) * case.home.weight)


def begin(season: Season, case: Case, measure: str, yuan: float, principal: float | None = None) -> None:
    """Begin a measure with its money; the principal of a loan, if not given, is that whose cost was paid."""
    year, future = season.year, season.future
    case.begun.append(measure)
    if measure != "mindset" and case.helped is None:
        case.helped = year
    match measure:
        case "industry":
            case.project = Project(yuan, year)
        case "public_post":
            case.post_year, case.post_pay = year, yuan
        case "local_jobs":
            case.local_year, case.local_pay = year, yuan
        case "asset_shares":
            case.shares = (yuan, year)
        case "land_transfer":
            case.land = Land(year)
        case "microcredit":
            case.loan = Loan(yuan / loan_cost(future) if principal is None else principal, year)
            season.spent["microcredit", "credit"] += weighted(case, case.loan.principal)
        case "housing":
            late = future.uniforms(case.home.key, year, HOLDINGS)[2] < future.n["housing_delay"]
            case.house = House(year, year + 1 if late else year)
        case "mindset":
            case.mindset = True
        case "training":
            slot = case.free_slot()
            if slot is not None:
                slot.course = year
