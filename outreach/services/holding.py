"""All mail of the installation, held and released: above all after a restore from a backup.

What a backup calls due may have been sent after the backup was made, so nobody sends it before
somebody has looked.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from activity.actors import SYSTEM
from activity.services import record_event
from businesses.models import Business
from businesses.tenancy import transaction_for
from businesses.wake import wake
from contacts.models import Contact
from outreach.models import AccountMessage, MailHold, Message, MessageRecipient
from outreach.services.queueing import SEND
from outreach.states import LEASED, MessageState, RecipientState

LEFT_OUT = "Held back after a restore: it may have been sent before."

_UNDER_WAY = frozenset({MessageState.SCHEDULED, MessageState.SENDING})


@dataclass(frozen=True, slots=True)
class Waiting:
    """What would go out at once."""

    letters: int
    people: int
    businesses: int
    account_letters: int
    # Being handed over when the database was copied: these are never sent by themselves.
    uncertain: int
    oldest_due: datetime | None


def mail_hold() -> MailHold | None:
    """The hold, while there is one."""
    return MailHold.objects.first()


def hold_all_mail(*, now: datetime) -> MailHold:
    """Nothing leaves from now on, but account letters that are queued later. Twice is harmless."""
    hold, _ = MailHold.objects.get_or_create(id=True, defaults={"since": now})
    return hold


def release_all_mail() -> None:
    """What waits leaves as it is due."""
    MailHold.objects.all().delete()
    wake(SEND)


def what_would_go(*, now: datetime) -> Waiting:
    """How much is due by now, to how many, since when; each business by itself."""
    letters = people = businesses = uncertain = 0
    oldest: list[datetime] = []
    for business in Business.objects.order_by("pk"):
        with transaction_for(business):
            due = Message.objects.filter(state__in=_UNDER_WAY, due_at__lte=now)
            found = due.aggregate(count=Count("id"), since=Min("due_at"))
            waiting = MessageRecipient.objects.filter(message__in=due, state=RecipientState.WAITING)
            people += waiting.values("address_hash").distinct().count()
            uncertain += Message.objects.filter(state=MessageState.IN_DATA).count()
        letters += found["count"]
        businesses += bool(found["count"])
        oldest += [found["since"]] if found["since"] else []
    return Waiting(
        letters,
        people,
        businesses,
        _account_letters(now).count(),
        uncertain,
        min(oldest, default=None),
    )


def leave_out(*, before: datetime, now: datetime) -> int:
    """Do not send what was due before then: each is listed as failed, to be looked at; how many.

    Letters about accounts are given up: whoever waits for a code asks for another.
    """
    count = 0
    for business in Business.objects.order_by("pk"):
        with transaction_for(business):
            old = Message.objects.filter(state__in=_UNDER_WAY, due_at__lt=before)
            for message in old.select_for_update().order_by("id"):
                _leave_out(business, message, now)
                count += 1
    _account_letters(before).update(state=MessageState.CANCELLED, lease_until=None)
    return count


def _leave_out(business: Business, message: Message, now: datetime) -> None:
    message.state = MessageState.FAILED
    message.lease_until = None
    message.last_reason = LEFT_OUT
    message.save(update_fields=["state", "lease_until", "last_reason"])
    waiting = message.recipients.filter(state=RecipientState.WAITING)
    people = [key for key in waiting.values_list("contact_id", flat=True) if key]
    waiting.update(state=RecipientState.FAILED, reason=LEFT_OUT)
    record_event(
        business=business,
        name="message.failed",
        actor=SYSTEM,
        subject=message,
        about=[Contact(pk=key) for key in people],
        payload={"kind": message.kind},
        now=now,
    )


def _account_letters(now: datetime) -> QuerySet[AccountMessage]:
    under_way = {MessageState.SCHEDULED, *LEASED}
    hold = mail_hold()
    by = min(now, hold.since) if hold else now
    return AccountMessage.objects.filter(state__in=under_way, created_at__lte=by)
