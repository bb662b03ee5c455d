"""What is no register at all is refused in one sentence."""

from pathlib import Path

import pytest

from simlib.errors import InputError
from simlib.registry.check import check
from tests.registry.clean import households, villages, write_csv


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "is not there"),
        ("text.docx", b"text", r"is no \.xlsx, \.csv or \.parquet"),
        ("broken.xlsx", b"no zip", r"is not an \.xlsx workbook"),
        ("broken.parquet", b"no parquet", "cannot be read as Parquet"),
        ("binary.csv", b"\xff\x00\x81\x00\xff", "neither in UTF-8 nor in GB18030"),
    ],
)
def test_what_is_no_register_is_refused(name: str, content: bytes | None, says: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        check(tmp_path / name)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    folder = write_csv(tmp_path / "r", households(), villages())
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(InputError, match="r cannot be read: Permission denied"):
        check(folder)


def test_a_folder_of_this_place_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_csv(tmp_path / "here", households(), villages()))
    assert check(".").origin == "here"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds neither households\.csv"):
        check(tmp_path)
