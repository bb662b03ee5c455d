"""The model of docs/model.md in plain vectorised NumPy: what the compiled kernel is measured against.

One draw at a time over arrays of all households. Parameters come from the same tables as the kernel's (`world_table`, `price_table`),
random numbers from NumPy's Philox generator, as many for a household and year as the rules read: same model, other luck. Money is float64
fen; uniforms are float32, because they are only compared with chances. What no draw changes is prepared once, rare events touch only their
rows, and a round sorts only the groups whose money or posts fall short.

It runs rounds re-planned each year, `poorest_first` and without a reach, and dibao by coverage, as `four_measures.yaml` has them; another
scenario is a ValueError. Payers within a fund stay pooled, because only the fund's balance matters for what is chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlib.assessment.inequality import gini_from_bins
from simlib.engine.draws import Draws
from simlib.engine.pack import Packed
from simlib.engine.slots import World
from simlib.engine.world import Numbers, price_table, world_table
from simlib.funds import ACCOUNTS, FUNDS

BASE_YEAR, CLOSING_YEAR = 2015, 2018
LAST_COVERAGE = 2019  # of dibao that the facts know
WAGE, BUSINESS, PROPERTY, TRANSFER, DIBAO = range(5)  # rows of an income array
INDUSTRY, TRAINING, PUBLIC_POST, ASSET_SHARES, SOCIAL_SECURITY, DIBAO_PAID = range(6)  # measures, as `Rounds.measure` numbers them
MEASURES = 6
PLANNED_FUNDS = 3  # those that rounds draw on
FOUR = {"industry", "training", "public_post", "asset_shares"}
ILLNESS, CROP, JOB_LOSS, FAILURE, JOB = range(5)  # rows of a year's uniforms; a second job follows
EVENTS = 6
POOREST_FIRST = 0  # as `Rounds.order` numbers it
FEN = 100.0  # a yuan
INCOME_CLIP = 2**29  # fen a head: last year's income as the priority of a round
BINS, BIN_FEN = 128, 25_000  # of per-head income; the last bin takes all above
UNLIMITED = 2**62

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Singles = NDArray[np.float32]  # uniforms, which are only compared with chances
Int8 = NDArray[np.int8]
Bools = NDArray[np.bool_]


class TwinResult(NamedTuple):
    """Results by draw and year, and sums over draws by household in the packed order; money in fen."""

    capable_fixed: F64  # [draw, year] share of the labour-capable people at the fixed line
    capable_moving: F64  # at the moving line
    exited: F64  # share of registered people
    capable_income: F64  # [draw, year, source] of the labour-capable together, weighted
    fgt: F64  # [draw, year, power 0..2] of registered people at the fixed line
    gini: F64  # [draw, year] of registered people, between bins
    spending: F64  # [draw, year, measure]
    village_mean: F64  # [draw, year, village] fen a head
    village_at_line: Bools  # at the fixed village line
    village_exits: Bools
    at_fixed: I64  # [year, household] draws
    at_moving: I64
    exits: I64  # draws in which the household is out at the year's end
    income: F64  # [year, source, household]


class Rows(NamedTuple):
    """Households, those with two idle workers first, then one, then other labour-capable, then the rest: what concerns some is a slice."""

    order: I64  # place in the packed table
    group: I64
    village: I64
    runs: tuple[I64, I64]  # consecutive rows of one village: the village, how many
    ties: tuple[NDArray[Any], NDArray[Any]]  # place by key within the group, and the group: in few bits, for sorting
    idle: tuple[slice, slice]  # rows with an idle worker in slot 0, in slot 1
    capable: slice
    without: slice
    weight: F64  # in units of 1 / weight_unit
    members: F64
    people: F64
    registered: F64  # people of the base-year register, candidates 0
    workers: F64
    labour_units: F64
    base: F64  # fen [source without dibao, row]
    below: tuple[I64, ...]  # rows whose source is below zero in the base year: no other ever is
    log_gap: F64
    base_pc: F64  # fen
    social_heads: F64
    on_dibao: Bools
    holds: Bools  # every guarantee that an exit asks for
    may_hold: Bools  # would hold them under social security
    is_registered: Bools
    was_asked: Bools  # consent is in the register, so in `Slot.may`


class Slot(NamedTuple):
    """One measure in one round; cost and capital by whether it is a later year than the first."""

    measure: int
    labour: float
    funds: tuple[int, ...]
    may: Bools  # [row]
    cost: F64  # fen [later, row], weighted
    capital: F64  # fen of one household, or a year's pay


class Round(NamedTuple):
    """One round of the year."""

    which: int
    slots: tuple[Slot, ...]
    span: slice  # rows that it concerns
    limit: F64 | None  # [group] households that it may reach, None: no bound
    by_income: bool  # poorest first; renewals go by key alone


class Task(NamedTuple):
    """What no draw changes."""

    rows: Rows
    rounds: tuple[Round, ...]
    renewal: Round | None
    quota: F64  # fen [year, fund, group]
    heads: F64  # [group] weighted
    village_of: I64  # [group]
    residents: F64  # [village] weighted
    others: F64
    other_fen: F64  # fen a head in the base year
    labour_of: F64  # [measure]
    years: tuple[int, ...]
    retention: int
    tolerated: float
    heads_unit: float


@dataclass
class State:
    """What one draw carries from year to year; years count from 2015, 0 is never."""

    wage: F64  # structural, fen
    business: F64
    pc: F64  # fen a head of last year
    active: Bools  # status in or re-entered
    exited: Bools
    exit_year: Int8
    wish: list[list[Bools]]  # by round and slot [row]
    keeps: tuple[Int8, Int8]  # years that a job in the slot lasts after its first
    placed: tuple[Int8, Int8]
    course: tuple[Int8, Int8]
    project: Int8
    alive: Bools  # the project, where there is one
    project_capital: F64
    shares: Int8
    shares_capital: F64
    post: Int8  # the last year with a public post
    post_pay: F64
    labour: F64  # units left this year
    supported: Bools
    enrolled: Bools
    social_luck: Singles
    dibao_luck: Singles
    operator_luck: F64  # [village]
    balance: F64  # fen [fund, group]


class Year(NamedTuple):
    """What holds for a whole draw and year; `loss` and what follows are facts that the world table holds only in other forms."""

    y: int  # place in the horizon
    t: int  # years after 2015
    later: int  # 0 in the programme's first year, else 1
    w: list[float]  # [World], Python's own numbers: they leave the type of an array alone
    price: F64  # [village] factor of its prefecture
    local: F64  # [village] logarithm of its own factor
    loss: F64  # share that illness, crop and animal losses, job losses take
    medical_cover: float
    coverage: float  # of dibao


class Season(NamedTuple):
    """A year while money is handed out."""

    year: Year
    left: F64  # fen that may still be spent [fund, group]
    reached: F64  # households that hold this year's posts, by round [round, group]
    spending: F64  # fen [measure]


class Luck:
    """Random numbers of one draw, drawn as whole arrays into the same memory."""

    def __init__(self, rows: int, villages: int) -> None:
        self.normals, self.local = np.empty((3, rows)), np.empty(villages)
        self.uniforms, self.persistent = np.empty((EVENTS, rows), np.float32), np.empty((8, rows), np.float32)
        self.operator = np.empty(villages)

    def open(self, seed: int, luck: int) -> None:
        """Persistent numbers of a draw: four of consent, two of jobs, dibao, social security; one a village."""
        self._rng = np.random.Generator(np.random.Philox(np.random.SeedSequence((seed, luck))))
        self._rng.random(out=self.persistent, dtype=np.float32)
        self._rng.random(out=self.operator)

    def next_year(self) -> None:
        """Shocks, events and jobs of a year."""
        self._rng.standard_normal(out=self.normals)
        self._rng.random(out=self.uniforms, dtype=np.float32)
        self._rng.standard_normal(out=self.local)


# What no draw changes


def make_rows(packed: Packed) -> Rows:
    """The packed table in the twin's order, money in fen."""
    table, groups = packed.table, packed.groups
    order = np.lexsort((table.labour_units == 0, -table.idle))
    group = np.repeat(np.arange(len(groups.start)), groups.end - groups.start)
    place = (np.arange(len(group)) - groups.start[group])[order].astype(np.uint16)
    group = group[order]
    village = _village_of(packed)[group]
    starts = np.flatnonzero(np.diff(village, prepend=-1))
    first, second = (int(np.count_nonzero(table.idle > slot)) for slot in range(2))
    capable = int(np.count_nonzero(table.labour_units > 0))
    sources = np.stack([table.wage, table.business, table.property, table.transfer])[:, order] * FEN
    members, weight = (values[order].astype(np.float64) for values in (table.members, table.weight))
    holds, may_hold = _guarantees(packed)
    return Rows(
        order=order,
        group=group,
        village=village,
        runs=(village[starts], np.diff(starts, append=len(order))),
        ties=(place, group.astype(np.min_scalar_type(len(groups.start)))),
        idle=(slice(0, first), slice(0, second)),
        capable=slice(0, capable),
        without=slice(capable, len(order)),
        weight=weight,
        members=members,
        people=members * weight,
        registered=members * weight * table.registered[order],
        workers=table.workers[order].astype(np.float64),
        labour_units=table.labour_units[order],
        base=sources,
        below=tuple(np.flatnonzero(source < 0) for source in sources),
        log_gap=table.log_gap[order],
        base_pc=table.base_pc_fen[order].astype(np.float64),
        social_heads=table.social_heads[order],
        on_dibao=table.dibao[order] > 0,
        holds=holds[order],
        may_hold=may_hold[order],
        is_registered=table.registered[order] == 1,
        was_asked=table.willing_known[order] == 1,
    )


