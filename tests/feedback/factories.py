"""Answers for tests, made by the service."""

from typing import Any

from activity.actors import Actor
from businesses import clock
from contacts.models import Contact
from feedback.models import Feedback
from feedback.services import record_feedback


def make_feedback(contact: Contact, score: int = 10, **facts: Any) -> Feedback:
    facts.setdefault("by", Actor.contact(contact.pk))
    facts.setdefault("now", clock.now())
    return record_feedback(contact=contact, score=score, **facts)
