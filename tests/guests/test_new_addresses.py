"""A letter came into other hands: all pages of its reader get new addresses."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import Actor
from businesses.models import Business, User
from feedback.services import ask_for_feedback
from introductions.models import Advocate, Ask
from introductions.services import make_share_link
from outreach.links import url_for
from outreach.models import Link, LinkPurpose, Message
from outreach.sending import send_due_letters
from tests.api.client import ApiClient, with_a_key
from tests.guests.factories import path_of
from tests.outreach.conftest import smtp
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db
__all__ = ["smtp"]


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def place(business: Business, marta: Advocate) -> str:
    return f"/b/{business.slug}/people/{marta.contact_id}/"


@pytest.mark.usefixtures("ask")
def test_every_link_sent_so_far_leads_nowhere_but_the_way_to_stop_letters(
    guest: Client,
    alice_client: Client,
    marta: Advocate,
    alice: User,
    by_alice: Actor,
    place: str,
    now: datetime,
) -> None:
    ask_for_feedback(contact=marta.contact, by=by_alice, sender=alice, now=now)
    make_share_link(advocate=marta, now=now)
    before = {link.purpose: path_of(link) for link in Link.objects.all()}
    assert alice_client.get(f"{place}renew-links/").status_code == 405

    answer = alice_client.post(f"{place}renew-links/", follow=True).text

    assert "The links that Marta was sent lead nowhere from now on." in answer
    assert "Links sent to Marta before lead nowhere" in answer
    dead = {purpose for purpose, path in before.items() if guest.get(path).status_code == 410}
    assert dead == {LinkPurpose.ADVOCATE, LinkPurpose.FEEDBACK}
    assert set(before) - dead == {LinkPurpose.UNSUBSCRIBE, LinkPurpose.SHARE}


def test_a_letter_that_has_not_left_has_the_new_one(
    guest: Client, alice_client: Client, ask: Ask, place: str, smtp: SmtpServer
) -> None:
    assert Message.objects.get().state == "scheduled"
    old = path_of(Link.objects.get(purpose=LinkPurpose.ADVOCATE))
    alice_client.post(f"{place}renew-links/")

    send_due_letters()

    [letter] = smtp.accepted
    new = Link.objects.get(purpose=LinkPurpose.ADVOCATE)
    assert url_for(new) in letter.part("plain")
    assert guest.get(path_of(new)).status_code == 200
    assert guest.get(old).status_code == 410


def test_where_there_is_no_page_yet_that_is_said(
    alice_client: Client, api: ApiClient, marta: Advocate, place: str
) -> None:
    assert (
        "There is no page of theirs yet"
        in alice_client.post(f"{place}renew-links/", follow=True).text
    )
    refused = api.post(f"/contacts/{marta.contact_id}/renew-links")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_links")


@pytest.mark.usefixtures("ask")
def test_by_api_it_is_the_same(guest: Client, api: ApiClient, marta: Advocate) -> None:
    old = path_of(Link.objects.get(purpose=LinkPurpose.ADVOCATE))

    assert api.post(f"/contacts/{marta.contact_id}/renew-links").status_code == 200

    assert guest.get(old).status_code == 410


@pytest.mark.usefixtures("ask")
def test_it_touches_nobody_elses(
    guest: Client, charlie_client: Client, marta: Advocate, other_business: Business
) -> None:
    old = path_of(Link.objects.get(purpose=LinkPurpose.ADVOCATE))

    theirs = f"/b/{other_business.slug}/people/{marta.contact_id}/renew-links/"
    assert charlie_client.post(theirs).status_code == 404

    assert guest.get(old).status_code == 200
