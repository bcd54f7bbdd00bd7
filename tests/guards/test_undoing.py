"""What each button of guests does can be undone, or harms nobody: docs/guests.md has the table.

A mail scanner may press every button that it finds, so a button without a row fails here.
"""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from uuid_utils.compat import uuid7

from tests.database import ROOT

PAGE = ROOT / "docs" / "guests.md"
ROW = re.compile(r"^\| `(?P<address>/[^`]+)` \|(?P<rest>.*)\|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")

pytestmark = pytest.mark.django_db


def buttons() -> Iterator[str]:
    """Every address behind a mailed link that acts: looked at, it leads back to its page."""
    [guests] = [
        part for part in get_resolver().url_patterns if getattr(part, "namespace", None) == "guests"
    ]
    for route in guests.url_patterns:
        known = {
            name: uuid7() if name == "introduction" else "x" for name in route.pattern.converters
        }
        if known and Client().get(reverse(f"guests:{route.name}", kwargs=known)).status_code == 303:
            yield "/" + re.sub(r"<\w+:\w+>", "…", str(route.pattern))


@pytest.fixture
def rows() -> Mapping[str, str]:
    [table] = re.findall(
        r"^## What can be undone.*?(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    return {found["address"]: found["rest"] for found in ROW.finditer(table)}


def test_each_button_of_guests_has_its_row(rows: Mapping[str, str]) -> None:
    there_are = set(buttons())

    assert len(there_are) > 30
    assert set(rows) == there_are


def test_each_row_says_by_whom_for_how_long_and_names_a_test_that_is_there(
    rows: Mapping[str, str],
) -> None:
    for address, rest in rows.items():
        undone, how_long, by_whom, proof = (cell.strip() for cell in rest.split("|"))

        assert all((undone, how_long, by_whom)), address
        found = TEST.findall(proof)
        assert found, address
        for path, name in found:
            assert f"def {name}(" in (ROOT / path).read_text(), (address, name)
