"""Whether a run folder is what a run wrote, and whether the run gives the same numbers again."""

from simlib.verify.findings import Finding, Step, Verification
from simlib.verify.remaking import Remaker, local, remade_register
from simlib.verify.whole import verify

__all__ = ["Finding", "Remaker", "Step", "Verification", "local", "remade_register", "verify"]
