"""What is due, through the API: the same as on Today and in the morning letter."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from outreach.services import add_reminder
from referrals.models import ThankYou
from tests.api.client import ApiClient, queries_of
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


def a_days_work(business: Business, number: int = 0) -> None:
    """Something of each part."""
    now = clock.now()
    marta = an_advocate(business, now, email=f"marta{number}@oliveira.example")
    a_referral(marta, now, f"jonas{number}@shoebox.example")
    make_contact(business, name="Deepa Kaur", circle="inner", now=now - timedelta(days=60))
    for kind in ("put_right", "follow_up"):
        add_reminder(
            business=business,
            kind=kind,
            contact=make_contact(business, name="Elena Rossi"),
            due_on=clock.today(business),
            text="Bring the samples",
            by=SYSTEM,
            now=now,
        )


def test_it_tells_what_today_tells(api: ApiClient, business: Business) -> None:
    a_days_work(business)

    told = api.get("/today").json()

    assert list(told) == ["put_right", "thank", "follow_up", "keep_in_touch"]
    assert [row["text"] for row in told["put_right"]["results"]] == ["Bring the samples"]
    assert [row["id"] for row in told["thank"]["results"]] == [str(ThankYou.objects.get().pk)]
    assert "Bring the samples" in [row["text"] for row in told["follow_up"]["results"]]
    assert [row["name"] for row in told["keep_in_touch"]["results"]] == ["Deepa Kaur"]


def test_all_are_counted_and_the_first_twelve_told(api: ApiClient, business: Business) -> None:
    elena = make_contact(business, name="Elena Rossi")
    for _ in range(15):
        add_reminder(
            business=business,
            kind="ask",
            contact=elena,
            due_on=clock.today(business),
            by=SYSTEM,
            now=clock.now(),
        )

    told = api.get("/today").json()["follow_up"]

    assert (told["count"], told["people"], len(told["results"])) == (15, 1, 12)


def test_more_of_it_costs_no_more_queries(api: ApiClient, business: Business) -> None:
    a_days_work(business)
    api.get("/today")
    few = queries_of(api, "/today")

    for number in range(1, 4):
        a_days_work(business, number)

    assert queries_of(api, "/today") == few


def test_whom_to_be_in_touch_with_by_a_day(api: ApiClient, business: Business) -> None:
    now = clock.now()
    make_contact(business, name="Deepa Kaur", circle="inner", now=now - timedelta(days=60))
    make_contact(business, name="Lately Seen", circle="inner", now=now)
    tomorrow = clock.today(business) + timedelta(days=1)

    found = api.get(f"/contacts?next_touch_before={tomorrow}").json()["results"]

    assert [row["name"] for row in found] == ["Deepa Kaur"]
