"""The pages to read and try the API; and that each stable code is on one of them."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client
from django.urls import get_resolver

from businesses.refusals import Refusal
from tests.api.client import ApiClient

PAGES = ("/api/docs/", "/api/docs/problems/", "/api/v1/schema/")


def _refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        if refusal.__module__.partition(".")[0] != "tests":
            yield refusal
        yield from _refusals(refusal)


@pytest.fixture
def problems(db: None) -> str:
    return unescape(Client().get("/api/docs/problems/").text)


@pytest.mark.parametrize("page", PAGES)
def test_they_are_open_to_everybody_and_only_looked_at(db: None, page: str) -> None:
    client = Client()

    assert client.get(page).status_code == 200
    assert client.head(page).status_code == 200
    assert client.post(page).status_code == 405
    assert not client.cookies


@pytest.mark.parametrize("page", PAGES[:2])
def test_no_foreign_and_no_inline_script_or_style_is_needed(db: None, page: str) -> None:
    answer = Client().get(page)

    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=\"/static/)", answer.text)


def test_the_description_is_openapi_in_json_whatever_is_accepted(db: None) -> None:
    answer = Client(headers={"Accept": "application/yaml"}).get("/api/v1/schema/")

    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["openapi"].startswith("3.1")


def test_each_operation_says_what_it_does(db: None) -> None:
    paths = Client().get("/api/v1/schema/").json()["paths"]

    said = [one["summary"] for path in paths.values() for one in path.values()]
    assert "Whose key this is" in said
    assert all(said)


def test_a_problem_leads_to_where_it_is_explained(api: ApiClient, problems: str) -> None:
    for answer in (api.get("/nothing"), api.post("/contacts", {"name": ""}), api.put("/contacts")):
        page, _, anchor = answer.json()["type"].partition("#")

        assert page == "http://testserver/api/docs/problems/"
        assert f'id="{anchor}"' in problems


def test_every_refusal_is_explained_with_its_status_and_sentence(problems: str) -> None:
    assert get_resolver().url_patterns
    found = [one for one in _refusals() if one.__module__.partition(".")[0] != "guests"]

    assert len(found) > 40
    for refusal in found:
        entry = problems.partition(f'id="{refusal.code}"')[2].partition("</div>")[0]
        assert f">{refusal.status}<" in entry, refusal
        assert refusal.message in entry


def test_every_refusal_has_a_code_and_a_sentence_of_its_own() -> None:
    assert get_resolver().url_patterns
    for refusal in _refusals():
        assert refusal.code != Refusal.code, refusal
        assert refusal.message != Refusal.message, refusal
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", refusal.code), refusal
