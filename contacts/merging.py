"""Two entries of one person become one: whatever either was part of, the one that is kept is.

The entry that goes is deleted, so that the database itself refuses to forget a row that names it;
`Formerly` keeps its id, and old addresses, links and events lead on to the one that is kept.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from activity.actors import Actor
from activity.models import Event
from activity.services import mention_as_well, record_event
from activity.subjects import Subject
from businesses import clock
from businesses.giving_way import giving_way
from businesses.refusals import Refusal
from contacts.models import LONGEST_TEXT, MOST_TAGS, Contact, Formerly, Interaction
from contacts.services import leave_in_peace, log_interaction, refuse_erased
from contacts.states import Circle, InteractionKind, Rest, Source

# What is chosen where both have something: of the one that goes, or (unless named) of the other.
CHOOSABLE = ("name", "email", "phone", "company", "job_title", "postal_address")
# The stricter wins, the later in this order.
_STRICTNESS = ("", Rest.MOVED_AWAY, Rest.LEAVE_ME_BE, Rest.DIED)
_CLOSENESS = (Circle.PASSING, Circle.WIDER, Circle.CLOSE, Circle.INNER)


class MergedWithThemself(Refusal):
    message = "This is one entry already. Choose another one."
    code = "merged_with_themself"
    status = 422


class MergedAway(Refusal):
    """What was to be kept, or to go, has become part of another; `contact_id` says of which."""

    message = "This entry was put together with another one before."
    code = "merged_away"
    status = 404

    def __init__(self, into: UUID) -> None:
        self.names = {"contact_id": str(into)}
        super().__init__()


class OtherNotHere(Refusal):
    message = "The other one is not here. Look for them again."
    code = "other_not_here"
    status = 404


@dataclass(frozen=True, slots=True)
class Merge:
    """`kept` is as it will be; `dropped` as it was, and gone when all has come together."""

    kept: Contact
    dropped: Contact
    # Those that either of them had before.
    addresses: Sequence[str]
    # The kept one's before, and the other's; they may be the same, or none.
    phones: tuple[str, str]
    cause: Event
    by: Actor
    now: datetime


class Absorbs(Protocol):
    """What an app does when two entries become one: its rows name the one that is kept."""

    def __call__(self, *, merge: Merge) -> None: ...


def merge_contacts(
    *, kept: Contact, other: UUID, take: Collection[str] = (), by: Actor, now: datetime
) -> Contact:
    """The entry that is kept, with all that the other (its id) was part of.

    Of each of CHOOSABLE it keeps its own, unless it has none or `take` names the field. Not to be
    undone. A second press finds it so. What each app does is listed in `config/reactions.py`, and
    what it raises stands there: two who introduced one another are two. Raises
    `MergedWithThemself`, `MergedAway`, `OtherNotHere`, `WasErased`, and `BusyElsewhere` where
    others write about one of them at this moment.
    """
    return giving_way(lambda: _merge(kept, other, take, by, now))


def known_as(key: UUID) -> UUID | None:
    """Under which id somebody is known who had this one before; None for nobody."""
    return (
        Formerly.objects.filter(label=Formerly.OF_CONTACT, former_id=key)
        .values_list("contact_id", flat=True)
        .first()
    )


def _merge(kept: Contact, other: UUID, take: Collection[str], by: Actor, now: datetime) -> Contact:
    if kept.pk == other:
        raise MergedWithThemself
    # Full locks: whoever is adding something to one of them has done so, or does it after.
    rows = Contact.objects.select_for_update(of=("self",)).select_related("business", "company")
    found = {row.pk: row for row in rows.filter(pk__in=[kept.pk, other]).order_by("pk")}
    if kept.pk not in found:
        raise MergedAway(known_as(kept.pk) or kept.pk)
    kept = found[kept.pk]
    if other not in found:
        into = known_as(other)
        if into is None:
            raise OtherNotHere
        if into != kept.pk:
            raise MergedAway(into)
        return kept
    dropped = found[other]
    refuse_erased(kept)
    refuse_erased(dropped)
    return _absorb(kept, dropped, take, by, now)


def _absorb(
    kept: Contact, dropped: Contact, take: Collection[str], by: Actor, now: datetime
) -> Contact:
    cause = record_event(
        business=kept.business,
        name="contact.merged",
        actor=by,
        subject=kept,
        about=[dropped],
        payload={"from": str(dropped.pk), "to": str(kept.pk)},
        now=now,
    )
    addresses = [each.email for each in (kept, dropped) if each.email]
    phones = (kept.phone, dropped.phone)
    note = _what_is_left(kept, dropped, take)
    _take_over(kept, dropped, take)
    # Its address is free before the other takes it.
    Contact.objects.filter(pk=dropped.pk).update(email="")
    kept.save()
    merge = Merge(kept, dropped, addresses, phones, cause, by, now)
    for absorb in _absorbing():
        absorb(merge=merge)
    _absorb_own(merge, note)
    with connection.cursor() as cursor:
        # Not by the collector, which would take along what still names it.
        cursor.execute(
            "DELETE FROM contacts_contact WHERE business_id = %s AND id = %s",
            [kept.business_id, dropped.pk],
        )
    if _STRICTNESS.index(dropped.rests) > _STRICTNESS.index(kept.rests):
        kept = leave_in_peace(contact=kept, why=dropped.rests, by=by, now=now)
    return kept


def _absorbing() -> Sequence[Absorbs]:
    verbs: Sequence[Absorbs] = import_string(f"{settings.REACTIONS}.WHEN_MERGED")
    return verbs


def _take_over(kept: Contact, dropped: Contact, take: Collection[str]) -> None:
    """What the one entry knows by the other."""
    for field in CHOOSABLE:
        if field in take or not getattr(kept, field):
            setattr(kept, field, getattr(dropped, field) or getattr(kept, field))
    kept.timezone = kept.timezone or dropped.timezone
    kept.keep_in_touch_days = kept.keep_in_touch_days or dropped.keep_in_touch_days
    kept.circle = max(kept.circle, dropped.circle, key=_CLOSENESS.index)
    if kept.source == Source.UNKNOWN:
        kept.source = dropped.source
    itself = (None, kept.pk, dropped.pk)
    through = [kept.met_through_id, dropped.met_through_id]
    kept.met_through_id = next((key for key in through if key not in itself), None)
    since = [day for day in (kept.customer_since, dropped.customer_since) if day]
    kept.customer_since = min(since, default=None)
    happy = [day for day in (kept.happy_on, dropped.happy_on) if day]
    kept.happy_on = max(happy, default=None)
    kept.tags = list(dict.fromkeys([*kept.tags, *dropped.tags]))[:MOST_TAGS]
    touched = [day for day in (kept.last_touch_on, dropped.last_touch_on) if day]
    kept.last_touch_on = max(touched, default=None)
    kept.plan_next_touch(kept.last_touch_on or clock.today(kept.business, kept.created_at))


def _what_is_left(kept: Contact, dropped: Contact, take: Collection[str]) -> str:
    """What was known of the entry that goes and has no field of its own any more."""
    lines = [dropped.note] if dropped.note and dropped.note != kept.note else []
    for field in CHOOSABLE:
        own, others = getattr(kept, field), getattr(dropped, field)
        left = own if field in take and others else others
        if own and others and own != others:
            lines.append(f"Also: {left}")
    return "\n".join(lines)[:LONGEST_TEXT]


def _absorb_own(merge: Merge, note: str) -> None:
    kept, dropped, now = merge.kept, merge.dropped, merge.now
    Interaction.objects.filter(contact=dropped).update(contact=kept)
    if note:
        log_interaction(contact=kept, kind=InteractionKind.NOTE, text=note, by=merge.by, now=now)
    people = Contact.objects.filter(met_through=dropped).exclude(pk__in=[kept.pk, dropped.pk])
    people.update(met_through=kept)
    Contact.objects.filter(pk=dropped.pk).update(met_through=None)
    Formerly.objects.filter(contact=dropped).update(contact=kept)
    keep_former_id(label=Formerly.OF_CONTACT, former=dropped.pk, merge=merge)


def keep_former_id(*, label: str, former: UUID, merge: Merge) -> None:
    """This id leads to whoever is kept; and what was told of it is told of the one there is now."""
    kept = merge.kept
    Formerly.objects.create(
        business=kept.business, label=label, former_id=former, contact=kept, created_at=merge.now
    )
    if label == Formerly.OF_CONTACT:
        mention_as_well(
            business=kept.business, former=Subject(label, former), now_known=Subject.of(kept)
        )
