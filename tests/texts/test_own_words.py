"""Every letter can be put in other words: checked when they are kept, and put back."""

import re

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Ask
from outreach.catalogue import EDITABLE
from outreach.models import Enrolment, Message, OwnWords, StepTaken
from outreach.sending import send_due_letters
from outreach.services import ensure_cadences
from tests.outreach.smtp import SmtpServer
from tests.texts.conftest import Asks, Keep

pytestmark = pytest.mark.django_db

ASK = "ask_to_advocate"
BODY = EDITABLE[ASK].original.body


def said(page: str) -> str:
    """A page's text as a person reads it, with quotes that HTML writes otherwise."""
    return re.sub(r"&#x27;|&#39;", "'", page).replace("&quot;", '"')


def test_an_ask_leaves_in_the_owners_words(keep: Keep, asks: Asks, smtp: SmtpServer) -> None:
    body = BODY.replace("Hello {first_name},", "Ciao {first_name}!")
    assert keep(ASK, subject="for {first_name}", body=body).status_code == 302

    asks()
    send_due_letters()

    [taken] = smtp.accepted
    assert taken.letter["Subject"] == "A request: for Elena"
    assert taken.part("plain").startswith("Ciao Elena!\n\nI am looking for a baker.")
    assert "Ciao Elena!</p>" in taken.part("html")
    assert "<strong>a baker</strong>" in taken.part("html")


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {"body": BODY.replace("{first_name}", "{advocat}")},
            "There is no field {advocat} here. There are {first_name}",
        ),
        (
            {"body": BODY.replace("{first_name}", "{First name}")},
            "There is no field {First name} here. Did you mean {first_name}?",
        ),
        (
            {"body": BODY.replace("{introduction_link}", "")},
            "{introduction_link} is missing: without it nobody could introduce anybody.",
        ),
        (
            {"body": BODY.replace("{they_decide}", "")},
            "{they_decide} is missing: whoever introduces is told what you get to see.",
        ),
        (
            {"body": BODY.replace("{introduction_link}", "Press {introduction_link} now")},
            "{introduction_link} needs a line of its own, once",
        ),
        (
            {"body": BODY.replace("{introduction_link}", "{introduction_link}\n\n" * 2)},
            "{introduction_link} needs a line of its own, once",
        ),
        (
            {"body": BODY.replace("Hello {first_name}", "Hello {first_name")},
            "In line 1 a brace has no other half: “Hello {first_name,”.",
        ),
        ({"body": " "}, "Write a few words."),
        ({"subject": ""}, "Please give the letter a subject."),
        ({"subject": "Hello {frist_name}"}, "In the subject: There is no field {frist_name} here."),
        ({"subject": "{introduction_link}"}, "{introduction_link} is too much for a subject."),
        ({"subject": "x" * 300}, "A subject is one line of 200 letters at most."),
        (
            {"subject": "Hello\r\nBcc: all@world.example"},
            "A subject is one line of 200 letters at most.",
        ),
        (
            {"body": f"{BODY}\n\nhttp://testserver/a/somebodys-token/"},
            "There is an address of Handshake in these words.",
        ),
        ({"body": BODY + "x" * 4000}, "A letter of more than 4000 letters is read by nobody."),
    ],
)
def test_what_is_wrong_is_said_at_once_and_what_was_typed_stays(
    keep: Keep, told: dict[str, str], sentence: str
) -> None:
    answer = keep(ASK, **told)

    assert answer.status_code == 422
    assert sentence in said(answer.text)
    assert not OwnWords.objects.exists()
    typed = told.get("body", BODY).strip().splitlines()
    assert not typed or typed[0] in answer.text


def test_an_address_of_the_owners_own_may_be_named(keep: Keep, asks: Asks) -> None:
    assert keep(ASK, body=f"{BODY}\n\nhttps://lindqvist-testserver/").status_code == 302

    assert "https://lindqvist-testserver/" in asks().text


def test_thanks_never_carry_an_ask(keep: Keep) -> None:
    answer = keep("thanks_to_advocate", body="{words}\n\n{introduction_link}")

    assert answer.status_code == 422
    assert (
        "Only an ask carries {introduction_link}. Thanks, news and friendly letters never ask."
        in said(answer.text)
    )


def test_each_letter_is_kept_as_it_stands_and_says_the_same(keep: Keep) -> None:
    for key in EDITABLE:
        assert keep(key).status_code == 302, key

    assert not OwnWords.objects.exists()


def test_what_nobody_may_leave_out_stays_in_each(keep: Keep) -> None:
    for key, letter in EDITABLE.items():
        needed = [field.name for field in letter.fields if field.needed]
        answer = keep(key, body="Only this.")

        assert answer.status_code == 422
        assert needed, key
        for name in needed:
            assert f"{{{name}}} is missing" in said(answer.text)


