"""A Chinese font for programs that draw text: theirs is what fontconfig knows, and a bare machine has none with Chinese in it."""

import os
from importlib import import_module
from pathlib import Path
from xml.sax.saxutils import escape

from simlib.reports.style import FONT_PACKAGE

SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def with_chinese(folder: Path) -> dict[str, str]:
    """This process's environment, for a child: fontconfig's settings in a folder of ours, which add the package's font to the system's."""
    fonts = Path(import_module(FONT_PACKAGE).sans_path()).parent
    settings = folder / "fonts.conf"
    settings.write_text(SETTINGS.format(fonts=escape(str(fonts)), cache=escape(str(folder / "cache"))), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}
