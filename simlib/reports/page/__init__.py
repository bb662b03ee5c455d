"""The printable page: two pages for a leader's desk, the helpers side by side, villages on a page each; one file that needs no other."""

from collections.abc import Sequence
from pathlib import Path

from simlib.errors import RunError, said
from simlib.folders import scratch_in, sync
from simlib.reports.page.render import page_html
from simlib.runs import Result

__all__ = ["page_html", "write_page"]


def write_page(result: Result, path: str | Path, lang: str = "zh", villages: Sequence[str] | str | None = None) -> Path:
    """Write a result as one HTML file, in place of one that is there; whole or not at all. -> its path

    villages: ids of those that get a page of their own, `"all"`, or None for those furthest off. Raises InputError for another language
    or an unknown village, RunError where the file cannot be written.
    """
    place, text = Path(path), page_html(result, lang, villages)
    try:
        with scratch_in(place.parent) as scratch:
            fresh = scratch / "page.html"
            fresh.write_text(text, encoding="utf-8")
            sync(scratch)
            fresh.replace(place)
    except OSError as error:
        told = said("{path} cannot be written: {reason}; nothing of it is left there", path=place, reason=error.strerror or error)
        raise RunError(told) from error
    return place
