"""The advocate's page: an introduction in under a minute, and what became of earlier ones."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import HttpResponse

from businesses.models import Business, User
from businesses.refusals import Refusal
from contacts.names import first_name_of
from guests.drafting import (
    drafted_words,
    host_name,
    what_became,
    within_sentence,
)
from guests.entry import GONE, Visit, behind_link
from guests.forms import IntroduceForm
from guests.rewarded import earned_by
from introductions.messages import is_lost, state_of_letter
from introductions.models import Advocate, Ask, Introduction
from introductions.services import (
    AlreadyIntroduced,
    advocate_known_as,
    change_offer,
    decline_ask,
    offer_introduction,
    resume_asking,
    share_introduction,
    stop_asking,
)
from introductions.states import TO_CONFIRM, WAITING, AskState, IntroductionState
from introductions.terms import promise_of, terms_for
from outreach.links import UnknownLink, url_for, use_link
from outreach.models import Link, LinkPurpose
from outreach.senders import owner_of
from referrals.models import CreditClaim, Referral, ThankYou
from referrals.services import worths_of
from referrals.states import ThanksReason, ThanksState

PAGE = "guests:advocate"
_EARLIER_SHOWN = 20

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A line about an introduction this advocate made."""

    introduction: Introduction
    sentence: str
    is_waiting: bool
    thanked_on: datetime | None


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """Somebody who came by this advocate's link."""

    name: str
    since: datetime
    url: str


@_page
def advocate(visit: Visit) -> HttpResponse:
    """Who asks and for whom, the form, and what became of earlier introductions.

    Whoever comes by the letter that an answer is there reads the answer first; and by the one of
    the morning after, the question how it was, until it is answered.
    """
    brought = _brought_together(visit)
    if brought is not None and brought.may_tell_of_meeting and not brought.met:
        return visit.back_to("guests:meeting", introduction=brought.pk)
    claim = _answered_claim(visit)
    reader, ask = (claim.advocate, None) if claim else reader_of(visit)
    return _show(visit, reader, ask, claim=claim)


@_act
def share(visit: Visit) -> HttpResponse:
    """*Send it myself*: the introduction is made, or found again, and its link shown."""
    reader, ask = reader_of(visit)
    form = IntroduceForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, reader, ask, form, 422)
    try:
        with transaction.atomic():
            made = share_introduction(
                advocate=reader,
                ask=ask,
                first_name=form.cleaned_data["first_name"],
                words=form.cleaned_data["words"],
                now=visit.now,
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, reader, ask, form, refusal)
    return visit.back_to("guests:given", introduction=made.pk)


