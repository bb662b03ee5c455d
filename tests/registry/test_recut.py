"""A register in somebody's own parts is cut anew part by part: the same register, checked, never held whole."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simlib.errors import InputError
from simlib.registry import find_parts, read_registry
from simlib.registry.recut import Cut, find_cut, households_of, recut
from simlib.registry.tables import Registry, make_registry
from simlib.registry.write import write_registry
from tests.registry.clean import Rows, household, households, village, villages, write_csv
from tests.small import small_register


@pytest.fixture(scope="module")
def register() -> Registry:
    """The small register in two programmes, with a village in which nobody lives."""
    whole = small_register()
    places = whole.villages.assign(programme=["甲" if number % 2 else "乙" for number in range(len(whole.villages))])
    places = pd.concat([places, places.iloc[:1].assign(village_id="empty")], ignore_index=True)
    return make_registry(whole.households, places, synthetic=False, origin="whole")


def write_cut(folder: Path, register: Registry, pieces: int = 3) -> Path:
    """Households in files by the numbers of their villages, under a Chinese head and as Arrow types of another's making."""
    homes = register.households
    number = homes["village_id"].map({name: place % pieces for place, name in enumerate(register.villages["village_id"])})
    for piece in range(pieces):
        path = folder / "households.parquet" / f"county={piece}" / "data.parquet"
        path.parent.mkdir(parents=True)
        rows = homes[number == piece].rename(columns={"members": "人口"}).astype({"workers": "float32"})
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path)
    pq.write_table(pa.Table.from_pandas(register.villages, preserve_index=False), folder / "villages.parquet")
    return folder


def write_rows(folder: Path, files: Mapping[str, Rows], places: Rows) -> Path:
    """Files of households by name, and a village table, all of text."""
    (folder / "households.parquet").mkdir(parents=True)
    for name, rows in files.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / "households.parquet" / name)
    pq.write_table(pa.Table.from_pylist(places), folder / "villages.parquet")
    return folder


def by_village() -> dict[str, Rows]:
    """The clean households, one file a village."""
    return {f"{name}.parquet": [row for row in households() if row["village_id"] == name] for name in ("v0", "v1", "v2")}


def refused(folder: Path, *said: str) -> None:
    """That a folder cannot be cut anew, for all that is said; nothing is left there."""
    for words in said:
        with pytest.raises(InputError, match=re.escape(words)):
            recut(found_in(folder), folder.parent / "out")
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


def test_any_cut_gives_the_bytes_that_the_whole_register_does(register: Registry, tmp_path: Path) -> None:
    cut = find_cut(write_cut(tmp_path / "theirs", register))
    assert cut is not None and households_of(cut) == len(register.households)
    written, report = recut(cut, tmp_path / "ours", part_households=60)
    assert (written.hash, report.people, report.villages) == (register.hash, 1_000, len(register.villages))
    assert report.households == written.households == len(register.households)
    assert read_registry(tmp_path / "ours").hash == register.hash
    again, _ = recut(found_in(tmp_path / "ours"), tmp_path / "again", part_households=60)
    files = sorted(path.relative_to(tmp_path / "ours") for path in (tmp_path / "ours").rglob("*.parquet") if path.is_file())
    assert len(files) == 2 * written.parts == 2 * again.parts > 8
    assert all((tmp_path / "ours" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in files)


def found_in(folder: Path) -> Cut:
    """The cut of a folder that is one."""
    cut = find_cut(folder)
    assert cut is not None
    return cut


def test_it_is_what_writing_the_whole_in_parts_gives(register: Registry, tmp_path: Path) -> None:
    recut(found_in(write_cut(tmp_path / "theirs", register)), tmp_path / "a")
    write_registry(register, tmp_path / "b", partition=True)
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.parquet") if path.is_file()]
    assert len(files) == 4
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)


def test_the_report_is_that_of_the_whole(tmp_path: Path) -> None:
    lacking = [{name: cell for name, cell in row.items() if name != "pupils"} for row in households()]
    files = {f"{name}.parquet": [row for row in lacking if row["village_id"] == name] for name in ("v0", "v1", "v2")}
    _, report = recut(found_in(write_rows(tmp_path / "theirs", files, [*villages(), village(3)])), tmp_path / "ours")
    counts = {(one.table, one.column): (one.rows, one.defaulted) for one in report.counts}
    assert (counts["households", "pupils"], counts["villages", "residents"]) == ((12, 12), (4, 2))
    assert [note.kind for note in report.notes] == ["absent_column", "no_households"]
    assert (report.origin, report.ok, report.households, report.villages) == ("theirs", True, 12, 4)


def test_synthetic_parts_stay_synthetic(register: Registry, tmp_path: Path) -> None:
    folder = write_cut(tmp_path / "theirs", register)
    (folder / "SYNTHETIC.txt").write_text("made up", encoding="utf-8")
    recut(found_in(folder), tmp_path / "ours")
    parts = find_parts(tmp_path / "ours")
    assert parts is not None and parts.synthetic and (tmp_path / "ours" / "SYNTHETIC.txt").exists()


