"""Asking a customer the one question: by hand, or within the letter of a plan."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from activity.actors import Actor
from activity.models import Event
from activity.services import Occurrence, record_events
from businesses.inserting import insert_new
from businesses.models import Business, User
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import refuse_resting
from feedback.messages import question_to_customer
from feedback.models import Feedback, FeedbackRequest
from outreach.carried import BRACED
from outreach.letters import NoAddress
from outreach.links import ensure_lasting_links, placeholder
from outreach.models import LinkPurpose, Message, StepTaken
from outreach.placeholders import Placeholder
from outreach.services import why_no_mail
from outreach.services.queueing import AddressStopped
from outreach.states import NEVER_LEFT, MailKind

# Nobody is asked again before, whether they answered or not.
REST = timedelta(days=90)


class AskedLately(Refusal):
    message = "They were asked lately. Nobody is asked twice within three months."
    code = "feedback_asked_lately"


def ask_for_feedback(
    *, contact: Contact, by: Actor, sender: User, now: datetime
) -> FeedbackRequest:
    """Send the one question, in the sender's name, with a link to the page that takes the answer.

    Again at once it is a second press, and changes nothing. Raises `AskedLately`, `LeftInPeace`,
    `NoAddress`, `AddressStopped`.
    """
    # Two presses at once meet here: the second finds that they were asked.
    contact = locked(contact)
    refuse_unreachable(contact)
    pressed = questions_asked().filter(contact=contact, asked_at__gt=now - SAME_PRESS).first()
    if pressed is not None:
        return pressed
    until = next_question_at(contact=contact, now=now)
    if until is not None:
        raise AskedLately(
            f"{contact.first_name} was asked lately, or answered. The next time is from"
            f" {until.day} {until:%B %Y} on."
        )
    [(request, cause)] = _keep(contact.business, [contact], by, now)
    question_to_customer(request=request, sender=sender, cause=cause, now=now)
    return request


def refuse_unreachable(contact: Contact) -> None:
    """Raise what says why no friendly letter can go to this person."""
    refuse_resting(contact)
    if not contact.email:
        raise NoAddress(f"{contact.first_name} has no e-mail address here. Add one, or ring.")
    stopped = why_no_mail(contact=contact, kind=MailKind.FRIENDLY)
    if stopped:
        raise AddressStopped(stopped)


def ask_by_plan(
    *, business: Business, contacts: Sequence[Contact], by: Actor, now: datetime
) -> Mapping[UUID, Placeholder]:
    """The link to the question for each, by contact, as a plan's letter carries it.

    In as few statements as for one. Raises `AskedLately`.
    """
    keys = sorted({contact.pk for contact in contacts})
    # In one order, so that two workers wait for each other and do not stand in each other's way.
    list(
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
    )
    if asked_lately(contacts=keys, now=now):
        raise AskedLately
    people = {contact.pk: contact for contact in contacts}
    kept = [request for request, _ in _keep(business, list(people.values()), by, now)]
    links = ensure_lasting_links(
        business=business,
        purpose=LinkPurpose.FEEDBACK,
        subject_label=str(FeedbackRequest._meta.model_name),
        subject_ids=[request.pk for request in kept],
        now=now,
    )
    return {request.contact_id: placeholder(links[request.pk]) for request in kept}


def asked_lately(*, contacts: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these people who were asked, or answered, too lately to be asked again."""
    since = now - REST
    asked = questions_asked().filter(contact__in=contacts, asked_at__gt=since)
    answered = Feedback.objects.filter(contact__in=contacts, answered_at__gt=since)
    found = (
        asked.order_by()
        .values_list("contact_id")
        .union(answered.order_by().values_list("contact_id"))
    )
    return {key for (key,) in found}


def next_question_at(*, contact: Contact, now: datetime) -> datetime | None:
    """From when on this person may be asked again; None: now."""
    asked = questions_asked().filter(contact=contact).aggregate(last=Max("asked_at"))["last"]
    answered = Feedback.objects.filter(contact=contact).aggregate(last=Max("answered_at"))["last"]
    last = max((at for at in (asked, answered) if at is not None), default=None)
    if last is None or last + REST <= now:
        return None
    until: datetime = last + REST
    return until


def questions_asked() -> QuerySet[FeedbackRequest]:
    """The questions to anybody, but for those whose letter never left: nobody read them."""
    by_hand = Message.objects.filter(
        subject_label=FeedbackRequest._meta.model_name,
        subject_id=OuterRef("pk"),
        state__in=NEVER_LEFT,
    )
    # A plan's letter is about the plan. It was written in the moment in which its question was.
    by_plan = StepTaken.objects.filter(
        enrolment__contact=OuterRef("contact"),
        words__contains=BRACED,
        message__created_at=OuterRef("asked_at"),
        message__state__in=NEVER_LEFT,
    )
    return FeedbackRequest.objects.exclude(Exists(by_hand) | Exists(by_plan))


def _keep(
    business: Business, contacts: Sequence[Contact], by: Actor, now: datetime
) -> list[tuple[FeedbackRequest, Event]]:
    requests = [
        FeedbackRequest(business=business, contact=contact, asked_at=now, created_at=now)
        for contact in contacts
    ]
    insert_new(requests)
    told = [
        Occurrence("feedback.asked", by, request, about=[request.contact]) for request in requests
    ]
    causes = record_events(business=business, occurrences=told, now=now)
    return list(zip(requests, causes, strict=True))
