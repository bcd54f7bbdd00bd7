"""The page of each of two people whom the business would like to introduce to each other.

Whoever opens it is asked first; afterwards it says how it stands, and takes what came of it.
Nothing on it tells how the other can be reached: that is in the letter after both said yes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.refusals import Refusal
from giving.messages import called, giver_of, trade_of
from giving.models import LONGEST_TOLD, GivenIntroduction, Side
from giving.services import accept_given, decline_given, tell_outcome, undo_given_answer
from giving.states import WAITING, GivenState, Outcome
from guests.drafting import host_name, one_line_place, when
from guests.entry import GONE, Visit, behind_link
from guests.forms import GuestForm
from outreach.links import UnknownLink, use_link
from outreach.models import LinkPurpose

PAGE = "guests:giving"

_act = behind_link(LinkPurpose.GIVEN, acts_for=PAGE)


class OutcomeForm(GuestForm):
    """What came of it."""

    outcome = forms.ChoiceField(
        label="How it stands",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of these."},
    )
    words = forms.CharField(
        label="A word about it",
        required=False,
        max_length=LONGEST_TOLD,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who holds the link: one of the two."""

    given: GivenIntroduction
    side: Side

    @property
    def other(self) -> Side:
        return self.given.other(self.side)


@behind_link(LinkPurpose.GIVEN)
def giving(visit: Visit) -> HttpResponse:
    """The question; or what it led to."""
    return _show(visit, _asked(visit))


@_act
def yes(visit: Visit) -> HttpResponse:
    """They would like to meet. One tap."""
    asked = _asked(visit)
    return _done(
        visit, lambda: accept_given(given=asked.given, place=asked.side.place, now=visit.now)
    )


@_act
def no(visit: Visit) -> HttpResponse:
    """Rather not. The other does not learn that it was a no."""
    asked = _asked(visit)
    return _done(
        visit, lambda: decline_given(given=asked.given, place=asked.side.place, now=visit.now)
    )


@_act
def undo(visit: Visit) -> HttpResponse:
    asked = _asked(visit)
    return _done(
        visit, lambda: undo_given_answer(given=asked.given, place=asked.side.place, now=visit.now)
    )


@_act
def tell(visit: Visit) -> HttpResponse:
    """What came of it; another time it takes the former's place."""
    asked = _asked(visit)
    form = OutcomeForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, asked, form, status=422)
    return _done(
        visit,
        lambda: tell_outcome(
            given=asked.given,
            outcome=form.cleaned_data["outcome"],
            words=form.cleaned_data["words"],
            place=asked.side.place,
            by=Actor.contact(asked.side.contact.pk),
            now=visit.now,
        ),
    )


def _asked(visit: Visit) -> Asked:
    rows = GivenIntroduction.objects.select_related(
        "business", "giver", "first__company", "second__company"
    )
    given = rows.filter(pk=visit.link.subject_id).first()
    place = given.place_of(visit.link.contact_id) if given else None
    if given is None or place is None:
        raise UnknownLink
    return Asked(given, given.side(place))


def _done(visit: Visit, act: Callable[[], object]) -> HttpResponse:
    """Do it and lead back to the page; or show it as it is now, saying why it cannot be done."""
    try:
        with transaction.atomic():
            act()
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        if refusal.status == GONE:
            raise
        return _show(visit, _asked(visit), status=refusal.status, wrong=refusal.message)
    return visit.back_to(PAGE)


def _show(
    visit: Visit,
    asked: Asked,
    form: OutcomeForm | None = None,
    *,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    given, side, now = asked.given, asked.side, visit.now
    told = given.outcome if given.outcome_by == side.place else ""
    may_tell = given.may_tell(side.place, now)
    context: dict[str, object] = {
        "given": given,
        "me": side.contact,
        "words": side.words,
        "other": asked.other.contact.first_name,
        "other_called": called(asked.other.contact),
        "other_trade": trade_of(asked.other.contact),
        "host": host_name(giver_of(given), visit.business),
        "stands": _stands(asked, now=visit.now),
        "can_undo": given.can_be_undone(side.place, now, settings.UNDO_WINDOW),
        "soon": when(given.due_at, now)
        if given.state == GivenState.AGREED and given.due_at
        else "",
        "told": Outcome(told).label if told else "",
        "told_words": given.outcome_words if told else "",
        "form": (form or _known(given, told)) if may_tell else None,
        "place": one_line_place(visit.business.postal_address),
        "wrong": wrong,
    }
    return visit.page("guests/giving.html", context, status)


def _known(given: GivenIntroduction, told: str) -> OutcomeForm:
    return OutcomeForm(initial={"outcome": told, "words": given.outcome_words} if told else {})


def _stands(asked: Asked, *, now: datetime) -> str:
    """How it stands for whoever reads the page.

    A no of the other, a silence and what was taken back are one and the same.
    """
    given, side = asked.given, asked.side
    if given.state == GivenState.HANDSHAKE:
        return "met"
    if side.said_no:
        return "no"
    if given.state == GivenState.AGREED:
        return "agreed"
    if given.state in WAITING and not given.has_expired(now):
        return "yes" if side.said_yes else "asked"
    return "nothing"
