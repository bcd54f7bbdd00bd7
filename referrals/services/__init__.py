"""What can be done with referrals, closed business and thanks."""

from referrals.services.arrivals import (
    SentThemself,
    bind_credit,
    open_referral,
    open_referral_after_handshake,
    record_sent_someone,
)
from referrals.services.claims import (
    AnswerNeedsWords,
    TooManyClaims,
    answer_claim,
    claim_credit,
)
from referrals.services.credits import (
    CreditsThemself,
    SharesNotWhole,
    TooManyCredited,
    split_credit,
    tell_other_advocate,
)
from referrals.services.gratitude import (
    AlreadyThanked,
    ReasonNeeded,
    ThanksNeedWords,
    give_thanks,
    owe_thanks,
    waive_thanks,
)
from referrals.services.outcomes import (
    AlreadyWon,
    AmountNotPositive,
    CurrencyNotUsed,
    DayNotPossible,
    LostReasonNeeded,
    correct_closed_business,
    lose_referral,
    move_referral,
    record_closed_business,
    reopen_referral,
    win_referral,
)
from referrals.services.progress import tell_advocate_of_progress

__all__ = [
    "AlreadyThanked",
    "AlreadyWon",
    "AmountNotPositive",
    "AnswerNeedsWords",
    "CreditsThemself",
    "CurrencyNotUsed",
    "DayNotPossible",
    "LostReasonNeeded",
    "ReasonNeeded",
    "SentThemself",
    "SharesNotWhole",
    "ThanksNeedWords",
    "TooManyClaims",
    "TooManyCredited",
    "answer_claim",
    "bind_credit",
    "claim_credit",
    "correct_closed_business",
    "give_thanks",
    "lose_referral",
    "move_referral",
    "open_referral",
    "open_referral_after_handshake",
    "owe_thanks",
    "record_closed_business",
    "record_sent_someone",
    "reopen_referral",
    "split_credit",
    "tell_advocate_of_progress",
    "tell_other_advocate",
    "waive_thanks",
    "win_referral",
]
