"""A letter looked at with somebody's name, and sent to oneself."""

import re

import pytest
from django.test import Client

from businesses.models import Business
from contacts.models import Contact
from outreach.catalogue import EDITABLE
from outreach.models import AccountMessage, CadenceStep, Link, Message
from outreach.sending import send_due_letters
from tests.outreach.smtp import SmtpServer
from tests.texts.conftest import Keep

pytestmark = pytest.mark.django_db

ASK, PROGRESS = "ask_to_advocate", "met_to_advocate"
BODY = EDITABLE[ASK].original.body


def framed(page: str) -> str:
    found = re.search(r'sandbox srcdoc="([^"]*)"', page)
    assert found is not None
    return found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')


def test_it_is_seen_with_somebody_of_ones_own(keep: Keep, elena: Contact) -> None:
    page = keep(ASK, body=BODY.replace("Hello {", "Ciao {"), who="ros", look="1")

    assert page.status_code == 200
    assert "tried with Elena Rossi" in page.text
    assert page.text.count("Ciao Elena,") == 2
    assert "A request: does anybody come to mind?" in page.text


def test_somebody_who_is_not_there_is_said(keep: Keep, elena: Contact) -> None:
    page = keep(ASK, who="Zebra", look="1")

    assert page.status_code == 422
    assert "Nobody here is called that." in page.text


def test_nothing_in_it_leads_anywhere_and_looking_keeps_nothing(
    alice_client: Client, at: str, elena: Contact
) -> None:
    page = alice_client.get(f"{at}{PROGRESS}/")

    frame = framed(page.text)
    assert "What became of your introductions</a>" in frame
    assert "href=" not in frame
    assert "'unsafe-inline'" not in page["Content-Security-Policy"].partition("style-src")[0]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert not Link.objects.exists()
    assert not Message.objects.exists()
    assert not AccountMessage.objects.exists()


def test_a_test_goes_to_oneself_alone_and_opens_nobodys_page(
    keep: Keep, elena: Contact, smtp: SmtpServer, alice_client: Client
) -> None:
    page = keep(ASK, subject="for {first_name}", who="Elena", test="1")
    send_due_letters()

    assert "A test is on its way to alice@" in page.text
    [taken] = smtp.accepted
    assert taken.recipients == ("alice@lindqvist.example",)
    assert taken.letter["Subject"] == "Test: A request: for Elena"
    assert set(re.findall(r"https?://\S+", taken.part("plain"))) == {
        "http://testserver/this-was-a-test/"
    }
    assert taken.letter["List-Unsubscribe"] is None
    assert not Message.objects.exists()
    opened = alice_client.get("/this-was-a-test/")
    assert "This was a test." in opened.text


def test_the_same_test_pressed_twice_is_one(keep: Keep, elena: Contact) -> None:
    for _ in range(2):
        keep(ASK, test="1")

    assert AccountMessage.objects.count() == 1


def test_tests_are_so_many_an_hour(keep: Keep, elena: Contact) -> None:
    answers = [keep(ASK, subject=f"Try {number}", test="1") for number in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "That was ten tests within an hour." in answers[-1].text
    assert AccountMessage.objects.count() == 10


def test_words_that_are_wrong_are_not_tried(keep: Keep, elena: Contact) -> None:
    assert keep(ASK, body="{nothing}", test="1").status_code == 422
    assert not AccountMessage.objects.exists()


def test_letters_of_plans_are_seen_and_tried_too(
    alice_client: Client, business: Business, at: str, elena: Contact, smtp: SmtpServer
) -> None:
    page = alice_client.get(at).text
    step = CadenceStep.objects.get(cadence__key="unanswered_ask", kind="letter")
    address = f"/b/{business.slug}/settings/plans/{step.cadence_id}/{step.pk}/look/"
    assert address in page

    looked = alice_client.get(address)
    alice_client.post(address, {"who": "Elena", "test": "1"})
    send_due_letters()

    assert "A request: About my note" in looked.text
    assert "Hello Elena," in framed(looked.text)
    assert smtp.accepted[0].letter["Subject"] == "Test: A request: About my note"


def test_thanks_of_a_plan_are_seen_within_the_letter_for_thanks(
    alice_client: Client, business: Business, at: str, elena: Contact, keep: Keep
) -> None:
    keep("thanks_to_advocate", subject="Grazie, {first_name}", body="Ecco:\n\n{words}")
    alice_client.get(at)
    step = CadenceStep.objects.get(cadence__key="thank_win", kind="letter")

    page = alice_client.get(
        f"/b/{business.slug}/settings/plans/{step.cadence_id}/{step.pk}/look/"
    ).text

    assert "Grazie, Elena" in page
    assert "Ecco:" in page
    assert "Jonas and we are working together now" in page


def test_the_words_of_a_plan_carry_no_ask_either(
    alice_client: Client, business: Business, at: str
) -> None:
    alice_client.get(at)
    step = CadenceStep.objects.get(cadence__key="inner_circle")
    address = f"/b/{business.slug}/settings/plans/{step.cadence_id}/{step.pk}/"

    words = {"subject": "Hello", "words": "See {introduction_link}"}
    answer = alice_client.post(
        address,
        {"days": "0", "timing": "after", "condition": "always", "reminder_kind": "ask", **words},
    )

    assert answer.status_code == 422
    assert "Only an ask carries {introduction_link}." in answer.text


def test_the_foot_is_that_of_the_real_letter(alice_client: Client, at: str, elena: Contact) -> None:
    feet = {
        key: "No more letters from" in framed(alice_client.get(f"{at}{key}/").text)
        for key in EDITABLE
    }

    assert [key for key, has_way_out in feet.items() if not has_way_out] == [
        "handshake_to_everyone",
        "unvouched_to_both",
        "meeting_moved_to_everyone",
        "given_handshake_to_all",
    ]
