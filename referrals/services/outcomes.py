"""What becomes of a referral: the steps, won, lost, reopened, and the money."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Exists, Min, OuterRef

from activity.actors import SYSTEM, Actor, ActorKind
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import change_contact
from outreach.models import ReminderKind
from outreach.services import add_reminder, cancel_messages, close_reminders
from referrals.models import ClosedBusiness, Referral
from referrals.querysets import ClosedBusinessQuerySet
from referrals.services.gratitude import owe_thanks
from referrals.states import (
    MOVABLE_TO,
    NEXT_FOLLOW_UP,
    STEPS,
    LostReason,
    ReferralState,
    ThanksReason,
)

LONG_AGO = timedelta(days=365 * 30)


class AlreadyWon(NotPossibleNow):
    message = "This one is won already. Add further business to it instead."
    code = "already_won"


class AmountNotPositive(Refusal):
    message = "The amount must be more than zero."
    code = "amount_not_positive"
    status = 422


class CurrencyNotUsed(Refusal):
    message = "This business does not use that currency."
    code = "currency_not_used"
    status = 422


class DayNotPossible(Refusal):
    message = "That day cannot be right."
    code = "day_not_possible"
    status = 422


class LostReasonNeeded(Refusal):
    message = "Choose why it came to nothing."
    code = "lost_reason_needed"
    status = 422


def move_referral(*, referral: Referral, to: str, by: Actor, now: datetime) -> Referral:
    """To talking, met, proposed or not now; from an open step only. Raises `NotPossibleNow`."""
    referral = locked(referral)
    if to not in MOVABLE_TO or not referral.is_open:
        raise NotPossibleNow
    former = referral.state
    referral.move(ReferralState(to), now=now)
    referral.save()
    _record("referral.moved", referral, by, now, {"from": former, "to": referral.state})
    _forget_plans(referral, now)
    if referral.is_open:
        _follow_up(referral, now)
        if STEPS.index(ReferralState(to)) < STEPS.index(ReferralState(former)):
            _take_back_news(referral, now)
    return referral


def win_referral(
    *, referral: Referral, amount: int, currency: str, on: date, by: Actor, now: datetime
) -> Referral:
    """They bought. Keeps the amount (minor units), makes a customer, and owes the advocates thanks.

    Raises `AlreadyWon`, `NotPossibleNow`, `AmountNotPositive`, `CurrencyNotUsed`, `DayNotPossible`.
    """
    referral = locked(referral)
    if referral.is_won:
        raise AlreadyWon
    former = referral.state
    referral.win(now=now)
    _refuse_wrong_amount(referral.business, amount, currency, on, now)
    _refuse_before_meeting(referral, on)
    referral.save()
    _keep_business(referral.contact, referral, amount, currency, on, "", by, now)
    event = _record(
        "referral.won",
        referral,
        by,
        now,
        {"from": former, "to": referral.state, "amount": amount, "currency": currency},
    )
    _forget_plans(referral, now)
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at"):
        owe_thanks(
            advocate=credit.advocate,
            reason=ThanksReason.BUSINESS,
            cause=event,
            introduction=referral.introduction,
            referral=referral,
            now=now,
        )
    return referral


def lose_referral(*, referral: Referral, reason: str, by: Actor, now: datetime) -> Referral:
    """It came to nothing, for a reason. Raises `LostReasonNeeded`, `NotPossibleNow`."""
    if reason not in LostReason.values:
        raise LostReasonNeeded
    referral = locked(referral)
    former = referral.state
    referral.lose(reason=LostReason(reason), now=now)
    referral.save()
    payload = {"from": former, "to": referral.state, "reason": reason}
    _record("referral.lost", referral, by, now, payload)
    _forget_plans(referral, now)
    return referral


def reopen_referral(*, referral: Referral, by: Actor, now: datetime) -> Referral:
    """A lost one, or one that was not for now, is talked about again.

    News of it that has not left stays unsent. Raises `NotPossibleNow`.
    """
    referral = locked(referral)
    if not referral.can_be_reopened:
        raise NotPossibleNow
    former = referral.state
    referral.move(ReferralState.TALKING, now=now)
    referral.save()
    _record("referral.reopened", referral, by, now, {"from": former, "to": referral.state})
    _take_back_news(referral, now)
    _follow_up(referral, now)
    return referral


def record_closed_business(
    *,
    contact: Contact,
    amount: int,
    currency: str,
    on: date,
    referral: Referral | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> ClosedBusiness:
    """Money that came in, with or without a referral; with one, further business after the win.

    The same amount, day and note by the same person within a minute is one press of the button, and
    kept once. (A shop sells the same thing twice, and says by other means what it merely repeats.)
    Raises `NotPossibleNow` for a referral that is not won or is another's, and for the
    amount, the currency and the day as `win_referral` does.
    """
    if referral is not None:
        referral = locked(referral)
        if not referral.is_won or referral.contact_id != contact.pk:
            raise NotPossibleNow
    else:
        contact = locked(contact)
    _refuse_wrong_amount(contact.business, amount, currency, on, now)
    note = note.strip()[:300]
    kept = ClosedBusiness.objects.of_contact(contact).filter(
        referral=referral, amount=amount, currency=currency, closed_on=on, note=note
    )
    return _just_kept(kept, referral, by, now) or _keep_business(
        contact, referral, amount, currency, on, note, by, now
    )


def correct_closed_business(
    *, closed_business: ClosedBusiness, amount: int, on: date, by: Actor, now: datetime
) -> ClosedBusiness:
    """A slip in the amount or the day is mended; the history keeps what stood there before.

    The currency stays. A day that made a customer of somebody moves that, too. Raises
    `AmountNotPositive` and `DayNotPossible`.
    """
    if closed_business.referral is not None:
        locked(closed_business.referral)
    closed = locked(closed_business)
    _refuse_wrong_number(closed.business, amount, on, now)
    if closed.referral is not None:
        _refuse_before_meeting(closed.referral, on)
    former, former_day = closed.amount, closed.closed_on
    if (amount, on) == (former, former_day):
        return closed
    closed.amount, closed.closed_on = amount, on
    closed.save(update_fields=["amount", "closed_on"])
    record_event(
        business=closed.business,
        name="business.corrected",
        actor=by,
        subject=closed,
        about=[closed.contact],
        payload={
            "from": former,
            "to": amount,
            "currency": closed.currency,
            "from_day": former_day.isoformat(),
            "to_day": on.isoformat(),
        },
        now=now,
    )
    _mend_customer_since(closed, former_day, by, now)
    return closed


def _mend_customer_since(
    closed: ClosedBusiness, former_day: date, by: Actor, now: datetime
) -> None:
    contact = locked(closed.contact)
    since = contact.customer_since
    if since == former_day:
        # It was this business that made them a customer: now whatever came first does.
        since = ClosedBusiness.objects.of_contact(contact).aggregate(on=Min("closed_on"))["on"]
    elif since is None or closed.closed_on < since:
        since = closed.closed_on
    change_contact(contact=contact, changes={"customer_since": since}, by=by, now=now)


def _just_kept(
    kept: ClosedBusinessQuerySet, referral: Referral | None, by: Actor, now: datetime
) -> ClosedBusiness | None:
    """What the first of two presses has kept; the win itself is no press of this button."""
    if by.kind == ActorKind.INTEGRATION:
        return None
    recent = kept.filter(created_at__gt=now - SAME_PRESS)
    if referral is not None and referral.won_at is not None:
        recent = recent.exclude(created_at=referral.won_at)
    closed_by = Event.objects.filter(
        name="business.closed",
        subject_label="closedbusiness",
        subject_id=OuterRef("pk"),
        actor_kind=by.kind,
        actor_id=by.id,
    )
    return recent.filter(Exists(closed_by)).first()


def _keep_business(
    contact: Contact,
    referral: Referral | None,
    amount: int,
    currency: str,
    on: date,
    note: str,
    by: Actor,
    now: datetime,
) -> ClosedBusiness:
    closed = ClosedBusiness.objects.create(
        business=contact.business,
        contact=contact,
        referral=referral,
        amount=amount,
        currency=currency,
        closed_on=on,
        note=note,
        created_at=now,
    )
    record_event(
        business=contact.business,
        name="business.closed",
        actor=by,
        subject=closed,
        about=[contact],
        payload={"amount": amount, "currency": currency},
        now=now,
    )
    contact = locked(contact)
    if contact.customer_since is None or on < contact.customer_since:
        change_contact(contact=contact, changes={"customer_since": on}, by=by, now=now)
    return closed


def _refuse_wrong_amount(
    business: Business, amount: int, currency: str, on: date, now: datetime
) -> None:
    if currency != business.currency:
        raise CurrencyNotUsed(f"Amounts here are in {business.currency}.")
    _refuse_wrong_number(business, amount, on, now)


def _refuse_wrong_number(business: Business, amount: int, on: date, now: datetime) -> None:
    if amount <= 0:
        raise AmountNotPositive
    today = clock.today(business, now)
    if on > today:
        raise DayNotPossible("That day has not come yet.")
    if on < today - LONG_AGO:
        raise DayNotPossible


def _refuse_before_meeting(referral: Referral, on: date) -> None:
    introduction = referral.introduction
    if introduction is None or introduction.shook_hands_at is None:
        return
    if on < clock.today(referral.business, introduction.shook_hands_at):
        raise DayNotPossible("That is before you were introduced.")


def _forget_plans(referral: Referral, now: datetime) -> None:
    close_reminders(subject=referral, kinds=[ReminderKind.FOLLOW_UP], now=now)
    if referral.introduction is not None:
        close_reminders(subject=referral.introduction, kinds=[ReminderKind.FOLLOW_UP], now=now)


def _follow_up(referral: Referral, now: datetime) -> None:
    add_reminder(
        business=referral.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=referral.contact,
        subject=referral,
        due_on=clock.today(referral.business, now) + NEXT_FOLLOW_UP,
        text=f"See how it stands with {referral.contact.first_name}",
        dedupe=f"follow_up:{referral.pk}:{now.isoformat()}",
        by=SYSTEM,
        now=now,
    )


def _take_back_news(referral: Referral, now: datetime) -> None:
    cancel_messages(subject=referral, kinds=["progress_to_advocate", "step_to_advocate"], now=now)


def _record(
    name: str, referral: Referral, by: Actor, now: datetime, payload: Mapping[str, str | int]
) -> Event:
    credits = referral.credits.select_related("advocate__contact")
    return record_event(
        business=referral.business,
        name=name,
        actor=by,
        subject=referral,
        about=[referral.contact, *(credit.advocate.contact for credit in credits)],
        payload=payload,
        now=now,
    )
