"""The project's own files: one version, one list of packages in three places, no trace of a machine, a whole wheel."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import simlib

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"matplotlib": "matplotlib-base"}  # conda-forge calls every other package as PyPI does
PIP_ONLY = {"pylopdf-fonts-zh-cn"}

# One of each kind of machine that the lock is for; the markers of its entries ask for no more than this.
PLATFORMS = {
    "linux": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    "mac": {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    "windows": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
}
PYTHONS = ["3.11.0", "3.11.7", "3.12.4", "3.13.1", "3.14.0"]

# Written in pieces, so that this file does not find itself.
FOLDERS = "|".join(["work", "tmp", "root", "home", "opt", "Users"])
MACHINE_PATH = re.compile(rf"(?<![\w.~*<>{{}}/…-])/(?:{FOLDERS})/|[A-Z]:\\{{1,2}}Users")
REGISTRIES = ["pypi" + r"\.org", "python" + "hosted", "anaconda" + r"\.(?:org|com)", "npm" + r"js\."]
REGISTRY_HOST = re.compile("|".join(REGISTRIES))
UNFINISHED = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|X" + r"XX)\b")


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for() -> list[Requirement]:
    """What pyproject.toml asks for: dependencies, every extra, and what builds the package."""
    project = pyproject()["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return [Requirement(one) for one in [*project["dependencies"], *extras]]


def lock_text() -> str:
    return (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")


def lock_entries() -> list[tuple[Requirement, list[str]]]:
    """Every entry of the lock: the pinned requirement and its hashes."""
    lines = [line for line in lock_text().splitlines() if not line.lstrip().startswith("#")]
    logical = "\n".join(lines).replace("\\\n", " ").splitlines()
    entries = [line.split("--hash=") for line in logical if line.strip()]
    return [(Requirement(pin.strip()), [one.strip() for one in hashes]) for pin, *hashes in entries]


def project_files() -> list[Path]:
    """The files that git holds or would hold; outside a checkout there is nothing to look at, and CI must have one."""
    listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, capture_output=True, check=False)
    if found.returncode and not os.environ.get("CI"):
        pytest.skip("not a git checkout: its files cannot be told from others")
    assert found.returncode == 0, found.stderr.decode()
    return [path for name in found.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def project_texts() -> dict[str, str]:
    """The text of every project file that is text."""
    texts = {}
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content:
            texts[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return texts


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in project_texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if '"image/png": ' not in line and pattern.search(line)  # a stored picture's letters are chance
    ]


def test_one_version() -> None:
    version = pyproject()["project"]["version"]
    assert simlib.__version__ == version
    newest = re.findall(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert newest == version


def test_licence_is_mit() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 the simlib authors\n")
    assert "without restriction" in text
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in text
    assert pyproject()["project"]["license"] == "MIT"


def test_lock_pins_every_entry_with_hashes() -> None:
    entries = lock_entries()
    assert len(entries) > len(asked_for())
    assert [str(pin) for pin, _ in entries if [one.operator for one in pin.specifier] != ["=="]] == []
    assert [str(pin) for pin, hashes in entries if not hashes] == []
    assert [one for _, hashes in entries for one in hashes if not re.fullmatch(r"sha256:[0-9a-f]{64}", one)] == []


def test_lock_names_no_place() -> None:
    text = lock_text()
    assert "/" not in text, "no address and no path: whoever installs has their own registry"
    assert re.findall(r"^-.*", text, re.MULTILINE) == [], "no option such as an index belongs into the lock"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_lock_has_what_pyproject_asks_for(platform: str, python: str) -> None:
    machine = PLATFORMS[platform] | {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    here = [pin for pin, _ in lock_entries() if pin.marker is None or pin.marker.evaluate(machine)]
    versions = {canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version) for pin in here}
    assert len(versions) == len(here), "a package twice for the same machine"
    wanted = [*asked_for(), *(Requirement(one) for one in pyproject()["build-system"]["requires"])]
    unmet = [str(one) for one in wanted if versions.get(canonicalize_name(one.name)) not in Allowed(one)]
    assert unmet == [], "run `make lock`"


class Allowed:
    """The versions that a requirement allows; None, for a missing package, is never among them."""

    def __init__(self, requirement: Requirement) -> None:
        self.specifier = requirement.specifier

    def __contains__(self, version: Version | None) -> bool:
        return version is not None and self.specifier.contains(version)


def test_conda_environment_equals_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "simlib"
    assert environment["channels"] == ["conda-forge"]
    *conda, pip = environment["dependencies"]
    asked = {one.name.lower(): one.specifier for one in asked_for()}
    expected = {CONDA_NAMES.get(name, name): asked[name] for name in asked if name not in PIP_ONLY}
    expected |= {"python": SpecifierSet(pyproject()["project"]["requires-python"]), "pip": SpecifierSet("")}
    assert {one.name: one.specifier for one in map(Requirement, conda)} == expected
    assert {one.name: one.specifier for one in map(Requirement, pip["pip"])} == {name: asked[name] for name in PIP_ONLY}
    assert len(conda) == len(expected), "a package twice"


def test_no_path_of_one_machine_and_no_registry_in_any_file() -> None:
    assert lines_with(MACHINE_PATH) == []
    assert lines_with(REGISTRY_HOST) == []


@pytest.mark.parametrize("seen", ["cd /wo" + "rk/main", "'/tm" + "p/x'", "=/ro" + "ot/.cache", "C:" + r"\Users\me"])
def test_a_machine_path_would_be_found(seen: str) -> None:
    assert MACHINE_PATH.search(seen)


@pytest.mark.parametrize("right", ["work/<key>/", "../shared/data", "simlib/work/", "/runs", "http" + "s://x.example/opt"])
def test_a_path_in_the_checkout_is_no_machine_path(right: str) -> None:
    assert not MACHINE_PATH.search(right)


def test_nothing_is_left_to_be_done() -> None:
    assert lines_with(UNFINISHED) == []


def test_readme_names_the_two_commands_and_the_way_without_make() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in readme
    assert "make test" in readme
    assert r"pip install --require-hashes -r requirements\lock.txt" in readme
    assert "pip install --no-build-isolation --no-deps -e ." in readme


def ci_run(folder: Path, *programs: str, code: int = 0, root: bool = True) -> subprocess.CompletedProcess[str]:
    """Run .ci/run where there is nothing but make and these programs, which only say how they were called; make ends with `code`."""
    for name in ("make", *programs):
        stand_in = folder / name
        stand_in.write_text(f'#!/bin/sh\necho "$PWD: {name} $*, CI=$CI"\nexit {code if name == "make" else 0}\n', encoding="utf-8")
        stand_in.chmod(0o755)
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("EUID == 0", "1" if root else "0")
    command = ["/bin/bash", "-c", script.replace("${BASH_SOURCE[0]%/*}/..", str(ROOT))]
    environment = {"PATH": str(folder)}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


on_posix = pytest.mark.skipif(sys.platform == "win32", reason="CI runs on POSIX")


@on_posix
@pytest.mark.parametrize("code", [0, 2])
def test_ci_runs_make_test_and_hands_on_its_exit_code(tmp_path: Path, code: int) -> None:
    done = ci_run(tmp_path, "chromium", "soffice", "fc-cache", code=code)
    assert (done.returncode, done.stdout, done.stderr) == (code, f"{ROOT}: make test, CI=true\n", "")


@on_posix
def test_ci_installs_the_programs_that_are_missing(tmp_path: Path) -> None:
    done = ci_run(tmp_path, "apt-get", "google-chrome")
    assert (done.returncode, done.stdout) == (0, f"{ROOT}: make test, CI=true\n")
    update, install = re.findall(r"apt-get (.*), CI", done.stderr)
    assert update.split()[0] == "update"
    assert install.split()[:2] == ["install", "-y"] and install.split()[-2:] == ["libreoffice-calc", "fontconfig"]


@on_posix
def test_ci_without_root_takes_the_browser_that_playwright_brings(tmp_path: Path) -> None:
    done = ci_run(tmp_path, "apt-get", "soffice", "fc-cache", code=7, root=False)
    assert done.returncode == 7, "make env fails in this test, before Playwright is asked"
    assert "cannot install chromium" in done.stderr
    assert "make env" in done.stderr and "apt-get update" not in done.stderr
    assert "playwright install chromium" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with ZipFile(built) as opened:
        yield opened


def test_wheel_holds_every_file_of_simlib_and_the_scenarios(wheel: ZipFile) -> None:
    names = {path.relative_to(ROOT).as_posix() for path in project_files()}
    package = {name for name in names if name.startswith("simlib/")}
    scenarios = {name for name in names if name.startswith("scenarios/")}
    assert "scenarios/baseline.yaml" in scenarios
    assert any(name.startswith("simlib/facts/") and name.endswith(".yaml") for name in package)
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == package | {name.replace("scenarios/", "simlib/bundled_scenarios/", 1) for name in scenarios}


def test_wheel_says_what_it_is(wheel: ZipFile) -> None:
    info = f"simlib-{simlib.__version__}.dist-info"
    metadata = message_from_bytes(wheel.read(f"{info}/METADATA"))
    assert metadata["Version"] == simlib.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert wheel.read(f"{info}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    assert "simlib = simlib.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()


def unpack(source: Path, folder: Path) -> Path:
    """Write out a source package and give its one folder; `extractall` wants a filter that Python 3.11.0 lacks."""
    with tarfile.open(source) as archive:
        for member in archive:
            content = archive.extractfile(member)
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read() if content else b"")
    return folder / source.name.removesuffix(".tar.gz")


def test_wheel_made_from_the_source_package_is_the_same(wheel: ZipFile, tmp_path: Path) -> None:
    (source,) = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    unpacked = unpack(Path(source), tmp_path)
    (again,) = WheelBuilder(str(unpacked)).build(directory=str(tmp_path), versions=["standard"])
    with ZipFile(again) as opened:
        assert sorted(opened.namelist()) == sorted(wheel.namelist())
