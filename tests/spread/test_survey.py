"""What is gathered of a register in parts is what the whole register in memory says, and is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import Client

from simlib.engine.cluster import connected
from simlib.engine.pack import pack
from simlib.engine.quotas import entitled, over_groups
from simlib.engine.registered import registered
from simlib.engine.state import GROUP_LIMIT
from simlib.facts import load_facts
from simlib.registry import Registry, make_registry, read_registry
from simlib.registry.national import write_national
from simlib.registry.parting import write_parts
from simlib.registry.parts import Parts, find_parts, read_part
from simlib.scenario import load_scenario, scenario_from
from simlib.spread.survey import Survey, survey, wholes
from tests.spread.country import country

LIKE = {"simlib's code": "1", "processor": "x"}
BASE = ["capable", "capable_hh", "without", "without_hh", "poor_villages"]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connected("local:1") as found:
        yield found


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Parts, Registry]:
    return country(tmp_path_factory.mktemp("survey"), 120)


@pytest.fixture(scope="module")
def found(client: Client, both: tuple[Parts, Registry], tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return survey(client, both[0], tmp_path_factory.mktemp("kept"), LIKE, lambda _: None)


def test_the_hash_is_the_whole_registers(found: Survey, both: tuple[Parts, Registry]) -> None:
    assert found.hash == both[1].hash


def test_counts_are_the_whole_registers(found: Survey, both: tuple[Parts, Registry]) -> None:
    packed = pack(both[1], load_scenario("baseline"), load_facts())
    assert (found.base, found.unit) == (packed.base, packed.weight_unit)
    wanted = packed.cells.groupby("programme")[BASE].sum()
    assert found.cells.set_index("programme")[BASE].equals(wanted)
    rows = [found.programme_of(place) for place in range(len(both[0]))]
    assert rows == sorted(rows)


@pytest.mark.parametrize("funds", [{}, {"contingency": {"yuan": 1e7, "year": 2017}}, {"pool": {"rule": "equal"}}])
def test_money_is_allotted_as_in_the_whole_register(found: Survey, both: tuple[Parts, Registry], funds: dict[str, Any]) -> None:
    one, facts = scenario_from({"base": "full_package", "levers": {"funds": funds}}, name="funds"), load_facts()
    packed = pack(both[1], one, facts)
    rows = np.concatenate([fen.entitled for _, fen in wholes(found, one, facts)])
    assert rows.sum() > 0
    assert np.array_equal(over_groups(rows, packed.groups), packed.groups.quota)


def test_each_programme_has_pots_of_its_own(both: tuple[Parts, Registry]) -> None:
    facts, scenario, years = load_facts(), load_scenario("full_package"), (2016, 2017, 2018)
    whole = registered(both[1], GROUP_LIMIT)
    every = entitled(whole.places, scenario, facts, years)
    for name in dict.fromkeys(whole.places.programme):
        villages = both[1].villages[both[1].villages["programme"] == name]
        homes = both[1].households[both[1].households["village_id"].isin(villages["village_id"])]
        alone = registered(make_registry(homes, villages, synthetic=True, origin=name), GROUP_LIMIT)
        assert np.array_equal(every[whole.places.programme == name], entitled(alone.places, scenario, facts, years))


def test_parts_are_packed_as_they_stand_in_the_whole(found: Survey, both: tuple[Parts, Registry]) -> None:
    facts, scenario = load_facts(), load_scenario("full_package")
    packed = pack(both[1], scenario, facts)
    pieces = [pack(read_part(both[0], place), scenario, facts, whole=whole) for place, whole in wholes(found, scenario, facts)]
    assert np.concatenate([one.household_ids for one in pieces]).tolist() == packed.household_ids.tolist()
    for name, wanted in packed.table._asdict().items():
        seen = np.concatenate([getattr(one.table, name) for one in pieces])
        assert np.array_equal(seen, wanted, equal_nan=wanted.dtype.kind == "f"), name
    assert np.array_equal(np.concatenate([one.groups.quota for one in pieces]), packed.groups.quota)


def test_fractional_weights_in_one_part_set_the_unit_of_all(client: Client, tmp_path: Path) -> None:
    write_national(tmp_path / "country", 800, 2, 4, part_households=100)
    whole = read_registry(tmp_path / "country")
    homes = whole.households
    homes.loc[homes["household_id"] == homes["household_id"].iloc[-1], "weight"] = 1.5
    made = make_registry(homes, whole.villages, synthetic=True, origin="weighted")
    write_parts([(made.households, made.villages)], tmp_path / "weighted", synthetic=True, part_households=100)
    parts = find_parts(tmp_path / "weighted")
    assert parts is not None
    found = survey(client, parts, tmp_path, LIKE, lambda _: None)
    packed = pack(made, load_scenario("baseline"), load_facts())
    assert found.unit == packed.weight_unit == 1024
    assert {one.unit for one in found.parts} == {1, 1024}
    assert found.cells[BASE].sum().tolist() == packed.cells[BASE].sum().tolist()


def test_what_was_seen_is_kept_until_a_part_is_another(
    client: Client, both: tuple[Parts, Registry], tmp_path: Path
) -> None:
    told: list[str] = []
    first = survey(client, both[0], tmp_path, LIKE, told.append)
    assert len(told) == 1
    again = survey(client, both[0], tmp_path, LIKE, told.append)
    assert len(told) == 1, "nothing was looked at"
    assert again.hash == first.hash
    assert again.cells.equals(first.cells)
    for one, other in zip(first.parts, again.parts, strict=True):
        assert all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True))
    (path,) = tmp_path.glob("*.survey")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert survey(client, both[0], tmp_path, LIKE, told.append).hash == first.hash
    assert len(told) == 2, "a damaged one is made again"
    assert survey(client, both[0], tmp_path, LIKE | {"processor": "y"}, told.append).hash == first.hash
    assert len(told) == 3, "what other machines saw is not taken over"
