"""API keys: made once, shown once, kept as a hash."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db.models import Q

from businesses.models import ApiKey, Business, User

# Tells people and secret scanners what the string is.
MARK = "hs_"
PREFIX_LENGTH = len(MARK) + 8
LONGEST_KEY = 200
# `last_used_at` is as exact as this, so that reading does not write at every request.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


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

    A given `secret` is for local mode, whose key stays the same when the demo is made anew.
    """
    secret = secret or MARK + secrets.token_urlsafe(32)
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
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def withdraw_api_key(*, key: ApiKey, now: datetime) -> None:
    """From now on the key opens nothing. Its row stays: the history names it."""
    ApiKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=now)


def _digest(secret: str) -> str:
    # The secret has 256 random bits: a slow hash would protect nothing and cost each request.
    return sha256(secret.encode()).hexdigest()
