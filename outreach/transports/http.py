"""A mail provider's HTTP interface, in the phases of SMTP, by django-anymail's clients."""

import email
import email.policy
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import requests
import urllib3
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from outreach.transports.base import (
    Broken,
    NotLetIn,
    OutcomeUnknown,
    Refused,
    Reply,
    Unreachable,
)

# The name under which the letter's id goes along, and comes back in what the provider tells.
METADATA = "letter"
_TOO_MANY = 429
# The key is wrong, nothing is paid, or we may not: that is said of any letter.
_ABOUT_US = frozenset({401, 402, 403})
# What the provider writes itself, or has a field of its own.
_WRITTEN_BY_THEM = re.compile(r"(?i)(date|from|to|subject|reply-to|mime-version|content-.*)\Z")
_LETTER_ID = re.compile(r"<([0-9a-f-]{36})@")


@dataclass(frozen=True, slots=True)
class HttpReply(Reply):
    """An HTTP status, of which only *too many requests* is worth trying again."""

    @property
    def is_temporary(self) -> bool:
        return self.code == _TOO_MANY


# What the clients say of one recipient, where it is no yes.
_REFUSALS: Mapping[str, Reply] = {
    "invalid": HttpReply(550, "5.1.1 The provider calls this address invalid."),
    "rejected": HttpReply(554, "The provider does not deliver to this recipient."),
    "failed": HttpReply(554, "The provider could not deliver to this recipient."),
}
_BECAUSE_OF_ANOTHER = Reply(450, "The provider refused another recipient.")


class HttpTransport:
    """The provider of EMAIL_PROVIDER. Each answer is waited for at most EMAIL_TIMEOUT seconds.

    The provider hears of sender and recipients only with the text, so nothing is refused before
    the marker. Nothing is tried again here: the client makes one request for each letter, follows
    no redirect, and what it cannot tell for sure is unknown.
    """

    def __init__(self) -> None:
        self._client: Any = None
        self._offered: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def open(self) -> None:
        """Make the client. It connects with the first letter."""
        if self._client is not None:
            return
        try:
            client: Any = get_connection(f"anymail.backends.{settings.EMAIL_PROVIDER}.EmailBackend")
            client.open()
        except Exception as error:
            # A key is missing, above all. Nothing is lost by it, and every sweep says so.
            raise Unreachable(type(error).__name__) from error
        client.session.max_redirects = 0
        self._client = client

    def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
        if self._client is None:
            raise Broken("not open")
        self._offered = frozenset(addresses)
        return {}

    def hand_over(self, letter: bytes) -> Mapping[str, Reply]:
        """One request with the letter. Connection refused: `Broken`; 4xx: `Refused`, or `NotLetIn`
        where it is about us; all else that is not a yes: `OutcomeUnknown`.
        """
        message = _message(letter, self._offered)
        try:
            sent = self._client.send_messages([message])
        except AnymailRecipientsRefused:
            return _refused(message, self._offered)
        except AnymailError as error:
            raise _problem(error) from None
        if sent != 1:
            raise OutcomeUnknown("the client did not say that it sent the letter")
        return _refused(message, self._offered)

    def forget(self) -> None:
        self._offered = frozenset()

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _refused(message: EmailMultiAlternatives, offered: frozenset[str]) -> Mapping[str, Reply]:
    """Whom the provider does not deliver to, of a letter that it may deliver to others.

    Where it refused the whole because of one, the others are tried again without that one. Raises
    `Refused` where it does not say because of whom.
    """
    status = message.anymail_status  # type: ignore[attr-defined]  # anymail
    said = {address.casefold(): one.status for address, one in status.recipients.items()}
    answers = {address: _REFUSALS.get(said.get(address.casefold(), "")) for address in offered}
    refused = {address: reply for address, reply in answers.items() if reply is not None}
    code = getattr(status.esp_response, "status_code", 200)
    if code < 400:
        return refused
    if not refused:
        raise Refused(HttpReply(code, "The provider refused the letter."))
    return dict.fromkeys(offered, _BECAUSE_OF_ANOTHER) | refused


def _problem(error: AnymailError) -> Exception:
    """What the failed request means for the letter."""
    response = getattr(error, "response", None)
    if response is not None:
        status = int(response.status_code)
        if status in _ABOUT_US:
            return NotLetIn(HttpReply(status))
        if 400 <= status < 500:
            return Refused(HttpReply(status, str(response.text)[:200]))
        return OutcomeUnknown(f"HTTP {status}")
    if not isinstance(error, requests.RequestException):
        # The client could not even write the request.
        return Refused(HttpReply(554, type(error).__name__))
    if any(_never_connected(cause) for cause in _causes(error)):
        return Broken("no connection")
    return OutcomeUnknown("no answer that can be read")


def _never_connected(cause: BaseException) -> bool:
    """Whether nothing can have left: no connection was made, or no trust in who answered."""
    return isinstance(
        cause,
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.ConnectTimeoutError
        | ssl.SSLCertVerificationError,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from; urllib3 keeps that as `reason` and as arguments, too."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, getattr(one, "reason", None), *one.args]


def _message(letter: bytes, offered: frozenset[str]) -> EmailMultiAlternatives:
    """The letter as the client takes it, for those recipients whom it is to reach this time."""
    parsed = email.message_from_bytes(letter, policy=email.policy.default)
    everybody = parsed["To"].addresses
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"]),
        body=_part(parsed, "plain"),
        from_email=str(parsed["From"]),
        to=[str(one) for one in everybody if one.addr_spec in offered],
        reply_to=[str(parsed["Reply-To"])] if parsed["Reply-To"] else None,
        headers={
            name: str(value)
            for name, value in parsed.items()
            if not _WRITTEN_BY_THEM.match(name) and name.lower() not in _unwanted()
        },
    )
    html = _part(parsed, "html")
    if html:
        message.attach_alternative(html, "text/html")
    for part in parsed.iter_attachments():
        message.attach(part.get_filename() or "", part.get_content(), part.get_content_type())
    found = _LETTER_ID.match(str(parsed["Message-ID"]))
    message.metadata = {METADATA: found[1] if found else ""}  # type: ignore[attr-defined]  # anymail
    return message


def _unwanted() -> frozenset[str]:
    """Headers that the provider may not take: Mailgun alone is known to keep our Message-ID."""
    return frozenset() if settings.EMAIL_PROVIDER == "mailgun" else frozenset({"message-id"})


def _part(parsed: EmailMessage, subtype: str) -> str:
    body = parsed.get_body((subtype,))
    return str(body.get_content()) if body is not None else ""