def test_it_goes_back_to_the_original(
    alice_client: Client, at: str, keep: Keep, asks: Asks
) -> None:
    keep(ASK, subject="for {first_name}")
    assert "in your words" in alice_client.get(at).text

    answer = alice_client.post(f"{at}{ASK}/restore/", follow=True)

    assert "Back to what it said at first." in answer.text
    assert asks().subject == "A request: does anybody come to mind?"
    assert "in your words" not in alice_client.get(at).text


def test_what_is_queued_keeps_its_words(
    alice_client: Client, business: Business, keep: Keep, asks: Asks, smtp: SmtpServer
) -> None:
    before = asks()
    ask = Ask.objects.get()
    keep(ASK, subject="other words", body=BODY.replace("Hello", "Ciao"))

    page = alice_client.get(f"/b/{business.slug}/asks/{ask.pk}/").text
    send_due_letters()

    assert "A request: does anybody come to mind?" in page
    assert "Hello Elena," in page
    assert before.subject == smtp.accepted[0].letter["Subject"]
    assert smtp.accepted[0].part("plain").startswith("Hello Elena,")


def test_the_composer_shows_the_owners_words(
    alice_client: Client, business: Business, keep: Keep, elena: Contact
) -> None:
    keep(ASK, body=BODY.replace("Hello", "Ciao"))

    page = alice_client.post(
        f"/b/{business.slug}/asks/new/?contact={elena.pk}",
        {"wanted": "a baker", "named_person": "", "note": "", "look": "1"},
    )

    assert "Ciao Elena," in page.text


def test_who_comes_second_is_told_and_loses_nothing(
    alice_client: Client, business: Business, at: str, keep: Keep
) -> None:
    stale = re.search(r'name="seen" value="(\w+)"', alice_client.get(f"{at}{ASK}/").text)
    assert stale is not None
    keep(ASK, body=BODY.replace("Hello", "Bob says hello,"))

    mine = BODY.replace("Hello", "Alice says hello,")
    told = keep(ASK, body=mine, seen=stale[1])
    seen = re.search(r'name="seen" value="(\w+)"', told.text)
    assert seen is not None
    again = keep(ASK, body=mine, seen=seen[1])

    assert told.status_code == 409
    assert "Somebody else changed this letter while you were writing." in told.text
    assert "Bob says hello, {first_name}," in told.text
    assert "Alice says hello, {first_name}," in told.text
    assert again.status_code == 302
    assert "Alice says hello" in OwnWords.objects.get().body


def test_only_who_manages_changes_letters(
    bob_client: Client, charlie_client: Client, at: str, business: Business
) -> None:
    told = {"subject": "Hi", "body": BODY, "who": "", "seen": ""}

    assert bob_client.get(f"{at}{ASK}/").status_code == 200
    assert bob_client.post(f"{at}{ASK}/", told).status_code == 403
    assert charlie_client.get(f"{at}{ASK}/").status_code == 404
    assert not OwnWords.objects.exists()


def test_no_other_business_reads_them(
    keep: Keep, charlie_client: Client, other_business: Business
) -> None:
    keep(ASK, body=BODY.replace("Hello", "Ciao"))

    page = charlie_client.get(f"/b/{other_business.slug}/settings/letters/{ASK}/").text

    assert "Hello {first_name}" in page
    assert "Ciao" not in page


def test_a_letter_that_is_not_there_is_not_found(alice_client: Client, at: str) -> None:
    for key in ("plan_letter", "nothing"):
        assert alice_client.get(f"{at}{key}/").status_code == 404
        assert alice_client.post(f"{at}{key}/restore/").status_code == 404


def test_every_ask_says_that_it_is_one(asks: Asks, keep: Keep) -> None:
    keep(ASK, subject="a REQUEST: just this")
    plain = asks("", named_person="Paul Ek")
    assert plain.subject == "a REQUEST: just this"
    assert Message.objects.filter(mail_kind="asks").count() == 1


def test_the_draft_of_an_ask_shows_the_subject_that_leaves(
    alice_client: Client, business: Business, asks: Asks
) -> None:
    asks()
    ask = Ask.objects.get()
    [cadence] = [
        one
        for one in ensure_cadences(business=business, now=clock.now())
        if one.key == "unanswered_ask"
    ]
    enrolment = Enrolment.objects.create(
        business=business,
        cadence=cadence,
        contact=ask.advocate.contact,
        subject_label="ask",
        subject_id=ask.pk,
        dedupe="here",
        next_position=1,
        due_at=clock.now(),
    )
    Message.objects.update(state="sent", sent_at=clock.now())
    draft = StepTaken.objects.create(
        business=business,
        enrolment=enrolment,
        position=1,
        outcome="drafted",
        subject="About my note",
        words="Hello Elena, did it arrive?",
    )
    at = f"/b/{business.slug}/letters/{draft.pk}/"

    page = alice_client.get(at).text
    alice_client.post(f"{at}send/")

    assert "<strong>A request: About my note</strong>" in page
    assert Message.objects.get(kind="nudge_to_advocate").subject == "A request: About my note"
