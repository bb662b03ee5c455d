"""What a run has to know of a partitioned register before any part is projected, gathered part by part and never held whole.

Money crosses villages (pots are allotted by income gaps), and so do the unit of weights and the register's hash. Nothing of a household is
brought back, and of a village some numbers. What was found is kept on disk under the parts' stamps: a part whose content is not that of its
stamp is refused when it is read.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from distributed import Client
from numpy.typing import NDArray

from simlib.engine.cluster import Tell, spread
from simlib.engine.kept import label_of, write_whole, writing_to
from simlib.engine.pack import Base, Whole, capable_fen
from simlib.engine.quotas import entitled
from simlib.engine.registered import CELL_LABELS, Places, Registered, check_sums, registered
from simlib.engine.state import GROUP_LIMIT, SERVICES
from simlib.errors import InputError
from simlib.facts import Facts
from simlib.money import FEN_PER_YUAN
from simlib.registry.content import hash_of
from simlib.registry.parts import Parts, part_stamp, read_part
from simlib.registry.tables import village_digests
from simlib.scenario import Scenario

COUNTED: Final = ("capable", "capable_hh", "without", "without_hh", "poor_villages")
PAYERS: Final = ("", "city_budget", "soe", "district")
BY_VILLAGE: Final = ("digests", "funded", "is_poor", "payer", "residents", "mean")


class Seen(NamedTuple):
    """What one part comes to: told of the part, and arrays over its villages in the kernel's order."""

    label: str  # of its blocks
    stamp: str  # hash of its content
    programme: str
    households: int
    villages: int
    services_known: bool
    unit: int
    fen: float  # incomes, weighted
    capable_fen: tuple[float, ...]  # what labour-capable registered households brought, by source
    counts: tuple[float, ...]  # COUNTED, of weight 1
    digests: NDArray[np.uint8]  # [village, byte]
    funded: NDArray[np.float64]
    is_poor: NDArray[np.bool_]
    payer: NDArray[np.int8]  # place in PAYERS
    residents: NDArray[np.float64]
    mean: NDArray[np.float64]


class Survey(NamedTuple):
    """What a partitioned register comes to."""

    hash: str
    unit: int
    base: Base
    cells: pd.DataFrame  # a row a programme, as Packed has a row a cell
    parts: tuple[Seen, ...]

    def programme_of(self, place: int) -> int:
        """The row of a part's programme in `cells`."""
        return self.cells["programme"].tolist().index(self.parts[place].programme)


# ---- on a worker


def look_at(task: tuple[Parts, int]) -> Seen:
    """Read a part and say what it comes to."""
    parts, place = task
    registry = read_part(parts, place)
    own = registered(registry, GROUP_LIMIT)
    registered.cache_clear()
    programmes = own.cells["programme"].unique()
    if len(programmes) != 1:
        raise InputError(f"{parts.origin}, {parts.names[place]}: seen {len(programmes)} programmes, wanted one a part; convert it again")
    digests = np.frombuffer(b"".join(village_digests(registry)), dtype=np.uint8).reshape(len(registry.villages), -1)
    money = own.places
    return Seen(
        label=label_of(own.order.village_ids, place),
        stamp=registry.hash,
        programme=str(programmes[0]),
        households=len(own.order.ids),
        villages=len(own.order.village_ids),
        services_known=not np.isnan(money.scores[money.is_poor]).any(),
        unit=own.weight_unit,
        fen=_fen(own),
        capable_fen=tuple(fen / own.weight_unit for fen in capable_fen(own.table)),
        counts=tuple(float(own.cells[name].sum()) / (1 if name == "poor_villages" else own.weight_unit) for name in COUNTED),
        digests=digests[own.order.villages],
        funded=money.funded,
        is_poor=money.is_poor,
        payer=np.array([PAYERS.index(payer) for payer in money.payer], dtype=np.int8),
        residents=money.residents,
        mean=money.mean,
    )


def _fen(own: Registered) -> float:
    """Incomes of all households, weighted, in fen: no sum of them comes to more."""
    table = own.table
    yuan = sum(np.abs(source) for source in (table.wage, table.business, table.property, table.transfer, table.dibao))
    return float(np.sum(yuan * own.brought.heads)) * FEN_PER_YUAN


# ---- together


