"""What a phone shows of the page on which one of the two is asked."""

from datetime import datetime

import pytest
from django.test import Client

from contacts.models import Contact
from giving.models import GivenIntroduction
from tests.giving.conftest import page_of
from tests.giving.factories import shaken
from tests.guests.test_on_a_phone import PHONE, a_phone

pytestmark = pytest.mark.django_db


def test_the_yes_is_in_sight_however_much_is_written(
    guest: Client, given: GivenIntroduction, jonas: Contact
) -> None:
    given.first_words = "\n\n".join(["She reads leases as others read novels. " * 5] * 10)[:2000]
    given.save()
    html = guest.get(page_of(given, jonas)).content

    with a_phone(javascript=False) as show:
        phone = show(html)
        for what in (
            phone.get_by_role("heading", level=1),
            phone.get_by_text("Only if both of you say yes"),
            phone.get_by_role("button", name="Yes, introduce us"),
        ):
            box = what.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= PHONE["height"]


def test_the_partner_sees_what_to_press_without_scrolling(
    guest: Client, sent: GivenIntroduction, partner: Contact, now: datetime
) -> None:
    shaken(sent, now)
    html = guest.get(page_of(sent, partner)).content

    with a_phone(javascript=False) as show:
        box = show(html).get_by_role("button", name="Tell Alice").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE["height"]


def test_nothing_stands_beside_the_screen_and_each_button_can_be_hit(
    guest: Client, sent: GivenIntroduction, jonas: Contact, partner: Contact, now: datetime
) -> None:
    pages = [guest.get(page_of(sent, jonas)).content]
    guest.post(page_of(sent, jonas) + "yes/")
    pages.append(guest.get(page_of(sent, jonas)).content)
    guest.post(page_of(sent, jonas) + "undo/")
    shaken(sent, now)
    pages += [guest.get(page_of(sent, contact)).content for contact in (jonas, partner)]

    with a_phone() as show:
        for html in pages:
            phone = show(html)
            assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
            for button in phone.locator("main button:not(.small)").all():
                box = button.bounding_box()
                assert box is not None
                assert box["height"] >= 44


def test_the_pages_weigh_little(
    guest: Client, given: GivenIntroduction, jonas: Contact, now: datetime
) -> None:
    asked = guest.get(page_of(given, jonas)).content
    shaken(given, now)
    told = guest.get(page_of(given, jonas)).content

    assert max(len(asked), len(told)) < 12_000
