"""What an account calls the parts of an income, what happened, and the codes of terms.py that it calls otherwise; how it writes money."""

from collections.abc import Mapping
from typing import Final

from simlib.money import FEN_PER_YUAN
from simlib.words import TERMS, Words, noop, within

PARTS: Final[Mapping[str, str]] = {
    "base": noop("as registered in 2015"),
    "regression": noop("a passing dip recovered"),
    "growth": noop("growth since 2015"),
    "lasting": noop("lasting gains and losses since 2016"),
    "luck": noop("this year's luck"),
    "jobs": noop("transfer jobs"),
    "post": noop("public-welfare post"),
    "local_jobs": noop("local construction jobs"),
    "uplift": noop("village services and e-commerce"),
    "land_given_up": noop("farm income of the land let"),
    "project": within("income", "industry project"),
    "loan": noop("small loan"),
    "rent": noop("rent of land"),
    "dividend": noop("dividend of asset shares"),
    "increment": noop("social security increment"),
    "pension": noop("pension contributions paid"),
    "dibao": within("income", "dibao"),
}
"""Of a source of income: `Part.part`."""

NOTES: Final[Mapping[str, str]] = {
    # what happened
    "ill": noop("illness"),
    "crop_lost": noop("crop or animal loss"),
    "job_lost": noop("job loss"),
    "project_failed": noop("the industry project of {since} failed"),
    "tenant_left": noop("the tenant of the land let in {since} left"),
    "loan_defaulted": noop("the loan of {since} defaulted"),
    "loan_ended": noop("the loan of {since} has run out"),
    "house_finished": noop("the house repaired with the grant of {since} is safe"),
    "taken_off": noop("wrongly listed and taken off the register"),
    "placed": noop("worker {worker} found a transfer job"),
    "placed_after_course": noop("worker {worker} found a transfer job, the year after a course of this household"),
    "placement_lost": noop("worker {worker} lost the transfer job"),
    # measures that run
    "project_runs": noop("industry project since {since}"),
    "project_remains": noop("what is left of the failed industry project of {since}"),
    "job_held": noop("worker {worker} in a transfer job since {since}"),
    "post_held": noop("public-welfare post"),
    "local_held": noop("local construction jobs"),
    "shares_held": noop("asset shares since {since}"),
    "shares_stay": noop("asset shares of {since}, whose dividend stays with the village: no longer supported"),
    "land_let": noop("{mu} mu of land let since {since}"),
    "loan_runs": noop("small loan of {since}"),
    "house_safe": noop("house made safe by the grant of {since}"),
    "house_under_way": noop("house under repair, grant of {since}"),
    "mindset_done": noop("work on attitudes since {since}"),
    "enrolled": noop("social security"),
    "on_dibao": noop("dibao {yuan} yuan"),
    # why a verdict is what it is
    "wrongly_listed": noop("wrongly listed"),
    "not_registered": noop("last year's income was not under the identification line"),
    "entered": noop("last year's income was {yuan} yuan a head under the identification line"),
    "stays_out": noop("income not under the identification line and no guarantee lost"),
    "exits_by_income": noop("at the governing line with every guarantee that is asked for"),
    "exits_by_dibao": noop("no labour capacity, on dibao, with every guarantee that is asked for"),
    "under_identification": noop("{yuan} yuan a head under the identification line"),
    "guarantee_lost": noop("lost: {guarantees}"),
    "guarantee_missing": noop("missing: {guarantees}"),
    "below_line": noop("{yuan} yuan a head under the governing line"),
    "not_fed": noop("{yuan} yuan a head under the dibao line"),
    "has_labour": noop("the way out by dibao is for those without labour capacity"),
    "no_dibao": noop("no dibao"),
}
"""By the key of a `Note`."""

OWN: Final[Mapping[str, str]] = {
    "source.dibao": within("income", "dibao"),
    "fund.works": noop("day wages out of this year's village projects"),
    "payer.province": within("payer", "province"),
    "payer.guangzhou": within("payer", "Guangzhou"),
    "payer.city_budget": within("payer", "Guangzhou's budget"),
    "line.fixed": within("line", "fixed"),
    "line.moving": within("line", "moving"),
    "line.indexed": within("line", "constant prices"),
    "line.dibao": within("line", "dibao"),
    "line.identification": within("line", "identification"),
    "status.exited": within("account", "out of the register"),
    "route.income": within("way out", "income"),
    "route.dibao": within("way out", "dibao"),
}
"""Codes that an account calls otherwise than tables and pictures do."""


def label(words: Words, code: str) -> str:
    """What an account calls a code. KeyError for one that has no label."""
    return words(OWN[code] if code in OWN else TERMS[code])


def money(fen: int) -> str:
    """Yuan of whole fen with thousands and two decimals, alike in both languages: 1,234.56."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"