def _village_of(packed: Packed) -> I64:
    """The village of each group."""
    return np.repeat(np.arange(len(packed.groups.first)), packed.groups.last - packed.groups.first)


def _guarantees(packed: Packed) -> tuple[Bools, Bools]:
    """Whether a household holds what an exit asks for by the register, and whether it would under social security."""
    table, asked = packed.table, packed.scenario.levers.exit_requires
    housed = (table.housing == 1) | ("housing" not in asked)
    schooled, cared = (table.school == 1) | ("school" not in asked), (table.medical == 1) | ("medical" not in asked)
    return housed & schooled & cared, housed


def make_slot(packed: Packed, order: I64, place: int) -> Slot:
    """A slot of the packed rounds in the twin's order."""
    table, rounds = packed.table, packed.rounds
    return Slot(
        measure=int(rounds.measure[place]),
        labour=float(rounds.labour[place]),
        funds=tuple(int(fund) for fund in rounds.funds[place] if fund >= 0),
        may=(table.may[order] >> place & 1) == 1,
        cost=np.ascontiguousarray(table.cost[order, place].T, dtype=np.float64),
        capital=np.ascontiguousarray(table.capital[order, place].T) * FEN,
    )


def make_round(packed: Packed, order: I64, which: int, first: int, last: int, *, by_income: bool = True) -> Round:
    """Slots first..last as one round, with the span of the rows that it may serve and its bound."""
    slots = tuple(make_slot(packed, order, place) for place in range(first, last))
    rows = np.flatnonzero(np.any([slot.may for slot in slots], axis=0))
    span = slice(int(rows.min(initial=len(order))), int(rows.max(initial=-1)) + 1)
    limit = packed.groups.limit[:, which, 0]
    return Round(which, slots, span, None if (limit >= UNLIMITED).all() else limit.astype(np.float64), by_income)


