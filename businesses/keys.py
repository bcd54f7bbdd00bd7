"""API keys: made once, shown once, kept as a hash."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from businesses.models import ApiKey, Business, User
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked

# Tells people and secret scanners what the string is.
MARK = "hs_"
PREFIX_LENGTH = len(MARK) + 8
LONGEST_KEY = 200
# `last_used_at` is as exact as this, so that reading does not write at every request.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class KeyJustMade(Refusal):
    message = (
        "This key was made a moment ago, and a key is shown only once. "
        "If you did not see it, withdraw it and make another."
    )
    code = "key_just_made"


@transaction.atomic
def make_api_key(
    *,
    business: Business,
    name: str,
    scope: str,
    made_by: User,
    secret: str | None = None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new key, and the secret that is shown this once: nothing kept can bring it back.

    A given `secret` is for local mode, whose key stays the same when the demo is made anew. Raises
    `KeyJustMade` for the second of two presses of the button.
    """
    if secret is None:
        _refuse_second_press(locked(business), name, scope, made_by, now)
        secret = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        business=business,
        name=name,
        scope=scope,
        prefix=secret[:PREFIX_LENGTH],
        digest=_digest(secret),
        made_by=made_by,
        created_at=now,
    )
    return key, secret


def find_api_key(secret: str) -> ApiKey | None:
    """The live key that this is, with its business; None for anything else."""
    if not secret.startswith(MARK) or len(secret) > LONGEST_KEY:
        return None
    return (
        ApiKey.objects.select_related("business")
        .filter(digest=_digest(secret), withdrawn_at=None)
        .first()
    )


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Keep that the key was used, once a minute at most."""
    if key.last_used_at is None or key.last_used_at + USE_IS_NOTED_EVERY <= now:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
        # Whoever finds another request noting it goes on, instead of waiting for that one's end.
        free = ApiKey.objects.select_for_update(skip_locked=True, no_key=True)
        ApiKey.objects.filter(pk__in=free.filter(stale, pk=key.pk)).update(last_used_at=now)


def withdraw_api_key(*, key: ApiKey, now: datetime) -> None:
    """From now on the key opens nothing. Its row stays: the history names it."""
    ApiKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=now)


def maker_of(key: ApiKey) -> User | None:
    """The member who made the key, in whose name its letters are; None once they have left."""
    maker = key.made_by
    works_here = maker and maker.memberships.filter(business_id=key.business_id).exists()
    return maker if works_here else None


def _refuse_second_press(
    business: Business, name: str, scope: str, made_by: User, now: datetime
) -> None:
    same = business.api_keys.filter(name=name, scope=scope, made_by=made_by, withdrawn_at=None)
    if same.filter(created_at__gt=now - SAME_PRESS).exists():
        raise KeyJustMade


def _digest(secret: str) -> str:
    # The secret has 256 random bits: a slow hash would protect nothing and cost each request.
    return sha256(secret.encode()).hexdigest()
