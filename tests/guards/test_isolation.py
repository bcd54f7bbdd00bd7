"""Every address of the desk, with everything that another business has: in the path, in the query
and in the body. Nothing of it shows, and nothing of it changes.

The routes come from the URL configuration and the names of parameters and fields from the code, so
that what is added tomorrow is tried tomorrow.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import NamedTuple
from uuid import UUID

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from businesses import clock
from businesses.models import Business, User
from tests.database import ROOT
from tests.guards.worlds import Rows, a_world, contents_of, rows_of

pytestmark = pytest.mark.django_db

MARK = "Kolibri"
OURS = "Sparrow"
# Whom a mere id may belong to without being anybody's secret: nothing.
REFUSALS = {404, 405}


class Route(NamedTuple):
    """A page or an act of the desk: its name, where it is, and which ids its address holds."""

    name: str
    path: str
    ids: tuple[str, ...]

    @property
    def kinds(self) -> list[str]:
        """What each of the ids names."""
        [*_, first] = [
            kind for start, kind in sorted(KIND_AT.items()) if self.path.startswith(start)
        ] or [""]
        return [KIND_OF.get(name, first) for name in self.ids]


def routes() -> Iterator[Route]:
    [desk] = [
        part for part in get_resolver().url_patterns if getattr(part, "namespace", "") == "desk"
    ]
    for pattern in desk.url_patterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name
        yield Route(pattern.name, str(pattern.pattern), tuple(pattern.pattern.converters))


ROUTES = sorted(routes())
# What an id names, by where it stands; the longest beginning counts.
KIND_AT = {
    "people/": "contact",
    "people/import/": "contactimport",
    "asks/": "ask",
    "introductions/": "introduction",
    "referrals/": "referral",
    "came-in/": "closedbusiness",
    "claims/": "creditclaim",
    "given/": "givenintroduction",
    "firms/": "company",
    "thank-yous/": "thankyou",
    "reminders/": "reminder",
    "rewards/": "reward",
    "rewards/flags/": "rewardflag",
    "testimonials/": "testimonial",
    "letters/": "steptaken",
    "settings/plans/": "cadence",
    "settings/plans/stop/": "enrolment",
    "settings/keys/": "apikey",
    "settings/money/rate/": "exchangerate",
    "settings/stopped/": "suppression",
    "settings/health/letters/": "message",
    "settings/health/followed/": "reaction",
}
# Whoever presses twice is told that it is gone: so is whoever names what was never there.
GONE_IS_FINE = {"plan_step_remove", "settings_money_rate_remove"}
# And by its name, where it is not the first.
KIND_OF = {"step": "cadencestep", "closed": "closedbusiness", "key": "letter"}
# Letters have the same names in every business.
LETTER = "ask_to_advocate"
LINKED = ["contact", "ask", "introduction", "referral"]


def names_in(pattern: str) -> list[str]:
    """What the desk's code and pages call the things that a browser sends."""
    sources = [*ROOT.glob("desk/**/*.py"), *ROOT.glob("templates/desk/**/*.html")]
    sources += ROOT.glob("templates/components/*.html")
    found: set[str] = set()
    for path in sources:
        for match in re.finditer(pattern, path.read_text(), re.MULTILINE):
            found.update(name for name in match.groups() if name)
    return sorted(found)


IN_QUERIES = names_in(r'GET\.get\(\s*"(\w+)"|id_in_address\(\s*request,\s*"(\w+)"')
IN_BODIES = names_in(r'name="(\w+)"|POST\.get\(\s*"(\w+)"|^    (\w+) = \w*\.?\w+Field\(')
LINKS_IN_BODIES = names_in(r"^    (\w+) = forms\.UUIDField")
# What makes a form whole, so that a link in it is looked at.
PLAUSIBLE = {
    "name": "Sparrow New",
    "reach": "",
    "email": "",
    "phone": "",
    "circle": "wider",
    "source": "sent",
    "kind": "note",
    "text": "Sparrow",
    "wanted": "Sparrows",
    "amount": "10",
    "how": "card",
    "words": "Thank you",
    "reason": "price",
    "to": "talking",
    "days": "1",
}


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def theirs(other_business: Business, charlie: User, now: datetime) -> Rows:
    """One of everything, at Charlie's."""
    a_world(other_business, charlie, MARK, now)
    return rows_of(other_business)


