"""A button that can do nothing any more, where no page has words for it: a sentence, no error."""

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from contacts.erasing import erase_contact
from contacts.models import Interaction
from tests.contacts.factories import make_contact

pytestmark = pytest.mark.django_db


def test_a_button_of_an_old_page_is_answered_with_a_sentence(
    alice_client: Client, business: Business, by_alice: Actor
) -> None:
    contact = make_contact(business, name="Elena Rossi")
    erase_contact(contact=contact, by=by_alice, now=clock.now())

    response = alice_client.post(
        f"/b/{business.slug}/people/{contact.pk}/interactions/",
        {"kind": "call", "text": "We spoke."},
    )

    assert 400 <= response.status_code < 500
    assert "erased" in response.content.decode()
    assert not Interaction.objects.exists()
