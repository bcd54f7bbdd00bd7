"""Letters to those who work here: what is due this morning, and how the last month went.

Each is written once a local day (or month) of its member, in their morning and never early; after
the morning is over it is not written any more, and does not leave.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from businesses import clock
from businesses.models import Membership
from businesses.sweeping import Unless, never
from businesses.tenancy import transaction_for
from contacts.models import Contact
from desk.accounts.proof import is_proven
from desk.months import last_month, month_in_words
from insights.due import Part, in_touch_due, reminders_due, thanks_due
from insights.month import how_it_went
from outreach.letters import render_letter
from outreach.manners import local_day
from outreach.models import Message, Reminder
from outreach.mornings import MORNING_LASTS, morning_now, zone_of
from outreach.services import (
    MONTH,
    MORNING,
    month_of,
    next_look,
    one_tap_url,
    queue_member_letter,
    stop_url,
)
from referrals.models import ThankYou
from referrals.states import ThanksReason

log = structlog.get_logger(__name__)

# A sweep writes no more than this, so that nobody waits long for a sign-in code behind them.
BATCH = 200
LINES = 10
TRY_AGAIN = timedelta(minutes=10)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def write_member_letters(*, now: datetime, at_most: int = BATCH, unless: Unless = never) -> int:
    """Look at each member whose morning has begun; how many were looked at.

    One query where nobody's has.
    """
    rows = Membership.objects.filter(letters_due_at__lte=now).order_by("letters_due_at")
    due = list(rows.values_list("business_id", "pk")[:at_most])
    if not due or unless():
        return 0
    for business_id, key in due:
        try:
            with transaction_for(business_id):
                _look_at(key, now)
        except Exception:  # One member in trouble must not keep the others.
            log.exception("member.letters_failed", member=str(key))
            Membership.objects.filter(pk=key).update(letters_due_at=now + TRY_AGAIN)
    return len(due)


def _look_at(key: UUID, now: datetime) -> None:
    """With the row locked, unless another worker has it or has been here."""
    member = (
        Membership.objects.filter(pk=key, letters_due_at__lte=now)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("business", "user")
        .first()
    )
    if member is None:
        return
    began = morning_now(member, now)
    if began is not None and member.user.is_active and is_proven(member.user):
        if member.morning_letter and member.may_write:
            write_morning(member=member, until=began + MORNING_LASTS, now=now)
        if member.month_letter:
            _write_month_once(member, now)
    member.letters_due_at = next_look(member, now)
    member.save(update_fields=["letters_due_at", "told_in_month"])


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: for whom, what, and where it is done."""

    who: str
    what: str
    url: str


def write_morning(*, member: Membership, until: datetime | None = None, now: datetime) -> bool:
    """Tell the member what is due; whether there was anything, and it was not told yet today.

    Without `until` it was asked for, at whatever hour: once a minute, and beside that of the day.
    """
    parts = _due(member, now)
    undelivered = Message.objects.needing_attention().count()
    count = sum(part.count for part in parts)
    if not count and not undelivered:
        return False
    room = LINES - bool(undelivered)
    shown = _shared_out([part.rows for part in parts], room if count <= room else room - 1)
    day = local_day(zone_of(member), now)
    context = {
        "first_name": member.user.first_name,
        "firm": member.business.name or "your firm",
        "things": _things(count + bool(undelivered)),
        "is_one": count + bool(undelivered) == 1,
        "lines": [_line(row, member, now) for row in shown],
        "more": count - len(shown),
        "undelivered": _undelivered(undelivered),
        "health_url": _address("desk:health", member),
        "today_url": _address("desk:today", member),
        **_foot(member, MORNING, now),
    }
    return queue_member_letter(
        member=member,
        kind=MORNING,
        about=day.isoformat() if until else f"{now:%Y-%m-%dT%H:%M}",
        rendered=render_letter("desk/morning_to_member", context),
        useless_after=until,
        now=now,
    )


