"""The hash of what a result says: the same numbers give the same hash, at hand or stored."""

import hashlib
import json
from typing import Final

from simlib.runs import Result
from simlib.runs.columns import records_of

HASHED: Final = ("targets", "years")
"""The tables that the answer stands in."""


def result_hash(result: Result) -> str:
    """`sha256:` and the hash of a result's targets and years, number by number.

    Same scenario, register, seed, draws, version and kind of processor: the same hash (docs/verify.md).
    """
    content = {name: records_of(result.table(name)) for name in HASHED}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
