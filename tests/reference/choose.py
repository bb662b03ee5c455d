"""Who gets what: a year's rounds, or the rows of a plan (page, 5)."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simlib.engine.luck import JOBS
from simlib.scenario.schema import MeasureLever, Round

from .future import FIRST, Future, fen
from .ledger import Season
from .people import ROUND_MEASURES, Case, Household, Project, eligible, fits, willing

Package = dict[str, float]  # the cost in yuan of each measure
Served = Sequence[tuple[Case, Package]]


class PlanRow(NamedTuple):
    """Money planned for a measure of a household, in fen from one fund."""

    household_id: str
    year: int
    measure: str
    fund: str
    fen: int


def choose_annually(season: Season) -> None:
    """Renew last year's posts, then serve the rounds in their order."""
    _renew_posts(season)
    for place, round_ in enumerate(season.scenario.levers.rounds):
        served = _longest_prefix(season, place, round_)
        _pay(season, round_, served)
        for case, package in served:
            case.served.add(place)
            for measure, yuan in package.items():
                begin(case, measure, yuan, season.year)


def _renew_posts(season: Season) -> None:
    """Incumbents first, in key order, until money or posts run out; the first round with posts sets number and pay."""
    rounds = season.scenario.levers.rounds
    place = next((i for i, round_ in enumerate(rounds) if "public_post" in round_.measures), 0)
    for case in season.cases:
        enough = season.labour_left(case) >= labour_of("public_post", season.future)
        if case.post_year != season.year - 1 or not season.supported(case) or not enough:
            continue
        yuan = cost(case.home, "public_post", rounds[place].measures["public_post"], season)
        attempt = [(case, {"public_post": yuan})]
        if not _affordable(season, place, rounds[place], attempt):
            break
        _pay(season, rounds[place], attempt)
        season.renewed += _fen(case, yuan)
        begin(case, "public_post", yuan, season.year)


def _longest_prefix(season: Season, place: int, round_: Round) -> Served:
    """Households one at a time, all paid for afresh with each, until one cannot be paid or lies beyond the reach."""
    queue = _queue(season, round_)
    for count in range(1, len(queue) + 1):
        if not _affordable(season, place, round_, queue[:count]):
            return queue[: count - 1]
    return queue


def _queue(season: Season, round_: Round) -> Served:
    """The households with a package, in the order of the round; ties by household key."""
    future, governing = season.future, season.scenario.levers.governing_line
    first = season.year == FIRST
    line = fen(future.line("household", "fixed" if first else governing, FIRST if first else season.year - 1))

    def rank(entry: tuple[Case, Package]) -> tuple[float, float, int]:
        case, key = entry[0], entry[0].home.key
        match round_.order:
            case "poorest_first":
                return (0, case.pc_fen, key)
            case "without_labour_first":
                return (case.home.labour_units > 0, case.pc_fen, key)
            case "nearest_line_first":
                return (case.pc_fen >= line, abs(line - case.pc_fen), key)
            case "random":
                return (0, future.uniforms(key, season.year, JOBS)[2], key)

    packages = [(case, _package(season, round_, case)) for case in season.cases]
    return sorted(((case, package) for case, package in packages if package), key=rank)


def _package(season: Season, round_: Round, case: Case) -> Package:
    """What a household may have, wants, does not have and has labour for, measure by measure."""
    package: Package = {}
    if not case.registered or not fits(case.home, round_.who):
        return package
    left = season.labour_left(case)
    for measure, lever in round_.measures.items():
        may = eligible(case.home, measure) and willing(case.home, measure, season.future)
        if may and not held(case, measure, season.year) and left >= labour_of(measure, season.future):
            package[measure] = cost(case.home, measure, lever, season)
            left -= labour_of(measure, season.future)
    return package


def held(case: Case, measure: str, year: int) -> bool:
    """Whether a household has had its share of a measure: one project, one purchase, one course and one post a year."""
    if measure == "training":
        return case.free_slot() is None or any(slot.course == year for slot in case.slots)
    own = {"industry": case.project is not None, "asset_shares": case.shares is not None}
    return case.post_year == year if measure == "public_post" else own[measure]


def labour_of(measure: str, future: Future) -> float:
    """Labour units that a measure takes."""
    return 0.0 if measure == "asset_shares" else future.n[f"labour_{measure}"]


def cost(h: Household, measure: str, lever: MeasureLever, season: Season) -> float:
    """What a measure costs a household, in yuan, before its weight."""
    if measure == "industry":
        return lever.amount * min(2, max(1, h.workers))
    if measure == "asset_shares":
        return lever.amount * h.members
    return lever.amount * (season.future.exposure(season.year) if measure == "public_post" else 1)


