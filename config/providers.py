"""Where mail providers tell what became of letters: django-anymail reads, `tidings` keeps.

The one signal that the product listens to. django-anymail has no other way to hand over what it
has read, and it is sent and heard within one request: what goes wrong in the receiver is an answer
to the provider, who then tells it again. Nothing else may listen to it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.utils import parseaddr
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from anymail.urls import urlpatterns as of_anymail
from anymail.webhooks.amazon_ses import AmazonSESBaseWebhookView, AmazonSESTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from businesses import clock
from outreach.models import SuppressionReason
from outreach.services import StillInHand, Tidings, take_tidings
from outreach.states import RecipientState
from outreach.transports.http import METADATA

log = structlog.get_logger(__name__)

app_name = "providers"
RETRY_SECONDS = "60"

# Those whose reports are tried here, and of which each says which letter it means.
OPEN = frozenset(
    {
        *("amazon_ses", "brevo", "mailgun", "mailjet", "mandrill"),
        *("postmark", "resend", "sendgrid", "sparkpost"),
    }
)

# A provider that refuses an address by itself has its reasons from before; it goes on refusing.
_ON_THEIR_LIST = frozenset(
    {
        RejectReason.INVALID,
        RejectReason.BOUNCED,
        RejectReason.SPAM,
        RejectReason.UNSUBSCRIBED,
    }
)
# SparkPost's numbers for an address that does not work: invalid recipient, and no such recipient.
_NO_SUCH_RECIPIENT = frozenset({"10", "30"})
# Where django-anymail does not say of a bounce whether it is for good, the provider does.
_FOR_GOOD: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "Mailjet": lambda sent: sent.get("hard_bounce") is True,
    "Mandrill": lambda sent: sent.get("event") == "hard_bounce",
    "SendGrid": lambda sent: sent.get("type") == "bounce",
    "SparkPost": lambda sent: any(
        part.get("bounce_class") in _NO_SUCH_RECIPIENT for part in _parts(sent)
    ),
}
# Most providers call a full mailbox a bounce, too. Where they say which it is, beside the reason.
_TELLING = ("type", "event", "event_type", "bouncetype", "severity", "record_type", "raw_reason")
_FOR_NOW = re.compile(
    r"\b(soft|transient|tempor|undetermined|full\b|quota|4\.\d{1,3}\.\d{1,3}\b)|^4\d\d\b"
)
# 5.2.x is about a mailbox that is there, 5.3.x and 5.7.x are about the servers and their rules.
_NOT_THE_ADDRESS = re.compile(r"\b5\.[237]\.\d{1,3}\b")
_ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


def hear(event: AnymailTrackingEvent, esp_name: str = "", **_: Any) -> None:
    """What one provider tells of one letter and recipient. What is not ours changes nothing."""
    told = tidings_of(event, esp_name)
    if told is not None and take_tidings(tidings=told, now=clock.now()):
        log.info("provider.told", message=str(told.letter_id), became=told.became or told.stop)


def tidings_of(event: AnymailTrackingEvent, esp_name: str) -> Tidings | None:
    """In our terms; None for what we do not keep (that a letter was opened, above all)."""
    meaning = _meaning(event, esp_name)
    letter_id = _letter_id(event)
    if meaning is None or letter_id is None:
        return None
    became, stop = meaning
    return Tidings(letter_id, _addresses(event, esp_name), became, stop)


def _addresses(event: AnymailTrackingEvent, esp_name: str) -> Sequence[str]:
    """Whose copy it is; several where the provider does not say which of them."""
    several: Sequence[str] = ()
    if esp_name == "Resend":
        named = (event.esp_event.get("data") or {}).get("to") or ()
        several = [parseaddr(str(one))[1] for one in named]
    elif esp_name == "Amazon SES" and event.event_type == EventType.COMPLAINED:
        # All at the domain that complained; each comes as an event of its own, too.
        who = event.esp_event["complaint"]["complainedRecipients"]
        several = [one["emailAddress"] for one in who]
    if len(several) > 1:
        return several
    return [str(event.recipient)] if event.recipient else []


def _meaning(event: AnymailTrackingEvent, esp_name: str) -> tuple[str, str] | None:
    """What the recipient's copy became, and why the address gets no more mail, if so."""
    kind = event.event_type
    if kind == EventType.DELIVERED:
        return RecipientState.DELIVERED, ""
    if kind == EventType.COMPLAINED:
        return RecipientState.COMPLAINED, SuppressionReason.COMPLAINED
    if kind == EventType.UNSUBSCRIBED:
        return "", SuppressionReason.UNSUBSCRIBED
    if kind == EventType.BOUNCED:
        is_for_good = _is_for_good(event, esp_name)
        return RecipientState.BOUNCED, SuppressionReason.BOUNCED if is_for_good else ""
    if kind in (EventType.REJECTED, EventType.FAILED):
        is_listed = event.reject_reason in _ON_THEIR_LIST
        return RecipientState.BOUNCED, SuppressionReason.BOUNCED if is_listed else ""
    return None


