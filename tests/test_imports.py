"""The floors of the house: arrows only point down, and nothing goes in circles.

What counts as an arrow: every import statement of a file of simlib, those inside functions too, and `import_module`
with a name spelt out. An import under `TYPE_CHECKING` counts for the floors (a type that belongs upstairs is an arrow
up) but not for the circles (it is never carried out). `from simlib.facts import reader` is an arrow to
`simlib.facts.reader`; that Python also runs the package's `__init__` on the way is no arrow.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

import simlib

PACKAGE = Path(simlib.__file__).parent

FLOORS = {
    "facts": 0, "errors": 0, "money": 0, "compiled": 0, "words": 0,
    "registry": 1, "folders": 1,
    "scenario": 2, "measures": 2, "funds": 2,
    "engine": 3,
    "assessment": 4,
    "runs": 5, "store": 5, "planning": 5, "uncertainty": 5,
    "reports": 6, "spread": 6, "monitoring": 6, "explain": 6, "verify": 6, "backtest": 6, "expected": 6, "rerun": 6,
    "cli": 7, "dashboard": 7,
}  # fmt: skip
ROOF = max(FLOORS.values()) + 1  # `import simlib` itself: it may show everything below, nobody below may ask it
STRANGERS = {frozenset({"planning", "uncertainty"})}  # neighbours that do not know each other

LIGHT = ["simlib", "simlib.errors", "simlib.facts", "simlib.money", "simlib.scenario"]
HEAVY = {"matplotlib", "numba", "openpyxl", "pandas", "pandera", "pyarrow"}


class Arrow(NamedTuple):
    """One import: `importer` needs `imported`; both dotted names of files, `simlib` for the package itself."""

    importer: str
    imported: str
    where: str
    typing_only: bool


class ImportWalker(ast.NodeVisitor):
    """Collects (absolute dotted name, line, typing only) of every import in one file."""

    def __init__(self, package_of_file: str) -> None:
        self.package = package_of_file
        self.typing_only = False
        self.found: list[tuple[str, int, bool]] = []

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [(alias.name, node.lineno, self.typing_only) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        upwards = self.package.split(".")[: -(node.level - 1) or None] if node.level else []
        base = ".".join([*upwards, *([node.module] if node.module else [])])
        self.found += [(f"{base}.{alias.name}", node.lineno, self.typing_only) for alias in node.names]

    def visit_Call(self, node: ast.Call) -> None:
        called = getattr(node.func, "attr", getattr(node.func, "id", None))
        name = node.args[0] if node.args else None
        if called in {"import_module", "__import__"} and isinstance(name, ast.Constant) and isinstance(name.value, str):
            self.found.append((name.value, node.lineno, self.typing_only))
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        outside = self.typing_only
        self.typing_only = outside or getattr(node.test, "attr", getattr(node.test, "id", None)) == "TYPE_CHECKING"
        for child in node.body:
            self.visit(child)
        self.typing_only = outside
        for child in node.orelse:
            self.visit(child)


def module_files(package: Path) -> dict[str, Path]:
    """Every file of a package under its dotted name; `__init__.py` under its folder's."""
    files = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


def arrows(package: Path) -> Iterator[Arrow]:
    """Every import of one file of the package from another."""
    files = module_files(package)
    for importer, path in files.items():
        walker = ImportWalker(importer if path.name == "__init__.py" else importer.rpartition(".")[0])
        walker.visit(ast.parse(path.read_text(encoding="utf-8")))
        for name, line, typing_only in walker.found:
            imported = name
            while imported and imported not in files:  # a name inside a file, or a class inside a file's name
                imported = imported.rpartition(".")[0]
            if imported and imported != importer:
                where = f"{path.relative_to(package.parent).as_posix()}:{line}"
                yield Arrow(importer, imported, where, typing_only)


def storey(module: str) -> str:
    """The part of the house that a file is in: `facts` of `simlib.facts.reader`, `simlib` of the package itself."""
    return module.split(".")[1] if "." in module else module


def floor(module: str) -> int:
    """The floor of a file; an unknown part of the house is a KeyError that names it."""
    return FLOORS[storey(module)] if "." in module else ROOF


def wrong_arrows(package: Path) -> list[str]:
    """One line for each import that points up, or that joins two that must not know each other."""
    wrong = []
    for arrow in arrows(package):
        up = floor(arrow.imported) > floor(arrow.importer)
        strange = {storey(arrow.importer), storey(arrow.imported)} in STRANGERS
        if up or strange:
            importer, imported = (f"{one} (floor {floor(one)})" for one in (arrow.importer, arrow.imported))
            wrong.append(f"{arrow.where}: {importer} imports {imported}")
    return wrong


