"""`run --until-settled`: what is asked for, and what is told at each look."""

from typing import TYPE_CHECKING, Final

import click

from simlib.cli.group import say

if TYPE_CHECKING:
    from simlib.runs.settling import Look

GOES_ON: Final = "the same command goes on from there"


OPTIONS = (
    click.option("--until-settled", is_flag=True, help="Add draws until every verdict at the governing line is settled."),
    click.option("--most-draws", type=click.IntRange(min=1), help="The limit of --until-settled.  [default: 12800]"),
)


def limit_of(draws: int, most_draws: int | None, seed: int, *, until_settled: bool) -> int | None:
    """Up to how many draws are added until verdicts are settled; None if they are not. InputError for what does not go together."""
    from simlib.runs.settling import checked_limit, checked_settling

    checked_settling(draws, most_draws, seed, until_settled=until_settled)
    return checked_limit(draws, most_draws, seed) if until_settled else None


def tell_of_look(name: str, limit: int, look: "Look") -> None:
    """What kept it going; at the limit, every verdict that is not settled."""
    say(f"{name}: {look}")
    if look.open and look.draws == limit:
        say(f"{name}: --most-draws {limit} is reached with {len(look.open)} of {look.judged} verdicts not settled:")
        for one in look.open:
            say(f"  {one}")
