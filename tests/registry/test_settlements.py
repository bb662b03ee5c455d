from statistics import NormalDist

import numpy as np
import pytest
from numpy.random import Generator, Philox

from simlib.errors import InputError
from simlib.facts import Facts, load_facts
from simlib.registry import settlements
from simlib.registry.settlements import Stratum, strata


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def rng(seed: int = 1) -> Generator:
    return Generator(Philox(seed))


def stratum_of(facts: Facts, place: int) -> Stratum:
    return strata(206_000, 477, facts)[place]


def test_strata_of_the_full_task(facts: Facts) -> None:
    seen = [(one.prefecture.code, one.helped, one.people, one.villages) for one in strata(206_000, 477, facts)]
    assert seen == [("MZ", True, 41_445, 272), ("MZ", False, 86_555, 0), ("QY", True, 25_255, 205), ("QY", False, 52_745, 0)]


def test_means_of_the_strata_give_the_registers_mean(facts: Facts) -> None:
    """13,600 households in the villages and the rest outside are 128,000 people / (158,994 / 58,633)."""
    inside, outside, *_ = strata(206_000, 477, facts)
    assert inside.people / inside.mean_members == pytest.approx(13_600)
    assert inside.people / inside.mean_members + outside.people / outside.mean_members == pytest.approx(128_000 * 58_633 / 158_994)


def test_a_prefecture_without_a_village_has_nobody_in_one(facts: Facts) -> None:
    assert [(one.people, one.villages) for one in strata(412, 1, facts)] == [(83, 1), (173, 0), (0, 0), (156, 0)]


def test_villages_of_a_stratum(facts: Facts) -> None:
    places = settlements.places_of(stratum_of(facts, 0), 13_600, facts, rng())
    assert (len(places), places["households"].sum()) == (272, 13_600)
    assert places["households"].min() >= 1
    assert (places["county"] == "五华县").sum() == pytest.approx(272 * facts["county_share_wuhua"], abs=1)
    assert np.log(places["households"].to_numpy()).std() == pytest.approx(facts["village_size_spread"], abs=0.06)


def test_a_village_has_one_household_at_least(facts: Facts) -> None:
    places = settlements.places_of(stratum_of(facts, 0), 272, facts, rng())
    assert (places["households"] == 1).all()


def test_more_villages_than_households(facts: Facts) -> None:
    with pytest.raises(InputError, match="梅州市: 41445 people in 271 households cannot fill poor villages, of which it has 272"):
        settlements.places_of(stratum_of(facts, 0), 271, facts, rng())


@pytest.mark.parametrize("households", [1, 7, 599, 601, 33_603])
def test_towns_of_a_stratum(facts: Facts, households: int) -> None:
    places = settlements.places_of(stratum_of(facts, 1), households, facts, rng())
    spread = facts["town_size_spread"]
    assert places["households"].sum() == households
    assert places["households"].min() >= 1
    assert places["households"].max() <= facts["town_households"] * (1 + spread) / (1 - spread) + 1
    assert not places["is_poor_village"].any()


def test_names_are_numbered_within_the_county(facts: Facts) -> None:
    places = settlements.places_of(stratum_of(facts, 2), 9_850, facts, rng())
    assert places["village_id"].is_unique and places["name"].is_unique
    assert (places["village_id"].iloc[0], places["name"].iloc[0]) == ("QY-V001", "清城区示例村001")
    assert all("示例" in name for name in places["name"])


def test_helpers_of_the_full_task_work_in_one_neighbourhood(facts: Facts) -> None:
    poor = np.arange(500) < 477
    helper, kind = settlements.helpers_of(poor, facts, rng())
    assert (helper[~poor] == "").all() and (kind[~poor] == "").all()
    districts = helper[kind == "district"]
    assert [*dict.fromkeys(districts)] == sorted(set(districts)) == [f"示例区{number:02d}" for number in range(1, 11)]
    assert {np.count_nonzero(districts == name) for name in districts} == {33}
    assert set(kind[:60]) == set(settlements.HELPERS)  # types are spread over the counties
    enterprises = helper[kind == "soe"]
    assert {np.count_nonzero(enterprises == name) for name in enterprises} == {2, 3}


def test_a_small_task_has_no_more_helpers_than_villages(facts: Facts) -> None:
    helper, kind = settlements.helpers_of(np.ones(4, dtype=bool), facts, rng())
    assert sorted(kind) == ["city_unit", "district", "district", "district"]
    assert len(set(helper)) == 4


def test_residents_keep_the_registered_share(facts: Facts) -> None:
    poor = np.arange(4_000) < 2_000
    people = np.full(4_000, 150)
    columns = settlements.village_columns(poor, people, np.zeros(4_000), facts, rng())
    share = people / columns["residents"]
    assert share[poor].min() >= facts["village_registered_low"]
    assert share[poor].max() <= facts["village_registered_high"] * 1.001
    assert share[~poor] == pytest.approx(facts["town_registered_share"], rel=0.001)


def test_the_registered_share_is_never_rounded_under_its_least(facts: Facts) -> None:
    """152 of 2,171.4 residents are 7 %; the 2,172nd would make them less."""
    seven = facts.with_({"village_registered_low": {"value": 0.07}, "village_registered_high": {"value": 0.07}})
    columns = settlements.village_columns(np.ones(1, dtype=bool), np.array([152]), np.zeros(1), seven, rng())
    assert columns["residents"].tolist() == [2_171]


def test_what_a_village_has_in_common_moves_everything(facts: Facts) -> None:
    poor = np.ones(4_000, dtype=bool)
    common = np.repeat([-1.0, 1.0], 2_000)
    columns = settlements.village_columns(poor, np.full(4_000, 150), common, facts, rng())
    for name in ("other_income", "roads", "clinic"):
        assert columns[name][common > 0].mean() > columns[name][common < 0].mean()
    both = np.corrcoef(columns["roads"], columns["sanitation"])[0, 1]
    assert both == pytest.approx(facts["village_common_share"], abs=0.1)


def test_quantiles_without_a_cut_are_the_normals() -> None:
    ranks = np.array([0.025, 0.5, 0.9])
    expected = [NormalDist(10, 2).inv_cdf(rank) for rank in ranks]
    assert settlements.normal_under(ranks, 10, 2, cut=1_000) == pytest.approx(expected)


def test_quantiles_under_a_cut() -> None:
    """Cut at the mean, half is left: its median is the whole's lower quartile, and nothing reaches the cut."""
    below = settlements.normal_under(np.array([0.5, 1 - 1e-9]), 10, 2, cut=10)
    assert below == pytest.approx([10 - 2 * 0.67449, 10], abs=1e-4)
    assert below[1] < 10
