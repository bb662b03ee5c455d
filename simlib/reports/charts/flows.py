"""What flows: money from those who pay to those it reaches, and people from status to status."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from simlib.assessment.bands import Band
from simlib.funds import ACCOUNTS, FUNDS
from simlib.reports import series, streams
from simlib.reports.charts.alluvial import Link, Look, alluvial
from simlib.reports.charts.common import brief_money, share_text
from simlib.reports.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, VERMILION, styled, words_of
from simlib.runs import Result
from simlib.words import Words, noop

COLOURS: Final = {
    "household": BLUE,
    "guidance": ORANGE,
    "pool": GREEN,
    "sector": "#f0e442",
    "donations": SKY,
    "contingency": VERMILION,
    "village_programme": PURPLE,
    "social": "#882255",
    "credit": GREY,
}
"""A colour for each fund."""
HEADS: Final = (noop("who pays"), noop("fund"), noop("measure"), noop("whom it reaches"))
PAYERS: Final = tuple(dict.fromkeys(payer for _, payer in ACCOUNTS))
REACHES: Final = ("households", "village_projects")
NAMED: Final = ("payer.", "fund.", "measure.", "reaches.")
STATUSES: Final = {"in": ORANGE, "on": ORANGE, "reentered": VERMILION, "removed": GREY, "exited": BLUE, "out": BLUE}
"""Statuses from top to bottom, those on the register first."""
LEGIBLE: Final = 0.03
"""Part of all people from which on a move's share is written on it."""


@styled
def flow(result: Result, ax: Axes, *, years: Sequence[int] | None = None, lang: str = "en") -> Axes:
    """Money from payers through funds and measures to households and village projects, in yuan, means over draws. Clause 三(十一).

    Ribbons are as broad as the sums. Loans are drawn grey: lent, not spent. Day wages on village projects reach households.
    """
    words, wanted = words_of(lang), None if years is None else list(years)
    links, lent = streams.money_links(result, wanted), streams.lent(result, wanted)
    layers = streams.nodes(links)
    whole = sum(layers[0].values()) if layers else 0.0
    ax.set_title(_headline(words, wanted or series.years_of(result), whole - lent, lent), pad=22)
    look = Look(
        heads=[words(head) for head in HEADS],
        label=lambda layer, code, yuan: f"{words[NAMED[layer] + code]} {brief_money(words, yuan)}",
        node=lambda layer, code: COLOURS[code] if layer == 1 else INK,
        link=_fund_colour,
        orders=(PAYERS, FUNDS, (), REACHES),
        across=(0, 1, 2.1, 3.3),
    )
    if layers:
        alluvial(ax, links, look)
    else:
        _nothing(ax, words("no money flows"))
    return ax


def _fund_colour(link: Link) -> str:
    """The colour of the fund that a link comes from or goes to; none behind the measures, where funds have mixed."""
    return COLOURS[link.target] if link.stage == 0 else COLOURS[link.source] if link.stage == 1 else GREY


def _headline(words: Words, years: list[int], spent: float, lent: float) -> str:
    """What was spent, and lent beside it, in which years."""
    when = str(years[0]) if len(years) == 1 else f"{min(years)}–{max(years)}"
    if lent:
        return words("{years}: {spent} spent, and {lent} lent by banks", years=when, spent=words.money(spent), lent=words.money(lent))
    return words("{years}: {spent} spent", years=when, spent=words.money(spent))


def _nothing(ax: Axes, text: str) -> None:
    """A figure of nothing says so."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=GREY)


@styled
def transitions(result: Result, ax: Axes, *, year: int | None = None, matrix: str = "status", lang: str = "en") -> Axes:
    """Who moves from which status into which: in one year, or through all of them (None); people, means over draws.

    On a ribbon that changes its status: the share of those who could, with its 5-95 band. `matrix` status, or register (on, out).
    """
    words, links = words_of(lang), streams.people_links(result, year, matrix)
    years = series.years_of(result) if year is None else [year]
    heads = [words("start of {year}", year=years[0]), *(words("end of {year}", year=one) for one in years)]
    table = result.table("transitions")
    rows = table[table["matrix"] == matrix].to_dict("records")
    shares = {(row["year"], row["status"], row["to"]): row for row in rows}
    whole = float(links.loc[links["stage"] == 0, "amount"].sum())

    def share(link: Link) -> str:
        if link.source == link.target or link.amount < LEGIBLE * whole:
            return ""
        row = shares[years[link.stage], link.source, link.target]
        return share_text(words, Band(row["share_mean"], row["share_p05"], row["share_p95"]))

    look = Look(
        heads=heads,
        label=lambda _, code, people: words("{status}\n{people} people", status=words["status." + code], people=words.number(people)),
        node=lambda _, code: STATUSES[code],
        link=lambda link: STATUSES[link.target],
        orders=[tuple(STATUSES)] * len(heads),
        on_link=share,
        lines=2,
    )
    ax.set_title(words("on the register and out of it, year by year"), pad=22)
    alluvial(ax, links, look)
    return ax
