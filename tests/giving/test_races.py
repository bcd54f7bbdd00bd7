"""The same two people at the same moment, in transactions that are really committed.

Two buttons of one given introduction are pressed in `test_races_of_pairs.py`.
"""

from datetime import datetime
from functools import partial

import pytest

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from giving import services
from giving.models import GivenIntroduction
from tests.giving import factories
from tests.introductions.racing import assert_refused, committed, grounds, race

pytestmark = pytest.mark.django_db(transaction=True)


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
