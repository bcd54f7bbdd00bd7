"""Behind a letter of thanks: "My pleasure", and whether it may be said where others read it."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses.models import Business, User
from introductions.models import Advocate
from outreach.links import url_for
from outreach.models import Link, LinkPurpose
from referrals.models import ThankYou
from referrals.services import (
    ask_for_public_thanks,
    give_thanks,
    record_kindness,
    take_down_public_thanks,
)
from tests.guests.factories import path_of

pytestmark = pytest.mark.django_db

WORDS = "You bring good people to our door."


@pytest.fixture
def owed(marta: Advocate, by_alice: Actor, now: datetime) -> ThankYou:
    return record_kindness(contact=marta.contact, reason="helping", by=by_alice, now=now)


@pytest.fixture
def thanked(owed: ThankYou, by_alice: Actor, now: datetime) -> ThankYou:
    return give_thanks(
        thank_you=owed, how="mail", words="Dear Marta, thank you.", by=by_alice, now=now
    )


@pytest.fixture
def asked(owed: ThankYou, by_alice: Actor, now: datetime) -> ThankYou:
    return ask_for_public_thanks(
        thank_you=owed, words=WORDS, shown_as="first_name", by=by_alice, now=now
    )


def place_of(thanks: ThankYou) -> str:
    return path_of(Link.objects.get(purpose=LinkPurpose.THANKS, subject_id=thanks.pk))


def wall_of(business: Business) -> str:
    return f"/t/{business.slug}/thanks/"


def answer(guest: Client, thanks: ThankYou, may: str, seen: str | None = None) -> int:
    facts = {"may": may, "seen": thanks.public_seen if seen is None else seen}
    return guest.post(f"{place_of(thanks)}public/", facts).status_code


def test_my_pleasure_is_said_in_one_tap_and_taken_back(
    guest: Client, thanked: ThankYou, now: datetime
) -> None:
    place = place_of(thanked)
    assert "Dear Marta, thank you." in guest.get(place).text

    for _ in range(2):
        assert guest.post(f"{place}pleasure/").status_code == 303

    thanked.refresh_from_db()
    assert thanked.pleased_at == now
    assert Event.objects.filter(name="thanks.welcomed").count() == 1
    guest.post(f"{place}pleasure/undo/")
    thanked.refresh_from_db()
    assert thanked.pleased_at is None
    assert "My pleasure</button>" in guest.get(place).text


def test_the_owner_reads_it_on_the_timeline_and_among_the_thank_yous(
    guest: Client, alice_client: Client, business: Business, thanked: ThankYou
) -> None:
    guest.post(f"{place_of(thanked)}pleasure/")

    desk = f"/b/{business.slug}/"
    person = alice_client.get(f"{desk}people/{thanked.advocate.contact_id}/").text
    assert "Marta says: my pleasure" in person
    assert "Marta says: my pleasure" in alice_client.get(f"{desk}thank-yous/").text
    assert "Marta says: my pleasure" in alice_client.get(f"{desk}thank-yous/{thanked.pk}/").text


def test_nobody_says_it_before_they_are_thanked(guest: Client, asked: ThankYou) -> None:
    assert guest.post(f"{place_of(asked)}pleasure/").status_code == 409

    asked.refresh_from_db()
    assert asked.pleased_at is None


def test_nothing_stands_in_public_before_a_yes(
    guest: Client, business: Business, asked: ThankYou
) -> None:
    assert WORDS in guest.get(place_of(asked)).text
    assert guest.get(wall_of(business)).status_code == 404
    assert asked.is_due


def test_a_yes_puts_it_on_the_wall_and_settles_what_was_owed(
    guest: Client, business: Business, asked: ThankYou
) -> None:
    assert answer(guest, asked, "yes") == 303

    wall = guest.get(wall_of(business))
    assert (wall.status_code, wall["Cache-Control"]) == (200, "no-store")
    assert WORDS in wall.text
    assert "For Marta" in wall.text
    assert "Oliveira" not in wall.text
    asked.refresh_from_db()
    assert (asked.state, asked.how) == ("given", "public")


def test_what_stands_in_public_is_gone_at_once_when_they_take_it_back(
    guest: Client, business: Business, asked: ThankYou
) -> None:
    answer(guest, asked, "yes")

    assert answer(guest, asked, "no") == 303

    assert guest.get(wall_of(business)).status_code == 404
    assert answer(guest, asked, "yes") == 303
    assert guest.get(wall_of(business)).status_code == 200


def test_without_a_choice_nothing_is_pressed(
    guest: Client, business: Business, asked: ThankYou
) -> None:
    refused = guest.post(f"{place_of(asked)}public/", {"seen": asked.public_seen})

    assert refused.status_code == 422
    assert "Please choose one of these." in refused.text
    assert 'value="yes" checked' not in guest.get(place_of(asked)).text
    assert guest.get(wall_of(business)).status_code == 404


def test_a_no_is_kept_and_nobody_asks_again(
    guest: Client, alice_client: Client, business: Business, asked: ThankYou
) -> None:
    answer(guest, asked, "no")

    at = f"/b/{business.slug}/thank-yous/{asked.pk}/"
    again = alice_client.post(f"{at}public/", {"public_words": "Oh, do.", "shown_as": "name"})
    assert again.status_code == 409
    assert alice_client.post(f"{at}take-down/").status_code == 409
    asked.refresh_from_db()
    assert (asked.public_state, asked.is_due) == ("declined", True)
    assert "Nobody asks you again." in guest.get(place_of(asked)).text


def test_a_yes_is_to_the_words_that_were_read(
    guest: Client, business: Business, asked: ThankYou, by_alice: Actor, now: datetime
) -> None:
    read = asked.public_seen
    take_down_public_thanks(thank_you=asked, by=by_alice, now=now)
    other = ask_for_public_thanks(
        thank_you=asked, words="Quite other words.", shown_as="name", by=by_alice, now=now
    )

    assert answer(guest, other, "yes", seen=read) == 409

    assert guest.get(wall_of(business)).status_code == 404


def test_once_the_business_took_it_down_there_is_nothing_to_answer(
    guest: Client, business: Business, asked: ThankYou, by_alice: Actor, now: datetime
) -> None:
    read = asked.public_seen
    take_down_public_thanks(thank_you=asked, by=by_alice, now=now)

    assert answer(guest, asked, "yes", seen=read) == 409
    assert WORDS not in guest.get(place_of(asked)).text


def test_another_persons_link_shows_nothing_of_it(
    guest: Client, alice: User, asked: ThankYou
) -> None:
    link = Link.objects.get(purpose=LinkPurpose.THANKS, subject_id=asked.pk)
    Link.objects.filter(pk=link.pk).update(contact_id=asked.pk)

    assert guest.get(url_for(link)).status_code == 404
