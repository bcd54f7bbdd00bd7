"""What customers let a business publish: for everybody, in a frame of any site, and as JSON."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from feedback import testimonials
from feedback.models import Testimonial
from feedback.services import move_testimonial, unpublish_testimonial
from tests.contacts.factories import make_contact
from tests.feedback.factories import given, published, question_page
from tests.guests.test_doors import queries_of

pytestmark = pytest.mark.django_db

WHERE = ("", "wall/", "testimonials.json")


@pytest.fixture
def ines(business: Business) -> Contact:
    return make_contact(name="Ines Duarte", email="ines@world.example")


def at(business: Business, where: str = "") -> str:
    return f"/t/{business.slug}/{where}"


@pytest.mark.parametrize("where", WHERE)
def test_what_is_published_stands_there_as_the_customer_is_named(
    guest: Client, business: Business, ines: Contact, where: str
) -> None:
    published(ines, "Never late.", shown_as="initials")

    told = guest.get(at(business, where)).content.decode()

    assert "Never late." in told
    assert "I. D." in told
    assert not any(part in told for part in ("Ines", "Duarte", "world.example", str(ines.pk)))


@pytest.mark.parametrize("where", WHERE)
def test_what_is_not_published_does_not(
    guest: Client, business: Business, ines: Contact, where: str
) -> None:
    given(ines, "Never late.")

    answer = guest.get(at(business, where))

    assert answer.status_code == 404
    assert "Never late." not in answer.content.decode()


@pytest.mark.parametrize("where", WHERE)
def test_taken_back_by_the_link_it_is_gone_with_the_next_look(
    guest: Client, business: Business, ines: Contact, where: str
) -> None:
    published(ines, "Never late.")
    published(make_contact(name="Olga", email="o@world.example"), "Always kind.")
    first = guest.get(at(business, where))
    assert "Never late." in first.content.decode()
    assert first["Cache-Control"] == "no-store"

    guest.post(question_page(ines.feedback_requests.get()) + "withdraw/")

    told = guest.get(at(business, where)).content.decode()
    assert "Never late." not in told
    assert "Always kind." in told


@pytest.mark.parametrize("where", WHERE)
def test_a_business_with_nothing_published_looks_as_one_that_does_not_exist(
    guest: Client, business: Business, where: str
) -> None:
    nothing = guest.get(at(business, where))
    nobody = guest.get(f"/t/nobody-is-called-this/{where}")

    assert nothing.status_code == nobody.status_code == 404
    assert nothing.content == nobody.content


def test_the_wall_alone_may_stand_in_a_frame_and_it_holds_no_script(
    guest: Client, business: Business, ines: Contact
) -> None:
    published(ines)

    wall, page = guest.get(at(business, "wall/")), guest.get(at(business))

    assert "frame-ancestors *" in wall["Content-Security-Policy"]
    assert "script-src 'none'" in wall["Content-Security-Policy"]
    assert "X-Frame-Options" not in wall
    assert not any(tag in wall.content.decode() for tag in ("<script", "<form", "<button"))
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert not wall.cookies
    assert not page.cookies


def test_scripts_of_any_site_read_it(guest: Client, business: Business, ines: Contact) -> None:
    testimonial = published(ines, "Never late.")

    answer = guest.get(at(business, "testimonials.json"))

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "business": "Lindqvist Bookkeeping",
        "page": f"{settings.PUBLIC_URL}/t/{business.slug}/",
        "testimonials": [
            {
                "words": "Never late.",
                "name": "Ines",
                "photo": None,
                "given_on": testimonial.given_at.date().isoformat(),
            }
        ],
    }


def test_words_are_words_and_no_markup(guest: Client, business: Business, ines: Contact) -> None:
    published(ines, '<script>alert("x")</script>\n\nTwo paragraphs')

    for where in WHERE[:2]:
        told = guest.get(at(business, where)).content.decode()
        assert "<script>alert" not in told
        assert "&lt;script&gt;alert" in told


def test_the_owner_says_in_which_order(guest: Client, business: Business) -> None:
    rows = [
        published(make_contact(name=name, email=f"{name}@world.example"), f"{name} wrote")
        for name in ("anna", "bea", "cleo")
    ]

    for _ in range(2):
        move_testimonial(testimonial=rows[2], place=0, by=SYSTEM, now=clock.now())
    unpublish_testimonial(testimonial=rows[0], by=SYSTEM, now=clock.now())

    told = guest.get(at(business, "testimonials.json")).json()["testimonials"]
    assert [row["words"] for row in told] == ["cleo wrote", "bea wrote"]


def test_other_pages_get_the_first_of_them(business: Business, ines: Contact) -> None:
    published(ines, "Never late.")
    published(make_contact(name="Olga", email="o@world.example"), "Always kind.")

    assert [row.words for row in testimonials.published(business, at_most=1)] == ["Never late."]


def test_many_cost_what_one_does(guest: Client, business: Business, ines: Contact) -> None:
    published(ines)
    one = queries_of(guest, at(business))
    for number in range(5):
        published(make_contact(name=f"N{number}", email=f"n{number}@world.example"))

    assert queries_of(guest, at(business)) == one <= 10


@pytest.mark.parametrize("where", WHERE)
def test_opening_changes_nothing_and_nothing_can_be_posted(
    guest: Client, business: Business, ines: Contact, where: str
) -> None:
    published(ines)
    before = list(Testimonial.objects.values())

    assert guest.head(at(business, where)).status_code == 200
    assert guest.post(at(business, where)).status_code == 405

    assert list(Testimonial.objects.values()) == before


def test_after_years_it_still_can_be_taken_back(
    guest: Client, business: Business, ines: Contact
) -> None:
    published(ines)
    page = question_page(ines.feedback_requests.get())

    with clock.at(clock.now() + timedelta(days=1500)):
        guest.post(page + "withdraw/")

    assert not Testimonial.objects.published().exists()
