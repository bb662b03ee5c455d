"""One household of a stored run: the run's own scenario, register and draw replayed, and held against what the run wrote."""

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from simlib.errors import InputError, RunError, said
from simlib.explain.account import Account, account_of
from simlib.explain.income import SOURCES
from simlib.explain.replay import find_household, group_of, one_draw, replay
from simlib.explain.text import account_text
from simlib.money import FEN_PER_YUAN
from simlib.registry import Registry
from simlib.runs import prepare
from simlib.runs.keys import package_hash
from simlib.scenario import Scenario
from simlib.store import Stored
from simlib.words import Words, noop

SCHEMA = 1
FIRST = 0
"""The draw that is explained where none is asked for: one of many, and it is said so."""


BY_DEFAULT: Final = noop(
    "Draw 0 is the first of {draws} futures, taken for no other reason; --draw K shows another, --central the one without luck."
)


@dataclass(frozen=True)
class Explanation:
    """The account of one household in one draw of a run, or (draw None) in its deterministic row."""

    account: Account
    scenario: Scenario
    record: dict[str, Any]  # of the run
    draw: int | None
    by_default: bool  # nobody asked for this draw

    def text(self, language: str) -> str:
        """For people."""
        words, home, run = Words(language), self.account.home, self.record
        title = self.scenario.title.zh if words.language == "zh" else self.scenario.title.en
        lines = [words("household {household} · village {village}", household=home.household, village=home.village)]
        lines.append(f"{self.scenario.name} · {title}")
        if self.draw is None:
            lines.append(words("deterministic: central values, no luck"))
        else:
            counted = {"draw": self.draw, "draws": run["draws"], "seed": run["seed"]}
            lines.append(words("draw {draw} of {draws} (counted from 0), seed {seed}", **counted))
        if self.by_default and run["draws"] > 1:
            lines.append(words(BY_DEFAULT, draws=run["draws"]))
        if run["registry"]["synthetic"]:
            lines.append(words("SYNTHETIC register: no household in it exists"))
        return "\n".join([*lines, account_text(self.account, words)])

    def to_json(self, language: str) -> dict[str, Any]:
        """The JSON object of `simlib explain --json`: money in yuan, keys as in texts.py, `text` the account in a language."""
        home, run = self.account.home, self.record
        return {
            "schema": SCHEMA,
            "scenario": run["scenario"],
            "seed": run["seed"],
            "draws": run["draws"],
            "draw": self.draw,
            "registry": {name: run["registry"][name] for name in ("hash", "synthetic")},
            "household": {
                "id": home.household,
                "village": home.village,
                "members": home.members,
                "labour_units": home.labour_units,
                "registered": home.registered,
                "income_pc_2015": home.base_pc_fen / FEN_PER_YUAN,
            },
            "years": [year.record() for year in self.account.years],
            "lang": language,
            "text": self.text(language),
        }


def wanted_draw(record: dict[str, Any], draw: int | None, central: bool) -> int | None:
    """The draw to be explained, None for the deterministic row. InputError for one that the run does not have."""
    draws = int(record["draws"])
    if central and draw is not None:
        raise InputError(said("explain: seen --central and --draw {draw}, wanted one of them", draw=draw))
    if draw is not None and not 0 <= draw < draws:
        has = said("0 to {last}", last=draws - 1) if draws else said("none: it is a deterministic run")
        raise InputError(said("--draw {draw}: the run has {draws} draws, wanted {has}", draw=draw, draws=draws, has=has))
    if central or draws == 0:
        return None
    return FIRST if draw is None else draw


def check_made_alike(stored: Stored) -> None:
    """Raise InputError where this version of simlib is another one than made the run: its replay would be another run's."""
    if package_hash() != stored.record["package"]:
        raise InputError(
            said(
                "{path}: made by another version of simlib (its record has {seen}, this is {here}):"
                " run {scenario} again and explain that run",
                path=stored.path,
                seen=stored.record["package"][:15],
                here=package_hash()[:15],
                scenario=stored.path / "scenario.yaml",
            )
        )


def check_register(stored: Stored, registry: Registry) -> None:
    """Raise InputError where a register is not the run's."""
    made = stored.record["registry"]
    if registry.hash != made["hash"]:
        raise InputError(
            said(
                "{path}: the run was made on a register of hash {seen} ({origin}), and the one given has {given} ({given_origin}):"
                " give the run's own with --registry",
                path=stored.path,
                seen=made["hash"][:15],
                origin=made["origin"],
                given=registry.hash[:15],
                given_origin=registry.origin,
            )
        )


def explain_stored(stored: Stored, registry: Registry, household: str, *, draw: int | None = None, central: bool = False) -> Explanation:
    """Replay a household of a stored run. `draw`: which one (default: the first); `central`: without luck, whatever the run's draws.

    Raises InputError for a register or version that is not the run's, a draw that it does not have, an unknown household; RunError where
    the account does not add up or is not what the run wrote.
    """
    chosen = wanted_draw(stored.record, draw, central)
    check_made_alike(stored)
    check_register(stored, registry)
    scenario = stored.scenario
    packed = prepare(registry, scenario).packed
    row = find_household(packed, household)
    group = group_of(packed, row)
    replayed = replay(packed, one_draw(packed, int(stored.record["seed"]), chosen), group)
    account = account_of(replayed, row - int(packed.groups.start[group]))
    check_written(stored, account, chosen)
    return Explanation(account, scenario, stored.record, chosen, draw is None and not central)


def check_written(stored: Stored, account: Account, draw: int | None) -> None:
    """Raise RunError where the run wrote other incomes for this household; it wrote means, so only a run of one row can be held against."""
    of_one_row = {0: None, 1: 0}
    draws = int(stored.record["draws"])
    if draws not in of_one_row or of_one_row[draws] != draw:
        return
    home = account.home.household
    rows = pd.read_parquet(stored.path / "households.parquet", filters=[("household_id", "==", home)]).set_index("year").to_dict("index")
    for year in account.years:
        for source in SOURCES:
            written = round(float(rows[year.year][f"{source}_yuan"]) * FEN_PER_YUAN)
            if written != year.sources[source]:
                raise RunError(f"household {home}, {year.year}: replayed {source} {year.sources[source]} fen, the run wrote {written}")
