"""Opposite buttons at the same moment, in transactions that are really committed."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from giving import services
from giving.models import GivenIntroduction
from giving.states import GivenState, Place
from outreach.models import Message
from tests.giving import factories
from tests.introductions.racing import assert_one_won, assert_refused, committed, grounds, race

pytestmark = pytest.mark.django_db(transaction=True)

S = GivenState
Begun = Iterator[tuple[Business, GivenIntroduction]]


@pytest.fixture
def begun(alice: User, now: datetime) -> Begun:
    """Two people are asked, in a business for each race."""

    def begin(business: Business) -> GivenIntroduction:
        jonas, elena = factories.jonas(business, now), factories.elena(business, now)
        return factories.asked(jonas, elena, alice, now)

    return grounds(alice, now, begin)


def left(business: Business, given: GivenIntroduction) -> GivenIntroduction:
    return committed(business, partial(GivenIntroduction.objects.get, pk=given.pk))


def letters(business: Business, given: GivenIntroduction, kind: str) -> int:
    return committed(business, Message.objects.regarding(given).filter(kind=kind).count)


def test_two_yes_at_once_agree_and_lead_to_one_letter(begun: Begun, now: datetime) -> None:
    for business, given in begun:
        yes = partial(services.accept_given, given=given, now=now)

        outcomes = race(business, partial(yes, place=Place.FIRST), partial(yes, place=Place.SECOND))

        assert outcomes == [None, None]
        row = left(business, given)
        assert row.state == S.AGREED
        due = row.due_at
        assert due is not None
        sweep = partial(services.complete_given, given=given, now=due)
        assert_one_won(race(business, sweep, sweep))
        assert letters(business, given, "given_handshake_to_all") == 1


@pytest.mark.parametrize("other", ["accept_given", "decline_given"])
def test_one_person_answers_once(begun: Begun, now: datetime, other: str) -> None:
    for business, given in begun:
        press = {"given": given, "place": Place.FIRST, "now": now}

        outcomes = race(
            business,
            partial(services.accept_given, **press),
            partial(getattr(services, other), **press),
        )

        assert_one_won(outcomes)


def test_after_a_yes_and_taking_it_back_at_once_nobody_is_introduced(
    begun: Begun, now: datetime
) -> None:
    for business, given in begun:
        committed(business, partial(services.accept_given, given=given, place=Place.FIRST, now=now))

        outcomes = race(
            business,
            partial(services.accept_given, given=given, place=Place.SECOND, now=now),
            partial(services.withdraw_given, given=given, by=SYSTEM, now=now),
        )

        assert outcomes[1] is None
        assert_refused([one for one in outcomes if one is not None])
        assert left(business, given).state == S.WITHDRAWN
        # Each who had said yes hears it once.
        said_yes = 2 if outcomes[0] is None else 1
        assert letters(business, given, "given_nothing_to_either") == said_yes


def test_of_undoing_and_the_letter_leaving_one_wins(begun: Begun, now: datetime) -> None:
    for business, asked in begun:
        given = committed(business, partial(factories.agreed, asked, now))
        assert given.due_at is not None

        outcomes = race(
            business,
            partial(services.undo_given_answer, given=given, place=Place.FIRST, now=now),
            partial(services.complete_given, given=given, now=given.due_at),
        )

        assert_one_won(outcomes)
        met = left(business, given).state == S.HANDSHAKE
        assert letters(business, given, "given_handshake_to_all") == int(met)


def test_of_undoing_the_letters_and_a_yes_nothing_is_half_done(begun: Begun, now: datetime) -> None:
    for business, given in begun:
        outcomes = race(
            business,
            partial(services.undo_sending, given=given, by=SYSTEM, now=now),
            partial(services.accept_given, given=given, place=Place.FIRST, now=now),
        )

        assert_one_won(outcomes)
        assert left(business, given).state in {S.DRAFT, S.ONE_YES}


def test_the_same_two_are_asked_once_however_often_it_is_pressed(
    alice: User, now: datetime
) -> None:
    def begin(business: Business) -> tuple[Contact, Contact]:
        return factories.jonas(business, now), factories.elena(business, now)

    for business, (first, second) in grounds(alice, now, begin):
        words = {"by": SYSTEM, "giver": alice, "now": now}
        give = partial(
            services.give_introduction,
            first=first,
            second=second,
            first_words="You should meet.",
            second_words="You should meet.",
            **words,
        )
        turned = partial(
            services.give_introduction,
            first=second,
            second=first,
            first_words="Other words.",
            second_words="Other words.",
            **words,
        )

        outcomes = race(business, give, give, turned)

        assert_refused([one for one in outcomes if one is not None])
        assert committed(business, GivenIntroduction.objects.between(first, second).count) == 1
        assert committed(business, Event.objects.filter(name="given.asked").count) == 1
