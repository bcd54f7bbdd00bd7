"""The page behind a letter of thanks: "My pleasure", and whether it may be said in public.

What stands on the wall of thanks stands there by a choice made here, and goes by one.
"""

from collections.abc import Callable

from django import forms
from django.db import transaction
from django.http import HttpResponse

from businesses.refusals import Refusal
from guests.drafting import host_name
from guests.entry import Visit, behind_link
from guests.forms import GuestForm
from outreach.links import UnknownLink, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of
from referrals.models import ThankYou
from referrals.services import answer_public_thanks, undo_welcome, welcome_thanks
from referrals.states import PublicState, ThanksHow, ThanksState

PAGE = "guests:thanked"

_act = behind_link(LinkPurpose.THANKS, acts_for=PAGE)
_YES, _NO = "yes", "no"


class PublicAnswerForm(GuestForm):
    """Whether the words may stand in public. Nothing is chosen before a person chooses."""

    may = forms.ChoiceField(
        label="May it stand there?",
        choices=[(_YES, "Yes, you may"), (_NO, "Rather not")],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose one of these."},
    )


@behind_link(LinkPurpose.THANKS)
def thanked(visit: Visit) -> HttpResponse:
    """The words of thanks, what was answered, and what may be said in public."""
    return _show(visit, _thanks(visit))


@_act
def pleasure(visit: Visit) -> HttpResponse:
    """They say "My pleasure". One tap, and nothing follows but that it is read."""
    thanks = _thanks(visit)
    return _done(visit, lambda: welcome_thanks(thank_you=thanks, now=visit.now))


@_act
def undo_pleasure(visit: Visit) -> HttpResponse:
    thanks = _thanks(visit)
    return _done(visit, lambda: undo_welcome(thank_you=thanks, now=visit.now))


@_act
def public(visit: Visit) -> HttpResponse:
    """They let it stand in public, or would rather not; another time the last word counts."""
    thanks = _thanks(visit)
    form = PublicAnswerForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, thanks, form, status=422)
    return _done(
        visit,
        lambda: answer_public_thanks(
            thank_you=thanks,
            allow=form.cleaned_data["may"] == _YES,
            seen=visit.request.POST.get("seen", ""),
            now=visit.now,
        ),
    )


def _thanks(visit: Visit) -> ThankYou:
    rows = ThankYou.objects.select_related("business", "advocate__contact")
    thanks = rows.filter(pk=visit.link.subject_id).first()
    if thanks is None or thanks.advocate.contact_id != visit.link.contact_id:
        raise UnknownLink
    return thanks


def _done(visit: Visit, act: Callable[[], object]) -> HttpResponse:
    """Do it and lead back to the page; or show it as it is now, saying why it cannot be done."""
    try:
        with transaction.atomic():
            act()
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _show(visit, _thanks(visit), status=refusal.status, wrong=refusal.message)
    return visit.back_to(PAGE)


def _show(
    visit: Visit,
    thanks: ThankYou,
    form: PublicAnswerForm | None = None,
    *,
    status: int = 200,
    wrong: str = "",
) -> HttpResponse:
    given = thanks.state == ThanksState.GIVEN
    answered = {PublicState.ALLOWED: _YES, PublicState.DECLINED: _NO}
    begun = {"may": answered.get(PublicState(thanks.public_state), "")}
    context: dict[str, object] = {
        "thanks": thanks,
        "me": thanks.advocate.contact,
        "host": host_name(owner_of(visit.business), visit.business),
        # What was said by a letter may be read again; of a card or a call only the note is ours.
        "words": thanks.words if thanks.how == ThanksHow.MAIL else "",
        "may_answer": given,
        "form": (form or PublicAnswerForm(initial=begun)) if thanks.public_state else None,
        "wrong": wrong,
    }
    return visit.page("guests/thanked.html", context, status)
