"""No page of the desk makes more queries because there is more to show."""

from datetime import datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions.models import Ask, Introduction
from outreach.models import Reminder
from outreach.services import finish_reminder
from referrals.models import Referral, ThankYou
from tests.desk.factories import everything

AT_MOST_ON_TODAY = 12


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def referral(business: Business, alice: User, by_alice: Actor, now: datetime) -> Referral:
    """The one that is won, on a desk with one of everything."""
    return everything(business, alice, by_alice, now - timedelta(hours=2), 1)


def _pages(referral: Referral) -> list[str]:
    """Every page there is, each with as much on it as one row can have."""
    introduction = referral.introduction
    assert introduction is not None
    advocate = introduction.advocate
    asked = Ask.objects.order_by("created_at", "id")[0]
    waiting = Introduction.objects.filter(contact=None).order_by("created_at", "id")[0]
    owed = ThankYou.objects.owed()[0]
    return [
        "",
        "people/",
        f"people/{advocate.contact_id}/",
        f"people/{advocate.contact_id}/edit/",
        f"people/{advocate.contact_id}/lineage/",
        f"people/{referral.contact_id}/came-in/",
        "people/new/",
        "people/who-brought/",
        "people/import/",
        "sent/",
        "asks/new/",
        f"asks/new/?contact={advocate.contact_id}",
        f"asks/{asked.pk}/",
        "asks/ready/",
        f"asks/several/?contact={advocate.contact_id}",
        "asks/drafts/",
        "asks/who-knows/?person=Prospect&firm=Nowhere",
        "settings/asking/",
        "introductions/",
        "introductions/?step=introduced",
        "introductions/board/",
        f"introductions/{waiting.pk}/",
        f"introductions/{introduction.pk}/",
        f"referrals/{referral.pk}/",
        "thank-yous/",
        f"thank-yous/{owed.pk}/",
        f"thank-yous/{owed.pk}/?how=gift",
        f"thank-yous/{owed.pk}/?how=public",
        f"people/{advocate.contact_id}/kindness/",
        f"people/{advocate.contact_id}/give-and-take/",
        "give-and-take/",
        "settings/thanking/",
        "reminders/",
        "reminders/?later=1",
        "reminders/new/",
        "people/?due=1",
        f"reminders/{Reminder.objects.open()[0].pk}/",
        "months/",
        f"months/{clock.now():%Y-%m}/",
        "settings/mail/",
        "settings/money/",
        "settings/reasons/",
        "settings/",
        "settings/sender/",
        "settings/health/",
    ]


def _count(client: Client, at: str) -> int:
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(at)
    assert answer.status_code == 200, at
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


def _put_right(many: int, by: Actor, now: datetime) -> None:
    """So many complaints are settled: with more of them nobody would be proposed for an ask."""
    for reminder in Reminder.objects.open().filter(kind="put_right").order_by("id")[:many]:
        finish_reminder(reminder=reminder, by=by, now=now)


def test_no_page_makes_more_queries_for_more_rows(
    alice_client: Client,
    business: Business,
    referral: Referral,
    alice: User,
    by_alice: Actor,
    now: datetime,
) -> None:
    places = [f"/b/{business.slug}/{page}" for page in _pages(referral)]
    for place in places:
        alice_client.get(place)
    with_one = {place: _count(alice_client, place) for place in places}

    for number in range(2, 5):
        everything(business, alice, by_alice, now - timedelta(hours=1), number)
    _put_right(2, by_alice, now)

    assert {place: _count(alice_client, place) for place in places} == with_one


def test_today_makes_few_queries(
    alice_client: Client, business: Business, referral: Referral
) -> None:
    at = f"/b/{business.slug}/"
    alice_client.get(at)

    assert _count(alice_client, at) <= AT_MOST_ON_TODAY


def test_an_empty_desk_has_every_page(alice_client: Client, business: Business) -> None:
    assert not Contact.objects.exists()

    for page in ("", "people/", "asks/new/", "introductions/", "thank-yous/", "settings/"):
        assert alice_client.get(f"/b/{business.slug}/{page}").status_code == 200
