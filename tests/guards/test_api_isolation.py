"""Every operation of the API, by its own schema, with everything that another business has.

In the path, in the query and in the body, and with no key at all: what is added tomorrow is tried
tomorrow.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, product, zip_longest
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from businesses import clock
from businesses.models import Business, Scope, User
from tests.api.client import JSON, ApiClient, with_a_key
from tests.guards.worlds import Rows, a_world, contents_of, rows_of

pytestmark = pytest.mark.django_db

MARK = "Kolibri"
OURS = "Sparrow"
# What the id in an address names.
KIND_AT = {
    "advocates": "advocate",
    "asks": "ask",
    "closed-business": "closedbusiness",
    "companies": "company",
    "contacts": "contact",
    "credit-claims": "creditclaim",
    "drafts": "steptaken",
    "enrolments": "enrolment",
    "exchange-rates": "exchangerate",
    "feedback-requests": "feedbackrequest",
    "feedback": "feedback",
    "given-introductions": "givenintroduction",
    "introductions": "introduction",
    "members": "membership",
    "messages": "message",
    "plans": "cadence",
    "referrals": "referral",
    "reminders": "reminder",
    "rewards": "reward",
    "reward-flags": "rewardflag",
    "reward-terms": "rewardterms",
    "steps": "cadencestep",
    "suppressions": "suppression",
    "testimonials": "testimonial",
    "thank-yous": "thankyou",
}
# Letters have the same names in every business.
LETTER = "ask_to_advocate"
KINDS = (
    *("contact", "interaction", "advocate", "ask", "introduction", "referral", "closedbusiness"),
    *("thankyou", "reminder", "feedback", "event", "message", "apikey", "creditclaim"),
    *("suppression", "membership", "feedbackrequest", "testimonial"),
    *("givenintroduction", "company", "reward", "rewardflag", "rewardterms", "rewardcode"),
)


class Operation(NamedTuple):
    """A method of an address, with what may be sent to it."""

    method: str
    path: str
    queries: tuple[str, ...]
    body: dict[str, Any]

    @property
    def has_id(self) -> bool:
        return "id}" in self.path

    @property
    def kinds(self) -> list[str]:
        """What each of the ids in its address names: the word before it says that."""
        return [KIND_AT[name] for name in re.findall(r"([\w-]+)/\{\w*id\}", self.path)]

    def path_with(self, *ids: UUID) -> str:
        parts = re.split(r"\{\w*id\}", self.path.replace("{key}", LETTER))
        return "".join(chain(*zip_longest(parts, map(str, ids), fillvalue="")))


def operations() -> Iterator[Operation]:
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    shapes = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            parameters = told.get("parameters", [])
            queries = (each for each in parameters if each["in"] == "query")
            yield Operation(
                method,
                path,
                tuple(each["name"] for each in queries if is_link(each["schema"])),
                shapes.get(name, {}).get("properties", {}),
            )


def is_link(shape: dict[str, Any]) -> bool:
    return shape.get("format") == "uuid"


OPERATIONS = [*operations()]


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def theirs(other_business: Business, charlie: User, now: datetime) -> Rows:
    a_world(other_business, charlie, MARK, now)
    return rows_of(other_business)


@pytest.fixture
def ours(business: Business, alice: User, now: datetime) -> Rows:
    a_world(business, alice, OURS, now)
    return rows_of(business)


@pytest.fixture
def alice_key(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice, Scope.ADMIN)


def plausible(properties: dict[str, Any], key: str) -> dict[str, Any]:
    """A body in which every link is this id and the rest is well formed."""
    today = clock.now().date().isoformat()
    by_format = {"uuid": key, "date": today, "date-time": f"{today}T00:00:00Z"}
    body: dict[str, Any] = {}
    for name, shape in properties.items():
        kinds = shape.get("type", "string")
        if "$ref" in shape or "enum" in shape or "oneOf" in shape or "allOf" in shape:
            continue
        if shape.get("format") in by_format:
            body[name] = by_format[shape["format"]]
        elif "integer" in kinds:
            body[name] = 1
        elif name not in {"email", "phone", "timezone", "currency"}:
            body[name] = "Sparrow"
    return body


def test_the_schema_was_read() -> None:
    assert len([each for each in OPERATIONS if each.has_id]) > 20
    assert any(each.queries for each in OPERATIONS)
    assert any(any(map(is_link, each.body.values())) for each in OPERATIONS)


def answer_to(api: ApiClient, operation: Operation, ids: Sequence[UUID], body: object) -> Any:
    method, path = operation.method.upper(), operation.path_with(*ids)
    return api.generic(method, path, json.dumps(body), JSON)


def test_in_the_path_what_is_theirs_is_not_there(
    alice_key: ApiClient, other_business: Business, ours: Rows, theirs: Rows
) -> None:
    before = contents_of(other_business)

    for operation in [each for each in OPERATIONS if each.has_id]:
        for place, kind in enumerate(operation.kinds):
            # With two ids in the address, the other is one of ours.
            choices = [ours[kind] for kind in operation.kinds]
            choices[place] = theirs[kind][:1]
            for ids in product(*choices):
                for body in ({}, plausible(operation.body, str(ids[place]))):
                    answer = answer_to(alice_key, operation, ids, body)
                    assert answer.status_code == 404, operation
                    assert MARK not in answer.text

    assert contents_of(other_business) == before


def test_what_is_ours_is_there(alice_key: ApiClient, ours: Rows) -> None:
    for operation in [each for each in OPERATIONS if each.has_id]:
        found = set()
        for ids in product(*(ours[kind] for kind in operation.kinds)):
            savepoint = transaction.savepoint()
            found.add(answer_to(alice_key, operation, ids, {}).status_code)
            transaction.savepoint_rollback(savepoint)
            if found != {404}:
                break
        assert found != {404}, operation


def test_in_query_and_body_what_is_theirs_shows_nothing_and_stays_as_it_is(
    alice_key: ApiClient, business: Business, other_business: Business, theirs: Rows
) -> None:
    before = contents_of(other_business)

    for operation, kind in product([each for each in OPERATIONS if not each.has_id], KINDS):
        key = str(theirs[kind][0])
        for name in operation.queries:
            answer = alice_key.get(operation.path_with(), {name: key})
            assert answer.status_code in {200, 400, 404}, (operation, name)
            assert MARK not in answer.text
            assert answer.json().get("results", []) == []
        if any(map(is_link, operation.body.values())):
            answer = alice_key.post(operation.path_with(), plausible(operation.body, key))
            assert answer.status_code in {400, 404, 409, 422}, (operation, kind, answer.text)
            assert MARK not in answer.text

    assert contents_of(other_business) == before


def test_without_a_key_there_is_nothing(theirs: Rows) -> None:
    for operation in OPERATIONS:
        ids = [theirs[kind][0] for kind in operation.kinds]
        answer = answer_to(ApiClient(), operation, ids, {})
        assert answer.status_code == 401, operation
        assert MARK not in answer.text


def test_a_key_that_reads_changes_nothing(business: Business, alice: User) -> None:
    reader = with_a_key(business, alice, Scope.READ)

    for operation in OPERATIONS:
        if operation.method != "get":
            answer = answer_to(reader, operation, [business.pk for _ in operation.kinds], {})
            assert answer.status_code == 403, operation
