"""What is promised, while things are broken on purpose: `make faults` (docs/faults.md).

Programs, not tests: each takes minutes, so `make test` leaves them alone.
"""
