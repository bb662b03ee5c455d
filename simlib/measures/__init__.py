"""Measures (帮扶措施): one file a measure; this is the closed list of those chosen by household, in the order of docs/model.md."""

from simlib.measures.asset_shares import ASSET_SHARES
from simlib.measures.base import Measure, Starts, starts
from simlib.measures.housing import HOUSING
from simlib.measures.industry import INDUSTRY
from simlib.measures.land_transfer import LAND_TRANSFER
from simlib.measures.local_jobs import LOCAL_JOBS
from simlib.measures.microcredit import MICROCREDIT
from simlib.measures.mindset import MINDSET
from simlib.measures.public_post import PUBLIC_POST
from simlib.measures.training import TRAINING

CHOSEN_MEASURES: tuple[Measure, ...] = (
    *(INDUSTRY, TRAINING, PUBLIC_POST, ASSET_SHARES, LAND_TRANSFER, MICROCREDIT),  # a household may refuse these
    *(LOCAL_JOBS, HOUSING, MINDSET),
)

__all__ = ["CHOSEN_MEASURES", "Measure", "Starts", "starts"]
