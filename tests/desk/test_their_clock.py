"""By whose clock somebody lives is chosen on their form, and letters reach them in their day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from businesses.tenancy import transaction_for
from contacts.models import Contact
from outreach.models import Message
from outreach.sending import send_due_letters
from tests.contacts.factories import make_contact
from tests.outreach.smtp import SmtpServer

# A Wednesday, ten in the morning in Stockholm and four at night in New York.
TEN = datetime(2026, 10, 14, 8, 0, tzinfo=UTC)
EIGHT_THERE = datetime(2026, 10, 14, 8, 0, tzinfo=ZoneInfo("America/New_York"))
MARTA = {"name": "Marta Oliveira", "email": "marta@oliveira.example"}


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.mark.django_db(transaction=True)
def test_a_letter_waits_for_the_morning_of_whom_we_said_lives_elsewhere(
    alice_client: Client, at: str, business: Business, smtp: SmtpServer, settings: Settings
) -> None:
    settings.MANNERS = True
    Business.objects.filter(pk=business.pk).update(confirmed_at=TEN - timedelta(days=60))
    with clock.at(TEN):
        alice_client.post(f"{at}people/new/", MARTA | {"timezone": "America/New_York"})
        with transaction_for(business):
            marta = Contact.objects.get()

        page = alice_client.get(f"{at}people/{marta.pk}/").text
        asked = alice_client.post(f"{at}asks/new/?contact={marta.pk}", {"wanted": "workshops"})
        send_due_letters()
        sent_at_once = len(smtp.accepted)

    assert "4:00 in New York" in page
    assert asked.status_code == 302
    assert sent_at_once == 0
    with transaction_for(business):
        assert Message.objects.get().due_at == EIGHT_THERE
    with clock.at(EIGHT_THERE):
        send_due_letters()
    assert len(smtp.accepted) == 1


@pytest.mark.django_db
def test_it_is_changed_on_the_form_and_empty_it_is_ours(alice_client: Client, at: str) -> None:
    marta = make_contact(**MARTA)
    edit = f"{at}people/{marta.pk}/edit/"
    begun = alice_client.get(edit).text

    alice_client.post(edit, MARTA | {"timezone": "Asia/Tokyo"})
    chosen = alice_client.get(edit).text
    marta.refresh_from_db()
    there = marta.timezone
    alice_client.post(edit, MARTA | {"timezone": ""})

    assert '<option value="" selected>As ours: Stockholm</option>' in begun
    assert '<optgroup label="Asia">' in begun
    assert there == "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in chosen
    marta.refresh_from_db()
    assert marta.timezone == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("", ""),
        ("Europe/Berlin", ""),
        ("America/New_York", "4:00 in New York"),
        ("Pacific/Kiritimati", "22:00 in Kiritimati"),
        ("America/Argentina/Buenos_Aires", "5:00 in Buenos Aires, Argentina"),
    ],
)
def test_their_time_is_told_where_it_is_another(
    alice_client: Client, at: str, zone: str, told: str
) -> None:
    marta = make_contact(**MARTA)
    Contact.objects.update(timezone=zone)

    with clock.at(TEN):
        page = alice_client.get(f"{at}people/{marta.pk}/").text

    assert ("Their time" in page) == bool(told)
    assert told in page


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Nowhere/At_All", "Etc/GMT+3", "+02:00"])
def test_a_place_that_is_none_is_refused_and_the_rest_stays_typed(
    alice_client: Client, at: str, zone: str
) -> None:
    answer = alice_client.post(f"{at}people/new/", MARTA | {"timezone": zone})

    assert answer.status_code == 422
    assert "Please choose a place from the list." in answer.text
    assert "Marta Oliveira" in answer.text
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_what_the_api_set_and_the_list_has_not_stays_when_the_form_is_saved(
    alice_client: Client, at: str
) -> None:
    marta = make_contact(**MARTA)
    Contact.objects.update(timezone="Etc/GMT+3")
    edit = f"{at}people/{marta.pk}/edit/"

    page = alice_client.get(edit).text
    alice_client.post(edit, MARTA | {"timezone": "Etc/GMT+3"})

    assert '<option value="Etc/GMT+3" selected>Etc/GMT+3</option>' in page
    marta.refresh_from_db()
    assert marta.timezone == "Etc/GMT+3"
