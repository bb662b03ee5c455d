"""The command line: parse, show, nothing else. Progress and messages go to stderr, results to stdout."""

from simlib.cli import around, comparing, explaining, monitoring, projecting, registers, reporting, rerunning, serving, verifying
from simlib.cli.group import main

COMMANDS = (
    around.facts,
    registers.registry,
    projecting.run,
    comparing.compare,
    explaining.explain,
    reporting.report,
    verifying.verify,
    monitoring.monitor,
    rerunning.rerun,
    serving.app,
    around.lab,
)
for command in COMMANDS:
    main.add_command(command)

__all__ = ["main"]
