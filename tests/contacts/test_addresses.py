"""What mail addresses and phone numbers may be."""

from datetime import datetime

import pytest

from activity.actors import SYSTEM
from businesses.models import Business
from contacts.addresses import (
    InvalidAddress,
    InvalidPhone,
    address_key,
    clean_email,
    clean_phone,
    mailbox_key,
    show_phone,
)
from contacts.models import Contact
from contacts.services import add_contact
from outreach.mime import envelope_address


def test_an_address_keeps_its_first_part_and_lowers_its_domain() -> None:
    assert clean_email("  Marta.K@Bakery.EXAMPLE ") == "Marta.K@bakery.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "",
        "Marta.K+Shop@Bakery.EXAMPLE",
        "k.im+new+er@gmail.com",
        "K.I.M@GoogleMail.com",
        "+news@bakery.example",
        "+n.ews@gmail.com",
        "kim@gmail.com.example",
    ],
)
def test_a_mailbox_is_known_in_the_database_as_it_is_here(
    business: Business, now: datetime, address: str
) -> None:
    kim = add_contact(business=business, name="Kim", email=address, by=SYSTEM, now=now)

    assert Contact.objects.get(mailbox=mailbox_key(address)) == kim


def test_two_spellings_of_an_address_have_one_key() -> None:
    assert address_key(" MARTA@Bakery.example") == address_key("marta@bakery.example")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "marta",
        "marta@",
        "marta@bakery",
        "a b@bakery.example",
        "marta@bakery.example\r\nBcc: x@evil.example",
        "marta@bakery.example, jan@bakery.example",
        "m" * 250 + "@bakery.example",
        "a@[127.0.0.1]",
        '"x\\"y"@bakery.example',
        '"x y"@bakery.example',
        "jo\u017fe@bakery.example",
        "j\u0131@bakery.example",
        "j\u0130@bakery.example",
        "\u017fs@bakery.example",
        "jörg@bakery.example",
    ],
)
def test_it_refuses_what_is_no_address(text: str) -> None:
    with pytest.raises(InvalidAddress):
        clean_email(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("jo@Bäckerei.example", "jo@xn--bckerei-5wa.example"),
        ("jo@\uff42akery.example", "jo@bakery.example"),
        ("o'brien+post@bakery.example", "o'brien+post@bakery.example"),
    ],
)
def test_what_it_takes_can_be_written_to(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept
    assert envelope_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("070-123 45 67", "SE", "+46701234567"),
        ("+36 30 123 4567", "SE", "+36301234567"),
        ("0046 70 123 45 67", "SE", "+46701234567"),
        ("ask for  Anna, 4711 2", "SE", "ask for Anna, 4711 2"),
        ("020 7946 0958 ext. 12", "GB", "020 7946 0958 ext. 12"),
        ("12345", "SE", "12345"),
    ],
)
def test_a_number_is_kept_so_that_it_can_be_rung(typed: str, region: str, kept: str) -> None:
    assert clean_phone(typed, region) in {kept, kept.replace(" ", "")}


@pytest.mark.parametrize("typed", ["", "12", "Anna", "1" * 60, "+46 70 123\x00 45 67"])
def test_it_refuses_what_is_no_number(typed: str) -> None:
    with pytest.raises(InvalidPhone):
        clean_phone(typed, "SE")


def test_a_number_is_shown_with_spaces() -> None:
    assert show_phone("+46701234567") == "+46 70 123 45 67"
    assert show_phone("ask for Anna, 4711 2") == "ask for Anna, 4711 2"
