"""Who gets what in a year's rounds (page, 5, annual)."""

import math
from collections.abc import Sequence

from simlib.engine.luck import JOBS
from simlib.scenario.schema import Round

from .future import FIRST, fen
from .homes import Household, fits
from .ledger import Season
from .measures import UNREFUSED, YEARLY, begin, cost, eligible, held, labour_of, shut_out, weighted, willing
from .people import Case

Package = dict[str, float]  # the cost in yuan of each measure
Served = Sequence[tuple[Case, Package]]


def choose_annually(season: Season) -> None:
    """Renew last year's posts, then serve the rounds in their order."""
    _renew_posts(season)
    for place, round_ in enumerate(season.scenario.levers.rounds):
        if round_.order == "equal_shares":
            _share_equally(season, place, round_)
            continue
        served = _longest_prefix(season, place, round_)
        _pay(season, place, round_, served)
        for case, package in served:
            case.served.add(place)
            if any(measure in YEARLY for measure in package):
                case.given[place] = season.year
            for measure, yuan in package.items():
                lever = round_.measures[measure]
                begin(season, case, measure, yuan, lever.amount if measure == "microcredit" else None)


def _renew_posts(season: Season) -> None:
    """Incumbents first, in key order, until money or posts run out; the first round with posts sets number and pay.

    A reach of money bounds them as it bounds the round's new posts: each by itself.
    """
    rounds, renewed = season.scenario.levers.rounds, []
    place = next((i for i, round_ in enumerate(rounds) if "public_post" in round_.measures), 0)
    for case in season.cases:
        enough = season.labour_left(case) >= labour_of("public_post", season.future)
        if case.post_year != season.year - 1 or not season.supported(case) or not enough:
            continue
        yuan = cost(case.home, "public_post", rounds[place].measures["public_post"], season)
        renewed.append((case, {"public_post": yuan}))
        if not _in_reach(season, place, rounds[place], renewed) or _payments(season, rounds[place], renewed[-1:]) is None:
            break
        _pay(season, place, rounds[place], renewed[-1:])
        case.given[place] = season.year
        begin(season, case, "public_post", yuan)


def _share_equally(season: Season, place: int, round_: Round) -> None:
    """Everybody who asks gets the same part of the one measure's cost; where a part is no fen, nothing begins."""
    (measure, lever), asking = next(iter(round_.measures.items())), _packages(season, round_)
    costs = [weighted(case, package[measure]) for case, package in asking]
    if not sum(costs):
        return
    money = season.holds(lever.funds)
    if round_.reach is not None and round_.reach.money is not None:
        money = min(money, fen(round_.reach.money))
    part = min(1.0, money / sum(costs))
    for (case, _), whole in zip(asking, costs, strict=True):
        amount = math.floor(part * whole)
        if amount > 0:
            season.pay_in_order(measure, lever.funds, amount)
            case.served.add(place)
            begin(season, case, measure, amount / 100 / case.home.weight)


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
        raise ValueError(f"no such order: {round_.order}")

    return sorted(_packages(season, round_), key=rank)


def _packages(season: Season, round_: Round) -> Served:
    """The households that ask for something, in key order."""
    packages = [(case, _package(season, round_, case)) for case in season.cases]
    return [(case, package) for case, package in packages if package]


def _package(season: Season, round_: Round, case: Case) -> Package:
    """What a household may have, wants, does not have and has labour for, measure by measure."""
    package: Package = {}
    if not case.registered or not fits(case.home, round_.who):
        return package
    left = season.labour_left(case)
    for measure, lever in round_.measures.items():
        may = eligible(case.home, measure) and willing(case, measure, season.future)
        free = not held(case, measure, season.year) and not shut_out(case, measure, tuple(package))
        if may and free and left >= labour_of(measure, season.future):
            package[measure] = cost(case.home, measure, lever, season)
            left -= labour_of(measure, season.future)
    return package


def _affordable(season: Season, place: int, round_: Round, attempt: Served) -> bool:
    return _in_reach(season, place, round_, attempt) and _payments(season, round_, attempt) is not None


def _payments(season: Season, round_: Round, served: Served) -> list[tuple[str, str, int]] | None:
    """Each measure's summed cost, measure by measure from its funds in order: measure, fund, fen. None: too much."""
    left = dict(season.budget)
    payments: list[tuple[str, str, int]] = []
    for measure, lever in round_.measures.items():
        need = sum(weighted(case, package[measure]) for case, package in served if measure in package)
        for fund in lever.funds:
            part = min(need, left.get(fund, 0))
            payments.append((measure, fund, part))
            left[fund] = left.get(fund, 0) - part
            need -= part
        if need > 0:
            return None
    return payments


def _pay(season: Season, place: int, round_: Round, served: Served) -> None:
    for measure, fund, amount in _payments(season, round_, served) or ():
        season.pay(measure, fund, amount)
        season.paid[place, measure, fund] += amount
    season.costs += [(place, m, case.home.id, weighted(case, yuan)) for case, package in served for m, yuan in package.items()]


def _in_reach(season: Season, place: int, round_: Round, attempt: Served) -> bool:
    """Whether a round that served these too would stay within its reach."""
    reach, yearly = round_.reach, next((measure for measure in YEARLY if measure in round_.measures), None)
    if reach is not None and reach.money is not None:
        in_all = sum(weighted(case, yuan) for case, package in attempt for yuan in package.values())
        return in_all <= fen(reach.money)
    if reach is None and yearly not in ("public_post", "housing"):
        return True
    if yearly is not None:
        new = {case.home.id for case, package in attempt if yearly in package}
        reached = [c for c in season.cases if c.given.get(place) == season.year or c.home.id in new]
    else:
        new = {case.home.id for case, _ in attempt}
        reached = [c for c in season.cases if place in c.served or c.home.id in new]
    return _weight(reached) <= _most(season, round_)


def _weight(cases: Sequence[Case]) -> float:
    return sum(case.home.weight for case in cases)


def _most(season: Season, round_: Round) -> float:
    """How many households a round may reach: posts by the group's idle workers, houses by what can be built, where it names no reach."""
    if round_.reach is None and "housing" in round_.measures:
        return season.future.central["housing_capacity"]
    if round_.reach is None:
        idle = sum(case.home.idle * case.home.weight for case in season.cases)
        return math.floor(season.future.central["public_post_share"] * idle + 0.5)
    if round_.reach.number is not None:
        return round_.reach.number
    ever = _weight([case for case in season.cases if _could_ever(case.home, round_)])
    return math.floor((round_.reach.share or 0.0) * ever + 0.5)


def _could_ever(h: Household, round_: Round) -> bool:
    """Whether a round could ever serve a household, by the register; one that was not asked counts."""
    wanted = [measure for measure in round_.measures if measure in UNREFUSED or h.word is None or measure in h.word]
    return fits(h, round_.who) and any(eligible(h, measure) for measure in wanted)
