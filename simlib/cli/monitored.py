"""What monitoring found, as text for people and as JSON."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simlib.cli.text import aligned, number
from simlib.monitoring.comparison import BELOW, FIGURES

if TYPE_CHECKING:
    import pandas as pd

    from simlib.monitoring import Actuals, Comparison, Restarted

FURTHEST: Final = 8  # villages and helpers named in a text
UNLIKELY: Final = 0.05
TITLES: Final = {"disposable_income": "disposable income", "exited_share": "exit rate", "repaired_share": "housing rebuilt"}
FORMS: Final = {"disposable_income": ",.0f", "exited_share": ".1%", "repaired_share": ".1%"}
COMPARISON_NOTES: Final[Mapping[str, str]] = {
    "disposable_income": "贫困户人均可支配收入: reported, yuan a person of the households registered at the start; the target's concept",
    "net_income": "贫困户人均纯收入: as reported; another concept, never compared with a target or a projection",
    "exited_share": "脱贫率: reported people out of the register over registered people",
    "repaired_share": "住房改建完成率: registered households whose unsafe house is rebuilt, over those whose house was unsafe",
    "leader_visits": "单位领导到村到户: visits in the year; at least two are asked for (clause 四(十五))",
    "_mean, _p05, _p95": "the projection's mean and its 5 and 95 % quantiles over draws",
    "_flag": "where the reported figure stands against that band: below, inside, above, not reported, nothing to count, no band",
    "_reported": "villages that report the figure; the figure and its band in the same row are of these villages together",
    "_expected_outside": "how many of them the projection itself would put outside their bands, by luck alone",
    "_chance_of_as_many": "share of draws with at least as many outside as were seen: small means more than luck (clause 四(十六))",
}
REPORT_HEADS: Final[Mapping[str, str]] = {
    "helper": "帮扶单位",
    "helper_type": "单位类型",
    "year": "年度",
    "villages": "村数",
    "net_income": "贫困户人均纯收入",
    "disposable_income": "贫困户人均可支配收入",
    "exited_share": "脱贫率",
    "repaired_share": "住房改建完成率",
    "leader_visits": "领导到村到户次数",
    "visits_a_village": "村均次数",
    "villages_visited_twice": "达到每年两次的村数",
}
REPORT_ENDS: Final = {"_mean": "预测均值", "_p05": "预测5%分位", "_p95": "预测95%分位"}
RESTART_NOTES: Final[Mapping[str, str]] = {
    "scale": "factor on structural wages and business income above zero that makes the village's mean income the reported one, by draw",
    "closed_share": "share of draws in which it could; elsewhere nothing is earned, or less than nothing would have to be: left alone",
    "exits_set_mean": "people whose exit was set, highest last-year income first; exits_undone: undone, lowest first; means over draws",
    "exits_missed_most": "people by which exits still differ from the report in the worst draw: only whole households exit",
    "conditioned": "years after the actual one: projected on from what was reported; `_before` is without the figures",
}


def number_or_null(value: Any) -> Any:
    """A value for JSON: null where a number is undefined."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _records(table: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(key): number_or_null(value) for key, value in row.items()} for row in table.to_dict("records")]


def _actuals(actuals: "Actuals") -> dict[str, Any]:
    """Which table was read, and how many cells of each figure were reported."""
    return {
        "origin": actuals.origin,
        "rows": len(actuals.table),
        "reported": {one.column: one.kept for one in actuals.counts},
        "not_reported": {one.column: one.defaulted for one in actuals.counts},
        "notes": [note.as_dict() for note in actuals.notes],
    }


# ---- compare


def report_head(name: str) -> str:
    """The head of a column of the report's rows: Chinese, then the column's name."""
    end = next((end for end in REPORT_ENDS if name.endswith(end)), "")
    return f"{REPORT_HEADS[name.removesuffix(end)]}{REPORT_ENDS.get(end, '')} {name}"


