"""Runs on a cluster: registers larger than a machine, read, projected and reduced in parts by workers."""

from simlib.spread.run import SpreadRun, check_mode, looked_through, run_on, stand_in

__all__ = ["SpreadRun", "check_mode", "looked_through", "run_on", "stand_in"]
