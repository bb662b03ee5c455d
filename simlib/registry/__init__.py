"""The register: two tables of households and villages, read, checked, mapped, written, synthesised; names load on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlib.registry.content import hash_of
    from simlib.registry.keys import entity_key, entity_keys
    from simlib.registry.parts import Parts, find_parts, read_part
    from simlib.registry.read import read_registry
    from simlib.registry.report import Problem, Report
    from simlib.registry.synthesise import synthesise_registry
    from simlib.registry.tables import Registry, make_registry, village_digests
    from simlib.registry.template import write_template
    from simlib.registry.write import write_registry

_HOMES = {
    "Parts": "parts",
    "Problem": "report",
    "Registry": "tables",
    "Report": "report",
    "entity_key": "keys",
    "entity_keys": "keys",
    "find_parts": "parts",
    "hash_of": "content",
    "make_registry": "tables",
    "read_part": "parts",
    "read_registry": "read",
    "synthesise_registry": "synthesise",
    "village_digests": "tables",
    "write_registry": "write",
    "write_template": "template",
}
__all__ = [
    "Parts",
    "Problem",
    "Registry",
    "Report",
    "entity_key",
    "entity_keys",
    "find_parts",
    "hash_of",
    "make_registry",
    "read_part",
    "read_registry",
    "synthesise_registry",
    "village_digests",
    "write_registry",
    "write_template",
]


def __getattr__(name: str) -> Any:
    """PEP 562: the module that holds a name is imported when the name is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """What the package offers."""
    return __all__
