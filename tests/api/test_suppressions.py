"""Who gets no mail, through the API: the same rules as on the page."""

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from outreach.services import is_suppressed, suppress_address
from tests.api.client import ApiClient, refusal
from tests.contacts.factories import make_contact

pytestmark = pytest.mark.django_db

ELENA = "elena@rossi.example"


def test_an_address_is_stopped_and_the_answer_does_not_hold_it(
    api: ApiClient, business: Business
) -> None:
    elena = make_contact(business, name="Elena Rossi", email=ELENA)

    answer = api.post("/suppressions", {"email": "Elena@Rossi.example", "kind": "asks"})

    assert answer.status_code == 201
    shown = answer.json()
    assert shown["why"] == "by_owner"
    assert shown["contact_id"] == str(elena.pk)
    assert shown["can_be_lifted"] is True
    assert "rossi" not in answer.content.decode().casefold()
    assert is_suppressed(business=business, address=ELENA, kind="asks")
    assert api.get(f"/suppressions/{shown['id']}").json() == shown
    assert api.get("/suppressions?kind=asks").json()["results"] == [shown]
    assert api.get("/suppressions?kind=news").json()["results"] == []


def test_without_a_kind_it_is_all_mail(api: ApiClient, business: Business) -> None:
    assert api.post("/suppressions", {"email": ELENA}).json()["kind"] == "all"
    assert is_suppressed(business=business, address=ELENA)


def test_what_cannot_be_an_address_is_refused(api: ApiClient) -> None:
    answer = api.post("/suppressions", {"email": "elena at rossi"})

    assert refusal(answer) == (422, "not_an_address")


def test_lifting_has_the_rules_of_the_page(api: ApiClient, business: Business) -> None:
    own = api.post("/suppressions", {"email": ELENA}).json()["id"]
    theirs = suppress_address(
        business=business, address=ELENA, why="complained", by=SYSTEM, now=clock.now()
    )

    assert api.delete(f"/suppressions/{own}").status_code == 204
    assert api.get(f"/suppressions/{own}").status_code == 404
    assert refusal(api.delete(f"/suppressions/{theirs.pk}")) == (409, "their_own_wish")
    assert is_suppressed(business=business, address=ELENA)
