"""Questions, answers and words of customers for tests, made by the services."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from activity.actors import SYSTEM, Actor
from businesses import clock
from contacts.models import Contact
from feedback.models import Feedback, FeedbackRequest, Testimonial
from feedback.services import (
    answer_request,
    ask_for_feedback,
    give_testimonial,
    publish_testimonial,
    record_feedback,
)
from outreach.links import make_link, url_for
from outreach.models import LinkPurpose
from outreach.senders import owner_of


def make_feedback(contact: Contact, score: int = 10, **facts: Any) -> Feedback:
    facts.setdefault("by", Actor.contact(contact.pk))
    facts.setdefault("now", clock.now())
    return record_feedback(contact=contact, score=score, **facts)


def asked(contact: Contact, now: datetime | None = None) -> FeedbackRequest:
    """The customer was asked by the owner, by mail."""
    return ask_for_feedback(
        contact=contact, by=SYSTEM, sender=owner_of(contact.business), now=now or clock.now()
    )


def question_page(request: FeedbackRequest) -> str:
    """Where the link in the letter leads."""
    link = make_link(
        business=request.business,
        purpose=LinkPurpose.FEEDBACK,
        subject=request,
        now=request.asked_at,
    )
    return urlsplit(url_for(link)).path


def answered(request: FeedbackRequest, score: int = 10, why: str = "Never late.") -> Feedback:
    return answer_request(request=request, score=score, why=why, now=clock.now())


def given(contact: Contact, words: str = "Never late.", **facts: Any) -> Testimonial:
    """Asked, very happy, and their words may be published."""
    answered(asked(contact), why=words)
    facts.setdefault("shown_as", "first_name")
    return give_testimonial(contact=contact, words=words, now=clock.now(), **facts)


def published(contact: Contact, words: str = "Never late.", **facts: Any) -> Testimonial:
    testimonial = given(contact, words, **facts)
    return publish_testimonial(testimonial=testimonial, by=SYSTEM, now=clock.now())
