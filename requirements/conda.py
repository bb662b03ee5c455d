"""Writes environment.yml: what pyproject.toml asks for, all extras among it, under conda-forge's names."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"matplotlib": "matplotlib-base", "types-PyYAML": "types-pyyaml"}  # the rest are called the same there
PIP_ONLY = {"pylopdf-fonts-zh-cn"}  # conda-forge has no such package


def name_of(requirement: str) -> str:
    """The bare name: `numpy` of `numpy>=2.0`."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def requirements(project: dict[str, Any]) -> list[str]:
    """Every requirement of the project and of its extras, in alphabetical order."""
    extras = project["optional-dependencies"].values()
    wanted = {*project["dependencies"], *(one for extra in extras for one in extra)}
    return sorted(wanted, key=lambda one: name_of(one).lower())


def conda_name(requirement: str) -> str:
    """The same requirement under conda-forge's name."""
    name = name_of(requirement)
    return CONDA_NAMES.get(name, name) + requirement.removeprefix(name)


def environment(project: dict[str, Any]) -> str:
    """The text of environment.yml for the [project] table of pyproject.toml."""
    wanted = requirements(project)
    conda = [conda_name(one) for one in wanted if name_of(one) not in PIP_ONLY]
    pip = [one for one in wanted if name_of(one) in PIP_ONLY]
    lines = [
        "# Written by `make lock` from pyproject.toml. Then, in the checkout:",
        "#   pip install --no-build-isolation --no-deps -e .",
        f"name: {project['name']}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{project['requires-python']}",
        "  - pip",
        *(f"  - {one}" for one in conda),
        "  - pip:",
        *(f"      - {one}" for one in pip),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (ROOT / "environment.yml").write_text(environment(table), encoding="utf-8", newline="\n")
