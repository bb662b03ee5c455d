"""The decorators of compiled code, and the folder that keeps its machine code.

Numba's own cache looks at the file of the cached function alone: after a rule in *another* file is edited it runs stale machine code. So
the cache folder's name holds a hash of every file that compiled code can be made of, of Numba's version and of the processor: an edited
rule is a new folder. With `NUMBA_DISABLE_JIT=1` both decorators leave the functions as they are: the interpreted twin.
"""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core import config as numba_config
from platformdirs import user_cache_dir

PACKAGE = Path(__file__).parent
INTERPRETED = bool(numba_config.DISABLE_JIT)


def cache_root() -> Path:
    """Where simlib keeps what it can make again: `SIMLIB_CACHE`, else the user's cache folder."""
    return Path(os.environ.get("SIMLIB_CACHE") or user_cache_dir("simlib"))


def compiled_sources(package: Path = PACKAGE) -> list[Path]:
    """Every file that compiled code can be made of: those that use these decorators, and all that they import from simlib in turn."""
    texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    todo = [path for path, text in texts.items() if "simlib.compiled" in text and path.parent.name in ("engine", "measures")]
    found: set[Path] = set()
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            names = re.findall(r"^(?:from|import) simlib\.?([\w.]*)(?: import ([\w, ]+))?", texts[path], flags=re.MULTILINE)
            todo += [file for module, items in names for file in _files_of(package, module, items) if file in texts]
    return sorted(found)


def _files_of(package: Path, module: str, items: str) -> list[Path]:
    """The files behind `from simlib.<module> import <items>`: the module, or the modules it names."""
    base = package.joinpath(*module.split(".")) if module else package
    names = [base, *(base / item.split(" as ")[0].strip() for item in items.split(","))]
    return [file for name in names for file in (name.with_suffix(".py"), name / "__init__.py")]


def sources_hash(package: Path = PACKAGE) -> str:
    """Hex digest of the compiled sources: names and contents."""
    digest = hashlib.blake2b(digest_size=16)
    for path in compiled_sources(package):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def processor() -> str:
    """The kind of processor that machine code is made for: results are bit for bit the same on one kind."""
    from llvmlite import binding

    features = ",".join(sorted(name for name, on in binding.get_host_cpu_features().items() if on))
    return f"{binding.get_host_cpu_name()}-{hashlib.blake2b(features.encode(), digest_size=4).hexdigest()}"


def code_hash() -> str:
    """Hash of the compiled sources, Numba's version and the processor: names the cache folder and a run's blocks."""
    return hashlib.blake2b(f"{sources_hash()} {numba.__version__} {processor()}".encode(), digest_size=8).hexdigest()


numba_config.CACHE_DIR = str(cache_root() / "compiled" / code_hash())


def rule(function: Callable[..., Any]) -> Callable[..., Any]:
    """A scalar rule of a few lines, inlined into the kernel; division by zero gives inf, so that loops stay free of branches."""
    return numba.njit(error_model="numpy", forceinline=True)(function)


def step(function: Callable[..., Any]) -> Callable[..., Any]:
    """A step of the kernel over lanes or households: compiled with its caller, not kept by itself."""
    return numba.njit(error_model="numpy", nogil=True)(function)


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """A door from Python into compiled code: kept on disk, and free of the interpreter's lock while it runs."""
    return numba.njit(error_model="numpy", nogil=True, cache=True)(function)
