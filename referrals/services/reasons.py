"""Why things came to nothing: the list that a business keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from activity.actors import Actor
from activity.services import record_event
from businesses.models import Business
from businesses.refusals import Refusal
from referrals.models import LossReason
from referrals.states import LostReason

MOST_REASONS = 30


class ReasonNeedsWords(Refusal):
    message = "Say the reason in a few words."
    code = "reason_needs_words"
    status = 422


class ReasonUnknown(Refusal):
    message = "There is no such reason."
    code = "reason_unknown"
    status = 404


class ReasonThereAlready(Refusal):
    message = "That reason is on the list already."
    code = "reason_there_already"


class TooManyReasons(Refusal):
    message = f"{MOST_REASONS} reasons at most: a longer list is not read."
    code = "too_many_reasons"


class LastReason(Refusal):
    message = "One reason at least has to stay."
    code = "last_reason"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as the business words it; one that is no longer offered stays where it was used."""

    key: str
    words: str
    is_offered: bool
    is_usual: bool


def loss_reasons() -> Sequence[Reason]:
    """The usual ones, worded as the business words them, then its own. One query."""
    own = {row.key: row for row in LossReason.objects.order_by("created_at", "id")}
    usual = [
        Reason(each.value, row.words, row.is_offered, True)
        if (row := own.pop(each.value, None))
        else Reason(each.value, str(each.label), True, True)
        for each in LostReason
    ]
    return [*usual, *(Reason(row.key, row.words, row.is_offered, False) for row in own.values())]


def add_loss_reason(*, business: Business, words: str, by: Actor, now: datetime) -> Reason:
    """One more. One that says the same and is not offered any more is taken up again.

    Raises `ReasonNeedsWords`, `ReasonThereAlready`, `TooManyReasons`.
    """
    words = _clean(words)
    known = _locked_reasons(business)
    for one in known:
        if one.words.casefold() == words.casefold():
            if one.is_offered:
                raise ReasonThereAlready
            return change_loss_reason(
                business=business, key=one.key, is_offered=True, by=by, now=now
            )
    if len(known) >= MOST_REASONS:
        raise TooManyReasons
    return _keep(business, Reason(str(uuid7()), words, True, False), by, now)


def change_loss_reason(
    *,
    business: Business,
    key: str,
    words: str | None = None,
    is_offered: bool | None = None,
    by: Actor,
    now: datetime,
) -> Reason:
    """Word it anew, offer it no longer, or again. Where it was used it stays.

    Raises `ReasonUnknown`, `ReasonNeedsWords`, `ReasonThereAlready`, and `LastReason` for the only
    one that is offered.
    """
    known = {one.key: one for one in _locked_reasons(business)}
    if key not in known:
        raise ReasonUnknown
    before = known.pop(key)
    after = Reason(
        key,
        before.words if words is None else _clean(words),
        before.is_offered if is_offered is None else is_offered,
        before.is_usual,
    )
    if any(one.words.casefold() == after.words.casefold() for one in known.values()):
        raise ReasonThereAlready
    if not after.is_offered and not any(one.is_offered for one in known.values()):
        raise LastReason
    return before if after == before else _keep(business, after, by, now)


def _locked_reasons(business: Business) -> Sequence[Reason]:
    """The list, behind the lock of its business: two presses do not make two of one."""
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    return loss_reasons()


def _keep(business: Business, reason: Reason, by: Actor, now: datetime) -> Reason:
    row, created = LossReason.objects.get_or_create(
        business=business,
        key=reason.key,
        defaults={"words": reason.words, "is_offered": reason.is_offered, "created_at": now},
    )
    if not created:
        row.words, row.is_offered = reason.words, reason.is_offered
        row.save(update_fields=["words", "is_offered"])
    record_event(
        business=business,
        name="loss_reason.kept",
        actor=by,
        subject=row,
        payload={"is_offered": reason.is_offered},
        now=now,
    )
    return reason


def _clean(words: str) -> str:
    words = " ".join(words.replace("\0", "").split())[:100]
    if not words:
        raise ReasonNeedsWords
    return words
