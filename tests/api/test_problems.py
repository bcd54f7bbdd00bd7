"""Each request that cannot be served gets a problem document with a stable code."""

import json

import pytest

from contacts.models import Contact
from tests.api.client import ApiClient, refusal, within, wrong_fields

AT_MOST = 6 * 1024 * 1024


def test_a_problem_names_the_request_and_where_it_is_explained(api: ApiClient) -> None:
    answer = api.get("/contacts/019a0000-0000-7000-8000-000000000000")

    assert refusal(answer) == (404, "not_found")
    assert answer.json() == {
        "type": "http://testserver/api/docs/problems/#not_found",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "There is nothing here for this key.",
        "request_id": answer.headers["X-Request-Id"],
    }


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/contacts/", "/contacts/not-an-id", "/contacts/7", "/contacts/%00", "/%FF"],
)
def test_what_is_not_there_is_a_problem_too(api: ApiClient, path: str) -> None:
    assert refusal(api.get(path)) == (404, "not_found")
    assert refusal(api.post(path)) == (404, "not_found")


def test_each_wrong_field_is_named(api: ApiClient) -> None:
    answer = api.post(
        "/contacts", {"circle": "outer", "keep_in_touch_days": 0, "met_through_id": "Marta"}
    )

    assert wrong_fields(answer) == {
        "name": "required",
        "circle": "invalid_choice",
        "keep_in_touch_days": "min_value",
        "met_through_id": "invalid",
    }


def test_what_is_not_known_is_refused_rather_than_dropped(api: ApiClient) -> None:
    answer = api.post("/contacts", {"name": "Marta", "twitter": "@marta", "a/b~c": 1})

    pointers = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert pointers == {"/twitter": "unknown_field", "/a~1b~0c": "unknown_field"}
    assert not Contact.objects.exists()


def test_a_parameter_that_is_not_known_is_refused(api: ApiClient) -> None:
    answer = api.get("/contacts?colour=red&limit=many")

    assert wrong_fields(answer) == {"colour": "unknown_field", "limit": "invalid"}


@pytest.mark.parametrize(
    "body",
    ["{", '{"name": NaN}', "nonsense", '{"name": "\\ud800"}', '"\xff"', "[" * 100_000, "\0"],
    ids=["cut short", "NaN", "words", "half a character", "not UTF-8", "nested for ever", "NUL"],
)
def test_a_body_that_is_not_json(api: ApiClient, body: str) -> None:
    answer = api.generic("POST", "/contacts", body.encode("latin-1"), "application/json")

    assert refusal(answer) == (400, "parse_error")


def test_deep_nesting_within_a_field_is_only_a_wrong_field(api: ApiClient) -> None:
    deep = "[" * 500 + "]" * 500

    answer = api.generic("POST", "/contacts", f'{{"name": {deep}}}', "application/json")

    assert wrong_fields(answer) == {"name": "invalid"}


@pytest.mark.parametrize("body", [[1], "Marta", 7, [{"name": "Marta"}]])
def test_a_body_that_is_no_object(api: ApiClient, body: object) -> None:
    answer = api.generic("POST", "/contacts", json.dumps(body), "application/json")

    assert wrong_fields(answer) == {"": "invalid"}


@pytest.mark.parametrize("text", ["Mar\0ta", ["Marta"], {"first": "Marta"}, None, True, "", " "])
def test_a_name_that_is_none(api: ApiClient, text: object) -> None:
    assert [*wrong_fields(api.post("/contacts", {"name": text}))] == ["name"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/jsonp",
        "",
    ],
)
def test_a_body_of_another_type(api: ApiClient, content_type: str) -> None:
    answer = api.generic("POST", "/contacts", '{"name": "Marta"}', content_type)

    assert refusal(answer) == (415, "unsupported_media_type")
    assert not Contact.objects.exists()


def test_the_type_may_be_spelt_in_any_way(api: ApiClient) -> None:
    kind = "Application/JSON; charset=utf-8"

    assert api.generic("POST", "/contacts", '{"name": "Marta"}', kind).status_code == 201


def test_there_is_one_format_whatever_is_wished_for(api: ApiClient) -> None:
    answer = api.get("/contacts?limit=1", headers={"Accept": "text/html"})

    assert answer.headers["Content-Type"] == "application/json"


def test_a_huge_body_is_not_read(api: ApiClient) -> None:
    body = b'{"name": "' + b"x" * AT_MOST + b'"}'

    answer = api.generic("POST", "/contacts", body, "application/json")

    assert refusal(answer) == (413, "body_too_large")


def test_a_large_body_that_is_small_enough_is_read(api: ApiClient) -> None:
    body = b'{"name": "Marta"}' + b" " * (AT_MOST - 100)

    assert api.generic("POST", "/contacts", body, "application/json").status_code == 201


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_there(api: ApiClient, method: str) -> None:
    answer = api.generic(method, "/contacts")

    assert refusal(answer) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= {*answer.headers["Allow"].split(", ")}


def test_head_is_get_without_its_body(api: ApiClient) -> None:
    answer = api.head(within("/contacts"))

    assert answer.status_code == 200
    assert not answer.content
