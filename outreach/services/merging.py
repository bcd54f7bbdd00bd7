"""What letters, links, plans and reminders do when two entries become one person."""

from uuid import UUID

from django.db import connection
from django.db.models import Q

from businesses.wake import wake
from contacts.merging import Merge
from contacts.models import Contact
from outreach.models import (
    OF_THE_ADDRESS,
    Enrolment,
    EnrolmentState,
    Link,
    Message,
    MessageRecipient,
    Reminder,
    Suppression,
    Trigger,
)
from outreach.services.cadences import close_enrolment
from outreach.services.outbox import letter_key
from outreach.services.queueing import SEND, cancel_letters
from outreach.services.suppression import address_hash, suppress_hash
from outreach.states import CANCELLABLE, MessageState

ON_IT_ALREADY = "The same person is on this plan already."


def absorb_letters(*, merge: Merge) -> None:
    """Letters of both are one person's; what has not left goes to the address that is kept, once.

    Whatever either wanted no more of, the one that is kept gets no more of.
    """
    _keep_stops(merge)
    _readdress(merge)
    MessageRecipient.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    _join_plans(merge)
    Reminder.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    move_subject(label="contact", former=merge.dropped.pk, kept=merge.kept.pk, merge=merge)
    _move_links(Q(contact_id=merge.dropped.pk), "contact_id", merge.kept.pk, merge)


def move_subject(*, label: str, former: UUID, kept: UUID, merge: Merge) -> None:
    """What is about the one that goes is about the one that is kept; and so is what makes it one
    for ever, so that what was done for either is not done again."""
    for model in (Message, Reminder, Enrolment):
        model._default_manager.filter(subject_label=label, subject_id=former).update(
            subject_id=kept
        )
    for table, beside in ((Reminder, ""), (Enrolment, "AND other.cadence_id = row.cadence_id")):
        _rename(table._meta.db_table, beside, former, kept, merge)
    _move_links(Q(subject_label=label, subject_id=former), "subject_id", kept, merge)


def _keep_stops(merge: Merge) -> None:
    """What was said of an address is its own; all else is the person's, at whichever address."""
    Suppression.objects.filter(contact=merge.dropped).update(contact=merge.kept)
    hashes = {address_hash(address) for address in merge.addresses}
    stops = Suppression.objects.filter(address_hash__in=hashes)
    for row in stops.exclude(why__in=OF_THE_ADDRESS).order_by("id"):
        for digest in sorted(hashes - {row.address_hash}):
            suppress_hash(
                business=merge.kept.business,
                digest=digest,
                contact=merge.kept,
                why=row.why,
                kind=row.kind,
                by=merge.by,
                now=merge.now,
            )


def _readdress(merge: Merge) -> None:
    """Letters to the one that goes of which nothing has left.

    One that a worker has in hand is claimed anew, with the address of now; its worker's fence
    keeps it from leaving twice. One whose text is leaving this moment stays as it is.
    """
    to_dropped = MessageRecipient.objects.filter(contact=merge.dropped)
    letters = Message.objects.filter(
        pk__in=to_dropped.values("message_id"), state__in=CANCELLABLE
    ).select_for_update(of=("self",), no_key=True)
    doubled = []
    for message in letters.order_by("id"):
        if message.state == MessageState.SENDING:
            message.state, message.lease_until = MessageState.SCHEDULED, None
            message.due_at = merge.now
            wake(SEND)
        message.dedupe_key, is_doubled = _to_kept(message, merge)
        message.save(update_fields=["state", "lease_until", "due_at", "dedupe_key"])
        if is_doubled:
            doubled.append(message.pk)
    cancel_letters(Message.objects.filter(pk__in=doubled), merge.now)


def _to_kept(message: Message, merge: Merge) -> tuple[str, bool]:
    """Write the present address on it; its key now, and whether the kept one has it already."""
    kept = merge.kept
    digest = address_hash(kept.email)
    mine = message.recipients.filter(contact=merge.dropped)
    if message.recipients.filter(address_hash=digest).exclude(contact=merge.dropped).exists():
        mine.delete()
    else:
        mine.update(address=kept.email, address_hash=digest, name=kept.name)
    hashes = set(message.recipients.values_list("address_hash", flat=True))
    key = letter_key(message.kind, message.cause_id, hashes)
    others = Message.objects.filter(business=message.business_id, dedupe_key=key)
    if others.exclude(pk=message.pk).exists():
        return message.dedupe_key, True
    return key, False


def _join_plans(merge: Merge) -> None:
    """Nobody is on a plan twice because of the same thing."""
    rows = Enrolment.objects.active().select_related("cadence", "contact", "business")
    going_on = {_what_for(one) for one in rows.filter(contact=merge.kept)}
    theirs = rows.filter(contact=merge.dropped).order_by("id")
    for enrolment in theirs.select_for_update(of=("self",), no_key=True):
        if _what_for(enrolment) in going_on:
            state = EnrolmentState.STOPPED
            close_enrolment(enrolment, state, ON_IT_ALREADY, merge.by, merge.now)
    Enrolment.objects.filter(contact=merge.dropped).update(contact=merge.kept)


def _what_for(enrolment: Enrolment) -> tuple[UUID, UUID | None]:
    """The plan and what it is about; the plan alone where that is the person."""
    is_personal = (
        enrolment.subject_label == Contact._meta.model_name
        or enrolment.cadence.trigger == Trigger.NEW_CUSTOMER
    )
    return enrolment.cadence_id, None if is_personal else enrolment.subject_id


def _rename(table: str, beside: str, former: UUID, kept: UUID, merge: Merge) -> None:
    """The id in what makes a row one for ever, unless the kept one has such a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {table} AS row SET dedupe = replace(dedupe, %(former)s, %(kept)s)
             WHERE business_id = %(business)s AND contact_id = ANY(%(contacts)s)
               AND position(%(former)s in dedupe) > 0
               AND NOT EXISTS (
                   SELECT FROM {table} AS other
                    WHERE other.business_id = %(business)s {beside}
                      AND other.dedupe = replace(row.dedupe, %(former)s, %(kept)s)
               )
            """,  # noqa: S608  # names of our own tables
            {
                "former": str(former),
                "kept": str(kept),
                "business": merge.kept.business_id,
                "contacts": [merge.kept.pk, merge.dropped.pk],
            },
        )


def _move_links(which: Q, column: str, kept: UUID, merge: Merge) -> None:
    """Their links are the kept one's. Where that has one for the same already, theirs leads on by
    `Formerly` under the id it has: what was mailed or printed is not dead."""
    links = Link.objects.filter(which, business=merge.kept.business_id).order_by("id")
    same = ("purpose", "subject_label", "subject_id", "contact_id", "member_id")
    for link in links:
        wanted = {name: getattr(link, name) for name in same} | {column: kept}
        live = Link.objects.filter(business=link.business_id, withdrawn_at=None, **wanted)
        if link.withdrawn_at is not None or not live.exists():
            setattr(link, column, kept)
            link.save(update_fields=[column])
