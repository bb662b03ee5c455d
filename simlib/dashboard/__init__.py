"""The planner's page: one object of widgets for a browser page without code (`simlib app`) and for a notebook's cell."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simlib.dashboard.hashing import result_hash
    from simlib.dashboard.panel import planners_panel

_HOMES = {"planners_panel": "panel", "result_hash": "hashing"}
__all__ = ["planners_panel", "result_hash"]


def __getattr__(name: str) -> Any:
    """PEP 562: the module that holds a name is imported when the name is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """What the package offers."""
    return __all__
