import re
import subprocess
import sys
from pathlib import Path

import pytest

from simlib.errors import InputError
from simlib.facts import load_facts, read_facts

GOOD = """\
posts:
  label: {zh: 岗位, en: Posts}
  value: 3
  unit: persons
  year: 2016-2018
  source: S50
  confidence: high
"""


def problems_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(InputError, match="the facts cannot be used") as caught:
        read_facts(folder)
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    return caught.value.problems


def test_reads_every_yaml_of_a_folder_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(GOOD.replace("posts", "courses"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("posts: none", encoding="utf-8")
    facts = read_facts(tmp_path)
    assert list(facts) == ["courses", "posts"]
    assert facts["posts"] == 3
    assert facts.fact("posts").label.zh == "岗位"
    assert facts.fact("posts").year == "2016-2018"


def test_the_order_of_keys_and_files_does_not_touch_the_hash(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "a.yaml").write_text(GOOD + GOOD.replace("posts", "courses"), encoding="utf-8")
    (other / "a.yaml").write_text(GOOD, encoding="utf-8")
    (other / "b.yaml").write_text(GOOD.replace("posts", "courses").replace("value: 3", "value: 3.0"), encoding="utf-8")
    assert read_facts(one).hash == read_facts(other).hash


def test_a_key_in_two_files_names_both(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    assert problems_of(tmp_path) == ("posts: is given twice, in a.yaml and in b.yaml",)


def test_a_key_twice_in_one_file_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD + GOOD, encoding="utf-8")
    assert problems_of(tmp_path) == ("a.yaml line 8: 'posts' is given twice in this file's mapping",)


def test_a_field_twice_in_one_fact_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD + "  value: 4\n", encoding="utf-8")
    assert problems_of(tmp_path) == ("a.yaml line 8: 'value' is given twice in this file's mapping",)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("value: 3", "value: 2.5"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.replace("posts", "courses").replace("persons", "people"), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("jobs: 3\n", encoding="utf-8")
    count, unit, shape = problems_of(tmp_path)
    assert count == "a.yaml: posts: 2.5 is no persons: a count is a whole number, not below 0"
    assert re.fullmatch(r"b\.yaml: courses: unit: Input should be 'yuan', .*'persons'.*, not 'people'", unit)
    assert shape == "c.yaml: jobs: should be a mapping of fields, and is 3"


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("  unit: persons\n", ""), encoding="utf-8")
    assert problems_of(tmp_path) == ("a.yaml: posts: unit: Field required",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("posts: {value: 3", r"a\.yaml: this is no YAML: .*line 1"),
        ("- posts\n", r"a\.yaml: should map keys to facts, and holds list"),
        ("", r"a\.yaml: should map keys to facts, and holds NoneType"),
        ("!!python/object:os.system {}\n", r"a\.yaml: this is no YAML: could not determine a constructor .*"),
        ("2016:\n" + GOOD.split("\n", 1)[1], r"a\.yaml: 2016: key: Input should be a valid string, not 2016"),
    ],
)
def test_a_file_of_another_shape_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    (found,) = problems_of(tmp_path)
    assert re.match(problem, found)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.yaml file of facts"):
        read_facts(tmp_path)


def test_packaged_facts_are_read_once() -> None:
    assert load_facts() is load_facts()
    assert len(load_facts()) > 100


def test_facts_need_no_array_library() -> None:
    code = "import sys, simlib.facts, simlib.facts.lines, simlib.facts.usage as u; u.load = simlib.facts.load_facts(); "
    code += "sys.exit(', '.join(sorted({'numpy', 'pandas', 'numba'} & set(sys.modules))) or None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
