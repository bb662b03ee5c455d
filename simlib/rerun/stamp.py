"""What a rerun says of itself: an id of all that made it, and a first cell that people read.

No clock and no path of the machine: the same notebook with the same parameters and the same simlib gives the same copy, byte by byte,
under the same name; when it was made, the file system knows.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simlib.folders import file_hash
from simlib.rerun.notebooks import Notebook
from simlib.rerun.parameters import Value

LENGTH: Final = 12
"""Hexadecimal digits of an id: one in 10^14 that two are alike."""
SHOWN: Final = ("simlib", "python", "numpy", "numba", "pandas")


@dataclass(frozen=True)
class Stamp:
    """What a rerun is made of. `files`: hashes of the files that parameters name."""

    notebook: str
    notebook_hash: str
    parameters: Mapping[str, Value]
    changed: frozenset[str]
    files: Mapping[str, str]
    package: str
    versions: Mapping[str, str]

    @property
    def id(self) -> str:
        """The rerun's id: hash of the notebook, all its parameters, the files that they name, and simlib."""
        parts = [self.notebook_hash, dict(self.parameters), dict(self.files), self.package]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:LENGTH]

    def record(self, failure: str | None) -> dict[str, Any]:
        """For programs: the notebook's own metadata."""
        return {
            "id": self.id,
            "notebook": self.notebook,
            "notebook_hash": self.notebook_hash,
            "parameters": dict(self.parameters),
            "files": dict(self.files),
            "package": self.package,
            "versions": dict(self.versions),
            "failure": failure,
        }

    def text(self, failure: str | None) -> str:
        """For people: Markdown."""
        made = f"simlib {self.versions['simlib']} (`{self.package[:19]}…`), notebook `{self.notebook_hash[:19]}…`"
        others = ", ".join(f"{name} {self.versions[name]}" for name in SHOWN[1:])
        lines = [
            f"**A rerun of `{self.notebook}` with other parameters (换参数重跑的副本) · run id `{self.id}`**",
            "",
            *self._table(),
            f"Made by {made}, {others}.",
            "Outputs and pictures are of this rerun; the text between them was written for the stored notebook.",
        ]
        if failure:
            lines += ["", f"**Not finished (未完成): {failure}**"]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        if not self.parameters:
            return ["It takes no parameters: run as it is stored.", ""]
        rows = [f"| `{name}` | `{value!r}`{self._file(name)} | {self._said(name)} |" for name, value in self.parameters.items()]
        return ["| parameter (参数) | value (取值) | |", "|---|---|---|", *rows, ""]

    def _said(self, name: str) -> str:
        return "changed (已改)" if name in self.changed else "as stored (未改)"

    def _file(self, name: str) -> str:
        return f", a file, `{self.files[name][:19]}…`" if name in self.files else ""


def stamp_of(notebook: Notebook, defaults: Mapping[str, Value], given: Mapping[str, Value], machinery: Mapping[str, Any]) -> Stamp:
    """The stamp of a notebook with what was given for its parameters."""
    parameters = {**defaults, **given}
    return Stamp(
        notebook=notebook.name,
        notebook_hash=f"sha256:{hashlib.sha256(notebook.content).hexdigest()}",
        parameters=parameters,
        changed=frozenset(name for name, value in given.items() if value != defaults[name]),
        files={name: file_hash(Path(str(value))) for name, value in given.items() if names_file(value)},
        package=machinery["package"],
        versions=machinery["versions"],
    )


def names_file(value: Value) -> bool:
    """Whether a parameter is the path of a file, seen from where the rerun was asked for."""
    return isinstance(value, str) and value != "" and len(value) < 1000 and Path(value).is_file()
