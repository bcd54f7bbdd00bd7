"""Adding people, changing what is known of them, and keeping what happened."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo, available_timezones

from django.db import IntegrityError, transaction

from activity.actors import Actor, ActorKind
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_email, clean_phone
from contacts.models import LONGEST_TAG, MOST_TAGS, Company, Contact, Interaction
from contacts.names import clean_name
from contacts.states import Circle, InteractionKind, Rest, Source


class ContactExists(Refusal):
    """Somebody with this address is here; `contact` is who."""

    message = "Somebody is already here with this address."
    code = "contact_exists"

    def __init__(self, contact: Contact) -> None:
        self.contact = contact
        self.names = {"contact_id": str(contact.pk)}
        super().__init__(f"{contact.name} is already here with this address.")


class NotHappenedYet(Refusal):
    message = "That day has not come yet."
    code = "not_happened_yet"
    status = 422


class NothingSaid(Refusal):
    message = "Please say in a few words what it was."
    code = "nothing_said"
    status = 422


class MetThroughThemself(Refusal):
    message = "Nobody is met through themself."
    code = "met_through_themself"
    status = 422


class UnknownTimezone(Refusal):
    message = "A time zone is named as in Europe/Stockholm."
    code = "unknown_timezone"
    status = 422


class TagsNotPossible(Refusal):
    message = f"Twenty tags at most, each of {LONGEST_TAG} letters at most."
    code = "tags_not_possible"
    status = 422


class WasErased(Refusal):
    message = "Everything that was known of them was erased. Nothing can be added to it."
    code = "was_erased"


class LeftInPeace(Refusal):
    """`message` says of whom, and why."""

    message = "This person is left in peace: nothing is sent to them."
    code = "left_in_peace"


class ContactChanges(TypedDict, total=False):
    """What `change_contact` can change."""

    name: str
    email: str
    phone: str
    company_name: str
    job_title: str
    postal_address: str
    note: str
    circle: str
    keep_in_touch_days: int | None
    source: str
    met_through: Contact | None
    customer_since: date | None
    timezone: str
    tags: Sequence[str]
    happy_on: date | None


def add_contact(
    *,
    business: Business,
    name: str,
    email: str = "",
    phone: str = "",
    company_name: str = "",
    job_title: str = "",
    circle: str = Circle.WIDER,
    source: str = Source.UNKNOWN,
    postal_address: str = "",
    note: str = "",
    customer_since: date | None = None,
    met_through: Contact | None = None,
    keep_in_touch_days: int | None = None,
    timezone: str = "",
    tags: Sequence[str] = (),
    happy_on: date | None = None,
    by: Actor,
    now: datetime,
) -> Contact:
    """A new contact, to be in touch with an interval from today.

    Raises `ContactExists` where the address is taken, also when somebody else takes it at the same
    moment, and `NameNeeded`, `NameNotAllowed`, `InvalidAddress`, `InvalidPhone`,
    `UnknownTimezone`, `TagsNotPossible`, or `NotHappenedYet` for a day to come on which they were
    happy.
    """
    contact = Contact(
        business=business,
        name=clean_name(name),
        email=_optional(clean_email, email),
        phone=_optional(lambda text: clean_phone(text, business.country), phone),
        job_title=job_title.strip(),
        circle=circle,
        source=source,
        postal_address=postal_address.strip(),
        note=note.strip(),
        customer_since=customer_since,
        met_through=met_through,
        keep_in_touch_days=keep_in_touch_days,
        timezone=_optional(_clean_timezone, timezone),
        tags=clean_tags(tags),
        happy_on=_come(happy_on, business, now),
        created_at=now,
    )
    _refuse_taken_address(contact)
    contact.company = ensure_company(business=business, name=company_name, now=now)
    contact.plan_next_touch(clock.today(business, now))
    _save_unless_taken(contact, force_insert=True)
    record_event(
        business=business,
        name="contact.added",
        actor=by,
        subject=contact,
        about=[met_through] if met_through else [],
        payload={"source": contact.source, "circle": contact.circle},
        now=now,
    )
    return contact


def change_contact(
    *, contact: Contact, changes: ContactChanges, by: Actor, now: datetime
) -> Contact:
    """The contact with these changes. The history keeps which fields changed, not what they said.

    A new circle or interval plans the next touch anew. Raises what `add_contact` raises,
    `MetThroughThemself`, and `WasErased`.
    """
    contact = locked(contact)
    refuse_erased(contact)
    business = contact.business
    wanted = _cleaned(business, changes, now)
    if wanted.get("met_through") == contact:
        raise MetThroughThemself
    changed = sorted(name for name, value in wanted.items() if getattr(contact, name) != value)
    if not changed:
        return contact
    for name in changed:
        setattr(contact, name, wanted[name])
    if "email" in changed:
        _refuse_taken_address(contact)
    if {"circle", "keep_in_touch_days"} & set(changed):
        contact.plan_next_touch(contact.last_touch_on or clock.today(business, now))
    _save_unless_taken(contact, update_fields=[*changed, "next_touch_on"])
    record_event(
        business=business,
        name="contact.changed",
        actor=by,
        subject=contact,
        payload={"fields": changed},
        now=now,
    )
    return contact


def log_interaction(
    *,
    contact: Contact,
    kind: str,
    text: str = "",
    occurred_at: datetime | None = None,
    minutes: int | None = None,
    by: Actor,
    now: datetime,
) -> Interaction:
    """Keep what happened with a contact, and move the next touch on.

    A note moves nothing: it may be about somebody who was not there. Raises `NothingSaid` for an
    empty note and `NotHappenedYet` for a time to come.
    """
    occurred_at = occurred_at or now
    text = text.replace("\0", "").strip()
    if kind == InteractionKind.NOTE and not text:
        raise NothingSaid
    if occurred_at > now:
        raise NotHappenedYet
    contact = locked(contact)
    refuse_erased(contact)
    interaction = Interaction.objects.create(
        business=contact.business,
        contact=contact,
        kind=InteractionKind(kind),
        text=text,
        occurred_at=occurred_at,
        minutes=minutes,
        member_id=by.id if by.kind == ActorKind.MEMBER else None,
        created_at=now,
    )
    if interaction.is_touch:
        contact.touch(interaction.day_at(contact.business.timezone))
        contact.save(update_fields=["last_touch_on", "next_touch_on"])
    record_event(
        business=contact.business,
        name="interaction.logged",
        actor=by,
        subject=interaction,
        about=[contact],
        payload={"kind": interaction.kind},
        now=now,
    )
    return interaction


def keep_touch(*, contact: Contact, at: datetime) -> None:
    """We were in touch at that moment by something that is kept elsewhere: a letter, a card."""
    contact = locked(contact)
    if not contact.is_erased:
        contact.touch(at.astimezone(ZoneInfo(contact.business.timezone)).date())
        contact.save(update_fields=["last_touch_on", "next_touch_on"])


def leave_in_peace(*, contact: Contact, why: str, by: Actor, now: datetime) -> Contact:
    """Somebody has died, moved away or wants to be left alone: what was to reach them stops.

    Letters, asks and reminders follow by the event. The history stays. The same reason again
    changes nothing.
    """
    contact = locked(contact)
    refuse_erased(contact)
    if contact.rests == why:
        return contact
    contact.rest(why, now=now)
    contact.save(update_fields=["rests", "rests_since", "next_touch_on"])
    record_event(
        business=contact.business,
        name="contact.left_in_peace",
        actor=by,
        subject=contact,
        payload={"why": contact.rests},
        now=now,
    )
    return contact


def resume_contact(*, contact: Contact, by: Actor, now: datetime) -> Contact:
    """It was a mistake, or is over: they may be written to again. Letters that stopped stay so."""
    contact = locked(contact)
    refuse_erased(contact)
    if not contact.rests:
        return contact
    since = contact.rests_since
    contact.resume(clock.today(contact.business, now))
    contact.save(update_fields=["rests", "rests_since", "next_touch_on"])
    record_event(
        business=contact.business,
        name="contact.resumed",
        actor=by,
        subject=contact,
        payload={"since": since.isoformat() if since else None},
        now=now,
    )
    return contact


def refuse_erased(contact: Contact) -> None:
    """Raise `WasErased` where nothing may be kept of them any more."""
    if contact.is_erased:
        raise WasErased


def is_erased_by_now(contact: Contact) -> bool:
    """As it stays until the transaction ends: whoever is erasing them comes before, or after."""
    known = Contact.objects.raw(
        "SELECT id, rests FROM contacts_contact WHERE id = %s FOR KEY SHARE", [contact.pk]
    )
    return all(one.is_erased for one in known)


def refuse_erased_by_now(contact: Contact) -> None:
    """As `refuse_erased`, for somebody who is not locked."""
    if is_erased_by_now(contact):
        raise WasErased


def refuse_resting(contact: Contact) -> None:
    """Raise `LeftInPeace`, in words, for somebody to whom nothing may be sent."""
    if contact.rests:
        raise LeftInPeace(_WHY_LEFT[Rest(contact.rests)].format(name=contact.first_name))


def ensure_company(*, business: Business, name: str, now: datetime) -> Company | None:
    """The company of this name, made if there is none; None for an empty name."""
    name = " ".join(name.replace("\0", "").split())[:100]
    if not name:
        return None
    company = Company.objects.named(name)
    if company is None:
        company, _ = Company.objects.get_or_create(
            business=business, name=name, defaults={"created_at": now}
        )
    return company


_WHY_LEFT = {
    Rest.DIED: "{name} has died. Nothing is sent any more.",
    Rest.MOVED_AWAY: "{name} has moved away. Nothing is sent any more.",
    Rest.LEAVE_ME_BE: "{name} wants to be left in peace. Nothing is sent any more.",
    Rest.ERASED: "Whoever that was, was erased here. Nothing is sent any more.",
}


def _optional(clean: Callable[[str], str], text: str) -> str:
    return clean(text) if text.strip() else ""


def clean_tags(tags: Iterable[str]) -> list[str]:
    """In small letters, each once, in their order. Raises `TagsNotPossible`."""
    clean = dict.fromkeys(" ".join(tag.replace("\0", "").split()).casefold() for tag in tags)
    clean.pop("", None)
    if len(clean) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in clean):
        raise TagsNotPossible
    return list(clean)


def _come(day: date | None, business: Business, now: datetime) -> date | None:
    """The day, if it has come."""
    if day is not None and day > clock.today(business, now):
        raise NotHappenedYet
    return day


def _clean_timezone(name: str) -> str:
    if name not in available_timezones():
        raise UnknownTimezone
    return name


def _refuse_taken_address(contact: Contact) -> None:
    taken = Contact.objects.by_email(contact.email).exclude(pk=contact.pk).first()
    if taken is not None:
        raise ContactExists(taken)


class _Saving(TypedDict, total=False):
    force_insert: bool
    update_fields: list[str]


def _save_unless_taken(contact: Contact, **how: Unpack[_Saving]) -> None:
    """Save; whoever took the address in the meantime is named instead of a broken transaction."""
    try:
        with transaction.atomic():
            contact.save(**how)
    except IntegrityError:
        _refuse_taken_address(contact)
        raise


def _cleaned(business: Business, changes: ContactChanges, now: datetime) -> Mapping[str, Any]:
    wanted: dict[str, Any] = dict(changes)
    _come(changes.get("happy_on"), business, now)
    if "tags" in changes:
        wanted["tags"] = clean_tags(changes["tags"])
    if "name" in changes:
        wanted["name"] = clean_name(changes["name"])
    if "email" in changes:
        wanted["email"] = _optional(clean_email, changes["email"])
    if "phone" in changes:
        wanted["phone"] = _optional(
            lambda text: clean_phone(text, business.country), changes["phone"]
        )
    if "company_name" in wanted:
        wanted["company"] = ensure_company(
            business=business, name=wanted.pop("company_name"), now=now
        )
    if "timezone" in changes:
        wanted["timezone"] = _optional(_clean_timezone, changes["timezone"])
    for name in ("job_title", "postal_address", "note"):
        if name in wanted:
            wanted[name] = wanted[name].strip()
    return wanted
