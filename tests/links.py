"""Markdown as tests look at it: its links, its heads' anchors, its code."""

import re
from collections.abc import Iterator
from pathlib import Path

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def fences(text: str, *languages: str) -> list[str]:
    """What stands in the fenced blocks of some languages."""
    return [body for _, language, body in FENCE.findall(text) if language in languages]


def prose(text: str) -> str:
    """A page without its code, inline or fenced."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def heads(text: str) -> list[tuple[int, str]]:
    """The heads of a page, in order: level, text."""
    return [(len(marks), head.strip()) for marks, head in re.findall(r"^(#+) (.+)$", FENCE.sub("", text), re.MULTILINE)]


def anchors(text: str) -> set[str]:
    """The anchors that the heads of a page have."""
    return {anchor(head) for _, head in heads(text)}


def anchor(head: str) -> str:
    """The anchor of a head, as GitHub and the site make it: small letters of any script, blanks as hyphens, no other marks."""
    return re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")


def links(text: str) -> list[str]:
    """The targets of a page's links and pictures, those to other hosts left out."""
    return [target for target in LINK.findall(prose(text)) if not re.match(r"[a-z]+:", target)]


def broken(page: Path) -> Iterator[str]:
    """The links of a page that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    for target in links(text):
        name, _, wanted = target.partition("#")
        aim = page.parent / name if name else page
        if not aim.exists():
            yield f"{page.name}: {target}: no such file"
        elif wanted and wanted not in anchors(aim.read_text(encoding="utf-8")):
            yield f"{page.name}: {target}: no such head"
