"""Charts: results and an Axes in, the same Axes out. The caller makes the figure, and `stamp` writes under it where it comes from."""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from simlib.assessment.bands import Band
from simlib.errors import InputError
from simlib.facts import Facts
from simlib.reports import series
from simlib.reports.labels import Words
from simlib.reports.series import BIN_YUAN, EDGES, Line, Reals, Who
from simlib.reports.style import (
    BLUE,
    FAINT,
    GREEN,
    GREY,
    INK,
    MARKERS,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILION,
    YEARS,
    Language,
    look,
    styled,
)
from simlib.runs import Run

SOURCES: Final = {"wage": BLUE, "business": ORANGE, "property": GREEN, "transfer": SKY, "dibao": PURPLE}
USES: Final = {"spent": BLUE, "carried_out": PALE, "lapsed": VERMILION}
LINES: Final[dict[str, Any]] = {
    "fixed": {"color": INK, "ls": "-"},
    "moving": {"color": VERMILION, "ls": (0, (4, 2))},
    "dibao_line": {"color": PURPLE, "ls": (0, (1, 1))},
}
PLAIN: Final = FuncFormatter(lambda value, _: f"{value:,.10g}")
COUNTED: Final = {"people": "labour_capable_people", "villages": "poor_villages"}
DIGITS: Final = {"people": 0, "villages": 1}
SHOWN_LINES: Final = 2.5
"""How far the axis of incomes reaches, in fixed lines of a run's last year; beyond lies a thin tail, whose share is written at the edge."""


@styled
def share_at_line(runs: Iterable[Run] | Run, ax: Axes, *, who: Who = "people", line: Line = "fixed", lang: Language = "en") -> Axes:
    """Who reaches the line: labour-capable people, or poor villages, by scenario and year, with the 5-95 band over draws.

    One row a scenario, one marker a year (later years darker); the last year's mean is written beside it. Clause 一(二).
    """
    words, rows = Words(lang), _listed(runs)
    for row, run in enumerate(rows):
        _row_of_years(ax, row, run, series.share_at_line(run, who, line), DIGITS[who])
    asked = rows[0].projection.packed.scenario.reporting.tolerance
    ax.axvline(asked, color=GREY, lw=1, ls=(0, (1, 2)))
    _beside(ax, words("asked", share=asked), (asked, 1), (-3, 3), ha="right", va="bottom", color=GREY)
    ax.set_yticks(range(len(rows)), [_wrapped(run, lang) for run in rows])
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.45, -0.55))
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    ax.grid(axis="x", color=FAINT, lw=0.6)
    ax.set_xlabel(words("share_axis", who=words[COUNTED[who]], line=words[line]))
    ax.legend(loc="upper right", bbox_to_anchor=(0.93, 1), handletextpad=0.2, title=words["band"], alignment="left")
    return ax


def _row_of_years(ax: Axes, row: int, run: Run, share: Band, digits: int) -> None:
    """One scenario: a point and a band for each year, from the row's upper to its lower edge."""
    years = run.projection.years
    heights = row + (np.arange(len(years)) - (len(years) - 1) / 2) * 0.6 / len(years)
    for place, (year, height) in enumerate(zip(years, heights, strict=True)):
        colour, mean = YEARS[place], share.mean[place]
        ax.plot([share.p05[place], share.p95[place]], [height, height], color=colour, lw=4, alpha=0.55, solid_capstyle="butt")
        ax.plot(mean, height, MARKERS[place], color=colour, ms=6, mec="white", mew=0.7, label=str(year) if row == 0 else None)
    right = np.nanmax([share.mean[-1], share.p95[-1]])
    ax.annotate(f"{share.mean[-1]:.{digits}%}", (right, heights[-1]), (5, 0), textcoords="offset points", va="center", fontsize=9)


