"""The schema holds together."""

import subprocess
import sys

import pytest

from simlib.facts import load_facts
from simlib.registry.cells import read_word
from simlib.registry.columns import ABSENT, Column, heads, is_plain, normal_head, schema
from simlib.registry.rules import SOURCES
from simlib.registry.sheets import cell_text

COLUMNS = [column for table in schema().tables for column in schema()[table].values()]
TYPES = {"text", "count", "money", "number", "share", "flag", "measures", "year"}


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_a_column_says_all_there_is_to_say(column: Column) -> None:
    assert column.type in TYPES
    assert set(column.meaning) == {"zh", "en"}
    assert column.required or set(column.default_meaning) == {"zh", "en"}
    assert column.negative == (column.low is not None and column.low < 0)
    assert not column.numeric or (column.high is not None and (column.low is not None or column.above is not None))
    assert not column.unit or column.unit in schema().units


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_examples_and_defaults_are_values_of_their_column(column: Column) -> None:
    given = [column.example, *(one for one in (column.default, column.absent, column.lone) if one is not ABSENT and one is not None)]
    for value in given:
        read = read_word(cell_text(value), column)
        assert read == value or (read is None and value == "")


def test_computed_defaults_are_known() -> None:
    words = {column.computed for column in COLUMNS if column.computed}
    facts = {word.removeprefix("fact ") for word in words if word.startswith("fact ")}
    assert words - {f"fact {key}" for key in facts} == {"village_id", "people"}
    assert all(load_facts()[key] > 0 for key in facts)


def test_every_spelling_of_a_choice_stands_for_one_code() -> None:
    for column in COLUMNS:
        words = [normal_head(word) for one in column.choices for word in (one.code, one.zh, *one.aliases)]
        assert len({column.choice_of()[word] for word in words}) == len(column.choices)
        for one in column.choices:
            assert {column.choice_of()[normal_head(word)] for word in (one.code, one.zh, *one.aliases)} == {one.code}


def test_heads_are_found_in_every_spelling() -> None:
    known = heads("households")
    for head in ("工资性收入", " 工资性收入（元） ", "Wage_Income", "wage income", "WAGE-INCOME*", "ｗａｇｅ＿ｉｎｃｏｍｅ"):
        assert known[normal_head(head)] == "wage_income"
    assert normal_head("工资性收入（万元）") not in known
    assert len(known) == len({(head, name) for head, name in known.items()})


def test_only_business_income_may_be_negative() -> None:
    assert [column.name for column in COLUMNS if column.negative] == ["business_income"]
    assert set(SOURCES) < set(schema()["households"])


def test_invisible_characters_are_not_plain_and_rare_ones_are() -> None:
    assert not any(is_plain(f"a{mark}b") for mark in "\u200b\ufeff\n\t\u2028\x00\uffff\ufdd0")
    assert all(is_plain(f"a{mark}b") for mark in " 户𠮷\ue000\U000323b0")


def test_the_package_loads_pandas_only_when_a_name_is_asked_for() -> None:
    heavy = "{'pandas', 'pandera', 'openpyxl', 'pyarrow'}"
    code = f"import simlib.registry as r, sys; assert not {heavy} & set(sys.modules); r.Registry; assert 'pandas' in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    import simlib.registry

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        simlib.registry.nothing  # noqa: B018 -- asking is the test
    assert "read_registry" in dir(simlib.registry)
