"""What comes next with somebody who was sent, what it may come to, and what is worth knowing."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, TypedDict

from activity.actors import SYSTEM, Actor
from activity.services import record_event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.services import refuse_erased
from outreach.models import ReminderKind
from outreach.services import PLANNED, add_reminder, close_reminders
from referrals.models import LONGEST_NOTE, Referral
from referrals.services.amounts import AmountNotPositive, CurrencyNotUsed, currencies_of
from referrals.services.outcomes import follow_up


class StepHasPassed(Refusal):
    message = "Choose today or a day to come."
    code = "step_has_passed"
    status = 422


class NothingFollows(NotPossibleNow):
    message = "This has ended, so nothing is planned any more. A note can be kept."
    code = "nothing_follows"


class ReferralChanges(TypedDict, total=False):
    """What `plan_referral` can change. An expected amount comes with its currency."""

    next_step: str
    next_on: date | None
    expected_amount: int | None
    expected_currency: str
    note: str


def plan_referral(
    *, referral: Referral, changes: ReferralChanges, by: Actor, now: datetime
) -> Referral:
    """Keep what comes next and when, what it may come to, and a note.

    While it is open, a day for the next step takes the place of the reminder to follow up; when the
    day is taken away, there is a reminder in a week, as at any step. Of one that is not for now
    nobody is reminded but on a day that is planned. After the end the note is kept alone: raises
    `NothingFollows` where more is changed. The history keeps which of these changed, not what they
    said. Raises `StepHasPassed`, `AmountNotPositive`, `CurrencyNotUsed`, and `WasErased`.
    """
    referral = locked(referral)
    refuse_erased(referral.contact)
    wanted = _cleaned(referral, changes, now)
    changed = sorted(name for name, value in wanted.items() if getattr(referral, name) != value)
    if not changed:
        return referral
    if changed != ["note"] and not referral.can_be_planned:
        raise NothingFollows
    for name in changed:
        setattr(referral, name, wanted[name])
    referral.save(update_fields=changed)
    record_event(
        business=referral.business,
        name="referral.planned",
        actor=by,
        subject=referral,
        about=[referral.contact],
        payload={"fields": changed},
        now=now,
    )
    if referral.can_be_planned:
        _plan_reminder(referral, changed, now)
    return referral


def _plan_reminder(referral: Referral, changed: Collection[str], now: datetime) -> None:
    """On the day that is planned; where it no longer is, as at any open step: in a week."""
    if not {"next_on", "next_step"} & {*changed}:
        return
    if referral.next_on is None and "next_on" not in changed:
        return
    close_reminders(subject=referral, kinds=[ReminderKind.FOLLOW_UP], now=now)
    if referral.next_on is None:
        if referral.is_open:
            follow_up(referral, now)
        return
    add_reminder(
        business=referral.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=referral.contact,
        subject=referral,
        due_on=referral.next_on,
        text=referral.next_step or f"Follow up with {referral.contact.first_name}",
        dedupe=f"follow_up:{referral.pk}{PLANNED}{now.isoformat()}",
        by=SYSTEM,
        now=now,
    )


def _cleaned(referral: Referral, changes: ReferralChanges, now: datetime) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(changes)
    if "next_step" in wanted:
        wanted["next_step"] = " ".join(wanted["next_step"].replace("\0", "").split())[:200]
    if "note" in wanted:
        note = wanted["note"].replace("\0", "").replace("\r\n", "\n")
        wanted["note"] = note.strip()[:LONGEST_NOTE]
    day = wanted.get("next_on")
    if day is not None and day != referral.next_on and day < clock.today(referral.business, now):
        raise StepHasPassed
    if "expected_amount" in wanted:
        _clean_money(referral, wanted)
    else:
        wanted.pop("expected_currency", None)
    return wanted


def _clean_money(referral: Referral, wanted: dict[str, Any]) -> None:
    if wanted["expected_amount"] is None:
        wanted["expected_currency"] = ""
        return
    used = currencies_of(referral.business)
    currency = wanted.get("expected_currency") or referral.expected_currency or used[0]
    wanted["expected_currency"] = currency
    if (wanted["expected_amount"], currency) == (
        referral.expected_amount,
        referral.expected_currency,
    ):
        # As it stands, also where the currency is used no more.
        return
    if wanted["expected_amount"] <= 0:
        raise AmountNotPositive
    if currency not in used:
        raise CurrencyNotUsed(f"Amounts here are in {' or '.join(used)}.")