@styled
def incomes(run: Run, ax: Axes, *, year: int, top: float | None = None, lang: Language = "en") -> Axes:
    """How many registered people have which income a head in one year, those under the fixed line apart, with the lines of the year.

    The mean over draws, with its 5-95 band as a shade; bins of 250 yuan. `top` ends the upright axis, in thousand people (dibao
    gathers people on its line: what stands out above is cut, and its height written there). Clause 一(二).
    """
    words, found = Words(lang), series.histogram(run, year)
    _two_coloured(ax, found.people.mean, found.lines["fixed"])
    if np.isfinite(found.people.p05).all():
        ax.stairs(found.people.p95, EDGES, baseline=found.people.p05, fill=True, color=GREY, alpha=0.45, lw=0)
    for name, yuan in found.lines.items():
        share = f": {found.at_line[name]:.0%}" if name in found.at_line else ""
        ax.axvline(yuan, lw=1.3, **LINES[name], label=f"{words[name]} {yuan:,.0f}{share}")
    reach = SHOWN_LINES * series.fixed_lines(run)[-1]  # of the last year, so that a run's years can share an axis
    _cut(ax, found.people.mean, reach, top)
    beyond = found.people.mean[EDGES[:-1] >= reach].sum() / found.people.mean.sum()
    _beside(ax, words("beyond", share=beyond), (reach, 0), (0, 16), ha="right")
    ax.set_title(words("in_year", title=title(run, lang), year=year))
    ax.xaxis.set_major_formatter(PLAIN)
    ax.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.set_xlabel(words["income_axis"])
    ax.set_ylabel(words("people_axis", width=f"{BIN_YUAN:.0f}"))
    ax.legend(loc="upper right", title=words["at_line"], alignment="left")
    return ax


def _two_coloured(ax: Axes, people: Reals, line: float) -> None:
    """A histogram whose part below the line has another colour than the part above; the bin of the line is cut in two."""
    cut = int(np.searchsorted(EDGES, line, side="right"))
    below, above = np.append(EDGES[:cut], line), np.insert(EDGES[cut:], 0, line)
    ax.stairs(people[:cut], below, fill=True, color=ORANGE, alpha=0.8, lw=0)
    ax.stairs(people[cut - 1 :], above, fill=True, color=BLUE, alpha=0.8, lw=0)


def _cut(ax: Axes, people: Reals, reach: float, top: float | None) -> None:
    """End the axes, and write the height of the highest column beside its top where that is cut off."""
    ax.set(xlim=(0, reach), ylim=(0, top))
    place = int(people.argmax())
    if top is not None and people[place] > top:
        _beside(ax, f"{people[place]:,.3g} ↑", (EDGES[place], 1), (-3, 0), ha="right", va="top")


def _beside(ax: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **more: Any) -> None:
    """A small text, so many points from a place: across in the numbers of the axis, upwards in parts of the Axes."""
    ax.annotate(text, at, by, xycoords=ax.get_xaxis_transform(), textcoords="offset points", fontsize=8.5, **more)


@styled
def income_by_source(run: Run, ax: Axes, *, lang: Language = "en") -> Axes:
    """What the labour-capable live on: mean income a head by source, as registered and then year by year, against the fixed line."""
    words, years = Words(lang), run.projection.years
    parts, floor = series.sources(run), np.zeros(1 + len(years))
    for name, yuan in parts.items():
        ax.bar(range(len(yuan)), yuan, 0.62, bottom=floor, color=SOURCES[name], ec="white", lw=0.6, label=words[name])
        floor = floor + yuan
    strokes = np.append(np.nan, series.fixed_lines(run))  # there was none in the year of the register
    top = 1.12 * np.nanmax([floor, strokes])
    for place, (total, line) in enumerate(zip(floor, strokes, strict=True)):
        ax.plot([place - 0.45, place + 0.45], [line, line], lw=2, **LINES["fixed"], label=words["fixed"] if place == 1 else None)
        above = max(total, line) if line - total < 0.09 * top else total  # no number under a stroke
        ax.annotate(f"{total:,.0f}", (place, above), (0, 3), textcoords="offset points", ha="center", fontsize=8.5)
    ax.set_xticks(range(len(floor)), [words("registered_in", year=years[0] - 1), *map(str, years)])
    ax.set(title=_wrapped(run, lang), ylim=(0, top))
    ax.yaxis.set_major_formatter(PLAIN)
    ax.grid(axis="y", color=FAINT, lw=0.6)
    ax.set_ylabel(words["income_axis"])
    return ax


