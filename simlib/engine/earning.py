"""Steps 5 and 6 of one household's year: structural income grows, this year's luck makes it observed (docs/model.md, 3)."""

from simlib.compiled import step
from simlib.engine.luck import draw_normals, factor
from simlib.engine.rows import row
from simlib.engine.scratch import COMMON, LUCK, X_BUSINESS, X_WAGE, scaled
from simlib.engine.slots import World as W
from simlib.engine.state import FIELDS, WORDS, Field, Flag, Word


@step
def earn(s, f, at, key, luck, when, options, w, u, price, lanes):
    """Steps 5 and 6: structural income grows and takes its permanent shock; this year's luck makes it observed."""
    z0, z1, z2, z3 = row(u, LUCK), row(u, LUCK + 1), row(u, LUCK + 2), row(u, LUCK + 3)
    draw_normals(key, luck, when, options, z0, z1, z2, z3, 3, lanes)
    wage, business, flags = row(s, at * FIELDS + Field.WAGE), row(s, at * FIELDS + Field.BUSINESS), row(f, at * WORDS + Word.FLAGS)
    growth, permanent, transitory, extra = row(w, W.GROWTH), row(w, W.SD_PERMANENT), row(w, W.SD_TRANSITORY), row(w, W.SD_BUSINESS)
    well, ill, covered = row(w, W.WELL), row(w, W.ILL), row(w, W.ILL_COVERED)
    kept, lost, held, gone = row(w, W.CROP_KEPT), row(w, W.CROP_LOST), row(w, W.JOB_HELD), row(w, W.JOB_LOST)
    shared, x_wage, x_business = row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        grows = growth[i] * factor(permanent[i], z0[i])
        wages, trade = scaled(wage[i], grows), scaled(business[i], grows)
        wage[i], business[i] = wages, trade
        if_ill, if_covered, if_well = ill[i], covered[i], well[i]
        f_ill = (if_covered if (flags[i] & Flag.ENROLLED) != 0 else if_ill) if (flags[i] & Flag.ILL) != 0 else if_well
        common = shared[i] * factor(transitory[i], z1[i]) * f_ill
        if_lost, if_kept, if_gone, if_held = lost[i], kept[i], gone[i], held[i]
        x_wage[i] = scaled(wages, common * (if_gone if (flags[i] & Flag.JOB_LOST) != 0 else if_held))
        trading = common * factor(extra[i], z2[i]) * price[i]
        x_business[i] = scaled(trade, trading * (if_lost if (flags[i] & Flag.CROP_LOST) != 0 else if_kept))


@step
def earn_wage(s, f, at, key, luck, when, options, w, u, lanes):
    """Steps 5 and 6 of those who have wages alone: the third normal would multiply nothing."""
    z0, z1, z2, z3 = row(u, LUCK), row(u, LUCK + 1), row(u, LUCK + 2), row(u, LUCK + 3)
    draw_normals(key, luck, when, options, z0, z1, z2, z3, 2, lanes)
    wage, flags = row(s, at * FIELDS + Field.WAGE), row(f, at * WORDS + Word.FLAGS)
    growth, permanent, transitory = row(w, W.GROWTH), row(w, W.SD_PERMANENT), row(w, W.SD_TRANSITORY)
    well, ill, covered, held, gone = row(w, W.WELL), row(w, W.ILL), row(w, W.ILL_COVERED), row(w, W.JOB_HELD), row(w, W.JOB_LOST)
    shared, x_wage, x_business = row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        wages = scaled(wage[i], growth[i] * factor(permanent[i], z0[i]))
        wage[i] = wages
        if_ill, if_covered, if_well, if_gone, if_held = ill[i], covered[i], well[i], gone[i], held[i]
        f_ill = (if_covered if (flags[i] & Flag.ENROLLED) != 0 else if_ill) if (flags[i] & Flag.ILL) != 0 else if_well
        common = shared[i] * factor(transitory[i], z1[i]) * f_ill
        x_wage[i] = scaled(wages, common * (if_gone if (flags[i] & Flag.JOB_LOST) != 0 else if_held))
        x_business[i] = 0.0


@step
def earn_quietly(s, at, w, u, price, lanes):
    """Steps 5 and 6 without a household's luck: every spread and chance is zero, so every factor of luck is one."""
    wage, business = row(s, at * FIELDS + Field.WAGE), row(s, at * FIELDS + Field.BUSINESS)
    growth, shared, x_wage, x_business = row(w, W.GROWTH), row(u, COMMON), row(u, X_WAGE), row(u, X_BUSINESS)
    for i in range(lanes):
        wages, trade = scaled(wage[i], growth[i]), scaled(business[i], growth[i])
        wage[i], business[i] = wages, trade
        x_wage[i], x_business[i] = scaled(wages, shared[i]), scaled(trade, shared[i] * price[i])
