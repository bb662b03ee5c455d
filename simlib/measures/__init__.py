"""Measures (帮扶措施): one file a measure; this is the closed list, in the order of docs/model.md."""

from simlib.measures.asset_shares import ASSET_SHARES
from simlib.measures.base import Measure, Starts, starts
from simlib.measures.industry import INDUSTRY
from simlib.measures.public_post import PUBLIC_POST
from simlib.measures.training import TRAINING

CHOSEN_MEASURES: tuple[Measure, ...] = (INDUSTRY, TRAINING, PUBLIC_POST, ASSET_SHARES)

__all__ = ["CHOSEN_MEASURES", "Measure", "Starts", "starts"]
