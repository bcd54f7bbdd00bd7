"""How it went when an advocate brought two people together: one tap, words, or another day."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse

from businesses import clock
from businesses.refusals import Refusal
from guests.advocates import reader_of
from guests.drafting import host_name
from guests.entry import Visit, behind_link
from guests.forms import MetForm, MoveForm
from introductions.messages import host_of
from introductions.models import Introduction
from introductions.services import move_meeting, tell_of_meeting
from introductions.states import Met
from outreach.links import UnknownLink, use_link
from outreach.models import LinkPurpose

PAGE = "guests:meeting"

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@_page
def meeting(visit: Visit, introduction: UUID) -> HttpResponse:
    """Whether it came about; or what was said of it."""
    return _show(visit, _own(visit, introduction))


@_act
def say(visit: Visit, introduction: UUID) -> HttpResponse:
    """*It took place*, or not; pressed again with words, it is the same with words."""
    own = _own(visit, introduction)
    form = MetForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, own, met=form, status=422)
    try:
        with transaction.atomic():
            tell_of_meeting(introduction=own, now=visit.now, **form.cleaned_data)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _show(visit, _own(visit, introduction), status=refusal.status, wrong=refusal.message)
    return visit.back_to(PAGE, introduction=introduction)


@_act
def move(visit: Visit, introduction: UUID) -> HttpResponse:
    """*We moved it to …*: all three get the new day."""
    own = _own(visit, introduction)
    form = MoveForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, own, moved=form, status=422)
    try:
        with transaction.atomic():
            move_meeting(introduction=own, now=visit.now, **form.cleaned_data)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        own = _own(visit, introduction)
        if not form.takes(refusal):
            return _show(visit, own, status=refusal.status, wrong=refusal.message)
        form.refuse(refusal)
        return _show(visit, own, moved=form, status=refusal.status)
    return visit.back_to(PAGE, introduction=introduction)


def _own(visit: Visit, key: UUID) -> Introduction:
    """Theirs, with a day on which they bring two people together; any other is unknown here."""
    reader, _ = reader_of(visit)
    rows = Introduction.objects.by_advocate(reader).select_related(
        "business", "contact", "advocate__contact", "ask__sender"
    )
    own = rows.filter(pk=key).first()
    if own is None or not own.may_tell_of_meeting:
        raise UnknownLink
    return own


def _show(
    visit: Visit,
    own: Introduction,
    *,
    met: MetForm | None = None,
    moved: MoveForm | None = None,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    today = clock.today(visit.business, visit.now)
    has_come = own.meets_on is not None and own.meets_on <= today
    context: dict[str, object] = {
        "introduction": own,
        "advocate": own.advocate.contact,
        "host": host_name(host_of(own), visit.business),
        "has_come": has_come,
        "was_yesterday": own.meets_on == today - timedelta(days=1),
        "took_place": own.met == Met.TOOK_PLACE,
        "met_form": met or MetForm(initial={"words": own.met_words}),
        "move_form": moved or MoveForm(initial={"meets_place": own.meets_place}),
        "is_moving": moved is not None,
        "wrong": wrong,
    }
    return visit.page("guests/meeting.html", context, status)
