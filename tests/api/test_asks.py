"""Asking for an introduction through the API: written, looked at, sent, taken back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import ApiKey, Business, Membership, User
from introductions.models import Advocate, Ask
from introductions.services import expire_ask, stop_asking
from outreach.models import Message
from outreach.services import suppress_address
from tests.api.client import ApiClient, pages, queries_of, refusal, with_a_key, wrong_fields
from tests.contacts.factories import make_contact
from tests.guests.factories import sent_ask

WANTED = "workshops that keep receipts in a shoe box"


@pytest.fixture
def marta(api: ApiClient) -> str:
    """The id of somebody who can be asked."""
    answer = api.post("/contacts", {"name": "Marta Oliveira", "email": "marta@oliveira.example"})
    return str(answer.json()["id"])


@pytest.fixture
def draft(api: ApiClient, marta: str) -> str:
    """Where an ask is that was not sent yet."""
    answer = api.post("/asks", {"contact_id": marta, "wanted": WANTED, "note": "You know people."})
    assert answer.status_code == 201, answer.content
    return f"/asks/{answer.json()['id']}"


def test_an_ask_begins_as_a_draft(api: ApiClient, marta: str) -> None:
    noon = datetime.fromisoformat("2026-05-04T12:00:00Z")

    with clock.at(noon):
        answer = api.post("/asks", {"contact_id": marta, "named_person": "Jonas of the mill"})

    ask = Ask.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(ask.pk),
        "contact_id": marta,
        "advocate_id": str(ask.advocate_id),
        "wanted": "",
        "named_person": "Jonas of the mill",
        "note": "",
        "blurb": "",
        "override_reason": "",
        "nudged_at": None,
        "state": "draft",
        "created_at": "2026-05-04T12:00:00Z",
        "sent_at": None,
        "expires_at": None,
        "closed_at": None,
    }
    assert api.get(f"/asks/{ask.pk}").json() == answer.json()
    assert not Message.objects.exists()


def test_a_draft_is_put_in_better_words_and_sent(api: ApiClient, draft: str) -> None:
    changed = api.patch(draft, {"note": "You know everybody."})
    sent = api.post(f"{draft}/send")

    assert changed.json()["note"] == "You know everybody."
    assert changed.json()["wanted"] == WANTED
    assert sent.status_code == 200
    assert sent.json()["state"] == "sent"
    assert sent.json()["sent_at"] < sent.json()["expires_at"]
    assert "You know everybody." in Message.objects.get().text


def test_what_was_read_can_be_sent_back(api: ApiClient, draft: str) -> None:
    read = api.get(draft).json()

    assert api.patch(draft, read).json() == read


def test_whom_it_goes_to_is_not_changed(api: ApiClient, draft: str) -> None:
    other = api.post("/contacts", {"name": "Elena", "email": "elena@x.example"}).json()["id"]

    api.patch(draft, {"contact_id": other})

    assert api.get(draft).json()["contact_id"] != other


def test_the_letter_can_be_looked_at_before(reader: ApiClient, draft: str) -> None:
    letter = reader.get(f"{draft}/preview").json()

    assert set(letter) == {"subject", "text", "html"}
    assert WANTED in letter["text"]
    assert "Lindqvist Bookkeeping" in letter["text"]
    assert "/a/" not in letter["text"] + letter["html"]
    assert not Message.objects.exists()


def test_taking_it_back_keeps_the_letter_here(api: ApiClient, draft: str) -> None:
    api.post(f"{draft}/send")

    taken = api.post(f"{draft}/withdraw")

    assert (taken.status_code, taken.json()["state"]) == (200, "withdrawn")
    assert taken.json()["closed_at"]
    assert taken.json()["expires_at"] is None
    assert Message.objects.get().state == "cancelled"


def test_the_letter_is_from_whoever_made_the_key(business: Business, bob: User, marta: str) -> None:
    bobs = with_a_key(business, bob)

    ask = bobs.post("/asks", {"contact_id": marta, "wanted": WANTED}).json()["id"]
    bobs.post(f"/asks/{ask}/send")

    assert Message.objects.get().from_name == "Bob, {firm:name}"


def test_after_they_left_it_is_from_the_owner(
    business: Business, bob: User, alice: User, marta: str
) -> None:
    bobs = with_a_key(business, bob)
    Membership.objects.get(user=bob).delete()

    bobs.post("/asks", {"contact_id": marta, "wanted": WANTED})

    assert Ask.objects.get().sender == alice


def test_when_they_are_gone_altogether_it_is_from_the_owner(
    api: ApiClient, alice: User, marta: str
) -> None:
    ApiKey.objects.update(made_by=None)

    api.post("/asks", {"contact_id": marta, "wanted": WANTED})

    assert Ask.objects.get().sender == alice


def test_the_owner_finds_the_draft_in_the_browser(
    api: ApiClient, alice_client: Client, business: Business, draft: str
) -> None:
    page = alice_client.get(f"/b/{business.slug}{draft}/")

    assert "is not sent yet" in page.text
    assert WANTED in page.text


def test_the_history_says_that_it_was_the_integration(api: ApiClient, draft: str) -> None:
    api.post(f"{draft}/send")

    key = ApiKey.objects.get()
    for name in ("ask.drafted", "ask.sent"):
        event = Event.objects.get(name=name)
        assert (event.actor_kind, event.actor_id) == ("integration", key.pk)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"email": ""}, (422, "no_address")),
        ({"email": "bob@lindqvist.example"}, (422, "asks_the_business")),
        ({"email": "stop@mail.example"}, (409, "address_suppressed")),
    ],
)
def test_who_cannot_be_asked(
    api: ApiClient, business: Business, facts: dict[str, str], problem: tuple[int, str]
) -> None:
    contact = make_contact(**facts)
    suppress_address(
        business=business,
        address="stop@mail.example",
        why="unsubscribed",
        by=SYSTEM,
        now=clock.now(),
    )

    answer = api.post("/asks", {"contact_id": str(contact.pk), "wanted": WANTED})

    assert refusal(answer) == problem
    assert not Ask.objects.exists()


def test_who_does_not_want_to_be_asked(api: ApiClient, draft: str, marta: str) -> None:
    stop_asking(advocate=Advocate.objects.get(), now=clock.now())

    answer = api.post("/asks", {"contact_id": marta, "wanted": WANTED})

    assert refusal(answer) == (409, "advocate_stopped")
    assert refusal(api.post(f"{draft}/send")) == (410, "ask_withdrawn")


def test_somebody_must_be_asked_for(api: ApiClient, marta: str, draft: str) -> None:
    nobody = {"wanted": " ", "named_person": ""}

    assert refusal(api.post("/asks", {"contact_id": marta})) == (422, "ask_needs_somebody")
    assert refusal(api.patch(draft, nobody)) == (422, "ask_needs_somebody")


def test_one_ask_rests_with_a_person_at_a_time(api: ApiClient, marta: str, draft: str) -> None:
    second = api.post("/asks", {"contact_id": marta, "wanted": "a baker"}).json()["id"]
    api.post(f"{draft}/send")

    again = {"contact_id": marta, "wanted": "a baker"}
    assert refusal(api.post("/asks", again)) == (409, "ask_waiting")
    assert refusal(api.post(f"/asks/{second}/send")) == (409, "ask_waiting")


def test_what_was_done_is_not_done_again(api: ApiClient, draft: str) -> None:
    api.post(f"{draft}/send")

    assert refusal(api.post(f"{draft}/send")) == (409, "ask_already_sent")
    assert refusal(api.patch(draft, {"note": "More."})) == (409, "ask_already_sent")
    api.post(f"{draft}/withdraw")
    for late in (f"{draft}/withdraw", f"{draft}/send"):
        assert refusal(api.post(late)) == (410, "ask_withdrawn")
    assert refusal(api.patch(draft, {"note": "More."})) == (410, "ask_withdrawn")
    assert Message.objects.count() == 1


def test_taking_back_is_undone(api: ApiClient, draft: str) -> None:
    before = api.get(draft).json()
    api.post(f"{draft}/withdraw")

    assert api.post(f"{draft}/take-up").json() == before == api.get(draft).json()
    assert refusal(api.post(f"{draft}/take-up")) == (409, "not_possible_now")


def test_what_is_over_cannot_be_taken_back(api: ApiClient, draft: str) -> None:
    api.post(f"{draft}/send")
    expire_ask(ask=Ask.objects.get(), now=clock.now() + timedelta(days=61))

    assert refusal(api.post(f"{draft}/withdraw")) == (409, "ask_already_answered")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"wanted": WANTED}, {"contact_id": "required"}),
        ({"contact_id": None, "wanted": WANTED}, {"contact_id": "null"}),
        (
            {"contact_id": "019a0000-0000-7000-8000-000000000000", "wanted": WANTED},
            {"contact_id": "unknown"},
        ),
        (
            {"contact_id": "", "wanted": "x" * 301},
            {"contact_id": "invalid", "wanted": "max_length"},
        ),
    ],
)
def test_a_body_that_cannot_be_used(
    api: ApiClient, body: dict[str, object], wrong: dict[str, str]
) -> None:
    assert wrong_fields(api.post("/asks", body)) == wrong


def test_lists_are_narrowed_by_state_and_person(api: ApiClient, marta: str, draft: str) -> None:
    other = make_contact(name="Elena")
    api.post(f"{draft}/send")
    api.post("/asks", {"contact_id": str(other.pk), "wanted": WANTED})

    def found(query: str) -> list[str]:
        return [ask["contact_id"] for ask in api.get(f"/asks?{query}").json()["results"]]

    assert found("") == [marta, str(other.pk)]
    assert found("order=-id") == [str(other.pk), marta]
    assert found("state=sent") == [marta]
    assert found(f"contact_id={other.pk}") == [str(other.pk)]
    assert found(f"contact_id={other.pk}&state=sent") == []
    assert wrong_fields(api.get("/asks?state=lost")) == {"state": "invalid_choice"}


def test_another_business_sees_and_changes_nothing(
    api: ApiClient, charlie_api: ApiClient, marta: str, draft: str
) -> None:
    for answer in (
        charlie_api.get(draft),
        charlie_api.get(f"{draft}/preview"),
        charlie_api.patch(draft, {"note": "Mine now."}),
        charlie_api.post(f"{draft}/send"),
        charlie_api.post(f"{draft}/withdraw"),
    ):
        assert refusal(answer) == (404, "not_found")
    body = {"contact_id": marta, "wanted": WANTED}
    assert wrong_fields(charlie_api.post("/asks", body)) == {"contact_id": "unknown"}
    assert wrong_fields(charlie_api.get(f"/asks?contact_id={marta}")) == {"contact_id": "unknown"}
    assert charlie_api.get("/asks").json()["results"] == []
    assert api.get(draft).json()["state"] == "draft"


def test_a_list_of_many_costs_what_a_list_of_one_does(
    api: ApiClient, business: Business, alice: User, by_alice: Actor
) -> None:
    sent_ask(make_contact(), alice, by_alice, clock.now())
    with_one = queries_of(api, "/asks")

    for _ in range(49):
        sent_ask(make_contact(), alice, by_alice, clock.now())

    assert queries_of(api, "/asks") == with_one
    assert [len(page) for page in pages(api, "/asks", 30)] == [30, 20]