def test_files_without_rows_and_marked_files_are_no_parts(tmp_path: Path) -> None:
    files = by_village()
    folder = write_rows(tmp_path / "theirs", files, villages())
    whole = pq.read_table(folder / "households.parquet" / "v0.parquet")
    pq.write_table(whole.slice(0, 0), folder / "households.parquet" / "a.parquet")
    (folder / "households.parquet" / "_SUCCESS").touch()
    cut = found_in(folder)
    assert [path.name for path in cut.files] == ["v0.parquet", "v1.parquet", "v2.parquet"]
    assert recut(cut, tmp_path / "ours")[0].households == 12


def test_villages_may_be_a_csv_file_and_ids_are_the_same_in_their_plain_form(tmp_path: Path) -> None:
    files = by_village()
    files["v1.parquet"] = [row | {"village_id": " ｖ１"} for row in files["v1.parquet"]]
    folder = write_rows(tmp_path / "theirs", files, villages())
    (folder / "villages.parquet").unlink()
    (write_csv(tmp_path / "csv", households(), villages()) / "villages.csv").rename(folder / "villages.csv")
    written, _ = recut(found_in(folder), tmp_path / "ours")
    assert written.hash == read_registry(write_csv(tmp_path / "whole", households(), villages())).hash


@pytest.mark.parametrize("name", ["csv", "plain.parquet", "book.xlsx"])
def test_other_registers_are_not_cut(name: str, tmp_path: Path) -> None:
    assert find_cut(write_registry(small_register(), tmp_path / name)) is None
    assert find_cut(tmp_path / "nothing") is None


def test_without_a_village_table_nothing_is_cut(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "theirs", by_village(), villages())
    (folder / "villages.parquet").unlink()
    assert find_cut(folder) is None


# ---- what is refused


def test_a_village_in_two_files_is_named_with_them(tmp_path: Path) -> None:
    files = by_village()
    files["v2.parquet"].append(household(99, village_id="v1"))
    folder = write_rows(tmp_path / "theirs", files, villages())
    refused(folder, "'v1' in households.parquet/v1.parquet, households.parquet/v2.parquet", "Without --partition")


def test_a_household_in_two_files_is_named_with_them(tmp_path: Path) -> None:
    files = by_village()
    files["v2.parquet"].append(household(1, village_id="v2", household_id="０００１"))
    folder = write_rows(tmp_path / "theirs", files, villages())
    refused(folder, "'0001' in households.parquet/v1.parquet and '0001' in households.parquet/v2.parquet")


def test_every_problem_of_every_file_is_named(tmp_path: Path) -> None:
    files = by_village()
    files["v0.parquet"][1]["members"] = "many"
    files["v2.parquet"].append(household(99, village_id="v9"))
    refused(
        write_rows(tmp_path / "theirs", files, [*villages(), village(2, name="twice")]),
        "households.parquet/v0.parquet, row 3, column members: seen 'many', wanted a number",
        "households.parquet/v2.parquet, row 6, column village_id: seen 'v9'",
        "villages.parquet, row 5, column village_id: seen 'v2', wanted an id of its own: row 4 has the same",
    )


def test_a_file_without_village_id_is_named(tmp_path: Path) -> None:
    files = by_village()
    files["v1.parquet"] = [{name: cell for name, cell in row.items() if name != "village_id"} for row in files["v1.parquet"]]
    refused(write_rows(tmp_path / "theirs", files, villages()), "households.parquet/v1.parquet, row 1: wanted the column village_id")


def test_a_village_table_without_ids_is_told_once_for_all_files(tmp_path: Path) -> None:
    bare = [{name: cell for name, cell in row.items() if name != "village_id"} for row in villages()]
    refused(write_rows(tmp_path / "theirs", by_village(), bare), "2 problems", "villages.parquet, row 1: wanted the column village_id")


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "theirs", by_village(), villages())
    (folder / "households.parquet" / "v1.parquet").write_bytes(b"no Parquet")
    with pytest.raises(InputError, match=r"v1\.parquet cannot be read as Parquet"):
        find_cut(folder)


def test_a_file_with_a_hole_is_named(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "theirs", by_village(), villages())
    path = folder / "households.parquet" / "v1.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:4] + bytes(400) + content[404:])
    refused(folder, "households.parquet/v1.parquet cannot be read as Parquet")


def test_damage_to_parts_of_ours_is_not_cut_into_new_ones(register: Registry, tmp_path: Path) -> None:
    recut(found_in(write_cut(tmp_path / "theirs", register)), tmp_path / "in" / "ours", part_households=60)
    path = tmp_path / "in" / "ours" / "villages.parquet" / "part-00001.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("county")
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array(["other"] * len(table))), path)
    refused(tmp_path / "in" / "ours", "part-00001.parquet: one of them is damaged")


def test_problems_are_not_gathered_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simlib.registry.recut.MOST_PROBLEMS", 3)
    files = {name: [row | {"members": "many"} for row in rows] for name, rows in by_village().items()}
    refused(write_rows(tmp_path / "theirs", files, villages()), "cannot be read, 4 problems")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    cut = found_in(write_rows(tmp_path / "theirs", by_village(), villages()))
    with pytest.raises(InputError, match="is there already"):
        recut(cut, tmp_path / "theirs")
