"""A POST that is sent again does nothing again: `Idempotency-Key`.

After the IETF's draft-ietf-httpapi-idempotency-key-header. The kept answer is a row of the same
transaction as the deed, so neither is there without the other. Refused requests changed nothing and
are not kept: they may be sent again with the same key.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection
from django.db.models import Q
from rest_framework.request import Request

from activity.models import Event
from api.formats import to_json
from api.models import IdempotentAnswer
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.tenancy import rows_across, transaction_for
from contacts.models import Contact

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEPT_FOR = timedelta(days=1)
FORGOTTEN_AT_ONCE = 100
# By the sweep, in one transaction.
MOST_SWEPT = 1_000

_USABLE = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")


class KeyNotUsable(Refusal):
    message = f"An Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters."
    code = "idempotency_key_not_usable"
    status = 400


class KeyUsedOtherwise(Refusal):
    message = "This Idempotency-Key was used for another request; make a new one."
    code = "idempotency_key_used_otherwise"
    status = 422


class RequestUnderWay(Refusal):
    message = "The same request is under way at this moment; send it again in a second."
    code = "request_under_way"
    status = 409


def answer_given(*, business: Business, request: Request, now: datetime) -> IdempotentAnswer | None:
    """What was answered to this request before, if it was; otherwise nobody else may act on its
    key until this transaction ends.

    Raises `KeyNotUsable`, `KeyUsedOtherwise`, and `RequestUnderWay` instead of waiting.
    """
    key = request.headers[HEADER]
    if not _USABLE.fullmatch(key):
        raise KeyNotUsable
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"{business.pk}:{key}"]
        )
        [(is_ours,)] = cursor.fetchall()
    if not is_ours:
        raise RequestUnderWay
    given = IdempotentAnswer.objects.filter(key=key, created_at__gt=now - KEPT_FOR).first()
    if given is not None and given.fingerprint != _fingerprint(request):
        raise KeyUsedOtherwise
    return given


def keep_answer(
    *, business: Business, request: Request, status: int, body: bytes, now: datetime
) -> None:
    """Keep this answer for a day, and forget those that are older."""
    answer = IdempotentAnswer(
        business=business,
        key=request.headers[HEADER],
        fingerprint=_fingerprint(request),
        status=status,
        body=body.decode(),
        created_at=now,
    )
    # One of this key that is too old to count may be there still.
    IdempotentAnswer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["business", "key"],
        update_fields=["fingerprint", "status", "body", "created_at"],
    )
    _forget_old(now, FORGOTTEN_AT_ONCE)


def forget_all_old(*, now: datetime) -> int:
    """What is older than a day, of every business: also of those that send nothing any more.

    How many were forgotten. One query finds who has any.
    """
    found = rows_across(
        "SELECT DISTINCT business_id FROM api_idempotentanswer WHERE created_at <= %(until)s",
        {"until": now - KEPT_FOR},
    )
    return sum(_forget_all_of(key, now) for (key,) in found)


def _forget_all_of(business: UUID, now: datetime) -> int:
    count = 0
    while True:
        with transaction_for(business):
            forgotten = _forget_old(now, MOST_SWEPT)
        count += forgotten
        if forgotten < MOST_SWEPT:
            return count


def _forget_old(now: datetime, most: int) -> int:
    # Nobody waits for somebody else who is forgetting the same ones.
    old = IdempotentAnswer.objects.select_for_update(skip_locked=True).filter(
        created_at__lte=now - KEPT_FOR
    )
    forgotten, _ = IdempotentAnswer.objects.filter(pk__in=old.values("pk")[:most]).delete()
    return forgotten


def forget_answers_naming(*, contact: Contact, cause: Event, now: datetime) -> None:
    """What was answered about somebody who is erased. Such a request that is sent once more is a
    new one.
    """
    naming = Q(body__contains=str(contact.pk))
    for word in filter(None, (contact.name, contact.email)):
        naming |= Q(body__icontains=to_json(word).decode().strip('"'))
    IdempotentAnswer.objects.filter(naming).delete()


def _fingerprint(request: Request) -> str:
    parts = (request.method or "", request.get_full_path(), "")
    return sha256("\n".join(parts).encode() + request._request.body).hexdigest()
