"""Taking the steps of follow-up plans that are due."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection

from activity.actors import SYSTEM
from activity.subjects import Subject
from businesses import clock
from businesses.inserting import insert_all
from businesses.models import Business
from businesses.sweeping import Unless, never, until_none_is_due
from businesses.tenancy import rows_across, transaction_for
from businesses.wake import wake
from outreach.models import (
    Cadence,
    CadenceStep,
    Enrolment,
    EnrolmentState,
    Outcome,
    Reminder,
    StepKind,
    StepTaken,
)
from outreach.purposes import purpose_of
from outreach.querysets import EnrolmentQuerySet
from outreach.senders import owner_of
from outreach.services.cadences import close_enrolment, end_as_over, finish_enrolments
from outreach.services.drafts import queue_words, send_words
from outreach.services.reminders import OF_A_PLAN, add_reminders
from outreach.services.standing import Standing, standing_of
from outreach.timing import step_due
from outreach.words import filled

log = structlog.get_logger(__name__)

TAKE = "outreach.tasks.take_due_steps"
BATCH = 500
# A step that fails is tried again, each time after longer; then its plan is stopped, with a word.
TRY_AGAIN = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
FAILED = "Something went wrong on our side, so this plan was stopped."


def take_due_steps(*, now: datetime, unless: Unless = never) -> int:
    """Take each step that is due, those of a business together; how many plans were looked at.

    Others may sweep at the same time: what one has in hand the others pass over, and where there is
    much to do they are called.
    """
    is_alone = True

    def take_some() -> int:
        nonlocal is_alone
        due = rows_across(_DUE_STEPS, {"now": now})
        if due and unless():
            return 0
        if is_alone and sum(number for _, number in due) > BATCH:
            wake(TAKE)
            is_alone = False
        return sum(_take_of(business_id, now) for business_id, _ in due)

    return until_none_is_due(take_some, task=TAKE)


# Each gets its turn, however much another has to do.
_DUE_STEPS = """
SELECT business_id, count(*) FROM outreach_enrolment
 WHERE state = 'active' AND due_at <= %(now)s GROUP BY business_id
"""


def _take_of(business_id: UUID, now: datetime) -> int:
    """A batch of one business's steps, in one transaction; how many plans were looked at.

    Where that fails, each in a transaction of its own, and the faulty are put off.
    """
    keys: list[UUID] = []
    try:
        with transaction_for(business_id):
            enrolments = _locked(Enrolment.objects.due(now).order_by("due_at", "id")[:BATCH])
            keys = [one.pk for one in enrolments]
            take_steps(enrolments, now)
    except Exception:  # One plan in trouble must not keep the others.
        if not keys:
            raise
        for key in keys:
            _take_alone(business_id, key, now)
    return len(keys)


def _take_alone(business_id: UUID, key: UUID, now: datetime) -> None:
    one = Enrolment.objects.due(now).filter(pk=key)
    try:
        with transaction_for(business_id):
            take_steps(_locked(one), now)
    except Exception:
        log.exception("plan.step_failed", enrolment=str(key))
        with transaction_for(business_id):
            for enrolment in _locked(one):
                _put_off(enrolment, now)


def _locked(due: EnrolmentQuerySet) -> list[Enrolment]:
    """Those of one business, locked; not what another worker has in hand."""
    enrolments = list(
        due.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("contact")
    )
    if not enrolments:
        return []
    # One object for all of them.
    business = Business.objects.get(pk=enrolments[0].business_id)
    cadences = Cadence.objects.in_bulk({one.cadence_id for one in enrolments})
    for one in enrolments:
        one.business, one.cadence = business, cadences[one.cadence_id]
    return enrolments


def _put_off(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.attempts >= len(TRY_AGAIN):
        close_enrolment(enrolment, EnrolmentState.STOPPED, FAILED, SYSTEM, now)
        return
    enrolment.due_at = now + TRY_AGAIN[enrolment.attempts]
    enrolment.attempts += 1
    enrolment.save(update_fields=["due_at", "attempts"])


def take_step(enrolment: Enrolment, now: datetime) -> None:
    """`take_steps` for one."""
    take_steps([enrolment], now)


def take_steps(enrolments: Sequence[Enrolment], now: datetime) -> None:
    """The steps that are due of one business's plans, in the caller's transaction, rows locked.

    Then the next ones wait. A plan whose purpose is met is stopped instead. What is already kept of
    a step is not done again: the row of a taken step is unique.
    """
    if not enrolments:
        return
    business = enrolments[0].business
    standings = standing_of(business=business, enrolments=enrolments, now=now)
    plans = _steps_by_cadence(enrolments)
    kept = set(
        StepTaken.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "position")
    )
    turns: list[_Turn] = []
    for enrolment in enrolments:
        if over := standings[enrolment.pk].over:
            end_as_over(enrolment, over, now)
            continue
        left = [
            step
            for step in plans[enrolment.cadence_id]
            if step.position >= (enrolment.next_position or 0)
        ]
        turns.append(_Turn(standings[enrolment.pk], *left[:2]))
    _take(business, [one for one in turns if not one.is_among(kept)], now)
    _go_on(business, turns, now)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One plan's step that is due, if there is one left, and the one after that."""

    standing: Standing
    step: CadenceStep | None = None
    following: CadenceStep | None = None

    @property
    def enrolment(self) -> Enrolment:
        return self.standing.enrolment

    def is_among(self, kept: Collection[tuple[UUID, int]]) -> bool:
        """Whether there is nothing to take, since it is kept already."""
        return self.step is None or (self.enrolment.pk, self.step.position) in kept


