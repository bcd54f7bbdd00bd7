"""Today says what is so, and a row pressed twice is done once."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from contacts.models import Interaction
from contacts.services import change_contact
from contacts.states import Circle
from desk.today import Letters
from tests.contacts.factories import make_contact
from tests.desk.factories import a_letter_that_failed
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


def test_having_spoken_is_kept_once_however_often_it_is_pressed(
    alice_client: Client, at: str
) -> None:
    deepa = make_contact(name="Deepa Kaur", circle=Circle.INNER)

    for _ in range(3):
        alice_client.post(f"{at}people/{deepa.pk}/touched/", {"kind": "call"})
    alice_client.post(f"{at}people/{deepa.pk}/touched/", {"kind": "meeting"})
    with clock.at(clock.now() + timedelta(minutes=2)):
        alice_client.post(f"{at}people/{deepa.pk}/touched/", {"kind": "call"})

    kinds = sorted(Interaction.objects.values_list("kind", flat=True))
    assert kinds == ["call", "call", "meeting"]


def test_nobody_is_written_to_without_an_address(
    alice_client: Client, at: str, business: Business, by_alice: Actor
) -> None:
    marta = an_advocate(business, clock.now())
    a_referral(marta, clock.now())
    assert "Write to Marta" in alice_client.get(at).text

    change_contact(contact=marta.contact, changes={"email": ""}, by=by_alice, now=clock.now())

    page = alice_client.get(at).text
    assert "Write to Marta" not in page
    assert "Send a card" in page


@pytest.mark.parametrize(
    ("failed", "uncertain", "says"),
    [
        (0, 0, ""),
        (1, 0, "A letter could not be delivered."),
        (0, 2, "Two letters may not have arrived."),
        (11, 1, "11 letters could not be delivered. A letter may not have arrived."),
    ],
)
def test_a_letter_that_failed_is_not_one_in_doubt(failed: int, uncertain: int, says: str) -> None:
    assert Letters(held=0, failed=failed, uncertain=uncertain).trouble == says


def test_trouble_with_letters_is_said_as_it_is(alice_client: Client, at: str) -> None:
    a_letter_that_failed(make_contact(), clock.now())

    assert "A letter could not be delivered." in alice_client.get(at).text


def test_nobody_is_said_to_be_unspoken_to(alice_client: Client, at: str) -> None:
    make_contact(name="Deepa Kaur", circle=Circle.INNER, now=clock.now() - timedelta(days=60))

    page = alice_client.get(at).text

    assert "Deepa Kaur" in page
    assert "spoken yet" not in page
