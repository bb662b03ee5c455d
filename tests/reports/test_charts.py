"""Charts: what they draw is what the results say, in both languages, legibly, and with their origin under them."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from simlib.assessment.counts import Counts
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.facts.lines import fixed_line
from simlib.reports import charts, series, style
from simlib.reports.style import Language
from simlib.runs import Run, Runs

LANGUAGES: tuple[Language, ...] = ("en", "zh")
FACTS = load_facts()

# Every chart, drawn from (runs, ax, lang).
CHARTS: dict[str, Callable[[Runs, Axes, Language], Axes]] = {
    "share_at_line, people": lambda runs, ax, lang: charts.share_at_line(runs, ax, lang=lang),
    "share_at_line, villages": lambda runs, ax, lang: charts.share_at_line(runs, ax, who="villages", line="moving", lang=lang),
    "share_at_line, indexed": lambda runs, ax, lang: charts.share_at_line(runs, ax, line="indexed", lang=lang),
    "share_at_line, one run": lambda runs, ax, lang: charts.share_at_line(runs["full_package"], ax, lang=lang),
    "incomes": lambda runs, ax, lang: charts.incomes(runs["baseline"], ax, year=2016, lang=lang),
    "incomes, cut": lambda runs, ax, lang: charts.incomes(runs["full_package"], ax, year=2018, top=0.05, lang=lang),
    "income_by_source": lambda runs, ax, lang: charts.income_by_source(runs["full_package"], ax, lang=lang),
    "lines": lambda runs, ax, lang: charts.lines(FACTS, ax, years=range(2015, 2021), lang=lang),
    "money": lambda runs, ax, lang: charts.money(runs["full_package"], ax, fund="household", lang=lang),
    "money, loans": lambda runs, ax, lang: charts.money(runs["full_package"], ax, fund="credit", lang=lang),
    "money, idle pool": lambda runs, ax, lang: charts.money(runs["baseline"], ax, fund="pool", lang=lang),
}


@pytest.fixture
def ax() -> Axes:
    """An Axes whose settings are not the charts' own: they must bring everything along."""
    with mpl.rc_context({"font.family": "monospace", "axes.titlelocation": "right", "legend.frameon": True}):
        figure = Figure(figsize=(8, 4.6), layout="constrained")
        FigureCanvasAgg(figure)
        return figure.add_subplot()


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    return figure