def _is_for_good(event: AnymailTrackingEvent, esp_name: str) -> bool:
    """Whether the address does not work, rather than: not now, or not from us."""
    if event.reject_reason == RejectReason.INVALID:
        return True
    texts = [str(event.mta_response or ""), str(event.description or ""), *_own_words(event)]
    if any(_FOR_NOW.search(text.strip().casefold()) for text in texts):
        return False
    if any(_NOT_THE_ADDRESS.search(text) for text in texts):
        return False
    if esp_name in _FOR_GOOD:
        return _FOR_GOOD[esp_name](event.esp_event)
    return bool(event.reject_reason == RejectReason.BOUNCED)


def _own_words(event: AnymailTrackingEvent) -> Iterator[str]:
    """What the provider itself calls it."""
    for part in _parts(event.esp_event):
        for name, value in part.items():
            if str(name).casefold() in _TELLING and isinstance(value, str):
                yield value


def _parts(sent: Any, depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """What the provider sent, and the parts of it, as deep as any of them says such things."""
    if isinstance(sent, Mapping) and depth:
        yield sent
        for part in sent.values():
            yield from _parts(part, depth - 1)


def _letter_id(event: AnymailTrackingEvent) -> UUID | None:
    """Which letter: by what we gave along with it, or by our Message-ID wherever it is quoted."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    given = str(metadata.get(METADATA, ""))
    if re.fullmatch(_ID, given):
        return UUID(given)
    domain = re.escape(settings.MAIL_FROM.rpartition("@")[2])
    quoted = f"{event.message_id} {json.dumps(event.esp_event, default=str)}"
    found = set(re.findall(rf"{_ID}@{domain}", quoted))
    return UUID(found.pop()) if len(found) == 1 else None


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Shut while there is no secret: django-anymail alone would let anybody in."""

    @csrf_exempt
    @wraps(view, assigned=("__doc__", "__name__", "__module__"), updated=())
    def heard(request: HttpRequest, **more: Any) -> HttpResponse:
        if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
            raise Http404
        try:
            return view(request, **more)
        except StillInHand:
            return HttpResponse(status=503, headers={"Retry-After": RETRY_SECONDS})

    return heard


tracking.connect(hear, dispatch_uid="config.providers.hear")


class _AmazonSes(AmazonSESTrackingWebhookView):  # type: ignore[misc]  # anymail has no types
    """Without Amazon's own library, which is wanted for a single press: that Amazon may tell."""

    def __init__(self, **kwargs: Any) -> None:
        self.auto_confirm_enabled = False
        super(AmazonSESBaseWebhookView, self).__init__(**kwargs)

    def auto_confirm_sns_subscription(self, sns_message: Mapping[str, Any]) -> None:
        """A person opens the address; whoever asks has shown the secret."""
        log.warning("provider.asks_to_be_confirmed", open=sns_message.get("SubscribeURL"))


def _view_of(name: str, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    return _AmazonSes.as_view() if name == "amazon_ses" else view


# Its pages for incoming mail stay closed: answers go to people.
urlpatterns: list[URLPattern] = [
    path(str(known.pattern), _guarded(_view_of(esp, known.callback)), name=known.name)
    for known in of_anymail
    if (esp := str(known.name).removesuffix("_tracking_webhook")) in OPEN
]
