"""Two things at the same moment, in transactions that are really committed."""

from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
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
from tests.introductions.racing import assert_refused, committed, race

pytestmark = pytest.mark.django_db(transaction=True)

RACES = 5


def test_two_who_ask_the_same_customer_at_once_send_one_letter(
    business: Business, alice: User, bob: User
) -> None:
    for number in range(RACES):
        contact = committed(
            business, partial(make_contact, name="Ines", email=f"i{number}@world.example")
        )

        outcomes = race(
            business,
            *(
                partial(ask_for_feedback, contact=contact, by=SYSTEM, sender=user, now=clock.now())
                for user in (alice, bob)
            ),
        )

        assert_refused([one for one in outcomes if one is not None])
    assert committed(business, FeedbackRequest.objects.count) == RACES
    assert committed(business, Message.objects.count) == RACES


def test_one_answer_pressed_twice_at_once_is_kept_once(business: Business) -> None:
    contact = committed(business, partial(make_contact, name="Ines", email="i@world.example"))
    request = committed(business, partial(asked, contact))
    press = partial(answer_request, request=request, score=4, why="Late.", now=clock.now())

    outcomes = race(business, press, press)

    assert outcomes == [None, None]
    assert committed(business, Feedback.objects.count) == 1


def test_words_taken_back_while_they_are_published_or_changed_are_gone(business: Business) -> None:
    for number in range(RACES):
        contact = committed(
            business, partial(make_contact, name="Ines", email=f"i{number}@world.example")
        )
        row = committed(business, partial(published, contact))
        now = clock.now()
        row = committed(
            business,
            partial(
                propose_edit, testimonial=row, words="Other", by=SYSTEM, sender=_owner(), now=now
            ),
        )

        outcomes = race(
            business,
            partial(withdraw_testimonial, testimonial=row, now=now),
            partial(publish_testimonial, testimonial=row, by=SYSTEM, now=now),
            partial(
                settle_edit,
                testimonial=row,
                accept=True,
                seen=proposal_seen(row),
                by=SYSTEM,
                now=now,
            ),
        )

        assert_refused([one for one in outcomes if one is not None])
        left = committed(business, partial(Testimonial.objects.get, pk=row.pk))
        assert (left.words, left.published_at, left.has_proposal) == ("", None, False)


def _owner() -> User:
    return User.objects.get(email="alice@lindqvist.example")
