"""A claimed letter with everything needed to send it, read for a whole batch at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils.module_loading import import_string

from businesses import clock
from businesses.models import Business, Membership, Role
from businesses.tenancy import acting_for
from outreach import mime
from outreach.catalogue import NUDGE
from outreach.claiming import Claim, transaction_of
from outreach.filling import Filler, link_ids, live_links, prospect_address
from outreach.models import AccountMessage, Letter, Message, MessageRecipient, Suppression
from outreach.states import MailKind, RecipientState
from outreach.transports.relays import given_along


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient. `address` is empty for a sealed prospect until the letter is built."""

    id: UUID
    name: str
    address: str
    address_hash: str = ""
    contact_id: UUID | None = None
    introduction_id: UUID | None = None
    timezone: str = ""
    state: str = RecipientState.WAITING
    is_suppressed: bool = False

    @property
    def is_named(self) -> bool:
        """Whether it stands in the header: whoever gets no letter would get no answer either."""
        return not self.is_suppressed and self.state not in (
            RecipientState.SUPPRESSED,
            RecipientState.FAILED,
        )

    @property
    def is_waiting(self) -> bool:
        return self.state == RecipientState.WAITING and not self.is_suppressed


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed letter as the sender needs it."""

    claim: Claim
    letter: Letter
    recipients: Sequence[Recipient]
    business: Business | None = None
    links: dict[str, str] = field(default_factory=dict)
    firm: dict[str, str] = field(default_factory=dict)
    # An ask that something stands in the way of: when to look again.
    kept_until: datetime | None = None

    @property
    def waiting(self) -> list[Recipient]:
        return [recipient for recipient in self.recipients if recipient.is_waiting]

    @property
    def timezones(self) -> list[str]:
        """Of those it still goes to, in their order; empty where one is not known."""
        return [recipient.timezone for recipient in self.waiting]

    @property
    def is_over(self) -> bool:
        """An ask that was answered or closed: nobody wants to be asked again."""
        return self.kept_until == NEVER

    @property
    def sealed(self) -> UUID | None:
        """The introduction whose prospect is still sealed, if this goes to one."""
        return next((r.introduction_id for r in self.recipients if r.introduction_id), None)


@dataclass(frozen=True, slots=True)
class Built:
    """What goes over the wire: the bytes, and which address belongs to which recipient."""

    content: bytes
    addresses: dict[str, Recipient]


# When to look again at an ask that was answered or closed.
NEVER = datetime.max.replace(tzinfo=UTC)
AskGate = Callable[[Mapping[UUID, bool], datetime], Mapping[UUID, datetime]]


class NothingToSend(Exception):
    """A sealed address was erased meanwhile: there is nobody left to write to."""


def load(claims: Sequence[Claim]) -> list[Outgoing]:
    """The letters of these claims that are still there, in the same order."""
    own = [claim for claim in claims if claim.business_id is None]
    letters = _load_account_letters(own) + _load_of_businesses(claims)
    loaded = {letter.claim.id: letter for letter in letters}
    return [loaded[claim.id] for claim in claims if claim.id in loaded]


def is_over(message: Message) -> bool:
    """Whether this is an ask, or its reminder, that was answered or closed."""
    return _kept_back([message]).get(message.pk) == NEVER


def build(outgoing: Outgoing, *, now: datetime) -> Built:
    """Fill the placeholders and write the bytes.

    Raises `NothingToSend`, or `UnfitAddress` for an address that SMTP cannot take.
    """
    if outgoing.sealed is None:
        return _written(outgoing, outgoing.recipients, now)
    with transaction_of(outgoing.claim):
        everyone = [_unsealed(r) if r.introduction_id else r for r in outgoing.recipients]
        return _written(outgoing, everyone, now)


def _written(outgoing: Outgoing, everyone: Sequence[Recipient], now: datetime) -> Built:
    filler = Filler(outgoing.links, outgoing.firm, outgoing.sealed)
    letter = outgoing.letter
    shown = [(mime.envelope_address(r.address), r) for r in everyone if r.is_named]
    content = mime.build(
        letter_id=outgoing.claim.id,
        sender=settings.MAIL_FROM,
        sender_name=filler.line(letter.from_name),
        recipients=[(filler.line(r.name), address) for address, r in shown],
        subject=filler.line(letter.subject),
        text=filler.plain(letter.text),
        html=filler.markup(letter.html),
        headers={
            **{name: filler.line(value) for name, value in letter.headers.items()},
            **given_along(outgoing.claim.id),
        },
        calendar=letter.calendar if isinstance(letter, Message) else "",
        now=now,
    )
    return Built(content, {address: r for address, r in shown if r.is_waiting})


def _unsealed(recipient: Recipient) -> Recipient:
    """With the sealed address and first name, for the length of one sending."""
    assert recipient.introduction_id is not None
    address = prospect_address(recipient.introduction_id)
    if not address:
        raise NothingToSend
    return replace(recipient, address=address, name="{prospect:name}")


def _load_account_letters(claims: Sequence[Claim]) -> list[Outgoing]:
    if not claims:
        return []
    rows = AccountMessage.objects.in_bulk([claim.id for claim in claims])
    return [
        Outgoing(claim, row, [Recipient(id=row.pk, name="", address=row.address)])
        for claim in claims
        if (row := rows.get(claim.id)) is not None
    ]


def _load_of_businesses(claims: Sequence[Claim]) -> list[Outgoing]:
    """Two queries behind the fence for each business, and two for what stands outside it."""
    by_business: dict[UUID, list[UUID]] = defaultdict(list)
    for claim in claims:
        if claim.business_id is not None:
            by_business[claim.business_id].append(claim.id)
    if not by_business:
        return []
    rows: dict[UUID, Message] = {}
    recipients: dict[UUID, list[Recipient]] = {}
    kept: dict[UUID, datetime] = {}
    with transaction.atomic():
        for business_id, keys in by_business.items():
            with acting_for(business_id, savepoint=False):
                found = Message.objects.in_bulk(keys)
                rows.update(found)
                recipients.update(_recipients(keys))
                kept.update(_kept_back(found.values()))
        firms = _firms(by_business)
        links = live_links(_links_in(rows.values()))
    return [
        Outgoing(
            claim,
            row,
            recipients[claim.id],
            firms[row.business_id].business,
            links.get(row.business_id, {}),
            firms[row.business_id].details,
            kept.get(claim.id),
        )
        for claim in claims
        if (row := rows.get(claim.id)) is not None
    ]


def _kept_back(letters: Iterable[Message]) -> dict[UUID, datetime]:
    """Of one business's letters, the asks that may not leave now, and when to look again.

    What stands in the way only the parts above know; of letters that ask nobody they are not asked.
    """
    asks = {row.pk: row for row in letters if row.is_ask and row.subject_label == "ask"}
    if not asks:
        return {}
    look = cast("AskGate", import_string(settings.ASK_GATE))
    is_nudge = {row.subject_id: row.kind == NUDGE for row in asks.values()}
    kept = look(is_nudge, clock.now())
    return {key: kept[row.subject_id] for key, row in asks.items() if row.subject_id in kept}


def _recipients(letters: list[UUID]) -> dict[UUID, list[Recipient]]:
    stopped = Suppression.objects.filter(
        business_id=OuterRef("business_id"),
        address_hash=OuterRef("address_hash"),
        kind__in=[MailKind.ALL, OuterRef("message__mail_kind")],
    )
    # Values, not rows: of two hundred contacts only the time zone is wanted.
    found = (
        MessageRecipient.objects.filter(message_id__in=letters)
        .annotate(is_stopped=Exists(stopped))
        .order_by("message_id", "position")
        .values_list("message_id", *_COLUMNS)
    )
    by_letter: dict[UUID, list[Recipient]] = defaultdict(list)
    for letter, *row in found:
        by_letter[letter].append(_recipient(*row))
    return by_letter


_COLUMNS = (
    *("id", "name", "address", "address_hash", "contact_id", "introduction_id"),
    *("contact__timezone", "state", "is_stopped", "contact__rests"),
)


def _recipient(
    key: UUID,
    name: str,
    address: str,
    address_hash: str,
    contact_id: UUID | None,
    introduction_id: UUID | None,
    timezone: str | None,
    state: str,
    is_stopped: bool,
    rests: str | None,
) -> Recipient:
    """One from `_COLUMNS`; where there is no contact, what is its is None."""
    return Recipient(
        id=key,
        name=name,
        address=address,
        address_hash=address_hash,
        contact_id=contact_id,
        introduction_id=introduction_id,
        timezone=timezone or "",
        state=state,
        is_suppressed=(is_stopped or bool(rests)) and state == RecipientState.WAITING,
    )


class _Firm(NamedTuple):
    business: Business
    details: dict[str, str]


def _firms(keys: Iterable[UUID]) -> dict[UUID, _Firm]:
    owner = Membership.objects.filter(business=OuterRef("pk"), role=Role.OWNER)
    businesses = Business.objects.filter(pk__in=list(keys)).annotate(
        owner=Subquery(owner.values("user__name")[:1])
    )
    return {
        business.pk: _Firm(
            business,
            {
                "name": business.name,
                "postal_address": business.postal_address,
                "owner": business.owner or "",
            },
        )
        for business in businesses
    }


def _links_in(letters: Iterable[Message]) -> set[str]:
    texts = (text for row in letters for text in (row.text, row.html, *row.headers.values()))
    return link_ids(*texts)
