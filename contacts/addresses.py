"""Mail addresses and phone numbers as they are kept."""

import re
import unicodedata

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from businesses.refusals import Refusal

# RFC 5321, 4.5.3.1.3: a path has 256 octets, with its angle brackets.
LONGEST_ADDRESS = 254
LONGEST_PHONE = 40
FEWEST_DIGITS = 5

# What every mail server takes before the @: no quotes, and none of the letters that only look
# like Latin ones or become such when their case is changed.
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")

_validate = EmailValidator()


class InvalidAddress(Refusal):
    message = "This does not look like an e-mail address."
    code = "invalid_address"
    status = 422


class InvalidPhone(Refusal):
    message = "This does not look like a phone number."
    code = "invalid_phone"
    status = 422


def clean_email(text: str) -> str:
    """The address as it can be written to: without surrounding space, its domain in small ASCII.

    What is before the @ keeps its case: few servers heed it, and those that do may. An
    international domain is kept in its ASCII form (IDNA), so that an address has one spelling.
    Raises `InvalidAddress`.
    """
    address = unicodedata.normalize("NFC", text).strip()
    try:
        _validate(address)
        local, _, domain = address.rpartition("@")
        domain = domain.encode("idna").decode("ascii").lower()
    except (ValidationError, UnicodeError) as error:
        raise InvalidAddress from error
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise InvalidAddress
    address = f"{local}@{domain}"
    if len(address) > LONGEST_ADDRESS:
        raise InvalidAddress
    return address


def address_key(address: str) -> str:
    """How an address is compared: what the generated column `email_key` holds for it."""
    return unicodedata.normalize("NFC", address).strip().lower()


def clean_phone(text: str, region: str) -> str:
    """The number in E.164 (`+36301234567`), read as one dials it in `region` (a country's code).

    A number that no numbering plan knows is kept as it was typed, if it has five digits: people
    write "ask for Anna, 4711 2". Raises `InvalidPhone`.
    """
    typed = " ".join(text.split())
    if (
        sum(character.isdigit() for character in typed) < FEWEST_DIGITS
        or len(typed) > LONGEST_PHONE
        or not typed.isprintable()
    ):
        raise InvalidPhone
    try:
        number = phonenumbers.parse(typed, region or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number) or number.extension:
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show_phone(phone: str) -> str:
    """A kept number with the spaces people read it by."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


# Where dots before the @ count for nothing.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def mailbox_key(address: str) -> str:
    """By which two spellings of one mailbox are known: `m.o+shop@gmail.com` is `mo@gmail.com`.

    Good enough to say that two are one person, and never to write to: a few servers do keep what
    follows a plus apart.
    """
    local, at, domain = address_key(address).rpartition("@")
    if not at:
        return ""
    local = local.split("+", 1)[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"
