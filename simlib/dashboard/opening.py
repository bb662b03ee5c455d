"""What `simlib app` tells the page that it serves, and the page as it opens: with the answer that was kept, if there is one."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ipywidgets

    from simlib.dashboard.state import State

VARIABLE: Final = "SIMLIB_APP"
"""Of the environment of the kernels that serve the page."""
PREPARED: Final = 200
"""Draws at most that somebody who starts the page waits for."""


@dataclass(frozen=True)
class Settings:
    """What the page opens with. `registry`: the path of one, the bundled one where it is empty."""

    registry: str = ""
    scenario: str = "full_package"
    draws: int = 50
    ensemble: int = 200
    language: str = "zh"

    @property
    def path(self) -> Path | None:
        """The register's path; None for the bundled one."""
        return Path(self.registry) if self.registry else None

    @property
    def prepared(self) -> int:
        """Draws of the answer that the page opens with: of a very large ensemble its beginning, which the rest follows."""
        return min(max(self.draws, self.ensemble), PREPARED)

    def environment(self) -> dict[str, str]:
        """For the kernels."""
        return {VARIABLE: json.dumps(asdict(self))}


def settings() -> Settings:
    """What this kernel was told."""
    return Settings(**json.loads(os.environ.get(VARIABLE, "{}")))


def first_look(state: "State") -> str:
    """The answer as plain HTML, which a browser shows before any widget is there; it looks as the page does."""
    from markupsafe import Markup

    from simlib.dashboard.state import title_of, view_of
    from simlib.dashboard.surface import STATIC
    from simlib.dashboard.views.gauges import gauges
    from simlib.dashboard.views.pages import filled

    assert state.result is not None
    css = Markup((STATIC / "page.css").read_text(encoding="utf-8"))  # our own file
    parts = {"title": title_of(state), "gauges": gauges(state.result, state.words), "tiles": view_of(state, state.result, "villages")}
    escaped = {name: Markup(html) for name, html in parts.items()}  # as each was filled in
    return filled("first.html", words=state.words, css=css, **escaped)


def prepare_first(told: Settings) -> None:
    """Have the machine code and the first answer at hand before anybody opens the page. InputError for a register that cannot be read."""
    from simlib.dashboard import kept
    from simlib.registry import read_registry
    from simlib.registry.synthesise import default_registry
    from simlib.runs import run_one
    from simlib.runs.single import SEED
    from simlib.scenario import load_scenario

    if not told.draws:
        return
    scenario, draws = load_scenario(told.scenario), told.prepared
    key = kept.key_for(told.path, scenario)
    if kept.find(key, draws) is None:
        registry = default_registry() if told.path is None else read_registry(told.path)
        kept.keep(run_one(scenario, registry, draws=draws, seed=SEED), key)


def page() -> "ipywidgets.VBox":
    """The page of this kernel, for its only cell."""
    from IPython.display import HTML, display

    from simlib.dashboard import kept
    from simlib.dashboard.panel import Panel
    from simlib.dashboard.session import Asked, bundled
    from simlib.dashboard.state import Opened, State
    from simlib.scenario import load_scenario
    from simlib.words import Words

    told = settings()
    key = kept.key_for(told.path, load_scenario(told.scenario))
    result = kept.find(key, told.prepared) if told.draws else None
    opened = Opened(told.path.name if told.path else "", told.path)
    if result is not None:
        look = first_look(State(Words(told.language), opened, Asked(bundled(told.scenario)), result, is_answer=True))
        display(HTML(look))  # type: ignore[no-untyped-call]  # IPython is annotated in part
    return Panel(opened, told.scenario, (told.draws, told.ensemble), told.language, result).box
