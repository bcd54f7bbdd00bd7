"""Words that depend on whom a page is about."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contacts.models import Contact
from guests.drafting import drafted_words, greets, masked, one_line_place, signs, when
from introductions.models import Ask

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def draft(ask: Ask | None = None, contact: Contact | None = None, **facts: str) -> str:
    known = {"host": "Elena", "firm": "Lindqvist", "tagline": "Bookkeeping for small workshops."}
    return drafted_words(contact=contact or Contact(name="Marta"), ask=ask, **(known | facts))


def test_a_draft_says_who_and_why() -> None:
    assert draft() == (
        "I would like you to meet Elena from Lindqvist: bookkeeping for small workshops. "
        "I know Elena and would send any friend there."
    )


def test_a_customer_says_since_when() -> None:
    words = draft(contact=Contact(name="Marta", customer_since=date(2019, 4, 1)))

    assert "I have been a customer since 2019" in words


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (Ask(wanted="Small workshops."), "When Elena asked me about small workshops, I thought of"),
        (Ask(wanted="NGOs in Lund"), "When Elena asked me about NGOs in Lund, I thought of you."),
        (Ask(named_person="Tomás Berg"), "Elena would like to get to know you"),
    ],
)
def test_a_draft_takes_up_what_was_asked(ask: Ask, sentence: str) -> None:
    assert sentence in draft(ask)


def test_a_firm_without_a_name_or_a_tagline_still_has_a_draft() -> None:
    assert draft(firm="", tagline="").startswith("I would like you to meet Elena. ")


@pytest.mark.parametrize(
    ("words", "greeted", "signed"),
    [
        ("Dear Jonas,\nhello.\nMarta", True, True),
        ("hello.\n– marta.", False, True),
        ("I told you about it, remember?\nJonas is a fine name.", False, False),
        ("", False, False),
    ],
)
def test_nobody_is_greeted_or_named_twice(words: str, greeted: bool, signed: bool) -> None:
    assert greets(words, "Jonas") == greeted
    assert signs(words, "Marta") == signed


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "in a moment"),
        (2, "in a moment"),
        (60, "in about 1 minute, at 09:31"),
        (600, "in about 10 minutes, at 09:40"),
    ],
)
def test_when_something_happens_is_said_in_minutes(seconds: int, said: str) -> None:
    assert when(NOW + timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("address", "shown"),
    [("jonas@shoebox.example", "j…@shoebox.example"), ("+46701234567", "…567"), ("", "")],
)
def test_an_address_is_known_again_but_cannot_be_written_to(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_place_fits_on_one_line() -> None:
    assert one_line_place("Harbour Street 1,\n222 22 Lund\n\nSweden") == (
        "Harbour Street 1, 222 22 Lund, Sweden"
    )
