"""A restart meets what was reported in every draw, changes nothing else, and does not depend on how it was cut."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from simlib.engine.counted import VillageStat
from simlib.engine.draws import draw_table
from simlib.engine.project import Projection, project_whole
from simlib.engine.slots import World
from simlib.engine.state import Date, Flag, Status, Word
from simlib.engine.world import world_table
from simlib.errors import InputError
from simlib.monitoring import Restarted, compare, restart
from simlib.monitoring.conditioning import Reported, condition
from simlib.monitoring.cut import cut, spans
from simlib.monitoring.projected import Figures, registered_people
from simlib.monitoring.projected import figures_of as summed
from simlib.scenario import load_scenario
from tests.monitoring.filling import figures_of, poor_villages, prepared
from tests.small import register_of, small_register

DRAWS = 24
BY_DRAW = ("totals", "cells", "incomes", "ledger", "spending", "served")
BY_PLACE = ("villages", "share_bins", "mean_bins", "households")
INCOME = 5000.0


def reported() -> list[dict[str, Any]]:
    """Of two poor villages in 2016; the third says nothing."""
    first, second, _ = poor_villages()
    return [
        {"village_id": first, "year": 2016, "disposable_income": INCOME, "people_exited": 20},
        {"village_id": second, "year": 2016, "people_exited": 3},
    ]


@cache
def restarted(draws: int = DRAWS) -> Restarted:
    return restart(prepared(), small_register(), figures_of(reported()), draws=draws, workers=1)


def same(one: Projection, other: Projection, years: slice = slice(None)) -> bool:
    by_draw = all(np.array_equal(getattr(one, name)[:, years], getattr(other, name)[:, years]) for name in BY_DRAW)
    return by_draw and all(np.array_equal(getattr(one, name)[:, years], getattr(other, name)[:, years]) for name in BY_PLACE)


def test_what_it_was_before_is_the_run_itself() -> None:
    from simlib.runs import run_prepared

    found = restarted()
    assert same(found.before.projection, run_prepared(prepared(), draws=DRAWS, workers=1).projection)


def test_years_up_to_the_actual_one_and_other_villages_stay() -> None:
    found = restarted()
    now, then = found.run.projection, found.before.projection
    assert found.year == 2016
    assert same(now, then, slice(0, 1)) and not same(now, then, slice(1, None))
    changed = {str(now.packed.village_ids[place]) for place in np.flatnonzero((now.villages != then.villages).any(axis=(1, 2)))}
    assert changed == set(poor_villages()[:2])


@pytest.mark.parametrize(("income", "exits"), [(5000.0, 20), (9000.0, 0), (None, 10), (4000.0, None)])
def test_what_was_reported_holds_in_every_draw(income: float | None, exits: int | None) -> None:
    packed = prepared().packed
    village = packed.village_ids.tolist().index(poor_villages()[0])
    part = cut(packed, np.array([village]))
    small, draws = part.packed, draw_table(packed.facts, packed.scenario, DRAWS, 1)
    begun = project_whole(small, draws, years=(2016,))
    assert begun.state is not None and begun.trace is not None
    line = world_table(small.facts, small.scenario, draws, (2016,))[-1, World.GOVERNING_FEN]
    before = begun.state.s.copy(), begun.state.f.copy(), begun.state.k.copy(), begun.state.balance.copy()
    asked = Reported(None if income is None else round(income * 100), exits)
    done = condition(begun.state, small.table, slice(*spans(small)[0]), begun.trace[:, -1], line, 2016, asked)
    people = registered_people(small.table)
    registered = small.table.registered == 1
    if income is not None:
        assert done.closed.all()
        mean = (people[:, None] * begun.state.f[:, Word.INCOME].astype(np.int64)).sum(axis=0) / people.sum()
        assert np.abs(mean - income * 100).max() <= 0.5  # each household's income is a whole number of fen
        raised = before[0] * np.where((before[0] > 0) & registered[:, None, None], done.scale, 1.0)
        assert np.array_equal(begun.state.s, raised)
    else:
        assert np.array_equal(begun.state.s, before[0]) and np.isnan(done.scale).all()
    out = (begun.state.f[:, Word.FLAGS] & Flag.STATUS) == Status.EXITED
    if exits is not None:
        assert (done.missed == 0).all()
        assert ((people[:, None] * out).sum(axis=0) == exits).all()
        assert (done.exited + done.left - done.returned == exits).all()
    else:
        assert np.array_equal(begun.state.f[:, Word.FLAGS], before[1][:, Word.FLAGS])
    dated = (begun.state.f[:, Word.DATES] >> Date.EXIT & 15) > 0
    assert np.array_equal(out & registered[:, None], dated & registered[:, None])  # nobody exited before 2016
    kept = [word for word in Word if word not in (Word.FLAGS, Word.DATES, Word.INCOME)]
    assert np.array_equal(begun.state.f[:, kept], before[1][:, kept])
    others = ~(Flag.STATUS | Flag.BY_DIBAO)
    assert np.array_equal(begun.state.f[:, Word.FLAGS] & others, before[1][:, Word.FLAGS] & others)
    assert np.array_equal(begun.state.k, before[2]) and np.array_equal(begun.state.balance, before[3])


def test_more_income_now_is_more_income_later() -> None:
    first = poor_villages()[0]
    low, high = (
        restart(prepared(), small_register(), figures_of([{"village_id": first, "year": 2016, "disposable_income": income}]), draws=DRAWS)
        for income in (3000.0, 9000.0)
    )
    place = low.run.projection.packed.village_ids.tolist().index(first)
    means = [one.run.projection.villages[place, 1:, VillageStat.MEAN_FEN] for one in (low, high)]
    assert (means[0] < means[1]).all()
    assert (low.villages["scale_mean"] < high.villages["scale_mean"]).all()


def test_a_report_that_agrees_with_the_projection_changes_nothing() -> None:
    packed = prepared().packed
    draws = draw_table(packed.facts, packed.scenario, 1, 1)
    part = cut(packed, np.arange(len(packed.village_ids)))
    found: Figures = summed(part, project_whole(packed, draws, years=(2016, 2017)), [1])
    rows = [
        {
            "village_id": str(packed.village_ids[place]),
            "year": 2017,
            "disposable_income": round(float(found.income_fen[place, 0, 0] / found.people[place])) / 100,
            "people_exited": int(found.exited[place, 0, 0]),
        }
        for place in range(len(packed.village_ids))
    ]
    one = restart(prepared(), small_register(), figures_of(rows), draws=1, workers=1)
    assert one.year == 2017 and (one.villages["scale_mean"] == 1.0).all()
    assert (one.villages[["exits_set_mean", "exits_undone_mean", "exits_missed_most"]] == 0).all(axis=None)
    assert same(one.run.projection, one.before.projection)


def test_bits_do_not_depend_on_how_draws_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, fewer = restarted(), restarted(10)
    for name in BY_DRAW:
        assert np.array_equal(getattr(fewer.run.projection, name), getattr(whole.run.projection, name)[:10]), name
    monkeypatch.setattr("simlib.monitoring.restarting.width_for", lambda draws: 7)
    monkeypatch.setattr("simlib.monitoring.cut.PART_HOUSEHOLDS", 1)
    again = restart(prepared(), small_register(), figures_of(reported()), draws=DRAWS, workers=2)
    assert same(again.run.projection, whole.run.projection)
    assert again.villages.equals(whole.villages)


def test_the_table_says_what_was_done() -> None:
    found = restarted()
    first, second = (found.villages[found.villages["village_id"] == village].to_dict("records")[0] for village in poor_villages()[:2])
    assert (first["disposable_income"], first["people_exited"], first["closed_share"]) == (INCOME, 20, 1.0)
    assert np.isnan(second["disposable_income"]) and np.isnan(second["scale_mean"])
    assert first["people_exited_mean"] + first["exits_set_mean"] - first["exits_undone_mean"] == pytest.approx(20)
    assert found.unclosed == found.missed == 0
    years = found.years()
    assert years["conditioned"].tolist() == [False, True, True]
    assert (years["exited_share_mean"] != years["exited_share_mean_before"]).tolist() == [False, True, True]


def test_a_gap_that_cannot_be_closed_is_counted_and_left_alone() -> None:
    row = {"village_id": poor_villages()[0], "year": 2016, "disposable_income": 20.0}
    found = restart(prepared(), small_register(), figures_of([row]), draws=DRAWS)
    assert found.unclosed == 1 and (found.villages["closed_share"] == 0.0).all()
    assert same(found.run.projection, found.before.projection)


@pytest.mark.parametrize(
    ("row", "year", "said"),
    [
        ({"year": 2018, "people_exited": 1}, None, "a restart from 2018, wanted 2016 to 2017: years must be left"),
        ({"year": 2016, "people_exited": 1}, 2017, "no disposable_income and no people_exited of 2017 is reported"),
        ({"year": 2016, "net_income": 4000.0}, None, "no figure of disposable_income, people_exited is reported"),
    ],
)
def test_what_cannot_be_started_from_is_refused(row: dict[str, Any], year: int | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        restart(prepared(), small_register(), figures_of([{"village_id": poor_villages()[0]} | row]), draws=DRAWS, year=year)


def test_a_restart_may_be_from_an_earlier_year() -> None:
    rows = [{"village_id": poor_villages()[0], "year": year, "people_exited": 5} for year in (2016, 2017)]
    assert restart(prepared(), small_register(), figures_of(rows), draws=DRAWS, year=2016).year == 2016


def test_weights_and_villages_without_households() -> None:
    homes: dict[str, dict[str, Any]] = {
        "h1": {"members": 2, "weight": 1.5},
        "h2": {"members": 1, "weight": 2.0, "wage_income": 6000.0},
        "h3": {"members": 3, "registered_from": None},
    }
    registry = register_of(homes, {"a": {}, "empty": {}})
    scenario = load_scenario("full_package")
    row = {"village_id": "a", "year": 2016, "disposable_income": 12_000.0, "people_exited": 2}
    silent = {"village_id": "empty", "year": 2016, "people_exited": 0}
    found = restart(scenario, registry, figures_of([row, silent]), draws=DRAWS, workers=1)
    one = found.villages.set_index("village_id").loc["a"]
    assert one["closed_share"] == 1.0 and one["exits_missed_most"] == 0.0
    assert one["people_exited_mean"] + one["exits_set_mean"] - one["exits_undone_mean"] == pytest.approx(2.0)
    held = compare(scenario, registry, figures_of([row, silent]), draws=DRAWS)
    flags = held.villages.set_index("village_id")["exited_share_flag"]
    assert flags["empty"] == "nothing to count" and flags["a"] in ("inside", "above", "below")
    assert held.villages.set_index("village_id").loc["a", "people"] == 5.0
