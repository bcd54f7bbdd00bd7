"""Claims of credit through the API."""

import pytest

from businesses import clock
from businesses.models import Business, Scope, User
from tests.api.client import ApiClient, refusal, with_a_key, wrong_fields
from tests.introductions.factories import a_contact, an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


def test_a_claim_is_kept_and_answered(
    api: ApiClient, reader: ApiClient, business: Business
) -> None:
    now = clock.now()
    referral = a_referral(an_advocate(business, now), now)
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    told = {"advocate_id": str(walter.pk), "referral_id": str(referral.pk), "person": "Jonas"}

    first, again = (api.post("/credit-claims", told) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    claim = first.json()
    assert (claim["person"], claim["answer"], claim["answered_at"]) == ("Jonas", "", None)
    place = f"/credit-claims/{claim['id']}"
    answer = api.post(f"{place}/answer", {"words": "You are right."})
    assert answer.json()["answer"] == "You are right."
    [listed] = reader.get(f"/credit-claims?referral_id={referral.pk}").json()["results"]
    assert listed == reader.get(place).json()
    assert listed["answered_at"] is not None


def test_anybody_who_is_known_may_have_said_it(
    api: ApiClient, alice: User, business: Business
) -> None:
    now = clock.now()
    ines = a_contact(business, now, "Ines Duarte", "ines@duarte.example")
    gone = a_contact(business, now, "Nils Ek", "nils@ek.example")
    with_a_key(business, alice, Scope.ADMIN).post(f"/contacts/{gone.pk}/erase")

    kept = api.post("/credit-claims", {"contact_id": str(ines.pk), "person": "Jonas"})
    nobody = api.post("/credit-claims", {"person": "Jonas"})
    erased = api.post("/credit-claims", {"contact_id": str(gone.pk), "person": "Jonas"})

    assert kept.status_code == 201
    advocate = api.get(f"/advocates/{kept.json()['advocate_id']}").json()
    assert advocate["contact_id"] == str(ines.pk)
    assert wrong_fields(nobody) == {"advocate_id": "invalid"}
    assert refusal(erased) == (409, "was_erased")


def test_an_answer_has_words(api: ApiClient, business: Business) -> None:
    walter = an_advocate(business, clock.now())
    claim = api.post("/credit-claims", {"advocate_id": str(walter.pk), "person": "Jonas"}).json()

    assert refusal(api.post(f"/credit-claims/{claim['id']}/answer", {"words": ""})) == (
        400,
        "invalid",
    )
