"""A partitioned register: whole villages of one programme in a part, in one order, written in a stream and whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simlib.errors import InputError
from simlib.registry import entity_key, make_registry, read_registry, synthesise_registry, write_registry
from simlib.registry.parquet import arrow_schema
from simlib.registry.parting import Keys, Piece, cut, write_parts
from simlib.registry.tables import Registry

PROGRAMMES = ("乙项目", "", "甲项目")


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Some 400 households in three programmes, whose villages stand in no order; nobody lives in one village."""
    made = synthesise_registry(people=1_000, villages=6, seed=2)
    places = made.villages.assign(programme=[PROGRAMMES[number % 3] for number in range(len(made.villages))])
    places = pd.concat([places, places.iloc[:1].assign(village_id="empty", programme="")], ignore_index=True)
    return make_registry(made.households, places, synthetic=True, origin="three programmes")


def pieces_of(registry: Registry) -> Iterator[Piece]:
    """One programme after another, as text goes."""
    for programme in sorted(registry.villages["programme"].unique()):
        places = registry.villages[registry.villages["programme"] == programme]
        yield registry.households[registry.households["village_id"].isin(places["village_id"])], places


def tables_of(folder: Path, table: str) -> list[pd.DataFrame]:
    return [pq.read_table(path).to_pandas() for path in sorted((folder / f"{table}.parquet").iterdir())]


def test_what_is_written_in_parts_is_the_same_register(registry: Registry, tmp_path: Path) -> None:
    written = write_parts(pieces_of(registry), tmp_path / "parts", synthetic=True, part_households=50)
    again = read_registry(tmp_path / "parts")
    assert written.hash == again.hash == registry.hash
    assert (written.households, written.villages, written.people) == (len(registry.households), len(registry.villages), 1_000)
    assert (written.parts, written.poor_villages) == (len(tables_of(tmp_path / "parts", "households")), 7)
    assert again.synthetic
    expected = registry.households.sort_values("household_id", ignore_index=True)
    pd.testing.assert_frame_equal(again.households.sort_values("household_id", ignore_index=True), expected)


def test_a_part_is_of_whole_villages_of_one_programme(registry: Registry, tmp_path: Path) -> None:
    written = write_parts(pieces_of(registry), tmp_path / "parts", synthetic=True, part_households=50)
    homes, places = (tables_of(tmp_path / "parts", table) for table in ("households", "villages"))
    assert written.parts == len(homes) == len(places) > 5
    assert all(part["programme"].nunique() == 1 for part in places)
    assert all(set(people["village_id"]) <= set(part["village_id"]) for people, part in zip(homes, places, strict=True))
    assert "empty" in pd.concat(places)["village_id"].tolist()
    assert [path.name for path in sorted((tmp_path / "parts" / "villages.parquet").iterdir())][:2] == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]


def test_rows_stand_in_the_order_of_programme_village_and_household(registry: Registry, tmp_path: Path) -> None:
    write_parts(pieces_of(registry), tmp_path / "parts", synthetic=True, part_households=50)
    homes, places = (pd.concat(tables_of(tmp_path / "parts", table)) for table in ("households", "villages"))
    in_order = [(programme, entity_key(village)) for programme, village in zip(places["programme"], places["village_id"], strict=True)]
    assert in_order == sorted(in_order)
    place_of = {village: place for place, village in enumerate(places["village_id"])}
    rows = [(place_of[village], entity_key(one)) for village, one in zip(homes["village_id"], homes["household_id"], strict=True)]
    assert rows == sorted(rows)


def test_the_bytes_do_not_depend_on_the_order_of_rows(registry: Registry, tmp_path: Path) -> None:
    turned = make_registry(registry.households[::-1], registry.villages[::-1], synthetic=True, origin="turned")
    for name, one in (("a", registry), ("b", turned)):
        write_registry(one, tmp_path / name, partition=True)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*") if path.is_file())
    assert len(files) == 7
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in files)


def test_columns_and_types_are_canonical_and_the_stamp_is_of_both_files(registry: Registry, tmp_path: Path) -> None:
    write_registry(registry, tmp_path / "parts", partition=True)
    homes, places = tables_of(tmp_path / "parts", "households")[1], tables_of(tmp_path / "parts", "villages")[1]
    own = make_registry(homes, places, synthetic=True, origin="")
    for table in ("households", "villages"):
        found = pq.read_schema(tmp_path / "parts" / f"{table}.parquet" / "part-00001.parquet")
        assert found.equals(arrow_schema(table))
        assert set(found.metadata) == {b"simlib.part", b"simlib.synthetic"}
        assert found.metadata[b"simlib.part"] == own.hash.encode()


