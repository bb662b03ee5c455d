"""`python -m simlib.cli`: the same as `simlib`, where no script is on the path."""

from simlib.cli import main

main(prog_name="simlib")
