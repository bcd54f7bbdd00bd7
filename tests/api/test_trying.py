"""Letters looked at and tried through the API, in any words; and what is coming."""

import re

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.models import AccountMessage, CadenceStep, Message, OwnWords
from outreach.sending import send_due_letters
from outreach.services import suppress_by_hand
from tests.api.client import ApiClient, queries_of, refusal
from tests.contacts.factories import make_contact
from tests.outreach.conftest import smtp
from tests.outreach.smtp import SmtpServer

__all__ = ["smtp"]
pytestmark = pytest.mark.django_db

THANKS = "/letters/thanks_to_advocate"


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi", email="elena@rossi.example")


@pytest.fixture
def plan(api: ApiClient) -> str:
    """The path of a plan of one's own: a letter in two days, another three days later, a call."""
    made = api.post("/plans", {"name": "After the fair"}).json()
    for days, subject in ((2, "The fair"), (3, "Another word")):
        step = {"kind": "letter", "days": days, "subject": subject, "words": "Hello {first_name}"}
        api.post(f"/plans/{made['id']}/steps", step)
    api.post(f"/plans/{made['id']}/steps", {"kind": "reminder", "days": 5, "words": "Ring"})
    return f"/plans/{made['id']}"


@pytest.fixture
def step(api: ApiClient, plan: str) -> str:
    return f"{plan}/steps/{api.get(plan).json()['steps'][0]['id']}"


def put_on(api: ApiClient, plan: str, contact: Contact) -> str:
    told = {"plan_id": plan.rpartition("/")[2], "contact_id": contact.pk}
    return str(api.post("/enrolments", told).json()["id"])


def test_the_next_seven_days_are_told_in_filled_words_and_nothing_happens(
    api: ApiClient, plan: str, elena: Contact
) -> None:
    enrolment = put_on(api, plan, elena)

    answer = api.get("/coming").json()

    [one] = answer["results"]
    assert answer["next"] is None
    assert (one["enrolment_id"], one["contact_id"]) == (enrolment, str(elena.pk))
    assert [step["subject"] for step in one["steps"]] == ["The fair", "Another word"]
    first = one["steps"][0]
    assert (first["words"], first["why_not"]) == ("Hello Elena", "")
    assert (first["kind"], first["automatic"]) == ("letter", False)
    assert not Message.objects.exists()
    [further] = api.get("/coming?days=31").json()["results"]
    assert len(further["steps"]) == 3
    assert api.get("/coming?days=1").json()["results"] == []


def test_why_a_step_will_be_left_out_is_told(
    api: ApiClient, plan: str, elena: Contact, business: Business
) -> None:
    put_on(api, plan, elena)
    suppress_by_hand(business=business, address=elena.email, by=SYSTEM, now=clock.now())

    [one] = api.get("/coming").json()["results"]

    assert {step["why_not"] for step in one["steps"]} == {"Elena wants no mail."}


def test_what_is_coming_has_pages_and_needs_no_more_queries_for_many(
    api: ApiClient, plan: str, business: Business
) -> None:
    people = [make_contact(business, name=f"P{n}", email=f"p{n}@x.example") for n in range(7)]
    put_on(api, plan, people[0])
    few = queries_of(api, "/coming")
    for person in people[1:]:
        put_on(api, plan, person)

    first = api.get("/coming?limit=4").json()
    second = api.get(first["next"].partition("/api/v1")[2]).json()

    told = [one["contact_id"] for one in first["results"] + second["results"]]
    assert sorted(told) == sorted(str(person.pk) for person in people)
    assert second["next"] is None
    assert queries_of(api, "/coming") == few


def test_a_plan_says_which_fields_its_words_may_name(api: ApiClient, plan: str) -> None:
    fields = {one["name"]: one["meaning"] for one in api.get(plan).json()["may_name"]}

    assert fields["first_name"] == "first name of whoever it goes to"
    assert "feedback_link" in fields
    assert "advocate" not in fields


def test_a_plans_letter_is_read_with_a_contacts_name_in_kept_and_in_other_words(
    api: ApiClient, step: str, elena: Contact
) -> None:
    kept = api.get(f"{step}/preview?contact_id={elena.pk}").json()
    other = {"subject": "For {first_name}", "words": "Ciao {first_name}", "contact_id": elena.pk}
    tried = api.post(f"{step}/preview", other).json()
    wrong = api.post(f"{step}/preview", {"words": "Ciao {frist_name}"})

    assert (kept["subject"], kept["text"].splitlines()[0]) == ("The fair", "Hello Elena")
    assert (tried["subject"], tried["text"].splitlines()[0]) == ("For Elena", "Ciao Elena")
    assert "Lindqvist Bookkeeping" in tried["text"]
    assert refusal(wrong) == (422, "unknown_field")
    assert CadenceStep.objects.get(subject="The fair").words == "Hello {first_name}"


def test_a_test_of_a_plans_letter_goes_to_whoever_made_the_key(
    api: ApiClient, step: str, elena: Contact, smtp: SmtpServer
) -> None:
    for _ in range(2):
        answer = api.post(f"{step}/test", {"words": "Ciao {first_name}", "contact_id": elena.pk})
    send_due_letters()

    assert (answer.status_code, answer.json()) == (202, {"sent_to": "alice@lindqvist.example"})
    [taken] = smtp.accepted
    assert taken.recipients == ("alice@lindqvist.example",)
    assert taken.letter["Subject"] == "Test: The fair"
    assert "Ciao Elena" in taken.part("plain")
    assert not Message.objects.exists()


def test_a_reminder_has_no_letter(api: ApiClient, plan: str) -> None:
    reminder = api.get(plan).json()["steps"][2]["id"]

    assert api.get(f"{plan}/steps/{reminder}/preview").status_code == 404


def test_words_of_a_letter_are_tried_before_they_are_kept(
    admin: ApiClient, api: ApiClient, elena: Contact, smtp: SmtpServer
) -> None:
    other = {"subject": "Grazie", "body": "Cara {first_name},\n\n{words}", "contact_id": elena.pk}

    tried = admin.post(f"{THANKS}/preview", other).json()
    sent = admin.post(f"{THANKS}/test", other)
    lacking = admin.post(f"{THANKS}/preview", {"body": "Cara {first_name}"})
    send_due_letters()

    assert (tried["subject"], tried["text"].splitlines()[0]) == ("Grazie", "Cara Elena,")
    assert refusal(lacking) == (422, "field_missing")
    assert refusal(api.post(f"{THANKS}/test", other)) == (403, "permission_denied")
    assert sent.status_code == 202
    assert smtp.accepted[0].letter["Subject"] == "Test: Grazie"
    links = set(re.findall(r"https?://\S+", smtp.accepted[0].part("plain")))
    assert links <= {"http://testserver/this-was-a-test/"}
    assert not OwnWords.objects.exists()


def test_tests_are_so_many_an_hour(api: ApiClient, step: str, elena: Contact) -> None:
    answers = [api.post(f"{step}/test", {"subject": f"Try {n}"}).status_code for n in range(11)]

    assert answers == [202] * 10 + [429]
    assert AccountMessage.objects.count() == 10


def test_another_business_tries_nothing(charlie_api: ApiClient, step: str) -> None:
    assert charlie_api.get(f"{step}/preview").status_code == 404
    assert charlie_api.post(f"{step}/test").status_code == 404
    assert charlie_api.get("/coming").json()["results"] == []
