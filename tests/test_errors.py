"""Errors: three kinds, their exit codes, and hints."""

import pytest

from simlib.errors import InputError, RunError, SimlibError, nearest


def test_exit_codes() -> None:
    assert (SimlibError("x").exit_code, RunError("x").exit_code, InputError("x").exit_code) == (1, 1, 2)


def test_every_error_is_caught_as_one_kind_and_as_an_exception() -> None:
    for error in (InputError("bad"), RunError("bad")):
        assert isinstance(error, SimlibError)
        assert isinstance(error, Exception)
        assert str(error) == "bad"


def test_several_problems_are_kept_one_by_one() -> None:
    error = InputError("2 problems", (problem for problem in ("one", "two")))
    assert error.problems == ("one", "two")
    assert InputError("one").problems == ()


@pytest.mark.parametrize(
    ("seen", "hint"),
    [("houshold", "did you mean 'household'?"), ("pol", "did you mean 'pool'?"), ("xyz", "known: guidance, household, pool")],
)
def test_the_nearest_name_is_offered_else_all(seen: str, hint: str) -> None:
    assert nearest(seen, ("pool", "household", "guidance")) == hint
