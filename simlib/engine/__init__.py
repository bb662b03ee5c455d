"""The engine: random numbers, state, the kernel of one village in a block of draws, and the tallies that come out of it."""
