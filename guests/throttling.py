"""How often a guest's page may be tried: counted in Redis for each address and each link.

Guessing a token is hopeless anyway; this keeps robots from being a burden. When Redis is away the
pages stay open, and a log line says so.
"""

import ipaddress
from functools import cache

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry

from businesses.refusals import Refusal
from businesses.secrets import keyed_hash
from outreach.models import Link

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 600
# In one window. An office or a phone network may share one address, so these are generous.
VISITS_FROM_AN_ADDRESS = 600
WRONG_TOKENS_FROM_AN_ADDRESS = 60
VISITS_TO_A_LINK = 240
# Each asks somebody by mail whether they know who came; whoever typed a slip may try again.
COMING_FROM_AN_ADDRESS = 10

# Nobody should wait for a counter.
_TIMEOUT = 0.5
# IPv6 networks are handed out in such blocks; one machine has all of it.
_IPV6_BLOCK = 64


class TooOften(Refusal):
    message = "That was a little too often. Please wait a few minutes."
    code = "too_often"
    status = 429


def count_visit(request: HttpRequest) -> None:
    """Raise `TooOften` for an address that comes too often or brought too many wrong tokens."""
    address = _key("address", client_address(request))
    wrong = _key("wrong", client_address(request))
    try:
        with _client().pipeline() as pipe:
            pipe.set(address, 0, nx=True, ex=WINDOW_SECONDS)
            pipe.incr(address)
            pipe.get(wrong)
            _, visits, wrong_tokens = pipe.execute()
    except redis.RedisError as error:
        _away(error)
        return
    if visits > VISITS_FROM_AN_ADDRESS or int(wrong_tokens or 0) >= WRONG_TOKENS_FROM_AN_ADDRESS:
        raise TooOften


def count_wrong_token(request: HttpRequest) -> None:
    """Remember that this address tried a token that is not one."""
    _count(_key("wrong", client_address(request)))


def count_link(link: Link) -> None:
    """Raise `TooOften` for a link that is opened or pressed too often, from wherever."""
    if _count(_key("link", str(link.pk))) > VISITS_TO_A_LINK:
        raise TooOften


def count_coming(request: HttpRequest, link: Link) -> None:
    """Raise `TooOften` for an address from which too many come by one link."""
    came = _key("coming", f"{link.pk} {client_address(request)}")
    if _count(came) > COMING_FROM_AN_ADDRESS:
        raise TooOften


def client_address(request: HttpRequest) -> str:
    """Where the request comes from; for IPv6 the block that one household has.

    X-Forwarded-For is believed only as far as our own proxies wrote it: each of
    `TRUSTED_PROXIES` appends one entry, and whatever stands before those was typed by anybody.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    count = settings.TRUSTED_PROXIES
    entries = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if count and len(entries) >= count:
        return _block(entries[-count]) or _block(peer) or "unknown"
    return _block(peer) or "unknown"


def _block(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _IPV6_BLOCK), strict=False))
    return str(address)


def _count(key: str) -> int:
    """How many times in this window, this one included; 0 when nobody counts."""
    try:
        with _client().pipeline() as pipe:
            pipe.set(key, 0, nx=True, ex=WINDOW_SECONDS)
            pipe.incr(key)
            _, count = pipe.execute()
    except redis.RedisError as error:
        _away(error)
        return 0
    return int(count)


def _key(kind: str, what: str) -> str:
    """Redis holds no address and no token either."""
    return f"guests:{kind}:{keyed_hash(what, 'throttle')[:32]}"


def _away(error: redis.RedisError) -> None:
    log.warning("guests.uncounted", error=type(error).__name__)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=_TIMEOUT,
        socket_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
