"""Today: whom to put things right with, thank, follow up with, ask, and keep in touch with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Value
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from contacts.models import Contact
from contacts.states import InteractionKind
from desk.access import may_write
from desk.people.editing import SOURCES
from desk.people.happened import keep_what_happened
from desk.requests import DeskRequest
from desk.workings import PARTLY, Waiting, waiting
from insights import today as insights
from insights.due import Part, counted, reminders_due, thanks_due, touches_due
from insights.readiness import Standing
from introductions.gate import AsksPaused
from outreach.models import Reminder, ReminderKind
from outreach.services import add_reminder
from outreach.states import MessageState
from referrals.models import ThankYou

# More than this nobody does in a day; the rest waits on its own page, and how much is said.
ROWS = 12
TOUCHES = 5
SOURCES_ASKED = 2
NOT_NOW = timedelta(weeks=4)
_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


@dataclass(frozen=True, slots=True)
class Letters:
    """What keeps letters: held until something is done, or to be looked at by a person."""

    held: int
    failed: int
    uncertain: int
    bounced: int = 0
    partly: int = 0

    @property
    def trouble(self) -> str:
        """What became of letters that a person has to look at; empty where there are none."""
        parts = []
        if self.failed:
            parts.append(f"{_letters(self.failed)} could not be delivered")
        if self.uncertain:
            parts.append(f"{_letters(self.uncertain)} may not have arrived")
        if self.bounced:
            parts.append(f"{_letters(self.bounced)} came back")
        if self.partly:
            parts.append(f"{_letters(self.partly)} did not reach everybody")
        return f"{'. '.join(parts)}." if parts else ""


class Today:
    """Everything the page shows, each part in one query, however much there is."""

    # As in the list of all there is to do: nothing here is for a day to come.
    is_later = False

    def __init__(self, request: DeskRequest) -> None:
        self.business = request.business
        self.user = request.user
        self.member = request.membership
        self.now = clock.now()
        self.day = clock.today(request.business, self.now)
        self.has_colleagues = request.has_colleagues
        # Only what was handed to the reader is shown.
        self.is_mine = request.has_colleagues and "mine" in request.GET

    @cached_property
    def _reminders(self) -> tuple[Part[Reminder], Part[Reminder]]:
        due = Reminder.objects.open().due(self.day)
        if self.has_colleagues:
            due = due.theirs_first(self.member)
        if self.is_mine:
            due = due.filter(assignee=self.member)
        return reminders_due(due, at_most=ROWS, beside_debts=not self.is_mine)

    @property
    def put_right(self) -> Part[Reminder]:
        """Each with the answer that calls for it: `score` and `why`."""
        return self._reminders[0]

    @property
    def follow_up(self) -> Part[Reminder]:
        """All else that somebody wanted to be reminded of; drafted thanks stand with the debt."""
        return self._reminders[1]

    @cached_property
    def thank(self) -> Part[ThankYou]:
        return Part([]) if self.is_mine else thanks_due(at_most=ROWS)

    @property
    def back(self) -> str:
        """What the address of a button ends in, so that it leads back here."""
        return "?mine=1" if self.is_mine else ""

    @cached_property
    def _people(self) -> Sequence[Any]:
        """With whom to be in touch, and of whom nobody has said how they found you: one query."""
        if self.is_mine:
            return []
        due = counted(touches_due(self.day)).annotate(is_due=Value(True))
        unknown = Contact.objects.of_unknown_source().annotate(in_all=Value(0), is_due=Value(False))
        return list(due[:TOUCHES].union(unknown[:SOURCES_ASKED], all=True))

    @cached_property
    def keep_in_touch(self) -> Sequence[Contact]:
        due = [one for one in self._people if one.is_due]
        return sorted(due, key=lambda one: (one.next_touch_on, one.pk))

    @property
    def keep_in_touch_more(self) -> int:
        """How many are due beside these."""
        count: int = getattr(self.keep_in_touch[0], "in_all", 0) if self.keep_in_touch else 0
        return count - len(self.keep_in_touch)

    @cached_property
    def how_found(self) -> Sequence[Contact]:
        """The latest customers of whom nobody has said yet how they found the business."""
        unknown = [one for one in self._people if not one.is_due]
        return sorted(unknown, key=lambda one: (-_days(one.customer_since), one.pk))

    @property
    def sources(self) -> Sequence[tuple[str, str]]:
        return SOURCES if self.member.may_write else []

    @cached_property
    def ask(self) -> Sequence[Standing]:
        """Nobody while the business is full or closed, or asking pauses."""
        if self.is_mine or self.business.asks_wait_until(self.day) is not None or self.pause:
            return []
        return insights.worth_asking(business=self.business, now=self.now, today=self.day)

    @cached_property
    def pause(self) -> AsksPaused | None:
        """Why nobody is to be asked just now: too many are not happy."""
        return self.figures.pause

    @cached_property
    def waiting(self) -> Waiting:
        """What is due; whether it waits too long, and which letters need somebody to look."""
        return waiting(self.now)

    @property
    def letters(self) -> Letters:
        count = self.waiting.letters
        return Letters(
            held=count.get(MessageState.HELD, 0),
            failed=count.get(MessageState.FAILED, 0),
            uncertain=count.get(MessageState.UNCERTAIN, 0),
            bounced=count.get(MessageState.BOUNCED, 0),
            partly=count.get(PARTLY, 0),
        )

    @cached_property
    def is_new(self) -> bool:
        """Nobody is known yet: the page says what to do first."""
        if self.is_mine or self.figures.inner_circle or self.thank or any(self._reminders):
            return False
        return not Contact.objects.exists()

    @cached_property
    def figures(self) -> insights.Figures:
        return insights.figures(business=self.business, now=self.now, today=self.day)

    @property
    def inner_looked_after(self) -> int:
        return self.figures.inner_circle - self.figures.inner_waiting

    @property
    def has_figures(self) -> bool:
        figures = self.figures
        return bool(
            figures.days_until_thanked is not None
            or figures.inner_circle
            or figures.share.percent is not None
        )

    @property
    def greeting(self) -> str:
        hour = self.now.astimezone(ZoneInfo(self.business.timezone)).hour
        part = "morning" if 4 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
        return f"Good {part}{', ' + self.user.first_name if self.user.first_name else ''}."

    @property
    def says(self) -> str:
        """How things stand, in one sentence: what hurts most comes first."""
        if self.put_right:
            return f"{_people(self.put_right.people)} waiting for something to be put right."
        if self.thank:
            return f"{_people(self.thank.people)} waiting to be thanked."
        if self.follow_up:
            return f"{_people(self.follow_up.people)} waiting to hear from you."
        if self.ask:
            return f"Nobody is waiting. You could ask {self.ask[0].contact.first_name}."
        return "Nobody is waiting for you."


def _days(day: date | None) -> int:
    return day.toordinal() if day else 0


def _letters(count: int) -> str:
    if count == 1:
        return "A letter"
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} letters"


def _people(count: int) -> str:
    if count == 1:
        return "One person is"
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else count} people are"


@require_safe
def today(request: DeskRequest, slug: str) -> HttpResponse:
    return show_today(request)


def show_today(request: DeskRequest, status: int = 200) -> HttpResponse:
    """The page, also where something done on it was refused."""
    page = Today(request)
    template = "desk/today/new.html" if page.is_new else "desk/today/today.html"
    return render(request, template, {"page": page}, status=status)


@require_POST
@may_write
def touched(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """We were in touch, by a call or in person: kept once, and the next time is set."""
    contact = get_object_or_404(Contact, pk=id)
    met = request.POST.get("kind") == InteractionKind.MEETING
    kind = InteractionKind.MEETING if met else InteractionKind.CALL
    keep_what_happened(contact=contact, kind=kind, by=request.actor, now=clock.now())
    messages.success(request, f"Kept: {kind.label.lower()} with {contact.first_name}.")
    return redirect("desk:today", slug=slug)


@require_POST
@may_write
def ask_later(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Not now: nobody proposes this person for an ask for four weeks, then Today says so again."""
    contact = get_object_or_404(Contact, pk=id)
    now = clock.now()
    day = clock.today(request.business, now)
    add_reminder(
        business=request.business,
        kind=ReminderKind.ASK,
        contact=contact,
        due_on=day + NOT_NOW,
        text=f"Perhaps ask {contact.first_name} for an introduction",
        dedupe=f"ask_later:{contact.pk}:{day.isoformat()}",
        by=request.actor,
        now=now,
    )
    messages.success(request, f"{contact.first_name} is left alone for four weeks.")
    return redirect("desk:today", slug=slug)
