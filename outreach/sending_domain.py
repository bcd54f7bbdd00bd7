"""What DNS says of the domain that letters leave from: SPF, DKIM and DMARC.

Gmail and Yahoo ask all three of whoever sends much mail; without them letters land among spam.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.nameserver
import dns.resolver

SECONDS = 3.0
# Names that never stand in public DNS (RFC 2606, RFC 6761, RFC 6762).
_NOT_PUBLIC = ("localhost", "local", "test", "example", "invalid", "internal")


class Found(StrEnum):
    GOOD = "good"
    WRONG = "wrong"
    NOT_ASKED = "could not ask"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and how it stands, in a sentence."""

    found: Found
    says: str


def examine_domain(
    domain: str, *, selector: str, nameserver: tuple[str, int] | None = None
) -> list[Finding]:
    """How the domain stands; each question waits three seconds at most."""
    if "." not in domain or domain.rpartition(".")[2] in _NOT_PUBLIC:
        return [Finding(Found.NOT_ASKED, f"{domain} is not a name that DNS knows.")]
    ask = _Asking(nameserver)
    return [*_spf(ask, domain), *_dkim(ask, domain, selector), *_dmarc(ask, domain)]


class _Unanswered(Exception):
    """DNS did not answer in time, or not at all."""


class _Asking:
    """Texts by name. A name that does not exist has none."""

    def __init__(self, nameserver: tuple[str, int] | None) -> None:
        self._nameserver = nameserver

    def texts(self, name: str) -> list[str]:
        try:
            answer = self._resolver().resolve(name, "TXT", lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise _Unanswered(type(error).__name__) from error
        return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]

    def _resolver(self) -> dns.resolver.Resolver:
        if self._nameserver is None:
            return dns.resolver.Resolver()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*self._nameserver)]
        return resolver


def _spf(ask: _Asking, domain: str) -> Iterator[Finding]:
    try:
        found = [text for text in ask.texts(domain) if text.lower().startswith("v=spf1")]
    except _Unanswered:
        yield Finding(Found.NOT_ASKED, f"SPF: DNS did not answer for {domain}.")
        return
    if not found:
        yield Finding(Found.WRONG, f"SPF: {domain} does not say who may send for it.")
    elif len(found) > 1:
        yield Finding(Found.WRONG, f"SPF: {domain} says it {len(found)} times; once counts.")
    elif {"all", "+all"} & set(found[0].lower().split()):
        yield Finding(Found.WRONG, f"SPF: {domain} lets anybody send for it (+all).")
    else:
        yield Finding(Found.GOOD, f"SPF: {domain} says who may send for it.")


def _dkim(ask: _Asking, domain: str, selector: str) -> Iterator[Finding]:
    if not selector:
        yield Finding(Found.NOT_ASKED, "DKIM: say in DKIM_SELECTOR under which name the key is.")
        return
    name = f"{selector}._domainkey.{domain}"
    try:
        tags = [_tags(text) for text in ask.texts(name)]
    except _Unanswered:
        yield Finding(Found.NOT_ASKED, f"DKIM: DNS did not answer for {name}.")
        return
    if not any("p" in tag for tag in tags):
        yield Finding(Found.WRONG, f"DKIM: there is no key at {name}.")
    elif not any(tag.get("p") for tag in tags):
        yield Finding(Found.WRONG, f"DKIM: the key at {name} was withdrawn.")
    else:
        yield Finding(Found.GOOD, f"DKIM: there is a key at {name}.")


def _dmarc(ask: _Asking, domain: str) -> Iterator[Finding]:
    """At the domain, else at the one above it (RFC 7489, 6.6.3), as far as two parts."""
    try:
        policies = next(filter(None, _policies(ask, domain)), [])
    except _Unanswered:
        yield Finding(Found.NOT_ASKED, f"DMARC: DNS did not answer for _dmarc.{domain}.")
        return
    if len(policies) != 1:
        yield Finding(Found.WRONG, f"DMARC: {domain} has no policy, or more than one.")
    elif policies[0].get("p", "").lower() not in ("none", "quarantine", "reject"):
        yield Finding(Found.WRONG, f"DMARC: the policy of {domain} cannot be read.")
    else:
        yield Finding(Found.GOOD, f"DMARC: {domain} has a policy ({policies[0]['p']}).")


def _policies(ask: _Asking, domain: str) -> Iterator[Sequence[dict[str, str]]]:
    parts = domain.split(".")
    for name in (".".join(parts[start:]) for start in range(len(parts) - 1)):
        texts = ask.texts(f"_dmarc.{name}")
        yield [_tags(text) for text in texts if text.lower().startswith("v=dmarc1")]


def _tags(text: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=…` by name."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}
