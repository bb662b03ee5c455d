"""Registers of any size for the engine alone: a packed one repeated under new keys, or brought into a single village."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simlib.engine.arrays import Groups, Table
from simlib.engine.pack import Packed
from simlib.engine.state import GROUP_LIMIT, NO_LIMIT

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: multiples of it are new keys


def _tiled(array: NDArray[Any], rows: int) -> NDArray[Any]:
    """The first `rows` rows of an array repeated as often as that takes."""
    times = -(-rows // len(array))
    return np.ascontiguousarray(np.concatenate([array] * times)[:rows])


def _keys(keys: NDArray[np.uint64], rows: int) -> NDArray[np.uint64]:
    """Keys of repeated rows, each copy's its own."""
    copy = (np.arange(rows) // len(keys)).astype(np.uint64)
    return _tiled(keys, rows) + copy * SPREAD


def repeated(packed: Packed, households: int) -> Packed:
    """A packed register of whole villages, again and again, until it has about so many households."""
    groups, each = packed.groups, len(packed.table.key)
    whole, rest = divmod(households, each)
    ends = groups.end[groups.last - 1]
    villages = len(ends) * whole + int(np.searchsorted(ends, rest, side="right"))
    number = int(groups.last[(villages - 1) % len(ends)]) + len(groups.start) * ((villages - 1) // len(ends))
    rows = int(groups.end[(number - 1) % len(groups.end)]) + each * ((number - 1) // len(groups.end))
    table = Table(*(_tiled(column, rows) for column in packed.table))._replace(key=_keys(packed.table.key, rows))
    steps = {"first": len(groups.start), "last": len(groups.start), "start": each, "end": each}
    made = {}
    for name, column in groups._asdict().items():
        many = number if name in ("start", "end", "heads", "quota", "items", "limit") else villages
        copy = (np.arange(many) // len(column)) * steps.get(name, 0)
        made[name] = _tiled(column, many) + copy if name in steps else _tiled(column, many)
    made["village_key"] = _keys(groups.village_key, villages)
    return _labelled(packed, table, Groups(**made))


def in_one_village(packed: Packed, households: int) -> Packed:
    """So many households in a single poor village, in groups of at most GROUP_LIMIT."""
    some = repeated(packed, households)
    table, many, groups = some.table, len(some.table.key), some.groups
    cuts = np.linspace(0, many, -(-many // GROUP_LIMIT) + 1).astype(np.int64)
    share = (groups.quota.sum(axis=0) // (len(cuts) - 1))[None]
    village = {name: getattr(groups, name)[:1] for name in ("village_key", "cell", "prefecture", "other_income")}
    people = table.members * table.weight
    one = Groups(
        **village,
        first=np.array([0]),
        last=np.array([len(cuts) - 1]),
        is_poor=np.array([1]),
        items=(groups.items.sum(axis=0) // (len(cuts) - 1))[None].repeat(len(cuts) - 1, axis=0),
        need=groups.need[:1],
        stands=groups.stands[:1],
        lack=groups.lack[:1],
        residents=np.array([2 * int(people.sum())]),
        others=np.array([int(people.sum())]),
        people=np.array([int((people * table.registered).sum())]),
        start=cuts[:-1],
        end=cuts[1:],
        heads=np.add.reduceat(table.weight, cuts[:-1]),
        quota=np.ascontiguousarray(np.repeat(share, len(cuts) - 1, axis=0)),
        limit=np.full((len(cuts) - 1, *groups.limit.shape[1:]), NO_LIMIT, dtype=np.int64),
    )
    return _labelled(some, table, one)


def _labelled(packed: Packed, table: Table, groups: Groups) -> Packed:
    """Ids are of no use here but for their number."""
    return replace(
        packed, table=table, groups=groups, household_ids=np.arange(len(table.key)), village_ids=np.arange(len(groups.village_key))
    )
