"""What every number in a table is: its unit, its statistic over draws, and what it is counted per."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from simlib.assessment.counts import LINES, SOURCES
from simlib.assessment.outcomes import SHARES
from simlib.assessment.places import CHANCES, HELD, VILLAGE_CHANCES, VILLAGE_SHARES
from simlib.assessment.verdicts import COUNTED, SHEETS


class Column(NamedTuple):
    """Metadata of a column, in `table.attrs["columns"][name]`."""

    unit: str
    statistic: str
    per: str


SUFFIXES: Final = {"_mean": "mean", "_p05": "5 % quantile", "_p95": "95 % quantile", "_sd": "standard deviation"}
INDEX: Final = frozenset({"year", "draw"})
IN_COLUMN: Final = "as the column per says"
OF_STATISTIC: Final = "as the statistic has it"
_YUAN_PC, _YUAN = "yuan a person and year", "yuan"


def _columns(unit: str, statistic: str, per: str, *names: str) -> dict[str, Column]:
    return {name: Column(unit, statistic, per) for name in names}


COLUMNS: Final[Mapping[str, Column]] = {
    **_columns("share", "over draws", IN_COLUMN, "met_share"),
    **_columns("probability", "share of draws", IN_COLUMN, *(f"probability_at_least_{level}" for level in (100, 99, 95, 90, 80))),
    **_columns("probability", "Monte Carlo standard error", IN_COLUMN, "mc_se"),
    **_columns("share", "given", IN_COLUMN, "tolerance"),
    **_columns("probability", "given", IN_COLUMN, "confidence"),
    **_columns(_YUAN_PC, "mean", "people", "line_value", "income_pc", "income_pc_capable", "income_pc_labour_capable"),
    **_columns("share", "mean", "people", "at_line_share", "exited_share", "exited_by_dibao_share", "exited_by_income_share"),
    **_columns("share", "mean", "people", *(f"at_{line}_share" for line in LINES), *SHARES, *VILLAGE_SHARES),
    **_columns("share", "mean", "people", *(f"capable_{line}" for line in LINES), "covered", "exited"),
    **_columns("share", "mean", "people", "guaranteed", "stable", "on_paper"),
    **_columns("share", "mean", "people out at the year's start", "reentry_share"),
    **_columns("share", "mean", "people out at the year's end", "below_line_after_exit_share"),
    **_columns("share", "mean", "people without labour capacity", "gap_group_share"),
    **_columns("share", "mean", "people who left in the year", "paper_exits_share"),
    **_columns("share", "over draws", "people with that status at the year's start", "share"),
    **_columns("share", "mean", "villages", "villages_exited_share", "villages_exited", *(f"village_{line}" for line in LINES)),
    **_columns("share", "mean", "villages", "services_share", "villages_sheet_share", "services"),
    **_columns("share", "mean", "village", "services_filled"),
    **_columns("index", "mean", "people", "fgt0", "fgt1", "fgt2", "gini"),
    **_columns("persons", "count", "row", "people", "capable_people", "without_people", "members"),
    **_columns("persons", "mean", "row", "exited_people", "exits_people", "made_safe_people", "entered_people", "moved_people"),
    **_columns("persons", "mean", "row", "on_paper_people", "paper_exits_people"),
    **_columns("persons", "mean", "row", *(name for name in COUNTED if name.startswith("people"))),
    **_columns("villages", "mean", "row", *(name for name in COUNTED if name.startswith("villages"))),
    **_columns("villages", "count", "row", "villages", "poor_villages"),
    **_columns("households", "mean", "row", "households"),
    **_columns("households", "given", "row", "weight"),
    **_columns(_YUAN, "mean", "account", "entitled", "carried_in", "committed", "spent", "carried_out", "lapsed"),
    **_columns(_YUAN, "mean", "row", "spent_yuan", "reserve_charged_yuan", "collective_yuan", "collective_own_yuan"),
    **_columns(_YUAN_PC, "mean", "village", "mean_income"),
    **_columns(_YUAN_PC, "lower edge", "row", "from_yuan"),
    **_columns(_YUAN_PC, "mean", "labour-capable registered people", "yuan_pc"),
    **_columns(_YUAN_PC, "mean", "row", "yuan"),
    **_columns("probability", "share of draws", "row", *CHANCES, *VILLAGE_CHANCES),
    **_columns("probability", "share of draws", "row", *(f"chance_{name}" for name in (*LINES, *SHEETS))),
    **_columns("yuan a household and year", "mean", "household", *(f"{source}_yuan" for source in SOURCES)),
    **_columns("workers", "mean", "household", "placed"),
    **_columns(OF_STATISTIC, "mean", OF_STATISTIC, "value", "baseline_value"),
    **_columns(OF_STATISTIC, "mean of paired differences", OF_STATISTIC, "difference"),
    **_columns(OF_STATISTIC, "95 % interval of the mean difference", OF_STATISTIC, "low", "high"),
    **_columns("probability", "share of draws", OF_STATISTIC, "share_above", "share_better"),
    **_columns("persons", "mean of paired differences", "row", "more_exits"),
    **_columns(_YUAN, "mean of paired differences", "row", "more_yuan", "more_staff_yuan"),
    **_columns(_YUAN, "ratio of means", "people", "yuan_per_more_exit", "yuan_per_more_exit_with_staff"),
    **_columns("probability", "share of draws", "household", *HELD[1:]),
}


def column(name: str) -> Column:
    """What a column is. KeyError for one that nobody has described."""
    if name in COLUMNS:
        return COLUMNS[name]
    stem, statistic = next(((name.removesuffix(end), said) for end, said in SUFFIXES.items() if name.endswith(end)), (name, ""))
    return COLUMNS[stem]._replace(statistic=statistic)


def described(table: pd.DataFrame) -> pd.DataFrame:
    """The table with the metadata of its numbers in `attrs["columns"]`; names, flags, years and draws need none."""
    numbers = [str(name) for name in table if is_numeric_dtype(table[name]) and not is_bool_dtype(table[name])]
    table.attrs["columns"] = {name: column(name)._asdict() for name in numbers if name not in INDEX}
    return table


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Nested statistics as columns: {"met_share": {"mean": 1}} -> {"met_share_mean": 1}, {"fgt": [1]} -> {"fgt0": 1}."""
    out: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, Mapping):
            out |= {f"{key}_{inner}": number for inner, number in value.items()}
        elif isinstance(value, list):
            out |= {f"{key}{place}": number for place, number in enumerate(value)}
        else:
            out[key] = value
    return out


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON: null where a number is undefined, Python's own numbers and flags else."""
    found = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]


def table_of(records: list[dict[str, Any]], words: frozenset[str]) -> pd.DataFrame:
    """A table of flat records, described; a number that is null is NaN in a column of numbers, whatever stands in the others."""
    table = pd.DataFrame([flat(record) for record in records])
    kinds = {str(name): "str" if name in words else "float64" for name in table if table[name].dtype == object}
    return described(table.astype(kinds))
