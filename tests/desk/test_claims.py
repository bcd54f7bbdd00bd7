"""Somebody says that they introduced a person, too: looked at, and answered."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from outreach.models import Reminder
from referrals.models import CreditClaim, Referral
from referrals.services import claim_credit
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(minutes=5)


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now, name="Walter Holm", email="walter@holm.example")


@pytest.fixture
def referral(business: Business, now: datetime) -> Referral:
    return a_referral(an_advocate(business, now), now)


@pytest.fixture
def claim(walter: Advocate, referral: Referral, now: datetime) -> CreditClaim:
    by = Actor.advocate(walter.pk)
    return claim_credit(advocate=walter, person="jonas", words="At the fair.", by=by, now=now)


def test_the_reminder_leads_to_it_and_the_page_to_whom_it_may_be_about(
    alice_client: Client, business: Business, claim: CreditClaim, referral: Referral
) -> None:
    reminder = Reminder.objects.get(subject_label="creditclaim")
    place = f"/b/{business.slug}/claims/{claim.pk}/"

    assert place in alice_client.get(f"/b/{business.slug}/reminders/{reminder.pk}/").text
    page = alice_client.get(place).text

    assert "At the fair." in page
    assert f"/b/{business.slug}/referrals/{referral.pk}/" in page
    assert "sent by Marta Oliveira" in page


def test_it_is_answered_and_the_answer_can_be_put_otherwise(
    alice_client: Client, business: Business, claim: CreditClaim
) -> None:
    place = f"/b/{business.slug}/claims/{claim.pk}/"

    assert alice_client.post(place, {"words": " "}).status_code == 422
    alice_client.post(place, {"words": "You are right."})
    page = alice_client.post(place, {"words": "You are right, Walter."}, follow=True).text

    claim.refresh_from_db()
    assert claim.answer == "You are right, Walter."
    assert "You are right, Walter." in page
    assert not Reminder.objects.open().filter(subject_label="creditclaim").exists()


def test_the_owner_keeps_what_they_were_told(
    alice_client: Client, business: Business, walter: Advocate, referral: Referral
) -> None:
    at = f"/b/{business.slug}/referrals/{referral.pk}/"
    assert "Somebody says they sent Jonas" in alice_client.get(at).text

    page = alice_client.post(
        f"{at}claimed/", {"who_name": "Walter Holm", "words": "On the phone."}, follow=True
    ).text

    claim = CreditClaim.objects.get()
    assert (claim.advocate, claim.referral, claim.words) == (walter, referral, "On the phone.")
    assert "Walter Holm says so, too" in page


def test_a_stranger_says_nothing(
    alice_client: Client, business: Business, referral: Referral
) -> None:
    at = f"/b/{business.slug}/referrals/{referral.pk}/"

    for said in (
        {},
        {"who_name": "Nobody"},
        {"who": "nobody"},
        {"who_name": referral.contact.name},
    ):
        answer = alice_client.post(f"{at}claimed/", said)
        assert answer.status_code == 422

    assert not CreditClaim.objects.exists()
