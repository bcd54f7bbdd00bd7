"""A button of the desk pressed twice does what it does once, whichever button it is.

The pages are walked from Today, so that a form that is added tomorrow is pressed tomorrow. The
second press sends the very same form, as a double click does when no script stops it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from tests.contacts.factories import make_contact
from tests.desk.factories import everything
from tests.feedback.factories import given, published
from tests.giving.factories import a_partner, asked, drafted, jonas, shaken

pytestmark = pytest.mark.django_db

ANSWERS = {200, 302, 404, 409, 410, 422}
# What is typed where a form does not say what it wants.
TYPED = {
    "amount": "1200",
    "amounts": "1200",
    "code": "123456",
    "email": "nobody.yet@press.example",
    "name": "Nobody Yet",
    "reason": "price",
    "sender_name": "Somebody New",
}
BY_TYPE = {"date": "2031-02-03", "email": "nobody.yet@press.example", "number": "30"}
# Signing out and the letter that proves an address do the same thing again, and that is right.
LEFT_OUT = ("/accounts/", "/o/")


@dataclass
class Form:
    """A form as it stands on a page, with what a browser would send."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    has_file: bool = False


class Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._address = address
        self._select = ""
        self._within: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            action = urljoin(self._address, given.get("action", ""))
            self._within = Form(action, given.get("method", "get").lower())
            self.forms.append(self._within)
        elif self._within is not None:
            self._in_form(self._within, tag, given, frozenset(given))

    def _in_form(self, form: Form, tag: str, given: dict[str, str], said: frozenset[str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "button":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in said or self._select not in form.fields):
            form.fields[self._select] = given.get("value", "")
        elif tag == "textarea":
            form.fields[name] = "Words of ours."
        elif tag == "input" and kind == "file":
            form.has_file = True
        elif tag == "input" and kind in ("radio", "checkbox"):
            if "checked" in said or (kind == "radio" and name not in form.fields):
                form.fields[name] = given.get("value", "on")
        elif tag == "input" and name:
            form.fields[name] = given.get("value") or TYPED.get(name) or BY_TYPE.get(kind, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._within = None


def walked(client: Client, start: str) -> Iterator[Form]:
    """Every form of every page that can be reached from here, each kind of page a few times."""
    waiting, seen, kinds = [start], {start}, dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        if not answer.headers["Content-Type"].startswith("text/html") or answer.status_code != 200:
            continue
        page = Page(address, answer.text)
        yield from page.forms
        for link in page.links:
            kind = kind_of(link)
            if link in seen or not link.startswith(start) or kinds.get(kind, 0) >= 4:
                continue
            seen.add(link)
            kinds[kind] = kinds.get(kind, 0) + 1
            waiting.append(link)


def kind_of(link: str) -> str:
    """The address without ids: pages of one kind have the same forms, in a few states."""
    parts = urlsplit(link).path.split("/")
    return "/".join("…" if part.count("-") == 4 else part for part in parts)


def deeds() -> list[str]:
    """What has happened, in all: the names of the events."""
    return sorted(Event.objects.values_list("name", flat=True))


def test_whatever_is_pressed_twice_happens_once(
    alice_client: Client, business: Business, alice: User, by_alice: Actor
) -> None:
    everything(business, alice, by_alice, clock.now() - timedelta(hours=2), 1)
    for number, lend in enumerate((given, published, published)):
        lend(make_contact(name=f"Lender {number}", email=f"lender{number}@world.example"))
    now = clock.now()
    for number, give in enumerate((drafted, asked, asked)):
        given_row = give(
            jonas(business, now, f"first{number}@world.example"),
            a_partner(business, now, f"second{number}@world.example"),
            alice,
            now,
        )
    shaken(given_row, now)
    pressed, wrong = set[tuple[str, str, str]](), list[str]()

    for form in walked(alice_client, f"/b/{business.slug}/"):
        if form.method != "post" or form.has_file or form.action.startswith(LEFT_OUT):
            continue
        for name, value in form.buttons or [("", "")]:
            what = (form.action, name, value)
            if what not in pressed:
                pressed.add(what)
                wrong += _pressed_twice(alice_client, form, name, value)

    assert wrong == []
    assert len(pressed) > 30


def _pressed_twice(client: Client, form: Form, name: str, value: str) -> Iterator[str]:
    """What is wrong with pressing this twice. Leaves everything as it was."""
    sent = form.fields | ({name: value} if name else {})
    with transaction.atomic():
        first = client.post(form.action, sent)
        done = deeds()
        second = client.post(form.action, sent)
        again = deeds()
        transaction.set_rollback(True)
    for answer in (first, second):
        if answer.status_code not in ANSWERS:
            yield f"{form.action} {name}={value}: {answer.status_code}"
    if done != again:
        more = [event for event in again if again.count(event) > done.count(event)]
        yield f"{form.action} {name}={value}: again {', '.join(more)}"
