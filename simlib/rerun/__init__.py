"""Notebooks run again with other parameters: a copy of its own, stamped with what made it, the stored notebook left as it is."""
