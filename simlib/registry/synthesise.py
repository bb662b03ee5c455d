"""A synthetic register of the Guangzhou task, met to the published margins, with a joint structure that is assumed and says so.

It stands in until a real register is read: no household in it exists, and it is stamped so. Margins: facts/population.yaml.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.random import Generator, Philox, SeedSequence
from numpy.typing import NDArray

from simlib.errors import InputError, said
from simlib.facts import Facts, load_facts
from simlib.facts.lines import BASE_YEAR
from simlib.money import FEN_PER_YUAN
from simlib.registry import population
from simlib.registry.population import SOURCES, Counts, Flags, People, Reals, first_of, worse_off
from simlib.registry.settlements import helpers_of, places_of, strata, village_columns
from simlib.registry.tables import Registry, make_registry

Streams = Callable[[str], Generator]

TOPICS: Final = (
    "people",
    "places",
    "common",
    "helpers",
    "villages",
    "ages",
    "health",
    "land",
    "income",
    "sources",
    "causes",
    "dibao",
    "guarantees",
)
"""One stream of random numbers each, so that a change in one leaves the others as they were; append only."""
SEEDS: Final = 2**64
"""Seeds are whole numbers below this."""
TOP_SIZE: Final = 5
TOP_WORKERS: Final = 3
BESIDE: Final = "village."
RECIPE: Final = ("registry/*.py", "registry/*.yaml", "facts/lines.py", "money.py")


def synthesise_registry(people: int | None = None, villages: int | None = None, seed: int = 1) -> Registry:
    """A synthetic register: the full task (206,000 people, 477 poor villages), or one scaled in proportion.

    `people` are all registered people; `villages` the poor villages; either alone scales the other, both together are taken
    as they are. Same arguments, same register. InputError for numbers below 1, a seed outside 0..2^64-1, or more poor villages
    than their people can fill. Margins are facts (S11, S12, S14, clauses 一(三) and 三(十一)2, and what is assumed).
    """
    people, villages = asked(people, villages, load_facts())
    households, places = synthesise_tables(people, villages, seed)
    origin = f"synthesised for {people} people in {villages} poor villages, seed {seed}"
    return make_registry(households, places, synthetic=True, origin=origin)


def synthesise_tables(people: int, villages: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The households and villages of a synthetic register, not yet in canonical types; InputError as `synthesise_registry`."""
    facts, streams = load_facts(), _streams(seed)
    rows, places = _settle(people, villages, facts, streams)
    common = streams("common").standard_normal(len(places))
    households = _households(rows, places, common, facts, streams)
    registered = np.bincount(rows["place"], weights=rows["members"], minlength=len(places)).astype(np.int64)
    return households, _villages(places, registered, common, facts, streams)


def asked(people: int | None, villages: int | None, facts: Facts) -> tuple[int, int]:
    """People and poor villages, with what was not given in proportion to the full task."""
    all_people, all_villages = task_people(facts), int(facts["villages"])
    for name, number in (("people", people), ("villages", villages)):
        if number is not None and number < 1:
            raise InputError(said("{name} must be 1 or more, not {number}", name=name, number=number))
    if people is None:
        people = all_people if villages is None else math.floor(all_people * villages / all_villages + 0.5)
    if villages is None:
        villages = max(1, math.floor(all_villages * people / all_people + 0.5))
    return people, villages


def task_people(facts: Facts) -> int:
    """The registered people of the full task."""
    return int(facts["people_meizhou"] + facts["people_qingyuan"])


def _streams(seed: int) -> Streams:
    if not 0 <= seed < SEEDS:
        raise InputError(said("a seed is a whole number from 0 to 2^64 - 1, not {seed}", seed=seed))
    return lambda topic: Generator(Philox(SeedSequence(seed, spawn_key=(TOPICS.index(topic),))))


