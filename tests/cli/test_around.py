"""`simlib facts`, `simlib lab`, help."""

from collections.abc import Sequence

import pytest

from simlib.facts import load_facts
from tests.cli.calling import assert_bad_input, simlib, told


def test_facts_as_json_and_for_people() -> None:
    every = told(simlib("facts", "--json"))
    assert [fact["key"] for fact in every["facts"]] == list(load_facts())
    one = simlib("facts", "job_kept", "target_year").stdout.splitlines()
    assert one[0].startswith("job_kept = 0.82 per_year (0.7 to 0.92, triangular)  ")
    assert one[1].startswith("target_year = 2018 year  ")
    assert one[1].endswith("[一(二)]")


def test_an_unknown_fact_names_the_nearest() -> None:
    assert_bad_input(simlib("facts", "job_kep"), "there is no fact 'job_kep'", "did you mean 'job_kept'")


def test_the_notebooks_are_served_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def call(command: list[str]) -> int:
        seen.append(command)
        return 0

    monkeypatch.setattr("subprocess.call", call)
    assert simlib("lab", "--port", 9999, "--no-browser").exit_code == 0
    assert {"--ip=127.0.0.1", "--port=9999", "--no-browser"} <= set(seen[0])


@pytest.mark.parametrize("command", [[], ["run"], ["compare"], ["facts"], ["lab"], ["registry"], ["registry", "check"]])
def test_every_command_helps(command: Sequence[str]) -> None:
    done = simlib(*command, "--help")
    assert done.exit_code == 0
    assert "Exit codes: 0 done, 1 our fault or the machine's, 2 bad input, 3 a target is missed" in " ".join(done.stdout.split())


def test_the_version_is_the_packages() -> None:
    assert "0." in simlib("--version").stdout