@styled
def lines(facts: Facts, ax: Axes, *, years: Sequence[int], lang: Language = "en") -> Axes:
    """The fixed and the moving line of households and villages through the years, under the province's income they are shares of.

    A shade where the year's income is not known for sure. Clause 一(二).
    """
    words, at = Words(lang), list(years)
    province = [facts[f"provincial_income_{year}"] for year in at]
    ax.plot(at, province, color=GREY, lw=1.5)
    _at_the_end(ax, at[-1], province[-1], words["province"], GREY)
    for target in ("village", "household"):
        path = series.paths(facts, target, at)
        ax.fill_between(at, path.low, path.high, color=VERMILION, alpha=0.3, lw=0)
        for name, yuan in (("fixed", path.fixed), ("moving", path.moving)):
            ax.plot(at, yuan, lw=1.8, **LINES[name])
            _at_the_end(ax, at[-1], yuan[-1], words("line_of", target=words[target], line=words[name]), LINES[name]["color"])
    ax.axvline(facts["target_year"], color=GREY, lw=1, ls=(0, (1, 2)))
    ax.set_xticks(at)
    _beside(ax, words["target_year"], (facts["target_year"], 0), (4, 4), color=GREY)
    ax.yaxis.set_major_formatter(PLAIN)
    ax.grid(axis="y", color=FAINT, lw=0.6)
    ax.set_ylabel(words["income_axis"])
    return ax


def _at_the_end(ax: Axes, year: int, yuan: float, text: str, colour: str) -> None:
    """A curve's name and last value, right of it."""
    ax.annotate(f"{text} {yuan:,.0f}", (year, yuan), (6, 0), textcoords="offset points", va="center", color=colour, fontsize=8.5)


@styled
def money(run: Run, ax: Axes, *, fund: str, lang: Language = "en") -> Axes:
    """One fund through the years: what was there, as spent, carried on and lapsed, with what fell due that year. Clause 三(十一).

    A bar is the money at hand (due this year and carried in); means over draws, all payers together.
    """
    words, years, parts = Words(lang), run.projection.years, series.money(run, fund)
    floor = np.zeros(len(years))
    for name, colour in USES.items():
        ax.bar(range(len(years)), parts[name], 0.62, bottom=floor, color=colour, ec="white", lw=0.6, label=words[name])
        floor = floor + parts[name]
    for place, due in enumerate(parts["entitled"]):
        label = words["entitled"] if place == 0 else None
        ax.plot([place - 0.42, place + 0.42], [due, due], color=INK, lw=2, label=label)
    ax.set_xticks(range(len(years)), list(map(str, years)))
    ax.set(title=words[f"{fund}_fund"], ylim=(0, 1.08 * max(floor.max(), parts["entitled"].max(), 1e-9)))
    ax.yaxis.set_major_formatter(PLAIN)
    ax.grid(axis="y", color=FAINT, lw=0.6)
    ax.set_ylabel(words["money_axis"])
    return ax


def title(run: Run, lang: Language = "en") -> str:
    """A scenario's name for people."""
    return str(getattr(run.scenario.title, Words(lang).language))


def _wrapped(run: Run, lang: Language) -> str:
    """The same on lines short enough for a small chart."""
    return _filled(title(run, lang), 26)


def _filled(text: str, letters: float) -> str:
    """A text on lines of at most so many letters; a Chinese character is two letters wide."""
    return fill(text, int(letters if text.replace("·", "").isascii() else letters / 2), break_on_hyphens=False)


def _listed(runs: Iterable[Run] | Run) -> list[Run]:
    """One run or several as a list. InputError for none, and for runs that do not stand side by side."""
    listed = [runs] if isinstance(runs, Run) else list(runs)
    if not listed:
        raise InputError("no run to draw: give one or several")
    if len({(run.draws, run.seed, run.registry.hash) for run in listed}) > 1:
        raise InputError("runs of different draws, seeds or registers do not belong into one figure; run them together")
    return listed


def caption(runs: Iterable[Run] | Run, lang: Language = "en") -> str:
    """Where a figure comes from: scenario, draws, seed, governing line, and plainly whether the register is synthetic."""
    words, shown = Words(lang), _listed(runs)
    first = shown[0]
    return words(
        "caption",
        title=title(first, lang) if len(shown) == 1 else words("scenarios", number=len(shown)),
        draws=words("draws", number=first.draws, seed=first.seed) if first.draws else words["no_draws"],
        line=" / ".join(dict.fromkeys(words[run.scenario.levers.governing_line] for run in shown)),
        register=words["synthetic"] if first.registry.synthetic else words("real", people=first.registry.people),
    )


def stamp(figure: Figure, runs: Iterable[Run] | Run, *, lang: Language = "en") -> Figure:
    """Write the caption under a figure, on as many lines as its width asks for."""
    with look():
        figure.supxlabel(_filled(caption(runs, lang), 15 * figure.get_figwidth()), x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def shared_legend(figure: Figure, ax: Axes) -> Figure:
    """Write one legend for all charts of a figure, above them, from the marks of one of them."""
    with look():
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper left", ncols=8)
    return figure
