"""Whoever may only look is told so, and is offered nothing that would be refused."""

import pytest
from django.test import Client

from businesses.models import Business, Membership, User

TOLD = "You may look at everything here and change nothing."


@pytest.mark.parametrize("page", ["", "people/", "introductions/", "thank-yous/", "settings/"])
def test_a_viewer_is_told_on_every_page(
    alice_client: Client, bob_client: Client, bob: User, business: Business, page: str
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    at = f"/b/{business.slug}/{page}"

    assert TOLD in bob_client.get(at).text
    assert "looking" in bob_client.get(at).text
    assert TOLD not in alice_client.get(at).text
    assert "looking" not in alice_client.get(at).text
