"""What projections say of the record, samples of a register, and the run that is adjusted; on a small register."""

from functools import cache

import numpy as np
import pytest

from simlib.backtest import adjusted, every_nth_village, modelled, moved, paths, records, weights, wide_facts
from simlib.engine.counted import Stat
from simlib.errors import InputError
from simlib.facts import load_facts
from simlib.runs import Run, run_one
from simlib.scenario import scenario_from
from tests.small import hand_projection, hand_register, small_register, small_run

DRAWS = 24


@cache
def to_2019() -> Run:
    levers = {"horizon": [2016, 2019], "identification": {"recheck": True}}
    scenario = scenario_from({"base": "full_package", "levers": levers}, "to_2019")
    return run_one(scenario, small_register(), facts=wide_facts(load_facts()), draws=DRAWS, workers=1)


def test_shares_of_a_projection_counted_by_hand() -> None:
    """Ten people: five in 丰顺县 and five in 大埔县, both in Meizhou; two struck off and four out leave half of eight."""
    projection = hand_projection({("a", Stat.EXITED): 2, ("b", Stat.EXITED): 2, ("a", Stat.REMOVED): 2})
    found = paths(projection)
    assert (found["exited"] == 0.4).all() and found["exited_of_kept"] == pytest.approx(0.5)
    assert found["exited_meizhou"] == pytest.approx(0.5)
    assert (found["villages"] == 0).all() and (found["villages_meizhou"] == 0).all()


def test_one_column_a_record_and_one_row_a_draw() -> None:
    run, shown = to_2019(), records(load_facts())
    said, found = modelled(run.projection, shown), paths(run.projection)
    assert said.shape == (DRAWS, len(shown)) and list(said) == [record.key for record in shown]
    assert (said["exits_2018_first"].to_numpy() == found["exited"][:, 2]).all()
    assert (said["exits_2018_kept"] >= said["exits_2018_first"]).all() and (said["exits_2018_kept"] > said["exits_2018_first"]).any()
    assert said["income_2019"].between(4_000, 20_000).all()


def test_nothing_is_on_record_of_a_year_that_is_not_projected() -> None:
    with pytest.raises(InputError, match="the record has 2019, the projection 2016 to 2018; wanted a horizon to 2019"):
        modelled(small_run("baseline").projection, records(load_facts()))


def test_a_sample_holds_whole_villages_of_every_kind() -> None:
    whole = small_register()
    part = every_nth_village(whole, 2)
    places = part.villages
    assert len(places) == 10 and len(whole.villages) == 19 and places["village_id"].isin(whole.villages["village_id"]).all()
    assert set(places["is_poor_village"]) == {True, False}
    homes = whole.households
    expected = homes[homes["village_id"].isin(places["village_id"])]
    assert set(part.households["household_id"]) == set(expected["household_id"])
    assert part.synthetic and "one village in 2" in part.origin


def test_every_village_is_the_register() -> None:
    assert every_nth_village(small_register(), 1).hash == small_register().hash


@pytest.mark.parametrize("step", [0, 3])
def test_a_step_leaves_a_village(step: int) -> None:
    with pytest.raises(InputError, match=f"step: seen {step}, wanted 1 to 2"):
        every_nth_village(hand_register(), step)


def test_a_household_of_a_sample_has_the_luck_that_it_has_in_the_whole() -> None:
    """Without money to share, what others do is nothing to it."""
    part = every_nth_village(small_register(), 2)
    mine = run_one(small_run("baseline").scenario, part, draws=DRAWS, workers=1).households().set_index(["household_id", "year"])
    whole = small_run("baseline").households().set_index(["household_id", "year"]).loc[mine.index]
    assert (mine["wage_yuan"] == whole["wage_yuan"]).all()


def test_only_assumed_numbers_come_from_the_draws_that_were_kept() -> None:
    run = to_2019()
    one = np.zeros(DRAWS)
    one[5] = 1.0
    again = adjusted(run, one, 8)
    before, after = run.projection.draws, again.projection.draws
    assert again.draws == len(after) == 8 and set(after.values) == set(before.values)
    assert set(after.luck) == set(range(DRAWS, DRAWS + 8)), "no luck that has been seen"
    assert (after.values["industry_margin"] == before.values["industry_margin"][5]).all()
    assert len(set(after.values["dividend_rate"])) == 8, "a number with a source is not adjusted"


def test_another_scenario_meets_the_same_futures() -> None:
    run, even = to_2019(), np.ones(DRAWS)
    other = scenario_from({"base": "baseline", "levers": {"horizon": [2016, 2019]}}, "nothing")
    first, second = adjusted(run, even, DRAWS), adjusted(run, even, DRAWS, other)
    assert (second.scenario.name, second.registry) == ("nothing", run.registry)
    assert (first.projection.draws.luck == second.projection.draws.luck).all()
    assert all((values == first.projection.draws.values[key]).all() for key, values in second.projection.draws.values.items())
    assert paths(second.projection)["income"].mean() < paths(first.projection)["income"].mean()


def test_what_moved_is_what_was_weighed() -> None:
    run, facts = to_2019(), load_facts()
    margin = run.projection.draws.values["industry_margin"]
    table = moved(run, weights(np.where(margin > np.median(margin), 0.0, 10.0)), facts)
    row = table.loc["industry_margin"]
    assert row["after"] == pytest.approx(margin[margin > np.median(margin)].mean())
    assert row["shift"] > 0.5 and row["spread"] < 1 and row["error"] == pytest.approx(1 / np.sqrt(DRAWS / 2))
    assert (np.diff(table["shift"].abs()) <= 0).all() and not table.loc["dividend_rate", "assumed"]


def test_equal_weights_move_nothing() -> None:
    table = moved(to_2019(), np.ones(DRAWS), load_facts())
    assert table["shift"].abs().max() < 1e-9 and table["spread"].to_numpy() == pytest.approx(1) and not table["moved"].any()