def _steps_by_cadence(enrolments: Sequence[Enrolment]) -> Mapping[UUID, list[CadenceStep]]:
    steps: dict[UUID, list[CadenceStep]] = defaultdict(list)
    cadences = {enrolment.cadence_id for enrolment in enrolments}
    for step in CadenceStep.objects.filter(cadence__in=cadences).order_by("position"):
        steps[step.cadence_id].append(step)
    return steps


def _take(business: Business, turns: Sequence[_Turn], now: datetime) -> None:
    taken: list[StepTaken] = []
    letters: list[StepTaken] = []
    reminded: list[StepTaken] = []
    reminders: list[Reminder] = []
    for turn in turns:
        assert turn.step is not None
        one = _taken(turn.standing, turn.step, now)
        taken.append(one)
        if one.outcome == Outcome.SENT:
            letters.append(one)
        elif one.outcome != Outcome.SKIPPED:
            reminded.append(one)
            reminders.append(_reminder(turn.enrolment, turn.step, one, now))
    added = add_reminders(business=business, reminders=reminders, by=SYSTEM, now=now)
    for one, reminder in zip(reminded, added, strict=True):
        one.reminder = reminder
    _send(business, letters, now)
    insert_all(taken)


def _send(business: Business, letters: Sequence[StepTaken], now: datetime) -> None:
    if not letters:
        return
    sender = owner_of(business)
    plain: list[StepTaken] = []
    for one in letters:
        if purpose_of(one.enrolment.cadence.trigger).deliver is None:
            plain.append(one)
        else:
            send_words(taken=one, by=SYSTEM, sender=sender, now=now)
    queue_words(business=business, steps=plain, by=SYSTEM, sender=sender, now=now)


def _go_on(business: Business, turns: Sequence[_Turn], now: datetime) -> None:
    """The next step waits for its day; a plan without one has come to its end."""
    ended = [turn.enrolment for turn in turns if turn.following is None]
    finish_enrolments(business=business, enrolments=ended, now=now)
    moves = [
        (
            turn.enrolment.pk,
            turn.following.position,
            step_due(
                turn.following, business=business, after=now, anchor_on=turn.enrolment.anchor_on
            ),
        )
        for turn in turns
        if turn.following is not None
    ]
    if moves:
        with connection.cursor() as cursor:
            cursor.execute(_GO_ON, [list(column) for column in zip(*moves, strict=True)])


_GO_ON = """
UPDATE outreach_enrolment AS enrolment
   SET next_position = moves.position, due_at = moves.due_at, attempts = 0
  FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[]) AS moves (id, position, due_at)
 WHERE enrolment.id = moves.id
"""


def _taken(standing: Standing, step: CadenceStep, now: datetime) -> StepTaken:
    enrolment, reason = standing.enrolment, standing.why_skipped(step)
    return StepTaken(
        business=enrolment.business,
        enrolment=enrolment,
        position=step.position,
        outcome=_outcome(step, reason),
        reason=reason,
        subject="" if reason else filled(step.subject, standing.fields)[:200],
        words="" if reason else filled(step.words, standing.fields),
        settled_at=None if step.waits_for_a_look and not reason else now,
        created_at=now,
    )


def _outcome(step: CadenceStep, reason: str) -> Outcome:
    if reason:
        return Outcome.SKIPPED
    if step.kind == StepKind.REMINDER:
        return Outcome.REMINDED
    return Outcome.SENT if step.automatic else Outcome.DRAFTED


def _reminder(enrolment: Enrolment, step: CadenceStep, taken: StepTaken, now: datetime) -> Reminder:
    """A draft's reminder leads to the draft; any other to what the plan is about."""
    is_draft = taken.outcome == Outcome.DRAFTED
    about = Subject.of(taken) if is_draft else enrolment.about
    return Reminder(
        business=enrolment.business,
        kind=step.reminder_kind,
        contact=enrolment.contact,
        subject_label=about.label,
        subject_id=about.id,
        due_on=clock.today(enrolment.business, now),
        text=f"A letter waits for your look: {taken.subject}" if is_draft else taken.words[:300],
        dedupe=f"{OF_A_PLAN}{enrolment.pk}:{step.position}",
        created_at=now,
    )
