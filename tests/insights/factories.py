"""Rows as they stand after whatever led to them: rewards in every state."""

from datetime import datetime

from uuid_utils.compat import uuid7

from businesses.models import Business
from contacts.models import Contact
from rewards.models import Reward, RewardTerms


def a_reward(
    business: Business,
    contact: Contact | None,
    at: datetime,
    *,
    state: str = "given",
    what: str = "gift",
    amount: int = 1_000,
    currency: str = "EUR",
) -> Reward:
    """Whatever became of it became so at this moment."""
    terms, _ = RewardTerms.objects.get_or_create(
        business=business, version=1, defaults={"published_at": at, "currency": "EUR"}
    )
    return Reward.objects.create(
        business=business,
        terms=terms,
        contact=contact,
        person="advocate",
        trigger="handshake",
        person_key=contact.pk if contact else uuid7(),
        cause_id=uuid7(),
        rule_key="rule",
        rule={},
        what=what,
        amount=amount,
        currency=currency,
        state=state,
        earned_at=at,
        hold_until=at.date(),
        approved_at=at if state in ("approved", "given") else None,
        closed_at=at if state in ("given", "void") else None,
        void_because="It was a slip." if state == "void" else "",
        created_at=at,
    )
