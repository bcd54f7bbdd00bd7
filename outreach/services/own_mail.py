"""A member's own mail: whether and when they are told what is due, and how the month went."""

from datetime import date, datetime
from typing import TypedDict
from zoneinfo import available_timezones

from businesses.models import EARLIEST_MORNING, LATEST_MORNING, Membership
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.services import UnknownTimezone
from outreach.manners import local_day
from outreach.mornings import next_morning, zone_of


class HourNotPossible(Refusal):
    message = f"Choose a full hour from {EARLIEST_MORNING} to {LATEST_MORNING}."
    code = "hour_not_possible"
    status = 422


class OwnMailChanges(TypedDict, total=False):
    """What `change_own_mail` can change. An empty `timezone` is the business's."""

    morning_letter: bool
    morning_hour: int
    month_letter: bool
    timezone: str


def change_own_mail(*, member: Membership, changes: OwnMailChanges, now: datetime) -> Membership:
    """From the next morning on. The first monthly letter is about the month in which it is wanted.

    Raises `HourNotPossible`, `UnknownTimezone`.
    """
    business, user = member.business, member.user
    member = locked(member)
    member.business, member.user = business, user
    had_months = member.month_letter
    for name, value in changes.items():
        setattr(member, name, value)
    if not EARLIEST_MORNING <= member.morning_hour <= LATEST_MORNING:
        raise HourNotPossible
    if member.timezone and member.timezone not in available_timezones():
        raise UnknownTimezone
    if member.month_letter and not had_months:
        member.told_in_month = month_of(local_day(zone_of(member), now))
    member.letters_due_at = next_look(member, now)
    member.save(update_fields=[*changes, "told_in_month", "letters_due_at"])
    return member


def next_look(member: Membership, now: datetime) -> datetime | None:
    """When it is to be seen next whether there is something to tell them; None: never."""
    if not (member.morning_letter or member.month_letter):
        return None
    return next_morning(hour=member.morning_hour, zone=zone_of(member), after=now)


def month_of(day: date) -> date:
    """A month is named by its first day."""
    return day.replace(day=1)