def check_scope(packed: Packed) -> None:
    """Raise ValueError for what the twin does not compute."""
    levers, rounds = packed.scenario.levers, packed.rounds
    unbounded = packed.groups.limit[:, :, 1].min(initial=UNLIMITED) >= UNLIMITED and all(one.reach is None for one in levers.rounds)
    known = (rounds.order == POOREST_FIRST).all() and unbounded and levers.entitled.dibao.enrolment == "coverage"
    known = known and not any(levers.village.projects)
    known = known and {measure for one in levers.rounds for measure in one.measures} <= FOUR
    if levers.allocation.mode != "annual" or not known or packed.years[0] != BASE_YEAR + 1:
        raise ValueError(f"the NumPy twin computes scenarios like four_measures.yaml, not {packed.scenario.name}")


def make_task(packed: Packed) -> Task:
    """Everything that is prepared once, before the first draw. Raises ValueError for a scenario out of scope."""
    check_scope(packed)
    groups, rounds, rows = packed.groups, packed.rounds, make_rows(packed)
    quota = np.zeros((len(packed.years), PLANNED_FUNDS, len(groups.start)))
    for account, (fund, _) in enumerate(ACCOUNTS):
        if FUNDS.index(fund) < PLANNED_FUNDS:
            quota[:, FUNDS.index(fund)] += groups.quota[:, :, account].T
    spans = zip(rounds.first.tolist(), rounds.last.tolist(), strict=True)
    renew, at = rounds.renew, rounds.renew_round
    return Task(
        rows=rows,
        rounds=tuple(make_round(packed, rows.order, which, *span) for which, span in enumerate(spans)),
        renewal=make_round(packed, rows.order, at, renew, renew + 1, by_income=False) if renew >= 0 else None,
        quota=quota,
        heads=np.maximum(groups.heads, 1).astype(np.float64),
        village_of=_village_of(packed),
        residents=groups.residents.astype(np.float64),
        others=groups.others.astype(np.float64),
        other_fen=groups.other_income * FEN,
        labour_of=rounds.labour_of,
        years=packed.years,
        retention=packed.scenario.levers.allocation.retention_years,
        tolerated=packed.facts["village_not_exited_share"],
        heads_unit=float(packed.weight_unit),
    )


# One draw


def lognormal(z: F64, sd: float, shift: Any) -> F64:
    """exp(sd z + shift), in place of z."""
    z *= sd
    z += shift
    return np.exp(z, out=z)


def scale(y: F64, multiplier: F64, below: I64, out: F64) -> None:
    """y + |y| (m - 1) into `out`, which may be y: a product, but for the rows that were ever below zero."""
    old = y[below]
    np.multiply(y, multiplier, out=out)
    out[below] = old + np.abs(old) * (multiplier[below] - 1.0)


def sums(place: I64, values: F64, length: int) -> F64:
    """Sums of values by place. -> [length]"""
    return np.bincount(place, values, length).astype(np.float64, copy=False)  # of nothing it is made of integers


def spread(values: F64, rows: Rows) -> F64:
    """Values of villages brought to their rows: [village] -> [row]."""
    village, length = rows.runs
    return np.repeat(values[village], length)


def rounded(fen: F64) -> F64:
    """Whole fen, halves up, in place."""
    fen += 0.5
    return np.floor(fen, out=fen)