def test_a_real_register_in_parts_is_not_stamped(registry: Registry, tmp_path: Path) -> None:
    write_parts(pieces_of(registry), tmp_path / "parts", synthetic=False)
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == ["households.parquet", "villages.parquet"]
    assert not read_registry(tmp_path / "parts").synthetic


def test_a_piece_is_held_only_until_it_is_written(registry: Registry, tmp_path: Path) -> None:
    there: list[int] = []

    def watched() -> Iterator[Piece]:
        for piece in pieces_of(registry):
            there.append(len(list(tmp_path.rglob("part-*"))))
            yield piece

    write_parts(watched(), tmp_path / "parts", synthetic=True, part_households=50)
    assert there[0] == 0 < there[1] < there[2] < len(list(tmp_path.rglob("part-*")))


# ---- what is refused


def test_a_household_that_comes_twice_in_a_register_is_named_with_its_parts(registry: Registry, tmp_path: Path) -> None:
    first, second, third = pieces_of(registry)
    twin = third[0].assign(household_id=[str(first[0]["household_id"].iloc[0]), *third[0]["household_id"].iloc[1:]])
    with pytest.raises(InputError, match=r"household_id: .* 'MZ-V002-0001' in .*part-0000\d\.parquet and .* in .*part-0000\d\.parquet"):
        write_parts([first, second, (twin, third[1])], tmp_path / "parts", synthetic=True, part_households=50)
    assert list(tmp_path.iterdir()) == []


def test_a_village_that_comes_twice_is_named(registry: Registry, tmp_path: Path) -> None:
    first, second, third = pieces_of(registry)
    other = second[1]["village_id"].iloc[0]
    twin = third[1].replace({"village_id": {third[1]["village_id"].iloc[0]: other}})
    homes = third[0].replace({"village_id": {third[1]["village_id"].iloc[0]: other}})
    with pytest.raises(InputError, match=f"village_id: ids must be distinct in the whole register, seen '{other}' in"):
        write_parts([first, second, (homes, twin)], tmp_path / "parts", synthetic=True)
    assert list(tmp_path.iterdir()) == []


def test_pieces_out_of_order_are_our_own_mistake(registry: Registry, tmp_path: Path) -> None:
    first, second, _ = pieces_of(registry)
    with pytest.raises(ValueError, match="a part of one programme after"):
        write_parts([second, first], tmp_path / "parts", synthetic=True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_nothing_is_no_register(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is none to write"):
        write_parts([], tmp_path / "parts", synthetic=True)
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="is there already"):
        write_parts(pieces_of(registry), tmp_path / "there", synthetic=True)
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


# ---- cutting


SIZES = st.lists(st.integers(0, 60), min_size=1, max_size=40)


@settings(max_examples=100)
@given(st.lists(SIZES, min_size=1, max_size=4), st.integers(1, 100))
def test_a_cut_keeps_villages_whole_programmes_apart_and_parts_alike(programmes: list[list[int]], wanted: int) -> None:
    sizes = np.array([size for one in programmes for size in one], dtype=np.int64)
    programme = np.repeat(np.arange(len(programmes)), [len(one) for one in programmes])
    part = cut(sizes, programme, wanted)
    assert part[0] == 0 and set(np.diff(part)) <= {0, 1}
    assert all(len(set(programme[part == one])) == 1 for one in range(part[-1] + 1))
    largest = np.bincount(part, weights=sizes).max()
    assert largest <= 1.5 * wanted + sizes.max()


@pytest.mark.parametrize(
    ("sizes", "wanted", "parts"),
    [
        ([10, 10, 10, 10], 20, [0, 0, 1, 1]),
        ([10, 10, 9], 20, [0, 0, 0]),  # 29 is nearer to one part of 20 than to two
        ([10, 10, 10], 20, [0, 1, 1]),  # 30 are two; the middle of the second village is the whole's
        ([100, 1, 1], 20, [0, 1, 1]),  # one village of five parts' size is one part
        ([0, 0], 20, [0, 0]),
        ([5, 0], 5, [0, 0]),
    ],
)
def test_a_village_falls_where_its_middle_does(sizes: list[int], wanted: int, parts: list[int]) -> None:
    assert cut(np.array(sizes), np.zeros(len(sizes), dtype=np.intp), wanted).tolist() == parts


def test_keys_that_come_twice_are_found() -> None:
    keys = Keys()
    keys.add(np.array([3, 2**63, 70], dtype=np.uint64))
    assert keys.twice().tolist() == []
    keys.add(np.array([4, 2**63, 3], dtype=np.uint64))
    assert keys.twice().tolist() == [3, 2**63]
