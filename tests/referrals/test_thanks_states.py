"""A thank-you moves along its tables alone, whatever is pressed in whatever order, and when.

`make faults SUITE=states` makes 2,000 runs of 50 steps.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business
from businesses.refusals import Refusal
from outreach.models import Message
from outreach.querysets import MessageQuerySet
from referrals import services
from referrals.models import ThankYou
from referrals.states import PUBLIC_MOVES, THANKS_MOVES, PublicState, ThanksState
from tests.introductions.factories import a_contact
from tests.thorough import length, runs

START = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

Press = Callable[[ThankYou, datetime], object]


def _give(how: str, gift: services.Gift | None = None) -> Press:
    return lambda row, now: services.give_thanks(
        thank_you=row, how=how, words="Thank you.", gift=gift, by=SYSTEM, now=now
    )


def _answer(allow: bool, seen: str | None = None) -> Press:
    return lambda row, now: services.answer_public_thanks(
        thank_you=row, allow=allow, seen=row.public_seen if seen is None else seen, now=now
    )


PRESSES: dict[str, Press] = {
    **{f"give by {how}": _give(how) for how in ("mail", "card", "call", "public")},
    "give a gift": _give("gift", services.Gift(2_000)),
    "give too large a gift": _give("gift", services.Gift(9_000)),
    "waive": lambda row, now: services.waive_thanks(
        thank_you=row, reason="No.", by=SYSTEM, now=now
    ),
    "undo": lambda row, now: services.undo_thanks(thank_you=row, by=SYSTEM, now=now),
    "my pleasure": lambda row, now: services.welcome_thanks(thank_you=row, now=now),
    "no pleasure": lambda row, now: services.undo_welcome(thank_you=row, now=now),
    "ask": lambda row, now: services.ask_for_public_thanks(
        thank_you=row, words="Thank you.", shown_as="name", by=SYSTEM, now=now
    ),
    "allow": _answer(True),
    "allow other words": _answer(True, "other words"),
    "rather not": _answer(False),
    "take down": lambda row, now: services.take_down_public_thanks(
        thank_you=row, by=SYSTEM, now=now
    ),
    "the letter leaves": lambda row, now: (
        Message.objects.regarding(row).filter(state="scheduled").update(state="sent", sent_at=now)
    ),
}
WAITS = [timedelta(), timedelta(minutes=1), timedelta(minutes=11), timedelta(days=400)]


def test_every_state_is_in_the_tables() -> None:
    assert set(THANKS_MOVES) == set(ThanksState)
    assert set(PUBLIC_MOVES) == set(PublicState)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=runs(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(sorted(PRESSES)), st.sampled_from(WAITS)), **length(14)
    )
)
def test_nothing_moves_but_along_the_tables(
    business: Business, steps: list[tuple[str, timedelta]]
) -> None:
    with transaction.atomic():
        now = START
        marta = a_contact(business, now, "Marta Oliveira", "marta@ceramics.example")
        row = services.record_kindness(contact=marta, reason="helping", by=SYSTEM, now=now)
        for press, wait in steps:
            now += wait
            before = ThankYou.objects.get(pk=row.pk)
            with suppress(Refusal), transaction.atomic():
                PRESSES[press](row, now)
            row = ThankYou.objects.get(pk=row.pk)
            look(before, row, now)
        transaction.set_rollback(True)


def look(before: ThankYou, row: ThankYou, now: datetime) -> None:
    """What must be true after each press."""
    assert row.state == before.state or row.state in THANKS_MOVES[before.state]
    public = PublicState(before.public_state)
    assert row.public_state == public or row.public_state in PUBLIC_MOVES[public]
    if before.state != row.state == ThanksState.DUE:
        assert before.closed_at is not None
        assert now < before.closed_at + settings.UNDO_WINDOW
        assert not _letters(row).filter(state="sent", created_at=before.closed_at).exists()
    assert row.pleased_at is None or row.state == ThanksState.GIVEN
    assert not row.is_public or not row.is_due
    assert row.owed_at == before.owed_at
    told = [*Event.objects.filter(subject_id=row.pk).values_list("name", flat=True)]
    settled = told.count("thanks.given") + told.count("thanks.waived")
    assert settled - told.count("thanks.undone") == int(not row.is_due)
    waiting = _letters(row).filter(state="scheduled").count()
    assert waiting <= int(row.how == "mail")


def _letters(row: ThankYou) -> MessageQuerySet:
    return Message.objects.regarding(row).filter(kind="thanks_to_advocate")
