"""With many people on a plan its page and the dry run leave nobody out: they have pages."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from outreach.models import Cadence, StepKind
from outreach.services import add_cadence, add_step, begin_by_hand
from tests.contacts.factories import make_contact
from tests.plans.conftest import START

pytestmark = pytest.mark.django_db

MANY = 103
MORE = re.compile(r'href="(\?after=[^"]+)" rel="next"')


@pytest.fixture
def plan(business: Business) -> Cadence:
    """A hundred and three people are on it, and their letter is due within the week."""
    plan = add_cadence(business=business, name="After the fair", by=SYSTEM, now=START)
    add_step(
        cadence=plan,
        kind=StepKind.LETTER,
        days=3,
        subject="The fair",
        words="Hello {first_name}",
        by=SYSTEM,
        now=START,
    )
    for number in range(MANY):
        contact = make_contact(business, name=f"P{number}x Berg", email=f"p{number}@x.example")
        moment = START + timedelta(minutes=number % 5)
        begin_by_hand(cadence=plan, contact=contact, by=SYSTEM, now=moment)
    return plan


def names_on_all_pages(client: Client, address: str) -> list[str]:
    names: list[str] = []
    more = ""
    while True:
        page = client.get(f"{address}{more}").text
        names += re.findall(r">(P\d+x) Berg</a>", page)
        found = MORE.search(page)
        if found is None:
            return names
        more = found[1]


@pytest.mark.parametrize("place", ["plan", "coming"])
def test_everybody_stands_there_once(alice_client: Client, plan: Cadence, place: str) -> None:
    desk = f"/b/{plan.business.slug}/settings/plans/"
    address = desk + (f"{plan.pk}/" if place == "plan" else "coming/")

    with clock.at(START + timedelta(hours=1)):
        names = names_on_all_pages(alice_client, address)
        with CaptureQueriesContext(connection) as queries:
            alice_client.get(address)

    assert sorted(names) == sorted(f"P{number}x" for number in range(MANY))
    assert len(queries) < 40


def test_a_page_that_is_not_there_is_the_first(alice_client: Client, plan: Cadence) -> None:
    desk = f"/b/{plan.business.slug}/settings/plans/"

    for query in ("?after=nonsense", "?after="):
        assert "Berg" in alice_client.get(f"{desk}{plan.pk}/{query}").text
