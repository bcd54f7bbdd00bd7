"""Complaints are counted for each business, since all share one sending domain.

Mailbox providers look at the share of letters marked as unwanted: under 0.1 % is good, 0.3 % is
where whole domains are blocked (the rules of Gmail and Yahoo for senders of much mail).
"""

from datetime import datetime, timedelta

from django.conf import settings

from activity.actors import SYSTEM, Actor
from activity.services import record_event
from businesses.models import Business, Membership, Role, User
from businesses.tenancy import locked
from outreach.letters import FIRM, render_letter
from outreach.models import Message, Suppression, SuppressionReason
from outreach.services.queueing import queue_account_message, release_held

WINDOW = timedelta(days=30)
# In thousandths of the letters sent.
MOST_PER_THOUSAND = 3
# One person's complaint never pauses anybody: a small business sends fifty letters a month, of
# which one is 2 %.
LEAST_COMPLAINTS = 2


def meter_complaints(*, business: Business, now: datetime) -> bool:
    """Pause the business if too many of its letters were unwanted; whether it was paused by this.

    Its letters are held from now on, and its owner is told.
    """
    business = locked(business)
    if business.is_paused:
        return False
    since = max(now - WINDOW, business.sending_resumed_at or now - WINDOW)
    told = Suppression.objects.filter(why=SuppressionReason.COMPLAINED, created_at__gte=since)
    # What a provider told at one moment, of whichever of several readers, is one complaint.
    complaints = told.values("created_at").distinct().count()
    if complaints < LEAST_COMPLAINTS:
        return False
    letters = Message.objects.filter(sent_at__gte=since).count()
    if complaints * 1000 <= MOST_PER_THOUSAND * letters:
        return False
    _pause(business, complaints, letters, now)
    return True


def resume_sending(*, business: Business, by: Actor, now: datetime) -> int:
    """Let the business send again; how many held letters go. Complaints are counted from now."""
    business = locked(business)
    if business.is_paused:
        business.sending_paused_at = None
        business.sending_resumed_at = now
        business.save(update_fields=["sending_paused_at", "sending_resumed_at"])
        record_event(business=business, name="sending.resumed", actor=by, subject=business, now=now)
    return release_held(business=business, now=now)


def _pause(business: Business, complaints: int, letters: int, now: datetime) -> None:
    business.sending_paused_at = now
    business.save(update_fields=["sending_paused_at"])
    record_event(
        business=business,
        name="sending.paused",
        actor=SYSTEM,
        subject=business,
        payload={"complaints": complaints, "letters": letters},
        now=now,
    )
    owner = _owner(business)
    context = {
        "business": business,
        "firm": business.name or FIRM,
        "complaints": complaints,
        "email": owner.email,
        "health_url": f"{settings.PUBLIC_URL}/b/{business.slug}/settings/health/",
    }
    queue_account_message(
        to=owner.email,
        rendered=render_letter("outreach/sending_paused_to_owner", context),
        user=owner,
        kind="sending_paused",
        now=now,
    )


def _owner(business: Business) -> User:
    return Membership.objects.select_related("user").get(business=business, role=Role.OWNER).user
