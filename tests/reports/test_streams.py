"""Links from node to node: conserved at each, whatever the years."""

import pandas as pd
import pytest

from simlib.errors import InputError
from simlib.reports.streams import lent, money_links, nodes, people_links
from simlib.runs import Runs


def through(links: pd.DataFrame, stage: int) -> tuple[dict[str, float], dict[str, float]]:
    """What comes into the nodes between a stage and the next, and what goes out of them."""
    into = links[links["stage"] == stage].groupby("target")["amount"].sum()
    out = links[links["stage"] == stage + 1].groupby("source")["amount"].sum()
    return {str(code): float(sums) for code, sums in into.items()}, {str(code): float(sums) for code, sums in out.items()}


@pytest.mark.parametrize("name", ["baseline", "industry_only", "full_package"])
@pytest.mark.parametrize("years", [None, [2016], [2016, 2018]])
def test_what_comes_into_a_fund_or_a_measure_goes_out_of_it(name: str, years: list[int] | None, runs: Runs) -> None:
    links = money_links(runs[name], years)
    for stage in (0, 1):
        into, out = through(links, stage)
        assert into == pytest.approx(out)
    assert (links["amount"] > 0).all()


def test_years_add_up(runs: Runs) -> None:
    key = ["stage", "source", "target"]
    apart = pd.concat([money_links(runs["full_package"], [year]) for year in (2016, 2017)]).groupby(key)["amount"].sum()
    together = money_links(runs["full_package"], [2016, 2017]).set_index(key)["amount"]
    first = together[together.index.get_level_values("stage") < 2]
    assert first.to_dict() == pytest.approx(apart[apart.index.get_level_values("stage") < 2].to_dict())


def test_loans_are_lent_and_not_spent(runs: Runs) -> None:
    links = money_links(runs["full_package"])
    banks = links.loc[links["source"] == "bank", "amount"].sum()
    assert lent(runs["full_package"]) == pytest.approx(banks)
    assert banks > 0


@pytest.mark.parametrize("matrix", ["status", "register"])
def test_what_ends_a_year_begins_the_next(matrix: str, runs: Runs) -> None:
    links = people_links(runs["full_package"], matrix=matrix)
    for stage in (0, 1):
        into, out = through(links, stage)
        assert into == pytest.approx(out)


def test_nodes_are_layers_from_left_to_right(runs: Runs) -> None:
    layers = nodes(people_links(runs["full_package"], 2016))
    assert [set(layer) for layer in layers] == [{"in"}, {"in", "exited"}]
    assert nodes(people_links(runs["full_package"]).iloc[:0]) == []


def test_a_matrix_or_a_year_that_is_not_there_is_said(runs: Runs) -> None:
    with pytest.raises(InputError, match="matrix 'verdict': wanted status, register"):
        people_links(runs["baseline"], matrix="verdict")
    with pytest.raises(InputError, match="year 2020: this run has 2016, 2017, 2018"):
        money_links(runs["baseline"], [2020])
