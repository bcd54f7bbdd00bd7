"""What follows from what: the one page to read.

`AT_ONCE` runs in the transaction of the event itself, so that both happen or neither. `LATER` is
run by a worker, each in a transaction of its own, tried again until it succeeds.
"""

from collections.abc import Mapping, Sequence

from activity.reactions import Handler
from referrals.services import open_referral_after_handshake, tell_advocate_of_progress

AT_ONCE: Mapping[str, Sequence[Handler]] = {
    "introduction.shook_hands": [open_referral_after_handshake],
}

LATER: Mapping[str, Sequence[Handler]] = {
    "referral.moved": [tell_advocate_of_progress],
    "referral.won": [tell_advocate_of_progress],
    "referral.lost": [tell_advocate_of_progress],
}
