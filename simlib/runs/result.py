"""What reports are made of: a run that is at hand, or one that was stored. Both answer alike."""

from typing import Any, Protocol

import pandas as pd

from simlib.scenario import Scenario


class Result(Protocol):
    """A scenario's results: `runs.Run` as it was made, `store.Stored` as it was written."""

    @property
    def scenario(self) -> Scenario:
        """What was projected."""

    @property
    def seed(self) -> int:
        """What luck was drawn from."""

    @property
    def draws(self) -> int:
        """How many futures; 0 is deterministic."""

    def register(self) -> dict[str, Any]:
        """households, people (weighted), villages (poor ones), synthetic, hash of the register."""

    def table(self, name: str) -> pd.DataFrame:
        """A table of `runs.TABLES` by its name. InputError for another one."""
