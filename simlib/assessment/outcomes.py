"""What a projection comes to by year: the records of the JSON contract, and the table by draw that paired comparisons are made of."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from simlib.assessment.bands import band
from simlib.assessment.counts import LINES, Counts, Shares, gini, services_share, spent_yuan
from simlib.engine.counted import Stat
from simlib.engine.project import Projection

SHARES: Final = {
    "exits_share": Stat.EXITS,  # who leaves this year
    "removed_share": Stat.REMOVED,  # who was taken off so far for having been listed wrongly
    "stable_exit_share": Stat.STABLE,  # who is out for some years in a row
    "on_paper_share": Stat.PAPER,  # who is at the governing line by what reports count, and not by income
    "guaranteed_share": Stat.GUARANTEED,
    "safe_house_share": Stat.HOUSED,
    "sheet_share": Stat.SHEET,  # who passes the province's score sheet
}
"""Shares of registered people."""

Told = dict[str, float | None]
Form = Callable[[Shares], Told]


def _band(share: Shares) -> Told:
    return dict(band(share)._asdict())


def _mean(share: Shares) -> Told:
    return {"mean": band(share, skip_undefined=True).mean}


def years(projection: Projection) -> list[dict[str, Any]]:
    """One record a year, as the JSON contract has it: shares of registered people unless a name says otherwise.

    `exited_by_income_share` and `exited_by_dibao_share` are the routes of those out at the year's end; `reentry_share` is of those out at
    its start, `below_line_after_exit_share` of those out at its end, `paper_exits_share` of its exits,
    `gap_group_share` of those without labour capacity (over the dibao line, so not eligible, under the governing one); `villages_...` and
    `services_share` are of poor villages. `made_safe_people` live in houses that were unsafe in the base year; `entered_people` are
    candidates now on the register; `reserve_charged_yuan` is principal in default that year.
    """
    counts = Counts(projection)
    first, more, indices = _of_contract(counts), _beside(counts, services_share(projection)), counts.fgt()
    return [
        {"year": year, **_record(first, place), "fgt": [band(index[:, place]).mean for index in indices], **_record(more, place)}
        for place, year in enumerate(projection.years)
    ]


def _record(numbers: dict[str, tuple[Form, Shares]], place: int) -> dict[str, Told]:
    """One year's numbers, each in its form."""
    return {name: form(values[:, place]) for name, (form, values) in numbers.items()}


def _of_contract(counts: Counts) -> dict[str, tuple[Form, Shares]]:
    """What the contract asks of every year, but for the poverty indices."""
    return {
        "at_line_share": (_band, counts.at_line_share()),
        "exited_share": (_band, counts.share(Stat.EXITED)),
        "exited_by_dibao_share": (_mean, counts.share(Stat.EXITED_BY_DIBAO)),
        "reentry_share": (_mean, counts.reentry_share()),
        "income_pc_labour_capable": (_band, counts.income_pc("capable")),
        "villages_exited_share": (_mean, counts.village_share(Stat.VILLAGE_EXITS)),
    }


def _beside(counts: Counts, services: Shares) -> dict[str, tuple[Form, Shares]]:
    """What is told beside it: every line, routes of exit, paper, houses, candidates, the reserve, villages."""
    return {
        **{f"at_{line}_share": (_band, counts.at_line_share(line)) for line in LINES},
        **{name: (_band, counts.share(stat)) for name, stat in SHARES.items()},
        "exited_by_income_share": (_mean, counts.share(Stat.EXITED) - counts.share(Stat.EXITED_BY_DIBAO)),
        "below_line_after_exit_share": (_mean, counts.below_after_exit_share()),
        "gap_group_share": (_mean, counts.gap_group_share()),
        "paper_exits_share": (_mean, counts.paper_exit_share()),
        "made_safe_people": (_mean, counts.persons(Stat.MADE_SAFE)),
        "entered_people": (_mean, counts.persons(Stat.ENTERED)),
        "reserve_charged_yuan": (_mean, counts.yuan(Stat.RESERVE_FEN)),
        "services_share": (_band, services),
        "villages_sheet_share": (_mean, counts.village_share(Stat.VILLAGE_SHEET)),
        "collective_yuan": (_mean, counts.yuan(Stat.COLLECTIVE_FEN)),
        "collective_own_yuan": (_mean, counts.yuan(Stat.COLLECTIVE_OWN_FEN)),
    }


def draws_table(projection: Projection) -> pd.DataFrame:
    """One row a draw and year: the headline shares, for paired comparisons of stored runs."""
    counts = Counts(projection)
    columns = {
        **{f"capable_{line}": counts.capable_share(line, "people") for line in LINES},
        "covered": counts.covered_share("people"),
        "guaranteed": counts.share(Stat.GUARANTEED),
        "exited": counts.share(Stat.EXITED),
        "stable": counts.share(Stat.STABLE),
        "on_paper": counts.share(Stat.PAPER),
        **{f"village_{line}": counts.village_share(Stat[f"MEAN_{line.upper()}"]) for line in LINES},
        "villages_exited": counts.village_share(Stat.VILLAGE_EXITS),
        "services": services_share(projection),
        "income_pc_capable": counts.income_pc("capable"),
        "gini": gini(projection),
        "fgt2": counts.fgt()[2],
        "spent_yuan": spent_yuan(projection),
        "exits_people": counts.persons(Stat.EXITS),
        "exited_people": counts.persons(Stat.EXITED),
    }
    draws, number = len(projection.draws), len(projection.years)
    index = {"draw": np.repeat(np.arange(draws), number), "year": np.tile(projection.years, draws)}
    return pd.DataFrame(index | {name: np.asarray(values, dtype=np.float64).ravel() for name, values in columns.items()})
