"""All mail of the installation, held and released: above all after a restore from a backup.

What a backup calls due may have been sent after the backup was made, so nobody sends it before
somebody has looked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from activity.actors import SYSTEM
from activity.services import record_event
from businesses.models import Business
from businesses.tenancy import transaction_for
from businesses.wake import wake
from contacts.models import Contact
from outreach.gate import why_held
from outreach.models import AccountMessage, MailHold, Message, MessageRecipient, Suppression
from outreach.services.queueing import SEND
from outreach.states import LEASED, MailKind, MessageState, RecipientState

LEFT_OUT = "Held back after a restore: it may have been sent before."

_UNDER_WAY = frozenset({MessageState.SCHEDULED, MessageState.SENDING})
# What was held when the backup was made may have been released since.
_PERHAPS_GONE = _UNDER_WAY | {MessageState.HELD}


@dataclass(frozen=True, slots=True)
class Going:
    """Letters of one business and kind that would go out at once."""

    business: Business
    kind: str
    count: int
    # By the keyed hashes of their addresses, with a name each.
    people: Mapping[str, str]
    oldest_due: datetime


@dataclass(frozen=True, slots=True)
class Leaving:
    """What would go out at once."""

    going: Sequence[Going]
    account_letters: int
    # Being handed over when the database was copied: these are never sent by themselves.
    uncertain: int

    @property
    def letters(self) -> int:
        return sum(one.count for one in self.going)

    @property
    def people(self) -> int:
        return len({(one.business.pk, digest) for one in self.going for digest in one.people})

    @property
    def businesses(self) -> int:
        return len({one.business.pk for one in self.going})

    @property
    def oldest_due(self) -> datetime | None:
        return min((one.oldest_due for one in self.going), default=None)


def mail_hold() -> MailHold | None:
    """The hold, while there is one."""
    return MailHold.objects.first()


def is_all_mail_held() -> bool:
    """Sweeps leave what they would decide, so long as this is so."""
    return MailHold.objects.exists()


def hold_all_mail(*, now: datetime) -> MailHold:
    """Nothing leaves from now on, but account letters that are queued later. Twice is harmless."""
    hold, _ = MailHold.objects.get_or_create(id=True, defaults={"since": now})
    return hold


def release_all_mail() -> None:
    """What waits leaves as it is due."""
    MailHold.objects.all().delete()
    wake(SEND)


def what_would_go(*, now: datetime) -> Leaving:
    """What is due by now and may leave: nothing of a business that may not send, and nothing to
    those alone who get no mail.
    """
    going: list[Going] = []
    uncertain = 0
    for business in Business.objects.order_by("name", "pk"):
        with transaction_for(business):
            if not why_held(business):
                going += _going_of(business, now)
            uncertain += Message.objects.filter(state=MessageState.IN_DATA).count()
    return Leaving(going, _account_letters(now).count(), uncertain)


def _going_of(business: Business, now: datetime) -> Sequence[Going]:
    """By kind, the oldest first; in one query."""
    stops = Suppression.objects.filter(
        business=business,
        address_hash=OuterRef("address_hash"),
        kind__in=[MailKind.ALL, OuterRef("message__mail_kind")],
    )
    waiting = (
        MessageRecipient.objects.filter(
            ~Exists(stops),
            Q(contact=None) | Q(contact__rests=""),
            state=RecipientState.WAITING,
            message__state__in=_UNDER_WAY,
            message__due_at__lte=now,
        )
        .select_related("message")
        .defer("message__text", "message__html", "message__calendar")
        .order_by("message__due_at", "message_id", "position")
    )
    by_kind: dict[str, list[MessageRecipient]] = defaultdict(list)
    for recipient in waiting:
        by_kind[recipient.message.kind].append(recipient)
    return [
        Going(
            business,
            kind,
            len({row.message_id for row in rows}),
            {row.address_hash: row.label for row in rows},
            rows[0].message.due_at,
        )
        for kind, rows in by_kind.items()
    ]


def leave_out(*, before: datetime, now: datetime) -> int:
    """Do not send what was due before then: each is listed as failed, to be looked at; how many.

    So is what was written as of that very moment: what had to be done by then led to it, and so it
    did in the hours that were lost. Letters about accounts are given up: whoever waits for a code
    asks for another.
    """
    count = 0
    for business in Business.objects.order_by("pk"):
        with transaction_for(business):
            is_old = Q(due_at__lt=before) | Q(created_at=before)
            old = Message.objects.filter(is_old, state__in=_PERHAPS_GONE)
            for message in old.select_for_update().order_by("id"):
                _leave_out(business, message, now)
                count += 1
    _account_letters(before).update(state=MessageState.CANCELLED, lease_until=None)
    return count


def _leave_out(business: Business, message: Message, now: datetime) -> None:
    message.state = MessageState.FAILED
    message.lease_until = None
    message.hold_reason = ""
    message.last_reason = LEFT_OUT
    message.save(update_fields=["state", "lease_until", "hold_reason", "last_reason"])
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
