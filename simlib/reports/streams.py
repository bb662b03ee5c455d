"""What flows through a result as links from node to node, conserved at each: money from payers to those it reaches, people by status."""

from typing import Final

import pandas as pd

from simlib.errors import InputError, said
from simlib.reports.series import year_of, years_of
from simlib.runs import Result

STAGES: Final = ("payer", "fund", "measure", "reaches")
VILLAGE_MEASURES: Final = ("technique", "ecommerce", "village_services", "collective")
"""What serves a village as a whole; every other measure is a household's."""
EMPLOYING: Final = ("village_services", "collective")
"""Village measures that pay day wages to households: a part of their money and no second outlay."""
MATRICES: Final = ("status", "register")
LINKS: Final = ["stage", "source", "target", "amount"]


def _wages(result: Result, years: list[int]) -> float:
    """Yuan paid as day wages on village projects."""
    spending = result.table("spending")
    return float(spending.loc[(spending["fund"] == "works") & spending["year"].isin(years), "spent_yuan"].sum())


def _reached(measures: pd.Series, wages: float) -> pd.DataFrame:
    """Whom each measure's money reaches; day wages are shared over what may pay them, as is their budget."""
    employing = float(measures[measures.index.isin(EMPLOYING)].sum())
    rows = []
    for measure, yuan in measures.items():
        paid = wages * yuan / employing if measure in EMPLOYING and employing else 0.0
        village = yuan - paid if measure in VILLAGE_MEASURES else 0.0
        rows += [(2, measure, "households", yuan - village), (2, measure, "village_projects", village)]
    return pd.DataFrame(rows, columns=LINKS)


def money_links(result: Result, years: list[int] | None = None) -> pd.DataFrame:
    """Links of money in yuan, means over draws, years together: `stage` 0 payer to fund, 1 fund to measure, 2 measure to whom it reaches.

    What comes into a fund or a measure goes out of it. `reaches` is households or village_projects; of village projects' money the day
    wages reach households. Loans are there too (fund `credit`): lent, not spent. InputError for a year that is not there.
    """
    wanted = years_of(result) if years is None else [year_of(result, year) for year in years]
    flow = result.table("flow")
    flow = flow[flow["year"].isin(wanted)]
    pairs = [("payer", "fund"), ("fund", "measure")]
    sums = [flow.groupby([*pair], sort=False)["spent_yuan"].sum().reset_index().set_axis(LINKS[1:], axis=1) for pair in pairs]
    links = [rows.assign(stage=stage)[LINKS] for stage, rows in enumerate(sums)]
    measures = flow.groupby("measure", sort=False)["spent_yuan"].sum()
    whole = pd.concat([*links, _reached(measures, _wages(result, wanted))], ignore_index=True)
    return whole[whole["amount"] > 0].reset_index(drop=True)


def lent(result: Result, years: list[int] | None = None) -> float:
    """Yuan that banks lend: in the links of money, and no spending."""
    flow = result.table("flow")
    wanted = years_of(result) if years is None else years
    return float(flow.loc[~flow["in_total"].astype(bool) & flow["year"].isin(wanted), "spent_yuan"].sum())


def people_links(result: Result, year: int | None = None, matrix: str = "status") -> pd.DataFrame:
    """Links of people from status to status, means over draws: stage 0 is a year's move, the next one the next year's.

    `year` None: all years, one stage each; what ends a year begins the next. InputError for a year or matrix that is not there.
    """
    if matrix not in MATRICES:
        raise InputError(said("matrix {matrix!r}: wanted {known}", matrix=matrix, known=", ".join(MATRICES)))
    years, table = years_of(result) if year is None else [year_of(result, year)], result.table("transitions")
    rows = table[(table["matrix"] == matrix) & table["year"].isin(years) & (table["moved_people"] > 0)]
    links = rows.assign(stage=rows["year"].map(years.index)).rename(columns={"status": "source", "to": "target", "moved_people": "amount"})
    return links[LINKS].reset_index(drop=True)


def nodes(links: pd.DataFrame) -> list[dict[str, float]]:
    """Nodes by layer, from left to right: what goes out of each, in the last layer what comes in."""
    stages = sorted(links["stage"].unique())
    out = [links[links["stage"] == stage].groupby("source", sort=False)["amount"].sum().to_dict() for stage in stages]
    last = links[links["stage"] == stages[-1]].groupby("target", sort=False)["amount"].sum().to_dict() if stages else {}
    return [*out, last] if stages else []
