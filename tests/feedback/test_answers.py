"""What follows from an answer of 0 to 10."""

import pytest

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership
from feedback.models import Feedback
from feedback.services import ScoreOutOfRange, record_feedback
from outreach.models import Reminder
from outreach.services import add_reminder, hand_reminder
from tests.contacts.factories import make_contact
from tests.feedback.factories import make_feedback


@pytest.mark.parametrize(
    ("score", "kinds"),
    [
        (0, (False, False, True)),
        (6, (False, False, True)),
        (7, (False, True, False)),
        (8, (False, True, False)),
        (9, (True, False, False)),
        (10, (True, False, False)),
    ],
)
def test_every_answer_is_of_one_kind(score: int, kinds: tuple[bool, bool, bool]) -> None:
    feedback = Feedback(score=score)

    assert (feedback.is_promoter, feedback.is_passive, feedback.is_detractor) == kinds


@pytest.mark.parametrize("score", [0, 6])
def test_a_bad_answer_is_to_be_put_right_today(business: Business, score: int) -> None:
    contact = make_contact()

    make_feedback(contact, score=score, why="The door still squeaks.")

    reminder = Reminder.objects.get()
    assert reminder.kind == "put_right"
    assert reminder.contact == contact
    assert reminder.due_on == clock.today(business)


@pytest.mark.parametrize("score", [7, 10])
def test_a_good_answer_leaves_nothing_to_do(business: Business, score: int) -> None:
    make_feedback(make_contact(), score=score)

    assert not Reminder.objects.exists()


def test_the_history_keeps_the_number_and_not_the_words(business: Business) -> None:
    contact = make_contact()

    make_feedback(contact, score=9, why="Marta is a treasure.")

    event = Event.objects.about(contact).filter(name="feedback.answered").get()
    assert event.payload == {"score": 9}
    assert event.actor_id == contact.pk


@pytest.mark.parametrize("score", [-1, 11])
def test_other_numbers_are_refused(business: Business, by_alice: Actor, score: int) -> None:
    with pytest.raises(ScoreOutOfRange):
        record_feedback(contact=make_contact(), score=score, by=by_alice, now=clock.now())

    assert not Feedback.objects.exists()


def test_another_bad_answer_takes_the_place_of_the_first_and_stays_with_its_owner(
    business: Business, membership: Membership, by_alice: Actor
) -> None:
    contact, now = make_contact(), clock.now()
    make_feedback(contact, 3)
    hand_reminder(reminder=Reminder.objects.get(), to=membership, by=by_alice, now=now)

    worse = make_feedback(contact, 1)

    [left] = Reminder.objects.open()
    assert (left.subject_id, left.assignee) == (worse.pk, membership)


def test_what_somebody_else_wants_put_right_is_not_settled_by_an_answer(
    business: Business, by_alice: Actor
) -> None:
    contact, now = make_contact(), clock.now()
    today = clock.today(business, now)
    by_hand = {"business": business, "contact": contact, "due_on": today, "by": by_alice}
    add_reminder(kind="put_right", text="The door squeaks", now=now, **by_hand)

    make_feedback(contact, 10)

    assert Reminder.objects.get().is_open
