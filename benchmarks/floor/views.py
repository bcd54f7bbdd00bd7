"""Bare views: one query, one template or JsonResponse, and nothing round them."""

import json
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from uuid_utils.compat import uuid7

from activity.actors import ActorKind
from businesses import clock
from contacts.models import Contact

COLUMNS = ("id", "name", "circle", "last_touch_on", "next_touch_on")
API_COLUMNS = (
    *("id", "name", "email", "phone", "company__name", "job_title", "postal_address", "note"),
    *("circle", "keep_in_touch_days", "last_touch_on", "next_touch_on", "source", "met_through_id"),
    *("customer_since", "timezone", "created_at"),
)


def page(request: HttpRequest, business: UUID, rows: int, length: int) -> HttpResponse:
    """So many rows by name, each with five fields, in a page of the wanted length."""
    people = Contact.objects.filter(business=business).order_by("name_key", "id")
    return _page({"rows": people.values(*COLUMNS)[:rows]}, length)


def one(request: HttpRequest, key: UUID, length: int) -> HttpResponse:
    """One row by its primary key, in a page of the wanted length."""
    return _page({"rows": Contact.objects.filter(pk=key).values(*COLUMNS)}, length)


def listed(request: HttpRequest, business: UUID) -> HttpResponse:
    """Fifty rows with all columns of the API's, as they come."""
    rows = Contact.objects.filter(business=business).order_by("id").values(*API_COLUMNS)[:50]
    return _whole(JsonResponse({"data": list(rows)}))


def create(request: HttpRequest, business: UUID) -> HttpResponse:
    """One statement: the contact, its event and its mention."""
    given = json.loads(request.body)
    now, contact, event = clock.now(), uuid7(), uuid7()
    values = {
        "id": contact,
        "business": business,
        "name": given["name"],
        "email": given["email"],
        "now": now,
        "event": event,
        "mention": uuid7(),
        "actor": ActorKind.INTEGRATION,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CREATE, values)
    return _whole(JsonResponse({"id": contact, **given}, status=201))


def _page(context: dict[str, Any], length: int) -> HttpResponse:
    html = get_template("page.html").render(context)
    # As if the rest stood in the template: static text costs a template nothing.
    return _whole(HttpResponse(html + " " * (length - len(html))))


def _whole(response: HttpResponse) -> HttpResponse:
    """With its length, or the connection would be chunked or closed."""
    response["Content-Length"] = str(len(response.content))
    return response


_CREATE = """
WITH contact AS (
    INSERT INTO contacts_contact (id, business_id, created_at, name, email, phone, job_title,
                                  postal_address, note, circle, source, timezone, rests)
    VALUES (%(id)s, %(business)s, %(now)s, %(name)s, %(email)s, '', '', '', '', 'wider',
            'unknown', '', '')
), event AS (
    INSERT INTO activity_event (id, business_id, name, actor_kind, actor_id, subject_label,
                                subject_id, payload, recorded_at)
    VALUES (%(event)s, %(business)s, 'contact.added', %(actor)s, NULL, 'contact', %(id)s, '{}',
            %(now)s)
)
INSERT INTO activity_mention (id, business_id, event_id, label, about_id, recorded_at)
VALUES (%(mention)s, %(business)s, %(event)s, 'contact', %(id)s, %(now)s)
"""