def _fen(case: Case, yuan: float) -> int:
    return round(fen(yuan) * case.home.weight)


def _affordable(season: Season, place: int, round_: Round, attempt: Served) -> bool:
    return _in_reach(season, place, round_, attempt) and _payments(season, round_, attempt) is not None


def _payments(season: Season, round_: Round, served: Served) -> list[tuple[str, str, int]] | None:
    """Each measure's summed cost, measure by measure from its funds in order: measure, fund, fen. None: too much."""
    left = dict(season.budget)
    payments: list[tuple[str, str, int]] = []
    for measure, lever in round_.measures.items():
        need = sum(_fen(case, package[measure]) for case, package in served if measure in package)
        for fund in lever.funds:
            part = min(need, left.get(fund, 0))
            payments.append((measure, fund, part))
            left[fund] = left.get(fund, 0) - part
            need -= part
        if need > 0:
            return None
    return payments


def _pay(season: Season, round_: Round, served: Served) -> None:
    for measure, fund, amount in _payments(season, round_, served) or ():
        season.pay(measure, fund, amount)
    season.costs += [(case.home.id, m, _fen(case, yuan)) for case, package in served for m, yuan in package.items()]


def _in_reach(season: Season, place: int, round_: Round, attempt: Served) -> bool:
    """Whether a round that served these too would stay within its reach."""
    reach, with_posts = round_.reach, "public_post" in round_.measures
    if reach is not None and reach.money is not None:
        in_all = sum(_fen(case, yuan) for case, package in attempt for yuan in package.values())
        return in_all <= fen(reach.money)
    if with_posts:
        new = {case.home.id for case, package in attempt if "public_post" in package}
        reached = [c for c in season.cases if c.post_year == season.year or c.home.id in new]
    else:
        new = {case.home.id for case, _ in attempt}
        reached = [c for c in season.cases if place in c.served or c.home.id in new]
    return (reach is None and not with_posts) or _weight(reached) <= _most(season, round_)


def _weight(cases: Sequence[Case]) -> float:
    return sum(case.home.weight for case in cases)


def _most(season: Season, round_: Round) -> float:
    """How many households a round may reach: posts by the group's idle workers where it names no reach."""
    if round_.reach is None:
        idle = sum(case.home.idle * case.home.weight for case in season.cases)
        return math.floor(season.future.n["public_post_share"] * idle + 0.5)
    if round_.reach.number is not None:
        return round_.reach.number
    ever = _weight([case for case in season.cases if _could_ever(case.home, round_)])
    return math.floor((round_.reach.share or 0.0) * ever + 0.5)


def _could_ever(h: Household, round_: Round) -> bool:
    """Whether a round could ever serve a household, by the register; one that was not asked counts."""
    wanted = [measure for measure in round_.measures if h.word is None or measure in h.word]
    return fits(h, round_.who) and any(eligible(h, measure) for measure in wanted)


def begin(case: Case, measure: str, yuan: float, year: int) -> None:
    """Begin a measure in its year, with its money."""
    case.begun.append(measure)
    if measure == "industry":
        case.project = Project(yuan, year)
    elif measure == "public_post":
        case.post_year, case.post_pay = year, yuan
    elif measure == "asset_shares":
        case.shares = (yuan, year)
    elif (slot := case.free_slot()) is not None:
        slot.course = year


def follow_plan(season: Season, waiting: list[PlanRow]) -> None:
    """Begin what is due and can be begun, in key order; what was begun leaves the list of those waiting.

    The rows of one household, planned year and measure are begun together or not at all.
    """
    stopped: set[str] = set()
    for case in season.cases:
        for due in _due(case, waiting, season.year):
            measure = due[0].measure
            enough = season.labour_left(case) >= labour_of(measure, season.future)
            if not case.registered or not enough or held(case, measure, season.year):
                continue
            stopped |= {row.fund for row in due if row.fen > season.budget.get(row.fund, 0)}
            if stopped.isdisjoint(row.fund for row in due):
                for row in due:
                    season.pay(measure, row.fund, row.fen)
                    waiting.remove(row)
                begin(case, measure, sum(row.fen for row in due) / 100 / case.home.weight, season.year)


def _due(case: Case, waiting: Sequence[PlanRow], year: int) -> list[list[PlanRow]]:
    """A household's waiting rows by planned year and measure, in that order; a post's wait for no later year."""
    bundles: dict[tuple[int, int], list[PlanRow]] = {}
    for row in waiting:
        in_time = row.year == year if row.measure == "public_post" else row.year <= year
        if row.household_id == case.home.id and in_time:
            bundles.setdefault((row.year, ROUND_MEASURES.index(row.measure)), []).append(row)
    return [bundles[key] for key in sorted(bundles)]
