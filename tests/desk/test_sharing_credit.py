"""Whose doing it was: the owner shares the credit on the page of whoever was sent."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from referrals.models import Credit, CreditClaim, Referral, ThankYou
from referrals.services import split_credit
from tests.introductions.factories import a_contact, an_advocate, shaken
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(minutes=5)


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now, name="Walter Holm", email="walter@holm.example")


@pytest.fixture
def referral(marta: Advocate, now: datetime) -> Referral:
    return a_referral(marta, now)


@pytest.fixture
def at(business: Business, referral: Referral) -> str:
    return f"/b/{business.slug}/referrals/{referral.pk}/"


def shares() -> dict[str, int]:
    rows = Credit.objects.select_related("advocate__contact").order_by("created_at", "id")
    return {row.advocate.contact.first_name: row.share for row in rows}


def other(advocate: Advocate) -> dict[str, str]:
    """Somebody else, as picked while the name is typed."""
    return {"other_name": advocate.contact.name, "other": str(advocate.contact_id)}


def test_whoever_introduced_the_same_person_is_asked_about_first(
    alice_client: Client, at: str, marta: Advocate, walter: Advocate, now: datetime
) -> None:
    shaken(walter, now)
    assert "Walter Holm, in percent" in alice_client.get(at).text

    page = alice_client.post(
        f"{at}split/", {f"share_{marta.pk}": "70", f"share_{walter.pk}": "30"}, follow=True
    ).text

    assert shares() == {"Marta": 70, "Walter": 30}
    assert "Walter Holm</a> (30 %)" in page


def test_somebody_who_only_said_so_can_be_named(
    alice_client: Client, at: str, marta: Advocate, walter: Advocate
) -> None:
    alice_client.post(
        f"{at}split/", {f"share_{marta.pk}": "50", **other(walter), "other_share": "50"}
    )

    assert shares() == {"Marta": 50, "Walter": 50}
    assert ThankYou.objects.due().filter(advocate=walter).count() == 1


def test_of_many_people_anybody_is_named_by_typing(
    alice_client: Client, business: Business, at: str, marta: Advocate, now: datetime
) -> None:
    for number in range(210):
        a_contact(business, now, name=f"Anna {number:03}", email="")
    zoe = a_contact(business, now, name="Zoe Quist", email="")
    facts = {f"share_{marta.pk}": "50", "other_share": "50"}

    page = alice_client.get(at).text
    unclear = alice_client.post(f"{at}split/", {**facts, "other_name": "Anna"})
    unknown = alice_client.post(f"{at}split/", {**facts, "other_name": "Nobody Here"})
    twice = alice_client.post(f"{at}split/", {**facts, **other(marta)})
    alice_client.post(f"{at}split/", {**facts, "other_name": "zoe quist"})
    alice_client.post(f"{at}claimed/", {"who_name": "Anna 209", "words": "On the phone."})

    assert "people-search.js" in page
    assert "Please choose who you mean by “Anna”." in unclear.text
    assert "Nobody here is called “Nobody Here”." in unknown.text
    assert "Marta Oliveira stands above already." in twice.text
    assert {unclear.status_code, unknown.status_code, twice.status_code} == {422}
    assert shares() == {"Marta": 50, "Zoe": 50}
    assert ThankYou.objects.due().filter(advocate__contact=zoe).count() == 1
    assert CreditClaim.objects.get().advocate.contact.name == "Anna 209"


def test_the_mailbox_of_whoever_was_sent_is_not_named(
    alice_client: Client, business: Business, at: str, marta: Advocate, now: datetime
) -> None:
    twin = an_advocate(business, now, name="J. Falk", email="jonas+shop@shoebox.example")

    answer = alice_client.post(
        f"{at}split/", {f"share_{marta.pk}": "50", **other(twin), "other_share": "50"}
    )

    assert answer.status_code == 422
    assert "Nobody is credited with having sent themself." in answer.text
    assert shares() == {"Marta": 100}


def test_what_is_not_the_whole_is_refused_and_stays_typed(
    alice_client: Client, at: str, marta: Advocate, walter: Advocate, now: datetime
) -> None:
    shaken(walter, now)

    answer = alice_client.post(
        f"{at}split/", {f"share_{marta.pk}": "70", f"share_{walter.pk}": "20"}
    )

    assert answer.status_code == 422
    assert "must come to 100 percent" in answer.text
    assert 'value="70"' in answer.text
    assert shares() == {"Marta": 100}


def test_another_businesss_advocate_is_nobody(
    alice_client: Client, at: str, marta: Advocate
) -> None:
    answer = alice_client.post(
        f"{at}split/",
        {f"share_{marta.pk}": "50", "other": str(marta.contact_id), "other_share": "50"},
    )

    assert answer.status_code == 422
    assert shares() == {"Marta": 100}


def test_on_the_page_of_each_stands_their_own_part(
    alice_client: Client,
    business: Business,
    by_alice: Actor,
    referral: Referral,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
) -> None:
    split_credit(referral=referral, shares={marta.pk: 70, walter.pk: 30}, by=by_alice, now=now)
    won(referral, now, amount=100_000)

    for advocate, part in ((marta, "€700"), (walter, "€300")):
        page = alice_client.get(f"/b/{business.slug}/people/{advocate.contact_id}/").text
        assert part in page
        assert "€1,000" not in page
