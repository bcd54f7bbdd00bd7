"""Lists are walked page by page: each row once, whatever happens meanwhile, and at one price."""

import base64
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from api.contacts import Interactions
from api.paging import _binding
from api.resource import Resource
from api.urls import router
from businesses import clock
from businesses.models import Business
from contacts.models import Contact, Interaction
from tests.api.client import ApiClient, pages, queries_of, wrong_fields
from tests.contacts.factories import make_contact

NOON = datetime.fromisoformat("2026-05-04T12:00:00Z")


def namesakes(business: Business, number: int) -> None:
    """So many people of one name, made in one moment."""
    Contact.objects.bulk_create(
        Contact(business=business, name="Marta", created_at=NOON) for _ in range(number)
    )


def walked(client: ApiClient, path: str, limit: int) -> list[str]:
    return [row["id"] for page in pages(client, path, limit) for row in page]


def next_of(client: ApiClient, path: str) -> str:
    at = client.get(path).json()["next"]
    assert at is not None
    return str(at)


def cursor_of(at: str) -> str:
    return parse_qs(urlsplit(at).query)["cursor"][0]


def test_a_page_has_fifty_rows_unless_said(api: ApiClient, business: Business) -> None:
    namesakes(business, 51)

    first = api.get("/contacts").json()
    second = api.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"])) == (50, 1)
    assert second["next"] is None
    assert len(api.get("/contacts?limit=100").json()["results"]) == 51


def test_the_last_row_of_a_full_page_is_not_followed_by_an_empty_one(
    api: ApiClient, business: Business
) -> None:
    namesakes(business, 4)

    assert [len(page) for page in pages(api, "/contacts", 2)] == [2, 2]


@pytest.mark.parametrize(
    ("limit", "code"),
    [("0", "min_value"), ("101", "max_value"), ("-1", "min_value"), ("ten", "invalid")],
)
def test_a_page_that_cannot_be(api: ApiClient, limit: str, code: str) -> None:
    assert wrong_fields(api.get(f"/contacts?limit={limit}")) == {"limit": code}


@pytest.mark.parametrize("order", ["id", "-id", "name"])
def test_rows_of_one_name_and_one_moment_come_once_each(
    api: ApiClient, business: Business, order: str
) -> None:
    namesakes(business, 25)
    expected = sorted(str(key) for key in Contact.objects.values_list("pk", flat=True))

    found = walked(api, f"/contacts?order={order}", 4)

    assert found == (expected[::-1] if order == "-id" else expected)


@pytest.mark.parametrize("order", ["occurred_at", "-occurred_at"])
def test_times_that_are_equal_neither_end_nor_repeat_a_list(
    api: ApiClient, business: Business, order: str
) -> None:
    marta = make_contact()
    Interaction.objects.bulk_create(
        Interaction(
            business=business, contact=marta, kind="call", occurred_at=NOON.replace(second=n // 10)
        )
        for n in range(30)
    )
    expected = Interaction.objects.order_by(order, "-id" if order[0] == "-" else "id")

    found = walked(api, f"/contacts/{marta.pk}/interactions?order={order}", 7)

    assert found == [str(key) for key in expected.values_list("pk", flat=True)]


def test_what_is_added_or_taken_away_meanwhile_moves_nothing(
    api: ApiClient, business: Business
) -> None:
    for name in ("Anna", "Clara", "Elena", "Greta"):
        make_contact(name=name)
    first = api.get("/contacts?order=name&limit=2").json()
    make_contact(name="Bertha")
    make_contact(name="Dora")
    Contact.objects.filter(name="Clara").delete()

    second = api.get(first["next"]).json()["results"]

    assert [row["name"] for row in second] == ["Dora", "Elena"]


def test_next_keeps_what_was_asked_for(api: ApiClient, business: Business) -> None:
    namesakes(business, 3)
    make_contact(name="Elena", circle="inner")

    at = next_of(api, "/contacts?circle=wider&order=name&limit=2")

    assert at.startswith("http://testserver/api/v1/contacts?")
    assert [row["name"] for row in api.get(at).json()["results"]] == ["Marta"]


@pytest.mark.parametrize(
    "other", ["order=-id&limit=1", "circle=inner&limit=1", "q=Marta&limit=1", "limit=1"]
)
def test_a_cursor_holds_for_its_own_list_only(
    api: ApiClient, business: Business, other: str
) -> None:
    namesakes(business, 2)
    cursor = cursor_of(next_of(api, "/contacts?circle=wider&limit=1"))

    answer = api.get(f"/contacts?{other}&cursor={cursor}")

    assert wrong_fields(answer) == {"cursor": "invalid"}
    assert "another order" in answer.json()["detail"]


def test_a_cursor_of_one_person_is_none_of_another(api: ApiClient, business: Business) -> None:
    """Also of another of the same name: it is the id that counts."""
    lists = []
    for _ in range(2):
        marta = make_contact(name="Marta")
        for text in ("One", "Two"):
            api.post(f"/contacts/{marta.pk}/interactions", {"kind": "note", "text": text})
        api.post("/reminders", remind(marta))
        api.post("/reminders", remind(marta, "And ask."))
        lists.append(f"/reminders?contact_id={marta.pk}&limit=1")
    cursor = cursor_of(next_of(api, lists[0]))

    assert wrong_fields(api.get(f"{lists[1]}&cursor={cursor}")) == {"cursor": "invalid"}


def remind(contact: Contact, text: str = "Ring.") -> dict[str, str]:
    day = clock.today(contact.business).isoformat()
    return {"kind": "follow_up", "contact_id": str(contact.pk), "due_on": day, "text": text}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%00", "å", "....", "bnVsbA", "e30", "W10", "WzEsMiwzXQ", "_" * 400, "[" * 990],
)
def test_a_cursor_that_was_invented(api: ApiClient, business: Business, cursor: str) -> None:
    assert [*wrong_fields(api.get(f"/contacts?cursor={cursor}"))] == ["cursor"]


# What somebody puts into a cursor who knows how it is made, by the order it is for.
FORGED: dict[str, list[Any]] = {
    "/contacts?order=id": [None, 7, True, "x", "", "\0", [], {}, 1e30],
    "/contacts?order=name": [None, 7, True, "mar\0ta", ["marta"], {}],
    "/events?order=position": [None, True, "7", "x", 1.5, []],
    "/contacts/{id}/interactions?order=occurred_at": [
        None,
        7,
        "yesterday",
        "2026-05-04",
        "2026-05-04T12:00:00",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-05-04T12:00:00\0",
    ],
}


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, values in FORGED.items() for value in values]
)
def test_a_cursor_that_was_forged(api: ApiClient, path: str, value: object) -> None:
    at = path.replace("{id}", str(make_contact().pk))

    answer = api.get(f"{at}&cursor={forged(at, value)}")

    assert wrong_fields(answer) == {"cursor": "invalid"}
    assert "not one of ours" in answer.json()["detail"]


