"""The sheet of parameters where a scenario sets some, and where they are no longer those of the run."""

from dataclasses import dataclass
from typing import Any

from simlib.facts import load_facts
from simlib.reports.workbook import workbook_bytes
from simlib.runs import Run, run_one
from simlib.scenario import scenario_from
from simlib.store import record
from tests.reports.workbook.reading import all_cells, read, table
from tests.small import small_register


def test_what_a_scenario_sets_is_marked_with_its_reason() -> None:
    facts = {
        "industry_margin": {"value": 0.1, "low": 0.05, "high": 0.2, "reason": "prices fell"},
        "income_growth": {"value": 0.07},
    }
    run = run_one(scenario_from({"base": "baseline", "facts": facts}, "x"), small_register(), draws=2)
    found = table(read(workbook_bytes(run, "en"))["Parameters"]).set_index(11)
    changed = {key: (row[1], row[8], row[9]) for key, row in found.iterrows() if row[9] is not None}
    before = load_facts().fact("industry_margin")
    assert changed == {
        "industry_margin": (0.1, "Set by the scenario: prices fell", f"yes; before: {before.value:g}, {before.low:g}, {before.high:g}"),
        "income_growth": (0.07, "Set by the scenario.", "yes; before: 0.08, 0.06, 0.105"),
    }


@dataclass(frozen=True)
class Older:
    """A result that was made with other facts."""

    made: Run

    def __getattr__(self, name: str) -> Any:
        return getattr(self.made, name)

    @property
    def record(self) -> dict[str, Any]:
        return record(self.made) | {"facts": "sha256:0"}


def test_facts_that_are_no_longer_those_of_the_run_are_told(made: Run) -> None:
    def warned(result: Any) -> bool:
        return any("not those of this run" in str(cell.value) for cell in all_cells(read(workbook_bytes(result, "en"))))

    assert warned(Older(made))
    assert not warned(made)
