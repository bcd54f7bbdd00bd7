"""People through the API: added, found, changed, and what happened with them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from activity.models import Event
from businesses import clock
from businesses.models import ApiKey, Business
from contacts.models import Company, Contact, Interaction
from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_company, make_contact

NOON = datetime.fromisoformat("2026-05-04T12:00:00Z")


def test_a_person_is_added_with_a_name_alone(api: ApiClient) -> None:
    with clock.at(NOON):
        answer = api.post("/contacts", {"name": "Marta Oliveira"})

    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(Contact.objects.get().pk),
        "name": "Marta Oliveira",
        "email": "",
        "phone": "",
        "company_name": "",
        "company_id": None,
        "job_title": "",
        "postal_address": "",
        "note": "",
        "circle": "wider",
        "keep_in_touch_days": None,
        "last_touch_on": None,
        "next_touch_on": "2026-10-31",
        "source": "unknown",
        "met_through_id": None,
        "customer_since": None,
        "timezone": "",
        "tags": [],
        "happy_on": None,
        "rests": "",
        "rests_since": None,
        "created_at": "2026-05-04T12:00:00Z",
    }


def test_a_person_is_added_with_all_there_is_to_say(api: ApiClient) -> None:
    through = make_contact()
    facts = {
        "name": "Marta Oliveira",
        "email": "marta@oliveira.example",
        "phone": "070-174 06 42",
        "company_name": "Oliveira & Daughters",
        "job_title": "Baker",
        "postal_address": "Mill Lane 2\n222 22 Lund",
        "note": "Äpfel & Öl",
        "circle": "inner",
        "keep_in_touch_days": 14,
        "source": "sent",
        "met_through_id": str(through.pk),
        "customer_since": "2020-02-29",
        "timezone": "Europe/Lisbon",
    }

    answer = api.post("/contacts", facts)

    assert answer.status_code == 201
    read = answer.json()
    assert {name: read[name] for name in facts} == facts | {"phone": "+46701740642"}
    assert api.get(f"/contacts/{read['id']}").json() == read


def test_what_was_read_can_be_sent_back(api: ApiClient) -> None:
    read = api.post("/contacts", {"name": "Marta", "company_name": "The mill"}).json()

    assert api.patch(f"/contacts/{read['id']}", read).json() == read
    assert Event.objects.count() == 1


def test_a_change_is_of_what_was_named_and_nothing_else(api: ApiClient) -> None:
    marta = api.post("/contacts", {"name": "Marta", "note": "Likes rye.", "circle": "close"}).json()

    changed = api.patch(f"/contacts/{marta['id']}", {"circle": "inner", "email": "m@x.example"})

    moved = {"circle": "inner", "email": "m@x.example"}
    assert changed.status_code == 200
    assert changed.json() == {
        **marta,
        **moved,
        "next_touch_on": changed.json()["next_touch_on"],
    }
    assert changed.json()["next_touch_on"] < marta["next_touch_on"]
    event = Event.objects.get(name="contact.changed")
    assert (event.actor_kind, event.actor_id) == ("integration", ApiKey.objects.get().pk)


def test_what_was_said_can_be_taken_back(api: ApiClient) -> None:
    said = {
        "email": "m@x.example",
        "phone": "+46701740642",
        "company_name": "The mill",
        "keep_in_touch_days": 14,
        "met_through_id": str(make_contact().pk),
        "customer_since": "2020-02-29",
    }
    marta = api.post("/contacts", {"name": "Marta", **said}).json()["id"]
    nothing = dict.fromkeys(said, "") | dict.fromkeys([*said][3:])

    answer = api.patch(f"/contacts/{marta}", nothing)

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in said} == nothing


def test_a_taken_address_leads_to_who_has_it(api: ApiClient) -> None:
    first = api.post("/contacts", {"name": "Marta", "email": "marta@x.example"}).json()["id"]
    other = api.post("/contacts", {"name": "Elena"}).json()["id"]

    again = api.post("/contacts", {"name": "M.", "email": " MARTA@x.example"})
    changed = api.patch(f"/contacts/{other}", {"email": "marta@x.example"})

    for answer in (again, changed):
        assert refusal(answer) == (409, "contact_exists")
        assert answer.json()["contact_id"] == first


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"name": "https://x.example"}, 422, "name_not_allowed"),
        ({"name": "Marta\nOliveira"}, 422, "name_not_allowed"),
        ({"email": "nobody"}, 422, "invalid_address"),
        ({"timezone": "Lund"}, 422, "unknown_timezone"),
    ],
)
def test_facts_that_cannot_be(
    api: ApiClient, facts: dict[str, str], status: int, code: str
) -> None:
    answer = api.post("/contacts", {"name": "Marta", **facts})

    assert refusal(answer) == (status, code)
    assert not Contact.objects.exists()


def test_nobody_is_met_through_themself(api: ApiClient) -> None:
    marta = api.post("/contacts", {"name": "Marta"}).json()["id"]

    answer = api.patch(f"/contacts/{marta}", {"met_through_id": marta})

    assert refusal(answer) == (422, "met_through_themself")


def test_people_are_found_by_words_address_circle_and_source(api: ApiClient) -> None:
    marta = make_contact(name="Marta Oliveira", email="marta@x.example", circle="inner")
    make_contact(name="Bert", email="bert@x.example", company_name="Märta's mill", source="search")

    def found(query: str) -> list[str]:
        return [row["name"] for row in api.get(f"/contacts?{query}").json()["results"]]

    assert found("order=name") == ["Bert", "Marta Oliveira"]
    assert found("q=oliveira mar") == ["Marta Oliveira"]
    assert found("q=marta") == ["Marta Oliveira", "Bert"]
    assert found("q=bert@") == ["Bert"]
    assert found("q=nobody") == []
    assert found("email=MARTA@x.example") == ["Marta Oliveira"]
    assert found("email=marta") == []
    assert found("circle=inner") == ["Marta Oliveira"]
    assert found("source=search&circle=wider") == ["Bert"]
    assert found(f"circle=inner&q=marta&email={marta.email}") == ["Marta Oliveira"]
    assert wrong_fields(api.get("/contacts?q=a%00b&circle=")) == {
        "q": "null_characters_not_allowed",
        "circle": "invalid_choice",
    }


def test_what_happened_is_kept_and_moves_the_next_touch(api: ApiClient) -> None:
    marta = make_contact(circle="inner")
    yesterday = (clock.now() - timedelta(days=1)).replace(microsecond=0)
    at = f"/contacts/{marta.pk}/interactions"

    call = api.post(at, {"kind": "call", "minutes": 20, "occurred_at": yesterday.isoformat()})
    note = api.post(at, {"kind": "note", "text": "Likes rye."})

    assert call.status_code == 201
    assert call.json() == {
        "id": call.json()["id"],
        "contact_id": str(marta.pk),
        "kind": "call",
        "text": "",
        "occurred_at": yesterday.isoformat().replace("+00:00", "Z"),
        "minutes": 20,
        "created_at": call.json()["created_at"],
    }
    assert api.get(at).json() == {"results": [note.json(), call.json()], "next": None}
    assert api.get(f"/contacts/{marta.pk}").json()["last_touch_on"] is not None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"kind": "note"}, (422, "nothing_said")),
        ({"kind": "call", "occurred_at": "2999-01-01T00:00:00Z"}, (422, "not_happened_yet")),
        ({"kind": "dinner"}, (400, "invalid")),
        ({"kind": "call", "minutes": -1}, (400, "invalid")),
        ({"kind": "call", "occurred_at": "yesterday"}, (400, "invalid")),
        ({"kind": "call", "occurred_at": "0001-01-01T00:00:00+14:00"}, (400, "invalid")),
    ],
)
def test_what_cannot_have_happened(
    api: ApiClient, business: Business, body: dict[str, Any], problem: tuple[int, str]
) -> None:
    answer = api.post(f"/contacts/{make_contact().pk}/interactions", body)

    assert refusal(answer) == problem
    assert not Interaction.objects.exists()


def test_another_business_sees_and_changes_nothing(api: ApiClient, charlie_api: ApiClient) -> None:
    marta = api.post("/contacts", {"name": "Marta", "email": "marta@x.example"}).json()["id"]
    api.post(f"/contacts/{marta}/interactions", {"kind": "note", "text": "Likes rye."})
    at = f"/contacts/{marta}"

    for answer in (
        charlie_api.get(at),
        charlie_api.patch(at, {"name": "Mine"}),
        charlie_api.get(f"{at}/interactions"),
        charlie_api.post(f"{at}/interactions", {"kind": "call"}),
    ):
        assert refusal(answer) == (404, "not_found")
    through = charlie_api.post("/contacts", {"name": "Eve", "met_through_id": marta})
    assert wrong_fields(through) == {"met_through_id": "unknown"}
    for query in ("", "?q=marta", "?email=marta@x.example"):
        assert charlie_api.get(f"/contacts{query}").json()["results"] == []
    # The address is free there: nobody learns that somebody else knows it.
    same = charlie_api.post("/contacts", {"name": "Marta", "email": "marta@x.example"})
    assert same.status_code == 201
    assert api.get(at).json()["name"] == "Marta"


def test_lists_of_many_cost_what_lists_of_one_do(api: ApiClient, business: Business) -> None:
    marta = make_contact(company_name="The mill", met_through=make_contact())
    at = f"/contacts/{marta.pk}/interactions"
    api.post(at, {"kind": "call"})
    with_few = queries_of(api, "/contacts"), queries_of(api, at)

    for number in range(49):
        make_contact(company_name=make_company(name=f"Firm {number}").name, met_through=marta)
        api.post(at, {"kind": "call"})

    assert (queries_of(api, "/contacts"), queries_of(api, at)) == with_few
    assert [len(page) for page in pages(api, "/contacts", 40)] == [40, 11]
    assert Company.objects.count() == 50
