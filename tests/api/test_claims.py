"""Claims of credit through the API."""

import pytest

from businesses import clock
from businesses.models import Business
from tests.api.client import ApiClient, refusal
from tests.introductions.factories import an_advocate
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


def test_an_answer_has_words(api: ApiClient, business: Business) -> None:
    walter = an_advocate(business, clock.now())
    claim = api.post("/credit-claims", {"advocate_id": str(walter.pk), "person": "Jonas"}).json()

    assert refusal(api.post(f"/credit-claims/{claim['id']}/answer", {"words": ""})) == (
        400,
        "invalid",
    )
