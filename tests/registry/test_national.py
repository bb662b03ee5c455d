"""A national register: several programmes side by side, each invented by itself, written in parts."""

from pathlib import Path

import pandas as pd
import pytest

from simlib.errors import InputError
from simlib.registry import find_parts, national, read_part, read_registry, synthesise_registry
from simlib.registry.check import check
from simlib.registry.columns import HOUSEHOLDS, VILLAGES, schema
from simlib.registry.national import people_of, programme_seed, programmes_of, write_national
from simlib.registry.parting import Piece
from simlib.registry.settlements import PREFECTURES
from simlib.registry.synthesise import synthesise_tables
from simlib.registry.tables import Registry

PEOPLE, PROGRAMMES = 3_001, 3
NAMES = ["示例项目001", "示例项目002", "示例项目003"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("national") / "country"
    write_national(place, PEOPLE, PROGRAMMES, seed=5, part_households=200)
    return place


@pytest.fixture(scope="module")
def register(folder: Path) -> Registry:
    return read_registry(folder)


@pytest.fixture(scope="module")
def rows(register: Registry) -> pd.DataFrame:
    return register.households.merge(register.villages, on="village_id")


def test_people_are_shared_out_equally_and_exactly(rows: pd.DataFrame) -> None:
    assert rows.groupby("programme")["members"].sum().to_dict() == dict(zip(NAMES, (1_001, 1_000, 1_000), strict=True))


def test_it_is_a_synthetic_register_in_parts_without_a_fault(folder: Path, register: Registry) -> None:
    parts, report = find_parts(folder), check(folder)
    assert parts is not None and len(parts) > PROGRAMMES
    assert (parts.synthetic, register.synthetic, (folder / "SYNTHETIC.txt").exists()) == (True, True, True)
    assert (report.problems, report.people) == ((), PEOPLE)


def test_what_it_says_it_wrote_is_what_stands_there(tmp_path: Path, register: Registry) -> None:
    told: list[int] = []
    written = write_national(tmp_path / "country", PEOPLE, PROGRAMMES, seed=5, tell=told.append)
    poor = int(register.villages["is_poor_village"].sum())
    assert (written.hash, written.people, written.poor_villages) == (register.hash, PEOPLE, poor)
    assert (written.households, written.villages) == (len(register.households), len(register.villages))
    assert told == [1_001, 1_000, 1_000]


def test_ids_and_names_are_of_one_programme_and_invented(register: Registry, rows: pd.DataFrame) -> None:
    first = register.villages[register.villages["village_id"] == "P001-MZ-V001"].iloc[0]
    assert first[["name", "prefecture", "programme"]].tolist() == [f"{first['county']}示例村001", "示例项目001甲市", "示例项目001"]
    assert first["county"].startswith("示例项目001甲市0") and first["county"].endswith("县")
    assert "P001-MZ-V001-0001" in set(register.households["household_id"])
    for column in ("prefecture", "county", "name", "village_id"):
        assert (rows.groupby(column)["programme"].nunique() == 1).all()
    helped = rows[rows["helper"] != ""]
    assert (helped.groupby("helper")["programme"].nunique() == 1).all()
    assert set(rows["prefecture"]) == {f"{name}{mark}市" for name in NAMES for mark in "甲乙"}


def test_no_real_place_is_in_it(register: Registry) -> None:
    real = {one.name for one in PREFECTURES} | {county for one in PREFECTURES for county, _ in one.counties}
    columns = [one.name for one in schema()[VILLAGES].values() if one.type == "text"]
    words = " ".join(str(word) for column in columns for word in register.villages[column])
    assert "示例项目001" in words
    assert [name for name in real if name in words] == []


def test_a_programme_is_what_its_own_seed_makes_of_its_people(register: Registry) -> None:
    number = 2
    alone, _ = synthesise_tables(1_000, 2, programme_seed(5, number))
    columns = ["household_id", "members", "wage_income", "poverty_cause"]
    expected = alone.assign(household_id="P002-" + alone["household_id"].astype("str"))[columns]
    found = register.households[register.households["household_id"].str.startswith("P002-")][columns]
    found, expected = (one.sort_values("household_id", ignore_index=True) for one in (found, expected))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_programmes_have_luck_of_their_own() -> None:
    seeds = {programme_seed(seed, number) for seed in (1, 2, 2**64 - 1) for number in range(1, 200)}
    assert len(seeds) == 3 * 199


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_national(tmp_path / "again", PEOPLE, PROGRAMMES, seed=5, part_households=200)
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path / "again") for path in (tmp_path / "again").rglob("*") if path.is_file())
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)
    other = write_national(tmp_path / "other", PEOPLE, PROGRAMMES, seed=6)
    assert other.hash != read_registry(folder).hash


