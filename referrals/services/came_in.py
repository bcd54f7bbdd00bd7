"""What came in from a customer: once or again, given back, put right."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Exists, Min, OuterRef, Sum

from activity.actors import Actor, ActorKind
from activity.models import Event
from activity.services import Fact, record_event
from businesses.money import format_money
from businesses.moves import NotPossibleNow
from businesses.presses import SAME_PRESS
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import change_contact, refuse_erased_by_now
from referrals.models import ClosedBusiness, Referral
from referrals.querysets import ClosedBusinessQuerySet, ReferralQuerySet
from referrals.services.amounts import (
    DayNotPossible,
    MoreThanIsLeft,
    SameCurrency,
    as_written,
    beside,
    first_time,
    left_of,
    lock_amount,
    only_left,
    refuse_before_first,
    refuse_before_meeting,
    refuse_wrong_amount,
    refuse_wrong_number,
    stands_at,
)
from referrals.states import Came, Every


def record_closed_business(
    *,
    contact: Contact,
    amount: int,
    currency: str,
    on: date,
    referral: Referral | None = None,
    note: str = "",
    every: str = "",
    by: Actor,
    now: datetime,
) -> ClosedBusiness:
    """Money that came in, with or without a referral; with one, further business after the win.

    `every` says that it comes regularly (`came_in_again` keeps the next time). The same amount, day
    and note by the same person within a minute is one press of the button, and kept once. (A shop
    sells the same thing twice, and says by other means what it merely repeats.)
    Raises `NotPossibleNow` for a referral that is not won or is another's, `WasErased`, and for the
    amount, the currency and the day as `win_referral` does.
    """
    if referral is not None:
        referral = locked(referral)
        if not referral.is_won or referral.contact_id != contact.pk:
            raise NotPossibleNow
        refuse_before_meeting(referral, on)
    else:
        contact = locked(contact)
    refuse_erased_by_now(contact)
    refuse_wrong_amount(contact.business, amount, currency, on, now)
    wanted = ClosedBusiness(
        business=contact.business,
        contact=contact,
        referral=referral,
        amount=amount,
        currency=currency,
        closed_on=on,
        note=note.strip()[:300],
        every=Every(every) if every else "",
        created_at=now,
    )
    return _just_kept(wanted, "business.closed", by, now) or keep_business(wanted, by, now)


def referral_of_further(*, contact: Contact, on: date) -> Referral | None:
    """To which referral further business belongs where nobody says: the latest won by that day.

    What a customer paid before they were sent belongs to none.
    """
    rows: ReferralQuerySet = Referral.objects.of_contact(contact)
    return rows.won_by(on).first()


def came_in_again(
    *,
    closed_business: ClosedBusiness,
    on: date,
    amount: int | None = None,
    by: Actor,
    now: datetime,
) -> ClosedBusiness:
    """The same came in once more: as much as is said, or as at the first time.

    Raises `NotPossibleNow` for what was given back or put right, `KeptInstead`, `DayNotPossible`
    for a day before the first time, and for the amount as `record_closed_business` does.
    """
    row = lock_amount(closed_business)
    if not row.is_income:
        raise NotPossibleNow
    first = first_time(row)
    amount = first.amount if amount is None else amount
    refuse_wrong_amount(row.business, amount, first.currency, on, now)
    refuse_before_first(first, on)
    wanted = beside(first, Came.AGAIN, amount, on, first.note, now)
    return _just_kept(wanted, "business.closed", by, now) or keep_business(wanted, by, now)


def give_back(
    *,
    closed_business: ClosedBusiness,
    amount: int,
    on: date,
    note: str = "",
    by: Actor,
    now: datetime,
) -> ClosedBusiness:
    """A refund, whole or in part: a row of its own that lessens what it refers to.

    Pressed twice within a minute it is kept once, as in `record_closed_business`. Raises
    `MoreThanIsLeft`, `AmountNotPositive`, `KeptInstead`, `NotPossibleNow` for what was itself given
    back, and `DayNotPossible` for a day before it came in.
    """
    row = lock_amount(closed_business)
    if not row.is_income:
        raise NotPossibleNow
    refuse_wrong_number(row.business, amount, on, now)
    if on < row.closed_on:
        raise DayNotPossible("That is before it came in.")
    wanted = beside(row, Came.REFUND, -amount, on, note.strip()[:300], now)
    kept = _just_kept(wanted, "business.refunded", by, now)
    if kept is not None:
        return kept
    left = left_of(row)
    if amount > left:
        raise MoreThanIsLeft(only_left(left, row))
    wanted.save(force_insert=True)
    record_event(
        business=row.business,
        name="business.refunded",
        actor=by,
        subject=wanted,
        about=[row.contact],
        payload={"of": str(row.pk), **_facts(wanted), "amount": amount},
        now=now,
    )
    return wanted


def correct_closed_business(
    *, closed_business: ClosedBusiness, amount: int, on: date, by: Actor, now: datetime
) -> ClosedBusiness:
    """A slip is put right: by a row of its own what came in stands at `amount`, on the day `on`.

    What was written first stays as it was; the currency stays (`keep_in_other_currency`), and so
    does what was given back, which may not be more than the amount: raises `MoreThanIsLeft`. A day
    that made a customer of somebody moves that, too. Of what comes regularly the first time stays
    the first. Raises `AmountNotPositive`, `DayNotPossible`, `KeptInstead`, and `NotPossibleNow` for
    what is itself a refund or a correction.
    """
    row = lock_amount(closed_business)
    if not row.is_income:
        raise NotPossibleNow
    refuse_wrong_number(row.business, amount, on, now)
    if row.referral is not None:
        refuse_before_meeting(row.referral, on)
    former, former_day = stands_at(row), row.closed_on
    if (amount, on) == (former, former_day):
        return row
    if on != former_day:
        _refuse_wrong_order(row, on)
    _refuse_less_than_given_back(row, amount, on)
    if amount != former:
        beside(row, Came.CORRECTION, amount - former, on, "", now).save(force_insert=True)
    if on != former_day:
        row.referring.filter(kind=Came.CORRECTION).update(closed_on=on)
        row.closed_on = on
        row.save(update_fields=["closed_on"])
    _record_correction(row, former, amount, former_day, by, now)
    _mend_customer_since(row, former_day, by, now)
    return row


def keep_in_other_currency(
    *, closed_business: ClosedBusiness, amount: int, currency: str, by: Actor, now: datetime
) -> ClosedBusiness:
    """It was in another currency: nothing is left of this row, by a correction beside it, and what
    was left is kept anew as `amount` of that currency, on the same day, for the same referral.

    Once: raises `KeptInstead` the second time. What was given back stays with the former row;
    raises `MoreThanIsLeft` where that was all of it. Raises `SameCurrency`, `CurrencyNotUsed`,
    `AmountNotPositive`, and `NotPossibleNow` for what is itself a refund or a correction.
    """
    row = lock_amount(closed_business)
    if not row.is_income:
        raise NotPossibleNow
    if currency == row.currency:
        raise SameCurrency
    refuse_wrong_amount(row.business, amount, currency, row.closed_on, now)
    left = left_of(row)
    if left <= 0:
        raise MoreThanIsLeft(only_left(left, row))
    former = stands_at(row)
    kept = keep_business(_in_other_currency(row, amount, currency, now), by, now)
    row.instead = kept
    row.save(update_fields=["instead"])
    beside(row, Came.CORRECTION, -left, row.closed_on, "", now).save(force_insert=True)
    _record_correction(row, former, former - left, row.closed_on, by, now)
    return kept


def keep_business(wanted: ClosedBusiness, by: Actor, now: datetime) -> ClosedBusiness:
    """Write what came in; whoever it came from is a customer from that day at the latest."""
    wanted.save(force_insert=True)
    record_event(
        business=wanted.business,
        name="business.closed",
        actor=by,
        subject=wanted,
        about=[wanted.contact],
        payload=_facts(wanted),
        now=now,
    )
    contact, on = locked(wanted.contact), wanted.closed_on
    if contact.customer_since is None or on < contact.customer_since:
        change_contact(contact=contact, changes={"customer_since": on}, by=by, now=now)
    return wanted


def _refuse_less_than_given_back(row: ClosedBusiness, amount: int, on: date) -> None:
    refunds = row.referring.filter(kind=Came.REFUND).aggregate(
        sum=Sum("amount"), first=Min("closed_on")
    )
    if amount < -(refunds["sum"] or 0):
        back = format_money(-refunds["sum"], row.currency, row.business.locale)
        raise MoreThanIsLeft(f"{back} of it was given back: it cannot have been less.")
    if refunds["first"] is not None and on > refunds["first"]:
        raise DayNotPossible("Some of it was given back before that day.")


def _refuse_wrong_order(row: ClosedBusiness, on: date) -> None:
    if row.kind == Came.AGAIN:
        refuse_before_first(first_time(row), on)
        return
    later = ClosedBusiness.objects.income().filter(kind=Came.AGAIN, refers_to__in=as_written(row))
    again = later.aggregate(first=Min("closed_on"))["first"]
    if again is not None and on > again:
        raise DayNotPossible("It came in again before that day.")


def _in_other_currency(
    row: ClosedBusiness, amount: int, currency: str, now: datetime
) -> ClosedBusiness:
    return ClosedBusiness(
        business=row.business,
        contact=row.contact,
        referral=row.referral,
        kind=row.kind,
        refers_to=row.refers_to,
        every=row.every,
        amount=amount,
        currency=currency,
        closed_on=row.closed_on,
        note=row.note,
        created_at=now,
    )


def _record_correction(
    row: ClosedBusiness, former: int, amount: int, former_day: date, by: Actor, now: datetime
) -> None:
    payload: dict[str, Fact] = {
        "from": former,
        "to": amount,
        "currency": row.currency,
        "from_day": former_day.isoformat(),
        "to_day": row.closed_on.isoformat(),
    }
    if row.instead_id is not None:
        payload["instead"] = str(row.instead_id)
    record_event(
        business=row.business,
        name="business.corrected",
        actor=by,
        subject=row,
        about=[row.contact],
        payload=payload,
        now=now,
    )


def _facts(closed: ClosedBusiness) -> Mapping[str, str | int | None]:
    """From these alone can be told again what everybody's part was."""
    return {
        "amount": closed.amount,
        "currency": closed.currency,
        "on": closed.closed_on.isoformat(),
        "contact": str(closed.contact_id),
        "referral": str(closed.referral_id) if closed.referral_id else None,
    }


