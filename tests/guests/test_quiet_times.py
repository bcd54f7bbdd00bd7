"""What guests read while the firm is full, closed, or asleep."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from introductions.models import Advocate, Introduction
from outreach.models import Message
from tests.guests.factories import own_page, prospect_page
from tests.introductions.factories import offered

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"full_until": date(2026, 5, 20)}, "has its hands full until 20 May"),
        ({"closed_until": date(2026, 5, 12)}, "is closed until 12 May"),
        (
            {"full_until": date(2026, 5, 20), "closed_until": date(2026, 5, 12)},
            "is closed until 12 May",
        ),
    ],
)
def test_guests_are_told_kindly_and_can_act_all_the_same(
    guest: Client,
    business: Business,
    marta: Advocate,
    now: datetime,
    changes: dict[str, date],
    said: str,
) -> None:
    pages = [own_page(marta), prospect_page(offered(marta, now))]
    Business.objects.filter(pk=business.pk).update(**changes)

    told = [" ".join(guest.get(page).text.split()) for page in pages]

    for page in told:
        assert f"Lindqvist Bookkeeping {said}" in page
        assert "<button" in page


def test_nothing_is_said_once_the_day_has_come(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    page = own_page(marta)
    Business.objects.filter(pk=business.pk).update(full_until=clock.today(business, now))

    assert "hands full" not in guest.get(page).text


def test_who_introduces_somebody_at_night_reads_when_the_letter_leaves_and_can_take_it_back(
    guest: Client, business: Business, marta: Advocate, now: datetime, settings: Settings
) -> None:
    settings.MANNERS = True
    friday_night = now + timedelta(days=(4 - now.weekday()) % 7)
    friday_night = friday_night.replace(hour=21)
    with clock.at(friday_night):
        page = own_page(marta)
        form = {"first_name": "Jonas", "email": "jonas@prospects.example", "words": "Do meet."}

        said = guest.post(f"{page}offer/", form, follow=True)
        given = said.redirect_chain[-1][0]
    with clock.at(friday_night + timedelta(hours=1)):
        later = guest.get(given).text
        guest.post(f"{given}undo/")

    for text in (said.text, later):
        assert "The letter to Jonas leaves on Monday at 8:00." in " ".join(text.split())
    assert Introduction.objects.get().state == "withdrawn"
    assert Message.objects.get().state == "cancelled"
