"""What follows from what: the one page to read.

`AT_ONCE` runs in the transaction of the event itself, so that both happen or neither. `LATER` is
run by a worker, each in a transaction of its own, tried again until it succeeds. `WHEN_ERASED` is
what each app forgets in the transaction that erases a person, from the top down, and `WHEN_MERGED`
what each does where two entries become one.
"""

from collections.abc import Mapping, Sequence

from activity.reactions import Handler
from api.idempotency import forget_answers_naming
from contacts.erasing import Forgets
from contacts.merging import Absorbs
from feedback.purposes import begin_with_answer
from feedback.services import absorb_answers, forget_answers
from giving.services import absorb_given, forget_given, withdraw_given_naming
from introductions.purposes import begin_with_ask, end_with_ask
from introductions.services import (
    absorb_introductions,
    forget_introductions,
    hold_advocates,
    withdraw_asks_to,
)
from outreach.services import (
    absorb_letters,
    forget_letters,
    forget_letters_that_left,
    note_letter,
    note_touch,
    open_reminders_again,
    stop_what_was_to_reach,
)
from referrals.purposes import (
    begin_with_business,
    begin_with_referral,
    begin_with_thanks,
    end_with_thanks,
    follow_credit,
    follow_referral,
)
from referrals.services import (
    absorb_referrals,
    forget_referrals,
    open_referral_after_handshake,
    owe_thanks_for_words,
    tell_advocate_of_progress,
    tell_other_advocate,
    tell_what_is_left,
)
from rewards.services import (
    absorb_rewards,
    earn_by_arrival,
    earn_by_handshake,
    earn_by_introducing,
    earn_by_step,
    earn_by_telling,
    earn_by_win,
    forget_rewards,
    look_again,
    reckon_by_amount,
    reckon_by_credit,
    reckon_by_rate,
    reckon_by_room,
)

AT_ONCE: Mapping[str, Sequence[Handler]] = {
    "business.corrected": [tell_what_is_left],
    "business.refunded": [tell_what_is_left],
    "contact.erased": [withdraw_asks_to, withdraw_given_naming, stop_what_was_to_reach],
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
    "ask.taken_up": [begin_with_ask],
    "ask.withdrawn": [end_with_ask],
    "business.closed": [begin_with_business],
    "business.corrected": [reckon_by_amount],
    "business.refunded": [reckon_by_amount],
    "exchange_rate.entered": [reckon_by_rate],
    "contact.changed": [look_again],
    "exchange_rate.removed": [reckon_by_rate],
    "contact.erased": [forget_letters_that_left],
    "contact.merged": [look_again],
    "feedback.answered": [begin_with_answer],
    "interaction.logged": [note_touch],
    "introduction.offered": [earn_by_introducing],
    "introduction.shared": [earn_by_introducing],
    "introduction.shook_hands": [earn_by_handshake],
    "introduction.taken_up": [earn_by_introducing],
    "introduction.vouched": [earn_by_introducing],
    "introduction.withdrawn": [earn_by_introducing],
    "introduction.word_undone": [earn_by_introducing],
    # Only what a person wrote comes here (outreach/recording.py).
    "message.sent": [note_letter],
    "referral.credit_split": [tell_other_advocate, follow_credit, reckon_by_credit],
    "referral.credited": [earn_by_arrival],
    "referral.introduced_again": [tell_other_advocate, follow_credit],
    "referral.joined": [follow_referral],
    "referral.lost": [tell_advocate_of_progress, follow_referral],
    "referral.moved": [tell_advocate_of_progress, follow_referral, earn_by_step],
    "referral.opened": [begin_with_referral, earn_by_arrival],
    "referral.reopened": [tell_advocate_of_progress, follow_referral],
    "referral.told": [earn_by_telling],
    "referral.won": [tell_advocate_of_progress, follow_referral, earn_by_win],
    "reward.reckoned": [reckon_by_room],
    "reward.voided": [reckon_by_room],
    "thanks.given": [end_with_thanks],
    "thanks.owed": [begin_with_thanks],
    "thanks.undone": [begin_with_thanks],
    "thanks.waived": [end_with_thanks],
}

WHEN_ERASED: Sequence[Forgets] = (
    forget_answers_naming,
    forget_rewards,
    forget_referrals,
    forget_given,
    forget_introductions,
    forget_answers,
    forget_letters,
)

# The first holds the rows that others wait for, and says where there are two people.
WHEN_MERGED: Sequence[Absorbs] = (
    hold_advocates,
    absorb_rewards,
    absorb_referrals,
    absorb_given,
    absorb_introductions,
    absorb_answers,
    absorb_letters,
)
