"""Whether a letter may leave now; and if not, when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from businesses import clock
from businesses.models import Business
from outreach.manners import Hours, allowance, day_after, local_day, next_moment_for_all
from outreach.models import AccountMessage, Message
from outreach.outgoing import Outgoing

NOT_CONFIRMED = "address_not_confirmed"
SENDER_MISSING = "sender_details_missing"
PAUSED = "paused_after_complaints"


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait for a release, not for a time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Wait for a better time."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Nobody is left who may be mailed."""


@dataclass(frozen=True, slots=True)
class Useless:
    """Its time is over: nobody wants to read it now."""


def why_held(business: Business) -> str:
    """Why this business's letters may not leave; empty when they may."""
    if not business.knows_its_sender:
        return SENDER_MISSING
    if business.confirmed_at is None:
        return NOT_CONFIRMED
    if business.is_paused:
        return PAUSED
    return ""


def surely_held(business_id: UUID) -> str:
    """`why_held`, with the business locked: whoever releases comes before us, or sees our letter.

    For the moment of writing `held`. Without the lock a letter could be held just after the
    release, and stay so.
    """
    return why_held(Business.objects.select_for_update(no_key=True).get(pk=business_id))


def obstacle(outgoing: Outgoing, *, now: datetime) -> Hold | Later | Unwanted | Useless | None:
    """What keeps the letter from leaving now; None lets it go.

    Account letters go, unless their time is over; an ask does not once it was answered. That nobody
    cancelled the letter, and that no recipient was suppressed meanwhile, is asked once more in the
    very write that sets the marker.
    """
    if isinstance(outgoing.letter, AccountMessage):
        return Useless() if outgoing.letter.is_useless(now) else None
    if outgoing.business is None:
        return None
    if not outgoing.waiting:
        return Unwanted()
    if outgoing.is_over:
        return Useless()
    reason = why_held(outgoing.business)
    if reason:
        return Hold(reason)
    return may_leave(outgoing, now=now)


def may_leave(outgoing: Outgoing, *, now: datetime) -> Later | None:
    """Whether it is within the hours of those it goes to, and no ask that is kept back.

    The limits are asked by the marker.
    """
    if outgoing.business is None or not isinstance(outgoing.letter, Message):
        return None
    since = max(now, outgoing.kept_until or now)
    moment = first_moment(outgoing.letter, outgoing.business, outgoing.timezones, since)
    return Later(moment) if moment > now else None


def first_moment(
    letter: Message, business: Business, timezones: Sequence[str], at: datetime
) -> datetime:
    """This instant, or the first after it at which the letter may leave, limits aside.

    `timezones` are the recipients', empty where not known: then the business's own counts. An ask
    waits while the business is full or closed. A letter that answers its recipient waits for
    nothing, and where manners are switched off no other does either, but for an ask.
    """
    if letter.is_ask:
        at = max(at, asks_resume_at(business, at))
    if not is_bound(letter):
        return at
    return next_moment_for_all(hours_of(business), _zones(business, timezones), at)


def asks_resume_at(business: Business, at: datetime) -> datetime:
    """When asks may leave again; `at` itself where they need not wait."""
    until = business.asks_wait_until(clock.today(business, at))
    if until is None:
        return at
    return datetime.combine(until, time(), ZoneInfo(business.timezone)).astimezone(UTC)


def is_bound(letter: Message) -> bool:
    """Whether hours and limits bind this letter."""
    return settings.MANNERS and not letter.answers_recipient


def hours_of(business: Business) -> Hours:
    return Hours(
        opens=business.letters_from,
        closes=business.letters_until,
        weekdays=frozenset(int(day) for day in business.letter_days),
        country=business.country if business.keeps_holidays else "",
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """What the marker counts a letter by: each recipient's local day, the business's own, and how
    many may leave on that."""

    days: Sequence[date]
    on_day: date
    allowed: int


def limits_of(outgoing: Outgoing, *, now: datetime) -> Limits | None:
    """By what this letter is counted, if it leaves now; None where no limit binds it."""
    business, letter = outgoing.business, outgoing.letter
    if business is None or not isinstance(letter, Message) or not is_bound(letter):
        return None
    today = clock.today(business, now)
    return Limits(
        days=days_of(business, outgoing.timezones, now),
        on_day=today,
        allowed=allowed_on(business, today),
    )


def allowed_on(business: Business, today: date) -> int:
    """How many letters the business may send on this day."""
    began = clock.today(business, business.confirmed_at or business.created_at)
    return allowance(
        (today - began).days,
        at_first=settings.LETTERS_A_DAY_AT_FIRST,
        doubled_every=settings.LETTERS_A_DAY_DOUBLED_EVERY.days,
        at_most=settings.LETTERS_A_DAY,
    )


def after_their_day(outgoing: Outgoing, now: datetime) -> Later:
    """Somebody it goes to has had their letter of the day: the first moment of their next one."""
    business, letter = outgoing.business, outgoing.letter
    assert business is not None
    assert isinstance(letter, Message)
    return Later(next_day_for(letter, business, outgoing.timezones, now))


def next_day_for(
    letter: Message, business: Business, timezones: Sequence[str], at: datetime
) -> datetime:
    """When it may leave once the day that this is for each of its recipients is over."""
    tomorrow = max(day_after(zone, at) for zone in _zones(business, timezones))
    return first_moment(letter, business, timezones, tomorrow)


def days_of(business: Business, timezones: Sequence[str], at: datetime) -> list[date]:
    """Which day this instant is on, for each recipient."""
    return [local_day(zone, at) for zone in _zones(business, timezones)]


def _zones(business: Business, timezones: Sequence[str]) -> Sequence[ZoneInfo]:
    return [ZoneInfo(name or business.timezone) for name in timezones or [""]]
