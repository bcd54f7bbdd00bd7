"""Whoever was not told what is given, where one was recorded by hand: what to say, and that it was
said."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from businesses import clock
from desk.access import may_write, refused
from desk.requests import DeskRequest
from introductions.terms import disclosure_of, promise_of
from referrals.models import Referral
from rewards.services import note_told, untold
from rewards.states import Person


@dataclass(frozen=True, slots=True)
class ToTell:
    """One of the two who does not know yet, with the sentence that they would have read."""

    person: Person
    name: str
    words: str


def to_tell(referral: Referral) -> Sequence[ToTell]:
    people = untold(referral)
    first = referral.credits.select_related("advocate__contact").order_by("created_at").first()
    if not people or first is None:
        return []
    told = {
        Person.ADVOCATE: (first.advocate.contact.first_name, promise_of(referral.terms)),
        Person.PROSPECT: (
            referral.contact.first_name,
            disclosure_of(referral.terms, first.advocate),
        ),
    }
    return [ToTell(person, *told[person]) for person in people]


@require_POST
@may_write
def told(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """They know by now, and what is given is theirs, too."""
    referral = get_object_or_404(Referral, pk=id)
    person = request.POST.get("person", "")
    refused(
        request,
        lambda: note_told(referral=referral, person=person, by=request.actor, now=clock.now()),
    )
    return redirect("desk:referral", slug=slug, id=id)
