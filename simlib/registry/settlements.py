"""Where the synthetic register's people live: poor villages with their helpers, and towns for those who live outside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.facts import Facts
from simlib.facts.lines import BASE_YEAR
from simlib.money import largest_remainder

HELPERS: Final = {"city_unit": "市直单位", "soe": "市属国企", "district": "区"}
SERVICES: Final = (
    ("roads", "service_roads"),
    ("water", "service_water"),
    ("power", "service_power"),
    ("school", "service_school"),
    ("clinic", "service_clinic"),
    ("sanitation", "service_sanitation"),
    ("broadband", "service_broadband"),
)
_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Prefecture:
    """A prefecture and the keys of its facts; counties by name with the key of their share."""

    name: str
    code: str
    people: str
    villages: str
    helped_households: str
    helped_people: str
    register_households: str
    register_people: str
    counties: tuple[tuple[str, str], ...]


PREFECTURES: Final = (
    Prefecture(
        "梅州市",
        "MZ",
        "people_meizhou",
        "villages_meizhou",
        "helped_households_meizhou",
        "helped_people_meizhou",
        "register_households_meizhou",
        "register_people_meizhou",
        (
            ("梅江区", "county_share_meijiang"),
            ("梅县区", "county_share_meixian"),
            ("兴宁市", "county_share_xingning"),
            ("大埔县", "county_share_dabu"),
            ("丰顺县", "county_share_fengshun"),
            ("五华县", "county_share_wuhua"),
            ("平远县", "county_share_pingyuan"),
            ("蕉岭县", "county_share_jiaoling"),
        ),
    ),
    Prefecture(
        "清远市",
        "QY",
        "people_qingyuan",
        "villages_qingyuan",
        "helped_households_qingyuan",
        "helped_people_qingyuan",
        "register_households_qingyuan",
        "register_people_qingyuan",
        (
            ("清城区", "county_share_qingcheng"),
            ("清新区", "county_share_qingxin"),
            ("英德市", "county_share_yingde"),
            ("连州市", "county_share_lianzhou"),
            ("佛冈县", "county_share_fogang"),
            ("阳山县", "county_share_yangshan"),
            ("连山县", "county_share_lianshan"),
            ("连南县", "county_share_liannan"),
        ),
    ),
)


@dataclass(frozen=True)
class Stratum:
    """The people of one prefecture who live in its poor villages (`helped`) or outside; `mean_members` is the recorded mean."""

    prefecture: Prefecture
    helped: bool
    people: int
    villages: int
    mean_members: float


def strata(people: int, villages: int, facts: Facts) -> list[Stratum]:
    """The four strata, with people and villages shared out in the proportions of the full task; sums are exact."""
    heads = largest_remainder(people, [facts[prefecture.people] for prefecture in PREFECTURES])
    places = largest_remainder(villages, [facts[prefecture.villages] for prefecture in PREFECTURES])
    return [
        stratum
        for prefecture, head, place in zip(PREFECTURES, heads, places, strict=True)
        for stratum in _both_strata(prefecture, head, place, facts)
    ]


def _both_strata(prefecture: Prefecture, people: int, villages: int, facts: Facts) -> list[Stratum]:
    helped_full, full = facts[prefecture.helped_people], facts[prefecture.people]
    helped = largest_remainder(people, [helped_full, full - helped_full])[0] if villages else 0
    mean = facts[prefecture.register_people] / facts[prefecture.register_households]
    outside_mean = (full - helped_full) / (full / mean - facts[prefecture.helped_households])
    return [
        Stratum(prefecture, True, helped, villages, helped_full / facts[prefecture.helped_households]),
        Stratum(prefecture, False, people - helped, 0, outside_mean),
    ]


def places_of(stratum: Stratum, households: int, facts: Facts, rng: Generator) -> pd.DataFrame:
    """The villages of a stratum, or its towns: one row a place with `households`, the number that live there.

    InputError when there are fewer households than villages.
    """
    if households < stratum.villages:
        text = said(
            "{prefecture}: {people} people in {households} households cannot fill poor villages, of which it has {villages}:"
            " ask for fewer villages or more people",
            prefecture=stratum.prefecture.name,
            people=stratum.people,
            households=households,
            villages=stratum.villages,
        )
        raise InputError(text)
    shares = [facts[key] for _, key in stratum.prefecture.counties]
    parts = largest_remainder(stratum.villages if stratum.helped else households, shares)
    counties = np.array([name for name, _ in stratum.prefecture.counties])
    if stratum.helped:
        sizes, county = _village_sizes(households, stratum.villages, facts, rng), np.repeat(counties, parts)
    else:
        towns = [_town_sizes(part, facts, rng) for part in parts]
        sizes, county = np.concatenate(towns), np.repeat(counties, [len(town) for town in towns])
    return _named(stratum, county, sizes)


def _village_sizes(households: int, villages: int, facts: Facts, rng: Generator) -> NDArray[np.int64]:
    """Households of each village, one at least."""
    if not villages:
        return np.zeros(0, dtype=np.int64)
    weights = rng.lognormal(0.0, facts["village_size_spread"], villages)
    return 1 + np.array(largest_remainder(households - villages, weights.tolist()), dtype=np.int64)


def _town_sizes(households: int, facts: Facts, rng: Generator) -> NDArray[np.int64]:
    """Households of each town of a county, none empty; the spread is bounded, so that no town is large."""
    towns = math.ceil(households / facts["town_households"])
    weights = 1.0 + facts["town_size_spread"] * rng.uniform(-1.0, 1.0, towns)
    sizes = np.array(largest_remainder(households, weights.tolist()) if towns else [], dtype=np.int64)
    return sizes[sizes > 0]


def _named(stratum: Stratum, county: NDArray[np.str_], sizes: NDArray[np.int64]) -> pd.DataFrame:
    """Places with invented, numbered names: nobody should look for them on a map."""
    letter, word, width = ("V", "示例村", 3) if stratum.helped else ("T", "示例镇", 2)
    code = stratum.prefecture.code
    within = pd.Series(county).groupby(county).cumcount() + 1
    return pd.DataFrame(
        {
            "village_id": [f"{code}-{letter}{number + 1:03d}" for number in range(len(sizes))],
            "name": [f"{one}{word}{number:0{width}d}" for one, number in zip(county, within, strict=True)],
            "county": county,
            "prefecture": stratum.prefecture.name,
            "is_poor_village": stratum.helped,
            "households": sizes,
        }
    )


def helpers_of(poor: NDArray[np.bool_], facts: Facts, rng: Generator) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Helper and helper type of every place, empty outside poor villages: 74 units, 34 enterprises, 10 districts (Clause 一(三)).

    Types fall on villages at random; the villages of one helper are neighbours. Names are numbers: the annex that says who
    helps whom is not in hand, and results of invented villages must not read as a real unit's merit.
    """
    counts = [facts["villages_city_unit"], facts["villages_soe"], facts["villages_district"]]
    units = [facts["helpers_city_unit"], facts["helpers_soe"], facts["helpers_district"]]
    kinds = rng.permutation(np.repeat(np.arange(len(HELPERS)), largest_remainder(int(poor.sum()), counts)))
    helper, helper_type = np.full(len(poor), "", dtype="<U16"), np.full(len(poor), "", dtype="<U16")
    for kind, (key, word) in enumerate(HELPERS.items()):
        where = np.flatnonzero(poor)[kinds == kind]
        numbers = np.arange(len(where)) * min(int(units[kind]), len(where)) // max(1, len(where))
        helper[where] = [f"示例{word}{number + 1:02d}" for number in numbers]
        helper_type[where] = key
    return helper, helper_type


