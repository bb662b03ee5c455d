"""How fast simlib is, and how much memory it takes: `make bench`. No test depends on it."""
