"""The declared table: every column says in both languages what it is, and no head stands for two."""

from simlib.monitoring.columns import IDS, REPORTED, columns, heads, table, units
from simlib.registry.columns import normal_head


def test_every_column_is_declared_whole() -> None:
    assert [*columns()] == ["village_id", "name", "year", *REPORTED]
    for column in columns().values():
        assert column.zh and column.meaning["zh"] and column.meaning["en"] and column.aliases
        assert column.required == (column.name in IDS)
        assert column.nullable
        assert not column.unit or units()[column.unit]
        assert not column.numeric or (column.low is not None and column.high is not None)


def test_heads_are_found_in_both_languages() -> None:
    assert heads()[normal_head("贫困户人均可支配收入（元）")] == "disposable_income"
    assert heads()[normal_head("人均纯收入")] == "net_income"
    assert heads()[normal_head("Leader Visits")] == "leader_visits"
    assert table().zh == "实绩"


def test_net_income_and_disposable_income_share_no_head() -> None:
    of = {name: {head for head, column in heads().items() if column == name} for name in ("disposable_income", "net_income")}
    assert of["disposable_income"] & of["net_income"] == set()
    assert normal_head("人均收入") not in heads()  # says neither
