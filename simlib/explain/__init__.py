"""Why a household has what it has: a stored draw replayed with tracing on, told as an account that adds up to the fen."""
