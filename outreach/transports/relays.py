"""What a provider takes along by SMTP, and gives back when it tells what became of a letter.

Most quote neither our Message-ID nor any other header, but what stands in one header of their own,
which does not reach the reader. Amazon and Mailgun quote the Message-ID.
"""

import json
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from outreach.transports.http import METADATA

# By the end of the mail server's name: the header, and as what the letter's id stands in it.
_HEADERS: Mapping[str, tuple[str, str]] = {
    "brevo.com": ("X-Mailin-custom", ""),
    "mailjet.com": ("X-MJ-EventPayload", ""),
    "mandrillapp.com": ("X-MC-Metadata", ""),
    "postmarkapp.com": (f"X-PM-Metadata-{METADATA}", "alone"),
    "sendgrid.net": ("X-SMTPAPI", "unique_args"),
    "sparkpostmail.com": ("X-MSYS-API", "metadata"),
}


def given_along(letter_id: UUID) -> Mapping[str, str]:
    """The header for the provider that EMAIL_URL names; none for any other server."""
    if settings.EMAIL_PROVIDER:
        return {}
    domain = ".".join(settings.EMAIL_HOST.lower().split(".")[-2:])
    if domain not in _HEADERS:
        return {}
    name, within = _HEADERS[domain]
    if within == "alone":
        return {name: str(letter_id)}
    given: Mapping[str, object] = {METADATA: str(letter_id)}
    return {name: json.dumps({within: given} if within else given)}