def rendered(figure: Figure) -> bytes:
    """The figure as PNG; a missing glyph is a warning, and pytest makes warnings errors."""
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def overlaps(texts: list[Text]) -> Iterator[tuple[str, str]]:
    """Pairs of visible texts that lie over each other on the drawn figure."""
    shown = [text for text in texts if text.get_visible() and text.get_text().strip()]
    for one, other in combinations(shown, 2):
        if one.get_window_extent().overlaps(other.get_window_extent()):
            yield one.get_text(), other.get_text()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_chart_draws_in_both_languages_and_gives_back_its_axes(name: str, lang: Language, runs: Runs, ax: Axes) -> None:
    before = dict(mpl.rcParams)
    assert CHARTS[name](runs, ax, lang) is ax
    charts.stamp(figure_of(ax), runs, lang=lang)
    assert rendered(figure_of(ax)).startswith(b"\x89PNG")
    assert dict(mpl.rcParams) == before, "a chart leaves matplotlib's settings alone"
    assert list(overlaps([*ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts])) == []
    words = "".join(text.get_text() for text in ax.findobj(Text))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words) == (lang == "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_legend_for_several_charts(lang: Language, runs: Runs, ax: Axes) -> None:
    charts.money(runs["full_package"], ax, fund="guidance", lang=lang)
    charts.shared_legend(figure_of(ax), ax)
    rendered(figure_of(ax))
    (legend,) = figure_of(ax).legends
    wanted = {"en": {"spent", "carried to next year", "lapsed", "entitled this year"}, "zh": {"已支出", "结转下年", "到期收回", "当年应到"}}
    assert {text.get_text() for text in legend.get_texts()} == wanted[lang]


def test_a_missing_glyph_would_be_found(runs: Runs, ax: Axes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "families", lambda: [style.LATIN])
    charts.share_at_line(runs, ax, lang="zh")
    with pytest.raises(UserWarning, match=r"Glyph .* missing"):
        rendered(figure_of(ax))


def test_overlapping_labels_would_be_found(ax: Axes) -> None:
    ax.set_xticks([0.5, 0.5001], ["one label", "another"])
    rendered(figure_of(ax))
    assert list(overlaps(ax.get_xticklabels())) == [("one label", "another")]


def widths(ax: Axes, points: int) -> list[list[float]]:
    """Where the drawn lines of one point (markers) or two (bands) lie across."""
    across = [np.asarray(line.get_xdata(), dtype=np.float64).tolist() for line in ax.lines]
    return [places for places in across if len(places) == points]


def test_share_at_line_shows_means_and_bands(runs: Runs, ax: Axes) -> None:
    charts.share_at_line(runs, ax, line="moving")
    tables = [one.draws_table() for one in runs]
    groups = [group for table in tables for _, group in table.groupby("year")["capable_moving"]]
    assert widths(ax, 1) == [pytest.approx([group.mean()]) for group in groups]
    asked_for = [0.95, 0.95]
    assert widths(ax, 2) == [*(pytest.approx(list(group.quantile([0.05, 0.95]))) for group in groups), asked_for]


def test_a_run_without_luck_has_points_and_no_bands(quiet: Run, ax: Axes) -> None:
    charts.share_at_line(quiet, ax)
    assert widths(ax, 1) == [[share] for share in quiet.draws_table()["capable_fixed"]]
    assert np.isnan(widths(ax, 2)[:3]).all()
    rendered(figure_of(ax))


def test_incomes_hold_everybody_and_cut_the_bin_of_the_line(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["baseline"], ax, year=2018)
    below, above, _ = (patch.get_data() for patch in ax.patches)  # type: ignore[attr-defined]
    line = fixed_line(FACTS, "household", 2018)
    assert below.edges[-1] == above.edges[0] == line
    whole = np.concatenate([below.values, above.values[1:]]).sum()
    assert whole == pytest.approx(runs["baseline"].registry.people / 1000)
    legend = ax.get_legend()
    assert legend is not None
    share = float(Counts(runs["baseline"].projection).at_line_share()[:, -1].mean())
    assert legend.get_texts()[0].get_text() == f"fixed line {line:,.0f}: {share:.0%}"


def test_a_column_that_is_cut_off_says_how_high_it_is(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["full_package"], ax, year=2018, top=0.05)
    highest = series.histogram(runs["full_package"], 2018).people.mean.max()
    assert f"{highest:,.3g} ↑" in [text.get_text() for text in ax.texts]
    charts.incomes(runs["full_package"], other := figure_of(ax).add_subplot(), year=2018, top=10)
    assert not any("↑" in text.get_text() for text in other.texts)


def test_people_beyond_the_axis_are_counted_at_its_edge(runs: Runs, ax: Axes) -> None:
    charts.incomes(runs["full_package"], ax, year=2017)
    people = runs["full_package"].projection.incomes[:, 1, 0].sum(axis=0)
    reach = ax.get_xlim()[1]
    assert reach == 2.5 * fixed_line(FACTS, "household", 2018), "the last year's, for all years"
    beyond = people[int(np.ceil(reach / 250)) :].sum() / people.sum()
    assert [text.get_text() for text in ax.texts] == [f"{beyond:.1%} beyond →"]


def test_sources_add_up_to_income_as_registered_and_in_each_year(runs: Runs) -> None:
    run = runs["full_package"]
    total = np.sum(list(series.sources(run).values()), axis=0)
    rows = run.registry.households.query("labour_units > 0")
    columns = ["wage_income", "business_income", "property_income", "transfer_income", "dibao_yuan"]
    assert total[0] == pytest.approx(rows[columns].to_numpy().sum() / rows["members"].sum())
    assert total[1:] == pytest.approx(run.draws_table().groupby("year")["income_pc_capable"].mean().to_numpy())


def test_income_by_source_stacks_to_the_total_it_names(runs: Runs, ax: Axes) -> None:
    charts.income_by_source(runs["full_package"], ax)
    tops = [max(bar.get_y() + bar.get_height() for bar in ax.patches if round(bar.get_x() + 0.31) == place) for place in range(4)]  # type: ignore[attr-defined]
    assert [text.get_text() for text in ax.texts] == [f"{top:,.0f}" for top in tops]


def test_lines_are_those_of_the_facts() -> None:
    years = [2016, 2017, 2018]
    found = series.paths(FACTS, "household", years)
    assert found.fixed.tolist() == [6433, 6883, 7365]
    assert found.moving == pytest.approx([0.45 * FACTS[f"provincial_income_{year}"] for year in years])
    assert found.low[0] == found.moving[0] == found.high[0], "2016 is published"
    assert found.low[2] < found.moving[2] < found.high[2], "2018 is recalled"


@pytest.mark.parametrize("fund", ["household", "guidance", "pool", "social"])
def test_money_at_hand_is_spent_carried_or_lapsed(fund: str, runs: Runs) -> None:
    parts = series.money(runs["full_package"], fund)
    table = runs["full_package"].funds().query("fund == @fund").groupby("year")[["entitled", "carried_in", "spent"]].sum() / 1e6
    uses = parts["spent"] + parts["carried_out"] + parts["lapsed"]
    assert uses == pytest.approx((table["entitled"] + table["carried_in"]).to_numpy())
    assert parts["spent"] == pytest.approx(table["spent"].to_numpy())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caption_says_where_a_figure_comes_from(lang: Language, runs: Runs, quiet: Run) -> None:
    run = runs["full_package"]
    wanted = {
        "en": "Full package, re-planned each year · 8 draws, seed 2 · governing line: fixed line · "
        "SYNTHETIC register: no household in it exists",
        "zh": "全套措施、逐年调整 · 8次模拟\uff0c种子2 · 判定线\uff1a固定线 · 合成名册\uff08SYNTHETIC\uff09\uff1a所有户均为虚构",
    }
    assert charts.caption(run, lang) == wanted[lang]
    assert charts.caption(runs, lang).startswith({"en": "3 scenarios", "zh": "3个情景"}[lang])
    assert {"en": " · deterministic · ", "zh": " · 确定性计算 · "}[lang] in charts.caption(quiet, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caption_of_a_real_register_does_not_say_synthetic(lang: Language, runs: Runs) -> None:
    real = replace(runs["baseline"], registry=replace(runs["baseline"].registry, synthetic=False))
    assert "SYNTHETIC" not in charts.caption(real, lang)
    assert "900" in charts.caption(real, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stamp_writes_the_caption(lang: Language, runs: Runs, ax: Axes) -> None:
    figure = charts.stamp(figure_of(ax), runs, lang=lang)
    assert charts.caption(runs, lang) in [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [4, 6, 12])
def test_caption_stays_within_the_figure(width: int, lang: Language, quiet: Run, ax: Axes) -> None:
    figure = figure_of(ax)
    figure.set_figwidth(width)
    charts.stamp(figure, quiet, lang=lang)
    rendered(figure)
    (caption,) = (text for text in figure.findobj(Text) if "SYNTHETIC" in text.get_text())
    assert caption.get_text().split() == charts.caption(quiet, lang).split()
    assert caption.get_window_extent().x1 <= figure.bbox.x1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"who": "towns"}, "who 'towns', line 'fixed': wanted people or villages, and fixed or moving"),
        ({"line": "dibao_line"}, "who 'people', line 'dibao_line': wanted people or villages, and fixed or moving"),
        ({"lang": "fr"}, "language 'fr': wanted 'en' or 'zh'"),
    ],
)
def test_what_there_is_none_of_is_said(asked: dict[str, Any], message: str, runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match=message):
        charts.share_at_line(runs, ax, **asked)


