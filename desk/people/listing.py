"""Everybody the business knows, by name; and suggestions while a name is typed."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from businesses import clock
from contacts.models import Contact
from contacts.querysets import MOST_FOUND, ContactQuerySet
from contacts.states import Circle
from desk.people.ids import id_in_address
from desk.requests import DeskRequest

PAGE = 50
MOST_SUGGESTED = 8
# More than a handful are not counted out: the number is a nudge, not a score.
MOST_DUE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Rows by name, and where the pages beside it begin (empty where there is none)."""

    people: list[Contact]
    newer: str
    older: str


@require_safe
def people(request: DeskRequest, slug: str) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    circle = request.GET.get("circle", "")
    circle = circle if circle in Circle.values else ""
    today = clock.today(request.business)
    found = Contact.objects.matching(text) if text else Contact.objects.known()
    if circle:
        found = found.filter(circle=circle)
    is_due = "due" in request.GET
    if is_due:
        found = found.filter(next_touch_on__lte=today)
    page = page_of(found, request, {"q": text, "circle": circle, "due": "1" if is_due else ""})
    context: dict[str, Any] = {
        "page": page,
        "q": text,
        "circle": circle,
        "is_due": is_due,
        "circles": Circle.choices,
        "today": today,
        "crowded": bool(text) and bool(page.older) and found.count() >= MOST_FOUND,
        "most": MOST_FOUND,
    }
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "people":
        return render(request, "desk/people/_list.html", context)
    due = _due_count(today)
    return render(
        request,
        "desk/people/people.html",
        context | {"due": due, "due_many": due >= MOST_DUE, "nobody": _knows_nobody(page, context)},
    )


@require_safe
def people_search(request: DeskRequest, slug: str) -> JsonResponse:
    """`{"people": [{"id", "name", "about"}]}` for a name that is being typed."""
    text = request.GET.get("q", "")
    found = list(Contact.objects.matching(text, at_most=100).prefetch_related("company").by_name())
    start = text.strip().casefold()
    found.sort(key=lambda contact: not contact.name.casefold().startswith(start))
    return JsonResponse(
        {
            "people": [
                {"id": str(contact.pk), "name": contact.name, "about": about(contact)}
                for contact in found[:MOST_SUGGESTED]
            ]
        }
    )


def about(contact: Contact) -> str:
    """What tells this person from others of the name: their firm, else how to reach them."""
    firm = contact.company.name if contact.company else ""
    return firm or contact.email or contact.phone


def page_of(found: ContactQuerySet, request: DeskRequest, kept: dict[str, str]) -> Page:
    """The page after or before the person whose id is in the address, by index, not by counting."""
    # Not joined: right after a large import, without statistics, a join of the two goes astray.
    found = found.prefetch_related("company")
    start = _start(request)
    backwards = start is not None and "before" in request.GET
    if start is None:
        found = found.by_name()
    elif backwards:
        found = found.before(start.name_key, start.pk)
    else:
        found = found.after(start.name_key, start.pk)
    rows = list(found[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "", "")
    ahead = more or backwards
    behind = more if backwards else start is not None
    return Page(
        rows,
        newer=_address(kept, before=str(rows[0].pk)) if behind else "",
        older=_address(kept, after=str(rows[-1].pk)) if ahead else "",
    )


def _start(request: DeskRequest) -> Contact | None:
    """The person a page begins beside; none for an id that is not one of ours."""
    key = id_in_address(request, "after") or id_in_address(request, "before")
    return Contact.objects.filter(pk=key).first() if key else None


def _address(kept: dict[str, str], **more: str) -> str:
    return "?" + urlencode({name: value for name, value in (kept | more).items() if value})


def _due_count(today: date) -> int:
    return Contact.objects.due_for_touch(today)[:MOST_DUE].count()


def _knows_nobody(page: Page, context: dict[str, Any]) -> bool:
    narrowed = context["q"] or context["circle"] or context["is_due"]
    return not page.people and not narrowed and not Contact.objects.exists()
