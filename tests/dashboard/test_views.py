"""The views: HTML of a result, every text in it escaped, every number in words beside colour."""

import re

import pandas as pd
import pytest
from matplotlib.figure import Figure

from simlib.dashboard.figures import figure
from simlib.dashboard.views import living
from simlib.dashboard.views.compare import compare
from simlib.dashboard.views.gauges import dial, gauges
from simlib.dashboard.views.head import problems
from simlib.dashboard.views.money import money
from simlib.dashboard.views.numbers import numbers
from simlib.dashboard.views.tiles import tiles
from simlib.dashboard.views.village import village
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.reports.series import due
from simlib.runs import Run, run_one
from simlib.scenario import load_scenario, scenario_from
from simlib.words import Words
from tests.small import register_of, small_register, small_run

EN, ZH = Words("en"), Words("zh")


def moved(levers: dict[str, object], draws: int = 8, base: str = "full_package", **more: object) -> Run:
    """A bundled scenario with some levers elsewhere, on the small register."""
    written = {"schema": 1, "base": base, "levers": levers, **more}
    return run_one(scenario_from(written, "moved", load_facts()), small_register(), draws=draws, workers=1)


def poor(result: Run) -> pd.DataFrame:
    """The poor villages' rows when targets are due."""
    rows = result.villages()
    return rows[rows["is_poor_village"] & (rows["year"] == due(result))]


