"""What is done for a village as a whole (整村推进): services, its own capital, online sales, technique. Clauses 二(六)6, 二(七), 二(八)."""

from simlib.compiled import rule


@rule
def uplift(ecommerce, shop, services, lack, filled):
    """Share by which a village's positive business incomes rise: its service point, and the services that it lacked (assumed, E15)."""
    return ecommerce * shop + services * lack * filled


@rule
def shop_share(set_up, t, ramp):
    """How much of its effect a service point has in the year t: none in its own year, `ramp` in the next, then all. set_up < 1: closed."""
    open_for = t - set_up
    return 0.0 if (set_up < 1) | (open_for < 1) else (ramp if open_for == 1 else 1.0)


@rule
def filled(spent, need):
    """Share of what a village needs for its services that counts; one where nothing is needed."""
    return 1.0 if need <= 0 else min(1.0, spent / need)
