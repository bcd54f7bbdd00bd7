"""What a mail scanner does: it opens every link, with GET and HEAD, and that changes nothing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, Membership, User
from giving import services as giving
from giving.models import GivenIntroduction
from giving.states import GivenState, Place
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import IntroductionState
from outreach.links import url_for
from outreach.models import Link, Reminder
from outreach.services import MONTH, MORNING, one_tap_url, stop_url
from outreach.services.trying import address_in_tests
from tests.giving.factories import a_partner, agreed, jonas
from tests.giving.factories import asked as both_asked
from tests.giving.factories import shaken as met
from tests.guards.worlds import a_world
from tests.introductions.factories import (
    an_advocate,
    came_by_link,
    offered,
    shared,
    unvouched,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=80)

Make = Callable[[Advocate], Introduction]

# One introduction in each state that a link can lead to.
STATES: Mapping[str, Make] = {
    "vouching": lambda advocate: came_by_link(advocate, NOW, "i@world.example"),
    "unvouched": lambda advocate: unvouched(advocate, NOW, "j@world.example"),
    "unknown": lambda advocate: services.say_unknown(
        introduction=came_by_link(advocate, NOW, "k@world.example"), now=NOW
    ),
    "shared": lambda advocate: shared(advocate, NOW, "Anna"),
    "offered": lambda advocate: offered(advocate, NOW, "b@world.example"),
    "accepted": lambda advocate: services.accept_introduction(
        introduction=offered(advocate, NOW, "c@world.example"), now=NOW
    ),
    "handshake": lambda advocate: services.send_handshake_now(
        introduction=services.accept_introduction(
            introduction=offered(advocate, NOW, "d@world.example"), now=NOW
        ),
        now=NOW,
    ),
    "not_now": lambda advocate: services.postpone_introduction(
        introduction=offered(advocate, NOW, "e@world.example"),
        until=NOW.date() + timedelta(days=20),
        now=NOW,
    ),
    "declined": lambda advocate: services.decline_introduction(
        introduction=offered(advocate, NOW, "f@world.example"), never=True, now=NOW
    ),
    "expired": lambda advocate: services.expire_introduction(
        introduction=offered(advocate, NOW, "g@world.example"), now=LATER
    ),
    "withdrawn": lambda advocate: services.undo_offer(
        introduction=offered(advocate, NOW, "h@world.example"), now=NOW
    ),
}


# And one that the business gives in each of its states; the first of the two said this much.
GIVEN: Mapping[str, Callable[[GivenIntroduction], object]] = {
    "draft": lambda row: giving.undo_sending(given=row, by=SYSTEM, now=NOW),
    "asked": lambda row: row,
    "one_yes": lambda row: giving.accept_given(given=row, place=Place.FIRST, now=NOW),
    "agreed": lambda row: agreed(row, NOW),
    "handshake": lambda row: met(row, NOW),
    "declined": lambda row: giving.decline_given(given=row, place=Place.SECOND, now=NOW),
    "expired": lambda row: giving.expire_given(given=row, now=LATER),
    "withdrawn": lambda row: giving.withdraw_given(given=row, by=SYSTEM, now=NOW),
}


@pytest.fixture(autouse=True)
def _held_clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def links(business: Business, alice: User, by_alice: Actor) -> list[str]:
    """Every link that was ever mailed: of each kind, to what is in each state."""
    a_world(business, alice, "Sparrow", NOW)
    advocate = an_advocate(business, NOW, name="Tomás Berg", email="tomas@world.example")
    for make in STATES.values():
        make(advocate)
    for number, move in enumerate(GIVEN.values()):
        first = jonas(business, NOW, f"first{number}@world.example")
        second = a_partner(business, NOW, f"second{number}@world.example")
        move(both_asked(first, second, alice, NOW))
    for number, close in enumerate((services.decline_ask, services.expire_ask)):
        asked = an_advocate(business, NOW, name="Lina Holm", email=f"lina{number}@world.example")
        ask = services.draft_ask(
            contact=asked.contact, wanted="workshops", by=by_alice, sender=alice, now=NOW
        )
        sent = services.send_ask(ask=ask, reason="They asked me to.", by=by_alice, now=NOW)
        close(ask=sent, now=LATER)
    for kind in (MORNING, MONTH):
        member = Membership.objects.select_related("business", "user").get(user=alice)
        stop_url(member=member, kind=kind, now=NOW)
        for reminder in Reminder.objects.all():
            one_tap_url(reminder=reminder, member=member, now=NOW)
    mailed = [urlsplit(url_for(link)).path for link in Link.objects.all()]
    return [*mailed, urlsplit(address_in_tests()).path]


def everything() -> Mapping[str, Any]:
    return {
        model._meta.label: [*model._default_manager.order_by("pk").values()]
        for model in apps.get_models()
    }


def test_each_state_is_tried() -> None:
    assert set(STATES) == set(IntroductionState.values)
    assert set(GIVEN) == set(GivenState.values)


def test_opening_a_mailed_link_changes_nothing(links: list[str], guest: Client) -> None:
    kinds = {link.split("/")[1] for link in links}
    assert kinds == guests_kinds()
    before = everything()

    for link in links:
        for send in (guest.head, guest.get):
            answer = send(link)
            assert answer.status_code in {200, 404, 410}, link
            assert not answer.cookies.get("sessionid"), link

    assert everything() == before


def test_opening_the_links_of_account_letters_changes_nothing(
    business: Business, alice: User, guest: Client
) -> None:
    unproven = EmailAddress.objects.create(user=alice, email=alice.email, verified=False)
    key = EmailConfirmationHMAC(unproven).key
    before = everything()

    for send in (guest.head, guest.get):
        assert send(reverse("account_confirm_email", args=[key])).status_code == 200

    assert everything() == before


def guests_kinds() -> set[str]:
    """The first part of each address behind a mailed link, from the routes."""
    [guests] = [
        part for part in get_resolver().url_patterns if getattr(part, "namespace", None) == "guests"
    ]
    return {str(pattern.pattern).split("/")[0] for pattern in guests.url_patterns}