def told(html: str) -> str:
    """What stands in HTML, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


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
    rows = poor(result)
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


def test_exits_of_each_year_are_of_the_plan_not_of_people() -> None:
    result = small_run("full_package")
    rows = result.targets().query("target == 'yearly_progress'").set_index("year")["met_share_mean"]
    card = told(gauges(result, ZH)).partition(ZH["target.yearly_progress"])[2]
    assert card.startswith(f" 占截至2018年计划脱贫数 0% 达标可能性 {ZH.percent(rows[2018], 1)} （")
    assert f"2016年：{ZH.percent(rows[2016])}" in card
    assert "的人达标" not in card
    assert told(numbers(result, ZH)).count("占截至当年计划脱贫数的比例") == len(rows)


def test_a_band_of_chinese_stands_in_chinese_brackets() -> None:
    html = told(gauges(small_run("full_package"), ZH))
    assert re.search(r"（\d+–\d+%）", html)
    assert "(" not in html


def test_without_draws_to_follow_no_chance_is_promised() -> None:
    html = gauges(small_run("full_package", 0), ZH, follow=False)
    assert html.count(ZH("without luck there are no chances")) == 6
    assert "正在计算" not in html


@pytest.mark.parametrize(("draws", "counted"), [(24, "futures in which the average reaches it"), (0, "whether the average reaches it")])
def test_an_average_is_no_share_of_people(draws: int, counted: str) -> None:
    result = small_run("full_package", draws)
    rows = re.findall(r"<tr><th.*?</tr>", numbers(result, EN))
    averages = [told(row) for row in rows if EN["reading.mean"] in row]
    shares = result.targets().query("reading == 'mean'")["met_share_mean"]
    assert len(averages) == len(shares) == 3
    for row, share in zip(averages, shares, strict=True):
        assert re.search(counted + r"[a-z, ]* " + (re.escape(EN.percent(share, 1)) if draws else "yes"), row)
        assert " people " not in row


def test_without_luck_a_tile_says_whether_not_how_likely() -> None:
    result = small_run("full_package", 0)
    html = tiles(result, ZH, by="chance_services")
    assert {0.0, 1.0} == set(poor(result)["chance_services"])
    assert "取中值" in html
    assert "可能性" not in html
    assert "%" not in told(html)
    for _, row in poor(result).iterrows():
        said = "1" if row["chance_services"] else "0"
        assert re.search(rf'data-value="{row["village_id"]}".*?>{said}</text>', html, re.DOTALL)


def test_without_luck_a_share_of_people_stays_a_share() -> None:
    result = small_run("full_package", 0)
    html = tiles(result, EN, by="exited_share")
    for share in poor(result)["exited_share"]:
        assert f">{100 * share:.0f}</text>" in html


def test_without_luck_a_village_says_whether_not_how_likely() -> None:
    result = small_run("full_package", 0)
    row = poor(result).iloc[0]
    html = village(result, ZH, row["village_id"])
    own = result.households().query("village_id == @row.village_id and year == 2018")
    assert "可能性" not in html
    assert html.count(">是</td>") == (own["chance_exited"] == 1).sum() + (own["chance_at_fixed"] == 1).sum()
    assert "取中值时是否脱贫" in html


def test_all_views_are_of_the_year_that_targets_are_due_in() -> None:
    result = run_one(load_scenario("full_package_to_2020"), small_register(), draws=8, workers=1)
    assert result.years()["year"].max() == 2020
    for _, row in poor(result).iterrows():
        assert re.search(rf'data-value="{row["village_id"]}".*?>{100 * row["chance_exits"]:.0f}</text>', tiles(result, EN), re.DOTALL)
    html = told(village(result, ZH, row["village_id"]))
    assert f"村出列的可能性，2018年 {ZH.percent(row['chance_exits'])}" in html
    assert f"全村居民人均收入，2018年 {ZH.yuan(row['mean_income'])}" in html
    differences = compare(result, result, ZH).replace(result.scenario.title.zh, "")
    for text in (told(tiles(result, ZH)), told(living.incomes(result, ZH)), told(differences)):
        assert "2018年" in text
        assert "2020" not in text


def test_under_a_moving_line_a_village_is_told_both_lines() -> None:
    result = moved({"governing_line": "moving"})
    row = poor(result).sort_values("mean_income").iloc[0]
    html = told(village(result, EN, row["village_id"]))
    lines = result.lines().query("of == 'village' and year == 2018").set_index("line")["yuan_mean"]
    for line in ("fixed", "moving"):
        assert f"short of the {line} line ({EN.yuan(lines[line])}): {EN.yuan(lines[line] - row['mean_income'])}" in html
    assert "always judged at the fixed line; the target of villages at the moving line" in html
    assert f"at the moving line, 2018 {EN.percent(row['chance_mean_moving'])}" in html
    assert "always judged" not in village(small_run("full_package"), EN, row["village_id"])


def test_what_an_exit_allows_is_the_scenario_s_own_fact() -> None:
    own = moved({}, facts={"village_not_exited_share": {"value": 0.9, "reason": "a test"}})
    name = poor(own).iloc[0]["village_id"]
    assert "not out yet (an exit allows 2% of all residents)" in village(small_run("full_package"), EN, name)
    assert "not out yet" not in village(own, EN, name)


def test_a_village_names_its_helping_unit_and_what_that_is() -> None:
    result = small_run("full_package")
    row = poor(result).iloc[0]
    assert f"帮扶单位：{row['helper']}（{ZH['helper_type.' + row['helper_type']]}）" in village(result, ZH, row["village_id"])
    alone = result.villages().query("not is_poor_village").iloc[0]
    assert "帮扶单位" not in village(result, ZH, alone["village_id"])


def test_tiles_are_as_big_as_they_are() -> None:
    result = small_run("full_package")
    wide, high = (int(one) for one in re.findall(r"(?:max-width: |, )(\d+)px", tiles(result, EN)))
    assert (wide, high) < (700, 380)


def test_the_figure_of_incomes_is_of_the_year_of_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def drawn(kind: str, _result: Run, **options: object) -> Figure:
        asked.append((kind, options.get("year")))
        return Figure()

    monkeypatch.setattr("simlib.reports.pictures.drawn", drawn)
    figure(run_one(load_scenario("full_package_to_2020"), small_register(), draws=8, workers=1), "incomes", EN)
    assert asked == [("incomes", 2018)]
