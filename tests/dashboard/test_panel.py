"""The page's widgets without a browser: what is moved is asked, what comes back is shown, and said in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simlib.dashboard import planners_panel
from simlib.dashboard.controls import Controls
from simlib.dashboard.levers import OWN, PATH, RATE
from simlib.dashboard.panel import Panel
from simlib.dashboard.state import Opened
from simlib.errors import InputError
from simlib.registry import write_registry
from simlib.words import Words
from tests.small import small_register

PATIENCE_S = 120.0
DRAWS = (8, 12)
PAID = "levers.funds.household.paid.province"


def settled(panel: Panel) -> None:
    assert panel.worker.wait(PATIENCE_S)
    assert panel.drawer.wait(PATIENCE_S)


@pytest.fixture
def panel() -> Iterator[Panel]:
    one = Panel(Opened("small", registry=small_register()), "full_package", DRAWS, "en")
    settled(one)
    yield one


def levers(panel: Panel) -> Controls:
    assert panel._controls is not None
    return panel._controls


def shown(panel: Panel, view: str) -> str:
    panel.parts.views.value = view
    return str(panel.parts.shown[view].html)


def test_the_first_answer_is_there_whole(panel: Panel) -> None:
    assert panel.state.result is not None
    assert panel.state.result.draws == DRAWS[-1]
    assert not panel.parts.gauges.stale
    assert panel.parts.messages.html == ""
    assert "12 futures" in panel.parts.status.html


def test_a_moved_lever_is_asked_marked_and_answered(panel: Panel) -> None:
    levers(panel).widgets[PAID].value = 0.0
    assert panel.parts.gauges.stale or panel.worker.wait(PATIENCE_S)
    settled(panel)
    assert panel.state.result is not None
    assert panel.state.result.scenario.levers.funds.household.paid.province == 0.0
    assert "simlib-moved" in levers(panel).widgets[PAID]._dom_classes
    assert "1 moved" in panel.parts.actions.html


def test_all_levers_go_back(panel: Panel) -> None:
    levers(panel).widgets[PAID].value = 0.0
    panel._based_on(panel.state.asked.base)
    settled(panel)
    assert dict(panel.state.asked.moved) == {}
    assert levers(panel).widgets[PAID].value == 1.0


def test_another_scenario_has_its_own_levers(panel: Panel) -> None:
    panel.parts.scenario.value = "baseline"
    settled(panel)
    assert panel.state.result is not None
    assert panel.state.result.scenario.name == "baseline"
    assert "levers.rounds.order" not in levers(panel).widgets


@pytest.mark.parametrize("view", ["villages", "incomes", "sources", "money", "compare", "numbers", "code"])
def test_every_view_says_something_in_both_languages(panel: Panel, view: str) -> None:
    english = shown(panel, view)
    panel.parts.language.value = "zh"
    settled(panel)
    assert english != shown(panel, view)
    assert panel.parts.messages.html == ""


def test_moved_levers_stay_moved_in_the_other_language(panel: Panel) -> None:
    levers(panel).widgets[PAID].value = 0.5
    panel.parts.language.value = "zh"
    settled(panel)
    assert levers(panel).widgets[PAID].value == 0.5
    assert levers(panel).widgets[PAID].description == Words("zh")("household fund: part paid by {what}", what=Words("zh")["payer.province"])


def test_figures_are_drawn_and_not_twice(panel: Panel) -> None:
    shown(panel, "incomes")
    settled(panel)
    assert panel.parts.figures["incomes"].html.startswith("<figure")
    assert not panel.parts.figures["incomes"].stale
    before = dict(panel._drawn)
    shown(panel, "sources")
    settled(panel)
    assert {name: panel._drawn[name] for name in before} == before


def test_a_pinned_answer_is_compared(panel: Panel) -> None:
    panel._pin()
    levers(panel).widgets[PAID].value = 0.0
    settled(panel)
    assert "−" in shown(panel, "compare")


def test_another_register_lets_the_pinned_answer_go(panel: Panel) -> None:
    panel._pin()
    panel._open(Opened("another", registry=small_register()))
    settled(panel)
    assert panel.state.pinned is None


def test_bad_files_are_told_and_change_nothing(panel: Panel) -> None:
    before = panel.state.result
    panel.parts.register._told(None, {"act": "register", "names": ["bad.csv"]}, [b"household_id,village_id\nA,B\n"])
    assert "bad.csv" in panel.parts.messages.html
    assert panel.state.result is before
    panel.parts.actions._told(None, {"act": "scenario", "names": ["bad.yaml"]}, [b"base: nowhere\n"])
    assert panel.parts.messages.html.count("nowhere") == 1
    panel.parts.messages._told(None, {"act": "dismiss"}, [])
    assert panel.parts.messages.html == ""


def test_a_register_that_is_opened_is_reported(panel: Panel, tmp_path: Path) -> None:
    write_registry(small_register(), tmp_path / "csv")
    panel.parts.register._told(None, {"act": "register", "names": ["户.csv"]}, [(tmp_path / "csv" / "households.csv").read_bytes()])
    settled(panel)
    report = panel.parts.messages.html
    assert "columns: every cell kept" in report
    assert "defaulted" in report  # villages that only stand in the households' table
    assert "户.csv" in report


def test_the_rate_of_one_s_own_chooses_its_path_and_another_path_lets_it_go(panel: Panel) -> None:
    widgets = levers(panel).widgets
    before = widgets[RATE].value
    widgets[RATE].value = 0.05
    settled(panel)
    assert widgets[PATH].value == OWN
    assert all("simlib-moved" in widgets[key]._dom_classes for key in (PATH, RATE))
    assert panel.state.result is not None
    assert panel.state.result.scenario.levers.provincial_income != "observed"
    widgets[PATH].value = "observed"
    settled(panel)
    assert widgets[RATE].value == before
    assert not any("simlib-moved" in widgets[key]._dom_classes for key in (PATH, RATE))
    assert dict(panel.state.asked.moved) == {}


def test_the_note_of_a_lever_says_where_the_scenario_has_it(panel: Panel) -> None:
    panel.parts.scenario.value = "price_crash"
    settled(panel)
    slider = levers(panel).widgets["facts.industry_margin.value"]
    assert f"in use: {slider.value:.0%}" in slider.description
    assert "set by the scenario" in slider.description
    assert "set by the scenario" not in levers(panel).widgets["facts.dividend_rate.value"].description


def load(panel: Panel, name: str, content: bytes) -> None:
    panel.parts.actions._told(None, {"act": "scenario", "names": [name]}, [content])
    settled(panel)


def test_scenarios_from_files_are_chosen_like_others(panel: Panel) -> None:
    load(panel, "mine.yaml", b"base: full_package\nlevers: {funds: {household: {paid: {province: 0.5}}}}\n")
    load(panel, "baseline.yaml", b"base: full_package\nlevers: {funds: {household: {paid: {province: 0.25}}}}\n")
    labels = {value: label for label, value in panel.parts.scenario.options}
    assert (labels["file:mine"], labels["file:baseline"]) == ("mine", "baseline (file)")
    paid = []
    for chosen in ("file:mine", "baseline", "file:baseline", "full_package", "file:mine"):
        panel.parts.scenario.value = chosen
        settled(panel)
        assert panel.state.result is not None
        paid.append(panel.state.result.scenario.levers.funds.household.paid.province)
    assert (paid[0], paid[2], paid[3], paid[4]) == (0.5, 0.25, 1.0, 0.5)
    assert panel.parts.messages.html == ""
    load(panel, "mine.yaml", b"base: full_package\nlevers: {funds: {household: {paid: {province: 0.75}}}}\n")
    assert levers(panel).widgets[PAID].value == 0.75
    assert len(panel.parts.scenario.options) == len(labels)
    panel.parts.language.value = "zh"
    assert ("baseline（文件）", "file:baseline") in panel.parts.scenario.options


def test_what_cannot_be_computed_is_said_once_and_nobody_cancelled_it(panel: Panel) -> None:
    panel._move("facts.dividend_rate.value", 0.9)
    settled(panel)
    assert "this cannot be computed" in panel.parts.status.html
    assert "cancelled" not in panel.parts.status.html
    assert panel.parts.messages.html.count("seen 0.9, wanted") == 1
    assert str(Path.cwd()) not in panel.parts.messages.html


def test_files_are_handed_to_the_browser(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Any] = []
    monkeypatch.setattr(panel.parts.status, "save", lambda *what: saved.append(what))
    for act in ("save-scenario", "save-workbook"):
        panel.parts.actions._told(None, {"act": act, "value": ""}, [])
    assert [name for name, _, _ in saved] == ["full_package.yaml", "full_package-12.xlsx"]


def test_a_village_is_shown_by_ids_and_closed(panel: Panel) -> None:
    name = str(small_register().villages.query("is_poor_village")["village_id"].iloc[0])
    panel.parts.shown["villages"]._told(None, {"act": "village", "value": name}, [])
    for number in small_register().households.query("village_id == @name")["household_id"]:
        assert number in panel.parts.village.html
    panel.parts.village._told(None, {"act": "village", "value": ""}, [])
    assert panel.parts.village.html == ""


def test_a_panel_without_draws_promises_no_chances() -> None:
    one = Panel(Opened("small", registry=small_register()), "full_package", (0, 200), "en")
    settled(one)
    assert one.state.result is not None
    assert one.state.result.draws == 0
    assert one.parts.gauges.html.count("without luck there are no chances") == 6
    assert "chances follow" not in one.parts.gauges.html
    assert "with central values" in one.parts.shown["villages"].html


def test_a_panel_for_a_notebook_refuses_what_is_not_there() -> None:
    with pytest.raises(InputError, match="no scenario 'nothing'"):
        planners_panel(small_register(), scenario="nothing")
    with pytest.raises(InputError, match="wanted 'zh' or 'en'"):
        planners_panel(small_register(), lang="fr")
