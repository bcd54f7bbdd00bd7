"""What is left out of the product, one thing at a time, and the tests that must say so.

Where a text is no longer there exactly once, `tests/faults/mutants.py` and `make test` say so:
then find what keeps the promise now, and leave that out instead.
"""

from dataclasses import dataclass

CLAIMING, RECORDING = "outreach/claiming.py", "outreach/recording.py"
CADENCES, STEPS = "outreach/services/cadences.py", "outreach/services/steps.py"
OUTBOX, SENDING = "outreach/services/outbox.py", "outreach/sending.py"
FOLLOW_UPS = "outreach/migrations/0003_follow_up_plans.py"
MANNERS = "outreach/migrations/0004_manners.py"
MARK = "outreach/migrations/0007_all_mail_can_be_held.py"
SENT = "outreach/migrations/0023_sent_with_what_follows.py"

IN_CLAIMING = "tests/outreach/test_claiming.py::"
IN_FENCING = "tests/outreach/test_fencing.py::"
IN_LIMITS = "tests/outreach/test_limits_at_once.py::"
IN_YEAR = "tests/plans/test_year.py::test_a_season_of_all_plans_with_crashes_is_as_the_model_says"
IN_PLANS = "tests/plans/test_at_once.py::"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "the claim does not lock",
        CLAIMING,
        "ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
        "ORDER BY due_at LIMIT %(limit)s",
        (IN_CLAIMING + "test_what_another_is_just_claiming_is_skipped_and_not_waited_for",),
    ),
    Mutant(
        "the claim waits for locked rows",
        CLAIMING,
        "ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED",
        "ORDER BY due_at LIMIT %(limit)s FOR UPDATE",
        (IN_CLAIMING + "test_what_another_is_just_claiming_is_skipped_and_not_waited_for",),
    ),
    Mutant(
        "a claim has no lease",
        CLAIMING,
        'leased = {"lease_until": now + settings.OUTREACH_LEASE, "fence": fence}',
        'leased = {"lease_until": now, "fence": fence}',
        (IN_CLAIMING + "test_a_claimed_letter_is_not_claimed_again_before_its_lease_is_over",),
    ),
    Mutant(
        "a lease is not renewed",
        CLAIMING,
        '_where_ours(claims, {"lease_until": now + settings.OUTREACH_LEASE}',
        '_where_ours(claims, {"lease_until": now}',
        (IN_CLAIMING + "test_a_renewed_lease_keeps_a_slow_batch",),
    ),
    Mutant(
        "whoever is late gives back what another has",
        CLAIMING,
        "fence=fence, state__in=states & LEASED",
        "state__in=states & LEASED",
        (IN_CLAIMING + "test_whoever_is_late_changes_nothing",),
    ),
    Mutant(
        "whoever is late sets the marker",
        MARK,
        "WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL",
        "WHERE id = letter AND lease_until IS NOT NULL",
        (IN_CLAIMING + "test_whoever_is_late_changes_nothing",),
    ),
    Mutant(
        "whoever is late marks a letter about an account",
        RECORDING,
        "WHERE id = %(id)s AND fence = %(fence)s AND lease_until IS NOT NULL",
        "WHERE id = %(id)s AND lease_until IS NOT NULL",
        (IN_FENCING + "test_a_letter_about_an_account_is_marked_only_by_whoever_has_it",),
    ),
    Mutant(
        "whoever is late says that it was sent",
        SENT,
        "WHERE id = letter AND fence = as_fence AND lease_until IS NOT NULL\n    RETURNING",
        "WHERE id = letter AND lease_until IS NOT NULL\n    RETURNING",
        (IN_FENCING + "test_that_it_was_sent_is_not_believed_of_whoever_lost_it",),
    ),
    Mutant(
        "whoever is late says that it failed",
        RECORDING,
        "filter(pk=claim.id, fence=claim.fence, state__in=LEASED)",
        "filter(pk=claim.id, state__in=LEASED)",
        (IN_CLAIMING + "test_whoever_is_late_changes_nothing",),
    ),
    Mutant(
        "each letter has another dedupe key",
        OUTBOX,
        '"|".join([kind, str(cause), *sorted(hashes)])',
        '"|".join([kind, str(cause), *sorted(hashes), str(datetime.now())])',
        (
            IN_CLAIMING + "test_the_same_letter_queued_by_two_at_once_is_one",
            "tests/outreach/test_queueing.py::test_the_same_letter_cannot_be_queued_twice",
        ),
    ),
    Mutant(
        "the dedupe key does not know the cause",
        OUTBOX,
        '"|".join([kind, str(cause), *sorted(hashes)])',
        '"|".join([kind, *sorted(hashes)])',
        ("tests/outreach/test_queueing.py::test_another_cause_is_another_letter",),
    ),
    Mutant(
        "no marker before the text leaves",
        SENDING,
        "if not self._mark(letter):",
        "if not letter:",
        (
            IN_CLAIMING + "test_a_letter_cancelled_after_it_was_claimed_does_not_leave",
            "tests/outreach/test_workers.py"
            "::test_killed_while_the_text_is_being_answered_the_letter_is_listed_as_uncertain",
        ),
    ),
    Mutant(
        "the marker does not look for a cancellation",
        MARK,
        " AND fence = as_fence AND lease_until IS NOT NULL",
        " AND fence = as_fence",
        (IN_CLAIMING + "test_a_letter_cancelled_after_it_was_claimed_does_not_leave",),
    ),
    Mutant(
        "the marker does not look who gets no mail",
        MARK,
        "WHERE stop.address_hash = ANY(hashes)",
        "WHERE false",
        (IN_CLAIMING + "test_an_address_suppressed_after_it_was_claimed_gets_nothing",),
    ),
    Mutant(
        "the sender does not look who gets no mail",
        "outreach/outgoing.py",
        "is_suppressed=(is_stopped or bool(rests))",
        "is_suppressed=bool(rests)",
        (
            IN_FENCING
            + "test_who_stops_mail_while_a_letter_waits_is_left_out_when_it_is_taken_in_hand",
        ),
    ),
    Mutant(
        "who queues does not look who gets no mail",
        OUTBOX,
        "if is_stopped or (recipient.contact",
        "if (recipient.contact",
        (IN_FENCING + "test_who_stopped_mail_before_a_letter_was_written_is_left_out_at_once",),
    ),
    Mutant(
        "two letters a day",
        MARK,
        "limited := 'recipient';",
        "RETURN 'set';",
        (IN_LIMITS + "test_workers_that_send_at_once_keep_to_one_letter_a_day",),
    ),
    Mutant(
        "what a business sends is not counted",
        MANNERS,
        "UPDATE outreach_daycount SET used = used + 1 WHERE id = chosen;",
        "UPDATE outreach_daycount SET used = used WHERE id = chosen;",
        (
            "tests/outreach/test_manners.py"
            "::test_more_letters_than_a_business_may_send_leave_on_the_following_days",
        ),
    ),
    Mutant(
        "two sweeps take a step",
        STEPS,
        'due.select_for_update(of=("self",), skip_locked=True, no_key=True)',
        "due",
        (IN_PLANS + "test_a_step_that_another_is_just_taking_is_neither_waited_for_nor_put_off",),
    ),
    Mutant(
        "what is kept of a step is done again",
        STEPS,
        "[one for one in turns if not one.is_among(kept)]",
        "[one for one in turns if one.step]",
        (IN_PLANS + "test_what_is_kept_of_a_step_is_not_done_again",),
    ),
    Mutant(
        "a step can be kept twice",
        FOLLOW_UPS,
        'fields=("business", "enrolment", "position"), name="step_taken_once"',
        'fields=("business", "id"), name="step_taken_once"',
        (IN_PLANS + "test_the_database_itself_keeps_a_step_once",),
    ),
    Mutant(
        "the same event begins a plan again",
        CADENCES,
        "        dedupe=dedupe,\n        next_position=first.position,",
        "        dedupe=dedupe + str(datetime.now()),\n        next_position=first.position,",
        ("tests/plans/test_steps.py::test_the_same_event_begins_a_plan_once",),
    ),
    Mutant(
        "steps fall due a day late",
        "outreach/timing.py",
        "day = start + timedelta(days=step.days)",
        "day = start + timedelta(days=step.days + 1)",
        (IN_YEAR,),
    ),
    Mutant(
        "a call is not noticed",
        "outreach/services/standing.py",
        "and at >= one.created_at",
        "and at < one.created_at",
        (IN_YEAR,),
    ),
    Mutant(
        "letters of a stopped plan leave",
        CADENCES,
        "    cancel_messages(subject=enrolment, now=now)\n",
        "",
        (IN_PLANS + "test_an_approved_letter_that_waits_is_called_back_when_its_plan_is_stopped",),
    ),
)
