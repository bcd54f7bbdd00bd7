"""What letters say: the same as text and as HTML, in each case; what people typed stays text."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions import services as introductions
from outreach.models import Message
from outreach.sending import send_due_letters
from tests.introductions.factories import a_contact as marta
from tests.introductions.factories import an_advocate, offered
from tests.outreach.smtp import SmtpServer
from tests.texts.conftest import Asks, Keep

pytestmark = pytest.mark.django_db

HOSTILE = "<b>Eve</b> {firm:name} {first_name} {{x}} {link:0192f0c1-2345-7abc-8def-0123456789ab}"


def in_text(letter: Message) -> list[str]:
    """The words of the text part; an address stands behind a button or a link in the other."""
    return words(letter.text.replace("\n--\n", "\n"))


def in_html(letter: Message) -> list[str]:
    """The words that the HTML part shows."""
    body = re.sub(r"(?s)<head>.*?</head>", "", letter.html).replace("<br>", " ")
    return words(unescape(strip_tags(body)))


def words(text: str) -> list[str]:
    return [word.rstrip(":") for word in re.sub(r"\{link:[^}]*\}", " ", text).split()]


def test_an_ask_for_a_kind_of_person(asks: Asks) -> None:
    letter = asks("a baker", note="Dear Elena.\n\nTwo lines\nhere.")

    assert letter.subject == "A request: does anybody come to mind?"
    assert "Two lines\nhere.\n\nI am looking for a baker.\n\nThis is a business note" in letter.text
    assert "Two lines<br>\nhere.</p>" in letter.html
    assert in_text(letter) == in_html(letter)


def test_an_ask_for_somebody_by_name(asks: Asks) -> None:
    letter = asks("He sold his car.", named_person="Paul Ek")

    assert letter.subject == "A request: could you introduce me to Paul Ek?"
    assert "I would like to meet Paul Ek, and you may know each other.\n\nHe sold" in letter.text
    assert letter.text.startswith("Hello Elena,\n\nI would like")
    assert in_text(letter) == in_html(letter)


def test_an_introduction(business: Business) -> None:
    now = clock.now()
    offered(an_advocate(business, now), now)

    letter = Message.objects.get(kind="introduction_to_prospect")

    assert letter.subject == "Marta would like you to meet {firm:owner}"
    assert letter.text.startswith("Marta Oliveira wrote to you:\n\n{prospect:words}\n\n")
    assert "what is kept about you is erased." in letter.text
    assert "Nobody is paid for this introduction." in letter.text
    assert '<div class="words"' in letter.html
    assert in_text(letter) == in_html(letter)


@pytest.mark.parametrize(
    ("answer", "says", "says_not"),
    [
        (
            {"email": "jonas@falk.example"},
            ["Answer to all to say hello.", "Jonas: jonas@falk.example\n"],
            ["adds", "will ring"],
        ),
        (
            {"phone": "+46 70 123 45 67"},
            ["Jonas left a phone number: {firm:owner} will ring.", "Jonas: +46 70 123 45 67\n"],
            ["adds", "Answer to all"],
        ),
    ],
)
def test_a_handshake(
    business: Business, answer: dict[str, str], says: list[str], says_not: list[str]
) -> None:
    now = clock.now()
    shared = introductions.share_introduction(
        advocate=an_advocate(business, now), first_name="Jonas", words="Meet.\n\nDo.", now=now
    )
    told: Any = {"introduction": shared, "now": now, **answer}
    introductions.send_handshake_now(
        introduction=introductions.accept_introduction(**told), now=now
    )

    letter = Message.objects.get(kind="handshake_to_everyone")

    assert letter.subject == "Jonas, meet {firm:owner}: an introduction by Marta"
    assert [one for one in says if one not in letter.text] == []
    assert [one for one in says_not if one in letter.text] == []
    assert in_text(letter) == in_html(letter)


def test_what_people_typed_stays_text(
    alice_client: Client, business: Business, by_alice: Actor, alice: User, smtp: SmtpServer
) -> None:
    contact = marta(business, clock.now(), name="Eve 'Link' & Co")
    now = clock.now()
    ask = introductions.draft_ask(
        contact=contact,
        wanted="bakers\r\nBcc: all@world.example",
        note=HOSTILE,
        by=by_alice,
        sender=alice,
        now=now,
    )
    introductions.send_ask(ask=ask, by=by_alice, now=now)
    send_due_letters()

    [taken] = smtp.accepted
    assert HOSTILE in taken.part("plain")
    assert "<b>Eve" not in taken.part("html")
    assert "&lt;b&gt;Eve&lt;/b&gt; {firm:name} {first_name} {{x}} {link:0192" in taken.part("html")
    assert taken.letter["Bcc"] is None
    page = alice_client.get(f"/b/{business.slug}/asks/{ask.pk}/").text
    assert "{firm:name} {first_name} {{x}}" in page


def test_a_subject_stays_one_line_whatever_a_field_holds(
    keep: Keep, elena: Contact, asks: Asks, smtp: SmtpServer
) -> None:
    asks("", named_person="Paul\r\nBcc: all@world.example")
    send_due_letters()

    [taken] = smtp.accepted
    assert taken.letter["Bcc"] is None
    assert taken.letter["Subject"] == (
        "A request: could you introduce me to Paul Bcc: all@world.example?"
    )


def test_markup_in_own_words_is_text_and_lists_are_lists(keep: Keep, elena: Contact) -> None:
    answer = keep(
        "thanks_to_advocate",
        body="<b>Well</b>\n\n- {words}\n- <i>and more</i>\n\n{sender}",
        look="1",
    )

    assert answer.status_code == 200
    assert "&amp;lt;b&amp;gt;Well" in answer.text
    assert "&lt;li&gt;&amp;lt;i&amp;gt;and more" in answer.text
