"""What becomes of a referral: the steps, won, lost, reopened, and the money."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.services import refuse_erased
from outreach.models import ReminderKind
from outreach.services import PLANNED, add_reminder, cancel_messages, close_reminders
from referrals.models import ClosedBusiness, Referral
from referrals.services.amounts import refuse_before_meeting, refuse_wrong_amount
from referrals.services.came_in import keep_business
from referrals.services.gratitude import owe_thanks
from referrals.services.reasons import loss_reasons
from referrals.states import (
    JOINED,
    MOVABLE_TO,
    NEXT_FOLLOW_UP,
    STEPS,
    Every,
    LostReason,
    ReferralState,
    ThanksReason,
)


class AlreadyWon(NotPossibleNow):
    message = "This one is won already. Add further business to it instead."
    code = "already_won"


class FollowedAlready(Refusal):
    """`names` says in which referral."""

    message = "You are talking with them already: somebody introduced them once more. Go on there."
    code = "followed_already"

    def __init__(self, referral: UUID) -> None:
        self.names = {"referral_id": str(referral)}
        super().__init__()


class LostReasonNeeded(Refusal):
    message = "Choose why it came to nothing."
    code = "lost_reason_needed"
    status = 422


def move_referral(*, referral: Referral, to: str, by: Actor, now: datetime) -> Referral:
    """To talking, met, proposed or not now; from an open step only.

    A day that is planned outlives it, also where it is not the time now. Raises `NotPossibleNow`,
    and `WasErased`.
    """
    referral = locked(referral)
    refuse_erased(referral.contact)
    if to not in MOVABLE_TO or not referral.is_open:
        raise NotPossibleNow
    former = referral.state
    referral.move(ReferralState(to), now=now)
    referral.save()
    _record("referral.moved", referral, by, now, {"from": former, "to": referral.state})
    _forget_plans(referral, now)
    if referral.is_open or _planned(referral, now):
        follow_up(referral, now)
    if referral.is_open and STEPS.index(ReferralState(to)) < STEPS.index(ReferralState(former)):
        _take_back_news(referral, now)
    return referral


def win_referral(
    *,
    referral: Referral,
    amount: int,
    currency: str,
    on: date,
    every: str = "",
    by: Actor,
    now: datetime,
) -> Referral:
    """They bought. Keeps the amount (minor units), makes a customer, and owes the advocates thanks.

    `every` says that it comes regularly.
    Raises `AlreadyWon`, `NotPossibleNow`, `AmountNotPositive`, `CurrencyNotUsed`, `DayNotPossible`.
    """
    referral = locked(referral)
    if referral.is_won:
        raise AlreadyWon
    former = referral.state
    referral.win(now=now)
    refuse_wrong_amount(referral.business, amount, currency, on, now)
    refuse_before_meeting(referral, on)
    referral.save()
    came_in = ClosedBusiness(
        business=referral.business,
        contact=referral.contact,
        referral=referral,
        amount=amount,
        currency=currency,
        closed_on=on,
        every=Every(every) if every else "",
        created_at=now,
    )
    keep_business(came_in, by, now)
    event = _record(
        "referral.won",
        referral,
        by,
        now,
        {"from": former, "to": referral.state, "amount": amount, "currency": currency},
    )
    _forget_plans(referral, now)
    _owe_for_business(referral, event, now)
    return referral


def _owe_for_business(referral: Referral, cause: Event, now: datetime) -> None:
    for credit in referral.credits.select_related("advocate__contact").order_by("created_at"):
        owe_thanks(
            advocate=credit.advocate,
            reason=ThanksReason.BUSINESS,
            cause=cause,
            introduction=referral.introduction,
            referral=referral,
            now=now,
        )


def lose_referral(*, referral: Referral, reason: str, by: Actor, now: datetime) -> Referral:
    """It came to nothing, for one of the business's reasons, by its key.

    Raises `LostReasonNeeded`, `NotPossibleNow`.
    """
    if reason not in {each.key for each in loss_reasons() if each.is_offered}:
        raise LostReasonNeeded
    referral = locked(referral)
    former = referral.state
    referral.lose(reason=reason, now=now)
    referral.save()
    payload = {"from": former, "to": referral.state, "reason": reason}
    _record("referral.lost", referral, by, now, payload)
    _forget_plans(referral, now)
    return referral


def reopen_referral(*, referral: Referral, by: Actor, now: datetime) -> Referral:
    """A lost one, or one that was not for now, is talked about again.

    News of it that has not left stays unsent. Raises `NotPossibleNow`, `WasErased`, and
    `FollowedAlready` where they came again since: somebody who is talked to keeps one referral.
    """
    referral = locked(referral)
    # Nobody begins another one meanwhile.
    contact = locked(referral.contact)
    refuse_erased(contact)
    if not referral.can_be_reopened:
        raise NotPossibleNow
    other = Referral.objects.open().of_contact(contact).first()
    if other is not None:
        raise FollowedAlready(other.pk)
    former = referral.state
    referral.move(ReferralState.TALKING, now=now)
    referral.save()
    _record("referral.reopened", referral, by, now, {"from": former, "to": referral.state})
    _take_back_news(referral, now)
    _forget_plans(referral, now)
    follow_up(referral, now)
    return referral


def end_with_erasure(*, referral: Referral, by: Actor, now: datetime) -> Referral:
    """Whoever was sent is erased: it comes to nothing, also where no reason of the list says so."""
    referral = locked(referral)
    former, reason = referral.state, LostReason.OTHER
    referral.lose(reason=reason, now=now)
    referral.save()
    payload = {"from": former, "to": str(referral.state), "reason": str(reason)}
    _record("referral.lost", referral, by, now, payload)
    _forget_plans(referral, now)
    return referral


def end_as_joined(*, referral: Referral, into: Referral, by: Actor, now: datetime) -> Referral:
    """Two entries were one person, who is followed in the other referral: nobody is told."""
    referral = locked(referral)
    former = referral.state
    referral.lose(reason=JOINED, now=now)
    referral.save()
    _record("referral.joined", referral, by, now, {"from": former, "into": str(into.pk)})
    _forget_plans(referral, now)
    return referral


def _forget_plans(referral: Referral, now: datetime) -> None:
    close_reminders(subject=referral, kinds=[ReminderKind.FOLLOW_UP], now=now)
    if referral.introduction is not None:
        close_reminders(subject=referral.introduction, kinds=[ReminderKind.FOLLOW_UP], now=now)


def follow_up(referral: Referral, now: datetime) -> None:
    """A reminder on the day that is planned, or in a week."""
    today, planned = clock.today(referral.business, now), _planned(referral, now)
    step = referral.next_step if planned else ""
    add_reminder(
        business=referral.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=referral.contact,
        subject=referral,
        due_on=planned or today + NEXT_FOLLOW_UP,
        text=step or f"See how it stands with {referral.contact.first_name}",
        dedupe=f"follow_up:{referral.pk}{PLANNED if planned else ':'}{now.isoformat()}",
        by=SYSTEM,
        now=now,
    )


def _planned(referral: Referral, now: datetime) -> date | None:
    """The day of the next step, as long as it has not passed."""
    on = referral.next_on
    return on if on and on >= clock.today(referral.business, now) else None


def _take_back_news(referral: Referral, now: datetime) -> None:
    cancel_messages(subject=referral, kinds=["progress_to_advocate", "step_to_advocate"], now=now)


def have_met(referral: Referral) -> bool:
    """Whether they have met, as the history tells: what was put back was a slip, and whoever buys
    has met. The referral is locked by now."""
    moves = Event.objects.filter(
        subject_label="referral", subject_id=referral.pk, name="referral.moved"
    )
    met = False
    for payload in moves.order_by("id").values_list("payload", flat=True):
        if payload["to"] in STEPS:
            met = STEPS.index(payload["to"]) >= STEPS.index(ReferralState.MET)
    return met or referral.is_won


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
