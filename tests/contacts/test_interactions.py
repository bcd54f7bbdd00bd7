"""Keeping what happened with somebody."""

from datetime import date, datetime, timedelta

import pytest

from activity.actors import Actor
from activity.models import Event
from businesses.models import Business
from contacts.services import NotHappenedYet, NothingSaid, log_interaction
from contacts.states import Circle, InteractionKind
from tests.contacts.factories import make_contact

NOW = datetime.fromisoformat("2026-10-24T22:30:00+00:00")  # Half past midnight in Stockholm.
LONG_AGO = NOW - timedelta(days=100)


def test_a_call_moves_the_next_touch_on(business: Business, by_alice: Actor) -> None:
    contact = make_contact(circle=Circle.INNER, now=LONG_AGO)

    interaction = log_interaction(
        contact=contact, kind=InteractionKind.CALL, text=" about bread ", by=by_alice, now=NOW
    )

    contact.refresh_from_db()
    assert contact.last_touch_on == date(2026, 10, 25)
    assert contact.next_touch_on == date(2026, 11, 24)
    assert interaction.text == "about bread"
    assert interaction.member_id == by_alice.id
    assert Event.objects.about(contact).filter(name="interaction.logged").count() == 1


def test_a_note_moves_nothing(business: Business, by_alice: Actor) -> None:
    contact = make_contact(circle=Circle.INNER, now=LONG_AGO)
    planned = contact.next_touch_on

    log_interaction(
        contact=contact, kind=InteractionKind.NOTE, text="Moves house.", by=by_alice, now=NOW
    )

    contact.refresh_from_db()
    assert contact.last_touch_on is None
    assert contact.next_touch_on == planned


def test_what_is_written_down_late_does_not_turn_time_back(
    business: Business, by_alice: Actor
) -> None:
    contact = make_contact(now=LONG_AGO)
    log_interaction(contact=contact, kind=InteractionKind.CALL, by=by_alice, now=NOW)

    log_interaction(
        contact=contact,
        kind=InteractionKind.MEETING,
        occurred_at=NOW - timedelta(days=9),
        by=by_alice,
        now=NOW,
    )

    contact.refresh_from_db()
    assert contact.last_touch_on == date(2026, 10, 25)


def test_whoever_is_passing_is_never_due(business: Business, by_alice: Actor) -> None:
    contact = make_contact(circle=Circle.PASSING, now=LONG_AGO)

    log_interaction(contact=contact, kind=InteractionKind.CALL, by=by_alice, now=NOW)

    contact.refresh_from_db()
    assert contact.last_touch_on == date(2026, 10, 25)
    assert contact.next_touch_on is None


def test_an_empty_note_is_refused(business: Business, by_alice: Actor) -> None:
    with pytest.raises(NothingSaid):
        log_interaction(
            contact=make_contact(), kind=InteractionKind.NOTE, text=" ", by=by_alice, now=NOW
        )


def test_the_future_is_refused(business: Business, by_alice: Actor) -> None:
    with pytest.raises(NotHappenedYet):
        log_interaction(
            contact=make_contact(),
            kind=InteractionKind.CALL,
            occurred_at=NOW + timedelta(days=1),
            by=by_alice,
            now=NOW,
        )
