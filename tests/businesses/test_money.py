"""Money as people type it and as they read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from businesses.money import LARGEST, UnreadableAmount, format_money, parse_money


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1850", "EUR", 185000),
        ("1850.50", "EUR", 185050),
        ("1850,5", "EUR", 185050),
        ("1.850,50", "EUR", 185050),
        ("1,850.50", "EUR", 185050),
        ("1 850", "EUR", 185000),
        ("1.850", "EUR", 185000),
        ("1,850", "GBP", 185000),
        ("€1850", "EUR", 185000),
        ("1850 EUR", "EUR", 185000),
        ("0.01", "EUR", 1),
        ("0,5", "EUR", 50),
        ("0,500", "KWD", 500),
        ("5000", "JPY", 5000),
        ("1,234", "KWD", 1234),
        ("-5", "EUR", -500),
    ],
)
def test_it_reads_what_people_type(typed: str, currency: str, minor: int) -> None:
    assert parse_money(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a lot",
        "1e5",
        "12 or so",
        ",",
        "--5",
        "5-",
        "1.2.3",
        "1..5",
        "0,500",
        "0.005",
        "-0.500",
        "012.345",
        "0.500,50",
        ".5",
        "١٢",
        "NaN",
        "9" * 20,
    ],
)
def test_it_refuses_what_is_no_amount(typed: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_money(typed, "EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(185000, "EUR", "€1,850"), (185050, "EUR", "€1,850.50"), (5000, "JPY", "JP¥5,000")],
)
def test_it_is_shown_with_its_currency(amount: int, currency: str, shown: str) -> None:
    assert format_money(amount, currency, "en_GB") == shown


@given(st.integers(0, LARGEST), st.sampled_from(["EUR", "SEK", "JPY", "KWD"]))
def test_what_is_written_plainly_is_read_back(amount: int, currency: str) -> None:
    digits = {"JPY": 0, "KWD": 3}.get(currency, 2)
    whole, part = divmod(amount, 10**digits)
    typed = f"{whole}.{part:0{digits}d}" if digits else str(whole)

    assert parse_money(typed, currency) == amount
