"""How often chance is tried: a little in `make test`, as often as promised in `make faults`."""

import os

# 2,000 runs of 50 steps each with THOROUGH_RUNS=2000.
_RUNS = int(os.environ.get("THOROUGH_RUNS", "0"))
_STEPS = 50
THOROUGH = bool(_RUNS)
# Twenty in `make test`; 200 in `make faults`.
RACES = int(os.environ.get("RACES", "20"))


def runs(few: int) -> int:
    """How many worlds are made at random."""
    return _RUNS or few


def length(few: int) -> dict[str, int]:
    """How much happens in each: for hypothesis's lists."""
    return {"min_size": _STEPS, "max_size": _STEPS} if _RUNS else {"max_size": few}
