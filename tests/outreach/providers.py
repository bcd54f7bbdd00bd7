"""What mail providers send, in the form each has for it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

SECRET = "postmaster:a long secret"
SIGNING_KEY = "a-signing-key"


def tell(
    provider: str,
    body: Any,
    *,
    secret: str = SECRET,
    content_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> int:
    """Tell it at the provider's address; the status of the answer."""
    word = base64.b64encode(secret.encode()).decode()
    signed_in = {"Authorization": f"Basic {word}"} if secret else {}
    answer = Client().post(
        f"/providers/{provider}/tracking/",
        body,
        content_type=content_type,
        headers={**signed_in, **(headers or {})},
    )
    return answer.status_code


def postmark(kind: str, letter: UUID, address: str, **more: str) -> dict[str, Any]:
    """Postmark knows a letter by what was given along with it."""
    return {
        "RecordType": kind,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Email" if kind != "Delivery" else "Recipient": address,
        "Metadata": {"letter": str(letter)},
        **more,
    }


def mailgun(event: str, letter: UUID, address: str, **more: Any) -> dict[str, Any]:
    """Mailgun knows a letter by its Message-ID, and signs what it says."""
    domain = settings.MAIL_FROM.rpartition("@")[2]
    token, at = "a-token", "1790000000"
    signed = hmac.new(SIGNING_KEY.encode(), f"{at}{token}".encode(), hashlib.sha256)
    return {
        "signature": {"token": token, "timestamp": at, "signature": signed.hexdigest()},
        "event-data": {
            "event": event,
            "timestamp": 1790000000.1,
            "recipient": address,
            "message": {"headers": {"message-id": f"{letter}@{domain}"}},
            **more,
        },
    }


def resend(event: str, letter: UUID, *addresses: str, **more: Any) -> dict[str, Any]:
    """Resend gives back what was given along in a header, and all recipients of the letter."""
    given = {"name": "X-Metadata", "value": json.dumps({"letter": str(letter)})}
    told = {"email_id": "an-id", "to": [*addresses], "headers": [given], **more}
    return {"type": f"email.{event}", "created_at": "2026-05-04T09:30:00Z", "data": told}
