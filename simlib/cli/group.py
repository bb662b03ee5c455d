"""What every command shares: exit codes, how errors are told, how JSON is printed."""

import gc
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import click

from simlib.errors import InputError, SimlibError, said
from simlib.words import Words, default_language

DONE: Final = 0
FAULT: Final = 1
MISSED: Final = 3
STOPPED: Final = 130
GARBAGE: Final = 100_000  # new objects before Python looks for garbage among them
EPILOG: Final = "Exit codes: 0 done, 1 our fault or the machine's, 2 bad input, 3 a target is missed (--strict), 130 stopped."


SPOKEN: Final[ContextVar[str | None]] = ContextVar("SPOKEN", default=None)
"""The language that a command was told; its errors are told in it too."""


def _speak(_context: click.Context, _option: click.Parameter, language: str | None) -> None:
    SPOKEN.set(language)


SPEAKING: Final = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    expose_value=False,
    callback=_speak,
    help="The language of what is said (default: SIMLIB_LANG, else that of this machine).",
)


class Commands(click.Group):
    """Turns every error into a message on stderr and an exit code: no traceback reaches a planner."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The command as a process of its own: it looks for circular garbage seldom, and not at all in what goes when it ends."""
        gc.set_threshold(GARBAGE)  # loading makes many objects and no garbage
        for stream in (sys.stdout, sys.stderr):
            _any_letter(stream)
        try:
            return super().__call__(*args, **kwargs)
        finally:
            gc.freeze()

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and end the process: bad input with 2, the user's stop with 130, anything unforeseen with 1."""
        sys.exit(self._code(lambda: super(Commands, self).main(*args, **kwargs | {"standalone_mode": False, "obj": time.perf_counter()})))

    @staticmethod
    def _code(command: Callable[[], Any]) -> int:
        SPOKEN.set(None)
        try:
            code = command()
            return code if isinstance(code, int) else DONE
        except click.ClickException as error:
            error.show()
            return InputError.exit_code
        except (click.Abort, KeyboardInterrupt):
            say("stopped")
            return STOPPED
        except SimlibError as error:
            say(_told(error))
            return error.exit_code
        except Exception as error:  # noqa: BLE001  # the last line of defence: logged whole, told in one line
            say(f"simlib failed: {type(error).__name__}: {' '.join(str(error).split())} ({_log(error)})")
            return FAULT


def _any_letter(stream: Any) -> None:
    """Let a stream take Chinese whatever it is: a file or a pipe in UTF-8 (as JSON asks), a screen that has no such letters escaped.

    Windows hands redirected output a code page that may have none. PYTHONIOENCODING is heeded.
    """
    if not hasattr(stream, "reconfigure"):
        return
    if stream.isatty() or "PYTHONIOENCODING" in os.environ:
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8")


def _log(error: Exception) -> str:
    """Write the traceback to a file of its own. -> where it is"""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="simlib-", suffix=".log", delete=False, encoding="utf-8") as file:
            file.writelines(traceback.format_exception(error))
        return f"log: {file.name}"
    except OSError as second:
        return f"no log could be written: {second.strerror}"


def _told(error: SimlibError) -> str:
    """An error in the language of this machine; in English where the language itself is what is wrong."""
    try:
        words = spoken()
    except SimlibError:
        words = Words("en")
    return words("error: {error}", error=words.tell(error))


def spoken() -> Words:
    """The words of the language that the command was told (SPEAKING), by default of this machine's (`words.default_language`)."""
    return Words(SPOKEN.get() or default_language())


def say(message: str) -> None:
    """A message for the user, on stderr."""
    click.echo(message, err=True)


def print_json(value: Any) -> None:
    """One JSON object on stdout; NaN in it is our fault, never output."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def existing(path: Path) -> Path:
    """A path that is there; InputError names the nearest beside it."""
    if path.exists():
        return path
    beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, beside, n=1)
    if close:
        raise InputError(said("there is no {path}; did you mean {near}?", path=path, near=path.parent / close[0]))
    raise InputError(said("there is no {path}", path=path))


def with_options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A decorator that gives a command some options, in this order."""

    def given(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return given


def elapsed_s() -> float:
    """Seconds since the command began."""
    begin: float = click.get_current_context().find_root().obj
    return round(time.perf_counter() - begin, 3)


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="simlib")
def main() -> None:
    """Will these households be out of poverty by 2018, under this plan, with this money, and how sure are we?"""
