"""Every function of simlib says its types, but for compiled ones: there Numba infers them and annotations mislead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import simlib

PACKAGE = Path(simlib.__file__).parent
COMPILED = {"rule", "step", "aside", "kernel"}  # simlib.compiled

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_compiled(function: Function) -> bool:
    return any(isinstance(one, ast.Name) and one.id in COMPILED for one in function.decorator_list)


def is_typed(function: Function) -> bool:
    """All arguments but a leading self or cls, and what is returned."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    rest = [one for one in (given.vararg, given.kwarg) if one]
    free = named[1:] if named and named[0].arg in {"self", "cls"} else named
    return function.returns is not None and all(one.annotation for one in [*free, *rest])


def untyped(tree: ast.AST) -> Iterator[Function]:
    """Functions that ought to say their types and do not, those inside others too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function) and is_compiled(node):
            continue
        if isinstance(node, Function) and not is_typed(node):
            yield node
        yield from untyped(node)


def test_every_function_says_its_types() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    assert trees
    found = [(path.relative_to(PACKAGE.parent), one) for path, tree in trees.items() for one in untyped(tree)]
    assert [f"{path.as_posix()}:{one.lineno}: {one.name}" for path, one in found] == []


def test_the_check_sees_what_it_should() -> None:
    source = """
@rule
def compiled(x): return x
def missing_argument(x) -> int: return 1
def missing_result(x: int): return 1
class Box:
    def good(self, x: int, *rest: int) -> int: return 1
    def bad(self, x: int, **rest) -> int: return 1
def outer() -> None:
    def inner(): pass
"""
    assert [one.name for one in untyped(ast.parse(source))] == ["missing_argument", "missing_result", "bad", "inner"]
