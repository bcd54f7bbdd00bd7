"""When a business's letters leave, and what that changes for those that wait."""

from collections import defaultdict
from copy import copy
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch

from businesses.models import Business
from businesses.services import BusinessChanges, change_business
from businesses.wake import wake
from outreach.gate import first_moment, hours_of, is_bound
from outreach.models import Message, MessageRecipient
from outreach.services.queueing import SEND, look_again_at_asks
from outreach.services.replanning import plan_working_days_again
from outreach.states import MessageState, RecipientState


def change_letter_hours(*, business: Business, changes: BusinessChanges, now: datetime) -> Business:
    """Change it for every letter that has not left. Raises what `change_business` raises.

    Asks that wait follow the day on which asks may leave again, be it later or earlier. A letter
    that waits for nothing but the hours leaves as early as the new ones allow; one that waits for
    another reason too (a limit, a next try) leaves no earlier than it would have. Steps of plans
    that wait for a working day wait for what is one now.
    """
    before = copy(business)
    business = change_business(business=business, changes=changes, now=now)
    look_again_at_asks(business=business, now=now)
    if _working_days(before) != _working_days(business):
        plan_working_days_again(business=business, now=now)
    if _plan_again(before, business, now):
        wake(SEND)
    return business


def _working_days(business: Business) -> tuple[frozenset[int], str]:
    hours = hours_of(business)
    return hours.weekdays, hours.country


def _plan_again(before: Business, business: Business, now: datetime) -> int:
    """Give each letter that waits its moment by the new hours; how many have another one."""
    by_moment: dict[datetime, list[UUID]] = defaultdict(list)
    people = MessageRecipient.objects.filter(state=RecipientState.WAITING).order_by("position")
    waiting = Message.objects.filter(state=MessageState.SCHEDULED).defer("text", "html", "headers")
    for letter in waiting.prefetch_related(
        Prefetch("recipients", people.select_related("contact"))
    ):
        moment = _moment(letter, before, business, now)
        if moment != letter.due_at:
            by_moment[moment].append(letter.pk)
    for moment, keys in by_moment.items():
        # One that was taken in hand meanwhile is asked at the gate.
        Message.objects.filter(pk__in=keys, state=MessageState.SCHEDULED).update(due_at=moment)
    return len(by_moment)


def _moment(letter: Message, before: Business, business: Business, now: datetime) -> datetime:
    zones = [row.contact.timezone if row.contact else "" for row in letter.recipients.all()]
    if letter.is_ask:
        return first_moment(letter, business, zones, now)
    if not is_bound(letter):
        return letter.due_at
    since = letter.due_at
    if not letter.attempts:
        # It was to leave when it was written, or after the time for second thoughts.
        for wanted in (letter.created_at, letter.created_at + settings.UNDO_WINDOW):
            if first_moment(letter, before, zones, wanted) == letter.due_at:
                since = max(wanted, min(now, letter.due_at))
                break
    return first_moment(letter, business, zones, since)
