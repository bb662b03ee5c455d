"""Results as text for people: one run on one screen, many runs in one table."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simlib.assessment.targets import Target
    from simlib.runs import Run

FURTHEST = 3  # villages named in a run's text
LINES = ("fixed", "moving", "indexed")
RIGHTS = ("social", "credit")  # funds without a budget
MARKS = {"met": "+", "cannot judge": "?", "not met": ""}
YEAR_COLUMNS: Final = {
    "at line": "at_line_share",
    "out": "exited_share",
    "by dibao": "exited_by_dibao_share",
    "stable": "stable_exit_share",
    "below": "below_line_after_exit_share",
    "back in": "reentry_share",
    "removed": "removed_share",
    "on paper": "on_paper_share",
    "paper exits": "paper_exits_share",
    "secured": "guaranteed_share",
    "safe house": "safe_house_share",
    "services": "services_share",
    "villages out": "villages_exited_share",
}
OF_WHOM: Final = (
    "of registered people; below (the line by now) and back in: of those out; paper exits: of a year's exits\n"
    "  services, villages: of poor ones; secured: all guarantees"
)
SUMMARY_WIDTHS: Final = {
    **{"fixed": 6, "moving": 6, "mean": 6, "dibao": 6, "secured": 7, "village": 7, "services": 8},
    **{"2016": 5, "2017": 5, "2018": 5, "cost m": 6},
}
APART: Final = "~"
SUMMARY_YEARS: Final = (2016, 2017, 2018)
SUMMARY_LEGEND: Final = """
in %, means over draws, when targets are due: labour-capable people at the fixed and the moving line; chance that their mean income
is at the governing line; without labour capacity and eligible, covered; people with every guarantee; poor villages at the governing
line, and with every service. + met, ? cannot be judged. 2016 to 2018: people out of the register. Cost: all funds and staff, million
yuan. ~ a difference on the baseline, where nothing is done: for itself it says little, it is made to be composed with others."""


def number(value: float | None, form: str = ".1%") -> str:
    """A number in a form, a dash for none."""
    return "-" if value is None or value != value else format(value, form)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines with columns of one width."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def register_line(run: "Run") -> str:
    """Which register was run, and whether a real household is in it."""
    register = run.register()
    stamp = "SYNTHETIC register" if register["synthetic"] else "register"
    return f"{stamp}: {register['households']} households, {register['people']:.0f} people, {register['villages']} poor villages"


def written_line(name: str, folder: Path) -> str:
    """Where a run lies, and its record's hash, which says later whether anybody has changed anything there."""
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))["record"]
    return f"{name}: written to {folder}, record {record}"


def run_text(run: "Run") -> str:
    """A run for people: the targets, its years, which villages will miss, on whom other rules would decide otherwise, what it costs."""
    title, reporting = run.scenario.title, run.scenario.reporting
    draws = f"{run.draws} draws, seed {run.seed}" if run.draws else "deterministic: central values, no luck"
    meaning = f"P: chance that {reporting.tolerance:.0%} or more reach it; met when P is {reporting.confidence:.0%} or more"
    facts = run.projection.packed.facts
    chosen = (reporting.tolerance, reporting.confidence) != (facts["tolerance_default"], facts["confidence_default"])
    told = [OF_WHOM, meaning if chosen else f"{meaning} (both assumed)", *village_lines(run), *verdict_lines(run), *money_lines(run)]
    if run.scenario.not_modelled:
        told.append(f"not modelled: {len(run.scenario.not_modelled)} parts of the text, each with its reason in scenario.yaml of the run")
    tables = (lines_table(run), other_targets(run), years_table(run))
    return "\n".join(
        [
            f"{run.scenario.name} · {title.zh} · {title.en} · {draws}",
            *("\n".join(aligned(rows)) for rows in tables),
            *(f"  {line}" for line in told),
        ]
    )


# ---- targets


def lines_table(run: "Run") -> list[tuple[str, ...]]:
    """Targets that have a line: one row a target, reading and way of counting, its lines side by side; the governing one is starred."""
    governing = run.scenario.levers.governing_line
    rows: list[tuple[str, ...]] = [("target", "", "", *(f"{line}*" if line == governing else line for line in LINES))]
    found = {(row.target, row.reading, row.per, row.line): row for row in run.target_rows if row.line is not None}
    seen = ""
    for target, reading, per in dict.fromkeys(key[:3] for key in found):
        cells = [found[target, reading, per, line] for line in LINES]
        if target != seen:
            seen = target
            rows.append((target, f"{cells[0].year}", "", *(f"at {number(row.line_value, ',.0f')} yuan" for row in cells)))
        rows.append(("", f"{reading}", per, *(_judged(row) for row in cells)))
    return rows


def other_targets(run: "Run") -> list[tuple[str, ...]]:
    """Targets without a line."""
    rows = [row for row in run.target_rows if row.line is None]
    told = [(row.target, str(row.year), row.per, _judged(row) + (f": {row.reason}" if row.reason else "")) for row in rows]
    return [("without a line", "", "", ""), *told]


def _judged(row: "Target") -> str:
    """Mean, 5-95 band, chance and verdict of a target: `51.2% (45-57) P 0.00 not met`."""
    share = row.met_share
    band = "" if share["p05"] is None else f" ({100 * share['p05']:.0f}-{number(share['p95'], '.0%')})"
    chance = "" if row.chance is None else f" P {row.chance:.2f}"
    return f"{number(share['mean'])}{band}{chance} {row.verdict}"


# ---- years


