"""What the bundled scenarios are expected to come to: a few rows each on a small synthetic register, kept as text for review.

`python -m simlib.expected` computes them and says what differs from `scenarios/expected/`; with `--renew` it writes what it
computed, so that a change of the model is seen, number by number, where it is committed. The register is the same for all
and no forecast of anything: two thousand people drawn from a seed.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from simlib.errors import nearest
from simlib.registry import Registry
from simlib.registry.synthesise import synthesise_registry
from simlib.runs import Run, run_one
from simlib.scenario import bundled_scenarios, load_scenario
from simlib.scenario.files import bundled_folder

PEOPLE: Final = 2_000
SEED: Final = 1
DRAWS: Final = 20
DECIMALS: Final = 4
"""Of a share; a person in a draw is 1 / 40,000."""
HEAD: Final = ("row", "unit", "value")
UNDEFINED: Final = "none"
"""Stands where a number is not defined, such as the share of re-entries where nobody was out."""

TARGETS: Final = {
    "capable at the fixed line (each)": ("household_income", "fixed", "each", "people"),
    "capable at the moving line (each)": ("household_income", "moving", "each", "people"),
    "capable at the fixed line (mean)": ("household_income", "fixed", "mean", "people"),
    "capable at the moving line (mean)": ("household_income", "moving", "mean", "people"),
    "without labour covered": ("dibao_coverage", None, None, "people"),
    "all guarantees": ("guarantees", None, None, "people"),
    "villages at the fixed line": ("village_income", "fixed", "each", "villages"),
    "villages at the moving line": ("village_income", "moving", "each", "villages"),
    "villages with all services": ("services", None, None, "villages"),
}
"""Rows in the year of the targets: target, line, reading, counted per. The mean over draws of the share that is met."""


class Row(NamedTuple):
    """One number of a scenario, as text in the digits that are kept."""

    row: str
    unit: str
    value: str


def expected_rows(run: Run) -> tuple[Row, ...]:
    """The rows of a run: targets, exits by year, what is on paper, mean income of the labour-capable, money. Means over draws."""
    return (*_targets(run), *_years(run), *_money(run))


def _targets(run: Run) -> Iterator[Row]:
    found = {(row.target, row.line, row.reading, row.per): row for row in run.target_rows}
    for name, key in TARGETS.items():
        row = found[key]
        yield Row(f"{name} {row.year}", "share", _share(row.met_share["mean"]))


def _years(run: Run) -> Iterator[Row]:
    """Who is out of the register at each year's end; and of the last year what tells the stresses apart."""
    records: Sequence[Mapping[str, Any]] = run.to_json()["years"]
    for record in records:
        yield Row(f"out of the register {record['year']}", "share", _share(record["exited_share"]["mean"]))
    last = records[-1]
    yield Row(f"back on the register {last['year']}", "share", _share(last["reentry_share"]["mean"]))
    yield Row(f"out of it and below the line {last['year']}", "share", _share(last["below_line_after_exit_share"]["mean"]))
    yield Row(f"at the line on paper only {last['year']}", "share", _share(last["on_paper_share"]["mean"]))
    yield Row(f"mean income of the capable {last['year']}", "yuan", _whole(last["income_pc_labour_capable"]["mean"]))


def _money(run: Run) -> Iterator[Row]:
    yield Row("spent", "yuan", _whole(run.cost()["total"]))


def _share(number: float | None) -> str:
    return UNDEFINED if number is None else f"{number:.{DECIMALS}f}"


def _whole(number: float | None) -> str:
    return UNDEFINED if number is None else f"{number:.0f}"


@cache
def small_register() -> Registry:
    """The register of all rows."""
    return synthesise_registry(people=PEOPLE, seed=SEED)


def computed(name: str) -> tuple[Row, ...]:
    """The rows of a bundled scenario as the model gives them now."""
    return expected_rows(run_one(load_scenario(name), small_register(), draws=DRAWS, seed=SEED))


def folder() -> Path:
    """Where the rows are kept."""
    return bundled_folder() / "expected"


def to_text(rows: Sequence[Row]) -> str:
    """Rows as the text of a CSV file."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([HEAD, *rows])
    return file.getvalue()


def kept(name: str, where: Path) -> tuple[Row, ...]:
    """The rows of a scenario that are kept; none where there are none yet."""
    path = where / f"{name}.csv"
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Row(*line) for line in list(csv.reader(file))[1:])


def changes(name: str, old: Sequence[Row], new: Sequence[Row]) -> list[str]:
    """A line for each row that is new, gone or other than before."""
    before, after = ({(row.row, row.unit): row.value for row in rows} for rows in (old, new))
    return [
        f"{name}: {row} ({unit}): {before.get((row, unit), 'not there')} -> {after.get((row, unit), 'gone')}"
        for row, unit in [*after, *(key for key in before if key not in after)]
        if before.get((row, unit)) != after.get((row, unit))
    ]


def _told(names: Sequence[str], where: Path, renew: bool) -> Iterator[str]:
    """What differs, one scenario after the other, each written when it has been computed."""
    for name in names:
        rows = computed(name)
        lines = changes(name, kept(name, where), rows)
        if lines and renew:
            where.mkdir(exist_ok=True)
            (where / f"{name}.csv").write_text(to_text(rows), encoding="utf-8", newline="\n")
        yield from lines
    for path in sorted(where.glob("*.csv")):
        if path.stem not in bundled_scenarios():
            yield f"{path.stem}: no such scenario{': removed' if renew else ''}"
            if renew:
                path.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute, say what differs, with `--renew` write it. -> exit code: 1 where something differs and is not written"""
    parser = argparse.ArgumentParser(prog="python -m simlib.expected", description="Expected rows of the bundled scenarios.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all, unless named")
    parser.add_argument("--renew", action="store_true", help="write what differs")
    given = parser.parse_args(arguments)
    known = bundled_scenarios()
    for name in given.scenarios:
        if name not in known:
            parser.error(f"there is no bundled scenario {name!r}; {nearest(name, known)}")
    told = 0
    for line in _told(given.scenarios or known, folder(), given.renew):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        told += 1
    sys.stdout.write(f"{told} rows differ{' and are written' if told and given.renew else ''}\n")
    return int(told > 0 and not given.renew)


if __name__ == "__main__":
    sys.exit(main())
