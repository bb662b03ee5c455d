"""64-bit keys of households, villages, prefectures and the province: what their luck and every tie hang on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from simlib.errors import InputError

KEY_BYTES = 8
SHOWN = 10  # clashes listed in one message


def entity_key(text: str) -> int:
    """The 64-bit key of an id: BLAKE2b (8 bytes, little endian) of its NFKC form without outer blanks, as UTF-8."""
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return int.from_bytes(blake2b(normal.strip().encode(), digest_size=KEY_BYTES).digest(), "little")


def entity_keys(values: Iterable[str]) -> NDArray[np.uint64]:
    """Keys of ids that must be distinct: str[n] -> uint64[n].

    Raises InputError that names both ids where two are equal after normalising, or (once in about 10^19 pairs) share a key.
    """
    ids = [str(value) for value in values]
    keys = np.fromiter(map(entity_key, ids), dtype=np.uint64, count=len(ids))
    clashes = _clashes(ids, keys)
    if clashes:
        raise InputError(f"ids must be distinct: {clashes[0]}", clashes)
    return keys


def _clashes(ids: list[str], keys: NDArray[np.uint64]) -> list[str]:
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])[:SHOWN]
    return [_clash(ids[order[place]], ids[order[place + 1]]) for place in same]


def _clash(one: str, other: str) -> str:
    if unicodedata.normalize("NFKC", one).strip() == unicodedata.normalize("NFKC", other).strip():
        return f"{one!r} and {other!r} are the same id once full-width forms and outer blanks are made plain; rename one"
    return f"{one!r} and {other!r} have the same 64-bit key by chance; rename one"
