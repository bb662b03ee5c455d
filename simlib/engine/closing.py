"""Step 13: a village's year, when all its groups are counted: its mean, its lines, services, score sheet and exit (docs/model.md, 3)."""

import math

import numpy as np

from simlib.compiled import aside, rule, step
from simlib.engine.counted import (
    CELL_STATS,
    INCOME_BIN_FEN,
    INCOME_BINS,
    SHARE_BINS,
    STAT_OF_CELL,
    STATS,
    Stat,
    VillageStat,
)
from simlib.engine.judging import reaches
from simlib.engine.rows import row
from simlib.engine.slots import World as W
from simlib.engine.state import SERVICES, SHEET_SERVICES
from simlib.measures import village_projects

FILLED_UNIT = 10_000  # of the share of services that counts
ON_SHEET = tuple(SERVICES.index(name) for name in SHEET_SERVICES)


@step
def complete(t, people, lanes):
    """What follows from what was counted: t[NOT_EXITED] from those out, and the village's total from its sources."""
    waiting, exited, removed, total = row(t, Stat.NOT_EXITED), row(t, Stat.EXITED), row(t, Stat.REMOVED), row(t, Stat.TOTAL_FEN)
    for i in range(lanes):
        waiting[i] += people - exited[i] - removed[i]
    for source in range(5):
        capable, without = row(t, Stat.CAPABLE_WAGE + source), row(t, Stat.WITHOUT_WAGE + source)
        for i in range(lanes):
            total[i] += capable[i] + without[i]


@rule
def stands_at(spent, needed):
    """Whether a service stands: so much spent on services fills its gap."""
    return spent >= needed


@rule
def village_points(few_left, collective_fen, services, options):
    """Points of the province's village sheet (P03): few left on the register, own funds, and the services that stand."""
    points = options.points_people if few_left else 0.0
    points += options.points_funds if collective_fen >= options.own_funds_fen else 0.0
    return points + options.points_service * services


@aside
def close_village(t, w, local, spent, built, out, village, year, groups, unit, options, lanes):
    """Step 13: the village's mean, its lines, services, sheet and exit; add its statistics to its cell, its sums and its histograms.

    built[lane]: fen spent on services that count; unit: of the weights.
    """
    poor, residents, people = groups.is_poor[village], groups.residents[village], groups.people[village]
    others, base, need, stands = groups.others[village], groups.other_income[village], groups.need[village], groups.stands[village]
    ratio, world, line, moving = row(w, W.INCOME_RATIO), row(w, W.PROVINCE), row(w, W.VILLAGE_FIXED_FEN), row(w, W.VILLAGE_MOVING_FEN)
    indexed = row(w, W.VILLAGE_INDEXED_FEN)
    total, collective, waiting = row(t, Stat.TOTAL_FEN), row(t, Stat.COLLECTIVE_FEN), row(t, Stat.NOT_EXITED)
    capable, without, out_people = row(t, Stat.CAPABLE_FIXED), row(t, Stat.WITHOUT_FIXED), row(t, Stat.EXITED)
    moved, moved_without = row(t, Stat.CAPABLE_MOVING), row(t, Stat.WITHOUT_MOVING)
    kept, kept_without = row(t, Stat.CAPABLE_INDEXED), row(t, Stat.WITHOUT_INDEXED)
    mean_fixed, mean_moving, leaves = row(t, Stat.MEAN_FIXED), row(t, Stat.MEAN_MOVING), row(t, Stat.VILLAGE_EXITS)
    mean_indexed, served, sheet = row(t, Stat.MEAN_INDEXED), row(t, Stat.SERVICES), row(t, Stat.VILLAGE_SHEET)
    sheet_only, exit_only = row(t, Stat.VILLAGE_SHEET_ONLY), row(t, Stat.VILLAGE_EXIT_ONLY)
    housed, made_safe, whole = row(t, Stat.HOUSED), row(t, Stat.MADE_SAFE), row(t, Stat.GUARANTEED)
    sums = out.villages[village, year]
    for i in range(options.valid):
        other_fen = base * 100.0 * ratio[i] * local[i] * world[i]
        mean_fen = math.floor((total[i] + collective[i] + others * other_fen) / residents + 0.5)
        at_fixed = 1 if reaches(mean_fen, line[i]) else 0
        at_moving = 1 if reaches(mean_fen, moving[i]) else 0
        at_indexed = 1 if reaches(mean_fen, indexed[i]) else 0
        few_left = waiting[i] <= options.tolerated * residents
        exits = at_fixed if few_left else 0
        standing, on_sheet = 1, 0
        for service in range(stands.shape[0]):
            standing = standing if stands_at(built[i], stands[service]) else 0
        for place in range(len(ON_SHEET)):
            on_sheet += 1 if stands_at(built[i], stands[ON_SHEET[place]]) else 0
        collective_fen = np.float64(collective[i]) / unit
        passes = 1 if village_points(few_left, collective_fen, np.float64(on_sheet), options) >= options.village_pass else 0
        mean_fixed[i] += at_fixed * poor
        mean_moving[i] += at_moving * poor
        mean_indexed[i] += at_indexed * poor
        leaves[i] += exits * poor
        served[i] += standing * poor
        sheet[i] += passes * poor
        sheet_only[i] += passes * (1 - exits) * poor
        exit_only[i] += exits * (1 - passes) * poor
        fixed = capable[i] + without[i]
        sums[VillageStat.AT_FIXED] += fixed
        sums[VillageStat.AT_MOVING] += moved[i] + moved_without[i]
        sums[VillageStat.AT_INDEXED] += kept[i] + kept_without[i]
        sums[VillageStat.EXITED] += out_people[i]
        sums[VillageStat.MEAN_FEN] += int(mean_fen)
        yuan = math.floor(mean_fen / 100.0 + 0.5)
        sums[VillageStat.MEAN_SQUARED] += yuan * yuan
        sums[VillageStat.MEAN_FIXED] += at_fixed
        sums[VillageStat.MEAN_MOVING] += at_moving
        sums[VillageStat.MEAN_INDEXED] += at_indexed
        sums[VillageStat.EXITS] += exits
        sums[VillageStat.SPENT_FEN] += spent[i]
        sums[VillageStat.SERVICES] += standing
        sums[VillageStat.SHEET] += passes
        sums[VillageStat.SHEET_ONLY] += passes * (1 - exits)
        sums[VillageStat.EXIT_ONLY] += exits * (1 - passes)
        part = village_projects.filled(np.float64(built[i]), np.float64(need))
        sums[VillageStat.FILLED] += np.int64(math.floor(part * FILLED_UNIT + 0.5))
        sums[VillageStat.COLLECTIVE_FEN] += collective[i]
        sums[VillageStat.INCOME_FEN] += total[i]
        sums[VillageStat.HOUSED] += housed[i]
        sums[VillageStat.MADE_SAFE] += made_safe[i]
        sums[VillageStat.GUARANTEED] += whole[i]
        share = (fixed * (SHARE_BINS - 1)) // people if people > 0 else 0
        out.share_bins[village, year, share] += 1
        out.mean_bins[village, year, min(max(int(mean_fen) // INCOME_BIN_FEN, 0), INCOME_BINS - 1)] += 1
    for stat in range(STATS):
        counted, total = row(t, stat), row(out.totals, year * STATS + stat)
        for i in range(lanes):
            total[i] += counted[i]
    at = (year * out.cells.shape[1] + groups.cell[village]) * CELL_STATS
    for place in range(CELL_STATS):
        counted, cell = row(t, STAT_OF_CELL[place]), row(out.cells, at + place)
        for i in range(lanes):
            cell[i] += counted[i]