def survey(client: Client, parts: Parts, keep: Path, machinery: Mapping[str, str], tell: Tell) -> Survey:
    """Survey a partitioned register on the workers, or take over what was found when its parts carried the same stamps.

    `machinery`: what the workers' numbers depend on; others are not taken over.

    InputError where a part is damaged.
    """
    stamps = [part_stamp(parts, place) for place in range(len(parts))]
    path = keep / f"{hashlib.sha256(json.dumps([dict(machinery), stamps]).encode()).hexdigest()[:16]}.survey"
    found = _read(path, len(parts))
    if found is None:
        tell(f"{parts.origin}: looking through {len(parts)} parts")
        todo = ((parts, place) for place in range(len(parts)))
        seen = {place: one for (_, place), one in spread(client, look_at, todo, tell)}
        found = [seen[place] for place in range(len(parts))]
        with writing_to(keep):
            write_whole(path, _encoded(found))
    return _together(found)


def _together(found: list[Seen]) -> Survey:
    digests = np.concatenate([one.digests for one in found])
    unit = max(one.unit for one in found)
    check_sums(sum(one.fen for one in found) * unit, unit)
    poor = int(sum(one.is_poor.sum() for one in found))
    brought = tuple(round(sum(one.capable_fen[place] for one in found) * unit) for place in range(len(found[0].capable_fen)))
    base = Base(sum(one.households for one in found), poor, all(one.services_known for one in found), brought)
    counts = pd.DataFrame([one.counts for one in found], columns=list(COUNTED))
    counts = counts.mul([unit if name != "poor_villages" else 1 for name in COUNTED]).round().astype(np.int64)
    labels = {name: [one.programme if name == "programme" else "" for one in found] for name in CELL_LABELS}
    cells = pd.DataFrame(labels).join(counts).groupby(list(CELL_LABELS), as_index=False).sum()
    return Survey(hash_of(digest.tobytes() for digest in digests), unit, base, cells, tuple(found))


def wholes(survey: Survey, scenario: Scenario, facts: Facts) -> Iterator[tuple[int, Whole]]:
    """The place of every part, and what it has to know of the whole; the money of one programme is worked out at a time."""
    years = tuple(range(scenario.levers.horizon[0], scenario.levers.horizon[1] + 1))
    for programme in dict.fromkeys(one.programme for one in survey.parts):
        own = [place for place, one in enumerate(survey.parts) if one.programme == programme]
        fen, begin = entitled(_places([survey.parts[place] for place in own]), scenario, facts, years), 0
        for place in own:
            end = begin + survey.parts[place].villages
            yield place, Whole(survey.unit, fen[begin:end].copy())
            begin = end


def _places(own: list[Seen]) -> Places:
    """The villages of some parts, as far as funds ask of them."""
    residents = np.concatenate([one.residents for one in own])
    return Places(
        funded=np.concatenate([one.funded for one in own]),
        is_poor=np.concatenate([one.is_poor for one in own]),
        payer=tuple(PAYERS[payer] for one in own for payer in one.payer),
        in_table=np.zeros(0),
        residents=residents,
        mean=np.concatenate([one.mean for one in own]),
        scores=np.zeros((0, len(SERVICES))),
        programme=np.full(len(residents), own[0].programme, dtype=object),
    )


# ---- on disk


def _encoded(found: list[Seen]) -> bytes:
    """All that was seen, as arrays and one text."""
    told = [{name: value for name, value in one._asdict().items() if name not in BY_VILLAGE} for one in found]
    arrays = {name: np.concatenate([getattr(one, name) for one in found]) for name in BY_VILLAGE}
    stream = BytesIO()
    np.savez(stream, told=np.array(json.dumps(told)), **arrays)  # type: ignore[arg-type]  # its stub takes names for the flag it has
    content = stream.getvalue()
    return hashlib.sha256(content).digest() + content


def _read(path: Path, parts: int) -> list[Seen] | None:
    """What `_encoded` wrote; None where it is not there, or damaged."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    size = hashlib.sha256().digest_size
    if hashlib.sha256(content[size:]).digest() != content[:size]:
        return None
    with np.load(BytesIO(content[size:]), allow_pickle=False) as file:
        told: list[dict[str, Any]] = json.loads(str(file["told"]))
        ends = np.cumsum([one["villages"] for one in told])[:-1]
        arrays: dict[str, list[Any]] = {name: np.split(file[name], ends) for name in BY_VILLAGE}
    found = [Seen(**one, **{name: arrays[name][place] for name in BY_VILLAGE}) for place, one in enumerate(told)]
    return [one._replace(counts=tuple(one.counts), capable_fen=tuple(one.capable_fen)) for one in found] if len(found) == parts else None
