"""Keyset pages: a cursor names the last row seen, so page 1,000 costs what page 1 does.

DRF's CursorPagination compares one column and steps over equal values by offset: it never ended on
3,000 rows with one timestamp. Here the id decides between equal values, always.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db.models import (
    DateField,
    DateTimeField,
    Field,
    IntegerField,
    Model,
    Q,
    QuerySet,
    UUIDField,
)
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from api.problems import UnknownParameter

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Order:
    """A declared order: the column that leads, and whether it runs backwards. Never NULL."""

    column: str
    says: str
    backwards: bool = False

    @property
    def columns(self) -> Sequence[str]:
        sign = "-" if self.backwards else ""
        names = [self.column] if self.column in {"pk", "id"} else [self.column, "id"]
        return [sign + name for name in names]

    def after(self, value: Any, key: UUID) -> Q:
        """What follows the row with this value and id."""
        beyond, from_here = ("lt", "lte") if self.backwards else ("gt", "gte")
        past_id = Q(**{f"id__{beyond}": key})
        if self.column in {"pk", "id"}:
            return past_id
        # The first condition alone bounds the index; a row comparison would say the same in one.
        return Q(**{f"{self.column}__{from_here}": value}) & (
            Q(**{f"{self.column}__{beyond}": value}) | past_id
        )


class Page(NamedTuple):
    rows: Sequence[Any]
    # The address of the next page; None on the last one.
    next: str | None


class Keyset(BasePagination):
    """What the schema says of a page; `page_of` makes it."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
            },
        }


def page_of(
    rows: QuerySet[Any], *, request: Request, order: Order, limit: int, given: Mapping[str, Any]
) -> Page:
    """The page that the request's cursor asks for. One query, and no count.

    A cursor holds for the filters and order it was made for; with others it is refused.
    """
    binding = _binding(order, given)
    cursor = request.query_params.get("cursor")
    if cursor is not None:
        value, key = _read(cursor, binding, rows.model._meta.get_field(order.column))
        rows = rows.filter(order.after(value, key))
    found = [*rows.order_by(*order.columns)[: limit + 1]]
    if len(found) <= limit:
        return Page(found, None)
    found = found[:limit]
    return Page(found, _address(request, _write(found[-1], order, binding)))


def _address(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _binding(order: Order, given: Mapping[str, Any]) -> str:
    shown = {name: str(getattr(value, "pk", value)) for name, value in sorted(given.items())}
    return sha256(orjson.dumps([order.columns, shown])).hexdigest()[:12]


def _write(last: Model, order: Order, binding: str) -> str:
    place = orjson.dumps([binding, getattr(last, order.column), last.pk])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _read(cursor: str, binding: str, column: "Field[Any, Any]") -> tuple[Any, UUID]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        bound_to, value, key = orjson.loads(base64.urlsafe_b64decode(padded))
        place = (_as(column, value), UUID(key))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
        raise UnknownParameter({"cursor": ["This cursor is not one of ours."]}) from error
    if bound_to != binding:
        raise UnknownParameter(
            {"cursor": ["This cursor belongs to a list with other filters or another order."]}
        )
    return place


def _as(column: "Field[Any, Any]", value: Any) -> Any:
    """The value as its column holds it; what the database would choke on is an error here."""
    if isinstance(column, DateTimeField):
        return _instant(value)
    if isinstance(column, DateField):
        return date.fromisoformat(value)
    if isinstance(column, UUIDField):
        return UUID(value)
    if isinstance(column, IntegerField):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(value)
        return value
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    # PostgreSQL refuses offsets that Python accepts.
    return instant.astimezone(UTC)
