"""The slow reference: one draw, computed household by household in plain Python from docs/model.md alone.

It shares with the engine nothing but the random numbers (`simlib.engine.luck`), the keys and the readers of facts,
scenarios and registers. It is meant to be read beside the page, whose numbered parts it names.
"""

from .choose import PlanRow
from .engine import Outcome, Row, VillageRow, run_draw
from .ledger import LedgerRow
from .plan import make_fixed_plan

__all__ = ["LedgerRow", "Outcome", "PlanRow", "Row", "VillageRow", "make_fixed_plan", "run_draw"]
