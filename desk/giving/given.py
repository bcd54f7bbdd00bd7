"""What was given: the list, and each by itself with what can be done about it."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from businesses import clock
from desk.access import may_write, refused
from desk.giving.forms import OutcomeForm
from desk.letters import when_it_leaves
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from giving.messages import previews_of
from giving.models import GivenIntroduction
from giving.services import (
    send_given,
    take_up_given,
    tell_outcome,
    undo_sending,
    withdraw_given,
)
from giving.states import MAY_WITHDRAW, GivenState, Place
from outreach.catalogue_of_giving import GIVEN
from outreach.models import Message
from outreach.states import LEFT, MessageState

PAGE = 30
_LOST = (MessageState.FAILED, MessageState.BOUNCED, MessageState.UNCERTAIN)


@require_safe
def given_list(request: DeskRequest, slug: str) -> HttpResponse:
    """Everything that was given, the newest first, beside what was received."""
    before = id_in_address(request, "before")
    rows = GivenIntroduction.objects.for_list().order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "older": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "is_later": before is not None,
    }
    return render(request, "desk/giving/list.html", context)


@require_safe
def given(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """How it stands with the two, and what came of it."""
    return _page(request, found_given(id))


@require_POST
@may_write
def given_send(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A draft as it is: ask both."""
    found = found_given(id)
    return _acted(
        request, found, lambda: send_given(given=found, by=request.actor, now=clock.now())
    )


@require_POST
@may_write
def given_undo(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Neither letter has left: it is a draft again."""
    found = found_given(id)
    return _acted(
        request,
        found,
        lambda: undo_sending(given=found, by=request.actor, now=clock.now()),
        "Called back. Nobody was asked.",
    )


@require_POST
@may_write
def given_withdraw(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    found = found_given(id)
    return _acted(
        request,
        found,
        lambda: withdraw_given(given=found, by=request.actor, now=clock.now()),
        "Taken back. Nobody is introduced.",
    )


@require_POST
@may_write
def given_take_up(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It was not to be taken back."""
    found = found_given(id)
    return _acted(
        request,
        found,
        lambda: take_up_given(given=found, by=request.actor, now=clock.now()),
        "It stands again.",
    )


@require_POST
@may_write
def given_outcome(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What came of it, as the business heard."""
    found = found_given(id)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, form=form)
    return _acted(
        request,
        found,
        lambda: tell_outcome(given=found, **form.cleaned_data, by=request.actor, now=clock.now()),
        "Kept.",
    )


def found_given(key: UUID) -> GivenIntroduction:
    rows = GivenIntroduction.objects.select_related(
        "business", "giver", "first__company", "second__company", "partner"
    )
    return get_object_or_404(rows, pk=key)


def _acted(
    request: DeskRequest, found: GivenIntroduction, act: Callable[[], object], done: str = ""
) -> HttpResponse:
    """Its page again: with what was done, or with what stood in the way."""
    status = refused(request, act, done)
    if status == 200:
        return redirect("desk:given", slug=request.business.slug, id=found.pk)
    return _page(request, found_given(found.pk), status)


def _page(
    request: DeskRequest,
    found: GivenIntroduction,
    status: int = 200,
    *,
    form: OutcomeForm | None = None,
) -> HttpResponse:
    letters = _letters(found)
    waits = [letter for letter in letters if letter.state not in LEFT]
    kept = {"outcome": found.outcome, "words": found.outcome_words}
    teller = found.side(Place(found.outcome_by)).contact if found.outcome_by else None
    context = {
        "given": found,
        "first": found.first,
        "second": found.second,
        "letters": previews_of(found) if found.state == GivenState.DRAFT else [],
        "said_yes": next((side for side in found.sides if side.said_yes), None),
        "said_no": next((side for side in found.sides if side.said_no), None),
        "unanswered": next((side for side in found.sides if not side.answer), None),
        "can_undo": found.state == GivenState.ASKED and len(waits) == len(letters),
        "leaves": when_it_leaves(waits[0]) if waits else "",
        "is_held": any(letter.state == MessageState.HELD for letter in waits),
        "is_lost": found.is_open and any(letter.state in _LOST for letter in letters),
        "may_withdraw": found.state in MAY_WITHDRAW,
        "may_take_up": found.can_be_taken_up(clock.now(), settings.UNDO_WINDOW),
        "teller": teller,
        "form": (form or OutcomeForm(initial=kept)) if found.shook_hands_at else None,
    }
    return render(request, "desk/giving/given.html", context, status=status)


def _letters(found: GivenIntroduction) -> list[Message]:
    """The two letters by which they are asked."""
    if not found.is_open:
        return []
    rows = Message.objects.regarding(found).filter(kind=GIVEN, created_at__gte=found.asked_at)
    return list(rows.order_by("created_at", "id"))
