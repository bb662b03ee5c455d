"""One cell of text to one value, by the column's type; a whole column at the price of its distinct words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simlib.errors import Said, nearest, said
from simlib.registry.columns import LONGEST, Column, is_plain, normal_head, normal_text, schema
from simlib.registry.raw import number_text, unescape
from simlib.words import both

EXCEL_ERRORS = frozenset(
    ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!")
)
UNITS = {"万": 10_000, "万元": 10_000, "千": 1_000, "千元": 1_000, "元": 1, "%": 0.01, "k": 1_000}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_WITH_UNIT = re.compile(r"[¥$]?\s*([+-]?[\d,]*\.?\d+)\s*([^\d\s.,+-].*)?", re.ASCII)
_LONG_ID = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE | re.ASCII)
_MEASURE_SEPARATORS = re.compile(r"[;,、/|+]")


class BadCellError(Exception):
    """A cell that does not hold what its column asks for: the kind of problem and what fills its message."""

    def __init__(self, kind: str, **details: str) -> None:
        super().__init__(kind)
        self.kind, self.details = kind, details


@dataclass(frozen=True)
class Parsed:
    """A column as read: `values` (empty and bad cells NaN, None or ""), and which cells are empty or bad.

    `bad` maps a row's position to the error of its cell.
    """

    values: pd.Series[Any]
    empty: NDArray[np.bool_]
    bad: dict[int, BadCellError]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Rows whose cell holds a value."""
        usable = ~self.empty
        usable[list(self.bad)] = False
        return usable


def parse_column(words: pd.Series[Any], column: Column) -> Parsed:
    """Read a column of text (or of float64 out of Parquet) as its type says."""
    if column.numeric and words.dtype == np.float64:
        values = words.reset_index(drop=True)
        return Parsed(values, values.isna().to_numpy(), {})
    codes, distinct = pd.factorize(words.fillna("") if words.dtype == np.float64 else words)
    outcomes = [_outcome(word, column) for word in distinct]
    empty = np.array([outcome is None for outcome in outcomes], dtype=bool)[codes]
    errors = {place: outcome for place, outcome in enumerate(outcomes) if isinstance(outcome, BadCellError)}
    read = [None if isinstance(outcome, BadCellError) else outcome for outcome in outcomes]
    bad = {int(row): errors[int(codes[row])] for row in np.flatnonzero(np.isin(codes, list(errors)))}
    return Parsed(_taken(read, codes, column), empty, bad)


def _taken(values: list[Any], codes: NDArray[np.intp], column: Column) -> pd.Series[Any]:
    if column.numeric:
        numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        return pd.Series(numbers[codes] if len(codes) else np.zeros(0))
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return pd.Series(held[codes] if len(codes) else held, dtype=object)


def _outcome(word: Any, column: Column) -> Any:
    """The value of a word, None where it is empty, or the error."""
    try:
        return read_word(number_text(word) if isinstance(word, float) else str(word), column)
    except BadCellError as error:
        return error


def read_word(word: str, column: Column) -> Any:
    """The value of one cell's text, None where it is empty; raises BadCellError."""
    text = normal_text(word)
    if not text:
        return None
    if text.upper() in EXCEL_ERRORS:
        raise BadCellError("excel_error")
    if text.startswith("="):
        raise BadCellError("formula")
    return _READERS[column.type](unescape(text), column)


def read_number(text: str, column: Column) -> float:
    """A number: digits, one decimal point, an exponent; thousands may be set off by commas (1,234.5), nothing else.

    Full-width digits have become plain ones before. A unit beside the number is an error: 1.2万 is never guessed at.
    """
    plain = text.replace("−", "-")
    if _NUMBER.fullmatch(plain) and math.isfinite(float(plain)):
        return float(plain)
    if _GROUPED.fullmatch(plain):
        return float(plain.replace(",", ""))
    raise _unit_error(plain, column)


def _unit_error(text: str, column: Column) -> BadCellError:
    found = _WITH_UNIT.fullmatch(text)
    if not found or (not found.group(2) and text[0] not in "¥$"):
        return BadCellError("not_number")
    scale = _scale((found.group(2) or "元").strip().casefold(), column)
    number = float(found.group(1).replace(",", "")) * (scale or math.nan)
    known = math.isfinite(number) and (scale == 0.01) == (column.type == "share")
    instead = said(", that is {number}", number=f"{number:.10g}") if known else ""
    if not column.unit and column.type != "share":
        return BadCellError("not_bare", instead=instead)
    return BadCellError("unit", unit=unit_name(column), instead=instead)


def _scale(unit: str, column: Column) -> float | None:
    """What a unit beside a number makes of it, in the column's own; None for one that has nothing to do with it."""
    own = schema().units.get(column.unit, column.unit) if column.type not in ("money", "share") else ""
    return 1 if unit == (own or ("年" if column.type == "year" else None)) else UNITS.get(unit)


def unit_name(column: Column) -> Said:
    """The unit of a column as each language calls it; a share is a number from 0 to 1."""
    if not column.unit:
        return said("0..1")
    return both(column.unit, schema().units[column.unit]) if column.unit in schema().units else Said(column.unit, {})


def _read_text(text: str, column: Column) -> str:
    if column.choices:
        return _choice(text, column)
    if len(text) > LONGEST or not is_plain(text):
        raise BadCellError("bad_text", longest=str(LONGEST))
    if column.name.endswith("_id") and _LONG_ID.fullmatch(text):
        raise BadCellError("number_as_id")
    return text


def _choice(text: str, column: Column) -> str:
    code = column.choice_of().get(normal_head(text))
    if code is None:
        raise BadCellError("unknown_word", known=_known(column), hint=_nearest_choice(text, column))
    return code


def _known(column: Column) -> Said:
    """The words that a column may hold, as each language writes them."""
    return both(", ".join(f"{choice.code} {choice.zh}" for choice in column.choices), "、".join(choice.zh for choice in column.choices))


def _nearest_choice(text: str, column: Column) -> Said | str:
    """A hint at the word that was meant, where one is near: all of them are named already."""
    hint = nearest(text, [word for choice in column.choices for word in (choice.code, choice.zh)])
    return said("; {hint}", hint=hint) if hint.startswith("did you mean") else ""


def _read_measures(text: str, column: Column) -> str:
    words = [word for word in _MEASURE_SEPARATORS.split(text) if word.strip()]
    spellings = column.choice_of()
    unknown = [word.strip() for word in words if normal_head(word) not in spellings]
    unasked = column.unasked_of()
    if wrong := [word for word in unknown if normal_head(word) in unasked]:
        raise BadCellError("unasked_measure", known=_known(column), word=wrong[0])
    if unknown or not words:
        raise BadCellError("unknown_measure", known=_known(column), hint=_nearest_choice((unknown or [text])[0], column))
    codes = {spellings[normal_head(word)] for word in words}
    if "none" in codes and len(codes) > 1:
        raise BadCellError("none_and_more")
    return ";".join(choice.code for choice in column.choices if choice.code in codes)


def _read_flag(text: str, column: Column) -> bool:
    flag = schema().flags.get(normal_head(text))
    if flag is None:
        raise BadCellError("not_flag")
    return flag


_READERS: dict[str, Callable[[str, Column], Any]] = {
    "text": _read_text,
    "measures": _read_measures,
    "flag": _read_flag,
    "count": read_number,
    "money": read_number,
    "number": read_number,
    "share": read_number,
    "year": read_number,
}
