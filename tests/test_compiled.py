"""Compiled code: an edited rule is a new folder of machine code, and nothing else is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from numba.core import config

from simlib import compiled
from simlib.compiled import PACKAGE, code_hash, compiled_sources, kernel, sources_hash

ROOT = PACKAGE.parent

DOOR = """
from simlib.compiled import kernel
from simlib.measures import industry

@kernel
def second_year(first):
    return industry.ramp(0, first, 0.6)

print(second_year(0.25))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package that may be edited."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "simlib", ignore=shutil.ignore_patterns("__pycache__")))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_an_edited_rule_in_another_file_is_run(package: Path, tmp_path: Path) -> None:
    """Numba's own cache looks at the file of the door alone and would run the old code."""
    door, cache = tmp_path / "door.py", tmp_path / "cache"
    door.write_text(DOOR, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(package.parent), "SIMLIB_CACHE": str(cache)}

    def run() -> str:
        done = subprocess.run([sys.executable, str(door)], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def folders() -> int:
        return len(list((cache / "compiled").iterdir()))

    rule = package / "measures" / "industry.py"
    assert (run(), folders()) == ("0.25", 1)
    edit(rule, "return first if age == 0", "return 101.0 * first if age == 0")
    assert (run(), folders()) == ("25.25", 2)
    edit(rule, "return 101.0 * first if age == 0", "return first if age == 0")
    assert (run(), folders()) == ("0.25", 2)


@pytest.mark.parametrize("file", ["measures/industry.py", "engine/luck.py", "engine/state.py", "funds.py", "money.py", "compiled.py"])
def test_every_file_behind_compiled_code_names_the_folder(package: Path, file: str) -> None:
    before = sources_hash(package)
    with (package / file).open("a", encoding="utf-8") as handle:
        handle.write("\nANOTHER = 1\n")
    assert sources_hash(package) != before


@pytest.mark.parametrize("file", ["engine/pack.py", "engine/world.py", "assessment/bands.py", "facts/policy.yaml"])
def test_other_files_do_not_make_the_kernel_compile_anew(package: Path, file: str) -> None:
    before = sources_hash(package)
    assert before == sources_hash(), "a copy elsewhere is the same code"
    with (package / file).open("a", encoding="utf-8") as handle:
        handle.write("\n# more\n")
    assert sources_hash(package) == before


def test_sources_are_those_with_compiled_code_and_what_they_import() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in compiled_sources()}
    homes = [path for home in ("engine", "measures") for path in (PACKAGE / home).glob("*.py")]
    decorated = [path for path in homes if "from simlib.compiled import" in path.read_text("utf-8")]
    assert {path.relative_to(PACKAGE).as_posix() for path in decorated} <= names
    assert {"compiled.py", "funds.py", "money.py", "measures/__init__.py", "engine/state.py"} <= names
    assert "engine/project.py" not in names


@pytest.mark.parametrize(
    "line",
    [
        "import simlib.extra",
        "from simlib import extra",
        "from simlib.extra import thing",
        "from simlib.extra import (\n    thing,\n)",
        "from simlib.extra import thing as other",
        "from simlib import (\n    funds,\n    extra as more,\n)",
    ],
)
def test_every_form_of_import_is_followed(package: Path, line: str) -> None:
    (package / "extra.py").write_text("thing = 1\n", encoding="utf-8")
    with (package / "measures" / "dibao.py").open("a", encoding="utf-8") as handle:
        handle.write(f"\n{line}\n")
    assert package / "extra.py" in compiled_sources(package)


def test_the_folder_depends_on_numba_and_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {code_hash()}
    monkeypatch.setattr(compiled, "processor", lambda: "another")
    seen.add(code_hash())
    monkeypatch.setattr("numba.__version__", "0.0")
    seen.add(code_hash())
    assert len(seen) == 3


def one_more(x: int) -> int:
    return x + 1


def test_the_cache_lies_where_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIMLIB_CACHE", str(tmp_path / "here"))
    before = config.CACHE_DIR

    door = kernel(one_more)
    assert door(1) == 2
    assert list((tmp_path / "here" / "compiled" / code_hash()).rglob("*.nbi"))
    assert before == config.CACHE_DIR, "other users of Numba keep their own folder"


def test_without_a_place_for_it_code_is_compiled_and_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Numba would keep it beside the source, where nothing tells old code from new."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("SIMLIB_CACHE", str(tmp_path / "file"))

    door: Any = kernel(one_more)
    assert door(1) == 2
    assert door.stats.cache_path is None