@_act
def offer(visit: Visit) -> HttpResponse:
    """*Send it for me*: the letter to the prospect leaves when the undo window is over."""
    reader, ask = reader_of(visit)
    form = IntroduceForm(visit.request.POST, for_me=True)
    if not form.is_valid():
        return _show(visit, reader, ask, form, 422)
    try:
        with transaction.atomic():
            made = _offered(reader, ask, form, visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        return _refused(visit, reader, ask, form, refusal)
    return visit.back_to("guests:given", introduction=made.pk)


@_act
def decline(visit: Visit) -> HttpResponse:
    """Nobody comes to mind. The page stays open, should somebody do later."""
    _, ask = reader_of(visit)
    if ask is None:
        return visit.back_to(PAGE)
    try:
        with transaction.atomic():
            decline_ask(ask=ask, now=visit.now)
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        reader, ask = reader_of(visit)  # Afresh: as the first of two presses left it.
        if ask is None or ask.state != AskState.DECLINED:
            return _refused(visit, reader, ask, None, refusal)
    return visit.back_to(PAGE)


@_act
def stop(visit: Visit) -> HttpResponse:
    """No more asks. It binds everybody in the business, and can be taken back here."""
    reader, _ = reader_of(visit)
    stop_asking(advocate=reader, now=visit.now)
    use_link(visit.link, visit.now)
    return visit.back_to(PAGE)


@_act
def resume(visit: Visit) -> HttpResponse:
    reader, _ = reader_of(visit)
    resume_asking(advocate=reader, now=visit.now)
    return visit.back_to(PAGE)


def reader_of(visit: Visit) -> tuple[Advocate, Ask | None]:
    """Whose page this is, and the ask whose letter led here, if one did."""
    link = visit.link
    if link.subject_label == "ask":
        ask = (
            Ask.objects.select_related("advocate__contact", "sender").filter(pk=link.subject_id)
        ).first()
        if ask is None:
            raise UnknownLink
        return ask.advocate, ask
    claim = _answered_claim(visit)
    if claim is not None:
        return claim.advocate, None
    brought = _brought_together(visit)
    if brought is not None:
        return brought.advocate, None
    reader = advocate_known_as(link.subject_id)
    if reader is None:
        raise UnknownLink
    return reader, None


def _brought_together(visit: Visit) -> Introduction | None:
    """The introduction of which the letter of the morning after asks, if that led here."""
    if visit.link.subject_label != "introduction":
        return None
    rows = Introduction.objects.select_related("advocate__contact")
    brought = rows.filter(pk=visit.link.subject_id).first()
    if brought is None:
        raise UnknownLink
    return brought


def _answered_claim(visit: Visit) -> CreditClaim | None:
    """What they said of somebody they introduced, too, where the answer's letter led here."""
    if visit.link.subject_label != "creditclaim":
        return None
    claims = CreditClaim.objects.select_related("advocate__contact")
    claim = claims.filter(pk=visit.link.subject_id).first()
    if claim is None:
        raise UnknownLink
    return claim


def _show(
    visit: Visit,
    reader: Advocate,
    ask: Ask | None,
    form: IntroduceForm | None = None,
    status: int = 200,
    wrong: str = "",
    claim: CreditClaim | None = None,
) -> HttpResponse:
    business = visit.business
    owner = owner_of(business)
    sender = (ask.sender if ask else None) or owner
    rows = _introductions_of(reader)
    terms = terms_for(reader)
    context: dict[str, object] = {
        "form": form or _fresh_form(sender, business, reader, ask),
        "advocate": reader,
        "promise": promise_of(terms),
        "can_be_sent": not terms,
        "ask": ask,
        "wanted": within_sentence(ask.wanted) if ask else "",
        "ask_is_open": ask is not None and ask.state == AskState.SENT,
        "ask_is_declined": ask is not None and ask.state == AskState.DECLINED,
        "host": host_name(sender, business),
        "host_full": sender.name or business.name,
        "earlier": _earlier(rows, business, visit.now),
        "to_confirm": _to_confirm(rows),
        "earned": earned_by(reader.contact, now=visit.now),
        "claim": claim,
        "wrong": wrong,
    }
    return visit.page("guests/advocate.html", context, status)


def _fresh_form(
    sender: User, business: Business, reader: Advocate, ask: Ask | None
) -> IntroduceForm:
    words = drafted_words(
        host=host_name(sender, business),
        firm=business.name,
        tagline=business.tagline,
        contact=reader.contact,
        ask=ask,
    )
    named = first_name_of(ask.named_person) if ask and ask.named_person else ""
    return IntroduceForm(initial={"first_name": named, "words": words})


def _refused(
    visit: Visit, reader: Advocate, ask: Ask | None, form: IntroduceForm | None, refusal: Refusal
) -> HttpResponse:
    """The page with the refusal beside its field; one that closes the page closes it."""
    if refusal.status == GONE:
        raise refusal
    if form is None:
        return _show(visit, reader, ask, None, refusal.status, refusal.message)
    form.refuse(refusal)
    return _show(visit, reader, ask, form, refusal.status)


def _introductions_of(reader: Advocate) -> list[Introduction]:
    """The newest, with how each goes; not what was taken back, nor who was not known."""
    unseen = (IntroductionState.WITHDRAWN, IntroductionState.UNKNOWN)
    # Thanks for what came of it would tell that something did.
    thanks = ThankYou.objects.filter(
        introduction=OuterRef("pk"),
        reason=ThanksReason.INTRODUCTION,
        state=ThanksState.GIVEN,
    )
    outcome = Referral.objects.led_to_by(OuterRef("pk"))
    rows = (
        Introduction.objects.by_advocate(reader)
        .exclude(state__in=unseen)
        .annotate(
            thanked_on=Subquery(thanks.values("closed_at")[:1]),
            outcome=Subquery(outcome.values("state")[:1]),
            letter=state_of_letter(),
        )
    )
    return list(rows.order_by("-created_at", "-id")[:_EARLIER_SHOWN])


def _earlier(rows: list[Introduction], business: Business, now: datetime) -> list[Earlier]:
    made = [row for row in rows if row.state not in TO_CONFIRM]
    worths = worths_of(made, business)
    return [
        Earlier(
            row,
            what_became(
                row,
                row.outcome,  # type: ignore[attr-defined]  # annotated
                now,
                is_undelivered=is_lost(row.state, row.letter),  # type: ignore[attr-defined]  # annotated
                worth=worths.get(row.pk, ""),
            ),
            row.state in WAITING,
            row.thanked_on,  # type: ignore[attr-defined]  # annotated
        )
        for row in made
    ]


def _to_confirm(rows: list[Introduction]) -> list[ToConfirm]:
    """Who waits for this advocate's word, with the page that their letter leads to."""
    waiting = {row.pk: row for row in rows if row.state in TO_CONFIRM}
    if not waiting:
        return []
    links = Link.objects.filter(
        purpose=LinkPurpose.VOUCH, subject_id__in=waiting, withdrawn_at=None
    ).order_by("created_at", "id")
    return [
        ToConfirm(row.prospect_first_name, row.created_at, url_for(link))
        for link in links
        for row in [waiting[link.subject_id]]
    ]


def _offered(reader: Advocate, ask: Ask | None, form: IntroduceForm, now: datetime) -> Introduction:
    """A new offer; or, pressed twice or with better words, the one whose letter has not left."""
    typed = form.cleaned_data
    try:
        with transaction.atomic():
            return offer_introduction(advocate=reader, ask=ask, now=now, **typed)
    except AlreadyIntroduced:
        return change_offer(advocate=reader, now=now, **typed)
