"""What the README shows works as it stands there."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import simlib
from simlib.cli import main
from simlib.scenario import bundled_scenarios, load_scenario

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("yaml"))
def test_scenarios_of_the_readme_load(block: str, tmp_path: Path) -> None:
    path = tmp_path / "my_plan.yaml"
    path.write_text(block, encoding="utf-8")
    scenario = load_scenario(path)
    assert yaml.safe_load(block)["base"] == scenario.base
    assert scenario.difference()


def test_the_readme_shows_a_scenario_and_a_program() -> None:
    assert len(blocks("yaml")) == 1 and len(blocks("python")) == 1
    named = set(re.findall(r"\bsl\.(\w+)", blocks("python")[0]))
    assert named and named <= set(simlib.__all__)


def test_scenarios_and_pictures_that_the_readme_names_are_there() -> None:
    commands = re.findall(r"simlib (?:run|compare) ([a-z_ ]+)", "\n".join(blocks("sh")))
    assert {name for names in commands for name in names.split()} <= set(bundled_scenarios())
    linked = re.findall(r"\]\(((?:docs|notebooks)/[^)]+|CHANGELOG.md)\)", README)
    assert linked and all((Path(__file__).parents[1] / name).is_file() for name in linked)


def test_the_answer_that_the_readme_shows_is_what_the_command_prints(tmp_path: Path) -> None:
    (shown,) = blocks("text")
    done = CliRunner().invoke(main, ["run", "full_package", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert done.stdout == shown


def test_the_answer_in_words_says_numbers_of_the_answer() -> None:
    (shown,) = blocks("text")
    (told,) = re.findall(r"^In words: (.*?)\n\n", README, flags=re.MULTILINE | re.DOTALL)
    plain = re.sub(r"5–95 %|2018", "", told).replace(",", "")
    figures = re.findall(r"\d+(?:\.\d+)?", plain)
    assert len(figures) > 8
    assert [one for one in figures if not re.search(rf"(?<![\d.]){re.escape(one)}(?![\d.]*\d)", shown.replace(",", ""))] == []
