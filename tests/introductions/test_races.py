"""Several introductions at the same moment: each person is introduced once.

Two buttons of one introduction are pressed in `test_races_of_pairs.py`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from activity.actors import SYSTEM
from businesses.models import Business, User
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import IntroductionState
from tests.introductions.factories import (
    accepted,
    an_advocate,
    came_by_link,
    offered,
    shared,
)
from tests.introductions.racing import (
    assert_one_won,
    assert_refused,
    committed,
    grounds,
    race,
)

pytestmark = pytest.mark.django_db(transaction=True)


def marta_in(owner: User, now: datetime) -> Iterator[tuple[Business, Advocate]]:
    return grounds(owner, now, partial(an_advocate, now=now))


def test_of_taking_up_again_and_another_introduction_of_the_same_person_one_stands(
    alice: User, now: datetime
) -> None:
    # By the services, since an address that is sealed keeps its hash in a copy.
    for business, marta in marta_in(alice, now):
        offer = partial(offered, marta, now)
        row = committed(business, offer)
        press = {"introduction": row, "by": SYSTEM, "now": now}
        committed(business, partial(services.take_back_introduction, **press))

        outcomes = race(business, partial(services.take_up_introduction, **press), offer)

        assert_one_won(outcomes)
        assert_refused([outcome for outcome in outcomes if outcome is not None])


def test_two_who_came_with_one_address_are_introduced_once(alice: User, now: datetime) -> None:
    def begin(business: Business) -> tuple[Introduction, Introduction]:
        marta = an_advocate(business, now)
        return came_by_link(marta, now), came_by_link(marta, now + timedelta(hours=2))

    for business, (first, second) in grounds(alice, now, begin):
        vouch = partial(services.vouch_for, words="I know them.", now=now)
        outcomes = race(
            business, partial(vouch, introduction=first), partial(vouch, introduction=second)
        )

        assert_one_won(outcomes)
        take_back = services.take_back_coming
        lost = second if outcomes[1] else first
        committed(business, partial(take_back, introduction=lost, now=now))


def test_two_offers_of_one_person_make_one(alice: User, now: datetime) -> None:
    for business, marta in marta_in(alice, now):
        offer = partial(offered, marta, now)

        assert_one_won(race(business, offer, offer))


def test_two_presses_of_send_it_myself_make_one(alice: User, now: datetime) -> None:
    for business, marta in marta_in(alice, now):
        share = partial(shared, marta, now)

        assert race(business, share, share) == [None, None]

        assert committed(business, Introduction.objects.count) == 1


def test_of_two_shared_introductions_of_one_person_one_is_answered(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> list[Introduction]:
        marta = an_advocate(business, now)
        return [shared(marta, now, first_name=name) for name in ("Jonas", "J")]

    for business, rows in grounds(alice, now, begin):
        accept = partial(services.accept_introduction, email="p@x.example", now=now)
        yeses = [partial(accept, introduction=row) for row in rows]

        outcomes = race(business, *yeses)

        assert_one_won(outcomes)
        assert any(isinstance(each, services.AlreadyIntroduced) for each in outcomes)


def test_two_handshakes_of_one_person_make_one_contact(alice: User, now: datetime) -> None:
    def begin(business: Business) -> list[Introduction]:
        tomas = an_advocate(business, now, name="Tomás", email="tomas@example.org")
        return [accepted(who, now) for who in (an_advocate(business, now), tomas)]

    for business, rows in grounds(alice, now, begin):
        press = [partial(services.send_handshake_now, introduction=row, now=now) for row in rows]

        assert race(business, *press) == [None, None]

        met = committed(
            business,
            lambda ids=[row.pk for row in rows]: list(Introduction.objects.filter(pk__in=ids)),
        )
        assert {row.state for row in met} == {IntroductionState.HANDSHAKE}
        assert len({row.contact_id for row in met}) == 1
