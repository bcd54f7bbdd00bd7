"""What goes wrong outside every view is a problem document, too; people still get a page."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from contacts.models import Contact
from tests.api.client import ApiClient, refusal

BODY = {"name": "Marta Oliveira"}


def _fails(*_given: object, **_more: object) -> None:
    """An error of ours, from the database itself, after something was written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@pytest.fixture
def mistaken(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    """The same key where keeping a contact fails after its row was written."""
    monkeypatch.setattr("contacts.services.record_event", _fails)
    api.raise_request_exception = False
    return api


def test_our_own_mistake_is_a_problem_that_names_the_request(mistaken: ApiClient) -> None:
    answer = mistaken.post("/contacts", BODY)

    assert refusal(answer) == (500, "internal_error")
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert "division" not in answer.text


def test_nothing_of_such_a_request_is_kept_and_it_can_be_sent_again(
    mistaken: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mistaken.post("/contacts", BODY, key="order-17")
    assert not Contact.objects.exists()
    monkeypatch.undo()

    answer = mistaken.post("/contacts", BODY, key="order-17")

    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer


def test_the_log_has_the_mistake(mistaken: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="django.request"):
        mistaken.post("/contacts", BODY)

    [record] = [one for one in caplog.records if one.name == "django.request"]
    assert record.exc_info
    assert "division by zero" in str(record.exc_info[1])


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/contacts", "/api/v1x", "/api/docs/nothing", "/api/v2/%00"]
)
def test_an_address_outside_the_versions_is_a_problem_without_a_key_too(
    guest: ApiClient, path: str, db: None
) -> None:
    assert refusal(guest.get(path)) == (404, "not_found")
    assert refusal(guest.post(path)) == (404, "not_found")


def test_a_host_that_is_not_ours_is_a_problem(api: ApiClient) -> None:
    answer = api.get("/contacts", headers={"Host": "evil.example"})

    assert refusal(answer) == (400, "bad_request")
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [("/nowhere/", {}, 404), ("/", {"headers": {"Host": "evil.example"}}, 400)],
)
def test_elsewhere_people_get_a_page(
    db: None, path: str, more: dict[str, Any], status: int
) -> None:
    answer = Client().get(path, **more)

    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert "<h1>" in answer.text
