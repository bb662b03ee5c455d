"""Captions: where a figure comes from, whole, in both languages, within the figure."""

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from simlib.errors import InputError
from simlib.reports import charts
from simlib.runs import Run, Runs, run_one
from simlib.scenario import scenario_from
from tests.reports.charts.drawing import figure_of, rendered
from tests.small import small_register

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caption_says_where_a_figure_comes_from(lang: str, runs: Runs, quiet: Run) -> None:
    run = runs["full_package"]
    wanted = {
        "en": "Full package, re-planned each year · 8 draws, seed 2 · governing line: fixed line · "
        "SYNTHETIC register: no household in it exists · changed from “Growth and today's dibao only”: ",
        "zh": "全套措施、逐年调整 · 8次模拟\uff0c随机种子2 · 判定线\uff1a固定线 · 合成数据\uff08SYNTHETIC\uff09\uff1a所有户均为虚构"
        " · 相对“自然增长与现有低保”的改动\uff1a",
    }
    assert charts.caption(run, lang).startswith(wanted[lang])
    assert run.scenario.hash.removeprefix("sha256:")[:8] in charts.caption(run, lang)
    assert run.registry.hash.removeprefix("sha256:")[:8] in charts.caption(run, lang)
    assert charts.caption(runs, lang).startswith({"en": "3 scenarios", "zh": "3个情景"}[lang])
    assert all(one.scenario.hash.removeprefix("sha256:")[:8] in charts.caption(runs, lang) for one in runs)
    assert {"en": " · deterministic · ", "zh": " · 确定性计算 · "}[lang] in charts.caption(quiet, lang)


def test_caption_says_what_was_changed() -> None:
    scenario = scenario_from({"base": "full_package", "levers": {"funds": {"guidance": {"delay_years": 1}}}}, "late")
    caption = charts.caption(run_one(scenario, small_register(), draws=0))
    assert "changed from “Full package, re-planned each year”: village guidance fund" in caption
    assert "0 → 1" in caption
    assert "changed" not in charts.caption(run_one(scenario_from({"base": "baseline"}, "same"), small_register(), draws=0))


def test_caption_counts_what_it_does_not_name(runs: Runs) -> None:
    assert " and others, 13 in all · " in charts.caption(runs["full_package"])
    assert "等13项 · " in charts.caption(runs["full_package"], "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caption_of_a_real_register_does_not_say_synthetic(lang: str, runs: Runs) -> None:
    real = replace(runs["baseline"], registry=replace(runs["baseline"].registry, synthetic=False))
    assert "SYNTHETIC" not in charts.caption(real, lang)
    assert "900" in charts.caption(real, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [4, 6, 12])
def test_caption_stays_within_the_figure(width: int, lang: str, quiet: Run, ax: Axes) -> None:
    figure = figure_of(ax)
    figure.set_figwidth(width)
    charts.stamp(figure, quiet, lang=lang)
    rendered(figure)
    (caption,) = (text for text in figure.findobj(Text) if "SYNTHETIC" in text.get_text())
    assert "".join(caption.get_text().split()) == "".join(charts.caption(quiet, lang).split())
    assert caption.get_window_extent().x1 <= figure.bbox.x1


def test_caption_names_every_governing_line(runs: Runs) -> None:
    scenario = runs["baseline"].scenario
    levers = scenario.levers.model_copy(update={"governing_line": "moving"})
    other = replace(runs["baseline"], scenario=scenario.model_copy(update={"levers": levers}))
    assert "governing line: fixed line / moving line" in charts.caption([*runs, other])


def test_a_language_that_there_is_none_of_is_said(runs: Runs) -> None:
    with pytest.raises(InputError, match="language"):
        charts.caption(runs, "fr")
