"""Thanks in public as a reward: on the one wall of thanks, by the yes of whoever is thanked.

The wall is the thank-yous' (`referrals/services/welcome.py`). A reward of this kind leads there: it
is given once a thank-you of theirs stands on it, or was said elsewhere, and then says where.
"""

from django.db.models import Q

from businesses.refusals import Refusal
from referrals.models import ThankYou
from referrals.states import PublicState, ThanksState
from rewards.models import Reward
from rewards.states import What

# What comes first of several: what stands there, what was answered or asked, what can be asked.
_ORDER = (PublicState.ALLOWED, PublicState.DECLINED, PublicState.ASKED, PublicState.NONE)
_WHY: dict[str, str] = {
    PublicState.NONE: "{name} has not been asked whether thanks may stand in public.",
    PublicState.ASKED: "{name} was asked whether thanks may stand in public, and has not answered.",
    PublicState.DECLINED: "{name} would rather not be thanked in public, and nobody asks again.",
    PublicState.ALLOWED: "It stands on your wall of thanks, as {name} allowed.",
}
_NOTHING = "There is no thank-you for {name} yet by which to ask. Keep what they did on their page."


class NotInPublicYet(Refusal):
    """`message` says why, and what can be done."""

    message = "They have not said that thanks may stand in public."
    code = "not_in_public_yet"


def thanks_behind(reward: Reward) -> ThankYou | None:
    """The thank-you by which this stands in public, or can be asked for: for the same cause, or
    kept by hand since it was earned."""
    same = Q(owed_at__gte=reward.earned_at, referral=None, introduction=None)
    if reward.referral_id is not None:
        same |= Q(referral=reward.referral_id)
    if reward.introduction_id is not None:
        same |= Q(introduction=reward.introduction_id)
    found = ThankYou.objects.filter(same, advocate__contact=reward.contact_id)
    asked = found.exclude(state=ThanksState.WAIVED).order_by("owed_at", "id")
    return min(asked, key=lambda one: _ORDER.index(PublicState(one.public_state)), default=None)


def how_public(reward: Reward, thanks: ThankYou | None) -> str:
    """Whether it stands in public, in a sentence."""
    name = reward.contact.first_name if reward.contact else "Somebody"
    return (_WHY[thanks.public_state] if thanks else _NOTHING).format(name=name)


def refuse_unsaid(reward: Reward, note: str) -> None:
    """Raise `NotInPublicYet` for thanks that stand nowhere: neither on the wall nor where the note
    says."""
    if reward.what != What.THANKS or note:
        return
    thanks = thanks_behind(reward)
    if thanks is None or not thanks.is_public:
        raise NotInPublicYet(
            f"{how_public(reward, thanks)} Where it was said elsewhere, say so in the note."
        )
