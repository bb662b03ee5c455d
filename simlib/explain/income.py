"""Where a year's income comes from: each source as a chain of running sums, whose differences in fen are the lines of the account."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from simlib.engine.counted import Trace
from simlib.engine.slots import World
from simlib.errors import RunError
from simlib.explain.case import PLACED, Case
from simlib.measures import CHOSEN_MEASURES
from simlib.money import FEN_PER_YUAN, to_fen

CLAUSES: Final = {measure.key: measure.clause for measure in CHOSEN_MEASURES}
REGISTERED: Final = "二(四)"  # household dossiers
SOCIAL_SECURITY: Final = "二(六)4"
UPLIFT: Final = "二(六)6, 二(七)"
DIBAO: Final = "一(二), 二(六)4"
SOCIAL_FUND: Final = "social"
SOURCES: Final = ("wage", "business", "property", "transfer", "dibao")
ROUNDED: Final = {
    "wage": Trace.WAGE,
    "business": Trace.BUSINESS,
    "property": Trace.PROPERTY,
    "transfer": Trace.TRANSFER,
    "dibao": Trace.DIBAO,
}


class Part(NamedTuple):
    """One line of an account: what one thing adds to one source in a year."""

    source: str
    part: str
    fen: int
    clause: str | None  # None for what no measure does
    fund: str | None  # that pays by right; measures chosen say theirs where they are begun


class Step(NamedTuple):
    """One thing in a source's chain, and the running sum after it in yuan."""

    part: str
    after: float
    clause: str | None = None
    fund: str | None = None


def parts_of(case: Case, year: int) -> tuple[Part, ...]:
    """The lines of a year's income, those of nothing left out. RunError where they do not add up to the income of the trace."""
    parts = tuple(part for source in SOURCES for part in _source(case, year, source))
    _check(case, year, parts)
    return tuple(part for part in parts if part.fen != 0)


def source_totals(parts: tuple[Part, ...]) -> dict[str, int]:
    """Fen by source."""
    return {source: sum(part.fen for part in parts if part.source == source) for source in SOURCES}


def _source(case: Case, year: int, source: str) -> Iterator[Part]:
    """Each part is fen(sum after) - fen(sum before), so that the parts telescope to the rounded source."""
    before = 0
    for step in CHAINS[source](case, year):
        after = to_fen(step.after)
        yield Part(source, step.part, after - before, step.clause, step.fund)
        before = after


def _check(case: Case, year: int, parts: tuple[Part, ...]) -> None:
    """Raise RunError unless parts add up to each source, sources to the total, and the total to the income a head."""
    sums, where = source_totals(parts), f"household {case.home.household}, {case.years[year]}"
    for source, told in sums.items():
        known = case.fen(year, ROUNDED[source])
        if told != known:
            raise RunError(f"{where}: the parts of {source} add up to {told} fen, the projection has {known}; no account is printed")
    total, known = sum(sums.values()), case.fen(year, Trace.TOTAL_FEN)
    if total != known:
        raise RunError(f"{where}: the sources add up to {total} fen, the projection has {known}; no account is printed")
    a_head, known = math.floor(total / case.home.members + 0.5), case.fen(year, Trace.PC_FEN)
    if a_head != known:
        raise RunError(f"{where}: {total} fen are {a_head} a head, the projection has {known}; no account is printed")


# ---- the chains


def _grown(case: Case, year: int, yuan: float) -> float:
    """An income grown at the draw's rate since 2015, whatever its sign (docs/model.md, 3.5)."""
    return yuan * float(case.world[year, World.GROWN_UP if yuan > 0 else World.GROWN_DOWN])


def _own(case: Case, year: int, registered: float, own: Trace) -> Iterator[Step]:
    """Structural wages or business: as registered, what of it was a passing dip, growth, lasting luck (docs/model.md, 2 and 3.5)."""
    lift = math.exp(float(case.world[year, World.REGRESSION]) * case.home.log_gap) - 1
    recovered = registered + abs(registered) * lift
    yield Step("base", registered, REGISTERED)
    yield Step("regression", recovered)
    yield Step("growth", _grown(case, year, recovered))
    yield Step("lasting", float(case.trace[year, own]))


def _wage(case: Case, year: int) -> Iterator[Step]:
    trace = case.trace[year]
    yield from _own(case, year, case.home.wage, Trace.OWN_WAGE)
    yield Step("luck", trace[Trace.SEEN_WAGE])
    yield Step("jobs", trace[Trace.WITH_JOBS], CLAUSES["training"] if _trained(case, year) else None)
    yield Step("post", trace[Trace.WITH_POST], CLAUSES["public_post"])
    yield Step("local_jobs", trace[Trace.WITH_LOCAL], CLAUSES["local_jobs"])


def _trained(case: Case, year: int) -> bool:
    """Whether a transfer job that is held was found in the year after a course; others were found without policy."""
    held = [case.held_since(year, slot) for slot in PLACED if case.says(year, slot)]
    return any(case.begun(since - 1, "training") for since in held)


def _business(case: Case, year: int) -> Iterator[Step]:
    trace = case.trace[year]
    yield from _own(case, year, case.home.business, Trace.OWN_BUSINESS)
    yield Step("luck", trace[Trace.SEEN_BUSINESS])
    yield Step("uplift", trace[Trace.WITH_UPLIFT], UPLIFT)
    yield Step("land_given_up", trace[Trace.WITH_LAND], CLAUSES["land_transfer"])
    yield Step("project", trace[Trace.WITH_PROJECT], CLAUSES["industry"])
    yield Step("loan", trace[Trace.WITH_LOAN], CLAUSES["microcredit"])


def _property(case: Case, year: int) -> Iterator[Step]:
    trace = case.trace[year]
    yield Step("base", case.home.property, REGISTERED)
    yield Step("growth", trace[Trace.OWN_PROPERTY])
    yield Step("rent", trace[Trace.WITH_RENT], CLAUSES["land_transfer"])
    yield Step("dividend", trace[Trace.WITH_DIVIDEND], CLAUSES["asset_shares"])


def _transfer(case: Case, year: int) -> Iterator[Step]:
    trace = case.trace[year]
    yield Step("base", case.home.transfer, REGISTERED)
    yield Step("growth", trace[Trace.OWN_TRANSFER])
    yield Step("increment", trace[Trace.WITH_INCREMENT], SOCIAL_SECURITY, SOCIAL_FUND)
    yield Step("pension", trace[Trace.WITH_PENSION], SOCIAL_SECURITY, SOCIAL_FUND)


def _dibao(case: Case, year: int) -> Iterator[Step]:
    yield Step("dibao", case.trace[year, Trace.DIBAO] / FEN_PER_YUAN, DIBAO, SOCIAL_FUND)


CHAINS: Final = {"wage": _wage, "business": _business, "property": _property, "transfer": _transfer, "dibao": _dibao}
