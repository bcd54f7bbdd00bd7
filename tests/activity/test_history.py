"""The history: complete, in the order of commits, and free of anything personal."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activity import services
from activity.actors import SYSTEM
from activity.models import Event, Reaction, ReactionState
from activity.reactions import Table
from activity.retrying import retry_reaction
from activity.services import UnfitForHistory, number_events, record_event, run_later_reactions
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.tenancy import acting_for

pytestmark = pytest.mark.django_db


def happened(business: Business, name: str = "test.done", **payload: str) -> Event:
    return record_event(
        business=business,
        name=name,
        actor=SYSTEM,
        subject=business,
        payload=payload,
        now=clock.now(),
    )


def test_it_is_found_by_whom_it_concerns(business: Business, membership: object) -> None:
    event = record_event(
        business=business,
        name="test.done",
        actor=SYSTEM,
        subject=business,
        about=[membership],
        now=clock.now(),
    )

    assert list(Event.objects.about(membership)) == [event]
    assert list(Event.objects.about(business)) == [event]


@pytest.mark.parametrize("text", ["jonas@weber.example", "Jonas Weber", "hello\nthere"])
def test_nothing_personal_enters_a_payload(business: Business, text: str) -> None:
    with pytest.raises(UnfitForHistory):
        happened(business, what=text)

    assert not Event.objects.exists()


def test_what_follows_at_once_happens_with_it_or_not_at_all(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*, event: Event, now: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "table", lambda: Table({"test.done": [refuse]}, {}))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        happened(business)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_positions_follow_the_commits_and_are_given_once(
    business: Business, other_business: Business
) -> None:
    for tenant in (business, other_business, business):
        with transaction.atomic(), acting_for(tenant):
            happened(tenant)

    assert number_events() == 3
    assert number_events() == 0

    with transaction.atomic(), acting_for(business):
        happened(business)
    number_events()
    with transaction.atomic(), acting_for(business):
        assert [e.position for e in Event.objects.numbered_after(0)] == [1, 3, 4]
        assert [e.position for e in Event.objects.numbered_after(3)] == [4]


@pytest.mark.django_db(transaction=True)
def test_a_second_sequencer_leaves_at_once(business: Business) -> None:
    with transaction.atomic(), acting_for(business):
        happened(business)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [services._SEQUENCER_LOCK])

            assert number_events() == 0
            # A connection that is closed gives its lock back only a moment later.
            cursor.execute("SELECT pg_advisory_unlock(%s)", [services._SEQUENCER_LOCK])
    finally:
        other.close()
    assert number_events() == 1


class Later:
    """A later reaction that fails as often as it is told to."""

    def __init__(self) -> None:
        self.seen: list[Event] = []
        self.failures = 0
        self.__qualname__ = "later"
        self.__module__ = "tests"

    def __call__(self, *, event: Event, now: object) -> None:
        if self.failures:
            self.failures -= 1
            raise ZeroDivisionError
        self.seen.append(event)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    handler = Later()
    table = Table({}, {"test.done": [handler]})
    monkeypatch.setattr(services, "table", lambda: table)
    monkeypatch.setattr("activity.reactions.table", lambda: table)
    return handler


def test_what_follows_later_runs_once(business: Business, later: Later) -> None:
    event = happened(business)
    now = clock.now()

    assert run_later_reactions(now=now) == 1
    assert run_later_reactions(now=now) == 0
    assert later.seen == [event]


def test_a_failed_reaction_is_tried_again_and_then_shown(business: Business, later: Later) -> None:
    happened(business)
    later.failures = 100
    now = clock.now()

    for _ in range(20):
        run_later_reactions(now=now)
        now += timedelta(days=1)

    reaction = Reaction.objects.failed().get()
    assert (reaction.attempts, reaction.last_problem) == (8, "ZeroDivisionError")
    assert later.failures == 92


def test_a_person_lets_what_failed_be_tried_again(business: Business, later: Later) -> None:
    event = happened(business)
    later.failures = 8
    now = clock.now()
    for _ in range(8):
        run_later_reactions(now=now)
        now += timedelta(days=1)
    reaction = Reaction.objects.failed().get()

    retry_reaction(reaction=reaction, now=now)
    run_later_reactions(now=now)

    assert later.seen == [event]
    with pytest.raises(NotPossibleNow):
        retry_reaction(reaction=reaction, now=now)


def test_a_reaction_that_fails_once_is_done_the_next_time(business: Business, later: Later) -> None:
    happened(business)
    later.failures = 1
    now = clock.now()

    run_later_reactions(now=now)
    run_later_reactions(now=now + timedelta(seconds=29))
    assert later.seen == []
    run_later_reactions(now=now + timedelta(seconds=31))

    assert len(later.seen) == 1
    assert Reaction.objects.get().state == ReactionState.DONE


def test_writing_it_down_is_one_statement(
    business: Business, membership: object, later: Later
) -> None:
    with CaptureQueriesContext(connection) as queries:
        event = record_event(
            business=business,
            name="test.done",
            actor=SYSTEM,
            subject=business,
            about=[membership, membership],
            payload={"to": "won", "fields": ["name", "note"], "amount": 1200, "again": True},
            now=clock.now(),
        )

    assert len(queries) == 1
    kept = Event.objects.get(pk=event.pk)
    assert (kept.payload, kept.recorded_at) == (event.payload, event.recorded_at)
    assert (kept.actor_kind, kept.actor_id, kept.position) == ("system", None, None)
    assert kept.mentions.count() == 2
    assert kept.reactions.get().handler == "tests.later"
