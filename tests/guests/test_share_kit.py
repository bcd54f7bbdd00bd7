"""An advocate's share kit: a link of their own, its code, ready words and a card to print."""

from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.test import Client
from PIL import Image
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from guests.printing import card_as_pdf, placed
from introductions import services
from introductions.models import Advocate
from outreach.links import url_for
from outreach.models import Link, LinkPurpose
from tests.guests.factories import own_page
from tests.rewards.factories import a_rule, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def kit(marta: Advocate) -> str:
    return own_page(marta) + "kit/"


@pytest.fixture
def url(guest: Client, kit: str, marta: Advocate) -> str:
    guest.post(kit + "make/")
    link = services.share_link_of(marta)
    assert link is not None
    return url_for(link)


def test_opening_the_kit_makes_no_link_and_a_press_makes_one(guest: Client, kit: str) -> None:
    guest.get(kit)
    assert not Link.objects.filter(purpose=LinkPurpose.SHARE).exists()

    guest.post(kit + "make/")
    guest.post(kit + "make/")

    assert Link.objects.filter(purpose=LinkPurpose.SHARE).count() == 1


def test_it_has_the_link_ready_words_and_what_is_disclosed_in_each(
    guest: Client, kit: str, url: str
) -> None:
    page = guest.get(kit).content.decode()

    assert f'value="{url}"' in page
    for address in ("mailto:?", "sms:?", "https://wa.me/?text="):
        assert address in page
    texts = [part.split("</textarea>")[0] for part in page.split("<textarea")[1:]]
    assert len(texts) == 3
    for text in texts:
        assert url in text
        assert "Nobody is paid for this introduction." in text


def test_the_code_comes_as_svg_and_as_png_dark_on_light(guest: Client, kit: str, url: str) -> None:
    svg = guest.get(kit + "code.svg")
    png = guest.get(kit + "code.png")

    assert svg["Content-Type"] == "image/svg+xml"
    assert svg.content.startswith(b"<?xml")
    assert url.encode() not in svg.content
    image = Image.open(BytesIO(png.content)).convert("L")
    assert image.width == image.height
    assert image.getpixel((0, 0)) == 255
    assert image.getpixel((45, 45)) == 0  # The corner of the first finder pattern.


def test_the_card_is_a_pdf_with_its_letters_in_it(
    guest: Client, kit: str, url: str, business: Business
) -> None:
    card = guest.get(kit + "card.pdf")

    assert card["Content-Type"] == "application/pdf"
    assert card.content.startswith(b"%PDF-")
    assert b"Roboto" in card.content
    assert b"FontFile2" in card.content


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Ţepeş Gheorghiță", "Владимир Ђорђевић", "Αθηνά Ωραία", "Ü" * 75]
)
def test_names_of_every_european_alphabet_print_and_the_same_card_is_the_same_bytes(
    name: str,
) -> None:
    def card() -> bytes:
        return card_as_pdf(
            url="https://handshake.example/s/x/",
            advocate=name,
            host=name,
            firm=f"{name} & <Söhne>",
            what="x" * 200,
        )

    assert card() == card()


def test_the_longest_names_stay_on_the_card() -> None:
    longest = " ".join(["Östergötlands"] * 20)

    lines = placed([(longest, "Roboto-Bold", 13.0), *[(longest, "Roboto", 9.5)] * 3])

    assert min(line.y for line in lines) > 4
    assert max(stringWidth(line.text, line.font, line.size) for line in lines) < 45 * mm
    assert all(line.text.endswith("…") for line in lines[1::2])


def test_without_a_link_there_is_no_code_and_no_card(guest: Client, kit: str) -> None:
    for name in ("code.svg", "code.png", "card.pdf"):
        assert guest.get(kit + name).status_code == 410


@pytest.mark.parametrize("pressed", [["renew"], ["end"], ["renew", "renew", "end"]])
def test_a_link_that_a_scanner_renewed_or_ended_is_as_before_by_one_press(
    guest: Client, kit: str, url: str, pressed: list[str]
) -> None:
    printed = urlsplit(url).path
    for action in pressed:
        guest.post(f"{kit}{action}/")
    assert guest.get(printed).status_code == 410
    assert "leads nowhere. That is final in about 10 minutes" in guest.get(kit).content.decode()

    guest.post(f"{kit}undo/")

    assert guest.get(printed).status_code == 200
    assert url in guest.get(kit).content.decode()
    assert "leads nowhere." not in guest.get(kit).content.decode()


def test_after_the_window_and_after_another_was_made_nothing_is_undone(
    guest: Client, kit: str, url: str, now: datetime
) -> None:
    printed = urlsplit(url).path
    guest.post(f"{kit}renew/")
    with clock.at(now + timedelta(minutes=11)):
        late = guest.post(f"{kit}undo/")
        guest.post(f"{kit}end/")
        guest.post(f"{kit}make/")
        made = guest.post(f"{kit}undo/")

    assert (late.status_code, made.status_code) == (409, 409)
    assert "It is too late to take this back" in late.content.decode()
    assert guest.get(printed).status_code == 410


def test_what_the_business_renewed_the_advocates_page_does_not_undo(
    guest: Client, kit: str, url: str, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    services.renew_share_link(advocate=marta, by=by_alice, now=now)

    assert guest.post(f"{kit}undo/").status_code == 409
    assert guest.get(urlsplit(url).path).status_code == 410


def test_renewing_without_a_link_says_so(guest: Client, kit: str) -> None:
    response = guest.post(kit + "renew/")

    assert response.status_code == 409
    assert "they have not made one" in response.content.decode()


def test_the_advocates_page_leads_to_the_kit(guest: Client, marta: Advocate, kit: str) -> None:
    assert f'href="{kit}"' in guest.get(own_page(marta)).content.decode()


def test_the_kits_buttons_act_by_post_alone(guest: Client, kit: str, url: str) -> None:
    for action in ("make", "renew", "end"):
        answer = guest.get(f"{kit}{action}/")
        assert (answer.status_code, answer["Location"]) == (303, kit)

    assert url in guest.get(kit).content.decode()


def test_where_a_reward_applies_we_do_not_write_for_anybody(guest: Client, marta: Advocate) -> None:
    published(marta.business, clock.now(), a_rule())
    page = own_page(marta)

    offer = {"first_name": "Jonas", "words": "Meet Alice.", "email": "jonas@shoebox.example"}
    answer = guest.post(f"{page}offer/", offer)

    assert "Send it for me" not in guest.get(page).content.decode()
    assert answer.status_code == 422
    assert "please send it yourself" in answer.content.decode()
