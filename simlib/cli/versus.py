"""Comparisons as text for people."""

from typing import TYPE_CHECKING

from simlib.cli.text import aligned, number

if TYPE_CHECKING:
    import pandas as pd

    from simlib.runs import BreakEven

YUAN = ("income_pc_capable", "spent_yuan")


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
    form = ",.0f" if statistic in YUAN else ".3f"
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
