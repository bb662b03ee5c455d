import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simlib.errors import InputError
from simlib.facts import Facts, load_facts
from simlib.facts.usage import cite, facts_as_records, keys_read, sources, used_by

ROOT = Path(__file__).resolve().parents[2]
FIELDS = ["key", "label", "value", "low", "high", "distribution", "unit", "year"]
FIELDS += ["source", "clause", "assumed", "confidence", "used_by"]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ('x = facts["job_kept"]', {"job_kept"}),
        ('KEYS = ("job_kept", "villages")', {"job_kept"}),
        ('x = self.facts["villages"]', {"villages"}),
        ('x = table["villages"]', set()),
        ('x = facts[f"absorption_{year}"]', {"absorption_2016", "absorption_2017"}),
        ('x = facts[f"absorption_{year}_share"]', set()),
        ('x = facts[f"{stem}_{year}"]', set()),
        ('x = facts["absorption_2016"]', {"absorption_2016"}),
        ('"""job_kept"""', set()),
        ('def f():\n    "job_kept"', set()),
        ('"""Uses facts["job_kept"]."""', set()),
        ("# facts['job_kept']\nx = job_kept", set()),
        ('x = f"job_{kept}"', set()),
    ],
)
def test_what_counts_as_a_read(source: str, read: set[str]) -> None:
    assert keys_read(source, ["job_kept", "villages", "absorption_2016", "absorption_2017"]) == read


def test_used_by_names_the_modules() -> None:
    assert "simlib.facts.lines" in used_by("planned_growth")
    assert "simlib.facts.lines" in used_by("provincial_income_2019")
    assert used_by("no_such_key") == ()


def test_records_have_the_fields_of_the_contract(facts: Facts) -> None:
    records = facts_as_records(facts)
    assert [record["key"] for record in records] == list(facts)
    assert all(list(record) == FIELDS for record in records)
    assert all(set(record["label"]) == {"zh", "en"} for record in records)
    assert json.loads(json.dumps(records, allow_nan=False)) == records


def test_a_record_names_its_publication(facts: Facts) -> None:
    (income, line) = facts_as_records(facts, ["provincial_income_2016", "village_line_share"])
    assert income["source"] == "S18 羊城晚报 2017-01-24 去年广东人均可支配收入破3万元"
    assert (income["clause"], income["assumed"], income["low"]) == (None, None, None)
    assert (line["source"], line["clause"], line["value"]) == (None, "一(二)", 0.6)
    assert cite("S50, S51") == "S50 桑植县生态护林员 2018; S51 旌德县俞村镇护林员 2020"


def test_records_of_an_unknown_key_name_the_nearest(facts: Facts) -> None:
    with pytest.raises(InputError, match="did you mean 'villages'"):
        facts_as_records(facts, ["vilages"])


def test_every_source_that_is_cited_is_in_the_register(facts: Facts) -> None:
    every = (facts.fact(key) for key in facts)
    cited = {code for fact in every for code in re.findall(r"\b[SEP]\d{2}\b", f"{fact.source} {fact.assumed}")}
    assert {"S18", "P03"} <= cited
    assert cited <= set(sources())


def test_every_fact_is_read(facts: Facts) -> None:
    """By the package or a notebook; a number that the text prints may be read by the test of the text's sums alone."""
    texts = [*_sources_of("simlib", "*.py"), *_notebook_cells()]
    read = frozenset[str]().union(*(keys_read(text, facts) for text in texts))
    of_the_text = keys_read(Path(__file__).with_name("test_policy_text.py").read_text(encoding="utf-8"), facts)
    read |= {key for key in of_the_text if facts.fact(key).clause}
    unread = sorted(set(facts) - read)
    assert not unread, f"nothing reads {', '.join(unread)}"


def _sources_of(folder: str, pattern: str) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob(pattern)))


def _notebook_cells() -> Iterator[str]:
    for text in _sources_of("notebooks", "*.ipynb"):
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                yield "\n".join(line for line in lines if not line.startswith(("%", "!")))