def open_draw(task: Task, luck: Luck, w: list[float]) -> State:
    """The base year of a draw: structural incomes after their regression, consent, how long jobs last."""
    rows, n = task.rows, len(task.rows.order)
    lift = np.exp(w[World.REGRESSION] * rows.log_gap)
    wage, business = np.empty(n), np.empty(n)
    scale(rows.base[WAGE], lift, rows.below[WAGE], wage)
    scale(rows.base[BUSINESS], lift, rows.below[BUSINESS], business)
    willing = (luck.persistent[:4] < w[World.WILLING]) | rows.was_asked
    chances = w[World.JOB_KEPT] ** np.arange(1, len(task.years), dtype=np.float32)
    first, second = ((luck.persistent[4 + slot] < chances[:, None]).sum(axis=0, dtype=np.int8) for slot in range(2))
    dates = np.zeros((7, n), dtype=np.int8)
    return State(
        wage=wage,
        business=business,
        pc=rows.base_pc,
        active=rows.is_registered.copy(),
        exited=np.zeros(n, dtype=np.bool_),
        exit_year=dates[0],
        wish=[[slot.may & willing[slot.measure] for slot in one.slots] for one in task.rounds],
        keeps=(first, second),
        placed=(dates[1], dates[2]),
        course=(dates[3], dates[4]),
        project=dates[5],
        alive=np.ones(n, dtype=np.bool_),
        project_capital=np.zeros(n),
        shares=dates[6],
        shares_capital=np.zeros(n),
        post=np.zeros(n, dtype=np.int8),
        post_pay=np.zeros(n),
        labour=np.zeros(n),
        supported=rows.is_registered,
        enrolled=rows.is_registered,
        dibao_luck=luck.persistent[6],
        social_luck=luck.persistent[7],
        operator_luck=luck.operator,
        balance=np.zeros((PLANNED_FUNDS, len(task.heads))),
    )


def begin_year(task: Task, state: State, luck: Luck, year: Year) -> None:
    """Steps 2 and 3: candidates enter; who is supported and enrolled; projects fail; jobs are lost and found; the labour left."""
    w, t = year.w, year.t
    candidates = ~(state.active | state.exited)
    state.active |= candidates & (state.pc < w[World.IDENTIFICATION_BEFORE_FEN])
    state.supported = state.active | (state.exited & (t <= state.exit_year + task.retention))
    state.enrolled = state.supported & (state.social_luck < w[World.SOCIAL_ENROLMENT])
    capable = task.rows.capable
    state.alive[capable] &= luck.uniforms[FAILURE, capable] >= w[World.INDUSTRY_FAILURE]
    running = (state.project[capable] > 0) & state.alive[capable]
    np.subtract(task.rows.labour_units[capable], task.labour_of[INDUSTRY] * running, out=state.labour[capable])
    never = [state.placed[slot][idle] == 0 for slot, idle in enumerate(task.rows.idle)]
    for slot, idle in enumerate(task.rows.idle):
        placed = state.placed[slot][idle]
        placed *= t - placed <= state.keeps[slot][idle]
        state.labour[idle] -= placed > 0
    for slot, idle in enumerate(task.rows.idle):
        place_workers(state, slot, idle, luck.uniforms[JOB + slot, idle], never[slot], year)


def place_workers(state: State, slot: int, idle: slice, u: Singles, never: Bools, year: Year) -> None:
    """Idle workers of a slot find a job, sooner in the year after their course; `never`: those who had none to lose."""
    course, labour = state.course[slot][idle], state.labour[idle]
    trained = (course > 0) & (course == year.t - 1)
    finds = u < year.w[World.JOB_CHANCE]
    finds |= trained & (u < year.w[World.JOB_CHANCE] + year.w[World.TRAINING_ADDED])
    finds &= never & (labour >= 1.0)
    state.placed[slot][idle][finds] = year.t
    labour -= finds


# Who gets what


def free_courses(task: Task, state: State, t: int) -> tuple[Bools, Bools]:
    """Whether a course could go to slot 0, and to any slot [row]."""
    lowest, anywhere = np.zeros((2, len(state.pc)), dtype=np.bool_)
    for slot, idle in enumerate(task.rows.idle):
        free = (state.placed[slot][idle] == 0) & (state.course[slot][idle] == 0)
        anywhere[idle] |= free
        if slot == 0:
            lowest[idle] = free
    anywhere &= (state.course[0] != t) & (state.course[1] != t)
    return lowest, anywhere


def is_free(task: Task, state: State, measure: int, span: slice, t: int) -> Bools:
    """Whether the rows of a span do not hold a measure yet."""
    if measure == TRAINING:
        return free_courses(task, state, t)[1][span]
    held = state.project > 0 if measure == INDUSTRY else state.shares > 0
    free: Bools = state.post[span] != t if measure == PUBLIC_POST else ~held[span]
    return free


def packages(task: Task, state: State, one: Round, t: int) -> tuple[I64, list[Bools]]:
    """Rows with a package in a round, and for each of its slots whether they want it: rows[n], [slot][n]."""
    left = state.labour[one.span].copy()
    found = []
    for slot, wish in zip(one.slots, state.wish[one.which], strict=True):
        got = wish[one.span] & state.active[one.span]
        got &= is_free(task, state, slot.measure, one.span, t)
        got &= left >= slot.labour
        left -= slot.labour * got
        found.append(got)
    rows = np.flatnonzero(reduce(np.logical_or, found))
    return rows + one.span.start, [got.take(rows) for got in found]


