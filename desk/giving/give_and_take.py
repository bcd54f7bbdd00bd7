"""Do I give as much as I get? Each partner firm and advocate, whose turn it is, and what to do."""

from collections.abc import Sequence
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from businesses import clock
from contacts.models import Company, Contact
from desk.requests import DeskRequest
from insights.kindnesses import kindnesses_for
from insights.reciprocity import Balance, Turn, balance_with, balances

PAGE = 200


@require_safe
def give_and_take(request: DeskRequest, slug: str) -> HttpResponse:
    """All of them, a page at a time: whose turn it is first, then by name."""
    rows = balances(business=request.business, now=clock.now())
    # By position: whose turn it is is reckoned, so all rows are here anyway.
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "newer": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "older": f"?page={page.next_page_number()}" if page.has_next() else "",
        "says": _says(rows),
    }
    return render(request, "desk/giving/give_and_take.html", context)


def _says(rows: Sequence[Balance]) -> str:
    if not any(row.given or row.received for row in rows):
        return "Nothing has gone either way yet"
    ours = sum(row.turn == Turn.OURS for row in rows)
    if not ours:
        return "You give as much as you get"
    return "It is your turn with one of them" if ours == 1 else f"It is your turn with {ours}"


@require_safe
def with_firm(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    firm = get_object_or_404(Company, pk=id)
    return _one(request, firm, firm.name)


@require_safe
def with_person(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    person = get_object_or_404(Contact.objects.select_related("company"), pk=id)
    return _one(request, person, person.first_name)


def _one(request: DeskRequest, who: Company | Contact, called: str) -> HttpResponse:
    """How it stands with one of them, and what could be done for them."""
    business, now = request.business, clock.now()
    context = {
        "who": who,
        "called": called,
        "is_firm": isinstance(who, Company),
        "balance": balance_with(who=who, business=business, now=now),
        "kindnesses": kindnesses_for(who=who, business=business, now=now),
    }
    return render(request, "desk/giving/with_one.html", context)
