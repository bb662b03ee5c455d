"""`python -m simlib.words`: the catalogue is renewed in its place, and what was done is said."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from simlib.words import __main__ as command
from simlib.words.renewal import Change, read_texts, text_of


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "said.py").write_text('words("new")\nwords("kept")\n', encoding="utf-8")
    return tree


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "zh" / "LC_MESSAGES" / "simlib.po"
    file.parent.mkdir(parents=True)
    file.write_text(text_of({"kept": "留", "old": "旧"}, "zh"), encoding="utf-8")
    return file


def test_texts_come_and_go(tree: Path, file: Path) -> None:
    change, places = command.renew(tree, file)
    texts = read_texts(file)
    assert (texts["kept"], texts["new"], "old" in texts) == ("留", "", False)
    assert [path.name for path in file.parent.iterdir()] == ["simlib.po"]
    lines = list(command.report_of(change, places))
    assert "added: 'new' (said.py:1)" in lines
    assert "dropped: 'old'" in lines
    written = file.read_bytes()
    assert command.renew(tree, file)[0].added == ()
    assert file.read_bytes() == written, "renewed again, nothing changes"


def test_a_catalogue_is_begun(tree: Path, file: Path) -> None:
    file.unlink()
    change, _ = command.renew(tree, file)
    assert {"new", "kept"} <= set(change.added)
    assert set(read_texts(file).values()) == {""}


def test_what_waits_for_a_translation_is_said_again() -> None:
    change = Change(("new",), (), ("new", "waiting"))
    lines = list(command.report_of(change, {"new": "a.py:1", "waiting": "b.py:2"}))
    assert lines == ["added: 'new' (a.py:1)", "to be translated: 'waiting' (b.py:2)", "2 texts, 2 without a translation"]


def test_the_command_ends_with_1_while_something_is_untranslated(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(command, "catalogue_file", lambda language: file)
    done = CliRunner().invoke(command.main)
    assert done.exit_code == 1
    assert "without a translation" in done.output
    file.write_text(text_of(dict.fromkeys(read_texts(file), "译"), "zh"), encoding="utf-8")
    assert CliRunner().invoke(command.main).exit_code == 0
