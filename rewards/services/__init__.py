"""What can be done with terms, rewards, codes, and what is worth a look."""

from rewards.services.codes import (
    MOST_CODES,
    CodeKnown,
    CodesLeft,
    CodesNotPossible,
    CodesTwice,
    NoCodeLeft,
    NoCodes,
    NotACode,
    TooManyCodes,
    Upload,
    add_codes,
    codes_in,
    take_away_codes,
)
from rewards.services.doubts import FlagSettled, WordsForFlag, look_at, settle_flag
from rewards.services.earning import (
    earn_by_arrival,
    earn_by_handshake,
    earn_by_introducing,
    earn_by_step,
    earn_by_telling,
    earn_by_win,
)
from rewards.services.erasing import forget_rewards
from rewards.services.in_public import NotInPublicYet, how_public, thanks_behind
from rewards.services.merging import absorb_rewards
from rewards.services.publishing import (
    CeilingNotPossible,
    gift_for_introduction,
    publish_terms,
    voucher_for_both,
)
from rewards.services.room import reckon_by_room
from rewards.services.sales import reckon_by_amount, reckon_by_credit, reckon_by_rate
from rewards.services.settling import (
    LookFirst,
    NobodyToGiveTo,
    NotApprovedYet,
    RateMissing,
    RewardSettled,
    StillOnHold,
    VoidNeedsReason,
    approve_reward,
    doubts_about,
    give_reward,
    void_reward,
)
from rewards.services.telling import NothingToTell, note_told, untold

__all__ = [
    "MOST_CODES",
    "CeilingNotPossible",
    "CodeKnown",
    "CodesLeft",
    "CodesNotPossible",
    "CodesTwice",
    "FlagSettled",
    "LookFirst",
    "NoCodeLeft",
    "NoCodes",
    "NobodyToGiveTo",
    "NotACode",
    "NotApprovedYet",
    "NotInPublicYet",
    "NothingToTell",
    "RateMissing",
    "RewardSettled",
    "StillOnHold",
    "TooManyCodes",
    "Upload",
    "VoidNeedsReason",
    "WordsForFlag",
    "absorb_rewards",
    "add_codes",
    "approve_reward",
    "codes_in",
    "doubts_about",
    "earn_by_arrival",
    "earn_by_handshake",
    "earn_by_introducing",
    "earn_by_step",
    "earn_by_telling",
    "earn_by_win",
    "forget_rewards",
    "gift_for_introduction",
    "give_reward",
    "how_public",
    "look_at",
    "note_told",
    "publish_terms",
    "reckon_by_amount",
    "reckon_by_credit",
    "reckon_by_rate",
    "reckon_by_room",
    "settle_flag",
    "take_away_codes",
    "thanks_behind",
    "untold",
    "void_reward",
    "voucher_for_both",
]
