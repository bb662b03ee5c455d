"""What a scenario does otherwise than its base, on a few lines: projects and rounds by their measures, everything else before and after."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from unicodedata import east_asian_width

from simlib.reports.decided import changes_in_words
from simlib.words import Words

LINE: Final = 64
"""Letters on a line of the list; a Chinese one is two wide."""
LONGEST: Final = 8
"""Lines of one change; what is beyond is in the scenario."""


class Brief(NamedTuple):
    """A line of the list: what, and how it was changed."""

    what: str
    how: str


def brief(changes: list[dict[str, Any]], words: Words) -> list[Brief]:
    """Village projects that were added on one line, whole rounds on another, then every other change as before and now."""
    added = [change for change in changes if _is_project(change)]
    rounds = [change for change in changes if _is_round(change)]
    others = [change for change in changes if change not in added and change not in rounds]
    projects = words.joined(words[f"measure.{change['path'].rpartition('.')[2]}"] for change in added)
    lines = [Brief(words("projects of villages"), projects)] if added else []
    lines += [_rounds(rounds, words)] if rounds else []
    return lines + [_other(change, words) for change in others]


def fitting(lines: list[Brief], room: int) -> list[Brief]:
    """The changes that find room on so many lines, each cut where it is too long."""
    out, left = [], room
    for one in lines:
        cut = Brief(cut_off(one.what, LINE), cut_off(one.how, LONGEST * LINE))
        left -= 1 + columns(f"{cut.what}  {cut.how}") // LINE
        if left < 0:
            break
        out.append(cut)
    return out


def columns(text: str) -> int:
    """How wide a text is, in Latin letters."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut_off(text: str, wide: int) -> str:
    """A text that is no wider than so many letters, its end replaced by an ellipsis where it is."""
    if columns(text) <= wide:
        return text
    while columns(text) >= wide:
        text = text[:-1]
    return f"{text}…"


def _is_project(change: Mapping[str, Any]) -> bool:
    return change["path"].startswith("levers.village.") and change["base_value"] is None and isinstance(change["value"], Mapping)


def _is_round(change: Mapping[str, Any]) -> bool:
    return change["path"].startswith("levers.rounds[") and isinstance(change["value"], Mapping) and "measures" in change["value"]


def _rounds(changes: list[dict[str, Any]], words: Words) -> Brief:
    """Rounds of help in the order of service, with the orders in which people are served."""
    orders = words.joined(words[f"order.{one}"] for one in dict.fromkeys(change["value"]["order"] for change in changes))
    served = words("; ").join(_round(change, words) for change in changes)
    return Brief(words("rounds of help ({orders})", orders=orders), served)


def _round(change: Mapping[str, Any], words: Words) -> str:
    """The number of a round, its measures, and for whom it is where not for all."""
    one, number = change["value"], int(change["path"].partition("[")[2].partition("]")[0]) + 1
    who, measures = one.get("who", "all"), words.joined(words[f"measure.{name}"] for name in one["measures"])
    if who == "all":
        return words("{number}. {measures}", number=number, measures=measures)
    return words("{number}. {measures} ({who})", number=number, measures=measures, who=words[f"who.{who}"])


def _other(change: Mapping[str, Any], words: Words) -> Brief:
    """Before and now; a thing that was not there before is only named, its details are in the scenario."""
    (told,) = changes_in_words([change], words)
    if isinstance(change["value"], Mapping):
        return Brief(told.what, words("added") if change["base_value"] is None else words("changed"))
    return Brief(told.what, words("{before} → {now}", before=told.before, now=told.now))