def _due(member: Membership, now: datetime) -> Sequence[Part[Any]]:
    """What Today shows them, in its order: theirs and everybody's."""
    today = clock.today(member.business, now)
    reminders = Reminder.objects.open().of_member(member).due(today).theirs_first(member)
    put_right, follow_up = reminders_due(reminders, at_most=LINES)
    thanks, touches = thanks_due(at_most=LINES), in_touch_due(today, at_most=LINES)
    return [put_right, thanks, follow_up, touches]


def _shared_out(parts: Sequence[Sequence[Model]], room: int) -> Sequence[Model]:
    """What there is room for: all to be put right, then of each part in turn, in their order."""
    first, *others = parts
    in_turn = [row for turn in zip_longest(*others) for row in turn if row is not None]
    chosen = [*first, *in_turn][:room]
    return [row for part in parts for row in part if row in chosen]


def _line(row: Model, member: Membership, now: datetime) -> Line:
    """Of a reminder its own page, without signing in; of all else its page in Handshake.

    Whom to thank and whom to call is told to nobody by a link alone, and a program that presses
    buttons would thank for good.
    """
    if isinstance(row, Reminder):
        what = row.text or str(row.get_kind_display())
        return Line(row.contact.name, what, one_tap_url(reminder=row, member=member, now=now))
    if isinstance(row, ThankYou):
        letter: UUID | None = getattr(row, "letter", None)
        page = ("desk:draft", letter) if letter else ("desk:thank_you", row.pk)
        advocate = row.advocate.contact
        what = f"Say thank you. {advocate.first_name} {_for_what(row)}."
        return Line(advocate.name, what, _address(page[0], member, id=page[1]))
    assert isinstance(row, Contact)
    page_of_call = f"{_address('desk:person', member, id=row.pk)}?kind=call#happened"
    return Line(row.name, "It is time to be in touch.", page_of_call)


def _for_what(thanks: ThankYou) -> str:
    """As on Today (`desk/thank_yous/_for_what.html`)."""
    if thanks.did:
        return thanks.did
    person = thanks.sent_person
    sent = f"sent you {person.name if person else 'somebody'}"
    return f"{sent}, and business came of it" if thanks.reason == ThanksReason.BUSINESS else sent


def _write_month_once(member: Membership, now: datetime) -> None:
    """On the first working morning that there is in a month; a quiet month is not told."""
    month = month_of(local_day(zone_of(member), now))
    if member.told_in_month == month:
        return
    write_month(member=member, now=now)
    member.told_in_month = month


def write_month(*, member: Membership, now: datetime) -> bool:
    """How the month before this one went; whether anything happened, and it was not told yet."""
    first = last_month(clock.today(member.business, now))
    told = how_it_went(business=member.business, first=first, now=now)
    if told.is_quiet:
        return False
    page = reverse("desk:month", kwargs={"slug": member.business.slug, "month": f"{first:%Y-%m}"})
    context = {
        "business": member.business,
        "firm": member.business.name or "your firm",
        "said": month_in_words(told, member.business, now),
        "month_url": f"{settings.PUBLIC_URL}{page}",
        **_foot(member, MONTH, now),
    }
    return queue_member_letter(
        member=member,
        kind=MONTH,
        about=f"{first:%Y-%m}",
        rendered=render_letter("desk/month_to_member", context),
        useless_after=None,
        now=now,
    )


def _foot(member: Membership, kind: str, now: datetime) -> dict[str, object]:
    return {
        "email": member.user.email,
        "stop_link": stop_url(member=member, kind=kind, now=now),
        "settings_url": _address("desk:settings_mail", member),
    }


def _address(name: str, member: Membership, **more: object) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs={'slug': member.business.slug} | more)}"


def _things(count: int) -> str:
    if count == 1:
        return "One thing"
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} things"


def _undelivered(count: int) -> str:
    if not count:
        return ""
    letters = "A letter" if count == 1 else f"{count} letters"
    return f"{letters} could not be delivered"
