"""What a name may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.names import LONGEST_NAME, NameNeeded, NameNotAllowed, clean_name, first_name_of


@pytest.mark.parametrize(
    "name",
    [
        "Marta Kovács",
        "Siobhán O'Brien-Ní Dhomhnaill",
        "María José de la Cruz y Pérez",
        "李小龍",
        "नरेन्द्र शर्मा",
        "علی‌رضا حسینی",
        "St.John Smith",
        "J.R. Smith jr.",
        "X Æ A-12",
        "Björk",
        "N!xau ǂToma",
        "Anna (the baker)",
        "Peter & Paul",
        "3M",
    ],
)
def test_it_keeps_names_as_people_write_them(name: str) -> None:
    assert clean_name(name) == name


def test_it_collapses_white_space_and_drops_invisible_marks() -> None:
    assert clean_name("  Marta\t  Kovács\u202e\ufeff ") == "Marta Kovács"


def test_it_composes_letters() -> None:
    assert clean_name("Jose\u0301") == "José"


@pytest.mark.parametrize("name", ["", "   ", "...", "\u200b", "—"])
def test_it_asks_for_a_name_where_there_is_none(name: str) -> None:
    with pytest.raises(NameNeeded):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Marta\r\nBcc: everybody@evil.example",
        "Marta\nKovács",
        "Marta\u2028Kovács",
        "https://evil.example",
        "Win at www.evil.example now",
        "see evil.com",
        "evil.co.uk",
        "<b>Marta</b>",
        "{link:1}",
        "marta@people.example",
        "M" * (LONGEST_NAME + 1),
        "Marta\x07",
        "Marta\x00",
    ],
)
def test_it_refuses_what_is_no_name_with_a_sentence(name: str) -> None:
    with pytest.raises(NameNotAllowed) as refused:
        clean_name(name)

    assert refused.value.message.endswith(".")


@given(st.text(max_size=120))
def test_what_it_lets_through_is_safe_in_a_header_and_stays_the_same(text: str) -> None:
    try:
        name = clean_name(text)
    except (NameNeeded, NameNotAllowed):
        return

    assert name == clean_name(name)
    assert name.splitlines() == [name]
    assert not set(name) & set("<>{}@\0")
    assert len(name) <= LONGEST_NAME
    assert first_name_of(name)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Marta Kovács", "Marta"),
        ("Dr. Marta Kovács", "Marta"),
        ("Herr Dr. Jan Becker", "Jan"),
        ("Kovács, Marta", "Marta"),
        ("Björk", "Björk"),
        ("Dr.", "Dr."),
    ],
)
def test_the_first_name_is_what_one_would_call_them(name: str, first: str) -> None:
    assert first_name_of(name) == first
