"""The synthetic register's households: one draw of type, members, work and health, income and its sources, cause of poverty.

Each column is drawn given the ones before it, so that the table is a joint distribution and no set of independent margins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from simlib.facts import Facts
from simlib.facts.lines import BASE_YEAR, dibao_line, identification_line
from simlib.money import fen_array, to_fen
from simlib.registry.settlements import normal_under

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Reals = NDArray[np.float64]

SOURCES: Final = ("wage", "business", "property", "transfer")
WAGE, BUSINESS, PROPERTY, TRANSFER = range(4)
AGES_LABOUR: Final = ("pupils_share_labour", "infants_share_labour", "elderly_share_labour")
AGES_NO_LABOUR: Final = ("pupils_share_no_labour", "infants_share_no_labour", "elderly_share_no_labour")
SHARES_LABOUR: Final = (
    "wage_share_labour",
    "business_share_labour",
    "property_share_labour",
    "transfer_share_labour",
)
SHARES_NO_LABOUR: Final = ("business_share_no_labour", "property_share_no_labour", "transfer_share_no_labour")
CAUSES: Final = {
    "disease": "cause_share_disease",
    "disability": "cause_share_disability",
    "schooling": "cause_share_schooling",
    "disaster": "cause_share_disaster",
    "no_land": "cause_share_no_land",
    "no_water": "cause_share_no_water",
    "no_skill": "cause_share_no_skill",
    "no_labour": "cause_share_no_labour",
    "no_money": "cause_share_no_money",
    "transport": "cause_share_transport",
    "self_development": "cause_share_self_development",
    "other": "cause_share_other",
}
RAKING_ROUNDS, RAKING_TOLERANCE, RAKING_REACH = 300, 1e-7, 1e9


@dataclass(frozen=True)
class People:
    """Who lives in each household: arrays over households; `capable` says that somebody can work."""

    capable: Flags
    members: Counts
    pupils: Counts
    elderly: Counts
    workers: Counts
    labour_units: Reals
    ill: Counts
    disabled: Counts


def types_and_sizes(people: int, mean_members: float, facts: Facts, rng: Generator) -> tuple[Flags, Counts]:
    """Households of `people` people: (capable[household], members[household]), in random order; people are exact.

    The share of people without labour capacity is exact to a person; so is the number of households, but for a handful of people.
    """
    without = math.floor(people * facts["people_without_labour_share"] + 0.5)
    most = int(facts["members_most"])
    households = math.floor(people / mean_members + 0.5)
    unable = _households(without, without / (mean_members * facts["no_labour_size_ratio"]), most)
    able = _households(people - without, households - unable, most)
    members = np.concatenate([_sizes(unable, without, most, rng), _sizes(able, people - without, most, rng)])
    order = rng.permutation(len(members))
    return (np.arange(len(members)) >= unable)[order], members[order]


def _households(people: int, wanted: float, most: int) -> int:
    """The whole number of households nearest to the one wanted that these people can form."""
    return min(max(math.floor(wanted + 0.5), math.ceil(people / most)), people)


def _sizes(households: int, people: int, most: int, rng: Generator) -> Counts:
    """Sizes 1..most with an exact sum: one and a Poisson number of others, then a few moved by one."""
    if not households:
        return np.zeros(0, dtype=np.int64)
    sizes: Counts = 1 + np.minimum(rng.poisson(people / households - 1.0, households), most - 1)
    while gap := people - int(sizes.sum()):
        room = np.flatnonzero(sizes < most if gap > 0 else sizes > 1)
        sizes[rng.permutation(room)[: abs(gap)]] += 1 if gap > 0 else -1
    return sizes


def compose(capable: Flags, members: Counts, facts: Facts, ages: Generator, health: Generator) -> People:
    """Ages, work and health of households of given type and size.

    The first member of a labour-capable household is an adult who can work; where nobody can, the adults are ill or disabled.
    """
    others = members - 1
    pupils, infants, elderly = _ages(capable, others, facts, ages)
    elderly = elderly + (~capable & (ages.random(len(members)) < facts["elderly_share_no_labour"]))
    adults = members - pupils - infants - elderly
    unable = np.where(capable, health.binomial(np.maximum(adults - 1, 0), facts["unable_share_labour"]), adults)
    partial = health.binomial(adults - unable, facts["partial_share"])
    old = health.binomial(np.where(capable, elderly, 0), facts["elderly_working_share"])
    ill, disabled = _health(members, elderly, unable + partial, facts, health)
    workers = adults - unable + old
    return People(capable, members, pupils, elderly, workers, workers - (partial + old) / 2, ill, disabled)


def _ages(capable: Flags, others: Counts, facts: Facts, rng: Generator) -> tuple[Counts, Counts, Counts]:
    """Pupils, children under school age and people over sixty among the members beside the first."""
    counts = np.zeros((len(others), len(AGES_LABOUR) + 1), dtype=np.int64)
    for mask, keys in ((capable, AGES_LABOUR), (~capable, AGES_NO_LABOUR)):
        shares = [facts[key] for key in keys]
        counts[mask] = rng.multinomial(others[mask], [*shares, 1.0 - sum(shares)])
    return counts[:, 0], counts[:, 1], counts[:, 2]


def _health(members: Counts, elderly: Counts, impaired: Counts, facts: Facts, rng: Generator) -> tuple[Counts, Counts]:
    """Ill and disabled members: adults who lost labour capacity for one reason or both, the old, and the others."""
    one, other = facts["impaired_ill_share"], facts["impaired_disabled_share"]
    reasons = rng.multinomial(impaired, [one, other, 1.0 - one - other])
    ill = reasons[:, 0] + reasons[:, 2] + rng.binomial(elderly, facts["elderly_ill_share"])
    ill = ill + rng.binomial(members - impaired - elderly, facts["other_ill_share"])
    return ill, reasons[:, 1] + reasons[:, 2] + rng.binomial(elderly, facts["elderly_disabled_share"])


def land_mu(members: Counts, facts: Facts, rng: Generator) -> Reals:
    """Contracted land in mu, to a tenth; none for the landless, and the tenth at least for the others."""
    spread = facts["land_spread"]
    area = members * facts["land_mu_member"] * rng.lognormal(-(spread**2) / 2, spread, len(members))
    landless = rng.random(len(members)) < facts["landless_share"]
    return np.where(landless, 0.0, np.maximum(np.round(area, 1), 0.1))


def income_ranks(people: People, village: Reals, facts: Facts, rng: Generator) -> Reals:
    """Each household's place 0..1 in the distribution of income over people; `village` ~ N(0, 1) is its village's part."""
    between = facts["village_income_share"]
    standing = math.sqrt(between) * village + math.sqrt(1.0 - between) * rng.standard_normal(len(village))
    standing = standing - facts["income_lower_no_labour"] * ~people.capable
    standing = standing - facts["income_lower_member"] * people.members - facts["income_lower_pupil"] * people.pupils
    standing = standing + facts["income_higher_worker"] * people.labour_units
    order = np.argsort(standing, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = (np.cumsum(people.members[order]) - people.members[order] / 2) / people.members.sum()
    return ranks


def incomes_pc_fen(ranks: Reals, facts: Facts) -> Counts:
    """Per-head income of the four sources in fen: the province's lognormal, cut off at the line of registration.

    All lie under the line, because the register was made of those under it (S01).
    """
    spread = facts["income_spread"]
    centre = math.log(facts[f"provincial_income_{BASE_YEAR}"]) - spread**2 / 2
    line = identification_line(facts, BASE_YEAR)
    income = np.exp(normal_under(ranks, centre, spread, math.log(line)))
    return np.minimum(fen_array(income), to_fen(line) - 1)


def sources_fen(people: People, total_fen: Counts, facts: Facts, rng: Generator) -> Counts:
    """Wage, business, property and transfer income in fen, fen[household, source]; rows sum to `total_fen` exactly.

    Everybody over sixty draws the basic pension. The rest is spread about a mean that depends on the household's workers and its
    ill; over a type, the whole meets the facts. The few whose business lost money have more of the rest, which makes the loss up.
    """
    weights = _source_weights(people, facts, rng)
    pension = np.minimum(to_fen(facts["basic_pension_2015"]) * people.elderly, total_fen)
    loses = (weights[:, BUSINESS] > 0) & (rng.random(len(total_fen)) < facts["business_loss_share"])
    loss = np.where(loses, rng.exponential(facts["business_loss_mean"], len(total_fen)), 0.0) * total_fen
    weights[loses, BUSINESS] = 0.0
    fixed = np.zeros((len(total_fen), len(SOURCES)), dtype=np.int64)
    fixed[:, BUSINESS], fixed[:, TRANSFER] = -np.floor(loss), pension
    means = _means_of_both(people.capable, weights, total_fen, fixed, facts)
    spread = rng.standard_gamma(facts["source_concentration"] * means)
    free = total_fen - fixed.sum(axis=1)
    parts: Counts = fixed + np.floor(spread / spread.sum(axis=1, keepdims=True) * free[:, None]).astype(np.int64)
    parts[:, TRANSFER] += total_fen - parts.sum(axis=1)
    return parts


def _means_of_both(capable: Flags, weights: Reals, total: Counts, fixed: Counts, facts: Facts) -> Reals:
    """Mean shares of what is not fixed, raked so that each type's whole income has the facts' shares by source."""
    means = np.empty_like(weights)
    for mask, keys in ((capable, SHARES_LABOUR), (~capable, SHARES_NO_LABOUR)):
        shares = np.array([0.0] * (len(SOURCES) - len(keys)) + [facts[key] for key in keys])
        means[mask] = _means(weights[mask], total[mask], fixed[mask], shares)
    return means


def _means(weights: Reals, total: Counts, fixed: Counts, shares: Reals) -> Reals:
    free = total - fixed.sum(axis=1)
    wanted = shares * total.sum() - fixed.sum(axis=0)
    wanted[TRANSFER] = max(wanted[TRANSFER], 1.0)  # a few households' pensions may exceed it, and some have nothing else
    return rake(weights, free, wanted / wanted.sum()) if free.sum() > 0 else weights


def _source_weights(people: People, facts: Facts, rng: Generator) -> Reals:
    """Relative weights of the sources, weight[household, source], 0 for a source that the household does not have."""
    count = len(people.members)
    chance = np.where(people.capable, facts["business_households_labour"], facts["business_households_no_labour"])
    return np.column_stack(
        [
            people.workers * (rng.random(count) > (1.0 - facts["worker_wage_chance"]) ** people.workers),
            1.0 * (rng.random(count) < chance),
            1.0 * (rng.random(count) < facts["property_households"]),
            1.0 + facts["transfer_tilt_ill"] * people.ill,
        ]
    )


def rake(weights: Reals, mass: Reals | Counts, targets: Reals) -> Reals:
    """Rows that sum to 1, proportional to `weights` times a factor a column, with column means (by `mass`) equal to `targets`.

    weights[row, column] >= 0, each row with a positive weight in a column whose target is; where zeros make the targets
    impossible, as they do for a few households, the result is as near as the last round came. Deming and Stephan 1940.
    """
    factors = np.ones(len(targets))
    for _ in range(RAKING_ROUNDS):
        rows = weights * factors
        rows /= rows.sum(axis=1, keepdims=True)
        reached = mass @ rows / mass.sum()
        if np.abs(reached - targets).max() < RAKING_TOLERANCE:
            break
        wanted = factors * targets / np.where(reached > 0, reached, 1.0)
        factors = np.clip(wanted / wanted.max(), 1.0 / RAKING_REACH, 1.0) * (targets > 0)
    return rows


def poverty_causes(people: People, land: Reals, facts: Facts, rng: Generator) -> NDArray[np.str_]:
    """The main cause of each household's poverty: only what its members make possible, with the facts' shares of households."""
    names = np.array(list(CAUSES))
    possible = np.ones((len(land), len(names)), dtype=bool)
    for name, holds in _conditions(people, land).items():
        possible[:, names == name] = holds[:, None]
    codes = possible @ (1 << np.arange(len(names)))
    _, first, which, count = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    chances = rake(possible[first].astype(np.float64), count, np.array([facts[key] for key in CAUSES.values()]))
    drawn = (rng.random(len(land))[:, None] >= np.cumsum(chances, axis=1)[which]).sum(axis=1)
    causes: NDArray[np.str_] = names[np.minimum(drawn, len(names) - 1)]
    return causes


def _conditions(people: People, land: Reals) -> dict[str, Flags]:
    """What a cause presupposes; the others may befall anybody."""
    return {
        "disease": people.ill > 0,
        "disability": people.disabled > 0,
        "schooling": people.pupils > 0,
        "no_land": land == 0,
        "no_labour": ~people.capable,
        "no_skill": people.capable,
        "no_money": people.capable,
        "self_development": people.capable,
    }


def dibao_fen(people: People, ranks: Reals, pc_fen: Counts, facts: Facts, rng: Generator) -> Counts:
    """Dibao of 2015 in fen a household and year: part of the gap to the line, for a known share of each type, oftener the poorer.

    The register was selected on incomes without it.
    """
    gap = np.maximum(to_fen(dibao_line(facts, BASE_YEAR)) - pc_fen, 0)
    least = 2.0 * facts["dibao_paid_share"] - 1.0
    paid = np.floor(gap * people.members * rng.uniform(least, 1.0, len(gap))).astype(np.int64)
    score = worse_off(ranks, facts, rng)
    enrolled = first_of(score, people.capable & (gap > 0), facts["dibao_share_labour"] * people.capable.sum())
    enrolled |= first_of(score, ~people.capable & (gap > 0), facts["dibao_share_no_labour"] * (~people.capable).sum())
    return np.where(enrolled, paid, 0)


def worse_off(ranks: Reals, facts: Facts, rng: Generator) -> Reals:
    """Scores whose lowest are a draw without replacement in which the poorest have so many times the odds of the least poor."""
    return ranks * math.log(facts["worse_off_odds"]) - rng.gumbel(size=len(ranks))


def first_of(score: Reals, eligible: Flags, number: float) -> Flags:
    """Marks the `number` (rounded) of the eligible with the lowest scores."""
    count = min(math.floor(number + 0.5), int(eligible.sum()))
    marked = np.zeros(len(score), dtype=bool)
    marked[np.argsort(np.where(eligible, score, np.inf), kind="stable")[:count]] = True
    return marked
