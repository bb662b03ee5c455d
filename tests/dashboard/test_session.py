"""The session: questions as values, looks at their answer that equal runs of their own, comparison under the same luck."""

import pytest

from simlib.dashboard.background import NotWantedError
from simlib.dashboard.hashing import result_hash
from simlib.dashboard.levers import OWN, PATH, RATE
from simlib.dashboard.saving import saved_scenario
from simlib.dashboard.session import Asked, Question, bundled, differences, stages
from simlib.dashboard.uploads import scenario_of
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.runs import Runs, run_one
from simlib.scenario import load_scenario
from simlib.words import Words
from tests.small import small_register

BEFORE_BLOCKS = 3
"""Times that is asked whether to go on before the first block of a run ends."""
PAID = "levers.funds.household.paid.province"


def nothing(*_: object) -> None:
    """Whoever does not mind."""


def question(asked: Asked, *draws: int) -> Question:
    return Question(asked, small_register, draws)


def test_a_lever_that_goes_back_is_no_longer_moved() -> None:
    asked = Asked(bundled("full_package")).with_lever(PAID, 0.5)
    assert dict(asked.moved) == {PAID: 0.5}
    assert asked.with_lever(PAID, 1.0) == Asked(bundled("full_package"))


def test_nothing_moved_is_the_scenario_itself() -> None:
    assert Asked(bundled("full_package")).scenario(load_facts()).hash == load_scenario("full_package").hash


def test_a_moved_scenario_says_so_in_both_languages() -> None:
    scenario = Asked(bundled("full_package")).with_lever(PAID, 0.5).scenario(load_facts())
    assert scenario.name == "full_package_moved"
    assert scenario.title.en.endswith(", adjusted")
    assert scenario.title.zh.endswith("（已调整）")


def test_one_that_was_saved_loaded_and_moved_again_is_called_moved_once() -> None:
    once = Asked(bundled("full_package")).with_lever(PAID, 0.5)
    saved = saved_scenario(once)
    again = Asked(scenario_of(saved.name, saved.content)).with_lever(PAID, 0.25).scenario(load_facts())
    assert (again.name, again.title) == ("full_package_moved", once.scenario(load_facts()).title)


def test_what_a_scenario_may_not_say_is_told_by_its_title_in_both_languages() -> None:
    asked = Asked(bundled("full_package"), {"facts.dividend_rate.value": 0.9})
    with pytest.raises(InputError, match=r"seen 0\.9, wanted") as caught:
        asked.scenario(load_facts())
    title = asked.base.scenario.title
    for words, name in ((Words("zh"), title.zh), (Words("en"), title.en)):
        assert words.tell(caught.value.problems[0]).startswith(name)


def test_a_rate_of_one_s_own_is_moved_by_itself_and_let_go_by_another_path() -> None:
    asked = Asked(bundled("full_package")).with_lever(RATE, 0.05)
    assert dict(asked.moved) == {RATE: 0.05, PATH: OWN}
    assert asked.scenario(load_facts()).hash != load_scenario("full_package").hash
    assert asked.with_lever(PATH, "observed") == Asked(bundled("full_package"))


def test_an_unknown_scenario_names_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'full_package'") as caught:
        bundled("full_pakage")
    assert "情景" in Words("zh").tell(caught.value)


def test_each_look_equals_a_run_of_its_own() -> None:
    asked = Asked(bundled("full_package")).with_lever(PAID, 0.5)
    looks = list(stages(question(asked, 0, 8, 12), nothing, nothing))
    assert [(look.result.draws, look.is_last) for look in looks] == [(0, False), (8, False), (12, True)]
    for look in looks:
        own = run_one(asked.scenario(load_facts()), small_register(), draws=look.result.draws)
        assert result_hash(look.result) == result_hash(own)


def test_without_draws_the_register_is_read_and_nothing_is_shown() -> None:
    assert list(stages(question(Asked(bundled("full_package"))), nothing, nothing)) == []


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[tuple[int, float]] = []
    list(stages(question(Asked(bundled("full_package")), 8), nothing, lambda draws, part: told.append((draws, part))))
    assert {draws for draws, _ in told} == {8}
    assert max(part for _, part in told) == 1.0


def test_a_run_ends_in_its_middle_where_it_is_no_longer_wanted() -> None:
    calls: list[None] = []

    def check() -> None:
        calls.append(None)
        if len(calls) > BEFORE_BLOCKS:
            raise NotWantedError("no longer wanted")

    looks = stages(question(Asked(bundled("full_package")), 8), check, nothing)
    with pytest.raises(NotWantedError, match="no longer wanted"):
        list(looks)


def test_a_pinned_answer_is_compared_under_the_same_luck() -> None:
    plans = [Asked(bundled("full_package"), moved).scenario(load_facts()) for moved in ({}, {PAID: 0.0})]
    base, less = (run_one(plan, small_register(), draws=8) for plan in plans)
    found = differences(base, less).drop(columns=["scenario", "baseline"])
    wanted = Runs((base, less)).compare("full_package").drop(columns=["scenario", "baseline"])
    assert found.equals(wanted)
    assert found.set_index("statistic").loc["spent_yuan", "difference"] < 0


def test_a_longer_run_is_compared_over_the_draws_that_both_have() -> None:
    asked = Asked(bundled("full_package"))
    short, long = (run_one(asked.scenario(load_facts()), small_register(), draws=draws) for draws in (8, 12))
    assert (differences(long, short)["difference"] == 0).all()


def test_without_draws_there_is_no_comparison() -> None:
    asked = Asked(bundled("full_package"))
    central = run_one(asked.scenario(load_facts()), small_register(), draws=0)
    with pytest.raises(InputError, match="needs draws") as caught:
        differences(central, central)
    assert "模拟" in Words("zh").tell(caught.value)
