"""64-bit keys of households, villages, prefectures and the province: what their luck and every tie hang on."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simlib.errors import InputError, Said, said

KEY_BYTES = 8
BLANK = blake2b(digest_size=KEY_BYTES)
SHOWN = 10  # clashes listed in one message


def entity_key(text: str) -> int:
    """The 64-bit key of an id: BLAKE2b (8 bytes, little endian) of its NFKC form without outer blanks, as UTF-8."""
    return int.from_bytes(_digest(text), "little")


def _digest(text: str) -> bytes:
    normal = text if text.isascii() else unicodedata.normalize("NFKC", text)
    state = BLANK.copy()  # half the time of a new one
    state.update(normal.strip().encode())
    return state.digest()


def entity_keys(values: ArrayLike) -> NDArray[np.uint64]:
    """Keys of ids that must be distinct: str[n] -> uint64[n].

    Raises InputError that names both ids where two are equal after normalising, or (once in about 10^19 pairs) share a key.
    """
    ids = [str(value) for value in np.asarray(values, dtype=object)]
    keys = np.frombuffer(b"".join(map(_digest, ids)), dtype="<u8").astype(np.uint64)
    clashes = _clashes(ids, keys)
    if clashes:
        raise InputError(said("ids must be distinct: {clash}", clash=clashes[0]), clashes)
    return keys


def _clashes(ids: list[str], keys: NDArray[np.uint64]) -> list[Said]:
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(keys[order][1:] == keys[order][:-1])[:SHOWN]
    return [_clash(ids[order[place]], ids[order[place + 1]]) for place in same]


def _clash(one: str, other: str) -> Said:
    if unicodedata.normalize("NFKC", one).strip() == unicodedata.normalize("NFKC", other).strip():
        both = {"one": one, "other": other}
        return said("{one!r} and {other!r} are the same id once full-width forms and outer blanks are made plain; rename one", **both)
    return said("{one!r} and {other!r} have the same 64-bit key by chance; rename one", one=one, other=other)
