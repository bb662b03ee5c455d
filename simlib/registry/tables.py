"""The register as everything else sees it: two tables in canonical columns and types, and a hash of their content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.money import FEN_PER_YUAN, fen_array
from simlib.registry.columns import HOUSEHOLDS, LONGEST, VILLAGES, Column, is_plain, normal_text, schema
from simlib.registry.content import hash_of, text_array, village_hashes
from simlib.registry.keys import entity_keys
from simlib.words import together

DECIMALS = 6  # kept of numbers and shares, so that every file format gives the same number back
FIRST_PLAIN, LAST_PLAIN = ord(" "), ord("~")  # printable ASCII
MOST = 1e12  # of any number: in fen or in millionths it is far from overflowing
SHOWN = 5  # ids listed in one message


@dataclass(frozen=True, eq=False)
class Registry:
    """A register that cannot be changed: `households` and `villages` give shallow copies, whose changes stay their own.

    `hash` is of the content (not of row order or file format), `synthetic` says that no real household is in it, `origin`
    where it came from; `digests` are of its villages, in their order, where they were worked out. Made by `make_registry`.
    """

    _households: pd.DataFrame = field(repr=False)
    _villages: pd.DataFrame = field(repr=False)
    synthetic: bool
    hash: str
    origin: str
    digests: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def households(self) -> pd.DataFrame:
        """One row a household, columns as in columns.yaml."""
        return self._households.copy(deep=False)

    @property
    def villages(self) -> pd.DataFrame:
        """One row a village or pseudo-village, columns as in columns.yaml."""
        return self._villages.copy(deep=False)

    @property
    def people(self) -> int:
        """Members of all registered households, weighted, to the whole person (near-poor candidates are not registered)."""
        rows = self._households
        registered = rows["registered_from"].notna().to_numpy(dtype=bool)
        return round(float((rows["members"] * rows["weight"])[registered].sum()))


def make_registry(households: pd.DataFrame, villages: pd.DataFrame, *, synthetic: bool, origin: str) -> Registry:
    """A Registry of two complete tables (every column of columns.yaml but the spare ones, in any order), rows in the order given.

    Money is kept to the fen, other numbers to six decimals, text in NFKC. Raises InputError for a missing or unknown column, an
    empty cell where none may be, ids that clash and households whose village is not there; whether values are plausible is
    `check`'s question.
    """
    tables = {HOUSEHOLDS: canonical(households, HOUSEHOLDS), VILLAGES: canonical(villages, VILLAGES)}
    people, places = tables[HOUSEHOLDS], tables[VILLAGES]
    digests = tuple(_digests(people, places))
    return Registry(people, places, bool(synthetic), hash_of(digests), origin, digests)


def village_digests(registry: Registry) -> list[bytes]:
    """One 32-byte digest a village, in the order of `villages`; `content.hash_of` of all those of a register is its hash."""
    return list(registry.digests) or _digests(registry.households, registry.villages)


def _digests(people: pd.DataFrame, places: pd.DataFrame) -> list[bytes]:
    """Of canonical tables. Raises InputError for ids that clash and households whose village is not there."""
    household_keys, _ = entity_keys(people["household_id"]), entity_keys(places["village_id"])
    return village_hashes(people, places, position_of(people, places), household_keys)


def position_of(people: pd.DataFrame, places: pd.DataFrame) -> NDArray[np.intp]:
    """position[household] is the row of its village; InputError where it has none."""
    position: NDArray[np.intp] = pd.Index(places["village_id"]).get_indexer(pd.Index(people["village_id"]))
    if (position < 0).any():
        unknown = people["village_id"][position < 0].unique()[:SHOWN]
        ids = together(map(repr, unknown), ", ")
        raise InputError(said("villages: no row for village_id {ids}, which households name", ids=ids))
    return position


def canonical(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A table in canonical columns and types, index 0..n-1; raises InputError for columns or cells that cannot be."""
    columns = schema()[table]
    frame = frame.assign(**{one.name: one.default for one in columns.values() if one.spare and one.name not in frame.columns})
    there = {str(name) for name in frame.columns}
    missing, unknown = set(columns) - there, there - set(columns)
    if missing or unknown:
        raise InputError(f"{table}: columns missing {sorted(missing)}, not known {sorted(unknown)}")
    return pd.DataFrame({name: _typed(frame[name].reset_index(drop=True), column) for name, column in columns.items()})


