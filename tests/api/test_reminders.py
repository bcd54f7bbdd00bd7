"""Reminders through the API: added, done, put off, and seen on Today."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach.models import Reminder, ReminderKind
from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(business: Business) -> date:
    return clock.today(business)


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi")


def add(api: ApiClient, contact: Contact, due_on: date, **more: str) -> str:
    """The path of a new reminder."""
    body = {"kind": "follow_up", "contact_id": contact.pk, "due_on": due_on} | more
    answer = api.post("/reminders", body)
    assert answer.status_code == 201, answer.content
    return f"/reminders/{answer.json()['id']}"


def test_something_to_do_is_kept_for_its_day(api: ApiClient, elena: Contact, today: date) -> None:
    body = {
        "kind": "follow_up",
        "contact_id": str(elena.pk),
        "due_on": today.isoformat(),
        "text": "Bring the samples",
    }

    answer = api.post("/reminders", body)

    assert answer.status_code == 201
    shown = answer.json()
    assert {name: shown[name] for name in body} == body
    nothing_yet = {"subject_label": "", "subject_id": None, "done_at": None, "closed_at": None}
    assert {name: shown[name] for name in nothing_yet} == nothing_yet
    assert api.get(f"/reminders/{shown['id']}").json() == shown


@pytest.mark.parametrize("kind", ReminderKind.values)
def test_of_each_kind_it_shows_on_today(
    api: ApiClient,
    alice_client: Client,
    business: Business,
    elena: Contact,
    today: date,
    kind: str,
) -> None:
    add(api, elena, today, kind=kind, text="Bring the samples")

    page = alice_client.get(f"/b/{business.slug}/").content.decode()

    assert "Bring the samples" in page


def test_one_about_a_referral_says_so(api: ApiClient, business: Business) -> None:
    now = clock.now()
    referral = a_referral(an_advocate(business, now), now)

    [shown] = api.get(f"/reminders?contact_id={referral.contact_id}").json()["results"]

    assert (shown["subject_label"], shown["subject_id"]) == ("referral", str(referral.pk))


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"kind": "dance"}, {"kind": "invalid_choice"}),
        ({"contact_id": str(uuid4())}, {"contact_id": "unknown"}),
        ({"due_on": "soon"}, {"due_on": "invalid"}),
        ({"text": "x" * 301}, {"text": "max_length"}),
        ({"text": "a\x00b"}, {"text": "null_characters_not_allowed"}),
        ({"dedupe": "1"}, {"dedupe": "unknown_field"}),
    ],
)
def test_what_cannot_be_understood_is_named(
    api: ApiClient, elena: Contact, today: date, sent: dict[str, str], wrong: dict[str, str]
) -> None:
    body = {"kind": "ask", "contact_id": elena.pk, "due_on": today} | sent

    assert wrong_fields(api.post("/reminders", body)) == wrong


def test_it_is_done_and_done_again_changes_nothing(
    api: ApiClient, elena: Contact, today: date
) -> None:
    at = add(api, elena, today)

    done = api.post(f"{at}/done")

    assert (done.status_code, done.json()["done_at"][-1]) == (200, "Z")
    assert api.post(f"{at}/done").json() == done.json() == api.get(at).json()
    assert refusal(api.post(f"{at}/snooze", {"until": today + timedelta(days=2)})) == (
        409,
        "not_possible_now",
    )


def test_it_is_put_off_to_a_day_to_come(api: ApiClient, elena: Contact, today: date) -> None:
    at, later = add(api, elena, today), today + timedelta(days=3)
    for day in (today, today - timedelta(days=1)):
        assert refusal(api.post(f"{at}/snooze", {"until": day})) == (422, "day_has_passed")
    assert wrong_fields(api.post(f"{at}/snooze")) == {"until": "required"}

    answer = api.post(f"{at}/snooze", {"until": later})

    assert (answer.status_code, answer.json()["due_on"]) == (200, later.isoformat())
    assert api.get(at).json() == answer.json()


def test_a_key_that_reads_does_nothing(
    reader: ApiClient, api: ApiClient, elena: Contact, today: date
) -> None:
    at = add(api, elena, today)

    assert reader.get(at).status_code == 200
    assert reader.post(f"{at}/done").status_code == 403
    assert reader.post(f"{at}/snooze", {"until": "2099-01-01"}).status_code == 403
    assert reader.post("/reminders", {}).status_code == 403


def test_the_list_is_narrowed(
    api: ApiClient, business: Business, elena: Contact, today: date
) -> None:
    marta = make_contact(business, name="Marta Oliveira")
    due, later = add(api, elena, today), add(api, elena, today + timedelta(days=1), kind="ask")
    done, closed = add(api, elena, today), add(api, marta, today)
    api.post(f"{done}/done")
    Reminder.objects.filter(contact=marta).update(closed_at=clock.now())

    def found(query: str) -> set[str]:
        rows = api.get(f"/reminders?{query}").json()["results"]
        return {f"/reminders/{row['id']}" for row in rows}

    assert found("open=true") == {due, later}
    assert found("open=false") == {done, closed}
    assert found("kind=ask") == {later}
    assert found(f"contact_id={marta.pk}") == {closed}
    tomorrow = today + timedelta(days=1)
    assert found(f"open=true&due_before={tomorrow}") == {due}
    assert found(f"due_before={today}") == set()
    assert wrong_fields(api.get("/reminders?open=perhaps")) == {"open": "invalid"}


@pytest.mark.parametrize("order", ["id", "-id", "due_on", "-due_on"])
def test_pages_hold_each_once_though_due_on_one_day(
    api: ApiClient, elena: Contact, today: date, order: str
) -> None:
    for number in range(7):
        add(api, elena, today + timedelta(days=number // 4))

    walked = pages(api, f"/reminders?order={order}", 2)

    rows = [row for page in walked for row in page]
    assert [len(page) for page in walked] == [2, 2, 2, 1]
    keys = [(row[order.removeprefix("-")], row["id"]) for row in rows]
    assert keys == sorted(set(keys), reverse=order.startswith("-"))


def test_fifty_need_no_more_queries_than_one(api: ApiClient, elena: Contact, today: date) -> None:
    add(api, elena, today)
    few = queries_of(api, "/reminders")
    for _ in range(49):
        add(api, elena, today)

    assert len(api.get("/reminders").json()["results"]) == 50
    assert queries_of(api, "/reminders") == few


def test_another_business_sees_and_does_nothing(
    charlie_api: ApiClient, api: ApiClient, elena: Contact, today: date
) -> None:
    at = add(api, elena, today)
    for answer in (
        charlie_api.get(at),
        charlie_api.post(f"{at}/done"),
        charlie_api.post(f"{at}/snooze", {"until": "2099-01-01"}),
    ):
        assert refusal(answer) == (404, "not_found")
    body = {"kind": "ask", "contact_id": str(elena.pk), "due_on": today}
    assert wrong_fields(charlie_api.post("/reminders", body)) == {"contact_id": "unknown"}
    assert wrong_fields(charlie_api.get(f"/reminders?contact_id={elena.pk}")) == {
        "contact_id": "unknown"
    }
    assert charlie_api.get("/reminders").json()["results"] == []
    assert api.get(at).json()["done_at"] is None


def test_it_is_handed_to_a_colleague_and_found_by_them(
    api: ApiClient, elena: Contact, today: date
) -> None:
    members = {row["name"]: row["id"] for row in api.get("/members").json()["results"]}
    at, other = add(api, elena, today), add(api, elena, today)
    assert wrong_fields(api.post(f"{at}/hand")) == {"assignee_id": "required"}

    handed = api.post(f"{at}/hand", {"assignee_id": members["Bob Berg"]})

    assert (handed.status_code, handed.json()["assignee_id"]) == (200, members["Bob Berg"])
    his = api.get(f"/reminders?assignee_id={members['Bob Berg']}").json()["results"]
    assert his == [handed.json()]
    back = api.post(f"{at}/hand", {"assignee_id": None})
    assert back.json()["assignee_id"] is None
    of_his = add(api, elena, today, assignee_id=members["Bob Berg"])
    assert api.get(of_his).json()["assignee_id"] == members["Bob Berg"]
    assert api.get(other).json()["assignee_id"] is None


def test_it_is_not_handed_to_a_stranger(
    api: ApiClient, charlie_api: ApiClient, elena: Contact, today: date
) -> None:
    at = add(api, elena, today)
    [stranger] = charlie_api.get("/members").json()["results"]

    for answer in (
        api.post(f"{at}/hand", {"assignee_id": stranger["id"]}),
        api.get(f"/reminders?assignee_id={stranger['id']}"),
    ):
        assert wrong_fields(answer) == {"assignee_id": "unknown"}
    assert charlie_api.post(f"{at}/hand", {"assignee_id": None}).status_code == 404


def test_it_is_skipped_for_a_reason(api: ApiClient, elena: Contact, today: date) -> None:
    at = add(api, elena, today)
    assert wrong_fields(api.post(f"{at}/skip")) == {"reason": "required"}
    assert wrong_fields(api.post(f"{at}/skip", {"reason": " "})) == {"reason": "blank"}

    skipped = api.post(f"{at}/skip", {"reason": "They moved"})

    assert (skipped.status_code, skipped.json()["skipped_because"]) == (200, "They moved")
    assert skipped.json()["closed_at"]
    assert api.post(f"{at}/skip", {"reason": "Again"}).json() == skipped.json()
    assert api.get("/reminders?open=true").json()["results"] == []
    done = add(api, elena, today)
    api.post(f"{done}/done")
    assert refusal(api.post(f"{done}/skip", {"reason": "x"})) == (409, "not_possible_now")


def test_what_is_done_or_skipped_is_opened_again(
    api: ApiClient, elena: Contact, today: date
) -> None:
    for press, sent in (("done", {}), ("skip", {"reason": "They moved"})):
        at = add(api, elena, today)
        before = api.get(at).json()
        api.post(f"{at}/{press}", sent)

        reopened = api.post(f"{at}/reopen")

        assert reopened.status_code == 200
        assert reopened.json() == before == api.post(f"{at}/reopen").json()
