"""Village projects of a group: what runs on from year to year, and what money pays for before households (docs/model.md, 5 and 13)."""

import numpy as np

from simlib.compiled import aside, rule, step
from simlib.engine.accounts import ASKED_FOR, BUDGET, BUILT, FOUND, PAID
from simlib.engine.counted import Stat
from simlib.engine.rows import clear, row
from simlib.engine.scratch import CLOSES, DELAY, FAILURE, MARGIN, OPERATOR, UPLIFT, to_fen
from simlib.engine.slots import World as W
from simlib.engine.state import ALL_FUNDS, FEN, WORKS, Fund, Item, Measure, Village, Works
from simlib.measures import village_projects

CLOSED = -1  # of a service point


@rule
def place_of(group, what):
    """The row of a group's works."""
    return group * WORKS + what


@step
def run_works(works, group, w, u, t, services, lanes):
    """At a year's start: what was built counts, service points close. services[lane]: the village's sum of what counts, fen."""
    counts, then = row(works, place_of(group, Works.SERVICES)), row(works, place_of(group, Works.NEXT))
    later = row(works, place_of(group, Works.DELAYED))
    shop, closes, chance = row(works, place_of(group, Works.SHOP)), row(u, CLOSES), row(w, W.ECOMMERCE_CLOSING)
    for i in range(lanes):
        counted = counts[i] + then[i]
        counts[i] = counted
        services[i] += counted
        then[i] = later[i]
        later[i] = 0
        shuts = (shop[i] > 0) & (shop[i] < t) & (closes[i] < chance[i])
        shop[i] = CLOSED if shuts else shop[i]


@step
def lift(works, group, need, lack, shares, w, u, t, lanes):
    """What positive business incomes rise by this year, and what last year's technique does to margins. need: fen of its services."""
    counts, shop = row(works, place_of(group, Works.SERVICES)), row(works, place_of(group, Works.SHOP))
    up, margin = row(u, UPLIFT), row(u, MARGIN)
    effect, ramp, services = row(w, W.ECOMMERCE), row(w, W.ECOMMERCE_RAMP), row(w, W.SERVICE_UPLIFT)
    helped, better, base = row(works, place_of(group, Works.TECHNIQUE)), row(w, W.MARGIN_UP), row(w, W.INDUSTRY_MARGIN)
    lacked = lack if shares[Village.SERVICES] > 0.0 else 0.0
    for i in range(lanes):
        begins, grown = ramp[i], better[i]
        shared = village_projects.shop_share(shop[i], t, begins)
        part = village_projects.filled(np.float64(counts[i]), np.float64(need))
        up[i] = village_projects.uplift(effect[i], shared, services[i], lacked, part)
        margin[i] = base[i] * (grown if helped[i] == 1 else 1.0)


@step
def foresee(works, group, w, u, lanes):
    """The chance that a project fails in a year that w tells of: technique paid for in the year before lowers it."""
    helped, chance = row(works, place_of(group, Works.TECHNIQUE)), row(u, FAILURE)
    fails, part = row(w, W.INDUSTRY_FAILURE), row(w, W.FAILURE_LEFT)
    for i in range(lanes):
        left = part[i]
        chance[i] = fails[i] * (left if helped[i] == 1 else 1.0)


@step
def earn_collectively(works, group, w, u, t, unit, lanes):
    """Step 13: what the village's own capital of earlier years earns, into t[COLLECTIVE_FEN] and t[COLLECTIVE_OWN_FEN], weighted."""
    capital, rate, pays = row(works, place_of(group, Works.CAPITAL)), row(w, W.COLLECTIVE_RETURN), row(u, OPERATOR)
    whole, own = row(t, Stat.COLLECTIVE_FEN), row(t, Stat.COLLECTIVE_OWN_FEN)
    for i in range(lanes):
        fen = np.int64(to_fen(capital[i] / FEN * rate[i] * pays[i])) * unit
        whole[i] += fen
        own[i] += fen


@step
def find_money(funds, kind, n, found, lanes):
    """What is in the budgets of a kind's funds: found[lane]."""
    for i in range(lanes):
        found[i] = 0
    for place in range(funds.shape[1]):
        fund = funds[kind, place]
        if fund >= 0:
            budget = row(n, BUDGET + fund)
            for i in range(lanes):
                found[i] += budget[i]


