"""Who was sent by whom and what came in, told again from the history alone.

What `insights.attribution` works out from it is the same as from the rows: nothing that decides
about credit is kept anywhere but in events as well.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from activity.models import Event
from businesses.models import Business
from insights.attribution import Books
from insights.lineage import Sent
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


def books_from_history(business: Business) -> Books:
    """The books as the events tell them; one query."""
    teller = _Teller()
    for event in Event.objects.filter(name__in=_TOLD).order_by("recorded_at", "id"):
        teller.hear(event)
    return Books(teller.sent, teller.left, business.timezone, business.credit_months)


class _Teller:
    """Hears one event after the other."""

    def __init__(self) -> None:
        self._opened: dict[UUID, tuple[UUID, datetime]] = {}
        self._credits: dict[UUID, list[tuple[UUID, int]]] = {}
        self._left: dict[UUID, Left] = {}

    @property
    def sent(self) -> Sequence[Sent]:
        return [Sent(key, *self._opened[key], by) for key, by in self._credits.items() if by]

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
        else:
            of = UUID(told["of"])
            self._mend(of, -told["amount"], self._left[of].on)

    def _mend(self, key: UUID, more: int, on: date) -> None:
        row = self._left[key]
        self._left[key] = row._replace(amount=row.amount + more, on=on)

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
