"""The one question on a phone: all of it in sight, large enough for a thumb, light to load."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from businesses.models import Business
from tests.contacts.factories import make_contact
from tests.feedback.factories import asked, question_page
from tests.guests.test_on_a_phone import MOST_BYTES, PHONE, a_phone

pytestmark = pytest.mark.django_db

TARGET = 44


def test_the_question_its_numbers_and_its_button_are_in_sight(
    guest: Client, business: Business
) -> None:
    business.name = "Lindqvist and Daughters Bookkeeping of the Old Harbour"
    business.save()
    request = asked(make_contact(name="Ines Duarte", email="ines@world.example"))
    html = guest.get(question_page(request)).content

    with a_phone(javascript=False) as show:
        page = show(html)
        numbers = [one.bounding_box() for one in page.locator(".numbers label").all()]
        button = page.get_by_role("button", name="Send my answer").bounding_box()
        page.get_by_label("9", exact=True).check()
        is_marked = page.locator("input[name=score]:checked").input_value()
        wide = page.locator("main").bounding_box()

    assert button
    assert wide
    assert button["y"] + button["height"] <= PHONE["height"]
    assert wide["width"] <= PHONE["width"]
    assert len(numbers) == 11
    for box in numbers:
        assert box
        assert min(box["width"], box["height"]) >= TARGET
        assert box["x"] + box["width"] <= PHONE["width"]
    assert is_marked == "9"


def test_it_weighs_little(guest: Client, business: Business) -> None:
    request = asked(make_contact(name="Ines Duarte", email="ines@world.example"))
    html = guest.get(question_page(request)).content

    parts = re.findall(rb'(?:href|src)="/static/([^"]+)"', html)
    sizes = [Path(str(finders.find(part.decode()))).stat().st_size for part in parts]

    assert len(sizes) > 4
    assert len(html) + sum(sizes) <= MOST_BYTES
