"""Thanks in public as a reward: on the one wall of thanks, by the yes of whoever is thanked."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses.models import Business
from introductions.models import Advocate
from outreach.models import Link, LinkPurpose
from referrals.models import ThankYou
from referrals.services import record_kindness
from rewards.models import Reward
from rewards.states import ForWhom, RewardState, What
from tests.guests.factories import path_of
from tests.rewards.factories import a_rule, approved, published, shook_hands, the_reward

pytestmark = pytest.mark.django_db

IN_PUBLIC = a_rule(what=What.THANKS, amount=0)
WORDS = "Thank you, Marta. You think of us."


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def reward(business: Business, marta: Advocate, now: datetime) -> Reward:
    """Approved, and said to nobody yet."""
    published(business, now, IN_PUBLIC)
    shook_hands(marta, now)
    return approved(the_reward(), now)


@pytest.fixture
def at(desk: str, reward: Reward) -> str:
    return f"{desk}rewards/{reward.pk}/"


def ask(client: Client, desk: str) -> ThankYou:
    """Where the page of the reward leads."""
    thanks = ThankYou.objects.get()
    asked = {"public_words": WORDS, "shown_as": "first_name"}
    client.post(f"{desk}thank-yous/{thanks.pk}/public/", asked)
    thanks.refresh_from_db()
    return thanks


def answer(guest: Client, thanks: ThankYou, may: str) -> None:
    link = Link.objects.get(purpose=LinkPurpose.THANKS, subject_id=thanks.pk)
    guest.post(f"{path_of(link)}public/", {"may": may, "seen": thanks.public_seen})


def test_thanks_in_public_lead_to_the_wall_by_a_yes_and_are_given_with_it(
    alice_client: Client, guest: Client, business: Business, desk: str, at: str, reward: Reward
) -> None:
    early = alice_client.post(f"{at}give/", {})
    assert early.status_code == 409
    assert "Marta has not been asked whether thanks may stand in public." in early.text
    assert f"{desk}thank-yous/{ThankYou.objects.get().pk}/?how=public" in early.text

    thanks = ask(alice_client, desk)
    waits = alice_client.post(f"{at}give/", {})
    assert waits.status_code == 409
    assert "and has not answered." in waits.text

    answer(guest, thanks, "yes")
    assert "It stands on your wall of thanks, as Marta allowed." in alice_client.get(at).text
    assert alice_client.post(f"{at}give/", {}).status_code == 302
    reward.refresh_from_db()
    assert reward.state == RewardState.GIVEN
    assert WORDS in guest.get(f"/t/{business.slug}/thanks/").text


def test_who_would_rather_not_is_not_asked_again_and_it_may_be_said_where_they_like(
    alice_client: Client, guest: Client, desk: str, at: str, reward: Reward
) -> None:
    answer(guest, ask(alice_client, desk), "no")

    page = alice_client.get(at).text
    assert "Marta would rather not be thanked in public, and nobody asks again." in page
    assert "?how=public" not in page
    assert alice_client.post(f"{at}give/", {}).status_code == 409
    alice_client.post(f"{at}give/", {"note": "At the summer party, as she likes it."})
    reward.refresh_from_db()
    assert reward.state == RewardState.GIVEN


def test_whom_nobody_owes_thanks_is_asked_by_a_kindness_that_is_kept(
    alice_client: Client, business: Business, marta: Advocate, desk: str, now: datetime
) -> None:
    published(business, now, a_rule(what=What.THANKS, amount=0, for_whom=ForWhom.PROSPECT))
    jonas = shook_hands(marta, now).contact
    at = f"{desk}rewards/{the_reward().pk}/"

    page = alice_client.get(at).text
    assert "There is no thank-you for Jonas yet by which to ask." in page
    assert f"{desk}people/{jonas.pk}/kindness/" in page

    kept = record_kindness(contact=jonas, reason="speaking_up", by=SYSTEM, now=now)
    assert f"{desk}thank-yous/{kept.pk}/?how=public" in alice_client.get(at).text
