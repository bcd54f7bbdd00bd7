"""Two members say at the same moment that somebody is won: it is won once."""

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, Scope, User
from introductions.models import Advocate
from referrals.models import ClosedBusiness, Referral, ThankYou
from tests.api.client import with_a_key
from tests.api.racing import at_once
from tests.introductions.factories import an_advocate
from tests.introductions.racing import committed
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def marta(business: Business) -> Advocate:
    return committed(business, lambda: an_advocate(business, clock.now()))


@pytest.fixture
def referral(business: Business, marta: Advocate) -> Referral:
    return committed(business, lambda: a_referral(marta, clock.now()))


@pytest.mark.parametrize("door", ["desk", "api"])
def test_of_two_wins_at_once_one_is_kept_and_the_other_reads_why_not(
    business: Business,
    alice: User,
    alice_client: Client,
    bob_client: Client,
    referral: Referral,
    door: str,
) -> None:
    at = f"/b/{business.slug}/referrals/{referral.pk}/win/"
    facts = {"amount": "1850", "on": clock.today(business).isoformat()}
    api = committed(business, lambda: with_a_key(business, alice, Scope.WRITE))

    def by_integration() -> tuple[int, str]:
        answer = api.post(f"/referrals/{referral.pk}/win", {"amount": 185_000})
        return answer.status_code, answer.text

    def by(client: Client) -> tuple[int, str]:
        answer = client.post(at, facts)
        return answer.status_code, answer.text

    second = by_integration if door == "api" else lambda: by(bob_client)
    told = at_once([lambda: by(alice_client), second])

    kept, refused = sorted(told)
    assert kept[0] in (200, 302)
    assert refused[0] == 409
    assert "This one is won already." in refused[1]
    [closed] = committed(business, lambda: [*ClosedBusiness.objects.all()])
    assert (closed.amount, closed.referral_id) == (185_000, referral.pk)
    assert committed(business, ThankYou.objects.filter(reason="business").count) == 1
