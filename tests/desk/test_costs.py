"""What the owner says that things cost."""

import pytest
from django.test import Client

from businesses.models import Business


@pytest.fixture
def place(business: Business) -> str:
    return f"/b/{business.slug}/settings/costs/"


def test_it_is_kept_and_shown(alice_client: Client, place: str) -> None:
    told = {
        "card_costs": "2.50",
        "hour_costs": "60",
        "minutes_each": "30",
        "advertising_a_month": "",
    }

    kept = alice_client.post(place, told, follow=True).text

    business = Business.objects.get()
    assert (business.card_costs, business.hour_costs, business.minutes_each) == (250, 6_000, 30)
    assert business.advertising_a_month is None
    assert "2.50" in kept


@pytest.mark.parametrize("wrong", [{"card_costs": "-1"}, {"minutes_each": "99999"}])
def test_what_cannot_be_is_said_beside_its_field(
    alice_client: Client, place: str, wrong: dict[str, str]
) -> None:
    answer = alice_client.post(place, wrong)

    assert answer.status_code == 422
    assert Business.objects.get().card_costs is None


def test_a_member_does_not_change_it(bob_client: Client, place: str) -> None:
    assert bob_client.post(place, {"card_costs": "1"}).status_code == 403
