"""Referrals at every step, made by the services."""

from datetime import datetime

from activity.actors import SYSTEM
from businesses import clock
from introductions.models import Advocate
from introductions.services import send_handshake_now
from referrals import services
from referrals.models import Referral
from tests.introductions.factories import JONAS, accepted


def a_referral(advocate: Advocate, now: datetime, email: str = JONAS) -> Referral:
    """Jonas, introduced by this advocate a moment ago."""
    introduction = send_handshake_now(introduction=accepted(advocate, now, email), now=now)
    return Referral.objects.get(introduction=introduction)


def moved(referral: Referral, to: str, now: datetime) -> Referral:
    return services.move_referral(referral=referral, to=to, by=SYSTEM, now=now)


def won(
    referral: Referral, now: datetime, amount: int = 185_000, currency: str = "EUR"
) -> Referral:
    today = clock.today(referral.business, now)
    return services.win_referral(
        referral=referral, amount=amount, currency=currency, on=today, by=SYSTEM, now=now
    )


def lost(referral: Referral, now: datetime, reason: str = "price") -> Referral:
    return services.lose_referral(referral=referral, reason=reason, by=SYSTEM, now=now)
