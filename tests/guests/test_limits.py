"""An advocate's own limits: set by the link in a letter, and binding for everybody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import User
from introductions import services
from introductions.models import Advocate, Ask
from tests.guests.conftest import NOW
from tests.guests.factories import ask_page, own_page

pytestmark = pytest.mark.django_db

DAY = (NOW + timedelta(days=60)).date()
LIMITS = {"weeks": "26", "only_about": "People with a shop", "not_before": DAY.isoformat()}


def test_the_page_of_an_ask_leads_to_them(guest: Client, ask: Ask) -> None:
    page = ask_page(ask)

    assert f'href="{page}limits/"' in guest.get(page).text
    assert "When may Alice ask you?" in guest.get(f"{page}limits/").text


def test_what_they_set_is_kept_and_said(guest: Client, marta: Advocate) -> None:
    page = f"{own_page(marta)}limits/"

    answer = guest.post(f"{page}keep/", LIMITS, follow=True)

    marta.refresh_from_db()
    assert (marta.weeks_between_asks, marta.only_about, marta.not_before) == (
        26,
        "People with a shop",
        DAY,
    )
    assert "You are asked twice a year at most." in answer.text
    assert "You are asked only about: People with a shop" in answer.text
    assert "You are not asked before 3 July 2026." in answer.text
    assert Event.objects.about(marta.contact).filter(name="contact.changed").exists()


def test_they_take_them_back(guest: Client, marta: Advocate) -> None:
    page = f"{own_page(marta)}limits/"
    guest.post(f"{page}keep/", LIMITS)

    guest.post(f"{page}keep/", {"weeks": "", "only_about": "", "not_before": ""})

    marta.refresh_from_db()
    assert not marta.has_limits


def test_looking_sets_nothing(guest: Client, marta: Advocate) -> None:
    page = f"{own_page(marta)}limits/"

    for address in (page, f"{page}keep/"):
        guest.get(address, LIMITS)
        guest.head(address, LIMITS)

    marta.refresh_from_db()
    assert not marta.has_limits


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("weeks", "0", "Choose one of these."),
        ("weeks", "soon", "Choose one of these."),
        ("not_before", "tomorrow", "Choose a day"),
        ("not_before", "2190-01-01", "within two years"),
        ("only_about", "x" * 301, "characters at most"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept_typed(
    guest: Client, marta: Advocate, field: str, typed: str, says: str
) -> None:
    page = f"{own_page(marta)}limits/"

    answer = guest.post(f"{page}keep/", {**LIMITS, field: typed})

    assert answer.status_code == 422
    assert says in answer.text
    assert "People with a shop" in answer.text or field == "only_about"
    marta.refresh_from_db()
    assert not marta.has_limits


def test_they_bind_everybody_of_the_business(
    guest: Client, marta: Advocate, bob: User, by_alice: Actor
) -> None:
    guest.post(f"{own_page(marta)}limits/keep/", {"not_before": DAY.isoformat()})

    ask = services.draft_ask(
        contact=marta.contact, wanted="a baker", by=SYSTEM, sender=bob, now=NOW
    )
    with pytest.raises(services.NotBeforeTheirDay):
        services.send_ask(ask=ask, reason="It is urgent", by=by_alice, now=NOW)


def test_whoever_said_stop_finds_the_way_back(guest: Client, marta: Advocate) -> None:
    services.stop_asking(advocate=marta, now=NOW)

    assert "You may ask me again" in guest.get(f"{own_page(marta)}limits/").text


def test_a_guessed_link_learns_nothing(guest: Client, marta: Advocate) -> None:
    page = own_page(marta)
    forged = page[:-2] + ("A" if page[-2] != "A" else "B") + "/"

    assert guest.get(f"{forged}limits/").status_code == 404
    assert guest.post(f"{forged}limits/keep/", LIMITS).status_code == 404


def test_the_page_asks_the_database_at_most_ten_times(guest: Client, ask: Ask) -> None:
    page = f"{ask_page(ask)}limits/"
    guest.get(page)

    with CaptureQueriesContext(connection) as queries:
        guest.get(page)

    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) <= 10
