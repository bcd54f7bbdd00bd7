"""The rows of *What came in*, as they stand: what each was at first, what was given back of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django import forms

from businesses.money import format_money
from desk.money_forms import CurrencyForm, MendForm, RefundForm, others_than
from desk.requests import DeskRequest
from referrals.models import ClosedBusiness
from referrals.states import MENDING, Came


@dataclass(frozen=True, slots=True)
class Beside:
    """A line beneath an amount: as it was written, given back, or put right to more or to less."""

    row: ClosedBusiness
    says: str

    @property
    def on(self) -> date | datetime:
        """What went back has a day of its own; a slip was put right when it was seen."""
        return self.row.closed_on if self.row.kind == Came.REFUND else self.row.created_at

    @property
    def note(self) -> str:
        """Why it went back; what an amount was for stands above."""
        return self.row.note if self.row.kind == Came.REFUND else ""


@dataclass(frozen=True, slots=True)
class CameIn:
    """A row of *What came in* as it stands, with what led to it and the forms that change it."""

    closed: ClosedBusiness
    money: str
    # What is left of it, where something was given back.
    left: str
    beside: Sequence[Beside]
    form: MendForm
    refund: RefundForm | None
    # Where it may have been in another currency.
    other: CurrencyForm | None

    @property
    def is_open(self) -> bool:
        """Whether a form of it failed, so that its fold is to be seen."""
        return any(form and form.is_bound for form in (self.form, self.refund, self.other))


def came_in(
    rows: Sequence[ClosedBusiness], request: DeskRequest, failed: forms.Form | None = None
) -> list[CameIn]:
    """What came in as it stands now, with all that led to it; `failed` keeps its place.

    What was in another currency stands beneath what is kept instead.
    """
    mending: dict[UUID, list[ClosedBusiness]] = {}
    for row in rows:
        if row.kind in MENDING and row.refers_to_id is not None:
            mending.setdefault(row.refers_to_id, []).append(row)
    former = {row.instead_id: row for row in rows if row.instead_id is not None}
    return [
        _one(row, mending.get(row.pk, []), _led_to(row, former, mending, request), request, failed)
        for row in rows
        if row.is_income and row.instead_id is None
    ]


def _one(
    row: ClosedBusiness,
    mending: Sequence[ClosedBusiness],
    beside: Sequence[Beside],
    request: DeskRequest,
    failed: forms.Form | None,
) -> CameIn:
    corrected = sum(one.amount for one in mending if one.kind == Came.CORRECTION)
    back = sum(one.amount for one in mending if one.kind == Came.REFUND)
    stands = row.amount + corrected
    left = stands + back
    mine = failed if getattr(failed, "closed", None) == row else None
    mend = mine if isinstance(mine, MendForm) else None
    refund = mine if isinstance(mine, RefundForm) else None
    other = mine if isinstance(mine, CurrencyForm) else None
    if left > 0:
        refund = refund or RefundForm(closed=row, left=left, request=request)
        if others_than(row, request):
            other = other or CurrencyForm(closed=row, left=left, request=request)
    return CameIn(
        closed=row,
        money=_said(stands, row, request),
        left=_said(left, row, request) if back else "",
        beside=beside,
        form=mend or MendForm(closed=row, stands=stands, request=request),
        refund=refund,
        other=other,
    )


def _led_to(
    row: ClosedBusiness,
    former: Mapping[UUID, ClosedBusiness],
    mending: Mapping[UUID, Sequence[ClosedBusiness]],
    request: DeskRequest,
) -> Sequence[Beside]:
    """What was put right and given back of it, and as what it was written before; also of what was
    in another currency, first what was first."""
    lines: list[Beside] = []
    since: ClosedBusiness | None = row
    while since is not None:
        beneath = sorted(mending.get(since.pk, []), key=lambda one: one.created_at)
        earlier = former.get(since.pk)
        told = [Beside(one, _mended(one, request)) for one in beneath]
        if any(one.kind == Came.CORRECTION for one in beneath):
            word = "First" if earlier is None else "Then"
            amount = _said(since.amount, since, request)
            told.insert(0, Beside(since, f"{word} written as {amount},"))
        lines, since = told + lines, earlier
    return lines


def _mended(one: ClosedBusiness, request: DeskRequest) -> str:
    if one.kind == Came.REFUND:
        return f"{_said(-one.amount, one, request)} given back"
    more = "more" if one.amount > 0 else "less"
    return f"Put right: {_said(abs(one.amount), one, request)} {more}"


def _said(amount: int, row: ClosedBusiness, request: DeskRequest) -> str:
    return format_money(amount, row.currency, request.business.locale)
