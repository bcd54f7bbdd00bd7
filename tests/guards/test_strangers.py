"""A stranger without any link learns nothing. docs/security.md has the table of these probes."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import UUIDConverter
from uuid_utils.compat import uuid7

from businesses import clock
from businesses.models import Business, User
from config.providers import OPEN
from guests import throttling
from outreach.links import renew_link, url_for
from outreach.models import Link
from tests.database import ROOT
from tests.guards.worlds import Rows, a_world, rows_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
# Stands in every name, address and word of the business that strangers ask after.
MARK = "Sparrow"
PAGE = ROOT / "docs" / "security.md"

Ask = Callable[["World"], Iterator[HttpResponse]]


class World:
    """A business with one of everything, and somebody who has no key to it."""

    def __init__(self, business: Business, owner: User, somebody_else: User) -> None:
        a_world(business, owner, MARK, NOW)
        self.business, self.owner, self.somebody_else = business, owner, somebody_else
        self.rows: Rows = rows_of(business)
        self.browser = Client()

    @property
    def pages(self) -> Sequence[str]:
        """The addresses behind all links that were mailed."""
        return [urlsplit(url_for(link)).path for link in Link.objects.all()]

    @property
    def ids(self) -> Sequence[UUID]:
        """One id of each kind, and one that nothing has."""
        return [*(keys[0] for keys in self.rows.values()), uuid7()]


@pytest.fixture
def world(
    business: Business, alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setattr(throttling, "WRONG_TOKENS_FROM_AN_ADDRESS", 10_000)
    with clock.at(NOW):
        yield World(business, alice, charlie)


def _routes(namespace: str) -> Iterator[URLPattern]:
    for part in get_resolver().url_patterns:
        if getattr(part, "namespace", None) == namespace:
            yield from part.url_patterns


def _body(answer: HttpResponse) -> bytes:
    """What was said; the API numbers its answers, each differently."""
    return re.sub(rb'"request_id":"[0-9a-f-]+"', b"", answer.content)


def _address(namespace: str, route: URLPattern, **known: object) -> str:
    """Where it is, with an invented id for each that is not known."""
    wanted = {name: known.get(name, uuid7()) for name in route.pattern.converters}
    return reverse(f"{namespace}:{route.name}", kwargs={**wanted, **known})


# What strangers try.


def invented_tokens(world: World) -> Iterator[HttpResponse]:
    for page in _guest_addresses():
        # The address of a button leads back to its page, whatever the token.
        if world.browser.get(page).status_code == 303:
            yield world.browser.post(page)
        else:
            yield world.browser.get(page)
            yield world.browser.head(page)


def _guest_addresses() -> Iterator[str]:
    for route in _routes("guests"):
        if "token" in route.pattern.converters:
            yield _address("guests", route, token="x" * 40)


def mailed_links_that_were_changed(world: World) -> Iterator[HttpResponse]:
    doors = {page.split("/")[1] for page in world.pages}
    for page in world.pages:
        _, door, token, _ = page.split("/")
        other = "A" if token[5] != "A" else "B"
        yield world.browser.get(f"/{door}/{token[:5]}{other}{token[6:]}/")
        yield world.browser.get(f"/{door}/{token[:-1]}/")
        for elsewhere in sorted(doors - {door}):
            yield world.browser.get(f"/{elsewhere}/{token}/")


def links_that_were_replaced(world: World) -> Iterator[HttpResponse]:
    old = [
        (link, urlsplit(url_for(link)).path) for link in Link.objects.filter(purpose="introduction")
    ]
    assert old
    for link, page in old:
        renew_link(link=link)
        yield world.browser.get(page)


def links_that_ran_out(world: World) -> Iterator[HttpResponse]:
    Link.objects.filter(purpose__in=["advocate", "introduction"]).update(expires_at=NOW)
    for page in world.pages:
        if page.split("/")[1] in ("a", "i"):
            yield world.browser.get(page)


def the_dashboard(world: World) -> Iterator[HttpResponse]:
    for slug in (world.business.slug, "nobody"):
        for route in _routes("desk"):
            for key in (world.ids[0], uuid7()):
                others = {
                    name: key if isinstance(kind, UUIDConverter) else "anything"
                    for name, kind in route.pattern.converters.items()
                }
                yield world.browser.get(_address("desk", route, slug=slug, **others))


def the_dashboard_from_another_business(world: World) -> Iterator[HttpResponse]:
    world.browser.force_login(world.somebody_else)
    for slug in (world.business.slug, "nobody"):
        yield world.browser.get(f"/b/{slug}/")
        for key in world.ids:
            yield world.browser.get(f"/b/{slug}/people/{key}/")


def the_api_without_a_key(world: World) -> Iterator[HttpResponse]:
    return _the_api(world, {})


def the_api_with_an_invented_key(world: World) -> Iterator[HttpResponse]:
    return _the_api(world, {"Authorization": f"Bearer hs_{'nobody' * 7}"})


def _the_api(world: World, headers: Mapping[str, str]) -> Iterator[HttpResponse]:
    for kind in ("contacts", "asks", "introductions", "referrals", "messages"):
        yield world.browser.get(f"/api/v1/{kind}", headers=headers)
        for key in world.ids:
            yield world.browser.get(f"/api/v1/{kind}/{key}", headers=headers)


def signing_in(world: World) -> Iterator[HttpResponse]:
    return _for_addresses(world, "account_request_login_code")


def a_new_password(world: World) -> Iterator[HttpResponse]:
    return _for_addresses(world, "account_reset_password")


def _for_addresses(world: World, page: str) -> Iterator[HttpResponse]:
    for address in (world.owner.email, "nobody@world.example"):
        yield Client().post(reverse(page), {"email": address})


def webhooks_of_providers(world: World) -> Iterator[HttpResponse]:
    for provider in sorted(OPEN):
        yield world.browser.post(
            f"/providers/{provider}/tracking/", "{}", content_type="application/json"
        )


def the_operators_pages(world: World) -> Iterator[HttpResponse]:
    for page in ("login/", "login/?next=/staff/businesses/user/"):
        yield world.browser.get(f"/staff/{page}")


def whether_it_is_well(world: World) -> Iterator[HttpResponse]:
    for page in ("/healthz", "/readyz"):
        yield world.browser.get(page)


def guessing_on_and_on(world: World) -> Iterator[HttpResponse]:
    somewhere = "203.0.113.7"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(throttling, "WRONG_TOKENS_FROM_AN_ADDRESS", 5)
        for _ in range(5):
            world.browser.get(f"/i/{uuid7()}/", REMOTE_ADDR=somewhere)
        yield world.browser.get(f"/i/{uuid7()}/", REMOTE_ADDR=somewhere)


def other_methods(world: World) -> Iterator[HttpResponse]:
    for page in world.pages:
        for method in ("put", "patch", "delete", "options"):
            yield getattr(world.browser, method)(page)


def addresses_beside(world: World) -> Iterator[HttpResponse]:
    for page in (
        *("/.env", "/.git/config", "/media/", "/static/../manage.py"),
        *("/wp-login.php", "/b/", "/a/", "/i/", "/admin/"),
    ):
        yield world.browser.get(page)


# What is tried, how, and what every one of the answers is: in the words of docs/security.md.
PROBES: Mapping[str, tuple[Ask, str]] = {
    "An invented token at every address behind a mailed link, by GET, HEAD and POST": (
        invented_tokens,
        "404, the page of any wrong address",
    ),
    "A mailed link with a letter changed or cut off, or at another door": (
        mailed_links_that_were_changed,
        "404, the page of any wrong address",
    ),
    "Every page of the dashboard, signed out, of a business that exists and of none": (
        the_dashboard,
        "302, to signing in",
    ),
    "The dashboard of a business, signed in to another; and of none": (
        the_dashboard_from_another_business,
        "404, the page of any wrong address",
    ),
    "The API without a key, for ids that exist and ids that do not": (
        the_api_without_a_key,
        "401, the same problem document",
    ),
    "The API with an invented key, for ids that exist and ids that do not": (
        the_api_with_an_invented_key,
        "401, the same problem document",
    ),
    "Signing in with an address that has an account, and with one that has none": (
        signing_in,
        "302, to the same next page",
    ),
    "A new password for an address that has an account, and for one that has none": (
        a_new_password,
        "302, to the same next page",
    ),
    "What mail providers tell, without the secret of the address": (
        webhooks_of_providers,
        "404, the page of any wrong address",
    ),
    "The operator's pages": (the_operators_pages, "302, to signing in"),
    "Whether it is well": (whether_it_is_well, "200, nothing of any business"),
    "Tokens guessed on and on": (guessing_on_and_on, "429, how long to wait"),
    "A mailed link by PUT, PATCH, DELETE and OPTIONS": (other_methods, "405, nothing"),
    "Addresses that other software has": (addresses_beside, "404, the page of any wrong address"),
    "A link in place of which a new one was made": (
        links_that_were_replaced,
        "410, what to do next, nobody's name",
    ),
    "A link that ran out": (links_that_ran_out, "410, what to do next, nobody's name"),
}


def test_a_stranger_learns_nothing(world: World) -> None:
    wrong_address = world.browser.get("/nowhere/at/all/")
    for what, (ask, promised) in PROBES.items():
        world.browser.logout()
        answers = list(ask(world))

        assert answers, what
        status, shown = promised.split(", ", 1)
        assert {answer.status_code for answer in answers} == {int(status)}, what
        bodies = {_body(answer) for answer in answers} - {b""}
        for body in bodies:
            for name in (MARK, world.business.name, world.owner.email):
                assert name.lower().encode() not in body.lower(), what
        if "any wrong address" in shown:
            assert bodies <= {wrong_address.content}, what
        if "same" in shown:
            assert len(bodies) <= 1, what
            assert len({answer.get("Location") for answer in answers}) == 1, what
        if "signing in" in shown:
            assert {urlsplit(one["Location"]).path for one in answers} == {"/accounts/login/"}, what


def test_the_docs_have_the_table() -> None:
    section = PAGE.read_text().partition("## What a stranger learns")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]

    assert rows == [f"| {what} | {promised} |" for what, (_, promised) in PROBES.items()]