def circle(edges: dict[tuple[str, str], str]) -> list[str]:
    """The imports of one circle, each with its place; empty when there is none."""
    graph: dict[str, set[str]] = {}
    for importer, imported in edges:
        graph.setdefault(importer, set()).add(imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = error.args[1][::-1]  # graphlib lists it from the imported to the importer
        return [f"{edges[pair]}: {pair[0]} imports {pair[1]}" for pair in pairwise(ring)]
    return []


def file_circle(package: Path) -> list[str]:
    """A circle of files, if any."""
    return circle({(one.importer, one.imported): one.where for one in arrows(package) if not one.typing_only})


def storey_circle(package: Path) -> list[str]:
    """A circle of parts of the house, if any: two folders can need each other though no two files do."""
    pairs = {(storey(one.importer), storey(one.imported)): one.where for one in arrows(package) if not one.typing_only}
    return circle({pair: where for pair, where in pairs.items() if pair[0] != pair[1]})


def test_every_part_of_the_house_has_a_floor() -> None:
    parts = {storey(module) for module in module_files(PACKAGE) if "." in module}
    assert parts - set(FLOORS) == set(), "give each its floor in FLOORS, and in the architecture"


def test_no_arrow_points_up() -> None:
    assert wrong_arrows(PACKAGE) == []


def test_no_circle_of_files() -> None:
    assert file_circle(PACKAGE) == []


def test_no_circle_of_folders() -> None:
    assert storey_circle(PACKAGE) == []


@pytest.mark.parametrize("module", LIGHT)
def test_light_modules_load_nothing_heavy(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(json.loads(done.stdout)) == set()


def test_every_public_name_resolves() -> None:
    assert simlib.__all__, "simlib shows nothing"
    assert len(set(simlib.__all__)) == len(simlib.__all__), "a name twice"
    assert [name for name in simlib.__all__ if not hasattr(simlib, name)] == []
    assert set(simlib.__all__) <= set(dir(simlib)), "dir(simlib) hides a public name"


# The walker itself: each kind of arrow is seen, in small houses built for the purpose.


def build(folder: Path, **files: str) -> Path:
    """A package `simlib` whose files are given as `facts___reader="source"`; folders get their `__init__.py`."""
    package = folder / "simlib"
    for name, source in {"__init__": "", **files}.items():
        path = package.joinpath(*name.split("___")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(source, encoding="utf-8")
    return package


@pytest.mark.parametrize(
    "source",
    [
        "import simlib.engine.kernel",
        "import os, simlib.engine.kernel as k",
        "from simlib.engine import kernel",
        "from simlib.engine.kernel import walk",
        "from ..engine import kernel",
        "from ..engine.kernel import walk",
        "def f():\n    from simlib.engine.kernel import walk",
        "import typing\nif typing.TYPE_CHECKING:\n    import simlib.engine.kernel",
        "import importlib\nimportlib.import_module('simlib.engine.kernel')",
        "if 1:\n    pass\nelse:\n    import simlib.engine.kernel",
    ],
)
def test_an_arrow_up_is_seen_with_its_place(tmp_path: Path, source: str) -> None:
    package = build(tmp_path, facts___reader=source, engine___kernel="walk = 1")
    place = f"simlib/facts/reader.py:{len(source.splitlines())}"
    assert wrong_arrows(package) == [f"{place}: simlib.facts.reader (floor 0) imports simlib.engine.kernel (floor 3)"]


def test_an_arrow_to_the_roof_is_seen(tmp_path: Path) -> None:
    assert len(wrong_arrows(build(tmp_path, engine___kernel="from simlib import __version__"))) == 1


def test_arrows_down_and_along_are_right(tmp_path: Path) -> None:
    facts = {"facts___reader": "import simlib.errors", "errors": ""}
    package = build(tmp_path, engine___kernel="from simlib.facts import reader", **facts)
    assert [wrong_arrows(package), file_circle(package), storey_circle(package)] == [[], [], []]
    assert [(one.importer, one.imported) for one in arrows(package)] == [
        ("simlib.engine.kernel", "simlib.facts.reader"),
        ("simlib.facts.reader", "simlib.errors"),
    ]


def test_strangers_are_seen(tmp_path: Path) -> None:
    package = build(tmp_path, planning___choose="import simlib.uncertainty.sample", uncertainty___sample="")
    assert len(wrong_arrows(package)) == 1


def test_a_circle_of_files_is_seen_even_inside_functions(tmp_path: Path) -> None:
    hidden = "def f():\n    import simlib.money"
    package = build(tmp_path, money="import simlib.words", words="import simlib.errors", errors=hidden)
    assert sorted(file_circle(package)) == [
        "simlib/errors.py:2: simlib.errors imports simlib.money",
        "simlib/money.py:1: simlib.money imports simlib.words",
        "simlib/words.py:1: simlib.words imports simlib.errors",
    ]


def test_a_circle_of_folders_is_seen_where_no_files_make_one(tmp_path: Path) -> None:
    words = {"words___b": "", "words___c": "import simlib.facts.d"}
    package = build(tmp_path, facts___a="import simlib.words.b", facts___d="", **words)
    assert file_circle(package) == []
    assert len(storey_circle(package)) == 2


def test_types_alone_make_no_circle(tmp_path: Path) -> None:
    later = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import simlib.money"
    assert file_circle(build(tmp_path, money="import simlib.errors", errors=later)) == []