def renewals(task: Task, state: State, one: Round, t: int) -> tuple[I64, list[Bools]]:
    """Rows whose post of last year may go on, as `packages` gives them."""
    span = one.span
    again = (state.post[span] > 0) & (state.post[span] == t - 1) & state.supported[span] & (state.labour[span] >= one.slots[0].labour)
    rows = np.flatnonzero(again)
    return rows + span.start, [np.ones(len(rows), dtype=np.bool_)]


def pay(slots: Sequence[Slot], needs: Sequence[F64], left: list[F64]) -> tuple[list[F64], Bools]:
    """Take each need from its slot's funds in order, out of left[fund]: what was taken by slot, and where all could be paid.

    Needs and funds are of groups, or of rows with their groups' funds.
    """
    taken, paid = [], np.ones(len(needs[0]), dtype=np.bool_)
    for slot, need in zip(slots, needs, strict=True):
        rest = need.copy()
        for fund in slot.funds:
            take = np.minimum(rest, left[fund])
            left[fund] = left[fund] - take
            rest -= take
        paid &= rest == 0
        taken.append(need - rest)
    return taken, paid


def priority(task: Task, state: State, rows: I64, *, by_income: bool) -> I64:
    """The order of rows by group, then poorest first where asked, then by key."""
    place, group = (keys.take(rows) for keys in task.rows.ties)
    if not by_income:
        return np.lexsort((place, group))
    income = (np.clip(state.pc.take(rows), -INCOME_CLIP, INCOME_CLIP) + INCOME_CLIP).astype(np.uint32)
    low, high = income.astype(np.uint16), (income >> 16).astype(np.uint16)  # 16 bits at a time are sorted by radix, several times as fast
    return np.lexsort((place, low, high, group))


def running_sum(values: F64, first: I64) -> F64:
    """Sums from the first row of the own group up to each row; first[row] is that row's place."""
    total = np.cumsum(values)
    total -= (total - values).take(first)
    return total


def prefix(season: Season, one: Round, costs: list[F64], heads: F64 | None, group: I64) -> Bools:
    """Which rows, sorted by group and priority, lie in the longest prefix of their group that can be paid and keeps the reach.

    With more households no fund is left richer, so the rows that pass are a prefix.
    """
    rows_of = np.bincount(group, minlength=season.left.shape[1])
    first = (np.cumsum(rows_of) - rows_of).take(group)
    _, paid = pay(one.slots, [running_sum(cost, first) for cost in costs], [fund.take(group) for fund in season.left])
    if heads is not None and one.limit is not None:
        paid &= running_sum(heads, first) <= (one.limit - season.reached[one.which]).take(group)
    return paid


def serve(task: Task, state: State, season: Season, one: Round, rows: I64, costs: list[F64], heads: F64 | None) -> tuple[Bools, list[F64]]:
    """Which rows are served, all of a group whose money suffices and else the longest prefix; what they need [slot][group]."""
    group, groups = task.rows.group.take(rows), season.left.shape[1]
    needs = [sums(group, cost, groups) for cost in costs]
    _, whole = pay(one.slots, needs, list(season.left))
    closed = np.zeros(groups, dtype=np.bool_)
    if heads is not None and one.limit is not None:
        room = one.limit - season.reached[one.which]
        whole &= sums(group, heads, groups) <= room
        closed = room <= 0
    wins: Bools = whole.take(group)
    short = np.flatnonzero(~(whole | closed).take(group))
    short = short[priority(task, state, rows.take(short), by_income=one.by_income)]
    contested, place = [cost.take(short) for cost in costs], group.take(short)
    passes = prefix(season, one, contested, None if heads is None else heads.take(short), place)
    wins[short] = passes
    parts = [sums(place[passes], cost[passes], groups) for cost in contested]
    return wins, [np.where(whole, need, part) for need, part in zip(needs, parts, strict=True)]


def hand_out(task: Task, state: State, season: Season, one: Round, rows: I64, wanted: list[Bools]) -> None:
    """Serve a round: take what it costs, count those reached, begin what was given; `wanted` by slot [n]."""
    costs = [slot.cost[season.year.later].take(rows) * wants for slot, wants in zip(one.slots, wanted, strict=True)]
    posts = [wants for slot, wants in zip(one.slots, wanted, strict=True) if slot.measure == PUBLIC_POST]
    heads = task.rows.weight.take(rows) * posts[0] if posts else None
    wins, needs = serve(task, state, season, one, rows, costs, heads)
    funds = list(season.left)
    taken, _ = pay(one.slots, needs, funds)
    season.left[:] = funds
    if heads is not None:
        reached = season.reached[one.which]
        reached += sums(task.rows.group.take(rows[wins]), heads[wins], len(reached))
    for slot, wants, fen in zip(one.slots, wanted, taken, strict=True):
        season.spending[slot.measure] += fen.sum()
        begin(task, state, slot, rows[wins & wants], season.year)