def test_poor_villages_are_shared_out_likewise(tmp_path: Path) -> None:
    write_national(tmp_path / "country", PEOPLE, PROGRAMMES, villages=7)
    poor = read_registry(tmp_path / "country").villages.query("is_poor_village")
    assert poor["programme"].value_counts().sort_index().to_dict() == dict(zip(NAMES, (3, 2, 2), strict=True))


def test_one_programme_is_held_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there: list[int] = []

    def watched(people: int, villages: int, seed: int) -> Piece:
        there.append(len(list(tmp_path.rglob("part-*.parquet"))))
        return synthesise_tables(people, villages, seed)

    monkeypatch.setattr(national, "synthesise_tables", watched)
    write_national(tmp_path / "country", 900, 3)
    assert there == [0, 2, 4]


def test_numbers_of_programmes_stand_in_the_order_of_their_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(national, "DIGITS", 1)
    write_national(tmp_path / "country", 30 * 11, 11)
    parts = find_parts(tmp_path / "country")
    assert parts is not None
    found = [read_part(parts, place).villages["programme"].iloc[0] for place in range(len(parts))]
    assert found == [f"示例项目{number:02d}" for number in range(1, 12)]


# ---- how many programmes


@pytest.mark.parametrize(
    ("people", "programmes", "seen"),
    [(None, None, None), (1_000_000, None, None), (1_000_001, None, 5), (25_300_000, None, 123), (2_000_000, 1, 1), (600, 2, 2)],
)
def test_more_than_a_million_people_are_programmes_of_the_tasks_size(people: int | None, programmes: int | None, seen: int | None) -> None:
    assert programmes_of(people, programmes) == seen


def test_the_people_of_a_full_task_stand_in_each_programme_where_none_are_given() -> None:
    assert (people_of(None, 4), people_of(9, 4)) == (824_000, 9)


def test_without_programmes_it_is_the_register_of_before() -> None:
    """As many households, and as much in wages, as before there were programmes."""
    made = synthesise_registry(people=1_000, villages=3, seed=1)
    assert set(made.villages["programme"]) == {""}
    assert len(made.households) == 395
    assert made.households["wage_income"].sum() == pytest.approx(1_016_465.58, abs=0.01)
    assert list(made.households) == list(schema()[HOUSEHOLDS]) and list(made.villages) == list(schema()[VILLAGES])


# ---- what is refused


@pytest.mark.parametrize(
    ("name", "people", "programmes", "villages", "seed", "says"),
    [
        ("country.xlsx", 900, 3, None, 1, r"country\.xlsx: several programmes are written as Parquet in parts: give a folder's name"),
        ("country.csv", 900, 3, None, 1, "CSV goes into a folder"),
        ("country.txt", 900, 3, None, 1, r"seen \.txt, wanted"),
        ("country", 2, 3, None, 1, "people must be as many as programmes at least, so that each has one: 3, not 2"),
        ("country", 900, 3, 2, 1, "villages must be as many as programmes at least"),
        ("country", 900, 0, None, 1, "programmes must be 1 or more, not 0"),
        ("country", 900, 3, None, -1, "a seed is a whole number"),
        ("country", 900, 3, 300, 1, "cannot fill poor villages"),
    ],
)
def test_what_cannot_be_asked_for(
    name: str, people: int, programmes: int, villages: int | None, seed: int, says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=says):
        write_national(tmp_path / name, people, programmes, villages, seed)
    assert list(tmp_path.iterdir()) == []
