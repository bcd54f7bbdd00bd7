"""Rewards: the terms, what was earned under them, codes, and what is worth a look."""
