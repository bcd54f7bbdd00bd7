"""What becomes of rewards when whoever earned them is erased."""

from datetime import datetime

from django.db.models import Q

from activity.actors import Actor
from activity.models import Event
from contacts.models import Contact
from rewards.models import Reward, RewardFlag
from rewards.services.settling import void_reward
from rewards.states import OPEN

BECAUSE = "Erased."


def forget_rewards(*, contact: Contact, cause: Event, now: datetime) -> None:
    """Nothing is given any more: open ones are void, and their codes stay on the list. What was
    given stays counted, on the row that has no name."""
    by = Actor.of(cause.actor_kind, cause.actor_id)
    for reward in Reward.objects.filter(contact=contact, state__in=OPEN).order_by("id"):
        void_reward(reward=reward, reason=BECAUSE, by=by, now=now)
    theirs = Reward.objects.filter(contact=contact)
    theirs.update(note="")
    theirs.exclude(void_because="").update(void_because=BECAUSE, fell_with_cause=False)
    about = Q(referral__contact=contact) | Q(introduction__advocate__contact=contact)
    RewardFlag.objects.filter(about).update(words="")
