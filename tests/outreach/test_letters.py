"""What people write stays text: it becomes no header, no markup, no placeholder of ours."""

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from outreach import mime
from outreach.letters import Party
from outreach.links import make_link, placeholder, url_for
from outreach.models import Message, MessageRecipient
from outreach.sending import send_due_letters
from outreach.services import cancel_messages
from tests.outreach.factories import a_contact, a_letter
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db

INTRODUCTION = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
SEALED = {"name": "Canary", "words": "Meet <Alice> & say hi.\nShe is good."}
CANARY = "canary.bird@sealed.example"


def fill_prospect(introduction_id: UUID, field: str) -> str:
    assert introduction_id == INTRODUCTION
    return SEALED.get(field, "")


def prospect_address(introduction_id: UUID) -> str | None:
    return CANARY if introduction_id == INTRODUCTION else None


@pytest.fixture
def sealed(settings: Settings) -> Party:
    """A prospect before their yes: outreach knows an introduction's id, and where to ask."""
    settings.LETTER_FILLERS = {
        "prospect": f"{__name__}.fill_prospect",
        "prospect_address": f"{__name__}.prospect_address",
    }
    return Party(introduction_id=INTRODUCTION)


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def built(**changes: object) -> bytes:
    parts: dict[str, object] = {
        "letter_id": uuid4(),
        "sender": "letters@handshake.example",
        "sender_name": "Alice",
        "recipients": [("Elena", "elena@rossi.example")],
        "subject": "Good morning",
        "text": "Words\n",
        "html": "<p>Words</p>",
        "headers": {},
        "now": datetime(2026, 3, 1, 9, tzinfo=UTC),
        **changes,
    }
    return mime.build(**parts)  # type: ignore[arg-type]


HEADER_NAMES = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"]


@given(name=st.text(max_size=120), subject=st.text(max_size=300))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_name_or_subject_adds_a_header(name: str, subject: str) -> None:
    content = built(sender_name=name, subject=subject, recipients=[(name, "a@b.example")])

    letter = parsed(content)
    assert letter.keys() == HEADER_NAMES
    assert [a.addr_spec for a in letter["From"].addresses] == ["letters@handshake.example"]
    assert [a.addr_spec for a in letter["To"].addresses] == ["a@b.example"]
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@world.example",
        "Eve\nSubject: other",
        'Eve" <eve@evil.example>, "',
        "Eve <eve@evil.example>",
        "=?utf-8?q?Eve=0ABcc:_x@y.example?=",
        "Zoë\u2028Bcc: x@y.example",
        "\x00\x1b[31m",
    ],
)
def test_a_hostile_name_stays_a_name(name: str, business: Business, smtp: SmtpServer) -> None:
    elena = a_contact(business, email="elena@rossi.example")
    to = [Party(name=name, contact=elena)]
    a_letter(business, elena, to=to, from_name=f"{name} via us", context={"about": name})

    send_due_letters()

    [taken] = smtp.accepted
    assert taken.recipients == ("elena@rossi.example",)
    assert [a.addr_spec for a in taken.letter["From"].addresses] == ["letters@localhost"]
    assert [a.addr_spec for a in taken.letter["To"].addresses] == ["elena@rossi.example"]
    assert taken.letter["Bcc"] is None
    assert str(taken.letter["Subject"]).startswith("A note")


@given(text=st.text(max_size=500))
@hypothesis_settings(max_examples=100, deadline=None)
def test_every_text_arrives_as_it_was_written(text: str) -> None:
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", "", text)

    letter = parsed(built(text=clean + "\n", html=""))

    assert letter.get_content().replace("\r\n", "\n") == clean + "\n"


def test_words_cannot_become_markup(business: Business, smtp: SmtpServer) -> None:
    a_letter(business, words='<script>alert(1)</script> & "<b>bold</b>"')

    send_due_letters()

    [taken] = smtp.accepted
    assert "<script>" not in taken.part("html")
    assert "&lt;script&gt;" in taken.part("html")
    assert '<script>alert(1)</script> & "<b>bold</b>"' in taken.part("plain")