def begin(task: Task, state: State, slot: Slot, rows: I64, year: Year) -> None:
    """Begin a measure in rows."""
    t, capital = year.t, slot.capital[year.later].take(rows)
    state.labour[rows] -= slot.labour
    if slot.measure == INDUSTRY:
        state.project[rows], state.alive[rows], state.project_capital[rows] = t, True, capital
    elif slot.measure == PUBLIC_POST:
        state.post[rows], state.post_pay[rows] = t, capital
    elif slot.measure == ASSET_SHARES:
        state.shares[rows], state.shares_capital[rows] = t, capital
    else:
        lowest = free_courses(task, state, t)[0][rows]
        state.course[0][rows[lowest]] = t
        state.course[1][rows[~lowest]] = t


def allocate(task: Task, state: State, year: Year, spending: F64) -> None:
    """Steps 1, 4 and 14: credit the funds, renew last year's posts, serve every round, carry what is left or let it lapse."""
    held = state.balance + task.quota[year.y]
    budget = np.floor(year.w[World.ABSORPTION] * held)
    season = Season(year, budget.copy(), np.zeros((len(task.rounds), held.shape[1])), spending)
    if task.renewal is not None:
        hand_out(task, state, season, task.renewal, *renewals(task, state, task.renewal, year.t))
    for one in task.rounds:
        hand_out(task, state, season, one, *packages(task, state, one, year.t))
    state.balance = held - (budget - season.left) if task.years[year.y] < CLOSING_YEAR else np.zeros_like(held)


# Incomes


def earn(task: Task, state: State, luck: Luck, year: Year, income: F64) -> None:
    """Steps 5 and 6: growth and shocks into income[source, row]."""
    rows, w, growth = task.rows, year.w, luck.normals[0]
    lognormal(growth, w[World.SD_PERMANENT], np.log(w[World.GROWTH]) - w[World.SD_PERMANENT] ** 2 / 2)
    scale(state.wage, growth, rows.below[WAGE], state.wage)
    scale(state.business, growth, rows.below[BUSINESS], state.business)
    on_wage, on_business = shocks(task, state, luck, year)
    scale(state.wage, on_wage, rows.below[WAGE], income[WAGE])
    scale(state.business, on_business, rows.below[BUSINESS], income[BUSINESS])
    for source in (PROPERTY, TRANSFER):
        below = rows.below[source]
        np.multiply(rows.base[source], w[World.GROWN_UP], out=income[source])
        income[source, below] = rows.base[source, below] * w[World.GROWN_DOWN]


def shocks(task: Task, state: State, luck: Luck, year: Year) -> F64:
    """This year's multipliers of wage and business, in place of the normals: every factor without an event is a term of one exponent."""
    w, (common, business) = year.w, luck.normals[1:]
    chances = np.array([w[World.ILLNESS_CHANCE], w[World.CROP_CHANCE], w[World.JOB_LOSS_CHANCE]])
    ill, crop, job = -np.log1p(-chances * year.loss)
    transitory, extra = w[World.SD_TRANSITORY], w[World.SD_BUSINESS]
    common *= transitory
    common += spread(year.local + (np.log(w[World.PROVINCE]) - transitory**2 / 2 + ill + job), task.rows)
    business *= extra
    business += spread(np.log(year.price) + (crop - job - extra**2 / 2), task.rows)
    business += common
    np.exp(luck.normals[1:], out=luck.normals[1:])
    at = np.flatnonzero(luck.uniforms[ILLNESS] < w[World.ILLNESS_CHANCE])
    kept = 1.0 - year.loss[ILLNESS] * (1.0 - year.medical_cover * state.enrolled[at])
    common[at] *= kept
    business[at] *= kept
    business[np.flatnonzero(luck.uniforms[CROP] < w[World.CROP_CHANCE])] *= 1.0 - year.loss[CROP]
    common[np.flatnonzero(luck.uniforms[JOB_LOSS] < w[World.JOB_LOSS_CHANCE])] *= 1.0 - year.loss[JOB_LOSS]
    return luck.normals[1:]


def gain(task: Task, state: State, year: Year, income: F64) -> F64:
    """Step 7: jobs, posts, projects and shares onto income[source, row]. -> collective fen of each village"""
    rows, w, idle = task.rows, year.w, task.rows.idle[0]
    wage, business = income[WAGE], income[BUSINESS]
    at = np.flatnonzero((state.placed[0][idle] | state.placed[1][idle]) > 0)
    jobs = (state.placed[0].take(at) > 0) + (state.placed[1].take(at) > 0).astype(np.float64)
    given_up = wage.take(at) + w[World.BUSINESS_GIVEN_UP] * np.maximum(business.take(at), 0.0)
    np.add.at(wage, at, jobs * np.maximum(w[World.JOB_PAY] * FEN - given_up / rows.workers.take(at), 0.0))
    at = np.flatnonzero(state.post == year.t)
    np.add.at(wage, at, state.post_pay.take(at))
    yield_of_projects(task, state, year, business)
    at = np.flatnonzero((state.shares > 0) & (state.shares < year.t))
    village = rows.village.take(at)
    operator = np.where(state.operator_luck < w[World.OPERATOR_CHANCE], w[World.OPERATOR_HALF], 1.0)
    paid = state.shares_capital.take(at) * (operator * w[World.DIVIDEND]).take(village)
    own = paid * w[World.HOUSEHOLD_SHARE] * state.supported.take(at)
    np.add.at(income[PROPERTY], at, own)
    return sums(village, rounded(paid - own) * rows.weight.take(at), len(year.price))