@pytest.fixture
def ours(business: Business, alice: User, now: datetime) -> Rows:
    """One of everything, at Alice's."""
    a_world(business, alice, OURS, now)
    return rows_of(business)


def address(business: Business, route: Route, *ids: UUID | str) -> str:
    given = dict(zip(route.ids, ids, strict=True))
    return reverse(f"desk:{route.name}", kwargs={"slug": business.slug, **given})


def shows(response: HttpResponse) -> str:
    """Everything that came back, headers too."""
    return f"{dict(response.items())} {response.content.decode(errors='replace')}"


def keys_of(rows: Rows, kind: str) -> Sequence[UUID | str]:
    return [LETTER] if kind == "letter" else rows[kind]


def place_of(route: Route, business: Business, rows: Rows, client: Client) -> str:
    """Where this route leads with our own ids: there is something."""
    for ids in product(*(keys_of(rows, kind) for kind in route.kinds)):
        place = address(business, route, *ids)
        savepoint = transaction.savepoint()
        answer = client.post(place)
        if answer.status_code == 405:
            answer = client.get(place)
        transaction.savepoint_rollback(savepoint)
        if answer.status_code != 404:
            return place
    raise AssertionError(f"nothing of ours is found at {route}: see KIND_AT")


def in_a_query(key: str) -> dict[str, str]:
    return dict.fromkeys(IN_QUERIES, key)


def in_a_body(key: str) -> dict[str, str]:
    links = dict.fromkeys(LINKS_IN_BODIES, key)
    return {**dict.fromkeys(IN_BODIES, key), **PLAUSIBLE, **links}


def test_the_code_was_read() -> None:
    assert {"contact", "q", "step"} <= set(IN_QUERIES)
    assert {"name", "amount", "kind"} <= set(IN_BODIES)
    assert {"sender", "met_through"} <= set(LINKS_IN_BODIES)
    assert len([route for route in ROUTES if route.ids]) > 20


def test_in_the_path_what_is_theirs_is_not_there(
    alice_client: Client, business: Business, other_business: Business, ours: Rows, theirs: Rows
) -> None:
    before = contents_of(other_business)

    for route in ROUTES:
        refusals = REFUSALS | ({302} if route.name in GONE_IS_FINE else set())
        for place in range(len(route.ids)):
            if route.kinds[place] == "letter":
                continue
            # With two ids in the address, the other is one of ours.
            choices = [keys_of(ours, kind) for kind in route.kinds]
            choices[place] = theirs[route.kinds[place]][:1]
            for ids, send in product(product(*choices), (alice_client.get, alice_client.post)):
                answer = send(address(business, route, *ids))
                assert answer.status_code in refusals, route
                assert MARK not in shows(answer), route

    assert contents_of(other_business) == before


def test_in_query_and_body_what_is_theirs_shows_nothing_and_stays_as_it_is(
    alice_client: Client, business: Business, other_business: Business, ours: Rows, theirs: Rows
) -> None:
    before = contents_of(other_business)
    keys = [str(theirs[kind][0]) for kind in LINKED]

    for route in ROUTES:
        place = place_of(route, business, ours, alice_client)
        for send, sent in ((alice_client.get, in_a_query), (alice_client.post, in_a_body)):
            for key in keys:
                answer = send(place, sent(key))
                assert answer.status_code < 500, route
                assert MARK not in shows(answer), route
                # What knows no such method reads nothing, whatever is sent.
                if answer.status_code == 405:
                    break

    assert contents_of(other_business) == before


def test_a_stranger_is_told_that_there_is_no_such_place(
    charlie_client: Client, guest: Client, business: Business, ours: Rows
) -> None:
    for route in ROUTES:
        place = address(business, route, *[ours["contact"][0]] * len(route.ids))
        for answer in (charlie_client.get(place), charlie_client.post(place)):
            assert answer.status_code == 404, route
            assert OURS not in shows(answer), route
        assert guest.get(place)["Location"].startswith("/accounts/login/")
