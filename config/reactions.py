"""What follows from what: the one page to read.

`AT_ONCE` runs in the transaction of the event itself, so that both happen or neither. `LATER` is
run by a worker, each in a transaction of its own, tried again until it succeeds.
"""

from collections.abc import Mapping, Sequence

from activity.reactions import Handler

AT_ONCE: Mapping[str, Sequence[Handler]] = {}

LATER: Mapping[str, Sequence[Handler]] = {}
