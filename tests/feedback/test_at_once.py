"""Two things at the same moment, in transactions that are really committed."""

from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from feedback.models import Feedback, FeedbackRequest, Testimonial
from feedback.services import (
    answer_request,
    ask_for_feedback,
    proposal_seen,
    propose_edit,
    publish_testimonial,
    settle_edit,
    withdraw_testimonial,
)
from outreach.models import Message
from tests.contacts.factories import make_contact
from tests.feedback.factories import asked, published
from tests.introductions.racing import assert_refused, committed, grounds, race

pytestmark = pytest.mark.django_db(transaction=True)

NOW = clock.now()


def ines(business: Business) -> Contact:
    return make_contact(business, name="Ines", email="ines@world.example", now=NOW)


def test_two_who_ask_the_same_customer_at_once_send_one_letter(alice: User, bob: User) -> None:
    for business, contact in grounds(alice, NOW, ines):
        ask = partial(ask_for_feedback, contact=contact, by=SYSTEM, now=clock.now())

        outcomes = race(business, partial(ask, sender=alice), partial(ask, sender=bob))

        assert outcomes == [None, None]
        assert committed(business, FeedbackRequest.objects.count) == 1
        assert committed(business, Message.objects.count) == 1


def test_one_answer_pressed_twice_at_once_is_kept_once(alice: User) -> None:
    for business, request in grounds(alice, NOW, lambda business: asked(ines(business))):
        press = partial(answer_request, request=request, score=4, why="Late.", now=clock.now())

        assert race(business, press, press) == [None, None]

        assert committed(business, Feedback.objects.count) == 1


def test_words_taken_back_while_they_are_published_or_changed_are_gone(alice: User) -> None:
    def proposed(business: Business) -> Testimonial:
        row = published(ines(business))
        return propose_edit(
            testimonial=row, words="Other", by=SYSTEM, sender=alice, now=clock.now()
        )

    for business, row in grounds(alice, NOW, proposed):
        press = {"testimonial": row, "now": clock.now()}

        outcomes = race(
            business,
            partial(withdraw_testimonial, **press),
            partial(publish_testimonial, by=SYSTEM, **press),
            partial(settle_edit, accept=True, seen=proposal_seen(row), by=SYSTEM, **press),
        )

        assert outcomes[0] is None
        assert_refused([one for one in outcomes if one is not None])
        left = committed(business, partial(Testimonial.objects.get, pk=row.pk))
        assert (left.words, left.published_at, left.has_proposal) == ("", None, False)
