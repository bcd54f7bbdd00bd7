"""The letters to customers about what they think, and about their words: one function each."""

from datetime import datetime

from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from feedback.models import FeedbackRequest, Testimonial
from outreach import catalogue_of_feedback as texts
from outreach.letters import FIRM, Party, Rendered
from outreach.links import make_link, placeholder
from outreach.models import LinkPurpose, Message
from outreach.preview import OWN_LINK, preview_letter
from outreach.senders import name_of, owner_of
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind


def question_to_customer(
    *, request: FeedbackRequest, sender: User, cause: Event, now: datetime
) -> Message:
    """The one question, with the page that takes the answer. It is no ask, and carries none."""
    business, contact = request.business, request.contact
    name = name_of(sender, business)
    link = make_link(business=business, purpose=LinkPurpose.FEEDBACK, subject=request, now=now)
    letter = NewLetter(
        kind=texts.QUESTION,
        template=texts.QUESTION,
        context=_question(contact, name, placeholder(link)),
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=request,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.FRIENDLY,
        reply_to=sender.email,
        due_at=now,
    )
    return queue_message(business=business, letter=letter, now=now)


def preview_of_question(*, contact: Contact, sender: User) -> Rendered:
    """The same as its reader will see it; nothing is kept."""
    business = contact.business
    return preview_letter(
        business=business,
        owner=owner_of(business).name,
        template=texts.QUESTION,
        context=_question(contact, name_of(sender, business), OWN_LINK),
        mail_kind=MailKind.FRIENDLY,
    )


def _question(contact: Contact, sender: str, link: str) -> dict[str, object]:
    return {"first_name": contact.first_name, "feedback_link": link, "sender": sender}


def edit_to_customer(
    *,
    testimonial: Testimonial,
    request: FeedbackRequest,
    sender: User,
    cause: Event,
    now: datetime,
) -> Message:
    """How the business would like their words to read, with the page on which they decide."""
    business: Business = testimonial.business
    contact = testimonial.contact
    name = name_of(sender, business)
    link = make_link(business=business, purpose=LinkPurpose.FEEDBACK, subject=request, now=now)
    letter = NewLetter(
        kind=texts.EDIT,
        template=texts.EDIT,
        context={
            "first_name": contact.first_name,
            "proposed_words": testimonial.proposed_words,
            "words_link": placeholder(link),
            "sender": name,
        },
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=testimonial,
        from_name=f"{name}, {FIRM}",
        mail_kind=MailKind.FRIENDLY,
        reply_to=sender.email,
        due_at=now,
    )
    return queue_message(business=business, letter=letter, now=now)
