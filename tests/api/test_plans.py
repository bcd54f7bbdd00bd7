"""Follow-up plans through the API: read, changed, begun by hand, stopped; letters looked at."""

from datetime import timedelta
from uuid import uuid4

import pytest

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.models import Message, StepTaken
from outreach.services import take_due_steps
from tests.api.client import ApiClient, queries_of, refusal
from tests.contacts.factories import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi", email="elena@rossi.example")


@pytest.fixture
def plan(api: ApiClient) -> str:
    """The path of a plan of one's own with one letter."""
    made = api.post("/plans", {"name": "After the fair"}).json()
    step = {"kind": "letter", "days": 0, "subject": "The fair", "words": "Hello {first_name}"}
    assert api.post(f"/plans/{made['id']}/steps", step).status_code == 201
    return f"/plans/{made['id']}"


@pytest.fixture
def draft(api: ApiClient, plan: str, elena: Contact) -> str:
    """The path of the letter to Elena that waits for a look."""
    api.post("/enrolments", {"plan_id": plan.rpartition("/")[2], "contact_id": elena.pk})
    take_due_steps(now=clock.now() + timedelta(days=2))
    return f"/drafts/{StepTaken.objects.get().pk}"


def test_the_plans_that_are_there_from_the_start_are_listed_with_their_steps(
    api: ApiClient,
) -> None:
    plans = api.get("/plans").json()["results"]

    assert len(plans) == 9
    [handshake] = [plan for plan in plans if plan["key"] == "follow_up_handshake"]
    assert [step["kind"] for step in handshake["steps"]] == ["letter", "reminder"]


def test_a_plan_is_switched_off(api: ApiClient, plan: str) -> None:
    assert api.patch(plan, {"is_on": False}).json()["is_on"] is False
    assert api.get(plan).json()["is_on"] is False


def test_a_step_gets_other_words_and_an_unknown_field_is_refused(api: ApiClient, plan: str) -> None:
    [step] = api.get(plan).json()["steps"]
    place = f"{plan}/steps/{step['id']}"

    changed = api.patch(place, {"words": "Dear {first_name}", "days": 3}).json()
    wrong = api.patch(place, {"words": "Dear {frist_name}"})

    assert (changed["words"], changed["days"], changed["subject"]) == (
        "Dear {first_name}",
        3,
        "The fair",
    )
    assert refusal(wrong) == (422, "unknown_field")


def test_a_step_is_removed(api: ApiClient, plan: str) -> None:
    [step] = api.get(plan).json()["steps"]

    assert api.delete(f"{plan}/steps/{step['id']}").status_code == 204

    assert api.get(plan).json()["steps"] == []


def test_somebody_is_put_on_a_plan_once_a_day_and_taken_off(
    api: ApiClient, plan: str, elena: Contact
) -> None:
    body = {"plan_id": plan.rpartition("/")[2], "contact_id": elena.pk}
    first, second = (api.post("/enrolments", body).json() for _ in range(2))
    assert first["id"] == second["id"]
    assert first["state"] == "active"

    stopped = api.post(f"/enrolments/{first['id']}/stop", {"reason": "Spoke at the fair"}).json()

    assert (stopped["state"], stopped["reason"], stopped["due_at"]) == (
        "stopped",
        "Spoke at the fair",
        None,
    )


def test_a_plan_that_something_else_begins_is_not_begun_by_hand(
    api: ApiClient, elena: Contact
) -> None:
    [handshake] = [
        plan for plan in api.get("/plans").json()["results"] if plan["key"] == "follow_up_handshake"
    ]

    answer = api.post("/enrolments", {"plan_id": handshake["id"], "contact_id": elena.pk})

    assert refusal(answer) == (409, "not_by_hand")


def test_a_letter_is_looked_at_changed_and_sent(api: ApiClient, draft: str) -> None:
    [waiting] = api.get("/drafts").json()["results"]
    assert waiting["words"] == "Hello Elena"

    api.patch(draft, {"words": "Hello Elena, how are you?"})
    sent = api.post(f"{draft}/send").json()

    assert sent["outcome"] == "sent"
    assert Message.objects.get(kind="plan_letter").text.startswith("Hello Elena, how are you?")
    assert refusal(api.post(f"{draft}/send")) == (409, "not_possible_now")
    assert api.get("/drafts").json()["results"] == []


def test_a_letter_is_put_aside(api: ApiClient, draft: str) -> None:
    assert api.post(f"{draft}/dismiss", {"reason": "Met her"}).json()["outcome"] == "dismissed"
    assert not Message.objects.filter(kind="plan_letter").exists()


def test_what_was_done_is_told_with_the_enrolment(
    api: ApiClient, draft: str, elena: Contact
) -> None:
    [enrolment] = api.get(f"/enrolments?contact_id={elena.pk}").json()["results"]

    [taken] = enrolment["taken"]
    assert (taken["outcome"], f"/drafts/{taken['id']}") == ("drafted", draft)


def test_a_key_that_reads_changes_nothing(reader: ApiClient, draft: str, plan: str) -> None:
    assert reader.get(draft).status_code == 200
    assert reader.post(f"{draft}/send").status_code == 403
    assert reader.patch(plan, {"is_on": False}).status_code == 403


def test_another_business_sees_nothing(
    charlie_api: ApiClient, draft: str, plan: str, elena: Contact
) -> None:
    for place in (draft, plan):
        assert charlie_api.get(place).status_code == 404
    assert charlie_api.get("/enrolments").json()["results"] == []
    body = {"plan_id": plan.rpartition("/")[2], "contact_id": str(uuid4())}
    assert charlie_api.post("/enrolments", body).status_code == 400


def test_fifty_enrolments_need_no_more_queries_than_one(
    api: ApiClient, plan: str, business: Business
) -> None:
    def put(count: int) -> None:
        for _ in range(count):
            contact = make_contact(business, name="Somebody New")
            api.post("/enrolments", {"plan_id": plan.rpartition("/")[2], "contact_id": contact.pk})

    put(1)
    few = queries_of(api, "/enrolments")
    put(9)

    assert queries_of(api, "/enrolments") == few
