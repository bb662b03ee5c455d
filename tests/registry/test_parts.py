"""A partitioned register is read part by part; whatever is changed in a file is found, and the file is named."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simlib.errors import InputError
from simlib.registry import (
    Parts,
    Registry,
    find_parts,
    hash_of,
    make_registry,
    read_part,
    read_registry,
    village_digests,
    write_registry,
)
from simlib.registry.parting import write_parts
from simlib.registry.parts import check_parts, part_stamp
from tests.small import small_register


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register in parts of about 50 households."""
    folder = tmp_path_factory.mktemp("registers") / "parts"
    write_parts([(small_register().households, small_register().villages)], folder, synthetic=True, part_households=50)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(written, tmp_path / "parts"))


def parts_of(folder: Path) -> Parts:
    found = find_parts(folder)
    assert found is not None
    return found


def test_parts_are_found_unread(written: Path) -> None:
    found = parts_of(written)
    assert (found.folder, found.synthetic, found.origin) == (written, True, "parts")
    assert found.names == tuple(f"part-{number:05d}" for number in range(len(found)))
    assert len(found) == len(list((written / "villages.parquet").iterdir())) > 3


def test_parts_together_are_the_register(written: Path) -> None:
    parts = parts_of(written)
    each = [read_part(parts, place) for place in range(len(parts))]
    assert hash_of(digest for one in each for digest in village_digests(one)) == read_registry(written).hash == small_register().hash
    expected = small_register().households.sort_values("household_id", ignore_index=True)
    found = pd.concat([one.households for one in each]).sort_values("household_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, expected)
    assert {(one.synthetic, one.origin) for one in each} == {(True, "parts")}
    assert [one.hash for one in each] == [part_stamp(parts, place) for place in range(len(parts))]


def test_a_part_has_canonical_types(written: Path) -> None:
    part = read_part(parts_of(written), 0)
    pd.testing.assert_series_equal(part.households.dtypes, small_register().households.dtypes)
    pd.testing.assert_series_equal(part.villages.dtypes, small_register().villages.dtypes)


def test_a_part_in_which_nobody_lives_is_read(tmp_path: Path) -> None:
    whole = small_register()
    write_parts([(whole.households.iloc[:0], whole.villages)], tmp_path / "parts", synthetic=False)
    part = read_part(parts_of(tmp_path / "parts"), 0)
    assert (len(part.households), len(part.villages), part.synthetic) == (0, len(whole.villages), False)


def test_digests_are_worked_out_where_a_register_does_not_hold_them() -> None:
    whole = small_register()
    bare = Registry(whole.households, whole.villages, True, whole.hash, "")
    assert village_digests(bare) == village_digests(whole)
    assert hash_of(reversed(village_digests(bare))) == whole.hash


@pytest.mark.parametrize("name", ["csv", "plain.parquet", "book.xlsx"])
def test_other_registers_are_not_in_parts(name: str, tmp_path: Path) -> None:
    assert find_parts(write_registry(small_register(), tmp_path / name)) is None
    assert find_parts(tmp_path / "nothing") is None


def test_parts_of_others_are_not_ours(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        if path.is_file():
            pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    assert find_parts(folder) is None
    assert read_registry(folder).hash == small_register().hash


# ---- damage


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        (["villages.parquet/part-00001.parquet"], r"villages\.parquet/part-00001\.parquet"),
        (["households.parquet/part-00000.parquet"], r"households\.parquet/part-00000\.parquet"),
        (
            ["households.parquet/part-00002.parquet", "villages.parquet/part-00002.parquet"],
            r"2 of its files are missing: households\.parquet/part-00002\.parquet, villages\.parquet/part-00002\.parquet",
        ),
    ],
)
def test_a_missing_file_is_named(lost: list[str], named: str, folder: Path) -> None:
    for name in lost:
        (folder / name).unlink()
    for read in (find_parts, read_registry):
        with pytest.raises(InputError, match=rf"parts is damaged, .*{named}"):
            read(folder)


def test_a_missing_folder_is_damage_too(folder: Path) -> None:
    shutil.rmtree(folder / "villages.parquet")
    with pytest.raises(InputError, match=r"missing: villages\.parquet/part-00000\.parquet, villages"):
        find_parts(folder)


