"""What is measured: each row with its floor, its target, and the same at a small business."""

import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.utils.http import urlencode

from benchmarks.load import one_answer, requests_a_second
from benchmarks.seeding import Ground
from businesses import clock
from businesses.keys import make_api_key
from businesses.models import Business, Membership, Scope
from businesses.tenancy import transaction_for
from contacts.models import Contact
from contacts.states import Circle

# The least that a row is to reach of its floor, and how much slower at most it is where there is
# much.
HTML = 0.3
LIST = 0.35
LETTERS = 0.5
STEPS = 0.15
GROWTH = 1.2
NAMES = (
    *("people", "person", "today", "search", "bringers"),
    *("api-list", "api-create", "letters", "steps"),
)


class Sample(NamedTuple):
    """So many a second, in one round."""

    floor: float
    large: float
    small: float


@dataclass(frozen=True)
class Row(ABC):
    """One line of the table. `target` is the least ratio to the floor; None where none is set."""

    name: str
    against: str
    target: float | None

    @abstractmethod
    def measure(self, seconds: float) -> Sample:
        """One round: the floor and the subject in turn."""


@dataclass(frozen=True, slots=True)
class Place:
    """Something that answers requests: where, with what requests, and how it should answer."""

    port: int
    requests: Iterator[bytes]
    status: int = 200

    def rate(self, seconds: float) -> float:
        return requests_a_second(
            self.port, self.requests.__next__, status=self.status, seconds=seconds
        )

    def length(self) -> int:
        """Of the body of one answer."""
        return len(one_answer(self.port, next(self.requests)).partition(b"\r\n\r\n")[2])


@dataclass(frozen=True)
class WebRow(Row):
    floor: Place
    large: Place
    small: Place

    def measure(self, seconds: float) -> Sample:
        return Sample(self.floor.rate(seconds), self.large.rate(seconds), self.small.rate(seconds))


class Product:
    """Requests to the product, as the owner's browser and as an integration."""

    def __init__(self, membership: Membership, port: int) -> None:
        self._business = membership.business
        self._port = port
        client = Client()
        client.force_login(membership.user, "django.contrib.auth.backends.ModelBackend")
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
        self._browser = {"Cookie": cookies}
        with transaction.atomic():
            _, secret = make_api_key(
                business=self._business,
                name="make bench",
                scope=Scope.WRITE,
                made_by=membership.user,
                now=clock.now(),
            )
        self._integration = {"Authorization": f"Bearer {secret}"}

    def page(self, *paths: str) -> Place:
        """These pages of the desk, in turn."""
        stem = f"/b/{self._business.slug}/"
        return Place(self._port, _in_turn([_get(stem + path, self._browser) for path in paths]))

    def api(self, path: str) -> Place:
        return Place(self._port, itertools.repeat(_get(f"/api/v1/{path}", self._integration)))

    def people(self) -> Place:
        """The list's first page, and as often one further on."""
        rows = self._contacts()[:40]
        further = [f"people/?after={row.pk}" for row in rows]
        return self.page(*itertools.chain(*(("people/", path) for path in further)))

    def persons(self) -> Place:
        """People of the inner circle, with whom much has happened."""
        inner = [row for row in self._contacts() if row.circle == Circle.INNER]
        return self.page(*(f"people/{row.pk}/" for row in inner))

    def search(self) -> Place:
        """By the whole name of somebody who is here."""
        rows = self._contacts()[:100]
        return self.page(*(f"people/?{urlencode({'q': row.name})}" for row in rows))

    def bringers(self) -> Place:
        """Who brings business: the first page."""
        return self.page("people/who-brought/")

    def create(self) -> Place:
        return Place(
            self._port, _creations("/api/v1/contacts", "api.example", self._integration), status=201
        )

    def _contacts(self) -> Sequence[Contact]:
        """People of the nearest circles first; both businesses have them."""
        with transaction_for(self._business):
            order = ["circle", "name_key", "id"]
            near = Contact.objects.filter(circle__in=[Circle.INNER, Circle.CLOSE])
            return list(near.order_by("-circle", *order[1:])[:500])


def web_rows(ground: Ground, product: int, floor: int) -> list[WebRow]:
    """All that is asked for over HTTP. `product` and `floor` are ports."""
    large, small = Product(ground.large, product), Product(ground.small, product)
    business = ground.large.business

    def against_page(place: Callable[[Product], Place], rows: int) -> tuple[Place, Place, Place]:
        path = f"/page/{business.pk}/{rows}/{place(large).length()}/"
        return _at(floor, path), place(large), place(small)

    def against_one(place: Callable[[Product], Place]) -> tuple[Place, Place, Place]:
        path = f"/one/{_somebody(business)}/{place(large).length()}/"
        return _at(floor, path), place(large), place(small)

    create = Place(floor, _creations(f"/create/{business.pk}/", "floor.example", {}), status=201)
    return [
        WebRow("people", "a bare page of 50 rows", HTML, *against_page(Product.people, 50)),
        WebRow("person", "a bare page of 30 rows", HTML, *against_page(Product.persons, 30)),
        WebRow("today", "a bare page of 30 rows", HTML, *against_page(lambda p: p.page(""), 30)),
        WebRow("search", "a bare page of one row by key", HTML, *against_one(Product.search)),
        WebRow("bringers", "a bare page of 50 rows", HTML, *against_page(Product.bringers, 50)),
        WebRow(
            "api-list",
            "a bare view of the same 50 rows",
            LIST,
            _at(floor, f"/list/{business.pk}/"),
            large.api("contacts"),
            small.api("contacts"),
        ),
        WebRow(
            "api-create",
            "one INSERT with its event",
            None,
            create,
            large.create(),
            small.create(),
        ),
    ]


def _at(port: int, path: str) -> Place:
    return Place(port, itertools.repeat(_get(path, {})))


def _in_turn(requests: Sequence[bytes]) -> Iterator[bytes]:
    return itertools.cycle(requests)


def _somebody(business: Business) -> UUID:
    with transaction_for(business):
        return Contact.objects.order_by("name_key", "id").values_list("pk", flat=True)[0]


def _get(path: str, headers: Mapping[str, str]) -> bytes:
    return _request("GET", path, headers)


def _creations(path: str, domain: str, headers: Mapping[str, str]) -> Iterator[bytes]:
    for number in itertools.count():
        body = {"name": "Greta Palm", "email": f"greta.palm.{number}@{domain}"}
        given = {**headers, "Content-Type": "application/json"}
        yield _request("POST", path, given, json.dumps(body).encode())


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