def test_a_year_a_fund_or_a_run_that_is_not_there_is_said(runs: Runs, ax: Axes) -> None:
    with pytest.raises(InputError, match="year 2015: this run has 2016, 2017, 2018"):
        charts.incomes(runs["baseline"], ax, year=2015)
    with pytest.raises(InputError, match="fund 'bank': wanted household, guidance, pool, sector, "):
        charts.money(runs["baseline"], ax, fund="bank")
    with pytest.raises(InputError, match="no run to draw"):
        charts.share_at_line([], ax)


def test_runs_that_do_not_belong_together_are_not_drawn_together(runs: Runs, quiet: Run, ax: Axes) -> None:
    with pytest.raises(InputError, match="different draws, seeds or registers"):
        charts.share_at_line([*runs, quiet], ax)


def test_caption_names_every_governing_line(runs: Runs) -> None:
    scenario = runs["baseline"].scenario
    levers = scenario.levers.model_copy(update={"governing_line": "moving"})
    other = replace(runs["baseline"], scenario=scenario.model_copy(update={"levers": levers}))
    assert "governing line: fixed line / moving line" in charts.caption([*runs, other])


def test_stack_order_is_legible() -> None:
    """Neighbours in a stack differ for normal eyes and for red-blind and green-blind ones (Machado et al. 2009)."""
    sight = {
        "normal": np.eye(3),
        "red-blind": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
        "green-blind": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    }
    for colours in (charts.SOURCES, charts.USES):
        for seen in sight.values():
            shades = [seen @ np.array(mpl.colors.to_rgb(colour)) for colour in colours.values()]
            assert min(np.linalg.norm(one - other) for one, other in pairwise(shades)) > 0.25
