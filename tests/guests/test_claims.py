"""*I introduced them, too*: an advocate says so on their page, and reads the answer there."""

from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses.models import Business
from introductions.models import Advocate, Introduction
from outreach.models import Link, Message, Reminder
from referrals.models import Credit, CreditClaim
from referrals.services import answer_claim, claim_credit
from tests.guests.factories import own_page, path_of
from tests.guests.test_doors import queries_of
from tests.introductions.factories import an_advocate, shaken

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(marta: Advocate) -> str:
    return f"{own_page(marta)}too/"


def test_what_is_said_is_kept_and_answered_on_the_same_page(
    guest: Client, marta: Advocate, place: str, by_alice: Actor, now: datetime
) -> None:
    assert place in guest.get(own_page(marta)).content.decode()

    for _ in range(2):
        page = guest.post(
            f"{place}say/", {"person": "Jonas", "words": "At the fair."}, follow=True
        ).content.decode()
    claim = CreditClaim.objects.get()
    answer_claim(claim=claim, words="You are right, and thank you.", by=by_alice, now=now)

    assert "Alice has it, and has not answered yet." in page
    assert "You are right, and thank you." in guest.get(place).content.decode()
    assert (claim.advocate, claim.person, claim.words) == (marta, "Jonas", "At the fair.")


def test_the_owner_is_asked_to_answer_today_and_no_credit_changes(
    guest: Client, business: Business, marta: Advocate, place: str, by_alice: Actor, now: datetime
) -> None:
    shaken(an_advocate(business, now, name="Walter Holm", email="w@holm.example"), now)

    guest.post(f"{place}say/", {"person": "Jonas"})

    reminder = Reminder.objects.get(subject_label="creditclaim")
    assert reminder.text == "Marta says they introduced Jonas, too"
    assert str(reminder.due_on) == "2026-05-04"
    assert [credit.advocate.contact.first_name for credit in Credit.objects.all()] == ["Walter"]
    answer_claim(claim=CreditClaim.objects.get(), words="Thank you.", by=by_alice, now=now)
    reminder.refresh_from_db()
    assert not reminder.is_open
    told = set(Event.objects.filter(subject_label="creditclaim").values_list("name", flat=True))
    assert told == {"credit.claimed", "credit.claim_answered"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"person": ""}, "A first name is enough."),
        ({"person": "www.win.example"}, "name"),
        ({"person": "Jonas", "words": "x" * 501}, "500 characters at most"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    guest: Client, place: str, typed: dict[str, str], said: str
) -> None:
    answer = guest.post(f"{place}say/", typed)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not CreditClaim.objects.exists()


def test_nobody_says_it_without_end(guest: Client, place: str) -> None:
    for number in range(5):
        guest.post(f"{place}say/", {"person": f"Jonas the {'abcde'[number]}"})

    answer = guest.post(f"{place}say/", {"person": "Ines"})

    assert answer.status_code == 409
    assert "please wait for it" in answer.content.decode()
    assert CreditClaim.objects.count() == 5


def test_another_advocate_reads_none_of_it(
    guest: Client, business: Business, place: str, now: datetime
) -> None:
    guest.post(f"{place}say/", {"person": "Jonas"})
    walter = an_advocate(business, now, name="Walter Holm", email="w@holm.example")

    page = guest.get(f"{own_page(walter)}too/").content.decode()

    assert "Jonas" not in page


def test_a_letter_tells_once_that_an_answer_is_there_and_leads_to_it(
    guest: Client, marta: Advocate, place: str, by_alice: Actor, now: datetime
) -> None:
    guest.post(f"{place}say/", {"person": "Jonas", "words": "At the fair."})
    claim = CreditClaim.objects.get()

    for words in ("You are right.", "You are right, Marta, and thank you."):
        answer_claim(claim=claim, words=words, by=by_alice, now=now)

    letter = Message.objects.get(kind="claim_answered_to_advocate")
    assert [row.address for row in letter.recipients.all()] == ["marta@oliveira.example"]
    assert letter.subject == "About Jonas: my answer"
    assert letter.due_at == now + settings.UNDO_WINDOW
    assert "You are right" not in letter.text, "the answer stands on the page, as it reads now"
    page = path_of(Link.objects.get(subject_label="creditclaim"))
    assert "You are right, Marta, and thank you." in guest.get(page).content.decode()
    for under in ("", "too/", "limits/", "kit/"):
        assert queries_of(guest, f"{page}{under}") <= 10
    guest.post(f"{page}share/", {"first_name": "Ines", "words": "Meet Alice."})
    assert Introduction.objects.get().advocate == marta


def test_who_has_no_address_gets_no_letter_and_reads_it_all_the_same(
    guest: Client, business: Business, by_alice: Actor, now: datetime
) -> None:
    walter = an_advocate(business, now, name="Walter Holm", email="", phone="+46701234567")
    claim = claim_credit(advocate=walter, person="Jonas", by=by_alice, now=now)

    answer_claim(claim=claim, words="You are right.", by=by_alice, now=now)

    assert not Message.objects.filter(kind="claim_answered_to_advocate").exists()
    assert "You are right." in guest.get(f"{own_page(walter)}too/").content.decode()
