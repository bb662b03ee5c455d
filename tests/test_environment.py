"""requirements/environment.sh: made once, anew when it must be, never mistaken for done (a stand-in plays Python)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
UV_LINES = "uv==1 \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n"
LOCK = f"other==2 \\\n    --hash=sha256:0\n{UV_LINES}    # via simlib\nwheel==3 \\\n    --hash=sha256:3\n"

# Notes every call; `-m venv` copies itself into .venv; fails where FAIL is found in the call.
PYTHON = """#!/bin/sh
case "$*" in *"${FAIL:-nothing}"*) exit 1;; -c*) echo "$BASE"; exit 0;; *"pip config"*) exit 0;; esac
echo "python $*" >> "$CALLS"
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
    *uv.txt) cp "$UV" .venv/bin/uv;;
esac
"""
UV = """#!/bin/sh
echo "uv $*${UV_DEFAULT_INDEX:+ from $UV_DEFAULT_INDEX}" >> "$CALLS"
case "uv $*" in *"${FAIL:-nothing}"*) exit 1;; esac
"""

VENV = "python -m venv .venv"
UV_ITSELF = "python -m pip install --quiet --require-hashes -r .venv/uv.txt"
BY_UV = "uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r requirements/lock.txt"
BY_PIP = "python -m pip install --quiet --require-hashes -r requirements/lock.txt"
PROJECT = "python -m pip install --quiet --no-index --no-build-isolation --no-deps -e ."

SETTINGS = {"INSTALLER", "PIP_INDEX_URL", "UV_DEFAULT_INDEX"}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script; Windows has the README's two lines")


class Checkout:
    """A folder with just what the script reads, and the stand-ins beside it."""

    def __init__(self, folder: Path) -> None:
        self.stand_ins = folder / "stand-ins"
        self.root = folder / "a check out"
        (self.root / "requirements").mkdir(parents=True)
        self.stand_ins.mkdir()
        shutil.copy(ROOT / "requirements" / "environment.sh", self.root / "requirements")
        self.write("requirements/lock.txt", LOCK)
        self.write("pyproject.toml", "[project]\n")
        for name, text in {"python": PYTHON, "uv": UV}.items():
            (self.stand_ins / name).write_text(text, encoding="utf-8")
            (self.stand_ins / name).chmod(0o755)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def make(self, code: int = 0, **settings: str) -> list[str]:
        """Run the script; the calls that it made. Its exit code must be `code`."""
        calls = self.stand_ins / "calls"
        calls.write_text("", encoding="utf-8")
        python, uv = str(self.stand_ins / "python"), str(self.stand_ins / "uv")
        ours = {"CALLS": str(calls), "UV": uv, "BASE": python, "PYTHON": python}
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        command = ["sh", str(self.root / "requirements" / "environment.sh")]
        environment = {**inherited, **ours, **settings}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_made_once_by_uv_from_the_lock(checkout: Checkout) -> None:
    assert checkout.make() == [VENV, UV_ITSELF, BY_UV, PROJECT]
    assert checkout.make() == []


def test_uv_itself_comes_from_the_lock_with_its_hashes(checkout: Checkout) -> None:
    checkout.make()
    own = (checkout.root / ".venv" / "uv.txt").read_text(encoding="utf-8")
    assert own == UV_LINES


def test_pip_where_it_is_asked_for(checkout: Checkout) -> None:
    assert checkout.make(INSTALLER="pip") == [VENV, BY_PIP, PROJECT]


@pytest.mark.parametrize(("fails", "before"), [("uv.txt", []), ("uv pip install", [UV_ITSELF, BY_UV])])
def test_pip_where_uv_cannot_be_had(checkout: Checkout, fails: str, before: list[str]) -> None:
    assert checkout.make(FAIL=fails) == [VENV, *before, BY_PIP, PROJECT]
    assert checkout.make() == []


def test_a_changed_lock_makes_it_anew(checkout: Checkout) -> None:
    checkout.make()
    (checkout.root / ".venv" / "left over").touch()
    checkout.write("requirements/lock.txt", LOCK.replace("other==2", "other==3"))
    assert checkout.make() == [VENV, UV_ITSELF, BY_UV, PROJECT]
    assert not (checkout.root / ".venv" / "left over").exists()


def test_a_changed_project_is_installed_again_and_nothing_else(checkout: Checkout) -> None:
    checkout.make()
    checkout.write("pyproject.toml", "[project]\nname = 'simlib'\n")
    assert checkout.make() == [PROJECT]
    assert checkout.make() == []


@pytest.mark.parametrize("fails", ["-m venv", "install"])
def test_an_interrupted_environment_is_not_taken_for_done(checkout: Checkout, fails: str) -> None:
    checkout.make(code=1, FAIL=fails)
    assert checkout.make() == [VENV, UV_ITSELF, BY_UV, PROJECT]


def test_an_interrupted_project_is_installed_again(checkout: Checkout) -> None:
    checkout.make(code=1, FAIL="-e .")
    assert checkout.make() == [PROJECT]


def test_a_moved_checkout_or_a_lost_interpreter_makes_it_anew(checkout: Checkout) -> None:
    checkout.make()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    assert checkout.make() == [VENV, UV_ITSELF, BY_UV, PROJECT]
    (checkout.root / ".venv" / "bin" / "python").unlink()
    assert checkout.make() == [VENV, UV_ITSELF, BY_UV, PROJECT]


@pytest.mark.parametrize("setting", [{"PYTHON": "no such python"}, {"FAIL": "version_info < (3, 11)"}])
def test_a_missing_or_old_python_touches_nothing(checkout: Checkout, setting: dict[str, str]) -> None:
    checkout.make()
    checkout.write("requirements/lock.txt", LOCK + "# changed\n")
    assert checkout.make(code=1, **setting) == []
    assert (checkout.root / ".venv" / "bin" / "python").exists()


def test_an_active_environment_is_not_made_of_itself(checkout: Checkout) -> None:
    checkout.make()
    checkout.write("requirements/lock.txt", LOCK + "# changed\n")
    assert checkout.make(PYTHON=".venv/bin/python") == [VENV, UV_ITSELF, BY_UV, PROJECT]


def test_uv_is_told_which_registry_pip_uses(checkout: Checkout) -> None:
    assert f"{BY_UV} from mirror" in checkout.make(PIP_INDEX_URL="mirror")
