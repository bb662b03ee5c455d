"""A piece of the page that Python writes as HTML: it tells what was clicked, looks stale while it is, and saves files in the browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

STATIC: Final = Path(__file__).with_name("static")
Acts = Callable[[str, str], None]
"""Hears what was clicked: the act and its value, as `data-act` and `data-value` say."""
Files = Callable[[str, dict[str, bytes]], None]
"""Hears which files were chosen: the act of the input, and their contents by name."""


class Surface(anywidget.AnyWidget):
    """HTML made here, every text in it escaped; elements with `data-act` are told of when clicked or chosen by key."""

    _esm = (STATIC / "surface.js").read_text(encoding="utf-8")
    _css = (STATIC / "page.css").read_text(encoding="utf-8")
    html = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Unicode("zh").tag(sync=True)
    focus = traitlets.Unicode("").tag(sync=True)
    """What takes the focus when it is drawn, as a CSS selector; nothing if empty."""
    stale = traitlets.Bool(False).tag(sync=True)
    naming = traitlets.Bool(False).tag(sync=True)
    """Whether this one gives the page's sliders their names for those who hear a page; one of a page is enough."""

    def __init__(self, html: str = "", **more: Any) -> None:
        super().__init__(html=html, **more)
        self._acts: Acts | None = None
        self._files: Files | None = None
        self.on_msg(self._told)

    def hears(self, acts: Acts, files: Files | None = None) -> None:
        """Tell of acts, and of files that were chosen."""
        self._acts, self._files = acts, files

    def show(self, html: str, *, focus: str = "") -> None:
        """Show this; it is no longer stale."""
        with self.hold_trait_notifications():
            self.focus, self.html, self.stale = focus, html, False

    def save(self, name: str, kind: str, content: bytes) -> None:
        """Have the browser save a file of this name and media type."""
        self.send({"save": name, "kind": kind}, buffers=[content])

    def _told(self, _widget: Any, content: Any, buffers: Any) -> None:
        if not isinstance(content, dict) or "act" not in content:
            return
        if "names" in content and self._files is not None:
            names = [str(name) for name in content["names"]]
            self._files(str(content["act"]), {name: bytes(one) for name, one in zip(names, buffers, strict=True)})
        elif self._acts is not None:
            self._acts(str(content["act"]), str(content.get("value", "")))
