"""How a sweep goes on: until nothing is due, and no longer than it may keep its worker."""

import time
from collections.abc import Callable

from businesses.ending import is_told_to_end
from businesses.wake import wake

# A sweep that decides asks this once it has found something, and then leaves it: what a restored
# backup calls due may have been done in the hours that were lost (`desk/releasing.py`).
Unless = Callable[[], bool]


def never() -> bool:
    return False


# A sweep gives its worker back after this.
RUN_SECONDS = 60.0


def until_none_is_due(take: Callable[[], int], *, task: str) -> int:
    """Take some of it again and again, until there was nothing to take; how much was taken.

    After RUN_SECONDS, or when the worker is told to end, the rest is left for the next sweep, which
    is called by its `task`.
    """
    until = time.monotonic() + RUN_SECONDS
    count = 0
    while taken := take():
        count += taken
        if time.monotonic() > until or is_told_to_end():
            wake(task)
            break
    return count
