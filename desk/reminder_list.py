"""All there is to do, due and later, by list and a page at a time; and more of it, added freely."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from businesses.models import Membership, Role
from businesses.presses import SAME_PRESS
from businesses.tenancy import locked
from contacts.models import Contact
from desk.access import may_write, refused
from desk.people.ids import id_in_address
from desk.reminder_forms import ReminderForm
from desk.requests import DeskRequest
from insights.due import with_answers
from outreach.models import Reminder, ReminderKind
from outreach.querysets import ReminderQuerySet
from outreach.services import add_reminder

PAGE = 30


@dataclass(frozen=True, slots=True)
class Lists:
    """One of the lists, or with no kind all of them: how much is due in it, and comes later.

    `count` is the one of both that is looked at.
    """

    kind: str
    name: str
    due: int
    later: int
    count: int
    at: str


class Page:
    """Things to do, as the address asks for them: in a list, due or later, mine or everybody's."""

    def __init__(self, request: DeskRequest) -> None:
        self._request = request
        kind = request.GET.get("kind", "")
        self.kind = kind if kind in ReminderKind.values else ""
        self.is_later = "later" in request.GET
        self.has_colleagues = request.has_colleagues
        self.is_mine = request.has_colleagues and "mine" in request.GET
        self.today = clock.today(request.business)
        self.newer = self.older = ""

    @cached_property
    def back(self) -> str:
        """What the address of a button ends in, so that it leads back here."""
        kept = ("kind", "later", "mine", "after", "before")
        given = {name: self._request.GET[name] for name in kept if name in self._request.GET}
        return f"?{urlencode({'from': 'list'} | given)}"

    @cached_property
    def _open(self) -> ReminderQuerySet:
        rows = Reminder.objects.open()
        return rows.filter(assignee=self._request.membership) if self.is_mine else rows

    @cached_property
    def lists(self) -> Sequence[Lists]:
        """All of them, then each in which there is anything of what is looked at."""
        counted = (
            self._open.order_by()
            .values("kind")
            .annotate(
                due=Count("pk", filter=Q(due_on__lte=self.today)),
                later=Count("pk", filter=Q(due_on__gt=self.today)),
            )
        )
        found = {row["kind"]: (row["due"], row["later"]) for row in counted}
        every = (sum(due for due, _ in found.values()), sum(later for _, later in found.values()))
        each = [(one.value, one.label, *found.get(one.value, (0, 0))) for one in ReminderKind]
        lists = [
            Lists(kind, name, due, later, later if self.is_later else due, self.at(kind=kind))
            for kind, name, due, later in [("", "All", *every), *each]
        ]
        return [one for one in lists if one.count or one.kind in ("", self.kind)]

    @property
    def here(self) -> Lists:
        """The list that is looked at."""
        return next(one for one in self.lists if one.kind == self.kind)

    @cached_property
    def reminders(self) -> Sequence[Reminder]:
        """A page of them, the longest due first."""
        rows = self._open.filter(kind=self.kind) if self.kind else self._open
        rows = rows.filter(due_on__gt=self.today) if self.is_later else rows.due(self.today)
        rows = with_answers(rows.order_by("due_on", "id"))
        found = self._beside(rows, self._start())
        return found or self._beside(rows, None)

    def _start(self) -> Reminder | None:
        """The one that a page begins beside."""
        key = id_in_address(self._request, "after") or id_in_address(self._request, "before")
        return Reminder.objects.filter(pk=key).first() if key else None

    def _beside(self, rows: ReminderQuerySet, start: Reminder | None) -> Sequence[Reminder]:
        backwards = start is not None and "before" in self._request.GET
        if start is not None and backwards:
            same_day = Q(due_on=start.due_on, pk__lt=start.pk)
            rows = rows.filter(Q(due_on__lt=start.due_on) | same_day).order_by("-due_on", "-id")
        elif start is not None:
            same_day = Q(due_on=start.due_on, pk__gt=start.pk)
            rows = rows.filter(Q(due_on__gt=start.due_on) | same_day)
        found = list(rows[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        if backwards:
            found.reverse()
        if found and (more if backwards else start is not None):
            self.newer = self.at(before=str(found[0].pk))
        if found and (more or backwards):
            self.older = self.at(after=str(found[-1].pk))
        return found

    def at(self, **more: str) -> str:
        """This page's address, and what else is asked of it."""
        here = {
            "kind": self.kind,
            "later": "1" if self.is_later else "",
            "mine": "1" if self.is_mine else "",
        }
        asked = urlencode({name: value for name, value in (here | more).items() if value})
        return f"?{asked}" if asked else "."

    @property
    def at_due(self) -> str:
        return self.at(later="")

    @property
    def at_later(self) -> str:
        return self.at(later="1")

    @property
    def at_mine(self) -> str:
        """Only mine, and pressed again everybody's."""
        return self.at(mine="" if self.is_mine else "1")


def is_from_list(request: DeskRequest) -> bool:
    """Whether a button was pressed in the list of all there is to do."""
    return request.GET.get("from") == "list"


def way_back(request: DeskRequest) -> str:
    """What an address ends in, so that it leads back to Today or the list as it was looked at."""
    if is_from_list(request):
        return Page(request).back
    return "?mine=1" if "mine" in request.GET else ""


@require_safe
def reminders(request: DeskRequest, slug: str) -> HttpResponse:
    """All there is to do."""
    return render(request, "desk/today/reminders.html", {"page": Page(request)})


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_new(request: DeskRequest, slug: str) -> HttpResponse:
    """Remember something for a day; for somebody, where the address says for whom."""
    team = team_of(request)
    form = ReminderForm(
        request.POST or None, business=request.business, team=team, initial=_begun(request)
    )
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "desk/today/reminder_new.html", {"form": form}, status=status)
    status = refused(request, lambda: _add(request, form))
    if status != 200:
        return render(request, "desk/today/reminder_new.html", {"form": form}, status=status)
    is_later = form.cleaned_data["due_on"] > clock.today(request.business)
    messages.success(request, f"Kept for {form.whom.first_name}.")
    return redirect(f"{reverse('desk:reminders', args=[slug])}{'?later=1' if is_later else ''}")


def team_of(request: DeskRequest) -> Sequence[Membership]:
    """Who can do something here, the longest here first; nobody where nobody else can."""
    if not request.has_colleagues:
        return []
    rows = Membership.objects.filter(business=request.business).exclude(role=Role.VIEWER)
    return list(rows.select_related("user").order_by("created_at", "pk"))


def _add(request: DeskRequest, form: ReminderForm) -> None:
    """Once, however often it is pressed: the second press waits, and finds what the first made."""
    now = clock.now()
    contact = locked(form.whom)
    given = {name: form.cleaned_data[name] for name in ("kind", "due_on", "text")}
    same = Reminder.objects.open().filter(contact=contact, created_at__gt=now - SAME_PRESS, **given)
    if not same.exists():
        add_reminder(
            business=request.business,
            contact=contact,
            assignee=form.whose,
            by=request.actor,
            now=now,
            **given,
        )


def _begun(request: DeskRequest) -> dict[str, object]:
    tomorrow: dict[str, object] = {"due_on": clock.today(request.business) + timedelta(days=1)}
    key = id_in_address(request, "contact")
    contact = Contact.objects.filter(pk=key).first() if key else None
    return tomorrow | ({"contact": contact.pk, "contact_name": contact.name} if contact else {})