def _typed(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    if not column.nullable and values.isna().any():
        row = int(np.flatnonzero(values.isna())[0])
        raise InputError(f"{column.table}.{column.name}: row {row} is empty and may not be")
    try:
        typed = _CASTS[column.type](values)
        _check_words(typed, column)
    except (TypeError, ValueError) as error:
        raise InputError(f"{column.table}.{column.name}: not all {column.type} ({error})") from error
    return typed


def _check_words(values: pd.Series[Any], column: Column) -> None:
    """Texts that are chosen from a list are; those that nothing stands in for are not empty."""
    if column.type != "text":
        return
    known = {choice.code for choice in column.choices}
    words = values.unique() if known else [""] * int((values == "").any())
    found = {str(word) for word in words} - ({""} if column.default == "" else set())
    if "" in found or (known and found - known):
        raise ValueError(f"seen {sorted(found - known)[0]!r}, wanted {' | '.join(sorted(known)) or 'a text that is not empty'}")


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    typed = values.astype("str")
    if _is_plain_already(text_array(typed)):
        return typed
    codes, words = pd.factorize(typed)
    plain = [normal_text(word) for word in words]
    wrong = [word for word in plain if len(word) > LONGEST or not is_plain(word)]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is longer than {LONGEST} characters or has an invisible one")
    return pd.Series(np.array(plain, dtype=object)[codes], dtype="str")


def _is_plain_already(texts: pa.LargeStringArray) -> bool:
    """Whether all are of printable ASCII without outer blanks and not too long, as most ids are: then nothing is to be done."""
    if not len(texts):
        return True
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    plain = not len(letters) or (letters.min() >= FIRST_PLAIN and letters.max() <= LAST_PLAIN)
    short = pc.max(pc.binary_length(texts)).as_py() <= LONGEST
    return bool(plain and short and pc.all(pc.equal(texts, pc.ascii_trim_whitespace(texts))).as_py())


def _measures(values: pd.Series[Any]) -> pd.Series[Any]:
    known = [choice.code for choice in schema()[HOUSEHOLDS]["willing"].choices]
    codes, words = pd.factorize(values)
    plain = [_in_order(str(word), known) for word in words]
    return pd.Series(np.array([*plain, None], dtype=object)[codes], dtype=object)


def _in_order(word: str, known: list[str]) -> str:
    return ";".join(sorted(set(word.split(";")), key=known.index))


def _whole(values: pd.Series[Any]) -> pd.Series[Any]:
    numbers = _finite(values)
    if not np.array_equal(numbers, np.floor(numbers)):
        raise ValueError("a fraction in a column of whole numbers")
    return pd.Series(numbers.astype(np.int64))


def _year(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.astype("Int64")


def _money(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(fen_array(_finite(values)) / FEN_PER_YUAN)


def _number(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(np.round(_finite(values), DECIMALS) + 0.0)


def _share(values: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(np.round(_bounded(values.to_numpy(dtype=np.float64, na_value=np.nan)), DECIMALS) + 0.0)


def _flag(values: pd.Series[Any]) -> pd.Series[Any]:
    if not values.isin([True, False]).all():
        raise ValueError("neither true nor false")
    return values.astype(bool)


def _finite(values: pd.Series[Any]) -> NDArray[np.float64]:
    numbers = values.to_numpy(dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("a number that is not finite")
    return _bounded(numbers)


def _bounded(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    if (np.abs(numbers) > MOST).any():
        raise ValueError(f"a number beyond {MOST:g}")
    return numbers


_CASTS: dict[str, Callable[[pd.Series[Any]], pd.Series[Any]]] = {
    "text": _text,
    "measures": _measures,
    "count": _whole,
    "year": _year,
    "money": _money,
    "number": _number,
    "share": _share,
    "flag": _flag,
}
