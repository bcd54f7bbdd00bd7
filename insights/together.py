"""What comes together where two entries of one person become one: counted before it is done."""

from dataclasses import dataclass

from businesses.models import Business
from contacts.models import Contact, Interaction
from insights.worth import Worth, worth_of
from introductions.models import Introduction
from outreach.models import MessageRecipient, Reminder
from referrals.models import Referral, ThankYou
from rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Part:
    """How much one entry is part of."""

    happened: int
    letters: int
    reminders: int
    made: int
    sent: int
    thanks: int
    rewards: int
    came_in: Worth


def part_of(contact: Contact, *, business: Business) -> Part:
    """What one entry brings with it; a fixed count of queries."""
    made = Introduction.objects.filter(advocate__contact=contact)
    return Part(
        happened=Interaction.objects.filter(contact=contact).count(),
        letters=MessageRecipient.objects.filter(contact=contact).count(),
        reminders=Reminder.objects.open().filter(contact=contact).count(),
        made=made.count(),
        sent=Referral.objects.filter(contact=contact).count(),
        thanks=ThankYou.objects.filter(advocate__contact=contact).count(),
        rewards=Reward.objects.filter(contact=contact).count(),
        came_in=worth_of(contact, business=business),
    )
