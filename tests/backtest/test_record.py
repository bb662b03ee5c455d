"""The record: published counts as shares, sorted by what they may be used for."""

import pytest

from simlib.backtest import record_table, records
from simlib.facts import Facts, load_facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def test_shares_follow_from_the_counts_that_were_published(facts: Facts) -> None:
    found = {record.key: record.value for record in records(facts)}
    assert found["exits_2016"] == pytest.approx(57.36 / 176.5) and round(found["exits_2016"], 3) == 0.325
    assert found["meizhou_2017"] == pytest.approx(120_957 / 158_994) and round(found["meizhou_2017"], 3) == 0.761
    assert (round(found["exits_2018_first"], 3), round(found["exits_2018_kept"], 3)) == (0.850, 0.929)
    assert (round(found["exits_2019_first"], 3), round(found["exits_2019_kept"], 3)) == (0.907, 0.991)
    assert (found["villages_2019"], round(found["villages_meizhou_2019"], 3), found["income_2019"]) == (0.94, 0.951, 10_560)


def test_only_the_first_two_years_may_adjust_the_model(facts: Facts) -> None:
    assert [record.key for record in records(facts, "fit")] == ["exits_2016", "meizhou_2017"]
    assert {record.year for record in records(facts, "test")} == {2018, 2019}
    assert len(records(facts)) == len(records(facts, "fit")) + len(records(facts, "test"))


def test_a_discrepancy_is_stated_for_shares_of_people_alone(facts: Facts) -> None:
    others = {record.key for record in records(facts) if not record.of_people}
    assert others == {"villages_2019", "villages_sheet_2019", "villages_meizhou_2019", "income_2019"}


def test_every_record_has_a_published_source(facts: Facts) -> None:
    shown = records(facts)
    table = record_table(shown, facts)
    assert list(table.index) == [record.key for record in shown]
    assert table.loc["exits_2018_kept", "source"] == "S06, S08"
    assert all(facts.fact(key).source and facts.fact(key).assumed is None for record in shown for key in record.keys)
    assert (table["source"] != "").all() and set(table["used as"]) == {"fit", "test"}


def test_the_register_shrank_as_the_model_assumes_it_was_wrong(facts: Facts) -> None:
    first, final = facts["history_register_first"], facts["history_register_final"]
    assert (first - final) / first == pytest.approx(facts["misidentified_share"], abs=5e-4)


def test_the_plan_of_three_years_is_the_first_register(facts: Facts) -> None:
    assert sum(facts[f"exit_plan_{year}"] for year in (2016, 2017, 2018)) == facts["history_register_first"]
