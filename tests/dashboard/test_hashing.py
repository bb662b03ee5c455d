"""A result's hash: of what it says, at hand or stored."""

from pathlib import Path

from simlib.dashboard import result_hash
from simlib.runs import run_one
from simlib.scenario import load_scenario
from simlib.store import read_stored, write_run
from tests.small import small_register


def test_a_stored_result_has_the_hash_of_the_one_at_hand(tmp_path: Path) -> None:
    made = run_one(load_scenario("full_package"), small_register(), draws=8)
    assert result_hash(read_stored(write_run(made, tmp_path))) == result_hash(made)


def test_another_number_is_another_hash() -> None:
    hashes = {result_hash(run_one(load_scenario("full_package"), small_register(), draws=8, seed=seed)) for seed in (1, 2)}
    assert len(hashes) == 2
    assert all(one.startswith("sha256:") for one in hashes)
