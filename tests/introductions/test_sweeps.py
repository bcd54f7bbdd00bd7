"""What waits for its time is done by whoever sweeps, in every business, once."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from introductions import services, tasks
from introductions.models import Introduction
from introductions.states import IntroductionState
from outreach.models import JobRun
from tests.introductions.factories import accepted, an_advocate, offered, shared

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(business: Business, introduction: Introduction) -> str:
    with transaction.atomic(), acting_for(business):
        return Introduction.objects.get(pk=introduction.pk).state


def test_handshakes_are_completed_when_the_window_is_over_in_every_business(
    business: Business, other_business: Business, now: datetime
) -> None:
    rows = {}
    for each in (business, other_business):
        with transaction.atomic(), acting_for(each):
            rows[each] = accepted(an_advocate(each, now), now)

    with clock.at(now + timedelta(minutes=9)):
        tasks.complete_due_handshakes()
    early = {state_of(each, row) for each, row in rows.items()}
    with clock.at(now + timedelta(minutes=10)):
        tasks.complete_due_handshakes()
        tasks.complete_due_handshakes()

    assert early == {IntroductionState.ACCEPTED}
    assert {state_of(each, row) for each, row in rows.items()} == {IntroductionState.HANDSHAKE}
    with transaction.atomic(), acting_for(business):
        assert Event.objects.filter(name="introduction.shook_hands").count() == 1
    assert JobRun.objects.get(name="introductions.tasks.complete_due_handshakes").last_count == 2


def test_what_was_declined_is_erased(business: Business, now: datetime) -> None:
    with transaction.atomic(), acting_for(business):
        row = offered(an_advocate(business, now), now)
        services.decline_introduction(introduction=row, now=now)

    with clock.at(now + timedelta(minutes=10)):
        tasks.erase_answered()

    with transaction.atomic(), acting_for(business):
        row = Introduction.objects.get(pk=row.pk)
        assert (row.is_erased, row.prospect_email) == (True, "")


def test_the_unanswered_expire_and_not_now_comes_back(business: Business, now: datetime) -> None:
    with transaction.atomic(), acting_for(business):
        marta = an_advocate(business, now)
        left, later = shared(marta, now), shared(marta, now, first_name="Ida")
        services.postpone_introduction(introduction=later, until=date(2026, 6, 1), now=now)

    with clock.at(now + timedelta(days=30)):
        tasks.expire_unanswered()

    assert state_of(business, left) == IntroductionState.EXPIRED
    assert state_of(business, later) == IntroductionState.SHARED


def test_one_row_in_trouble_holds_up_no_other(
    business: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic(), acting_for(business):
        marta = an_advocate(business, now)
        bad = accepted(marta, now)
        good = accepted(marta, now, email="ida@shoebox.example")
    complete = services.complete_handshake

    def sometimes(*, introduction: Introduction, now: datetime) -> Introduction:
        if introduction.pk == bad.pk:
            raise RuntimeError
        return complete(introduction=introduction, now=now)

    monkeypatch.setattr(services, "complete_handshake", sometimes)
    with clock.at(now + timedelta(hours=1)):
        tasks.complete_due_handshakes()

    assert state_of(business, bad) == IntroductionState.ACCEPTED
    assert state_of(business, good) == IntroductionState.HANDSHAKE
