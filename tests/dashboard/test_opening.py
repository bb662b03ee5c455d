"""How the page opens: with the answer that was kept for this very question, and served to this machine alone."""

import socket
from pathlib import Path

import pytest

from simlib.dashboard import kept
from simlib.dashboard.opening import PREPARED, Settings, first_look, settings
from simlib.dashboard.serving import HOST, configuration, free_port
from simlib.dashboard.session import Asked, bundled
from simlib.dashboard.state import Opened, State
from simlib.errors import InputError
from simlib.registry import write_registry
from simlib.scenario import load_scenario
from simlib.words import Words
from tests.small import small_register, small_run


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "cache_root", lambda: tmp_path / "cache")


def test_settings_reach_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Settings("a.xlsx", "baseline", 8, 12, "en")
    for name, value in told.environment().items():
        monkeypatch.setenv(name, value)
    assert settings() == told


def test_of_a_large_ensemble_the_beginning_is_prepared() -> None:
    assert (Settings(ensemble=5_000).prepared, Settings(draws=8, ensemble=12).prepared) == (PREPARED, 12)


def test_a_kept_answer_is_found_by_its_question_and_draws() -> None:
    run = small_run("full_package")
    kept.keep(run, "key")
    found = kept.find("key", run.draws)
    assert found is not None
    assert found.table("targets").equals(run.targets())
    assert kept.find("key", run.draws + 1) is None
    assert kept.find("other", run.draws) is None


def test_old_answers_go() -> None:
    for number in range(kept.OTHERS + 3):
        kept.keep(small_run("full_package"), f"key{number}")
    assert kept.find(f"key{kept.OTHERS + 2}", small_run("full_package").draws) is not None
    assert (
        sum(kept.find(f"key{number}", small_run("full_package").draws) is not None for number in range(kept.OTHERS + 3)) == kept.OTHERS + 1
    )


def test_a_changed_register_file_is_another_question(tmp_path: Path) -> None:
    path, scenario = tmp_path / "register.xlsx", load_scenario("full_package")
    write_registry(small_register(), path)
    before = kept.key_for(path, scenario)
    path.write_bytes(path.read_bytes() + b" ")
    assert len({before, kept.key_for(path, scenario), kept.key_for(None, scenario), kept.key_for(None, load_scenario("baseline"))}) == 4


def test_the_first_look_has_the_numbers_and_no_script() -> None:
    state = State(Words("en"), Opened("small"), Asked(bundled("full_package")), small_run("full_package"), is_answer=True)
    html = first_look(state)
    assert html.count("<section") == 6
    assert "<script" not in html
    assert "simlib-first" in html


def test_the_server_is_for_this_machine_alone_and_wants_a_token() -> None:
    told = configuration(8866, "a-token")
    assert told["Voila"]["ip"] == HOST == "127.0.0.1"
    assert told["Voila"]["token"] == "a-token"
    assert told["Voila"]["tornado_settings"]["allow_remote_access"] is False


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server((HOST, 0)) as server:
        taken = server.getsockname()[1]
        with pytest.raises(InputError, match=f"port {taken} is taken"):
            free_port(taken)