def changed(path: Path, column: str, value: Any) -> None:
    """Write a file anew, as Parquet that is whole and bears the old stamp, with one other cell."""
    table = pq.read_table(path)
    cells = [value, *table[column].to_pylist()[1:]]
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array(cells, table.schema.field(place).type)), path)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("households", "members", 9),
        ("households", "wage_income", 77.01),
        ("households", "willing", "none"),
        ("villages", "residents", 5_000),
        ("villages", "programme", "other"),
    ],
)
def test_other_content_than_the_stamps_is_named(table: str, column: str, value: Any, folder: Path) -> None:
    changed(folder / f"{table}.parquet" / "part-00001.parquet", column, value)
    parts = parts_of(folder)
    read_part(parts, 0)
    named = r"parts/households\.parquet/part-00001\.parquet and parts/villages\.parquet/part-00001\.parquet: one of them is damaged"
    with pytest.raises(InputError, match=named):
        read_part(parts, 1)
    for read in (read_registry, check_parts):
        with pytest.raises(InputError, match=named):
            read(folder)


def test_parts_that_are_whole_pass_and_so_does_what_is_in_no_parts(written: Path, tmp_path: Path) -> None:
    check_parts(written)
    check_parts(tmp_path)


def test_a_file_of_another_part_is_named(folder: Path) -> None:
    shutil.copy(folder / "households.parquet" / "part-00000.parquet", folder / "households.parquet" / "part-00001.parquet")
    with pytest.raises(InputError, match=r"part-00001\.parquet hold no part of a register: villages: no row for village_id"):
        read_part(parts_of(folder), 1)
    with pytest.raises(InputError, match=r"part-00001\.parquet are of two registers, or one is damaged: their stamps are sha256:"):
        part_stamp(parts_of(folder), 1)


def test_a_file_without_its_stamp_is_named(folder: Path) -> None:
    path = folder / "villages.parquet" / "part-00001.parquet"
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    for read in (read_part, part_stamp):
        with pytest.raises(InputError, match=r"parts/villages\.parquet/part-00001\.parquet lacks its stamp"):
            read(parts_of(folder), 1)


def test_a_file_of_other_columns_is_named(folder: Path) -> None:
    path = folder / "villages.parquet" / "part-00000.parquet"
    pq.write_table(pq.read_table(path).drop_columns("roads"), path)
    with pytest.raises(InputError, match=r"parts/villages\.parquet/part-00000\.parquet does not hold the columns of villages: seen"):
        read_part(parts_of(folder), 0)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no Parquet at all" * 100])
def test_a_file_that_cannot_be_read_is_named(content: bytes, folder: Path) -> None:
    (folder / "households.parquet" / "part-00001.parquet").write_bytes(content)
    for read in (read_part, part_stamp):
        with pytest.raises(InputError, match=r"parts/households\.parquet/part-00001\.parquet cannot be read: "):
            read(parts_of(folder), 1)
    with pytest.raises(InputError, match=r"cannot be read as Parquet: .*part-00001\.parquet"):
        read_registry(folder)


def test_a_file_that_goes_while_it_is_read_is_named(folder: Path) -> None:
    parts = parts_of(folder)
    parts.path("villages", 1).unlink()
    with pytest.raises(InputError, match=r"parts/villages\.parquet/part-00001\.parquet cannot be read: .*No such file") as caught:
        read_part(parts, 1)
    assert str(folder) not in str(caught.value)


def test_no_changed_byte_goes_unseen(folder: Path) -> None:
    """Bytes all over a file: the content is another's, or the file cannot be read, or the byte says nothing of the content."""
    parts, whole = parts_of(folder), read_part(parts_of(folder), 1)
    path = parts.path("households", 1)
    content = path.read_bytes()
    seen = 0
    for place in range(0, len(content), 61):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            found: Registry = read_part(parts, 1)
        except InputError as error:
            assert "part-00001.parquet" in str(error)
            seen += 1
        else:
            assert found.hash == whole.hash
            pd.testing.assert_frame_equal(found.households, whole.households)
    assert seen > 50


def test_a_part_is_what_it_was_when_its_tables_made_a_register(written: Path) -> None:
    part = read_part(parts_of(written), 2)
    assert make_registry(part.households, part.villages, synthetic=True, origin="").hash == part.hash
