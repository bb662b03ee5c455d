"""The kernel's machine code: whether it is there already, and how long making it took."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from numba.core.dispatcher import Dispatcher

from simlib.compiled import cache_root
from simlib.engine.kernel import project_block
from simlib.engine.pack import Packed
from simlib.engine.project import compile_kernel

TOOK: Final = "seconds.txt"
"""Beside the folders of machine code: the seconds that the last compile took on this machine."""


def is_cold() -> bool:
    """Whether there is no machine code of the kernel at all: neither in this process nor in its cache on disk."""
    if not isinstance(project_block, Dispatcher) or project_block.signatures:
        return False
    folder = project_block.stats.cache_path
    return folder is None or not any(Path(folder).glob("*project_block*.nbc"))


def compiles() -> int:
    """How often this process has compiled the kernel, and not loaded it."""
    return sum(project_block.stats.cache_misses.values()) if isinstance(project_block, Dispatcher) else 0


def warmed(packed: Packed, draws: int) -> float:
    """Compile what projects so many draws, or load its machine code, and remember how long compiling took. -> seconds"""
    before = compiles()
    seconds = compile_kernel(packed, draws)
    if compiles() > before:
        _remember(seconds)
    return seconds


def last_compile_s() -> float | None:
    """The seconds that the last compile took on this machine; None where that is not known."""
    try:
        return float((cache_root() / "compiled" / TOOK).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _remember(seconds: float) -> None:
    """Keep it for the next compile; where that cannot be written, nothing is lost but a number."""
    with suppress(OSError):
        (cache_root() / "compiled" / TOOK).write_text(f"{seconds:.1f}\n", encoding="ascii")
