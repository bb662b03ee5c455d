"""Draws are added until verdicts are settled; what comes out is a plain run of as many."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simlib as sl
from simlib.assessment.bands import NO_DATA, wilson
from simlib.assessment.targets import Target
from simlib.errors import InputError
from simlib.runs import Run, run_one
from simlib.runs.settling import Look, level_of, looked, needed_draws, run_until_settled
from simlib.runs.single import kept_blocks, prepare, run_prepared
from simlib.scenario import load_scenario, scenario_from
from tests.engine.small import assert_same
from tests.small import small_register, small_run

SCENARIO = "full_package"


def judged(name: str, chance: float | None, *, line: str | None = None, confidence: float = 0.9, reason: str | None = None) -> Target:
    """A target of that chance; all else does not matter."""
    row = small_run(SCENARIO).target_rows[0]
    return replace(row, target=name, line=line, reading=None, confidence=confidence, reason=reason, chance=chance)


def seen(*rows: Target, draws: int = 100, number: int = 1) -> Look:
    """What is seen of a run that was judged so."""
    run = replace(small_run(SCENARIO), draws=draws)
    run.__dict__["target_rows"] = rows
    return looked(run, number)


# ---- what is settled


@pytest.mark.parametrize(
    ("chance", "settled"), [(0.0, True), (0.8, True), (0.84, False), (0.9, False), (0.93, False), (0.96, False), (0.99, True)]
)
def test_a_verdict_is_settled_when_its_interval_lies_on_one_side(chance: float, settled: bool) -> None:
    look = seen(judged("one", chance))
    assert (not look.open) == settled
    low, high = wilson(round(chance * 100), 100, 0.975) or (0, 1)
    assert settled == (low >= 0.9 or high < 0.9)
    assert look.judged == 1


def test_met_is_not_yet_settled() -> None:
    look = seen(judged("one", 0.93))
    assert [(one.target.target, one.chance) for one in look.open] == [("one", 0.93)]


def test_what_draws_cannot_settle_does_not_count() -> None:
    look = seen(judged("no draws", None), judged("no data", 0.9, reason=NO_DATA), judged("moving", 0.9, line="moving"))
    assert (look.judged, look.open) == (0, ())


def test_the_governing_line_and_none_count() -> None:
    look = seen(judged("fixed", 0.9, line="fixed"), judged("none", 0.89), judged("moving", 0.9, line="moving"))
    assert [one.target.target for one in look.open] == ["fixed", "none"], "the one that needs most draws first"


def test_looks_share_one_error() -> None:
    levels = [level_of(look) for look in range(1, 30)]
    assert levels[:2] == [0.975, 0.9875]
    assert 0.0499 < sum(1 - level for level in levels) <= 0.05


def test_a_later_look_asks_for_more() -> None:
    row = judged("one", 0.83)
    assert not seen(row, number=1).open
    assert seen(row, number=6).open


@given(st.integers(10, 400), st.data(), st.sampled_from([0.8, 0.9, 0.95]), st.integers(1, 3))
def test_as_many_draws_as_are_said_settle_it(draws: int, data: st.DataObject, confidence: float, look: int) -> None:
    """At the look at which they are there, and no fewer at that look."""
    reached = data.draw(st.integers(draws // 2, draws).filter(lambda number: abs(number / draws - confidence) > 1e-9))
    needed = needed_draws(reached / draws, confidence, draws, look)
    look, size = look + 1, draws * 2
    while size < needed:
        look, size = look + 1, size * 2
    for times, settled in ((needed // draws + 1, True), (needed // draws - 1, False)):
        if times > 0:
            low, high = wilson(int(reached * times), int(draws * times), level_of(look)) or (0, 1)
            assert (low >= confidence or high < confidence) == settled


def test_at_the_confidence_itself_no_number_is_said() -> None:
    assert needed_draws(0.9, 0.9, 100, 1) == float("inf")
    assert "asked 0.90: no number of draws can be said" in str(seen(judged("one", 0.9)))


def test_a_look_says_which_target_kept_it_going() -> None:
    text = str(seen(judged("one", 0.88), judged("two", 0.95), judged("three", 0.1)))
    assert text == "100 draws: 1 of 3 verdicts are settled, not one people 2018: P = 0.880, interval 0.788 to 0.935, asked 0.90: " + (
        "would need about 2,600 draws (and 1 more)"
    )
    assert str(seen(judged("three", 0.1))) == "100 draws: all 1 verdicts at the governing line are settled"


# ---- runs


class Told:
    """Looks as they come, the first ones made unsettled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, unsettled: int) -> None:
        self.looks: list[Look] = []
        real = looked

        def seen_so(run: Run, number: int) -> Look:
            look = real(run, number)
            return look._replace(open=seen(judged("one", 0.9)).open if number <= unsettled else ())

        monkeypatch.setattr("simlib.runs.settling.looked", seen_so)

    def __call__(self, look: Look) -> None:
        self.looks.append(look)


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(("unsettled", "draws"), [(0, [5]), (1, [5, 10]), (2, [5, 10, 20]), (9, [5, 10, 20, 30])])
def test_it_is_a_plain_run_of_as_many_draws(
    unsettled: int, draws: list[int], keep: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(monkeypatch, unsettled)
    ready = prepare(small_register(), load_scenario(SCENARIO))
    kept = kept_blocks(ready, 1, tmp_path) if keep else None
    done = run_until_settled(ready, draws=5, most_draws=30, tell=told, workers=1, kept=kept)
    assert [look.draws for look in told.looks] == draws
    assert [look.number for look in told.looks] == list(range(1, len(draws) + 1))
    plain = run_prepared(ready, draws=draws[-1], workers=1)
    assert done.draws == plain.draws
    assert_same(done.projection, plain.projection)
    assert list(done.to_json(0.0).items())[:-2] == list(plain.to_json(0.0).items())[:-2]
    pd.testing.assert_frame_equal(done.draws_table(), plain.draws_table())


def test_a_scenario_whose_verdicts_are_plain_is_settled_at_once() -> None:
    (done,) = sl.run("baseline", small_register(), draws=64, workers=1, until_settled=True)
    assert done.draws == 64
    assert not looked(done, 1).open


def test_one_that_hangs_goes_on_to_its_limit() -> None:
    """Half of the draws reach the middle of what draws reach: a confidence of a half is never settled."""
    table = run_one(load_scenario(SCENARIO), small_register(), draws=64, workers=1).draws_table()
    middle = float(table.loc[table["year"] == 2018, "capable_fixed"].median())
    scenario = scenario_from({"base": SCENARIO, "reporting": {"tolerance": middle, "confidence": 0.5}}, "hangs")
    looks: list[Look] = []
    done = run_until_settled(prepare(small_register(), scenario), draws=32, most_draws=100, tell=looks.append, workers=1)
    assert [look.draws for look in looks] == [32, 64, 100]
    assert all(look.open for look in looks)
    assert done.draws == 100


def test_a_stop_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    Told(monkeypatch, 9)
    ready = prepare(small_register(), load_scenario(SCENARIO))

    def stopped(*words: Any, draws: int, **options: Any) -> Run:
        return run_prepared(*words, draws=min(draws, 15), **options)

    assert run_until_settled(ready, draws=5, go=stopped, workers=1, keep_finished=True).draws == 15


@pytest.mark.parametrize("keep_finished", [False, True])
def test_a_stop_between_two_runs(keep_finished: bool) -> None:
    ready = prepare(small_register(), load_scenario(SCENARIO))

    def press(_: Look) -> None:
        raise KeyboardInterrupt

    if keep_finished:
        assert run_until_settled(ready, draws=5, tell=press, workers=1, keep_finished=True).draws == 5
        return
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        run_until_settled(ready, draws=5, tell=press, workers=1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"draws": 0, "until_settled": True}, "seen 0 draws, which is deterministic and has no probabilities"),
        ({"draws": 9, "most_draws": 8, "until_settled": True}, "seen at most 8 draws, wanted no fewer than the 9 that it begins with"),
        ({"draws": 9, "most_draws": 2**31, "until_settled": True}, "draws: seen 2147483648"),
        ({"draws": 9, "most_draws": 80}, "seen at most 80 draws without until settled"),
    ],
)
def test_what_does_not_go_together(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        sl.run("baseline", small_register(), workers=1, **options)


def test_a_beginning_above_the_usual_limit_is_its_own_limit() -> None:
    from simlib.runs.settling import checked_limit

    assert checked_limit(20_000, None, 1) == 20_000
    assert checked_limit(200, None, 1) == 12_800


# ---- blocks


def test_blocks_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    (done,) = sl.run(SCENARIO, small_register(), draws=70, workers=1, keep=tmp_path)
    (folder,) = (tmp_path / "work").iterdir()
    number = len(list(folder.glob("v*")))
    assert number > 1
    assert_same(done.projection, run_one(load_scenario(SCENARIO), small_register(), draws=70, workers=1).projection)
    for draws in (70, 80, 10):
        (again,) = sl.run(SCENARIO, small_register(), draws=draws, workers=1, keep=tmp_path)
        assert_same(again.projection, run_one(load_scenario(SCENARIO), small_register(), draws=draws, workers=1).projection)
    assert [path.name for path in (tmp_path / "work").iterdir()] == [folder.name]


def test_other_numbers_have_other_folders(tmp_path: Path) -> None:
    for seed in (1, 2):
        sl.run(["baseline", SCENARIO], small_register(), draws=2, workers=1, seed=seed, keep=tmp_path, keep_finished=True)
    assert len(list((tmp_path / "work").iterdir())) == 4


def test_without_luck_no_block_is_kept(tmp_path: Path) -> None:
    sl.run("baseline", small_register(), draws=0, workers=1, keep=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_was_gone_on_from_stays_as_it_was() -> None:
    ready = prepare(small_register(), load_scenario(SCENARIO))
    first = run_prepared(ready, draws=5, workers=1)
    before = first.projection.households.copy()
    more = run_prepared(ready, draws=9, workers=1, after=first)
    assert np.array_equal(first.projection.households, before)
    assert more.timing.project_s > first.timing.project_s
