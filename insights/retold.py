"""Who was sent by whom and what came in, told again from the history alone.

What `insights.attribution` works out from it is the same as from the rows: nothing that decides
about credit is kept anywhere but in events as well.

Events of earlier versions may lack what is needed here. What they leave open is left out of the
books, and they are named in `Retold.untold`: books with none are whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from activity.models import Event
from businesses.models import Business
from insights.attribution import Books
from insights.sent import Sent
from insights.worth import Left

_TOLD = (
    "referral.opened",
    "referral.credited",
    "referral.credit_split",
    "business.closed",
    "business.corrected",
    "business.refunded",
    "contact.merged",
)


class Untold(NamedTuple):
    """An event that does not say enough: `missing` is the field that it lacks.

    That is `of` where a refund or a correction is of an amount that nothing tells of.
    """

    event: UUID
    name: str
    missing: str


@dataclass(frozen=True, slots=True)
class Retold:
    """The books as the events tell them, and the events that are not in them."""

    books: Books
    untold: Sequence[Untold]

    @property
    def is_whole(self) -> bool:
        return not self.untold


def books_from_history(business: Business) -> Books:
    """What the events tell, and no word of those that tell too little."""
    return retell(business).books


def retell(business: Business) -> Retold:
    """The books as the events tell them; one query. Never fails for what an event lacks."""
    teller = _Teller()
    untold: list[Untold] = []
    for event in Event.objects.filter(name__in=_TOLD).order_by("recorded_at", "id"):
        try:
            teller.hear(event)
        except KeyError as missing:
            untold.append(Untold(event.pk, event.name, str(missing.args[0])))
    books = Books(teller.sent, teller.left, business.timezone, business.credit_months)
    return Retold(books, untold)


class _Teller:
    """Hears one event after the other; `KeyError` names what one lacks, and changes nothing."""

    def __init__(self) -> None:
        self._opened: dict[UUID, tuple[UUID, datetime]] = {}
        self._credits: dict[UUID, list[tuple[UUID, int]]] = {}
        self._left: dict[UUID, Left] = {}

    @property
    def sent(self) -> Sequence[Sent]:
        """Without those of whom nothing tells who they are."""
        credited = ((key, by) for key, by in self._credits.items() if by and key in self._opened)
        return [Sent(key, *self._opened[key], by) for key, by in credited]

    @property
    def left(self) -> Sequence[Left]:
        return list(self._left.values())

    def hear(self, event: Event) -> None:
        told, key = event.payload, event.subject_id
        if event.name == "referral.opened":
            self._opened[key] = (UUID(told["contact"]), event.recorded_at)
        elif event.name in ("referral.credited", "referral.credit_split"):
            shares = zip(told["contacts"], told["shares"], strict=True)
            self._credits[key] = [(UUID(by), int(share)) for by, share in shares]
        elif event.name == "business.closed":
            self._left[key] = Left(
                told["amount"],
                told["currency"],
                date.fromisoformat(told["on"]),
                UUID(told["contact"]),
                UUID(told["referral"]) if told["referral"] else None,
            )
        elif event.name == "contact.merged":
            self._rename(UUID(told["from"]), UUID(told["to"]))
        elif event.name == "business.corrected":
            self._mend(key, told["to"] - told["from"], date.fromisoformat(told["to_day"]))
            if "instead" in told:
                # It was in another currency, of which a row of its own tells.
                del self._left[key]
        else:
            self._mend(UUID(told["of"]), -told["amount"], None)

    def _mend(self, key: UUID, more: int, on: date | None) -> None:
        row = self._left.get(key)
        if row is None:
            raise KeyError("of")
        self._left[key] = row._replace(amount=row.amount + more, on=on or row.on)

    def _rename(self, former: UUID, kept: UUID) -> None:
        """Two were one all along; shares of one referral that both had are one share."""
        for key, (contact, at) in self._opened.items():
            if contact == former:
                self._opened[key] = kept, at
        for key, row in self._left.items():
            if row.contact == former:
                self._left[key] = row._replace(contact=kept)
        for key, credited in self._credits.items():
            shares: dict[UUID, int] = {}
            for by, share in credited:
                now_known = kept if by == former else by
                shares[now_known] = shares.get(now_known, 0) + share
            self._credits[key] = list(shares.items())
