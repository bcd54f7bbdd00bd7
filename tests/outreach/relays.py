"""What providers tell of a letter that they had by SMTP, made from the letter as it reached them.

The shapes are those that each describes; `what` is delivered, hard, full (come back, but not for
good) or complained.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlencode

from tests.outreach.providers import SECRET, tell

WEBHOOK_KEY = "a-webhook-key"
UNKNOWN = "550 5.1.1 no such user"
FULL = "552 5.2.2 mailbox full"
AT = 1790000000

Told = Callable[[str, EmailMessage, str], int]


def amazon_ses(what: str, letter: EmailMessage, address: str, *others: str) -> int:
    """It writes a Message-ID of its own, and quotes the headers that it was given."""
    everybody = [address, *others]
    headers = [{"name": name, "value": str(value)} for name, value in letter.items()]
    told: dict[str, Any] = {
        "mail": {
            "messageId": "0102-of-amazon",
            "destination": everybody,
            "headersTruncated": False,
            "headers": headers,
            "commonHeaders": {"to": everybody, "messageId": str(letter["Message-ID"])},
        }
    }
    if what == "delivered":
        told |= {"eventType": "Delivery", "delivery": {"recipients": [address]}}
    elif what == "complained":
        complained = {"complainedRecipients": [{"emailAddress": one} for one in everybody]}
        told |= {"eventType": "Complaint", "complaint": complained}
    else:
        is_hard = what == "hard"
        bounced = {"emailAddress": address, "diagnosticCode": f"smtp; {UNKNOWN}"}
        told |= {
            "eventType": "Bounce",
            "bounce": {
                "bounceType": "Permanent" if is_hard else "Transient",
                "bounceSubType": "General" if is_hard else "MailboxFull",
                "bouncedRecipients": [bounced],
            },
        }
    return by_amazon("Notification", Message=json.dumps(told))


def by_amazon(kind: str, **more: str) -> int:
    """In the envelope in which Amazon tells everything."""
    envelope = {"Type": kind, "MessageId": "of-this-word", "TopicArn": "arn:aws:sns:x:1:t", **more}
    return tell(
        "amazon_ses",
        json.dumps(envelope),
        content_type="text/plain; charset=UTF-8",
        headers={"x-amz-sns-message-type": kind, "x-amz-sns-message-id": "of-this-word"},
    )


def brevo(what: str, letter: EmailMessage, address: str) -> int:
    kinds = {
        "delivered": "delivered",
        "hard": "hard_bounce",
        "full": "soft_bounce",
        "complained": "spam",
    }
    told = {
        "event": kinds[what],
        "email": address,
        "message-id": "<1@relay.brevo.example>",
        "ts_epoch": AT * 1000,
        "reason": UNKNOWN if what == "hard" else "",
        "X-Mailin-custom": str(letter["X-Mailin-custom"]),
    }
    return tell("brevo", told)


def mailjet(what: str, letter: EmailMessage, address: str) -> int:
    kinds = {"delivered": "sent", "hard": "bounce", "full": "bounce", "complained": "spam"}
    told: dict[str, Any] = {
        "event": kinds[what],
        "time": AT,
        "MessageID": 19421777835146490,
        "email": address,
        "Payload": str(letter["X-MJ-EventPayload"]),
    }
    if kinds[what] == "bounce":
        error = "user unknown" if what == "hard" else "quota exceeded"
        told |= {"hard_bounce": what == "hard", "error_related_to": "recipient", "error": error}
    return tell("mailjet", [told])


def mandrill(what: str, letter: EmailMessage, address: str) -> int:
    """As a form, signed with the address that it is told at."""
    kinds = {
        "delivered": "delivered",
        "hard": "hard_bounce",
        "full": "soft_bounce",
        "complained": "spam",
    }
    msg = {
        "email": address,
        "_id": "of-mandrill",
        "metadata": json.loads(str(letter["X-MC-Metadata"])),
        "diag": {"hard": f"smtp;{UNKNOWN}", "full": f"smtp;{FULL}"}.get(what, ""),
    }
    events = json.dumps([{"event": kinds[what], "ts": AT, "_id": "of-mandrill", "msg": msg}])
    url = f"http://{SECRET}@testserver/providers/mandrill/tracking/mandrill_events{events}"
    signature = hmac.new(WEBHOOK_KEY.encode(), url.encode(), hashlib.sha1).digest()
    return tell(
        "mandrill",
        urlencode({"mandrill_events": events}),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Mandrill-Signature": base64.b64encode(signature).decode()},
    )


def postmark(what: str, letter: EmailMessage, address: str) -> int:
    kinds = {"delivered": "Delivery", "complained": "SpamComplaint"}
    told = {
        "RecordType": kinds.get(what, "Bounce"),
        "MessageID": "of-postmark",
        "Metadata": {"letter": str(letter["X-PM-Metadata-letter"])},
        "Recipient" if what == "delivered" else "Email": address,
    }
    if what in ("hard", "full"):
        told |= {"Type": "HardBounce" if what == "hard" else "SoftBounce", "Details": UNKNOWN}
    return tell("postmark", told)


def sendgrid(what: str, letter: EmailMessage, address: str) -> int:
    """What was given along stands among its own words."""
    kinds = {"delivered": "delivered", "complained": "spamreport"}
    told = {
        "event": kinds.get(what, "bounce"),
        "email": address,
        "timestamp": AT,
        "sg_message_id": "of-sendgrid",
        **json.loads(str(letter["X-SMTPAPI"]))["unique_args"],
    }
    if what == "hard":
        told |= {"type": "bounce", "status": "5.1.1", "reason": UNKNOWN}
    if what == "full":
        told |= {"type": "blocked", "status": "5.2.2", "reason": FULL}
    return tell("sendgrid", [told])


def sparkpost(what: str, letter: EmailMessage, address: str) -> int:
    kinds = {"delivered": "delivery", "complained": "spam_complaint"}
    told = {
        "type": kinds.get(what, "bounce"),
        "timestamp": str(AT),
        "raw_rcpt_to": address,
        "transmission_id": "of-sparkpost",
        "rcpt_meta": json.loads(str(letter["X-MSYS-API"]))["metadata"],
    }
    if what == "hard":
        told |= {"bounce_class": "10", "raw_reason": UNKNOWN}
    if what == "full":
        told |= {"bounce_class": "20", "raw_reason": "550 not today"}
    return tell("sparkpost", [{"msys": {"message_event": told}}])


# How each tells, and the end of its mail server's name.
RELAYS: Mapping[str, tuple[Told, str]] = {
    "amazon_ses": (amazon_ses, "amazonaws.com"),
    "brevo": (brevo, "brevo.com"),
    "mailjet": (mailjet, "mailjet.com"),
    "mandrill": (mandrill, "mandrillapp.com"),
    "postmark": (postmark, "postmarkapp.com"),
    "sendgrid": (sendgrid, "sendgrid.net"),
    "sparkpost": (sparkpost, "sparkpostmail.com"),
}