def village_columns(
    poor: NDArray[np.bool_], people: NDArray[np.int64], common: NDArray[np.float64], facts: Facts, rng: Generator
) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Residents, others' income and service scores of places; `common[place]` ~ N(0, 1) is what a village has in all respects.

    A poor village has at least the identification rule's share of registered people, and others' mean income under the
    village line of 2015 (S01).
    """
    low, high = facts["village_registered_low"], facts["village_registered_high"]
    share = np.where(poor, rng.uniform(low, high, len(poor)), facts["town_registered_share"])
    columns: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {
        "residents": np.floor(people / share).astype(np.int64),
        "other_income": _other_income(poor, _with_common(common, facts, rng), facts),
    }
    for name, key in SERVICES:
        shortfall = (1.0 - facts[key]) * np.where(poor, 1.0, facts["service_gap_outside"])
        score = 1.0 - shortfall + facts["service_spread"] * _with_common(common, facts, rng)
        columns[name] = score.clip(0.0, 1.0).round(2)
    return columns


def _with_common(common: NDArray[np.float64], facts: Facts, rng: Generator) -> NDArray[np.float64]:
    """Standard normals of which a known share of the variance is the village's common cause."""
    share = facts["village_common_share"]
    return math.sqrt(share) * common + math.sqrt(1.0 - share) * rng.standard_normal(len(common))


def _other_income(poor: NDArray[np.bool_], z: NDArray[np.float64], facts: Facts) -> NDArray[np.float64]:
    line = facts["village_line_2014"] * facts[f"consumer_prices_{BASE_YEAR}"]
    rank = np.fromiter(map(_NORMAL.cdf, z), dtype=np.float64, count=len(z))
    village = normal_under(rank, facts["village_other_income"], facts["village_other_income_sd"], line)
    town = facts["town_other_income"] + facts["town_other_income_sd"] * z
    return np.where(poor, village, town)


def normal_under(rank: NDArray[np.float64], mean: float, sd: float, cut: float) -> NDArray[np.float64]:
    """Quantiles of N(mean, sd) cut off above `cut`: rank[...] in (0, 1) -> the same shape, by the exact inverse."""
    inside = rank * _NORMAL.cdf((cut - mean) / sd)
    return mean + sd * np.fromiter(map(_NORMAL.inv_cdf, inside), dtype=np.float64, count=len(inside))
