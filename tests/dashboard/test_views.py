"""The views: HTML of a result, every text in it escaped, every number in words beside colour."""

import re

import pytest

from simlib.dashboard.views import living
from simlib.dashboard.views.gauges import dial, gauges
from simlib.dashboard.views.head import problems
from simlib.dashboard.views.money import money
from simlib.dashboard.views.numbers import numbers
from simlib.dashboard.views.tiles import tiles
from simlib.dashboard.views.village import village
from simlib.errors import InputError
from simlib.runs import run_one
from simlib.scenario import load_scenario
from simlib.words import Words
from tests.small import register_of, small_run

EN = Words("en")


def test_six_gauges_say_chance_share_and_verdict() -> None:
    html = gauges(small_run("full_package"), EN)
    assert html.count("<section") == 6
    assert len(re.findall(r'class="simlib-verdict"', html)) == 6
    assert "chances follow" not in html


def test_without_draws_chances_are_not_told() -> None:
    html = gauges(small_run("full_package", 0), EN)
    assert html.count("chances follow") == 6
    assert "<b>–</b>" in html


@pytest.mark.parametrize(("chance", "filled"), [(float("nan"), False), (0.0, False), (0.5, True), (1.0, True)])
def test_a_dial_is_filled_as_far_as_the_chance(chance: float, filled: bool) -> None:
    assert ("simlib-dial-value" in dial(chance, 0.9)) == filled


def test_a_tile_a_poor_village_with_its_number_on_it() -> None:
    result = small_run("full_package")
    html = tiles(result, EN)
    rows = result.villages().query("is_poor_village and year == year.max()")
    assert html.count("data-tile") == len(rows)
    for _, row in rows.iterrows():
        assert re.search(rf'data-value="{row["village_id"]}".*?>{100 * row["chance_exits"]:.0f}</text>', html, re.DOTALL)
    assert html.count('tabindex="0"') == 1


def test_names_of_places_are_escaped() -> None:
    registry = register_of({"h1": {}}, {"a": {"county": "<script>alert(1)</script>", "name": "<b>村</b>"}})
    result = run_one(load_scenario("full_package"), registry, draws=2)
    for html in (tiles(result, EN), village(result, EN, "a")):
        assert "<script>" not in html
        assert "<b>村" not in html


def test_problems_are_escaped_and_counted() -> None:
    html = problems(EN, "wrong", ["<i>seen</i>"] * 60)
    assert "<i>seen" not in html
    assert html.count("<li>") == 50
    assert "and 10 more" in html


def test_all_targets_and_years_stand_as_text() -> None:
    result = small_run("full_package")
    html = numbers(result, EN)
    assert html.count("<tr>") == 2 + len(result.targets()) + len(result.years())
    for share in result.targets()["met_share_mean"]:
        assert EN.percent(share, 1) in html


def test_money_in_and_out_is_that_of_the_funds() -> None:
    result = small_run("full_package")
    funds = result.funds().groupby(["fund", "year"])["spent"].sum()
    html = money(result, EN)
    assert EN.money(funds["household", 2016]) in html
    assert "sector money" not in html  # nothing in, nothing out


def test_income_by_source_adds_up() -> None:
    result = small_run("full_package")
    html = living.sources(result, EN)
    for whole in result.sources().groupby("year")["yuan_pc"].sum():
        assert EN.yuan(whole) in html


def test_classes_of_income_hold_everybody() -> None:
    html = living.incomes(small_run("full_package"), EN)
    shares = [float(one) for one in re.findall(r">([\d.]+)%<", html)]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))


def test_an_unknown_village_is_told() -> None:
    with pytest.raises(InputError, match="no village 'nowhere'"):
        village(small_run("full_package"), EN, "nowhere")
