"""The customer's page: one question, why, and what may become of their words.

What stands on it after the answer depends on the answer, but for the links to public review sites:
those are shown to everybody alike.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses import clock
from businesses.pictures import image_response
from businesses.refusals import Refusal
from feedback import services
from feedback.models import HIGHEST_SCORE, Feedback, FeedbackRequest, ReviewLink, Testimonial
from feedback.services import (
    AnswerNeeded,
    NothingToPublish,
    add_wish,
    answer_request,
    give_testimonial,
    latest_answer,
    may_answer,
    photo_of,
    proposal_seen,
    settle_edit,
    withdraw_testimonial,
)
from guests.drafting import host_name, one_line_place
from guests.entry import GONE, Visit, behind_link, see
from guests.feedback_forms import AnswerForm, TestimonialForm, WishForm
from guests.forms import GuestForm
from introductions.gate import may_be_asked
from introductions.services import advocate_for
from outreach.links import UnknownLink, make_link, token_for, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:feedback"
WORDS, INTRODUCE, WISH = "words", "introduce", "wish"

_page = behind_link(LinkPurpose.FEEDBACK)
_act = behind_link(LinkPurpose.FEEDBACK, acts_for=PAGE)


@dataclass(frozen=True, slots=True)
class Customer:
    """Who holds the link, what they answered, and which words of theirs there are."""

    request: FeedbackRequest
    answer: Feedback | None
    testimonial: Testimonial | None

    @property
    def words(self) -> Testimonial | None:
        """Words that are not taken back."""
        gone = self.testimonial is None or self.testimonial.is_withdrawn
        return None if gone else self.testimonial


@_page
def feedback(visit: Visit) -> HttpResponse:
    """The question; or what it led to. `?score=9` marks a number, and keeps nothing."""
    return _show(visit, _customer(visit))


@_act
def answer(visit: Visit) -> HttpResponse:
    """How likely, and why. Another answer later is kept beside the first."""
    customer = _customer(visit)
    form = AnswerForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, customer, form, 422)
    said = form.cleaned_data
    return _done(
        visit, form, lambda: answer_request(request=customer.request, now=visit.now, **said)
    )


@_act
def wish(visit: Visit) -> HttpResponse:
    """What would make it better."""
    customer = _customer(visit)
    form = WishForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, customer, form, 422)
    said = form.cleaned_data["wish"]
    return _done(
        visit, form, lambda: add_wish(feedback=_answered(customer), wish=said, now=visit.now)
    )


@_act
def words(visit: Visit) -> HttpResponse:
    """Their words may be published, named as they choose; the same form changes all of it."""
    customer = _customer(visit)
    contact = customer.request.contact
    form = TestimonialForm(visit.request.POST, visit.request.FILES, contact=contact)
    if not form.is_valid():
        return _show(visit, customer, form, 422)
    said = form.cleaned_data
    return _done(visit, form, lambda: give_testimonial(contact=contact, now=visit.now, **said))


@_page
def photo(visit: Visit) -> HttpResponse:
    """The photo beside their words, for themself."""
    words = _customer(visit).words
    return image_response(photo_of(words) if words else None)


@_act
def take_photo_away(visit: Visit) -> HttpResponse:
    """Their words stay, without a photo."""
    customer = _customer(visit)
    return _done(
        visit, None, lambda: services.take_photo_away(testimonial=_given(customer), now=visit.now)
    )


@_act
def edit(visit: Visit) -> HttpResponse:
    """Yes or no to the words that the business proposed."""
    customer = _customer(visit)
    said = visit.request.POST.get("say", "")

    def settle() -> object:
        return settle_edit(
            testimonial=_given(customer),
            accept=said == "yes",
            seen=visit.request.POST.get("seen", ""),
            by=Actor.contact(customer.request.contact_id),
            now=visit.now,
        )

    return _done(visit, None, settle) if said in ("yes", "no") else visit.back_to(PAGE)


@_act
def withdraw(visit: Visit) -> HttpResponse:
    """Their words are shown nowhere any more, from now on."""
    customer = _customer(visit)
    return _done(
        visit, None, lambda: withdraw_testimonial(testimonial=_given(customer), now=visit.now)
    )


@_act
def introduce(visit: Visit) -> HttpResponse:
    """On to their own page for introducing somebody, where nothing is done yet."""
    customer = _customer(visit)
    if _invited_to(visit, customer) != INTRODUCE:
        return visit.back_to(PAGE)
    contact = customer.request.contact
    advocate = advocate_for(contact=contact, now=visit.now)
    link = make_link(
        business=visit.business,
        purpose=LinkPurpose.ADVOCATE,
        subject=advocate,
        contact=contact,
        now=visit.now,
    )
    return see("guests:advocate", token=token_for(link))


def _customer(visit: Visit) -> Customer:
    rows = FeedbackRequest.objects.select_related("contact", "business")
    request = rows.filter(pk=visit.link.subject_id).first()
    if request is None:
        raise UnknownLink
    # Taken back or not: whoever took words back is not asked for them at once again.
    testimonials = Testimonial.objects.filter(contact=request.contact_id)
    return Customer(
        request=request,
        answer=latest_answer(request) if request.answered_at else None,
        testimonial=testimonials.order_by("-given_at", "-id").first(),
    )


def _answered(customer: Customer) -> Feedback:
    if customer.answer is None:
        raise AnswerNeeded
    return customer.answer


def _given(customer: Customer) -> Testimonial:
    if customer.testimonial is None:
        raise NothingToPublish
    return customer.testimonial


def _done(visit: Visit, form: GuestForm | None, act: Any) -> HttpResponse:
    """Do it and lead back to the page; or show it as it is now, saying why it cannot be done."""
    try:
        with transaction.atomic():
            act()
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        if refusal.status == GONE:
            raise
        customer = _customer(visit)
        if form is not None and form.takes(refusal):
            form.refuse(refusal)
            return _show(visit, customer, form, refusal.status)
        return _show(visit, customer, status=refusal.status, wrong=refusal.message)
    return visit.back_to(PAGE)


def _invited_to(visit: Visit, customer: Customer) -> str:
    """The one thing that this customer is invited to after the answer; never two at once."""
    latest, contact = customer.answer, customer.request.contact
    if latest is None or latest.is_detractor or customer.words is not None:
        return ""
    if latest.is_passive:
        return "" if latest.wish else WISH
    if latest.why and customer.testimonial is None:
        return WORDS
    today = clock.today(visit.business, visit.now)
    if contact.rests or visit.business.asks_wait_until(today) is not None:
        return ""
    return INTRODUCE if may_be_asked(contact, now=visit.now) else ""


def _show(
    visit: Visit,
    customer: Customer,
    form: GuestForm | None = None,
    status: int = 200,
    *,
    wrong: str = "",
) -> HttpResponse:
    query, request, latest = visit.request.GET, customer.request, customer.answer
    can_answer = may_answer(request, visit.now)
    asks_again = can_answer and ("again" in query or isinstance(form, AnswerForm))
    context: dict[str, object] = {
        "contact": request.contact,
        "host": host_name(owner_of(visit.business), visit.business),
        "place": one_line_place(visit.business.postal_address),
        "wrong": wrong,
        "can_answer": can_answer,
        "review_links": ReviewLink.objects.order_by("place") if latest else [],
    }
    if (latest is None and can_answer) or asks_again:
        context["form"] = form if isinstance(form, AnswerForm) else _question(query, latest)
        return visit.page("guests/feedback.html", context, status)
    if latest is None and customer.words is None:
        return visit.page("guests/feedback_over.html", context, status)
    return visit.page(
        "guests/feedback_answered.html", context | _after(visit, customer, form), status
    )


def _question(query: Any, latest: Feedback | None) -> AnswerForm:
    """Empty, or marked as the address says, or as it was answered."""
    marked = query.get("score", "")
    known = {"score": latest.score, "why": latest.why} if latest else {}
    if marked in {str(number) for number in range(HIGHEST_SCORE + 1)}:
        known["score"] = int(marked)
    return AnswerForm(initial=known)


def _after(visit: Visit, customer: Customer, form: GuestForm | None) -> dict[str, object]:
    """What became of the answer, and what may."""
    words = customer.words
    given = form if isinstance(form, TestimonialForm) else None
    contact, latest = customer.request.contact, customer.answer
    return {
        "answer": latest,
        "testimonial": words,
        "was_withdrawn": words is None and customer.testimonial is not None,
        "seen": proposal_seen(words) if words else "",
        "invited_to": _invited_to(visit, customer),
        "wish_form": form if isinstance(form, WishForm) else WishForm(),
        "words_form": given
        or TestimonialForm(
            contact=contact,
            initial={
                "words": words.words if words else latest.why[:1000] if latest else "",
                "shown_as": words.shown_as if words else "first_name",
            },
        ),
        "is_changing": given is not None,
    }
