"""The world of a draw: what holds for every household in a year, looked up by the kernel and never drawn there (docs/model.md, 0 and 1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlib.engine.draws import Draws
from simlib.engine.luck import PRICE, PROVINCE, normals
from simlib.engine.slots import World
from simlib.engine.state import BASE_YEAR, CLOSING_YEAR, COVERAGES
from simlib.facts import Facts, lines
from simlib.measures import social_security
from simlib.registry.keys import entity_key
from simlib.scenario import Scenario

Lanes = NDArray[np.float64]
SWITCHED = {
    "province": ("sd_province",),
    "prefecture": ("sd_price",),
    "village": ("sd_village", "sd_donations"),
    "household": ("sd_permanent", "sd_transitory", "sd_business_extra", "illness_chance", "crop_loss_chance", "job_loss_chance"),
}


class Numbers(Mapping[str, Any]):
    """Facts of one block of draws: an array by draw where a fact is drawn, else its number; shocks that are switched off are zero."""

    def __init__(self, facts: Facts, draws: Draws, scenario: Scenario) -> None:
        shocks = scenario.uncertainties.shocks
        off = [key for level, keys in SWITCHED.items() for key in keys if draws.quiet or not getattr(shocks, level)]
        self._facts, self._drawn = facts, {**draws.values, **dict.fromkeys(off, 0.0)}

    def __getitem__(self, key: str) -> Any:
        return self._drawn[key] if key in self._drawn else self._facts[key]

    def __iter__(self) -> Any:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def fen(yuan: Any) -> Any:
    """`simlib.money.to_fen` of a number or an array, as float64: whole fen."""
    return np.floor(np.asarray(yuan, dtype=np.float64) * 100.0 + 0.5)


def multiplier(sd: Any, z: Lanes) -> Lanes:
    """A multiplier with mean one (docs/model.md, 1)."""
    return np.asarray(np.exp(sd * z - 0.5 * np.square(sd)))


def exposure(facts: Facts, year: int) -> float:
    """The part of a year in which the programme runs: its first year starts on 2016-04-30. Clause 三(十二)."""
    return facts["first_year_months"] / 12 if year == int(facts["programme_start_year"]) else 1.0


def _lines(numbers: Numbers, scenario: Scenario, year: int) -> dict[World, Any]:
    """Every line of a year in fen, and the province's income relative to 2015's."""
    share, village_share = numbers["household_line_share"], numbers["village_line_share"]
    path = scenario.levers.provincial_income
    income = lines.provincial_income_path(numbers, path, (BASE_YEAR, year - 1, year))
    fixed, moving = lines.fixed_line(numbers, "household", year), lines.moving_line(share, income[year])
    indexed = lines.indexed_line(numbers, "household", year)
    governing = {"fixed": fixed, "moving": moving, "indexed": indexed}[scenario.levers.governing_line]
    before = {
        "fixed": lines.fixed_line(numbers, "household", max(year - 1, BASE_YEAR + 1)),
        "moving": lines.moving_line(share, income[year - 1]),
        "indexed": lines.indexed_line(numbers, "household", year - 1),
    }
    known = scenario.levers.governing_line if year > BASE_YEAR + 1 else "fixed"
    return {
        World.INDEXED_FEN: fen(indexed),
        World.VILLAGE_INDEXED_FEN: fen(lines.indexed_line(numbers, "village", year)),
        World.FIXED_FEN: fen(fixed),
        World.MOVING_FEN: fen(moving),
        World.GOVERNING_FEN: fen(governing),
        World.PER_FIXED_FEN: 1.0 / np.maximum(1.0, fen(fixed)),  # below a line of nothing nobody lacks anything
        World.GOVERNING_BEFORE_FEN: fen(before[known]),
        World.VILLAGE_FIXED_FEN: fen(lines.fixed_line(numbers, "village", year)),
        World.VILLAGE_MOVING_FEN: fen(lines.moving_line(village_share, income[year])),
        World.IDENTIFICATION_FEN: fen(lines.identification_line(numbers, year)),
        World.IDENTIFICATION_BEFORE_FEN: fen(lines.identification_line(numbers, year - 1)),
        World.INCOME_RATIO: income[year] / income[BASE_YEAR],
    }


def _protection(numbers: Numbers, scenario: Scenario, year: int, part: float) -> dict[World, Any]:
    """Social security and dibao of a year."""
    entitled = scenario.levers.entitled
    line = lines.dibao_line(numbers, year)
    coverage = {World(World.COVERAGE_0 + place): numbers[f"dibao_coverage_{BASE_YEAR + 1 + place}"] for place in range(COVERAGES)}
    return coverage | {
        World.SOCIAL_INCREMENT: numbers["social_security_increment"] * part,
        World.PENSION: numbers["pension_contribution"] * part,
        World.SOCIAL_ENROLMENT: numbers["social_security_enrolment"] if entitled.social_security else 0.0,
        World.DIBAO_LINE: line,
        World.DIBAO_FEN: fen(line),
        World.DIBAO_INDEX: line / lines.dibao_line(numbers, BASE_YEAR),
    }


def _measures(numbers: Numbers, year: int, part: float) -> dict[World, Any]:
    """Yields and failures of the measures in a year."""
    pay = numbers["transfer_wage_month_2016"] * (1 + numbers["transfer_wage_growth"]) ** (year - BASE_YEAR - 1)
    return {
        World.WILLING: numbers["willing_share"],
        World.JOB_CHANCE: numbers["job_chance_without_policy"],
        World.TRAINING_ADDED: numbers["training_added_chance"],
        World.JOB_KEPT: numbers["job_kept"],
        World.JOB_PAY: pay * numbers["transfer_months"] * numbers["wage_share_counted"],
        World.BUSINESS_GIVEN_UP: numbers["business_given_up"],
        World.INDUSTRY_MARGIN: numbers["industry_margin"] * part,
        World.INDUSTRY_FAILURE: numbers["industry_failure"],
        World.INDUSTRY_SALVAGE: numbers["industry_salvage"],
        World.RAMP_FIRST: numbers["industry_ramp_first"],
        World.RAMP_SECOND: numbers["industry_ramp_second"],
        World.SATURATION: numbers["industry_saturation"],
        World.DIVIDEND: numbers["dividend_rate"],
        World.HOUSEHOLD_SHARE: numbers["dividend_household_share"],
        World.OPERATOR_CHANCE: 1 - (1 - numbers["operator_half_chance"]) ** (year - BASE_YEAR - 1),
        World.OPERATOR_HALF: numbers["operator_half_share"],
        World.ABSORPTION: np.clip(numbers[f"absorption_{min(year, CLOSING_YEAR)}"], 0.0, 1.0),
    }


def _holdings(numbers: Numbers) -> dict[World, Any]:
    """Land, loans, houses, work on attitudes, and what reports make of incomes."""
    unsubsidised = numbers["microcredit_rate"] * (1 - numbers["microcredit_subsidised_share"])
    return {
        World.MICROCREDIT_TAKEUP: numbers["microcredit_takeup"],
        World.MISLISTED: numbers["misidentified_share"],
        World.MINDSET_RESPONSE: numbers["mindset_response"],
        World.WILLING_AFTER: numbers["willing_share"] + numbers["mindset_lift"],
        World.RENT: numbers["land_rent"],
        World.LAND_LOST: numbers["land_income"] * numbers["land_used_share"],
        World.TENANT_LEAVES: numbers["tenant_leaves"],
        World.LOAN_NET: numbers["microcredit_margin"] - unsubsidised,
        World.LOAN_DEFAULT: numbers["microcredit_default"],
        World.HOUSING_DELAY: numbers["housing_delay"],
        World.PAPER_SHARE: numbers["paper_expected_share"],
        World.REIMBURSED: numbers["medical_reimbursement"],
    }


def _village_projects(numbers: Numbers) -> dict[World, Any]:
    """What village projects yield and how they fail."""
    return {
        World.MARGIN_UP: 1 + numbers["technique_margin"],
        World.FAILURE_LEFT: 1 - numbers["technique_failure_cut"],
        World.ECOMMERCE: numbers["ecommerce_effect"],
        World.ECOMMERCE_RAMP: numbers["ecommerce_ramp_first"],
        World.ECOMMERCE_CLOSING: numbers["ecommerce_closing"],
        World.SERVICE_UPLIFT: numbers["service_business_uplift"],
        World.PROJECT_DELAY: numbers["project_delay"],
        World.COLLECTIVE_RETURN: numbers["collective_return"],
        World.SD_DONATIONS: numbers["sd_donations"],
        World.DONATIONS_RECEIVED: numbers["donations_received"],
    }


def _dynamics(numbers: Numbers, scenario: Scenario, draws: Draws, year: int) -> dict[World, Any]:
    """Growth, spreads and adverse events of a year."""
    social = scenario.levers.entitled.social_security
    cover = numbers["medical_cover"] if social and social.medical else 0.0
    growth, since = numbers["income_growth"], year - BASE_YEAR
    ill, loss, crop, job = (numbers[key] for key in ("illness_chance", "illness_loss", "crop_loss_chance", "job_loss_chance"))
    z = normals(draws.seed, draws.luck, entity_key("province"), year, PROVINCE)[0]
    return {
        World.GROWTH: 1 + growth,
        World.GROWN_UP: (1 + growth) ** since,
        World.GROWN_DOWN: (1 - growth) ** since,
        World.REGRESSION: numbers["regression_to_mean"],
        World.SD_PERMANENT: numbers["sd_permanent"],
        World.SD_TRANSITORY: numbers["sd_transitory"],
        World.SD_BUSINESS: numbers["sd_business_extra"],
        World.SD_VILLAGE: numbers["sd_village"],
        World.PROVINCE: multiplier(numbers["sd_province"], z),
        World.ILLNESS_CHANCE: ill,
        World.WELL: social_security.left(ill, loss, hit=False),
        World.ILL: social_security.left(ill, loss, hit=True),
        World.ILL_COVERED: social_security.left(ill, loss, hit=True, cover=cover),
        World.CROP_CHANCE: crop,
        World.CROP_KEPT: social_security.left(crop, numbers["crop_loss"], hit=False),
        World.CROP_LOST: social_security.left(crop, numbers["crop_loss"], hit=True),
        World.JOB_LOSS_CHANCE: job,
        World.JOB_HELD: social_security.left(job, numbers["job_loss"], hit=False),
        World.JOB_LOST: social_security.left(job, numbers["job_loss"], hit=True),
    }


def world_table(facts: Facts, scenario: Scenario, draws: Draws, years: Sequence[int]) -> NDArray[np.float64]:
    """Every slot of `World` by year and draw. -> float64[year, slot, draw]"""
    numbers = Numbers(facts, draws, scenario)
    out = np.empty((len(years), len(World), len(draws)))
    for place, year in enumerate(years):
        part = exposure(facts, year)
        slots = _dynamics(numbers, scenario, draws, year) | _measures(numbers, year, part)
        slots |= _protection(numbers, scenario, year, part) | _lines(numbers, scenario, year)
        slots |= _holdings(numbers) | _village_projects(numbers)
        for slot in World:
            out[place, slot] = slots[slot]
    return out


def price_table(facts: Facts, scenario: Scenario, draws: Draws, years: Sequence[int], prefectures: Sequence[str]) -> NDArray[np.float64]:
    """The price factor on business of each prefecture by year and draw. -> float64[prefecture, year, draw]"""
    sd = Numbers(facts, draws, scenario)["sd_price"]
    keys = np.array([entity_key(name) for name in prefectures], dtype=np.uint64)[:, None]
    z = np.stack([normals(draws.seed, draws.luck[None, :], keys, year, PRICE)[0] for year in years], axis=1)
    return multiplier(sd, z)
