"""Monitoring: actual figures by village and year are read, held against the projected bands, and projected on from (Clause 三(十四)3-4)."""

from simlib.monitoring.actuals import Actuals
from simlib.monitoring.comparison import Comparison, compare
from simlib.monitoring.read import read_actuals
from simlib.monitoring.restarting import Restarted, restart
from simlib.monitoring.template import write_template

__all__ = ["Actuals", "Comparison", "Restarted", "compare", "read_actuals", "restart", "write_template"]
