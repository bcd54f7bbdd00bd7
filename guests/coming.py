"""Coming by an advocate's own link: who the business is, who comes, and what becomes of it."""

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from businesses.refusals import Refusal
from guests.about import about
from guests.drafting import host_name, masked, one_line_place, when
from guests.entry import GONE, Visit, behind_link, see
from guests.forms import ComeForm
from guests.rewarded import told_by_reward
from guests.throttling import count_coming
from introductions.models import Advocate, Introduction
from introductions.services import (
    advocate_known_as,
    come_by_link,
    introduction_link,
    take_back_coming,
)
from introductions.states import TO_CONFIRM, IntroductionState
from introductions.terms import disclosure_of, mark_of, terms_for
from outreach.links import LinkWithdrawn, UnknownLink, token_for, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:share_page"


@behind_link(LinkPurpose.SHARE)
def door(visit: Visit) -> HttpResponse:
    """Who the business is, and a form for whoever would like to be introduced."""
    return _show(visit, _whose(visit), ComeForm())


@behind_link(LinkPurpose.SHARE, acts_for=PAGE)
def come(visit: Visit) -> HttpResponse:
    """Their yes: the advocate is asked whether they know them. Then on to a page of their own."""
    advocate = _whose(visit)
    form = ComeForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, advocate, form, 422)
    try:
        count_coming(visit.request, visit.link)
        with transaction.atomic():
            came = come_by_link(
                advocate=advocate,
                first_name=form.cleaned_data["first_name"],
                words=form.cleaned_data["words"],
                # A page without the field showed no terms.
                terms_read=visit.request.POST.get("terms", ""),
                now=visit.now,
                **form.address(),
            )
            use_link(visit.link, visit.now)
            token = token_for(introduction_link(introduction=came, now=visit.now))
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(visit, advocate, form, refusal.status)
    return see("guests:introduction", token=token)


@behind_link(LinkPurpose.INTRODUCTION, acts_for="guests:introduction")
def take_back(visit: Visit) -> HttpResponse:
    """They would rather not: nothing of it is kept."""
    rows = Introduction.objects.select_related("business", "contact", "advocate__contact")
    came = rows.filter(pk=visit.link.subject_id).first()
    if came is None:
        raise UnknownLink
    try:
        with transaction.atomic():
            take_back_coming(introduction=came, now=visit.now)
    except Refusal as refusal:
        if refusal.status == GONE or came.state not in TO_CONFIRM:
            raise
        return show_waiting(visit, came, status=refusal.status, wrong=refusal.message)
    return visit.back_to("guests:introduction")


def show_waiting(
    visit: Visit, came: Introduction, *, status: int = 200, wrong: str = ""
) -> HttpResponse:
    """The prospect's page as long as the advocate is asked, or did not know them."""
    owner = owner_of(visit.business)
    takes_effect = (came.answered_at or visit.now) + settings.UNDO_WINDOW
    context: dict[str, object] = {
        "introduction": came,
        "advocate": came.advocate.contact,
        "host": host_name(owner, visit.business),
        "place": one_line_place(visit.business.postal_address),
        "is_unknown": came.state == IntroductionState.UNKNOWN,
        "held_address": masked(came.prospect_email or came.prospect_phone),
        "soon": when(takes_effect, visit.now),
        # What is wrong is taken back, and said anew.
        "correct_form": None,
        "wrong": wrong,
    }
    return visit.page("guests/coming.html", context, status)


def _whose(visit: Visit) -> Advocate:
    """Whose link it is. Raises `LinkWithdrawn` once they are left in peace."""
    advocate = advocate_known_as(visit.link.subject_id)
    if advocate is None:
        raise UnknownLink
    if advocate.contact.rests:
        raise LinkWithdrawn
    return advocate


def _show(visit: Visit, advocate: Advocate, form: ComeForm, status: int = 200) -> HttpResponse:
    business = visit.business
    owner = owner_of(business)
    terms = terms_for(advocate)
    context: dict[str, object] = {
        "advocate": advocate.contact,
        "form": form,
        "host": host_name(owner, business),
        "host_full": owner.name or business.name,
        "place": one_line_place(business.postal_address),
        "disclosure": disclosure_of(terms, advocate),
        "told_by_reward": told_by_reward(terms, advocate.contact.first_name),
        "terms_mark": mark_of(terms),
    }
    shown = context | about(visit, "guests:share_picture")
    return visit.page("guests/share_page.html", shown, status)
