"""Calling simlib in this process, and what to say of the outcome."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from simlib.cli import main


def simlib(*words: object) -> Result:
    """Run a command, its streams apart."""
    return CliRunner().invoke(main, [str(word) for word in words])


def run(register: Path, *words: object) -> Result:
    """`simlib run` on a register, in one thread unless the words say otherwise."""
    return simlib("run", "--registry", register, "--workers", 1, *words)


def told(result: Result) -> Any:
    """The one JSON object on stdout."""
    assert result.exit_code in (0, 3), result.output
    return json.loads(result.stdout)


def left_behind() -> list[str]:
    """Everything in the working folder."""
    return sorted(path.as_posix() for path in Path().rglob("*"))


def assert_bad_input(result: Result, *said: str) -> None:
    """Exit code 2, a message on stderr alone, no traceback, nothing written."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert [words for words in said if words not in result.stderr] == [], result.stderr
    assert left_behind() == []


def run_folders(out: Path = Path("runs")) -> list[Path]:
    """The run folders in an output folder, without the blocks that they were made of."""
    return sorted(path for path in out.iterdir() if path.name != "work")
