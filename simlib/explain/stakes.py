"""Measures of which it is kept what they have put into a household."""

from typing import Final

from simlib.engine.state import Measure, Stake

KEPT: Final = {
    Measure.INDUSTRY: Stake.INDUSTRY,
    Measure.PUBLIC_POST: Stake.POST,
    Measure.ASSET_SHARES: Stake.SHARES,
    Measure.MICROCREDIT: Stake.LOAN,
    Measure.LOCAL_JOBS: Stake.LOCAL,
}
