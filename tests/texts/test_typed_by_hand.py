"""What is typed for one person carries no address with somebody's key in it, at no door."""

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions.models import Ask
from outreach.models import Message
from outreach.sending import send_due_letters
from referrals.models import ThankYou
from referrals.services import record_kindness
from tests.api.client import ApiClient, refusal, with_a_key
from tests.guests.factories import ask_page, sent_ask
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db

WANTED = {"wanted": "workshops", "named_person": "", "blurb": ""}
SAID = "There is an address of Handshake in these words."
WALL = "http://testserver/t/lindqvist/thanks/"


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def ask(elena: Contact, alice: User, by_alice: Actor, smtp: SmtpServer) -> Ask:
    """Elena was asked, and the letter has left."""
    ask = sent_ask(elena, alice, by_alice, clock.now())
    send_due_letters()
    return ask


@pytest.fixture
def pasted(ask: Ask) -> str:
    """Words with the link in them that lets whoever has it introduce somebody."""
    return f"Do you know anybody? http://testserver{ask_page(ask)}"


@pytest.fixture
def thanks(elena: Contact) -> ThankYou:
    return record_kindness(contact=elena, reason="helping", by=SYSTEM, now=clock.now())


def letters(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_thanks_carry_no_ask(
    alice_client: Client, api: ApiClient, desk: str, thanks: ThankYou, pasted: str
) -> None:
    at = f"thank-yous/{thanks.pk}/give"

    answer = alice_client.post(f"{desk}{at}/", {"how": "mail", "words": pasted})
    told = api.post(f"/{at}", {"how": "mail", "words": pasted})

    assert answer.status_code == 422
    assert SAID in answer.text
    assert pasted in answer.text
    assert refusal(told) == (422, "own_address_in_words")
    thanks.refresh_from_db()
    assert thanks.is_due
    assert letters("thanks_to_advocate") == 0


def test_what_everybody_may_see_can_be_named(
    alice_client: Client, desk: str, thanks: ThankYou
) -> None:
    told = {"how": "mail", "words": f"You stand on our wall: {WALL}"}
    alice_client.post(f"{desk}thank-yous/{thanks.pk}/give/", told)

    assert letters("thanks_to_advocate") == 1


def test_the_note_of_an_ask_lets_nobody_in_as_somebody_else(
    alice_client: Client, api: ApiClient, desk: str, business: Business, pasted: str
) -> None:
    ines = Contact.objects.create(business=business, name="Ines Blom", email="ines@x.example")

    answer = alice_client.post(f"{desk}asks/new/?contact={ines.pk}", {**WANTED, "note": pasted})
    told = api.post("/asks", {"contact_id": ines.pk, "wanted": "workshops", "note": pasted})

    assert answer.status_code == 422
    assert SAID in answer.text
    assert pasted in answer.text
    assert refusal(told) == (422, "own_address_in_words")
    assert not Ask.objects.filter(advocate__contact=ines).exists()


def test_nor_do_other_words_for_a_draft(api: ApiClient, business: Business, pasted: str) -> None:
    ines = Contact.objects.create(business=business, name="Ines Blom", email="ines@x.example")
    draft = api.post("/asks", {"contact_id": ines.pk, "wanted": "workshops"}).json()["id"]

    for field in ("note", "blurb", "wanted", "named_person"):
        answer = api.patch(f"/asks/{draft}", {field: pasted})
        assert refusal(answer) == (422, "own_address_in_words")


def test_nor_does_the_one_reminder(
    alice_client: Client, api: ApiClient, desk: str, ask: Ask, pasted: str
) -> None:
    answer = alice_client.post(f"{desk}asks/{ask.pk}/nudge/", {"words": pasted})
    told = api.post(f"/asks/{ask.pk}/nudge", {"words": pasted})

    assert answer.status_code == 422
    assert SAID in answer.text
    assert pasted in answer.text
    assert refusal(told) == (422, "own_address_in_words")
    ask.refresh_from_db()
    assert ask.nudged_at is None
    assert letters("nudge_to_advocate") == 0
