"""Keyed hashes of addresses: they can be compared, but not read."""

import hashlib
import hmac

from django.conf import settings


def email_key(address: str) -> str:
    """The form in which two spellings of one mail address are equal."""
    return address.strip().casefold()


def keyed_hash(text: str, purpose: str) -> str:
    """HMAC-SHA256 of `text` under SUPPRESSION_KEY, in hex; `purpose` keeps the uses apart."""
    message = f"{purpose}\0{text}".encode()
    return hmac.new(settings.SUPPRESSION_KEY.encode(), message, hashlib.sha256).hexdigest()