def yield_of_projects(task: Task, state: State, year: Year, business: F64) -> None:
    """What industry projects add to business[row]: less where many of the group run one, by age, and the salvage where they failed."""
    w, at = year.w, np.flatnonzero(state.project[task.rows.capable] > 0)
    group, alive = task.rows.group.take(at), state.alive.take(at)
    share = sums(group, task.rows.weight.take(at) * alive, len(task.heads)) / task.heads
    margin = w[World.INDUSTRY_MARGIN] * year.price[task.village_of] * np.maximum(1.0 - w[World.SATURATION] * share, 0.0)
    ramp = np.array([w[World.RAMP_FIRST], w[World.RAMP_SECOND], 1.0])
    by_age = np.concatenate([ramp * w[World.INDUSTRY_SALVAGE], ramp])
    age = np.minimum(year.t - state.project.take(at), 2)
    np.add.at(business, at, state.project_capital.take(at) * margin.take(group) * by_age.take(age + 3 * alive))


def protect(task: Task, state: State, year: Year, income: F64, spending: F64) -> tuple[F64, I64, F64]:
    """Steps 8 to 10: social security, dibao, rounding. -> fen [row], rows with dibao, per-head fen [row]"""
    rows = task.rows
    increment = rows.social_heads * (year.w[World.SOCIAL_INCREMENT] * FEN)
    increment *= state.enrolled
    income[TRANSFER] += increment
    spending[SOCIAL_SECURITY] += np.einsum("i,i->", rounded(increment), rows.weight) / task.heads_unit
    before = income[:DIBAO].sum(axis=0)
    wanting = np.subtract(rows.members * (year.w[World.DIBAO_LINE] * FEN), before, out=before)
    at = np.flatnonzero((wanting > 0) & (rows.on_dibao | (state.dibao_luck < year.coverage)))
    amount = rounded(wanting.take(at))
    income[DIBAO] = 0.0
    income[DIBAO][at] = amount
    spending[DIBAO_PAID] += (amount * rows.weight.take(at)).sum() / task.heads_unit
    rounded(income[:DIBAO])
    total = income.sum(axis=0)
    return total, at[amount > 0], rounded(total / rows.members)


def judge(task: Task, state: State, year: Year, pc: F64, on_dibao: I64) -> None:
    """Steps 11 and 12: exits by income or by dibao, re-entries; last year's income becomes this year's."""
    rows, w = task.rows, year.w
    held = rows.holds | (state.enrolled & rows.may_hold)
    enough = pc >= max(w[World.GOVERNING_FEN], w[World.DIBAO_FEN])
    enough[on_dibao[on_dibao >= rows.without.start]] = True
    leaves = state.active & held & enough
    falls = state.exited & ((pc < w[World.IDENTIFICATION_FEN]) | ~held)
    state.active = (state.active & ~leaves) | falls
    state.exited = (state.exited & ~falls) | leaves
    state.exit_year[leaves] = year.t
    state.pc = pc


# What is counted


