"""What is paid: funds, who pays for what, what an exit costs. Yuan, means over draws, unless a name says otherwise.

What a bank lends (fund `credit`) is no spending, and day wages from the budget `works` are part of what village services and collective
capital cost: both are shown and stand in no total.
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.assessment.counts import Counts, Shares, ratio, spent_yuan
from simlib.engine.counted import Stat
from simlib.engine.project import Projection
from simlib.engine.state import ACCOUNT_FUND, CLOSING_YEAR, Fund, Ledger, Measure
from simlib.funds import ACCOUNTS
from simlib.money import FEN_PER_YUAN

MONTHS = 12
OUTSIDE: Final = (Fund.WORKS, Fund.CREDIT)
"""Funds whose spending is in no total."""
MEASURES: Final = tuple(measure.name.lower() for measure in Measure)
FUND_NAMES: Final = tuple(fund.name.lower() for fund in Fund)


def funds(projection: Projection) -> list[dict[str, Any]]:
    """One record a fund, payer and year in yuan, means over draws; in every row entitled + carried_in = spent + carried_out + lapsed."""
    mean = projection.ledger.mean(axis=0) / FEN_PER_YUAN
    return [
        {"fund": fund, "payer": payer, "year": year} | {column.name.lower(): float(mean[place, account, column]) for column in Ledger}
        for account, (fund, payer) in enumerate(ACCOUNTS)
        for place, year in enumerate(projection.years)
    ]


def spending(projection: Projection) -> pd.DataFrame:
    """Yuan by year, measure and fund, mean over draws: a row for every measure and fund that ever spend together.

    `in_total` is false for what stands in no total: loans lent, and day wages that are part of village projects.
    """
    pairs = np.argwhere(projection.spending.any(axis=(0, 1)))
    yuan = projection.spending.mean(axis=0) / FEN_PER_YUAN
    rows = [
        (year, MEASURES[measure], FUND_NAMES[fund], Fund(fund) not in OUTSIDE, float(yuan[place, measure, fund]))
        for place, year in enumerate(projection.years)
        for measure, fund in pairs.tolist()
    ]
    return pd.DataFrame(rows, columns=["year", "measure", "fund", "in_total", "spent_yuan"]).astype({"in_total": bool, "spent_yuan": float})


def measures(projection: Projection) -> pd.DataFrame:
    """By year and measure: yuan spent from funds that count, and households begun (by right and in villages: none counted); means.

    Day work on village projects is paid from their money, which those projects spend: its own `spent_yuan` is 0 and its wages stand in
    `spending` under the fund `works`.
    """
    counted = [fund for fund in Fund if fund not in OUTSIDE]
    yuan = projection.spending[..., counted].sum(axis=3).mean(axis=0) / FEN_PER_YUAN
    served = projection.served.mean(axis=0) / projection.packed.weight_unit
    index = {"year": np.repeat(projection.years, len(MEASURES)), "measure": MEASURES * len(projection.years)}
    return pd.DataFrame(index | {"spent_yuan": yuan.ravel(), "households": served.ravel()})


def flow(projection: Projection) -> pd.DataFrame:
    """Payer, fund, measure: yuan by year, mean over draws, a row for everything that ever flows.

    A fund's payers pay for its measures together: each measure's spending in a fund is attributed to them in proportion to what their
    accounts of that fund spent that year, draw by draw (which payer's yuan paid for which measure is not known to anybody). So the sums
    over measures are the ledger's, those over payers the spending's, to the fen. `in_total` is false for loans, the bank's; the budget
    `works` has no account and is not there.
    """
    frames = [_flow_of(projection, account) for account in range(len(ACCOUNTS))]
    whole = pd.concat(frames, ignore_index=True)
    return whole.astype({"payer": "str", "fund": "str", "measure": "str", "in_total": bool, "spent_yuan": float})


def _flow_of(projection: Projection, account: int) -> pd.DataFrame:
    """What one account pays for."""
    (name, payer), fund, years = ACCOUNTS[account], ACCOUNT_FUND[account], projection.years
    spent = projection.ledger[:, :, :, Ledger.SPENT]
    whole = spent[:, :, [place for place, other in enumerate(ACCOUNT_FUND) if other == fund]].sum(axis=2)
    part = np.nan_to_num(ratio(spent[:, :, account], whole))
    yuan = (projection.spending[:, :, :, fund] * part[:, :, None]).mean(axis=0) / FEN_PER_YUAN
    paid = np.flatnonzero(yuan.any(axis=0))
    index = {"year": np.repeat(years, len(paid)), "payer": payer, "fund": name, "measure": [MEASURES[place] for place in paid] * len(years)}
    return pd.DataFrame(index | {"in_total": Fund(fund) not in OUTSIDE, "spent_yuan": yuan[:, paid].ravel()})


def is_idle(projection: Projection) -> bool:
    """Whether a scenario does nothing for which somebody would have to be sent.

    No round, no plan, no village project, no social security, no re-check of the register.
    """
    levers = projection.packed.scenario.levers
    given = (levers.allocation.plan, levers.entitled.social_security, *levers.village.projects)
    return not levers.rounds and not levers.identification.recheck and all(one is None for one in given)


def staff_cost(projection: Projection) -> float:
    """Yuan that the sending units pay for resident cadres, outside every fund: none where nothing is done. Clause 三(十三).

    All months of the programme, or those up to the end of a horizon that stops before the books of its last year are closed.
    """
    if is_idle(projection):
        return 0.0
    packed, last = projection.packed, projection.years[-1]
    facts, cadres = packed.facts, packed.scenario.levers.staff.cadres_per_village
    past = facts["first_year_months"] + MONTHS * (last - facts["programme_start_year"])
    months = facts["staff_months"] if last >= CLOSING_YEAR else min(past, facts["staff_months"])
    return packed.base.poor_villages * float(cadres) * months * (facts["stipend_month"] + facts["working_money_month"])


def lent_yuan(projection: Projection) -> Shares:
    """Principal that banks lend, by draw and year: neither spent nor given."""
    fen: NDArray[np.int64] = projection.spending[:, :, Measure.MICROCREDIT, Fund.CREDIT]
    return fen / FEN_PER_YUAN


def cost(projection: Projection) -> dict[str, float | None]:
    """What it costs, in yuan over all years: `total` is the spending of all funds (mean over draws), `staff` stands beside it.

    `yuan_per_exit` is both together for each person of the register who is out of it at the end (mean over draws), and
    `yuan_per_exit_without_staff` the total alone; null where nobody is. `credit_lent` (principal of the banks) and `reserve_charged`
    (loans in default, paid from the reserve that was set aside when they were given) are beside both, in neither.
    """
    total, staff, counts = float(spent_yuan(projection).sum(axis=1).mean()), staff_cost(projection), Counts(projection)
    people = float(counts.persons(Stat.EXITED)[:, -1].mean())
    return {
        "total": total,
        "staff": staff,
        "yuan_per_exit": (total + staff) / people if people > 0 else None,
        "yuan_per_exit_without_staff": total / people if people > 0 else None,
        "credit_lent": float(lent_yuan(projection).sum(axis=1).mean()),
        "reserve_charged": float(counts.yuan(Stat.RESERVE_FEN).sum(axis=1).mean()),
    }
