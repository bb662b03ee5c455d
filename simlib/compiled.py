"""The decorators of compiled code, and the folder that keeps its machine code.

Numba's own cache looks at the file of the cached function alone: after a rule in *another* file is edited it runs stale machine code. So
the cache folder's name holds a hash of every file that compiled code can be made of, of Numba's version and of the processor: an edited
rule is a new folder. With `NUMBA_DISABLE_JIT=1` all decorators leave the functions as they are: the interpreted twin.
"""

import ast
import hashlib
import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba
from numba.core import config as numba_config
from numba.core.cpu import CPUTargetOptions
from platformdirs import user_cache_dir

PACKAGE = Path(__file__).parent
HOMES = ("engine", "measures")  # folders in which compiled code lives
STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)  # what imports stand in


def cache_root() -> Path:
    """Where simlib keeps what it can make again: `SIMLIB_CACHE`, else the user's cache folder."""
    return Path(os.environ.get("SIMLIB_CACHE") or user_cache_dir("simlib"))


def compiled_sources(package: Path = PACKAGE) -> list[Path]:
    """Every file that compiled code can be made of: those that use these decorators, and all that they import from simlib in turn."""
    imports = cache(partial(_imports, package))
    homes = [path for home in HOMES for path in (package / home).glob("*.py")]
    todo = [path for path in homes if package / "compiled.py" in imports(path)]
    found: set[Path] = set()
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo += imports(path)
    return sorted(found)


def _imports(package: Path, path: Path) -> list[Path]:
    """The files of a package that one of its modules imports, and the packages that they lie in."""
    names: list[str] = []
    for node in _statements(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [file for name in names for file in _files(package, name) if file.is_file()]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement below a node, those inside others too; what a statement computes is not looked into."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, STATEMENTS):
            yield child
            yield from _statements(child)


def _files(package: Path, module: str) -> Iterator[Path]:
    """Where a dotted name of the package would be kept, and nothing for the names of others."""
    first, *rest = module.split(".")
    if first == package.name:
        base = package.joinpath(*rest)
        yield base / "__init__.py"
        if rest:
            yield base.with_suffix(".py")


def sources_hash(package: Path = PACKAGE) -> str:
    """Hex digest of the compiled sources: names and contents."""
    digest = hashlib.blake2b(digest_size=16)
    for path in compiled_sources(package):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def own_sources() -> str:
    """`sources_hash` of this package as it was when first asked for: what is loaded is what runs, whatever is edited meanwhile."""
    return sources_hash()


def processor() -> str:
    """The kind of processor that machine code is made for: results are bit for bit the same on one kind."""
    from llvmlite import binding

    features = ",".join(sorted(name for name, on in binding.get_host_cpu_features().items() if on))
    return f"{binding.get_host_cpu_name()}-{hashlib.blake2b(features.encode(), digest_size=4).hexdigest()}"


def code_hash() -> str:
    """Hash of the compiled sources, Numba's version and the processor: names the cache folder and a run's blocks."""
    return hashlib.blake2b(f"{own_sources()} {numba.__version__} {processor()}".encode(), digest_size=8).hexdigest()


# Numba knows this flag and names no option for it: the arrays that a step is given lie apart, so that no loop has to compare their places.
LIE_APART: Any = CPUTargetOptions.Mapping("noalias")  # type: ignore[no-untyped-call]  # Numba has no annotations
setattr(CPUTargetOptions, "noalias", LIE_APART)  # noqa: B010  # an attribute that no checker knows

INTERPRETED = bool(numba_config.DISABLE_JIT)  # the twin: `NUMBA_DISABLE_JIT=1`
Function = Callable[..., Any]
INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # called by compiled code alone


def _compiled(function: Function, **options: Any) -> Function:
    """Numba's decorator; division by zero gives inf, so that loops stay free of branches."""
    jitted: Function = numba.njit(error_model="numpy", **options)(function)
    return jitted


def rule(function: Function) -> Function:
    """A scalar rule of a few lines, inlined into the kernel."""
    return _compiled(function, forceinline=True)


def step(function: Function) -> Function:
    """A step of the kernel over lanes or households: compiled with its caller, and not to be called from Python."""
    return _compiled(function, forceinline=True, noalias=True, **INSIDE)


def aside(function: Function) -> Function:
    """What few runs ask for, or a village once a year: compiled once by itself and called, so that the kernel's own code stays short."""
    return _compiled(function, **INSIDE)


def stage(function: Function) -> Function:
    """A run of steps, written out where it is called: a level of calls less, each of which would be optimised all over again."""
    return _compiled(function, inline="always", **INSIDE)


def kernel(function: Function) -> Function:
    """A door from Python into compiled code: kept on disk where that can be, and free of the interpreter's lock while it runs."""
    folder = cache_root() / "compiled" / code_hash()
    before, numba_config.CACHE_DIR = numba_config.CACHE_DIR, str(folder)  # Numba reads it when a function is decorated
    try:
        return _compiled(function, nogil=True, cache=_writable(folder), no_cfunc_wrapper=True)
    finally:
        numba_config.CACHE_DIR = before


def _writable(folder: Path) -> bool:
    """Whether a folder is there or can be made; without it Numba would keep its code where nothing tells old code from new."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