@pytest.mark.parametrize("key", [None, 7, "x", "", "\0", ["a"]])
def test_a_cursor_with_a_forged_id(api: ApiClient, business: Business, key: object) -> None:
    at = "/contacts?order=name"

    assert wrong_fields(api.get(f"{at}&cursor={forged(at, 'marta', key)}")) == {"cursor": "invalid"}


@pytest.mark.parametrize("value", ["2026-05-04T12:00:00+23:00", "0001-01-01T00:00:00Z"])
def test_a_cursor_at_an_odd_time_is_only_a_place(
    api: ApiClient, business: Business, value: str
) -> None:
    at = f"/contacts/{make_contact().pk}/interactions?order=occurred_at"

    assert api.get(f"{at}&cursor={forged(at, value)}").json()["results"] == []


@pytest.mark.parametrize("position", [2**63, 2**64 - 1, -(2**63)])
def test_a_cursor_beyond_all_numbers_is_only_a_place(api: ApiClient, position: int) -> None:
    at = "/events?order=position"

    assert api.get(f"{at}&cursor={forged(at, position)}").json()["results"] == []


def forged(path: str, value: object, key: object = "019a0000-0000-7000-8000-000000000000") -> str:
    """A cursor with the right seal for this list: it is no secret."""
    place = [seal_of(path), value, key]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def seal_of(path: str) -> str:
    resource, _, order = path.partition("?order=")
    kinds: dict[str, type[Resource]] = {name: kind for name, kind, _ in router.registry}
    return _binding(kinds.get(resource.strip("/"), Interactions).orders[order], {})


def test_another_business_gets_nowhere_with_a_cursor(
    api: ApiClient, charlie_api: ApiClient, business: Business, other_business: Business
) -> None:
    namesakes(business, 3)
    at = next_of(api, "/contacts?limit=1")

    assert charlie_api.get(at).json() == {"results": [], "next": None}


def test_a_later_page_costs_what_the_first_does(api: ApiClient, business: Business) -> None:
    namesakes(business, 100)
    at = "/contacts?order=name&limit=40"

    assert queries_of(api, next_of(api, at)) == queries_of(api, at)


def test_every_order_runs_over_a_column_that_is_never_empty() -> None:
    """A row without a value has no place after another, and would be lost between two pages."""
    kinds: list[type[Resource]] = [kind for _, kind, _ in router.registry]
    columns = {
        (kind.__name__, order.column)
        for kind in kinds
        for order in kind.orders.values()
        if kind.queryset.model._meta.get_field(order.column).null
    }

    # An event has a position by the time that it is listed, and whoever has a step to come its day.
    assert columns == {("Events", "position"), ("ComingSteps", "due_at")}
