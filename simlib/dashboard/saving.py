"""What is downloaded: the workbook of an answer, and the scenario file that asks it."""

from typing import Final, NamedTuple

import yaml

from simlib.dashboard.session import Asked
from simlib.facts import load_facts
from simlib.runs import Result

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YAML: Final = "application/yaml"


class Saved(NamedTuple):
    """A file to save: its name, media type and content."""

    name: str
    kind: str
    content: bytes


def saved_scenario(asked: Asked) -> Saved:
    """The scenario file: its base and what was moved; it loads to the same hash."""
    facts = load_facts()
    text = yaml.safe_dump(asked.written(facts), allow_unicode=True, sort_keys=False, width=120)
    return Saved(f"{asked.scenario(facts).name}.yaml", YAML, text.encode())


def saved_workbook(result: Result, language: str) -> Saved:
    """The workbook of an answer, as `simlib report` writes it."""
    from simlib.reports.workbook import workbook_bytes  # xlsxwriter: only where a workbook is made

    return Saved(f"{result.scenario.name}-{result.draws}.xlsx", XLSX, workbook_bytes(result, language))
