"""Small loans (小额信贷): the bank's principal, interest subsidised, a guarantee reserve. Clause 二(六)5.

Terms as S35: at most 50,000 yuan, at most three years, base rate, unsecured. Principal is neither income nor expense.
"""

import numpy as np

from simlib.compiled import rule
from simlib.facts import Facts
from simlib.measures.base import OF_ROUNDS, Mask, Measure, Starts, Yuan


def eligible(starts: Starts) -> Mask:
    """Who may: some labour, and creditworthy: no loss on its business in the base year (assumed). Clause 二(六)5. -> bool[household]"""
    return (starts.labour_units > 0) & starts.creditworthy


def put_in(starts: Starts, loan: float) -> Yuan:
    """The loan in yuan, the bank's. Clause 二(六)5. -> float64[household]"""
    return np.full(len(starts.labour_units), float(loan))


def price(facts: Facts) -> float:
    """What a yuan of principal costs the funds: the whole term's subsidised interest and the guarantee reserve, set aside at the start."""
    interest = facts["microcredit_rate"] * facts["microcredit_subsidised_share"] * facts["microcredit_years"]
    return interest + facts["guarantee_reserve_rate"]


@rule
def runs(began, t, years):
    """Whether a loan taken in the year `began` (0: never) still runs in the year t."""
    return (began > 0) & (t > began) & (t <= began + years)


MICROCREDIT = Measure(
    key="microcredit",
    zh="小额信贷",
    en="microcredit",
    clause="二(六)5",
    source="business",
    labour="labour_microcredit",
    lever="loan",
    lever_fact="microcredit_loan",
    funds=OF_ROUNDS,
    fails="default with a yearly chance: the gain ends for good, the guarantee reserve is charged the principal",
    eligible=eligible,
    put_in=put_in,
    price=price,
)
