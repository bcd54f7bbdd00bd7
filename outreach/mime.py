"""The bytes of a letter, built directly: the standard library's folding is slow.

Headers are RFC 5322 lines with RFC 2047 words where they are not ASCII; the parts are UTF-8 as
quoted-printable, so every line is short and 7-bit.
"""

import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

from django.utils.html import strip_tags

from outreach.filling import one_line

_LINE = 76
_ATOM_TEXT = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*\Z")
# The shape of an address that may stand in a header or an SMTP command.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\Z")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


class UnfitAddress(ValueError):
    """This cannot stand in an envelope or a header. The text never repeats the address."""


def envelope_address(address: str) -> str:
    """The address as SMTP takes it: an international domain in its ASCII form.

    Raises `UnfitAddress` for anything else, control characters and angle brackets above all.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii") if domain else ""
    except UnicodeError as error:
        raise UnfitAddress("the domain is not one") from error
    whole = f"{local}@{ascii_domain}"
    if not _ADDRESS.match(whole) or len(whole) > 254:
        raise UnfitAddress("the address cannot be written to")
    return whole


@lru_cache(maxsize=1024)
def mailbox(name: str, address: str) -> str:
    """`"Elena via Rossi Joinery" <letters@…>`, whatever the name contains."""
    clean = one_line(name)
    if not clean:
        return f"<{address}>"
    if _needs_encoding(clean):
        return f"{_encoded_words(clean)} <{address}>"
    if _ATOM_TEXT.match(clean):
        return f"{clean} <{address}>"
    quoted = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def build(
    *,
    letter_id: UUID,
    sender: str,
    sender_name: str,
    recipients: Sequence[tuple[str, str]],
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
    calendar: str = "",
    now: datetime,
) -> bytes:
    """The whole letter with CRLF line ends; with an appointment as a file, if there is one.

    The date is fresh; the Message-ID follows from the letter's id, so that one sent twice after a
    lost answer is recognised as the same.
    """
    domain = sender.rpartition("@")[2]
    lines = [
        f"Date: {format_datetime(now)}",
        f"From: {mailbox(sender_name, sender)}",
        _to(recipients),
        _header("Subject", subject),
        f"Message-ID: <{letter_id}@{domain}>",
        *(_header(name, value) for name, value in headers.items()),
        "MIME-Version: 1.0",
    ]
    body = _part("plain", text)
    if html.strip():
        body = _parts("alternative", f"=_{letter_id.hex}", [body, _part("html", html)])
    if calendar:
        body = _parts("mixed", f"=_m{letter_id.hex}", [body, _appointment(calendar)])
    return ("\r\n".join(lines) + "\r\n" + body).encode("ascii")


def text_of(html: str) -> str:
    """A plain part for a letter that came with HTML only."""
    return "\n".join(line.strip() for line in strip_tags(html).splitlines() if line.strip()) + "\n"


def _to(recipients: Sequence[tuple[str, str]]) -> str:
    """One mailbox a line, so that no line grows too long."""
    return "To: " + ",\r\n ".join(mailbox(name, address) for name, address in recipients)


def _header(name: str, value: str) -> str:
    """One header. Plain ASCII stays on its line: up to 998 characters are allowed there."""
    if not _HEADER_NAME.match(name):
        raise ValueError("That is no name for a header.")
    clean = one_line(value)
    return f"{name}: {_encoded_words(clean, name) if _needs_encoding(clean) else clean}"


def _needs_encoding(text: str) -> bool:
    """Not ASCII; or typed so that it would be read as encoded."""
    return not text.isascii() or "=?" in text


def _encoded_words(text: str, header: str = "From") -> str:
    return Header(text, "utf-8", maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")


def _part(subtype: str, text: str) -> str:
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    if not data.endswith(b"\n"):
        data += b"\n"
    # Encoded as binary data is not: line ends stay line ends.
    quoted = binascii.b2a_qp(data, istext=True).decode("ascii").replace("\n", "\r\n")
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}"
    )


def _parts(subtype: str, boundary: str, parts: Sequence[str]) -> str:
    """Several parts as one; the boundary has characters that no encoded line has in its place."""
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"'
    return f"{head}\r\n\r\n{inside}--{boundary}--\r\n"


def _appointment(calendar: str) -> str:
    """The file as base64: its own long lines and line ends arrive as they are (RFC 6047, 2.5)."""
    data = binascii.b2a_base64(calendar.encode(), newline=False).decode("ascii")
    lines = "\r\n".join(data[start : start + _LINE] for start in range(0, len(data), _LINE))
    return (
        'Content-Type: text/calendar; charset="utf-8"; method=PUBLISH; name="meeting.ics"\r\n'
        'Content-Disposition: attachment; filename="meeting.ics"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{lines}"
    )