class Tally:
    """Counts by draw and year, and sums over draws by row."""

    def __init__(self, task: Task, draws: int) -> None:
        years, rows, villages = len(task.years), len(task.rows.order), len(task.residents)
        self.task = task
        self.registered = task.rows.registered.sum()
        self.capable_people = task.rows.registered[task.rows.capable].sum()
        self.capable_heads = (task.rows.weight * task.rows.is_registered)[task.rows.capable]
        self.shares, self.fgt = np.zeros((3, draws, years)), np.zeros((draws, years, 3))
        self.bins = np.zeros((2, draws, years, BINS))
        self.capable_income, self.spending = np.zeros((draws, years, 5)), np.zeros((draws, years, MEASURES))
        self.means = np.zeros((draws, years, villages))
        self.villages = np.zeros((2, draws, years, villages), dtype=np.bool_)
        self.counts = np.zeros((3, years, rows), dtype=np.int32)
        self.income = np.zeros((years, 5, rows))

    def households(self, state: State, w: list[float], at: tuple[int, int], income: F64) -> None:
        """Count the register of a year; `at`: draw and year."""
        rows, capable, pc = self.task.rows, self.task.rows.capable, state.pc
        fixed, moving = pc >= w[World.FIXED_FEN], pc >= w[World.MOVING_FEN]
        kinds = [fixed, moving, state.exited]
        code = sum((kind.view(np.int8) << place for place, kind in enumerate(kinds)), np.zeros(len(pc), dtype=np.int8))
        parts = [np.bincount(code[part], rows.registered[part], 8).reshape(2, 2, 2) for part in (capable, rows.without)]
        self.shares[(0, *at)] = parts[0][:, :, 1].sum() / self.capable_people
        self.shares[(1, *at)] = parts[0][:, 1].sum() / self.capable_people
        self.shares[(2, *at)] = (parts[0][1] + parts[1][1]).sum() / self.registered
        self.capable_income[at] = np.einsum("si,i->s", income[:, capable], self.capable_heads)
        for count, kind in zip(self.counts[:, at[1]], kinds, strict=True):
            count += kind
        self.income[at[1]] += income
        self.distribution(pc, fixed, w[World.FIXED_FEN], at)

    def distribution(self, pc: F64, reached: Bools, line: float, at: tuple[int, int]) -> None:
        """Poverty at a line, and the histogram of per-head income."""
        people = self.task.rows.registered
        poor = np.flatnonzero(~reached)
        gap = 1.0 - np.maximum(pc.take(poor), 0.0) / line
        power = people.take(poor)
        for alpha in range(3):
            self.fgt[(*at, alpha)] = power.sum() / self.registered
            power = power * gap
        place = np.clip(pc.astype(np.int32) // BIN_FEN, 0, BINS - 1)
        self.bins[(0, *at)] = np.bincount(place, people, BINS)
        self.bins[(1, *at)] = np.bincount(place, people * pc, BINS)

    def close_villages(self, state: State, year: Year, total: F64, collective: F64, at: tuple[int, int]) -> None:
        """Step 13: means and exits of villages; total: fen of each row, collective: fen of each village."""
        task, rows, w, villages = self.task, self.task.rows, year.w, len(collective)
        others = task.others * task.other_fen * np.exp(year.local) * (w[World.INCOME_RATIO] * w[World.PROVINCE])
        together = sums(rows.village, total * rows.weight, villages) + collective + others
        mean = np.floor(together / task.residents + 0.5)
        at_line = mean >= w[World.VILLAGE_FIXED_FEN]
        waiting = np.flatnonzero(state.active)
        people = sums(rows.village.take(waiting), rows.people.take(waiting), villages)
        self.means[at], self.villages[(0, *at)] = mean, at_line
        self.villages[(1, *at)] = at_line & (people <= task.tolerated * task.residents)

    def result(self) -> TwinResult:
        """Everything, households in the packed order."""
        back = np.argsort(self.task.rows.order)
        at_fixed, at_moving, exits = self.counts[:, :, back].astype(np.int64)
        return TwinResult(
            capable_fixed=self.shares[0],
            capable_moving=self.shares[1],
            exited=self.shares[2],
            capable_income=self.capable_income,
            fgt=self.fgt,
            gini=np.asarray(gini_from_bins(*self.bins)),
            spending=self.spending,
            village_mean=self.means,
            village_at_line=self.villages[0],
            village_exits=self.villages[1],
            at_fixed=at_fixed,
            at_moving=at_moving,
            exits=exits,
            income=self.income[:, :, back],
        )


class Parameters:
    """The tables of all draws, cut to one draw and year."""

    def __init__(self, packed: Packed, draws: Draws) -> None:
        years, numbers = packed.years, Numbers(packed.facts, draws, packed.scenario)
        self._prefecture, self._years = packed.groups.prefecture, years
        self._world = np.moveaxis(world_table(packed.facts, packed.scenario, draws, years), -1, 0).copy()
        self._prices = price_table(packed.facts, packed.scenario, draws, years, packed.prefectures)
        keys = ("illness_loss", "crop_loss", "job_loss", "medical_cover", *(f"dibao_coverage_{min(year, LAST_COVERAGE)}" for year in years))
        self._others = np.stack([np.broadcast_to(numbers[key], len(draws)) for key in keys], axis=1).astype(np.float64)

    def base(self, draw: int) -> list[float]:
        """What holds in a draw's first year. -> [World]"""
        first: list[float] = self._world[draw, 0].tolist()
        return first

    def year(self, draw: int, y: int, local: F64) -> Year:
        """A year of a draw; local: normals of the villages."""
        w, others, sd = self._world[draw, y].tolist(), self._others[draw], float(self._world[draw, y, World.SD_VILLAGE])
        return Year(
            y=y,
            t=self._years[y] - BASE_YEAR,
            later=int(y > 0),
            w=w,
            price=self._prices[self._prefecture, y, draw],
            local=sd * local - sd**2 / 2,
            loss=others[:3],
            medical_cover=float(others[3]),
            coverage=float(others[4 + y]),
        )


def project_numpy(packed: Packed, draws: Draws) -> TwinResult:
    """Project all years of a scenario like `four_measures.yaml` in every draw of the table. Raises ValueError for another scenario."""
    task, parameters = make_task(packed), Parameters(packed, draws)
    rows = len(task.rows.order)
    luck, income, tally = Luck(rows, len(task.residents)), np.empty((5, rows)), Tally(task, len(draws))
    for draw, number in enumerate(draws.luck.tolist()):
        luck.open(draws.seed, number)
        state = open_draw(task, luck, parameters.base(draw))
        for y in range(len(task.years)):
            luck.next_year()
            year, at = parameters.year(draw, y, luck.local), (draw, y)
            begin_year(task, state, luck, year)
            allocate(task, state, year, tally.spending[at])
            earn(task, state, luck, year, income)
            collective = gain(task, state, year, income)
            total, on_dibao, pc = protect(task, state, year, income, tally.spending[at])
            judge(task, state, year, pc, on_dibao)
            tally.households(state, year.w, at, income)
            tally.close_villages(state, year, total, collective, at)
    return tally.result()
