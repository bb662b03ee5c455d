"""What a scenario decides, in words."""

from pathlib import Path
from typing import Any

import pytest

from simlib.reports.decided import changes_in_words, not_modelled_in_words, place_in_words, record_of, round_in_words
from simlib.runs import Runs
from simlib.scenario import bundled_scenarios, load_scenario, scenario_from
from simlib.store import read_stored, record, write_run
from simlib.words import Words

ENGLISH = Words("en")


def changes(content: dict[str, Any] | str) -> list[dict[str, Any]]:
    scenario = load_scenario(content) if isinstance(content, str) else scenario_from(content, "x")
    return [change._asdict() for change in scenario.difference()]


def in_english(content: dict[str, Any] | str) -> dict[str, tuple[str, str]]:
    return {one.what: (one.before, one.now) for one in changes_in_words(changes(content), ENGLISH)}


def test_a_fact_and_its_range_are_one_change() -> None:
    assert in_english({"base": "baseline", "facts": {"income_growth": {"value": 0.09, "low": 0.07, "high": 0.1}}}) == {
        "Yearly growth of a poor household's incomes without help": ("8% (6% to 10.5%)", "9% (7% to 10%)")
    }
    fixed = in_english({"base": "baseline", "facts": {"income_growth": {"value": 0.08, "low": 0.08, "high": 0.08}}})
    assert list(fixed.values()) == [("6% to 10.5%", "one value")]


def test_money_and_who_pays_it() -> None:
    assert in_english({"base": "baseline", "levers": {"funds": {"household": {"paid": {"home_city": 0.5}, "delay_years": 1}}}}) == {
        "household fund · share that is paid · home city": ("100%", "50%"),
        "household fund · years too late": ("0", "1"),
    }


@pytest.mark.parametrize(
    ("levers", "wanted"),
    [
        ({"horizon": [2016, 2020]}, {"first and last year": ("2016, 2018", "2016, 2020")}),
        ({"provincial_income": "planned"}, {"growth of the province's rural income": ("as published", "as planned")}),
        ({"governing_line": "moving"}, {"governing line": ("fixed line", "moving line")}),
        ({"identification": {"recheck": True}}, {"the register · checked again": ("no", "yes")}),
        (
            {"exit_requires": []},
            {"what an exit asks for beside income": ("compulsory education, basic medical care, safe housing", "none")},
        ),
    ],
)
def test_levers(levers: dict[str, Any], wanted: dict[str, tuple[str, str]]) -> None:
    assert in_english({"base": "baseline", "levers": levers}) == wanted


def test_a_round_is_a_sentence() -> None:
    content = {
        "order": "poorest_first",
        "who": "labour_capable",
        "measures": {"industry": {"funds": ["household", "pool"], "capital_worker": 20000}},
    }
    assert round_in_words(content | {"reach": {"share": 0.5}}, ENGLISH) == (
        "labour-capable people; poorest first; industry project (capital of a worker, yuan 20,000; household fund, city's pool); "
        "share of those it could serve: 50%"
    )


def test_a_change_within_a_round() -> None:
    assert (
        place_in_words("levers.rounds[1].measures.industry.capital_worker", ENGLISH)
        == "round 2 · industry project · capital of a worker, yuan"
    )
    assert place_in_words("levers.rounds[0].reach.share", ENGLISH) == "round 1 · how far it goes · share of those it could serve"


@pytest.mark.parametrize("name", sorted(bundled_scenarios()))
def test_no_scenario_shows_a_code_to_a_person(name: str) -> None:
    for one in changes_in_words(changes(name), Words("zh")):
        letters = [word for text in one for word in text.split() if "_" in word or "levers" in word or "{" in word]
        assert letters == []
        assert not any(part.isascii() and part.isalpha() for part in one.what.split(" · ")), f"no Chinese for {one.what}"


def test_what_is_not_modelled_is_told_in_chinese(runs: Runs) -> None:
    run = next(iter(runs))
    told = not_modelled_in_words(run, Words("zh"))
    assert len(told) == len(run.scenario.not_modelled) == 12
    assert all("：" in text and any("\u4e00" <= letter <= "\u9fff" for letter in text.partition("，")[2]) for text in told)


def test_the_record_is_the_same_at_hand_and_stored(runs: Runs, tmp_path: Path) -> None:
    run = next(iter(runs))
    stored = read_stored(write_run(run, tmp_path))
    assert record_of(run) == record(run)
    assert {name: value for name, value in record_of(stored).items() if name not in ("files", "record")} == record_of(run)
    with pytest.raises(TypeError, match="a Run or a stored one"):
        record_of(object())  # type: ignore[arg-type]  # that is the point
