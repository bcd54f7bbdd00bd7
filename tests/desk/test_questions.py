"""What an owner asks is a page away from Today, and what Today says of it is so."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Advocate
from referrals import services
from referrals.models import ClosedBusiness, Credit, Referral
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "whom do I owe thanks?": "thank-yous/",
    "who brings me business?": "people/who-brought/",
    "what did this introduction become?": "introductions/",
    "do I give as much as I get?": "give-and-take/",
}


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now - timedelta(days=900))


def said(client: Client, at: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", client.get(at).text).split())


def answers(client: Client, desk: str) -> dict[str, str]:
    """What each page says that Today leads to."""
    today = client.get(desk).text
    for question, place in QUESTIONS.items():
        assert f'href="{desk}{place}"' in today, question
    return {question: said(client, f"{desk}{place}") for question, place in QUESTIONS.items()}


def test_each_question_is_a_page_away_where_nobody_is_known_yet(
    alice_client: Client, desk: str
) -> None:
    found = answers(alice_client, desk)

    assert "Nobody has sent you anybody yet." in found["who brings me business?"]


def test_each_question_is_a_page_away_after_the_first_who_was_sent(
    alice_client: Client, business: Business, desk: str, now: datetime
) -> None:
    """By phone, with no inner circle, nobody thanked, and nothing paid."""
    services.record_sent_someone(
        business=business, name="Jonas Falk", sender_name="Marta Oliveira", by=SYSTEM, now=now
    )
    assert 'class="card figures"' not in alice_client.get(desk).text

    found = answers(alice_client, desk)

    assert "Marta Oliveira" in found["whom do I owe thanks?"]
    assert "Marta Oliveira sent you 1 person" in found["who brings me business?"]
    assert "Jonas Falk" in found["what did this introduction become?"]
    assert "You sent 0, received 1." in found["do I give as much as I get?"]


def test_each_question_is_a_page_away_in_full_business(
    alice_client: Client, desk: str, marta: Advocate, now: datetime
) -> None:
    make_contact(name="Tomás Brandt", circle="inner")
    referral = won(a_referral(marta, now), now)

    found = answers(alice_client, desk)

    assert "Marta Oliveira" in found["whom do I owe thanks?"]
    assert "Marta Oliveira sent you 1 person: €1,850" in found["who brings me business?"]
    assert referral.contact.name in found["what did this introduction become?"]
    assert "You sent 0, received 1." in found["do I give as much as I get?"]


def test_today_says_how_soon_half_were_thanked_and_since_when_the_oldest_waits(
    alice_client: Client, desk: str, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    """The median of the year, the one of the year before, and the same debt as the list says."""
    for ago, took in ((40, 1), (50, 2), (60, 30), (500, 7)):
        owed_at = now - timedelta(days=ago + took)
        one = services.record_kindness(
            contact=marta.contact, reason="review", note=f"{took}", by=by_alice, now=owed_at
        )
        given_at = now - timedelta(days=ago)
        services.give_thanks(thank_you=one, how="call", by=by_alice, now=given_at)
    for days in (3, 9):
        since = now - timedelta(days=days)
        services.record_kindness(
            contact=marta.contact, reason="story", note=f"{days}", by=by_alice, now=since
        )

    today = said(alice_client, desk)

    assert "Days until thanked 2.0 7.0 a year ago" in today
    assert "the oldest thank-you : waiting 9 days" in today
    assert "The oldest is waiting 9 days." in said(alice_client, f"{desk}thank-yous/")


def share(client: Client, desk: str) -> int:
    """What Today says came by introduction, with the rule beside it."""
    today = said(client, desk)
    [percent] = re.findall(r"Business by introduction, 12 months (-?\d+) %", today)
    assert "By introduction is all that people paid since somebody sent them to you" in today
    return int(percent)


def paid(
    contact: Contact, amount: int, now: datetime, referral: Referral | None = None
) -> ClosedBusiness:
    return services.record_closed_business(
        contact=contact,
        amount=amount,
        currency="EUR",
        on=clock.today(contact.business, now),
        referral=referral,
        by=SYSTEM,
        now=now,
    )


def test_todays_share_counts_whoever_was_sent_by_the_rule_of_credit(
    alice_client: Client, business: Business, desk: str, marta: Advocate, now: datetime
) -> None:
    """Whatever a sent customer pays is by introduction, named or not; of nobody's doing is none."""
    paid(make_contact(name="Elena Rossi", source="search"), 10_000, now)
    referral = won(a_referral(marta, now - timedelta(days=90)), now, amount=10_000)
    assert share(alice_client, desk) == 50

    paid(referral.contact, 20_000, now)
    assert share(alice_client, desk) == 75

    nobodys = services.record_sent_someone(business=business, name="Per Ek", by=SYSTEM, now=now)
    won(nobodys, now, amount=40_000)
    assert not Credit.objects.filter(referral=nobodys).exists()
    assert share(alice_client, desk) == 38

    services.change_money(business=business, changes={"credit_months": 1}, by=SYSTEM, now=now)
    assert share(alice_client, desk) == 0
    assert "within a month of their coming, less what was given back" in said(alice_client, desk)


def test_what_is_given_back_takes_todays_share_neither_below_nothing_nor_above_all(
    alice_client: Client, desk: str, marta: Advocate, now: datetime
) -> None:
    """It is taken off what it was paid for, even if that was more than a year ago."""
    long_ago = now - timedelta(days=500)
    referral = won(a_referral(marta, long_ago), long_ago, amount=90_000)
    other = make_contact(name="Elena Rossi", source="search")
    found = paid(other, 80_000, long_ago)
    paid(referral.contact, 10_000, now)
    assert share(alice_client, desk) == 100

    for row in (ClosedBusiness.objects.get(amount=90_000), found):
        services.give_back(
            closed_business=row,
            amount=70_000,
            on=clock.today(row.business, now),
            by=SYSTEM,
            now=now,
        )
        assert share(alice_client, desk) == 100
    paid(other, 30_000, now)
    assert share(alice_client, desk) == 25