def comparison_json(found: "Comparison") -> dict[str, Any]:
    """The JSON object of `simlib monitor compare`."""
    return {
        "schema": 1,
        "scenario": {"name": found.scenario.name, "hash": found.scenario.hash},
        "registry": {"hash": found.registry.hash, "synthetic": found.registry.synthetic},
        "actuals": _actuals(found.actuals),
        "seed": found.seed,
        "draws": found.draws,
        "years": list(found.years),
        "villages": _records(found.villages),
        "helpers": _records(found.helpers),
        "report": _records(found.report()),
    }


def comparison_text(found: "Comparison") -> str:
    """A comparison for people: the figures of all villages together by year, villages below their bands, helpers beyond luck."""
    stamp = "SYNTHETIC register, " if found.registry.synthetic else ""
    draws = f"{found.draws} draws, seed {found.seed}" if found.draws else "deterministic: no bands"
    villages = found.villages["village_id"].nunique()
    lines = [f"{found.actuals.origin} against {found.scenario.name}: {stamp}{villages} villages, {draws}"]
    rows = _records(found.helpers[found.helpers["level"] == "all"])
    head = ("year", "figure", "reported by", "actual", "projected", "5-95 %", "below", "above", "by luck", "P(as many)")
    lines += aligned([head, *(_figure_cells(row, name) for row in rows for name in FIGURES)])
    lines += [f"  {line}" for row in rows for line in _beside_lines(row)]
    return "\n".join([*lines, *(f"  {line}" for line in (*_furthest(found), *_helpers_beyond_luck(found)))])


