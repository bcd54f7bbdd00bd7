"""Reads the letters that the local mail catcher keeps."""

import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)]}"


@dataclass(frozen=True)
class Letter:
    """A letter as its reader would have it."""

    id: str
    sender: str
    to: tuple[str, ...]
    """Addresses alone, from To and Cc."""
    delivered_to: tuple[str, ...]
    """The envelope's addresses: who got this copy."""
    to_header: str
    reply_to: str
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    """Each web address of the HTML and the text once, in the order of reading."""
    received_at: datetime
    headers: tuple[tuple[str, str], ...]

    @property
    def initial(self) -> str:
        return self.sender.strip('" ')[:1].upper()


def newest_first(directory: Path) -> list[Letter]:
    """All letters in it; none when it is not there yet."""
    return [_read(path) for path in sorted(directory.glob("*.eml"), reverse=True)]


def find_letter(directory: Path, letter_id: str) -> Letter | None:
    """One letter by its id, which is its file's name; nothing outside the directory is read."""
    if not re.fullmatch(r"\d{20}-\d{6}", letter_id):
        return None
    path = directory / f"{letter_id}.eml"
    return _read(path) if path.exists() else None


@lru_cache(maxsize=2000)
def _read(path: Path) -> Letter:
    """Parsed once: a kept letter never changes."""
    message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(path.read_bytes())
    text, html = _body(message, "plain"), _body(message, "html")
    envelope = {"x-envelope-from", "x-envelope-to"}
    return Letter(
        id=path.stem,
        sender=_header(message, "From"),
        to=_addresses(message, "To", "Cc"),
        delivered_to=_addresses(message, "X-Envelope-To"),
        to_header=_header(message, "To"),
        reply_to=_header(message, "Reply-To"),
        subject=_header(message, "Subject"),
        text=text,
        html=html,
        links=_links(html, text),
        received_at=datetime.fromtimestamp(int(path.stem[:20]) / 1e9, tz=UTC),
        headers=tuple(
            (name, str(value)) for name, value in message.items() if name.lower() not in envelope
        ),
    )


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _addresses(message: EmailMessage, *names: str) -> tuple[str, ...]:
    values = [str(value) for name in names for value in message.get_all(name, [])]
    return tuple(address for _, address in getaddresses(values) if address)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") if tag == "a" else None
        if address and address.startswith(("http://", "https://")):
            self.found.append(address)


def _links(html: str, text: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(html)
    written = [address.rstrip(_TRAILING) for address in _WEB_ADDRESS.findall(text)]
    return tuple(dict.fromkeys([*anchors.found, *written]))
