"""Results as text for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from simlib.assessment.targets import Target
    from simlib.runs import BreakEven, Run

FURTHEST = 5  # villages named in a run's text
TARGET_HEAD = ("target", "line", "reading", "year", "per", "reached", "5-95 %", "P", "verdict")


def number(value: float | None, form: str = ".1%") -> str:
    """A number in a form, a dash for none."""
    return "-" if value is None or value != value else format(value, form)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines with columns of one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def register_line(run: "Run") -> str:
    """Which register was run, and whether a real household is in it."""
    register = run.to_json()["registry"]
    stamp = "SYNTHETIC register" if register["synthetic"] else "register"
    return f"{stamp}: {register['households']} households, {register['people']:.0f} people, {register['villages']} poor villages"


def run_text(run: "Run") -> str:
    """A run for people: a line for each target, what P is, who is out of the register, which villages will miss, what it costs."""
    title, reporting = run.scenario.title, run.scenario.reporting
    draws = f"{run.draws} draws, seed {run.seed}" if run.draws else "deterministic: central values, no luck"
    rows = [TARGET_HEAD, *(target_cells(row) for row in run.target_rows)]
    meaning = f"P: chance that {reporting.tolerance:.0%} or more reach it; met when P is {reporting.confidence:.0%} or more"
    facts = run.projection.packed.facts
    chosen = (reporting.tolerance, reporting.confidence) != (facts["tolerance_default"], facts["confidence_default"])
    result = run.to_json()
    told = [meaning if chosen else f"{meaning} (both assumed)", exit_line(result), *village_lines(run), *money_lines(result)]
    return "\n".join([f"{run.scenario.name} · {title.zh} · {title.en} · {draws}", *aligned(rows), *(f"  {line}" for line in told)])


def exit_line(result: dict[str, Any]) -> str:
    """The share of registered people out of the register at each year's end, and how many of them by dibao."""
    out = ", ".join(
        f"{one['year']} {number(one['exited_share']['mean'])} ({number(one['exited_by_dibao_share']['mean'])})" for one in result["years"]
    )
    return f"out of the register (of these by dibao): {out}"


def village_lines(run: "Run") -> list[str]:
    """Which poor villages will miss their line: how many are safe, how many hardly have a chance, and the furthest off, by id."""
    governing, sure = run.scenario.levers.governing_line, run.scenario.reporting.confidence
    target = next((row for row in run.target_rows if row.target == "village_income" and row.line == governing), None)
    rows = run.villages()
    poor = rows[rows["is_poor_village"] & (rows["year"] == (target.year if target else 0))].sort_values("mean_income")
    if target is None or poor.empty:
        return []
    chance = poor[f"chance_mean_{governing}"]
    safe, lost = int((chance >= sure).sum()), int((chance < 1 - sure).sum())
    how = f" with a chance of {sure:.0%} or more, {lost} with less than {1 - sure:.0%}" if run.draws else ""
    far = ", ".join(f"{row['village_id']} ({row['county']}, {row['mean_income']:,.0f})" for row in poor.head(FURTHEST).to_dict("records"))
    head = f"villages at {number(target.line_value, ',.0f')}: {safe} of {len(poor)}{how}"
    return [head, f"furthest off (mean income): {far}; all in villages.parquet"]


def money_lines(result: dict[str, Any]) -> list[str]:
    """What is spent of the planned funds, what social protection costs beside them, and the price of an exit where anything is done."""
    cost, planned = result["cost"], [row for row in result["funds"] if row["fund"] != "social"]
    entitled, spent = sum(row["entitled"] for row in planned), sum(row["spent"] for row in planned)
    share = f" ({spent / entitled:.0%})" if entitled else ""
    beside = f"social protection {cost['total'] - spent:,.0f}, staff {cost['staff']:,.0f}"
    lines = [f"spent: {spent:,.0f} of {entitled:,.0f} yuan of the household, guidance and pool funds{share}; beside them {beside}"]
    if spent and cost["yuan_per_exit"] is not None:
        lines.append(f"{cost['yuan_per_exit']:,.0f} yuan for each person out of the register, all of this together")
    return lines


def target_cells(row: "Target") -> tuple[str, ...]:
    """One target: where, how many reach it, how sure."""
    share = row.met_share
    line = "" if row.line is None else f"{row.line} {number(row.line_value, ',.0f')}"
    band = "" if share["p05"] is None else f"{number(share['p05'])} to {number(share['p95'])}"
    verdict = row.verdict if row.reason is None else f"{row.verdict}: {row.reason}"
    where = (row.target, line, row.reading or "", str(row.year), row.per)
    return (*where, number(share["mean"]), band, number(row.chance, ".2f"), verdict)


def comparison_text(differences: "pd.DataFrame", costs: "pd.DataFrame") -> str:
    """Paired differences for people: a line for each statistic, then what one more exit costs."""
    parts = []
    for name in differences["scenario"].unique():
        rows = differences[differences["scenario"] == name].to_dict("records")
        parts.append(f"{name} against {rows[0]['baseline']}, {rows[0]['year']}")
        parts += aligned([_difference_cells(row) for row in rows])
        parts += [f"  {_cost_line(row)}" for row in costs[costs["scenario"] == name].to_dict("records")]
    return "\n".join(parts)


def _difference_cells(row: dict[str, float]) -> tuple[str, ...]:
    statistic = str(row["statistic"])
    form = ",.0f" if statistic in ("income_pc_capable", "spent_yuan") else ".3f"
    value, base, gap = (number(row[name], sign + form) for name, sign in (("value", ""), ("baseline_value", ""), ("difference", "+")))
    interval = "" if row["low"] != row["low"] else f"({number(row['low'], '+' + form)} to {number(row['high'], '+' + form)})"
    better = "" if row["share_better"] != row["share_better"] else f"better in {row['share_better']:.0%} of draws"
    return statistic, f"{value} - {base}", f"= {gap}", interval, better


def _cost_line(row: dict[str, float]) -> str:
    exits, yuan, staff = (number(row[name], "+,.0f") for name in ("more_exits", "more_yuan", "more_staff_yuan"))
    more = f"{exits} people out of the register for {yuan} yuan and {staff} of staff"
    if row["more_exits"] <= 0:
        return f"{more}: {row['judgement']}"
    if row["yuan_per_more_exit"] != row["yuan_per_more_exit"]:  # a negative price means nothing
        return f"{more}: {row['judgement']}"
    prices = [number(row[name], ",.0f") for name in ("yuan_per_more_exit", "yuan_per_more_exit_with_staff")]
    return f"{more}: {row['judgement']}; {prices[0]} yuan for each more, {prices[1]} with staff"


def break_even_text(tie: "BreakEven") -> str:
    """Where two scenarios tie, or who stays ahead."""
    how = f"over {tie.draws} draws" if tie.draws else "deterministic"
    if tie.value is None:
        return f"no tie over {tie.fact} from {tie.low:g} to {tie.high:g}: {tie.ahead} stays ahead of the other ({how})"
    error = "" if tie.error is None else f" +- {tie.error:.2g}"
    return f"{tie.first} and {tie.second} tie at {tie.fact} = {tie.value:.4g}{error}, looked for from {tie.low:g} to {tie.high:g} ({how})"