def _figure_cells(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    form = FORMS[name]
    actual, mean, low, high = (number(row[f"{name}{suffix}"], form) for suffix in ("", "_mean", "_p05", "_p95"))
    counts = (str(row[f"{name}_below"]), str(row[f"{name}_above"]))
    luck = (number(row[f"{name}_expected_outside"], ".1f"), number(row[f"{name}_chance_of_as_many"], ".2f"))
    band = "-" if low == "-" else f"{low} to {high}"
    return (str(row["year"]), TITLES[name], f"{row[f'{name}_reported']} of {row['villages']}", actual, mean, band, *counts, *luck)


def _beside_lines(row: Mapping[str, Any]) -> list[str]:
    """What has no projection: visits against two a year, and the report's net income, kept apart."""
    year, reported = row["year"], row["visits_reported"]
    visits = f"{year}: {row['villages_visited_twice']} of {reported} reporting villages had two visits of leaders or more"
    income = f"{year}: net income (纯收入, another concept, not compared) {number(row['net_income'], ',.0f')}"
    return [*([visits] if reported else []), *([income] if row["net_income_reported"] else [])]


def _furthest(found: "Comparison") -> list[str]:
    """Villages below their bands in the last year, the furthest from the mean first."""
    rows = found.villages[found.villages["year"] == found.years[-1]]
    lines = []
    for name in FIGURES:
        low = rows[rows[f"{name}_flag"] == BELOW]
        if low.empty:
            continue
        gaps = low.assign(gap=low[f"{name}_mean"] - low[name]).sort_values(["gap", "village_id"], ascending=[False, True], kind="stable")
        told = ", ".join(
            f"{row['village_id']} ({number(row[name], FORMS[name])}, band from {number(row[f'{name}_p05'], FORMS[name])})"
            for row in gaps.head(FURTHEST).to_dict("records")
        )
        more = f" and {len(gaps) - FURTHEST} more" if len(gaps) > FURTHEST else ""
        lines.append(f"{found.years[-1]}, {TITLES[name]} below the band: {told}{more}")
    return lines


def _helpers_beyond_luck(found: "Comparison") -> list[str]:
    """Helpers with more villages outside than luck explains; and how many helpers luck alone would name."""
    if not found.draws:
        return []
    rows = found.helpers[(found.helpers["level"] == "helper") & (found.helpers["year"] == found.years[-1])]
    lines = []
    for name in FIGURES:
        told = rows[rows[f"{name}_reported"] > 0]
        outside = told[f"{name}_below"] + told[f"{name}_above"]
        named = told[(told[f"{name}_chance_of_as_many"] < UNLIKELY) & (outside > 0)]
        if len(told):
            helpers = ", ".join(str(helper) for helper in named.sort_values(f"{name}_chance_of_as_many")["helper"].head(FURTHEST)) or "none"
            luck = f"of {len(told)} reporting helpers luck alone may name {UNLIKELY * len(told):.1f}"
            what = f"more villages outside than luck explains (P < {UNLIKELY:g})"
            lines.append(f"{found.years[-1]}, {TITLES[name]}: {what}: {helpers} ({luck})")
    return lines


# ---- restart


def restart_json(found: "Restarted") -> dict[str, Any]:
    """The JSON object of `simlib monitor restart`."""
    return {
        "schema": 1,
        "scenario": {"name": found.before.scenario.name, "hash": found.before.scenario.hash},
        "registry": {"hash": found.run.registry.hash, "synthetic": found.run.registry.synthetic},
        "actuals": _actuals(found.actuals),
        "seed": found.run.seed,
        "draws": found.run.draws,
        "year": found.year,
        "villages_unclosed": found.unclosed,
        "villages_missed": found.missed,
        "villages": _records(found.villages),
        "years": _records(found.years()),
        "targets": [row.record() for row in found.run.target_rows],
        "targets_before": [row.record() for row in found.before.target_rows],
    }


def restart_text(found: "Restarted") -> str:
    """A restart for people: what was done to how many villages, and what it changes in the years after."""
    rows, before = found.villages, found.before
    stamp = "SYNTHETIC register, " if found.run.registry.synthetic else ""
    draws = f"{found.run.draws} draws, seed {found.run.seed}" if found.run.draws else "deterministic"
    villages = len(before.projection.packed.village_ids)
    lines = [f"{before.scenario.name} from {found.actuals.origin} at the end of {found.year}: {stamp}{draws}"]
    scaled = rows[rows["scale_mean"].notna()]
    lines.append(f"  {len(rows)} of {villages} villages have figures of {found.year}; the others stay as projected")
    if len(scaled):
        middle, low, high = (scaled["scale_mean"].quantile(level) for level in (0.5, 0.05, 0.95))
        spread = f"{middle:.3f} in the middle, {low:.3f} to {high:.3f} for nine of ten"
        lines.append(f"  income: earnings of {len(scaled)} villages scaled by {spread}")
    if found.unclosed:
        lines.append(f"  income: {found.unclosed} villages cannot meet their report by scaling earnings in every draw: left alone there")
    exits = rows[rows["people_exited"].notna()]
    if len(exits):
        moved = ", ".join(f"{exits[name].sum():,.0f} {what}" for name, what in (("exits_set_mean", "set"), ("exits_undone_mean", "undone")))
        missed = f"{found.missed} villages miss their report by a few, since only whole households exit"
        lines.append(f"  exits of {len(exits)} villages, people (mean over draws): {moved}; {missed}")
    head = ("year", "out of the register", "without the figures", "income, labour-capable", "without the figures")
    return "\n".join([*lines, *aligned([head, *(_year_cells(row) for row in _records(found.years()) if row["conditioned"])])])


def _year_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    cells = [
        _with_band(row, name, form, end)
        for name, form in (("exited_share", ".1%"), ("income_pc_labour_capable", ",.0f"))
        for end in ("", "_before")
    ]
    return (str(row["year"]), *cells)


def _with_band(row: Mapping[str, Any], name: str, form: str, end: str) -> str:
    mean, low, high = (number(row[f"{name}_{key}{end}"], form) for key in ("mean", "p05", "p95"))
    return mean if low == "-" else f"{mean} ({low} to {high})"