def _mend_customer_since(
    closed: ClosedBusiness, former_day: date, by: Actor, now: datetime
) -> None:
    contact = locked(closed.contact)
    since = contact.customer_since
    if since == former_day:
        # It was this business that made them a customer: now whatever came first does.
        came: ClosedBusinessQuerySet = ClosedBusiness.objects.of_contact(contact).income()
        since = came.aggregate(on=Min("closed_on"))["on"]
    elif since is None or closed.closed_on < since:
        since = closed.closed_on
    change_contact(contact=contact, changes={"customer_since": since}, by=by, now=now)


def _just_kept(
    wanted: ClosedBusiness, event: str, by: Actor, now: datetime
) -> ClosedBusiness | None:
    """What the first of two presses has kept; the win itself is no press of this button."""
    if by.kind == ActorKind.INTEGRATION:
        return None
    kept = ClosedBusiness.objects.of_contact(wanted.contact).filter(
        referral=wanted.referral,
        kind=wanted.kind,
        refers_to=wanted.refers_to,
        amount=wanted.amount,
        currency=wanted.currency,
        closed_on=wanted.closed_on,
        note=wanted.note,
        instead=None,
        created_at__gt=now - SAME_PRESS,
    )
    if wanted.referral is not None and wanted.referral.won_at is not None:
        kept = kept.exclude(created_at=wanted.referral.won_at)
    kept_by = Event.objects.filter(
        name=event,
        subject_label="closedbusiness",
        subject_id=OuterRef("pk"),
        actor_kind=by.kind,
        actor_id=by.id,
    )
    return kept.filter(Exists(kept_by)).first()
