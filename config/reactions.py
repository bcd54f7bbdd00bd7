"""What follows from what: the one page to read.

`AT_ONCE` runs in the transaction of the event itself, so that both happen or neither. `LATER` is
run by a worker, each in a transaction of its own, tried again until it succeeds.
"""

from collections.abc import Mapping, Sequence

from activity.reactions import Handler
from feedback.purposes import begin_with_answer
from giving.services import withdraw_given_naming
from introductions.purposes import begin_with_ask, end_with_ask
from introductions.services import withdraw_asks_to
from outreach.services import note_touch, open_reminders_again, stop_what_was_to_reach
from referrals.purposes import (
    begin_with_business,
    begin_with_referral,
    begin_with_thanks,
    end_with_thanks,
    follow_referral,
)
from referrals.services import (
    open_referral_after_handshake,
    owe_thanks_for_words,
    tell_advocate_of_progress,
    tell_other_advocate,
)
from rewards.services import (
    earn_by_arrival,
    earn_by_handshake,
    earn_by_introducing,
    earn_by_step,
    earn_by_win,
    reckon_by_amount,
    reckon_by_credit,
    reckon_by_rate,
    void_what_is_taken_back,
)

AT_ONCE: Mapping[str, Sequence[Handler]] = {
    "contact.left_in_peace": [withdraw_asks_to, withdraw_given_naming, stop_what_was_to_reach],
    "contact.resumed": [open_reminders_again],
    "introduction.shook_hands": [open_referral_after_handshake],
    "testimonial.published": [owe_thanks_for_words],
}

LATER: Mapping[str, Sequence[Handler]] = {
    "ask.answered": [end_with_ask],
    "ask.declined": [end_with_ask],
    "ask.expired": [end_with_ask],
    "ask.sent": [begin_with_ask],
    "ask.withdrawn": [end_with_ask],
    "business.closed": [begin_with_business],
    "business.corrected": [reckon_by_amount],
    "business.refunded": [reckon_by_amount],
    "exchange_rate.entered": [reckon_by_rate],
    "feedback.answered": [begin_with_answer],
    "interaction.logged": [note_touch],
    "introduction.offered": [earn_by_introducing],
    "introduction.shared": [earn_by_introducing],
    "introduction.shook_hands": [earn_by_handshake],
    "introduction.vouched": [earn_by_introducing],
    "introduction.withdrawn": [void_what_is_taken_back],
    "referral.credit_split": [tell_other_advocate, reckon_by_credit],
    "referral.introduced_again": [tell_other_advocate],
    "referral.lost": [tell_advocate_of_progress, follow_referral],
    "referral.moved": [tell_advocate_of_progress, follow_referral, earn_by_step],
    "referral.opened": [begin_with_referral, earn_by_arrival],
    "referral.reopened": [tell_advocate_of_progress, follow_referral],
    "referral.won": [tell_advocate_of_progress, follow_referral, earn_by_win],
    "thanks.given": [end_with_thanks],
    "thanks.owed": [begin_with_thanks],
    "thanks.waived": [end_with_thanks],
}