@step
def take(funds, kind, measure, asked, n, spending, lanes):
    """Pay asked[lane] from a kind's funds in order; what they cannot pay stays in asked."""
    for place in range(funds.shape[1]):
        fund = funds[kind, place]
        if fund >= 0:
            budget, paid, spent = row(n, BUDGET + fund), row(n, PAID + fund), row(spending, measure * ALL_FUNDS + fund)
            for i in range(lanes):
                part = min(asked[i], budget[i])
                asked[i] -= part
                budget[i] -= part
                paid[i] += part
                spent[i] += part


@step
def pay_whole(works, group, kind, cost, funds, n, t, spending, lanes):
    """Technique or a service point: paid in whole or not at all, a service point once."""
    measure = Measure.TECHNIQUE if kind == Village.TECHNIQUE else Measure.ECOMMERCE
    found, asked = row(n, BUILT), row(n, ASKED_FOR)
    state = row(works, place_of(group, Works.TECHNIQUE if kind == Village.TECHNIQUE else Works.SHOP))
    find_money(funds, kind, n, found, lanes)
    for i in range(lanes):
        begins = (cost > 0) & (found[i] >= cost) & ((kind == Village.TECHNIQUE) | (state[i] == 0))
        asked[i] = cost if begins else 0
        state[i] = (1 if kind == Village.TECHNIQUE else t) if begins else (0 if kind == Village.TECHNIQUE else state[i])
    take(funds, kind, measure, asked, n, spending, lanes)


@step
def pay_services(works, group, need, share, funds, w, u, n, spending, lanes):
    """Services: at most a share of what was found and what is still needed; it counts from next year on, or a year later where delayed."""
    found, asked, built = row(n, FOUND), row(n, ASKED_FOR), row(n, BUILT)
    counts, then = row(works, place_of(group, Works.SERVICES)), row(works, place_of(group, Works.NEXT))
    later = row(works, place_of(group, Works.DELAYED))
    for i in range(lanes):
        wanted = max(0, need - counts[i] - then[i] - later[i])
        asked[i] = min(np.int64(np.floor(share * np.float64(found[i]))), wanted)
        built[i] = asked[i]
    take(funds, Village.SERVICES, Measure.VILLAGE_SERVICES, asked, n, spending, lanes)
    late, chance = row(u, DELAY), row(w, W.PROJECT_DELAY)
    for i in range(lanes):
        spent = built[i] - asked[i]
        built[i] = spent
        delayed = late[i] < chance[i]
        then[i] += 0 if delayed else spent
        later[i] += spent if delayed else 0


@step
def pay_capital(works, group, share, funds, n, spending, lanes):
    """The village's own capital: a share of what was found, as far as the money is there. n[BUILT] becomes what all works cost."""
    found, asked, built, capital = row(n, FOUND + 1), row(n, ASKED_FOR), row(n, BUILT), row(works, place_of(group, Works.CAPITAL))
    for i in range(lanes):
        wanted = np.int64(np.floor(share * np.float64(found[i])))
        asked[i] = wanted
        built[i] += wanted
        capital[i] += wanted
    take(funds, Village.COLLECTIVE, Measure.COLLECTIVE, asked, n, spending, lanes)
    for i in range(lanes):
        built[i] -= asked[i]
        capital[i] -= asked[i]


@aside
def pay_works(works, group, items, shares, funds, local_part, w, u, n, t, spending, lanes):
    """All village projects of a year, in their order; n[BUDGET + WORKS]: what of them may be paid as day wages.

    items[Item] fen of the group, shares[Village].
    """
    find_money(funds, Village.SERVICES, n, row(n, FOUND), lanes)
    find_money(funds, Village.COLLECTIVE, n, row(n, FOUND + 1), lanes)
    pay_whole(works, group, Village.TECHNIQUE, items[Item.TECHNIQUE], funds, n, t, spending, lanes)
    pay_whole(works, group, Village.ECOMMERCE, items[Item.ECOMMERCE], funds, n, t, spending, lanes)
    need, capital = items[Item.NEED], shares[Village.COLLECTIVE]
    pay_services(works, group, need, shares[Village.SERVICES], funds, w, u, n, spending, lanes)
    pay_capital(works, group, capital, funds, n, spending, lanes)
    built, budget = row(n, BUILT), row(n, BUDGET + Fund.WORKS)
    for i in range(lanes):
        budget[i] = np.int64(np.floor(local_part * np.float64(built[i])))


@step
def open_works(works, group, lanes):
    """Nothing is built yet."""
    clear(works, place_of(group, 0), place_of(group, WORKS), lanes)
