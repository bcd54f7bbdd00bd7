"""Giving beside getting, through the API."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Company
from contacts.services import change_contact
from referrals.services import record_sent_someone
from tests.api.client import ApiClient, wrong_fields
from tests.giving.factories import a_partner, asked, jonas, shaken
from tests.introductions.factories import a_contact

pytestmark = pytest.mark.django_db


def test_given_beside_received_and_whose_turn_it_is(
    api: ApiClient, business: Business, alice: User
) -> None:
    now = clock.now()
    elena = a_partner(business, now - timedelta(days=600))
    marta = a_contact(business, now)
    shaken(asked(jonas(business, now), elena, alice, now), now)
    record_sent_someone(business=business, name="Ida", sender=marta, by=SYSTEM, now=now)

    rows = api.get("/reciprocity").json()["results"]

    told = {
        row["company_id"] or row["contact_id"]: (row["given"], row["received"], row["turn"])
        for row in rows
    }
    assert told == {str(elena.company_id): (1, 0, "theirs"), str(marta.pk): (0, 1, "ours")}
    assert rows[0]["says"] == "You sent 0, received 1. It is your turn."


def test_all_are_told_at_once(api: ApiClient, business: Business) -> None:
    Company.objects.bulk_create(
        Company(business=business, name=f"Firm {nth}", partner_since=clock.now().date())
        for nth in range(205)
    )

    assert len(api.get("/reciprocity").json()["results"]) == 205


def test_what_could_be_done_for_them(api: ApiClient, business: Business) -> None:
    now = clock.now()
    elena = a_partner(business, now - timedelta(days=600))
    tora = a_contact(business, now, "Tora Tagg", "tora@x.example")
    change_contact(contact=tora, changes={"tags": ["property"]}, by=SYSTEM, now=now)

    told = api.get(f"/reciprocity/kindnesses?company_id={elena.company_id}").json()

    assert told["balance"]["turn"] == "begin"
    assert [(one["kind"], one["contact_id"]) for one in told["results"]] == [
        ("introduce", str(tora.pk))
    ]


def test_one_is_named_and_one_alone(api: ApiClient, business: Business) -> None:
    elena = a_partner(business, clock.now())
    at = "/reciprocity/kindnesses"

    for query in ("", f"?company_id={elena.company_id}&contact_id={elena.pk}"):
        assert set(wrong_fields(api.get(f"{at}{query}"))) == {"contact_id"}
    assert api.get(f"{at}?contact_id={business.pk}").status_code == 400
