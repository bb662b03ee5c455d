"""A small synthetic register and runs on it, made once a session, and a projection whose counts are written by hand."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from simlib.engine.blocks import by_draw, by_lane, by_place
from simlib.engine.counted import STAT_OF_CELL, Stat
from simlib.engine.draws import Draws
from simlib.engine.pack import pack
from simlib.engine.project import Projection
from simlib.engine.state import Ledger
from simlib.facts import load_facts
from simlib.funds import ACCOUNTS
from simlib.registry import Registry, make_registry, synthesise_registry
from simlib.runs import Run, run_one
from simlib.scenario import load_scenario, scenario_from

HOUSEHOLD = {
    "village_id": "a", "members": 1, "workers": 1, "labour_units": 1.0, "pupils": 0, "elderly": 0, "ill": 0, "disabled": 0,
    "poverty_cause": "other", "wage_income": 1000.0, "business_income": 0.0, "property_income": 0.0, "transfer_income": 0.0,
    "dibao_yuan": 0.0, "land_mu": 1.0, "housing_safe": True, "insured": True, "dropouts": 0, "willing": None, "funded": True,
    "registered_from": 2015, "weight": 1.0,
}  # fmt: skip
VILLAGE = {
    "name": "村", "county": "丰顺县", "prefecture": "梅州市", "helper": "单位", "helper_type": "district", "is_poor_village": True,
    "residents": 100, "other_income": 8000.0, "roads": None, "water": None, "power": None, "school": None, "clinic": None,
    "sanitation": None, "broadband": None,
}  # fmt: skip
SCORES = {name: 0.9 for name in ("roads", "water", "power", "school", "clinic", "sanitation", "broadband")}
WITHOUT = {"workers": 0, "labour_units": 0.0}
COUNTY_A, COUNTY_B = 0, 1  # cells of `hand_register`: the labour-capable of village a, all of village b


@cache
def small_register() -> Registry:
    """Some 400 households in three poor villages and the towns beside them."""
    return synthesise_registry(people=1000, villages=3, seed=1)


@cache
def small_run(name: str, draws: int = 24) -> Run:
    """A bundled scenario on the small register, in one thread."""
    return run_one(load_scenario(name), small_register(), draws=draws, workers=1)


def register_of(households: Mapping[str, Mapping[str, Any]], villages: Mapping[str, Mapping[str, Any]]) -> Registry:
    """A register of households and villages by id, each given by what differs from the usual one."""
    homes = [HOUSEHOLD | {"household_id": name} | dict(own) for name, own in households.items()]
    places = [VILLAGE | {"village_id": name} | dict(own) for name, own in villages.items()]
    frame = pd.DataFrame(homes).astype({"registered_from": "Int64"})
    return make_registry(frame, pd.DataFrame(places), synthetic=True, origin="by hand")


def hand_register() -> Registry:
    """Ten people: in village a three and two who are labour-capable, in village b one, and four without labour capacity."""
    homes: dict[str, dict[str, Any]] = {
        "h1": {"members": 3},
        "h2": {"members": 2},
        "h3": {"members": 1, "village_id": "b"},
        "h4": {"members": 4, "village_id": "b", **WITHOUT},
    }
    return register_of(homes, {"a": {"county": "丰顺县"}, "b": {"county": "大埔县", "helper_type": "soe"}})


def hand_cells(registry: Registry) -> dict[str, int]:
    """The place of each village's cell in `hand_projection`."""
    counties = registry.villages.set_index("village_id")["county"]
    cells = pack(registry, load_scenario("baseline"), load_facts()).cells
    return {str(village): int(cells.index[cells["county"] == county][0]) for village, county in counties.items()}


def hand_projection(
    counts: Mapping[tuple[str, Stat], Sequence[int] | int] | None = None,
    *,
    draws: int = 10,
    quiet: bool = False,
    base: str = "baseline",
    year: int | None = None,
    registry: Registry | None = None,
    **levers: Any,
) -> Projection:
    """A projection of `hand_register` in which nothing happened but `counts`: (village, statistic) -> its number, or one a draw.

    They hold in the given year, in all by default, in the village's cell and in the whole. Parameters are central in every draw.
    """
    people = registry or hand_register()
    scenario = scenario_from({"base": base, "levers": levers}, "by hand")
    packed = pack(people, scenario, scenario.resolve_facts(load_facts()))
    shapes = {name: by_draw(name, tally, 1).shape[1:] for name, tally in by_lane(packed, len(packed.years)).items()}
    tallies: dict[str, Any] = {name: np.zeros((draws, *shape), dtype=np.int64) for name, shape in shapes.items()}
    sums: dict[str, Any] = by_place(packed, len(packed.years))
    cells = hand_cells(people)
    for (village, stat), number in (counts or {}).items():
        for place, each in enumerate(packed.years):
            if year in (None, each):
                tallies["totals"][:, place, stat] += np.asarray(number, dtype=np.int64)
                if stat in STAT_OF_CELL:
                    tallies["cells"][:, place, cells[village], STAT_OF_CELL.index(stat)] = number
    table = Draws(1, np.arange(draws, dtype=np.uint64), {}, quiet)
    return Projection(packed=packed, years=packed.years, draws=table, **tallies, **sums)


def spend(projection: Projection, fund: str, payer: str, yuan: Mapping[int, float]) -> None:
    """Let an account spend these yuan by year, in every draw."""
    for year, amount in yuan.items():
        projection.ledger[:, projection.years.index(year), ACCOUNTS.index((fund, payer)), Ledger.SPENT] = round(amount * 100)
