"""What waits for its time is done by whoever sweeps, in every business, once."""

from datetime import datetime, timedelta

import pytest

from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from giving import tasks
from giving.models import GivenIntroduction
from giving.states import EXPIRES_AFTER, GivenState
from outreach.models import JobRun, Message
from tests.giving import factories
from tests.introductions.racing import committed

pytestmark = pytest.mark.django_db(transaction=True)


def asked(business: Business, giver: User, now: datetime) -> GivenIntroduction:
    return factories.asked(
        factories.jonas(business, now), factories.elena(business, now), giver, now
    )


def state_of(business: Business, given: GivenIntroduction) -> str:
    return committed(business, lambda: GivenIntroduction.objects.get(pk=given.pk).state)


def test_who_agreed_is_introduced_when_the_window_is_over_in_every_business(
    business: Business, other_business: Business, alice: User, charlie: User, now: datetime
) -> None:
    rows = {
        each: committed(
            each, lambda each=each, who=who: factories.agreed(asked(each, who, now), now)
        )
        for each, who in ((business, alice), (other_business, charlie))
    }

    with clock.at(now + timedelta(minutes=9)):
        tasks.complete_agreed()
    early = {state_of(each, row) for each, row in rows.items()}
    with clock.at(now + timedelta(minutes=10)):
        tasks.complete_agreed()
        tasks.complete_agreed()

    assert early == {GivenState.AGREED}
    assert {state_of(each, row) for each, row in rows.items()} == {GivenState.HANDSHAKE}
    for each in rows:
        assert committed(each, Event.objects.filter(name="given.shook_hands").count) == 1
        letters = Message.objects.filter(kind="given_handshake_to_all")
        assert committed(each, letters.count) == 1
    assert JobRun.objects.get(name="giving.tasks.complete_agreed").last_count == 2


def test_without_an_answer_it_is_over_after_sixty_days(
    business: Business, alice: User, now: datetime
) -> None:
    row = committed(business, lambda: asked(business, alice, now))

    with clock.at(now + EXPIRES_AFTER - timedelta(minutes=1)):
        tasks.expire_given()
    early = state_of(business, row)
    with clock.at(now + EXPIRES_AFTER):
        tasks.expire_given()

    assert (early, state_of(business, row)) == (GivenState.ASKED, GivenState.EXPIRED)
    assert committed(business, Message.objects.filter(state="scheduled").count) == 0
