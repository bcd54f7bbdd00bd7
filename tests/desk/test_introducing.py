"""How a business introduces itself: said once in Settings, read by whoever is introduced."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from businesses.models import Business, Membership, User
from tests.businesses.test_pictures import a_photograph

pytestmark = pytest.mark.django_db

TOLD = {
    "self_introduction": "I am Alice, and I keep the books of eleven workshops.",
    "town": "Lund",
    "website": "lindqvist.example",
    "difference": "We come to the workshop.",
    "first_talk": "Half an hour, and you know where your money goes.",
    "booking_link": "https://book.example/alice",
}


@pytest.fixture
def place(business: Business) -> str:
    return f"/b/{business.slug}/settings/introducing/"


def photograph(name: str = "me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_photograph(), "image/jpeg")


def test_the_owner_says_it_once_and_sees_how_it_looks(
    alice_client: Client, alice: User, business: Business, place: str
) -> None:
    page = alice_client.post(place, {**TOLD, "picture": photograph()}, follow=True).text

    business.refresh_from_db()
    assert business.website == "https://lindqvist.example"
    assert (business.town, business.booking_link) == ("Lund", "https://book.example/alice")
    assert Membership.objects.get(user=alice).self_introduction == TOLD["self_introduction"]
    preview = page[page.index("How it looks to them") :]
    for words in (TOLD["self_introduction"], TOLD["difference"], TOLD["first_talk"], "Lund"):
        assert words in preview
    assert f'<img class="face big" src="{place}picture/"' in preview


def test_the_picture_is_served_as_a_picture_and_nothing_else(
    alice_client: Client, place: str
) -> None:
    assert alice_client.get(f"{place}picture/").status_code == 404
    alice_client.post(place, {**TOLD, "picture": photograph("me.html")})

    answer = alice_client.get(f"{place}picture/")

    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == 'inline; filename="picture.webp"'
    assert answer.content[8:12] == b"WEBP"


def test_the_picture_can_be_taken_away(alice_client: Client, place: str) -> None:
    alice_client.post(place, {**TOLD, "picture": photograph()})

    for _ in range(2):
        alice_client.post(f"{place}picture/remove/")

    assert alice_client.get(f"{place}picture/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"website": "javascript:alert(1)"}, "Please give a whole address"),
        ({"booking_link": "ftp://book.example"}, "Please give a whole address"),
        ({"difference": "x" * 301}, "Please keep it under 300 characters."),
        (
            {"picture": SimpleUploadedFile("a.svg", b"<svg></svg>", "image/svg+xml")},
            "This cannot be read as a picture.",
        ),
        (
            {"picture": SimpleUploadedFile("a.png", b"\0" * (5 * 1024 * 1024 + 1), "image/png")},
            "This picture is too large.",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(
    alice_client: Client, business: Business, place: str, wrong: dict[str, object], said: str
) -> None:
    answer = alice_client.post(place, {**TOLD, **wrong})

    assert answer.status_code == 422
    assert said in answer.text
    assert TOLD["first_talk"] in answer.text
    business.refresh_from_db()
    assert business.first_talk == ""


def test_a_colleague_says_who_they_are_and_not_who_the_firm_is(
    bob_client: Client, bob: User, business: Business, place: str
) -> None:
    bob_client.post(place, {**TOLD, "self_introduction": "I am Bob.", "picture": photograph()})

    business.refresh_from_db()
    assert business.difference == ""
    assert Membership.objects.get(user=bob).self_introduction == "I am Bob."
    assert bob_client.get(f"{place}picture/").status_code == 404
    assert bob_client.post(f"{place}picture/remove/").status_code == 403
