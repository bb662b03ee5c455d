"""A village's page: which villages get one, and that its numbers are those of its own people."""

import pytest

from simlib.errors import InputError
from simlib.reports.page.leader import furthest
from simlib.reports.page.profile import PROFILES, chosen, profiles
from simlib.reports.villages import poor_villages
from simlib.runs import Run, Runs


@pytest.fixture
def full(runs: Runs) -> Run:
    """The full package."""
    return list(runs)[-1]


def test_unless_asked_otherwise_the_furthest_off_have_a_page(full: Run) -> None:
    incomes = poor_villages(full).set_index("village_id")["mean_income"]
    assert chosen(full, None) == list(incomes.sort_values().index)[:PROFILES]


def test_all_some_and_none_can_be_asked_for(full: Run) -> None:
    known = sorted(poor_villages(full)["village_id"])
    assert chosen(full, "all") == known
    assert chosen(full, [known[1], known[0], known[1]]) == [known[1], known[0]]
    assert chosen(full, known[0]) == known[:1]
    assert chosen(full, ()) == []


def test_an_unknown_village_is_refused_with_the_nearest_name(full: Run) -> None:
    with pytest.raises(InputError, match=r"no poor village 'QY-V01'.*'QY-V001'"):
        chosen(full, ["QY-V01"])


def test_numbers_are_those_of_the_tables(full: Run) -> None:
    name = furthest(full)[0].village
    (one,) = profiles(full, [name])
    homes = full.table("households")
    homes = homes[(homes["village_id"] == name) & homes["registered"] & (homes["year"] == 2018)]
    people = homes["members"] * homes["weight"]
    assert sum(one.classes) == people.sum()
    assert one.classes[0] == people[homes["chance_exited"] >= 0.9].sum()
    assert one.held["training"][-1] == pytest.approx((homes["training"] * people).sum())
    income = sum(numbers[-1] for numbers in one.sources.values())
    assert income == pytest.approx((homes["income_pc"] * people).sum() / people.sum())
    assert one.spent == full.table("villages").query("village_id == @name")["spent_yuan"].sum()
    assert one.gap == pytest.approx(9820 - one.last["mean_income"])
    assert one.richer == len(poor_villages(full)) - 1


def test_profiles_come_in_the_order_asked_for(full: Run) -> None:
    names = chosen(full, "all")[::-1]
    assert [one.last["village_id"] for one in profiles(full, names)] == names