def test_a_line_with_one_dot_does_not_end_the_letter(business: Business, smtp: SmtpServer) -> None:
    a_letter(business, words="Before\n.\n..\n.hidden\nAfter")

    send_due_letters()

    assert "Before\n.\n..\n.hidden\nAfter" in smtp.accepted[0].part("plain")


def test_a_stored_letter_holds_no_live_link_and_the_sent_one_does(
    business: Business, smtp: SmtpServer
) -> None:
    elena = a_contact(business)
    link = make_link(business=business, purpose="advocate", subject=elena, now=clock.now())
    message = a_letter(business, elena, context={"link": placeholder(link)})

    send_due_letters()

    stored = str(Message.objects.values().get(pk=message.pk))
    assert url_for(link) not in stored
    assert url_for(link) in smtp.accepted[0].part("plain")
    assert f'href="{url_for(link)}"' in smtp.accepted[0].part("html")


def test_a_typed_placeholder_leads_to_no_other_business(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    elena = a_contact(business)
    theirs = make_link(business=other_business, purpose="advocate", subject=elena, now=clock.now())
    a_letter(business, elena, words=f"{placeholder(theirs)} {{prospect:email}} {{firm:slug}}")

    send_due_letters()

    text = smtp.accepted[0].part("plain")
    assert f"{placeholder(theirs)} {{prospect:email}} {{firm:slug}}" in text


def test_one_click_unsubscribe_is_offered(business: Business, smtp: SmtpServer) -> None:
    a_letter(business)

    send_due_letters()

    letter = smtp.accepted[0].letter
    assert re.fullmatch(r"<http://testserver/u/[\w-]{46}/>", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"][1:-1] in smtp.accepted[0].part("plain")


def test_a_direct_answer_carries_no_unsubscribe(business: Business, smtp: SmtpServer) -> None:
    a_letter(business, one_click=False)

    send_due_letters()

    assert smtp.accepted[0].letter["List-Unsubscribe"] is None


def test_a_sealed_prospect_is_nowhere_but_in_the_letter(
    business: Business, sealed: Party, smtp: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    elena = a_contact(business)
    message = a_letter(business, elena, words="{prospect:words}", to=[sealed])
    smtp.fault("rcpt", "reply", f"450 4.2.1 <{CANARY}>: canary.bird is not in today")

    send_due_letters()
    message.refresh_from_db()
    assert message.state == "scheduled"
    assert message.last_reason == "The mail server refused the letter (450 4.2.1)."
    with clock.at(message.due_at):
        send_due_letters()

    [taken] = smtp.accepted
    assert taken.recipients == (CANARY,)
    assert taken.letter["To"] == f"Canary <{CANARY}>"
    assert "Meet <Alice> & say hi." in taken.part("plain")
    assert "Meet &lt;Alice&gt; &amp; say hi.<br>" in taken.part("html")
    kept = [*Message.objects.values(), *MessageRecipient.objects.values()]
    for outlet in (str(kept), caplog.text):
        assert "canary" not in outlet.casefold()


def test_what_was_erased_is_not_sent(
    business: Business, sealed: Party, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = a_letter(business, to=[sealed])
    monkeypatch.setitem(globals(), "CANARY", None)

    send_due_letters()

    message.refresh_from_db()
    assert message.state == "cancelled"
    assert smtp.accepted == []


def test_a_sealed_letter_is_called_back_like_any_other(business: Business, sealed: Party) -> None:
    elena = a_contact(business)
    a_letter(business, elena, to=[sealed])

    assert cancel_messages(subject=elena, now=clock.now()) == 1


def test_text_and_html_say_the_same_and_can_be_read(business: Business, smtp: SmtpServer) -> None:
    a_letter(business, words="Grüße aus Lund")

    send_due_letters()

    taken = smtp.accepted[0]
    assert taken.letter.get_content_type() == "multipart/alternative"
    assert "Grüße aus Lund" in taken.part("plain")
    assert "Grüße aus Lund" in taken.part("html")
    assert "prefers-color-scheme: dark" in taken.part("html")
    assert "\n\n\n" not in taken.part("plain")