def years_table(run: "Run") -> list[tuple[str, ...]]:
    """One row a year: who is where, on paper and in houses, which services stand; means over draws."""
    years = run.years()
    rows = [tuple(number(year.get(f"{name}_mean")) for name in YEAR_COLUMNS.values()) for year in years.to_dict("records")]
    return [("year", *YEAR_COLUMNS), *((str(year), *row) for year, row in zip(years["year"], rows, strict=True))]


# ---- villages, verdicts, money


def village_lines(run: "Run") -> list[str]:
    """Which poor villages will miss their line: how many are safe, how many hardly have a chance, and the furthest off, by id."""
    governing, sure = run.scenario.levers.governing_line, run.scenario.reporting.confidence
    target = next((row for row in run.target_rows if row.target == "village_income" and row.line == governing), None)
    if target is None:
        return []
    columns = ["village_id", "county", "mean_income", f"chance_mean_{governing}"]
    poor = run.poor_villages(target.year, columns).sort_values("mean_income")
    if poor.empty:
        return []
    chance = poor[f"chance_mean_{governing}"]
    safe, lost = int((chance >= sure).sum()), int((chance < 1 - sure).sum())
    how = f" with a chance of {sure:.0%} or more, {lost} with less than {1 - sure:.0%}" if run.draws else ""
    far = ", ".join(f"{row['village_id']} ({row['county']}, {row['mean_income']:,.0f})" for row in poor.head(FURTHEST).to_dict("records"))
    head = f"villages at {number(target.line_value, ',.0f')}: {safe} of {len(poor)}{how}"
    return [head, f"furthest off (mean income): {far}; all in villages.parquet"]


def verdict_lines(run: "Run") -> list[str]:
    """Who falls between dibao and the line, and on how many the line, or the province's score sheet instead of the verdict, decides."""
    between = run.years().iloc[-1]
    flips, sheets = run.flip_summary()[-1], run.sheet_summary().iloc[-1]
    hangs = f"{flips['households']} households ({flips['people']:,.0f} people) and {flips['villages']} villages"
    passed, out = (
        f"{sheets[f'people_{who}_mean']:,.0f} people, {sheets[f'villages_{who}_mean']:.1f} villages" for who in ("sheet_only", "exit_only")
    )
    return [
        f"{between['year']:.0f}, without labour capacity, over the dibao line and under the other, so neither eligible nor there:"
        f" {number(between['gap_group_share_mean'])}",
        f"{flips['year']}, the verdict hangs on the line for {hangs}: flips.parquet",
        f"{flips['year']}, score sheet passed and not out: {passed}; out and not passed: {out}: sheets.parquet",
    ]


def money_lines(run: "Run") -> list[str]:
    """What is spent of the planned funds, what stands beside them, and the price of an exit where anything is done."""
    cost, funds = run.cost(), run.funds()
    planned = funds[~funds["fund"].isin(RIGHTS)]
    entitled, spent, total = planned["entitled"].sum(), planned["spent"].sum(), cost["total"] or 0.0
    share = f" ({spent / entitled:.0%})" if entitled else ""
    beside = f"social protection {total - spent:,.0f}, staff {cost['staff']:,.0f}"
    lines = [f"spent: {spent:,.0f} of {entitled:,.0f} yuan of all planned funds{share}; beside them {beside}"]
    if cost["credit_lent"]:
        lines.append(f"lent by banks: {cost['credit_lent']:,.0f} yuan, of which {cost['reserve_charged']:,.0f} charged to the reserve")
    if spent and cost["yuan_per_exit"] is not None:
        lines.append(
            f"{cost['yuan_per_exit']:,.0f} yuan for each person out of the register, all of this together;"
            f" {cost['yuan_per_exit_without_staff']:,.0f} without staff"
        )
    return lines


# ---- many runs


def summary_head(names: Iterable[str]) -> str:
    """The head of the table of many runs."""
    return _summary_line("scenario", list(SUMMARY_WIDTHS), names)


def summary_line(run: "Run", names: Iterable[str]) -> str:
    """A run's line in the table of many runs, whose names make its first column."""
    name = run.scenario.name + (APART if run.is_idle and run.scenario.name != "baseline" else "")
    return _summary_line(name, list(_summary_cells(run)), names)


def _summary_line(first: str, cells: Sequence[str], names: Iterable[str]) -> str:
    width = max(len("scenario"), *(len(name) + len(APART) for name in names))
    return first.ljust(width) + "".join(f"  {cell:>{wide}}" for cell, wide in zip(cells, SUMMARY_WIDTHS.values(), strict=True))


def _summary_cells(run: "Run") -> Iterator[str]:
    """Targets with their marks, who is out at each year's end, and what it costs."""
    governing = run.scenario.levers.governing_line
    wanted = (
        ("household_income", "fixed", "each", "people"),
        ("household_income", "moving", "each", "people"),
        ("household_income", governing, "mean", "people"),
        ("dibao_coverage", None, None, "people"),
        ("guarantees", None, None, "people"),
        ("village_income", governing, "each", "villages"),
        ("services", None, None, "villages"),
    )
    found = {(row.target, row.line, row.reading, row.per): row for row in run.target_rows}
    for key in wanted:
        row = found[key]
        mean = row.met_share["mean"]
        yield number(None if mean is None else 100 * mean, ".1f") + MARKS[row.verdict]
    out = {one["year"]: 100 * one["exited_share_mean"] for one in run.years().to_dict("records")}
    yield from (number(out.get(year), ".1f") for year in SUMMARY_YEARS)
    cost: dict[str, Any] = run.cost()
    yield f"{(cost['total'] + cost['staff']) / 1e6:,.0f}"
