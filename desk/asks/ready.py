"""Who is ready to be asked, and why; and that somebody is known to be happy."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from contacts.models import Contact
from contacts.services import change_contact
from desk.access import may_write
from desk.requests import DeskRequest
from insights.readiness import (
    MOST_SHOWN,
    Readiness,
    askable,
    by_readiness,
    nearest_first,
    standings,
)
from introductions.gate import pause_of

# What each group is called, and what that means.
GROUPS = {
    Readiness.READY: ("Ready", "Happy with you, and not asked lately."),
    Readiness.SOON: ("Soon", "Something comes first, or a rest is almost over."),
    Readiness.YOU_DECIDE: ("You decide", "Nothing is known that speaks for it or against it."),
    Readiness.PUT_RIGHT: ("Put right", "Nobody asks before this is done."),
    Readiness.REST: ("Rest", "Better left alone for now."),
}


# Nobody is invited to ask these.
_LEFT_ALONE = frozenset({Readiness.PUT_RIGHT, Readiness.REST})


@require_safe
def who_is_ready(request: DeskRequest, slug: str) -> HttpResponse:
    """The people nearest to the business, in groups, each with the reasons."""
    now, business = clock.now(), request.business
    pause = pause_of(business)
    people = nearest_first(askable())[: MOST_SHOWN + 1]
    # Why all pause is said once, above.
    found = standings(people, business=business, pause=None, now=now)
    context = {
        "groups": [
            (key in _LEFT_ALONE, *GROUPS[key], together)
            for key, together in by_readiness(found[:MOST_SHOWN]).items()
            if together
        ],
        "pause": pause,
        "has_more": len(found) > MOST_SHOWN,
        "most": MOST_SHOWN,
        "may_write": request.membership.may_write,
    }
    return render(request, "desk/asks/ready.html", context)


@require_POST
@may_write
def happy(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """*I know they are happy*, which counts for a year; or no longer."""
    contact = get_object_or_404(Contact, pk=id)
    day = None if "undo" in request.POST else clock.today(request.business)
    change_contact(contact=contact, changes={"happy_on": day}, by=request.actor, now=clock.now())
    name = contact.first_name
    says = f"Kept: {name} is happy with you." if day else f"Kept: you are not sure about {name}."
    messages.success(request, says)
    return redirect("desk:person", slug=slug, id=id)
