"""Stopping mail: one press, or a mail program's one-click POST."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses.models import Business, User
from introductions import services
from introductions.models import Advocate
from outreach.models import Suppression, SuppressionReason
from outreach.services import is_suppressed, suppress_address
from outreach.states import MailKind
from tests.guests.factories import prospect_page, stop_page
from tests.introductions.factories import JONAS, offered

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MARTA = "marta@oliveira.example"


def test_looking_stops_nothing_and_pressing_does(
    guest: Client, marta: Advocate, business: Business
) -> None:
    page = stop_page(marta.contact)
    assert "Stop letters from Lindqvist Bookkeeping?" in guest.get(page).content.decode()
    assert not is_suppressed(business=business, address=MARTA)

    response = guest.post(page + "stop/", follow=True)

    assert is_suppressed(business=business, address=MARTA)
    assert "No more letters." in response.content.decode()
    assert "No more letters." in guest.get(page).content.decode()


def test_it_can_be_undone(guest: Client, marta: Advocate, business: Business) -> None:
    page = stop_page(marta.contact)
    guest.post(page + "stop/")

    response = guest.post(page + "undo/", follow=True)

    assert not is_suppressed(business=business, address=MARTA)
    assert "Stop letters from" in response.content.decode()


@pytest.mark.parametrize("content_type", ["urlencoded", "multipart"])
def test_a_mail_program_needs_one_post_without_cookies(
    marta: Advocate, business: Business, content_type: str
) -> None:
    program = Client(enforce_csrf_checks=True)
    page = stop_page(marta.contact)

    if content_type == "multipart":
        response = program.post(page, ONE_CLICK)
    else:
        response = program.post(
            page, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )

    assert response.status_code == 200
    assert is_suppressed(business=business, address=MARTA)


def test_one_click_again_is_harmless(guest: Client, marta: Advocate, business: Business) -> None:
    for _ in range(2):
        assert guest.post(stop_page(marta.contact), ONE_CLICK).status_code == 200

    assert is_suppressed(business=business, address=MARTA)


def test_any_other_post_is_shown_the_page(
    guest: Client, marta: Advocate, business: Business
) -> None:
    response = guest.post(stop_page(marta.contact), {"List-Unsubscribe": "Two-Clicks"})

    assert response.status_code == 303
    assert not is_suppressed(business=business, address=MARTA)


def test_the_button_on_the_page_needs_its_token(marta: Advocate, business: Business) -> None:
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(stop_page(marta.contact) + "stop/").status_code == 403
    assert not is_suppressed(business=business, address=MARTA)


def test_a_prospect_can_stop_mail_and_still_answer(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    introduction = offered(marta, now)

    page = guest.post(stop_page(introduction), ONE_CLICK).content.decode()

    assert is_suppressed(business=business, address=JONAS)
    assert JONAS not in page
    assert guest.get(prospect_page(introduction)).status_code == 200


def test_undo_lifts_no_never(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    suppress_address(
        business=business, address=MARTA, why=SuppressionReason.NEVER, by=SYSTEM, now=now
    )

    guest.post(stop_page(marta.contact) + "undo/")

    assert is_suppressed(business=business, address=MARTA)


def test_who_stopped_mail_cannot_be_asked(
    guest: Client, marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    guest.post(stop_page(marta.contact), ONE_CLICK)

    with pytest.raises(services.AddressSuppressed):
        services.draft_ask(
            contact=marta.contact,
            wanted="workshops",
            by=by_alice,
            sender=alice,
            now=now,
        )


def test_one_kind_can_be_stopped_and_the_others_still_come(
    guest: Client, marta: Advocate, business: Business, alice: User, by_alice: Actor, now: datetime
) -> None:
    page = stop_page(marta.contact)

    response = guest.post(page + "stop/", {"kind": "asks"}, follow=True)

    assert "Stop letters from" in response.content.decode()
    assert "Send again: Letters that ask" in response.content.decode()
    with pytest.raises(services.AddressSuppressed):
        services.draft_ask(
            contact=marta.contact, wanted="workshops", by=by_alice, sender=alice, now=now
        )
    stopped = {
        kind: is_suppressed(business=business, address=MARTA, kind=kind) for kind in MailKind
    }
    assert stopped == {"all": False, "asks": True, "news": False, "friendly": False}


def test_undoing_one_kind_leaves_the_others_stopped(
    guest: Client, marta: Advocate, business: Business
) -> None:
    page = stop_page(marta.contact)
    for kind in ("asks", "news"):
        guest.post(page + "stop/", {"kind": kind})

    guest.post(page + "undo/", {"kind": "asks"})

    assert not is_suppressed(business=business, address=MARTA, kind=MailKind.ASKS)
    assert is_suppressed(business=business, address=MARTA, kind=MailKind.NEWS)


def test_the_button_for_all_comes_before_the_kinds(guest: Client, marta: Advocate) -> None:
    page = guest.get(stop_page(marta.contact)).content.decode()

    everything = page.index("Stop all letters")
    assert everything < page.index("Letters that ask") < page.index("News of what became")


def test_a_prospect_has_nothing_to_choose(guest: Client, marta: Advocate, now: datetime) -> None:
    page = guest.get(stop_page(offered(marta, now))).content.decode()

    assert "Stop all letters" in page
    assert "only some" not in page


def test_a_kind_that_no_button_names_stops_nothing(
    guest: Client, marta: Advocate, business: Business
) -> None:
    guest.post(stop_page(marta.contact) + "stop/", {"kind": "everything"})

    assert not Suppression.objects.exists()
