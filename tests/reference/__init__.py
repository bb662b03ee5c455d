"""The slow reference: one draw, computed household by household in plain Python from docs/model.md alone.

It shares with the engine nothing but the random numbers (`simlib.engine.luck`), the keys and the readers of facts,
scenarios and registers. It is meant to be read beside the page, whose numbered parts it names.
"""

from .engine import Outcome, run_draw
from .homes import CHOSEN
from .ledger import LedgerRow
from .plan import PlanRow, make_fixed_plan
from .verdicts import Row, VillageRow

__all__ = ["CHOSEN", "LedgerRow", "Outcome", "PlanRow", "Row", "VillageRow", "make_fixed_plan", "run_draw"]
