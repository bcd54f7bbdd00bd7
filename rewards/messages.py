"""The letter that comes with a reward: what it is and, where it is a code, the code."""

from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from outreach.catalogue_of_rewards import REWARD, YOUR_CODE
from outreach.letters import FIRM, Party
from outreach.models import Message
from outreach.senders import name_of, owner_of
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind
from referrals.messages import user_behind
from rewards.models import Reward
from rewards.rules import what_is_given


def reward_to_receiver(
    *, reward: Reward, code: str, by: Actor, cause: Event, now: datetime
) -> Message:
    """To whoever it is for. It asks for nothing, and holds no link that does anything."""
    business, contact = reward.business, reward.contact
    assert contact is not None
    sender = user_behind(by) or owner_of(business)
    name = name_of(sender, business)
    letter = NewLetter(
        kind=REWARD,
        template=REWARD,
        context={
            "first_name": contact.first_name,
            "reward": what_is_given(reward.as_given, reward.currency, business.locale),
            "your_code": YOUR_CODE if code else "",
            "code": code,
            "sender": name,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=reward,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.FRIENDLY,
        reply_to=sender.email,
        due_at=now,
    )
    return queue_message(business=business, letter=letter, now=now)
