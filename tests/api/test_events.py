"""The feed of what happened: in the order of commits, nothing skipped, nobody named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection

from activity.actors import SYSTEM
from activity.models import Event
from activity.services import number_events, record_event
from businesses import clock
from businesses.models import ApiKey, Business, User
from businesses.tenancy import acting_for, transaction_for
from tests.api.client import ApiClient, pages, queries_of, refusal, with_a_key, wrong_fields
from tests.contacts.factories import make_contact


def positions(client: ApiClient, query: str = "") -> list[int]:
    return [row["position"] for row in client.get(f"/events?{query}").json()["results"]]


def names(client: ApiClient, query: str = "") -> list[str]:
    return [row["name"] for row in client.get(f"/events?{query}").json()["results"]]


def test_an_event_says_who_did_what_to_what_and_names_nobody(api: ApiClient) -> None:
    marta = api.post("/contacts", {"name": "Marta Oliveira", "email": "m@oliveira.example"})
    number_events()

    answer = api.get("/events")

    [event] = Event.objects.all()
    assert answer.json() == {
        "results": [
            {
                "position": event.position,
                "id": str(event.pk),
                "name": "contact.added",
                "recorded_at": answer.json()["results"][0]["recorded_at"],
                "actor_kind": "integration",
                "actor_id": str(ApiKey.objects.get().pk),
                "subject_label": "contact",
                "subject_id": marta.json()["id"],
                "payload": {"source": "unknown", "circle": "wider"},
            }
        ],
        "next": None,
    }
    assert b"arta" not in answer.content
    assert b"oliveira" not in answer.content


def test_what_is_not_numbered_yet_waits(api: ApiClient) -> None:
    make_contact()
    number_events()
    make_contact()

    assert len(positions(api)) == 1
    number_events()
    assert len(positions(api)) == 2


def test_whoever_follows_asks_for_what_is_after_the_last_they_know(api: ApiClient) -> None:
    make_contact()
    number_events()
    [last] = positions(api)
    assert positions(api, f"after={last}") == []

    make_contact()
    number_events()

    assert positions(api, f"after={last}") == [last + 1]
    assert positions(api, "after=0") == [last, last + 1]
    assert positions(api, "order=-position") == [last + 1, last]


@pytest.mark.parametrize("position", ["-1", "now", "1.5", "", str(2**63), "1" * 400])
def test_a_position_that_is_none(api: ApiClient, position: str) -> None:
    assert [*wrong_fields(api.get(f"/events?after={position}"))] == ["after"]


def test_the_highest_position_is_simply_not_reached(api: ApiClient) -> None:
    assert positions(api, f"after={2**63 - 1}") == []


def test_events_are_narrowed_by_name_person_and_subject(api: ApiClient, business: Business) -> None:
    marta, elena = make_contact(), make_contact(name="Elena")
    for contact in (marta, elena):
        record_event(
            business=business,
            name="test.met",
            actor=SYSTEM,
            subject=business,
            about=[contact],
            now=clock.now(),
        )
    number_events()

    assert names(api, f"contact_id={marta.pk}") == ["contact.added", "test.met"]
    assert len(names(api, "name=test.met")) == 2
    assert names(api, f"subject_id={elena.pk}") == ["contact.added"]
    assert names(api, f"name=test.met&contact_id={elena.pk}&subject_id={business.pk}") == [
        "test.met"
    ]
    assert names(api, "name=contact.forgotten") == []


def test_kinds_are_spelt_as_their_resources_are(api: ApiClient, business: Business) -> None:
    contact = api.post("/contacts", {"name": "Marta"}).json()["id"]
    sale = {"contact_id": contact, "amount": 12000, "currency": "EUR"}
    assert api.post("/closed-business", sale).status_code == 201
    number_events()

    [closed] = api.get("/events?name=business.closed").json()["results"]

    assert closed["subject_label"] == "closed_business"
    assert api.get(f"/closed-business/{closed['subject_id']}").status_code == 200


def test_a_page_goes_on_where_the_last_one_ended(api: ApiClient) -> None:
    for _ in range(7):
        make_contact()
    number_events()

    walked = pages(api, "/events", 3)

    assert [len(page) for page in walked] == [3, 3, 1]
    assert [row["position"] for page in walked for row in page] == positions(api)


def test_events_are_only_read(api: ApiClient) -> None:
    assert refusal(api.post("/events", {})) == (405, "method_not_allowed")


def test_another_business_sees_none_of_it(
    api: ApiClient, charlie_api: ApiClient, business: Business, other_business: Business
) -> None:
    marta = make_contact()
    with acting_for(other_business):
        make_contact(other_business)
    number_events()

    assert len(positions(charlie_api)) == 1
    assert names(charlie_api, f"subject_id={marta.pk}") == []
    about = charlie_api.get(f"/events?contact_id={marta.pk}")
    assert wrong_fields(about) == {"contact_id": "unknown"}


def test_a_feed_of_many_costs_what_a_feed_of_one_does(api: ApiClient) -> None:
    make_contact()
    number_events()
    with_one = queries_of(api, "/events")

    for _ in range(49):
        make_contact()
    number_events()

    assert queries_of(api, "/events") == with_one


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_comes_late_and_is_not_skipped(business: Business, alice: User) -> None:
    api = with_a_key(business, alice)
    with under_way(business) as early:
        with transaction_for(business):
            make_contact(business, name="The quick one")
        number_events()
        [seen] = positions(api)

    number_events()

    assert names(api, f"after={seen}") == [early]
    recorded = [row["recorded_at"] for row in api.get("/events").json()["results"]]
    assert recorded == sorted(recorded, reverse=True)


@contextmanager
def under_way(business: Business) -> Iterator[str]:
    """Another transaction, in which an event was recorded a second ago; committed at the end."""
    recorded, go_on = Signal(), Signal()

    def slowly() -> None:
        try:
            with transaction_for(business):
                now = clock.now() - timedelta(seconds=1)
                record_event(
                    business=business, name="test.slow", actor=SYSTEM, subject=business, now=now
                )
                recorded.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = Thread(target=slowly)
    thread.start()
    assert recorded.wait(20)
    try:
        yield "test.slow"
    finally:
        go_on.set()
        thread.join(20)
