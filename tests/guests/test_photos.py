"""A photo beside words that may be published: small, only pixels, and theirs to take away."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from businesses.pictures import MOST_BYTES
from contacts.models import Contact
from feedback.models import Testimonial, TestimonialPhoto
from feedback.services import publish_testimonial
from tests.businesses.test_pictures import a_photograph, a_picture
from tests.contacts.factories import make_contact
from tests.feedback.factories import answered, asked, question_page
from tests.guests.test_doors import queries_of

pytestmark = pytest.mark.django_db

WORDS = {"words": "Never late.", "shown_as": "initials"}


@pytest.fixture
def ines(business: Business) -> Contact:
    return make_contact(name="Ines Duarte", email="ines@world.example")


@pytest.fixture
def page(ines: Contact) -> str:
    request = asked(ines)
    answered(request)
    return question_page(request)


def a_file(data: bytes, name: str = "DSC_0815 Ines.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def give(guest: Client, page: str, data: bytes | None = None, **more: str) -> int:
    photo = {} if data is None else {"photo": a_file(data)}
    return guest.post(f"{page}words/", WORDS | more | photo).status_code


def shown(business: Business) -> Testimonial:
    return publish_testimonial(testimonial=Testimonial.objects.get(), by=SYSTEM, now=clock.now())


def public_photo(guest: Client, business: Business) -> str:
    told = guest.get(f"/t/{business.slug}/testimonials.json").json()
    address: str = told["testimonials"][0]["photo"]
    return address.removeprefix(settings.PUBLIC_URL)


def test_it_stands_on_the_page_the_wall_and_in_the_json(
    guest: Client, business: Business, page: str
) -> None:
    assert 'type="file"' in guest.get(page).content.decode()
    assert give(guest, page, a_photograph()) == 303
    shown(business)

    address = public_photo(guest, business)

    for where in ("", "wall/"):
        assert f'src="{address}"' in guest.get(f"/t/{business.slug}/{where}").content.decode()
    assert f'src="{page}photo/"' in guest.get(page).content.decode()
    for place in (address, f"{page}photo/"):
        answer = guest.get(place)
        small = Image.open(BytesIO(answer.content))
        assert (answer.status_code, small.format, answer["Content-Type"]) == (
            200,
            "WEBP",
            "image/webp",
        )
        assert max(small.size) <= 128
        assert len(answer.content) < 8_000
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
        assert not any(told in answer.content for told in (b"Exif", b"Anna", b"kitchen", b"DSC"))
    assert guest.get(address)["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert queries_of(guest, page) <= 10


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg onload=alert(1)>", "cannot be read as a picture"),
        (b"", "cannot be read as a picture"),
        (b"\xff" * (MOST_BYTES + 1), "5 MB and 50 million points are the most"),
    ],
)
def test_what_is_no_picture_is_said_beside_the_field_and_the_words_stay(
    guest: Client, page: str, data: bytes, said: str
) -> None:
    answer = guest.post(f"{page}words/", WORDS | {"photo": a_file(data)})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Never late." in answer.content.decode()
    assert not Testimonial.objects.exists()


def test_another_photo_is_off_the_page_until_the_owner_has_looked(
    guest: Client, business: Business, page: str
) -> None:
    photo = a_photograph()
    give(guest, page, photo)
    shown(business)
    before = public_photo(guest, business)

    give(guest, page, photo)
    assert Testimonial.objects.get().is_published, "the same photo is no other"
    give(guest, page)
    assert guest.get(before).status_code == 200, "without one, the one before stays"
    give(guest, page, a_picture("PNG"))

    assert not Testimonial.objects.get().is_published
    assert guest.get(before).status_code == 404
    shown(business)
    assert public_photo(guest, business) != before
    assert TestimonialPhoto.objects.count() == 1


def test_a_photo_of_words_that_are_not_published_is_nobodys_to_see(
    guest: Client, business: Business, page: str
) -> None:
    give(guest, page, a_photograph())
    testimonial = Testimonial.objects.get()

    address = f"/t/{business.slug}/photos/{testimonial.photo_key}/"

    assert guest.get(address).status_code == 404
    nobody = guest.get(f"/t/nobody-is-called-this/photos/{testimonial.photo_key}/")
    assert guest.get(address).content == nobody.content


def test_it_is_taken_away_by_the_link_and_the_words_stay(
    guest: Client, business: Business, page: str
) -> None:
    give(guest, page, a_photograph())
    shown(business)
    address = public_photo(guest, business)
    assert guest.get(f"{page}photo/away/").status_code == 303
    assert guest.get(address).status_code == 200, "looking takes nothing away"

    for _ in range(2):
        guest.post(f"{page}photo/away/")

    assert guest.get(address).status_code == guest.get(f"{page}photo/").status_code == 404
    assert Testimonial.objects.get().is_published
    assert public_photo_is_none(guest, business)
    assert not TestimonialPhoto.objects.exists()


def test_it_goes_with_the_words(guest: Client, business: Business, page: str) -> None:
    give(guest, page, a_photograph())
    shown(business)
    address = public_photo(guest, business)

    guest.post(f"{page}withdraw/")

    assert guest.get(address).status_code == 404
    assert not TestimonialPhoto.objects.exists()


def test_it_is_gone_with_the_person(guest: Client, page: str, ines: Contact) -> None:
    give(guest, page, a_photograph())

    ines.delete()

    assert not TestimonialPhoto.objects.exists()


def test_the_owner_sees_it_before_it_is_published(
    alice_client: Client, charlie_client: Client, guest: Client, business: Business, page: str
) -> None:
    give(guest, page, a_photograph())
    testimonial = Testimonial.objects.get()
    place = f"/b/{business.slug}/testimonials/{testimonial.pk}/"

    assert f"{place}photo/" in alice_client.get(place).content.decode()
    assert alice_client.get(f"{place}photo/")["Content-Type"] == "image/webp"
    assert charlie_client.get(f"{place}photo/").status_code == 404


def public_photo_is_none(guest: Client, business: Business) -> bool:
    told = guest.get(f"/t/{business.slug}/testimonials.json").json()
    return told["testimonials"][0]["photo"] is None
