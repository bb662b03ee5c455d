"""LibreOffice, to see a workbook as a person would."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL.Image import Image

from tests import paper
from tests.programs import do_without, done, program

SOFFICE = ("soffice", "libreoffice")
LONGEST_S = 180


@dataclass(frozen=True)
class Office:
    """An office program with a profile of its own, so that several can run at once."""

    program: str
    folder: Path
    env: Mapping[str, str]
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def convert(self, source: Path, ending: str) -> Path:
        """A document as another kind (`pdf`, `xlsx`, `csv`), in a folder of its own. The test fails where the office cannot read it."""
        out = self.folder / f"converted-{next(self._numbers)}"
        profile = f"-env:UserInstallation={(self.folder / 'profile').as_uri()}"
        command: list[str | Path] = [self.program, profile, "--headless", "--norestore", "--convert-to", ending, "--outdir", out, source]
        wrote = done(command, seconds=LONGEST_S, env=self.env)
        made = out / f"{source.stem}.{ending}"
        if not made.is_file():
            pytest.fail(f"LibreOffice made no {ending} of {source.name}:\n{wrote}")
        return made

    def pdf(self, source: Path) -> bytes:
        """A document as it would be printed."""
        return self.convert(source, "pdf").read_bytes()

    def pages(self, pdf: bytes, dpi: float = 96) -> list[Image]:
        """Every page as a picture."""
        return paper.pages(pdf, dpi)

    def text(self, pdf: bytes) -> str:
        """The text of all pages."""
        return "\n".join(paper.texts(pdf))


def office_in(folder: Path, env: Mapping[str, str]) -> Office:
    """LibreOffice, working in a folder; without it the test is skipped, and fails under CI=true."""
    found = program(*SOFFICE)
    return Office(found or do_without("this test needs LibreOffice: `soffice` on the PATH"), folder, env)