def _settle(people: int, villages: int, facts: Facts, streams: Streams) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households (capable, members, place) in the order of their places, and the places, one row each."""
    sizes, where = streams("people"), streams("places")
    rows, places = [], []
    for stratum in strata(people, villages, facts):
        capable, members = population.types_and_sizes(stratum.people, stratum.mean_members, facts, sizes)
        rows.append(pd.DataFrame({"capable": capable, "members": members}))
        places.append(places_of(stratum, len(members), facts, where))
    every, homes = pd.concat(places, ignore_index=True), pd.concat(rows, ignore_index=True)
    return homes.assign(place=np.repeat(np.arange(len(every)), every["households"])), every


def _households(rows: pd.DataFrame, places: pd.DataFrame, common: Reals, facts: Facts, streams: Streams) -> pd.DataFrame:
    """The household table; `common[place]` ~ N(0, 1) is what a place has in all respects."""
    place = rows["place"].to_numpy()
    people = population.compose(rows["capable"].to_numpy(), rows["members"].to_numpy(), facts, streams("ages"), streams("health"))
    ranks = population.income_ranks(people, common[place], facts, streams("income"))
    pc_fen = population.incomes_pc_fen(ranks, facts)
    land = population.land_mu(people.members, facts, streams("land"))
    columns = {
        **_identity(place, places),
        **{name: getattr(people, name) for name in ("members", "workers", "labour_units", "pupils", "elderly", "ill", "disabled")},
        "poverty_cause": population.poverty_causes(people, land, facts, streams("causes")),
        **_money(people, ranks, pc_fen, facts, streams),
        "land_mu": land,
        **_guarantees(people, ranks, facts, streams("guarantees")),
        **_standing(len(place)),
    }
    return pd.DataFrame(columns)


def _identity(place: NDArray[np.int64], places: pd.DataFrame) -> dict[str, Any]:
    """Ids: the place's and a number within it. Places are in order, so the number is a distance from the place's first row."""
    village = pa.array(places["village_id"].astype(object)).take(pa.array(place))
    number = np.arange(len(place)) - np.searchsorted(place, place) + 1
    padded = pc.utf8_lpad(pc.cast(pa.array(number), pa.string()), 4, "0")
    ids = pc.binary_join_element_wise(village, padded, "-")
    return {"household_id": ids.to_pandas(), "village_id": village.to_pandas()}


def _money(people: People, ranks: Reals, pc_fen: Counts, facts: Facts, streams: Streams) -> dict[str, Reals]:
    """The four sources and dibao in yuan a household and year."""
    parts = population.sources_fen(people, pc_fen * people.members, facts, streams("sources"))
    dibao = population.dibao_fen(people, ranks, pc_fen, facts, streams("dibao"))
    sources = {f"{name}_income": parts[:, column] / FEN_PER_YUAN for column, name in enumerate(SOURCES)}
    return sources | {"dibao_yuan": dibao / FEN_PER_YUAN}


def _guarantees(people: People, ranks: Reals, facts: Facts, rng: Generator) -> dict[str, Flags | Counts]:
    """House, insurance and school. Unsafe houses and missing insurance fall more on the poorer; their shares are exact."""
    anybody = np.ones(len(ranks), dtype=bool)
    unsafe = first_of(worse_off(ranks, facts, rng), anybody, facts["unsafe_house_share"] * len(ranks))
    uninsured = first_of(worse_off(ranks, facts, rng), anybody, facts["uninsured_share"] * len(ranks))
    dropouts = rng.binomial(people.pupils, facts["dropout_share"])
    return {"housing_safe": ~unsafe, "insured": ~uninsured, "dropouts": dropouts}


def _standing(households: int) -> dict[str, Any]:
    """Registered in the base year and funded, each counting once; nobody was asked, and consent cannot be made up."""
    return {
        "willing": np.full(households, None, dtype=object),
        "funded": True,
        "registered_from": BASE_YEAR,
        "weight": 1.0,
    }


def _villages(places: pd.DataFrame, people: Counts, common: Reals, facts: Facts, streams: Streams) -> pd.DataFrame:
    """The village table, pseudo-villages (towns) after the poor villages of each prefecture."""
    poor = places["is_poor_village"].to_numpy(dtype=bool)
    helper, helper_type = helpers_of(poor, facts, streams("helpers"))
    columns = village_columns(poor, people, common, facts, streams("villages"))
    return places.drop(columns="households").assign(helper=helper, helper_type=helper_type, **columns)


def joint_table(registry: Registry) -> pd.DataFrame:
    """Who the registered are: one row for each observed size, number of workers, cause and main source of income.

    Sizes from 5 and workers from 3 up stand together. `households` and `people` are weighted counts, `mean_income_pc` is yuan a
    person and year of the four sources, over people.
    """
    rows = registry.households
    rows = rows[rows["registered_from"].notna()]
    incomes = rows[[f"{name}_income" for name in SOURCES]].set_axis(list(SOURCES), axis=1)
    table = pd.DataFrame(
        {
            "members": _top_coded(rows["members"], TOP_SIZE),
            "workers": _top_coded(rows["workers"], TOP_WORKERS),
            "poverty_cause": rows["poverty_cause"],
            "main_source": incomes.idxmax(axis=1),
            "households": rows["weight"],
            "people": rows["weight"] * rows["members"],
            "income": rows["weight"] * incomes.sum(axis=1),
        }
    )
    keys = ["members", "workers", "poverty_cause", "main_source"]
    sums = table.groupby(keys, as_index=False, observed=True)[["households", "people", "income"]].sum()
    return sums.assign(mean_income_pc=sums.pop("income") / sums["people"])


def _top_coded(counts: pd.Series[Any], top: int) -> pd.Series[Any]:
    """Counts as ordered words, the last of which is `5+` or the like."""
    words = pd.Index([*map(str, range(top)), f"{top}+"])
    codes = np.minimum(counts.to_numpy(dtype=np.int64), top)
    return pd.Series(pd.Categorical.from_codes(codes, words, ordered=True), index=counts.index)


def default_registry(seed: int = 1) -> Registry:
    """The full task's synthetic register, kept on disk once made; a kept one that is damaged, or of another recipe, is made anew.

    The same value as `synthesise_registry(seed=seed)`. It lies in the folder of `SIMLIB_CACHE`, else in the user's cache folder.
    """
    from simlib.compiled import cache_root  # imports Numba, which nobody else here needs

    folder, stem = cache_root() / "registers", f"default-{_recipe(seed)}"
    whole = (content for path in sorted(folder.glob(f"{stem}-*.parquet")) if (content := _undamaged(path)))
    if content := next(whole, None):
        return _unpacked(content)
    registry = synthesise_registry(seed=seed)
    with suppress(OSError):  # a folder that cannot be written costs time, not results
        _write_whole(_packed(registry), folder, stem)
    return registry


def _recipe(seed: int) -> str:
    """Hash of all that the register is made of: facts, rules, seed, and the libraries, whose streams and types may change (NEP 19)."""
    package = Path(__file__).parents[1]
    files = sorted(path for pattern in RECIPE for path in package.glob(pattern))
    parts = [load_facts().hash, np.__version__, pd.__version__, str(seed)]
    return _digest(b"\0".join([*(part.encode() for part in parts), *(path.read_bytes() for path in files)]))


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()


def _packed(registry: Registry) -> bytes:
    """Both tables as one Parquet file, so that it is whole or not there: beside each household its village's columns."""
    villages = registry.villages.add_prefix(BESIDE)
    rows = registry.households.merge(villages, left_on="village_id", right_on=f"{BESIDE}village_id")
    table = pa.Table.from_pandas(rows, preserve_index=False)
    stamp = {**table.schema.metadata, b"hash": registry.hash, b"origin": registry.origin}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(stamp), sink)
    return bytes(sink.getvalue())


def _unpacked(content: bytes) -> Registry:
    table = pq.ParquetFile(pa.BufferReader(content)).read()
    rows, stamp = table.to_pandas(), table.schema.metadata
    beside = [name for name in rows.columns if name.startswith(BESIDE)]
    villages = rows[beside].drop_duplicates(ignore_index=True).rename(columns=lambda name: name.removeprefix(BESIDE))
    return Registry(rows.drop(columns=beside), villages, True, stamp[b"hash"].decode(), stamp[b"origin"].decode())


def _write_whole(content: bytes, folder: Path, stem: str) -> None:
    """Writes a file whose name ends in its content's digest, under a temporary name first: nobody sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as here:
        part = Path(here) / "part"
        part.write_bytes(content)
        part.replace(folder / f"{stem}-{_digest(content)}.parquet")


def _undamaged(path: Path) -> bytes | None:
    """A kept file's content if it has the digest that the name says."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if path.stem.endswith(f"-{_digest(content)}") else None
