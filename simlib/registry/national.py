"""A synthetic register of a whole country: several programmes side by side, each made by itself, written part by part.

At any time one programme is held, so that the size of the register costs disk and time, not memory. Every name in it is invented:
real prefectures and counties belong to the one task that the margins are of, and many copies of them would be none of theirs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.random import SeedSequence

from simlib.errors import InputError, said
from simlib.facts import load_facts
from simlib.money import largest_remainder
from simlib.registry.parting import PART_HOUSEHOLDS, Piece, Written, write_parts
from simlib.registry.settlements import PREFECTURES
from simlib.registry.synthesise import SEEDS, asked, synthesise_tables, task_people
from simlib.registry.write import refuse_name

MOST_PEOPLE: Final = 1_000_000
"""More people than these are always several programmes."""
WORD: Final = "示例项目"
ORDER: Final = "甲乙丙丁"
DIGITS: Final = 3
TOPIC: Final = 1_000
"""Sets the programmes' seeds apart from the streams that one register draws from its own seed."""


def programmes_of(people: int | None, programmes: int | None) -> int | None:
    """How many programmes are asked for; None where it is one register as `synthesise_registry` makes it."""
    if programmes is None and people is not None and people > MOST_PEOPLE:
        return math.floor(people / task_people(load_facts()) + 0.5)
    return programmes


def people_of(people: int | None, programmes: int) -> int:
    """The people asked for, by default those of so many full tasks."""
    return task_people(load_facts()) * programmes if people is None else people


def write_national(
    out: str | Path,
    people: int | None,
    programmes: int,
    villages: int | None = None,
    seed: int = 1,
    tell: Callable[[int], object] = lambda people: None,
    part_households: int = PART_HOUSEHOLDS,
) -> Written:
    """Write a synthetic register of so many programmes in parts, stamped SYNTHETIC; `tell` hears of the people of each one made.

    `people` (by default the full task's in every programme) and poor `villages` (by default in proportion) are shared out
    equally, the larger remainders first. Same arguments, same bytes. InputError where a programme would have nobody, and for
    what `synthesise_registry` and `write_registry` refuse.
    """
    place = Path(out)
    if place.suffix.lower() == ".xlsx":
        raise InputError(said("{name}: several programmes are written as Parquet in parts: give a folder's name", name=place.name))
    refuse_name(place, partition=True)
    shares = _shares(people, programmes, villages)
    if not 0 <= seed < SEEDS:
        raise InputError(said("a seed is a whole number from 0 to 2^64 - 1, not {seed}", seed=seed))
    return write_parts(_pieces(shares, seed, tell), place, synthetic=True, part_households=part_households)


def _shares(people: int | None, programmes: int, villages: int | None) -> list[tuple[int, int]]:
    """People and poor villages of each programme."""
    if programmes < 1:
        raise InputError(said("{name} must be 1 or more, not {number}", name="programmes", number=programmes))
    facts, people = load_facts(), people_of(people, programmes)
    for name, number in (("people", people), ("villages", villages)):
        if number is not None and number < programmes:
            about = {"name": name, "programmes": programmes, "number": number}
            raise InputError(
                said("{name} must be as many as programmes at least, so that each has one: {programmes}, not {number}", **about)
            )
    heads = largest_remainder(people, [1] * programmes)
    poor = [None] * programmes if villages is None else largest_remainder(villages, [1] * programmes)
    return [asked(head, place, facts) for head, place in zip(heads, poor, strict=True)]


def _pieces(shares: list[tuple[int, int]], seed: int, tell: Callable[[int], object]) -> Iterator[Piece]:
    digits = max(DIGITS, len(str(len(shares))))  # all of one width, so that their order as text is that of their numbers
    for number, (people, villages) in enumerate(shares, start=1):
        households, places = synthesise_tables(people, villages, programme_seed(seed, number))
        yield _renamed(households, places, f"{number:0{digits}d}")
        tell(people)


def programme_seed(seed: int, number: int) -> int:
    """The seed of a programme: one of its own for every seed of the whole and number of the programme."""
    return int(SeedSequence(seed, spawn_key=(TOPIC, number)).generate_state(1, np.uint64)[0])


def _renamed(households: pd.DataFrame, places: pd.DataFrame, number: str) -> Piece:
    """Tables with ids and names of one programme only: P001-MZ-V001-0001, 示例项目001甲市, 示例项目001甲市01县示例村001."""
    programme, counties = f"{WORD}{number}", _counties(f"{WORD}{number}")
    prefectures = dict(zip((one.name for one in PREFECTURES), _prefectures(programme), strict=True))
    ids = {name: f"P{number}-" + households[name].astype("str") for name in ("household_id", "village_id")}
    county = places["county"].map(counties)
    words = [new + name.removeprefix(old) for new, old, name in zip(county, places["county"], places["name"], strict=True)]
    helper = [name and name.replace("示例", programme, 1) for name in places["helper"]]
    named = places.assign(
        village_id=f"P{number}-" + places["village_id"].astype("str"),
        name=words,
        county=county,
        prefecture=places["prefecture"].map(prefectures),
        programme=programme,
        helper=helper,
    )
    return households.assign(**ids), named


def _prefectures(programme: str) -> list[str]:
    return [f"{programme}{mark}市" for mark in ORDER[: len(PREFECTURES)]]


def _counties(programme: str) -> dict[str, str]:
    """Real name -> invented one, numbered within the prefecture."""
    pairs = zip(PREFECTURES, _prefectures(programme), strict=True)
    return {county: f"{city}{number:02d}县" for real, city in pairs for number, (county, _) in enumerate(real.counties, start=1)}
