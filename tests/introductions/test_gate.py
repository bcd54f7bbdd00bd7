"""The gate: whom nobody may ask just now, and what a reason opens."""

from datetime import datetime, timedelta

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from feedback.services import record_feedback
from introductions import services
from introductions.models import Advocate, Ask
from introductions.services.limits import set_limits
from introductions.states import AskState
from outreach.models import Message, Reminder
from outreach.services import add_reminder, finish_reminder, skip_reminder
from tests.introductions.factories import a_contact

pytestmark = pytest.mark.django_db


def drafted(contact: Contact, alice: User, now: datetime) -> Ask:
    return services.draft_ask(contact=contact, wanted="a baker", by=SYSTEM, sender=alice, now=now)


def asked(advocate: Advocate, alice: User, now: datetime, reason: str = "") -> Ask:
    ask = drafted(advocate.contact, alice, now)
    return services.send_ask(ask=ask, reason=reason, by=SYSTEM, now=now)


def answered(contact: Contact, score: int, now: datetime) -> None:
    record_feedback(contact=contact, score=score, by=SYSTEM, now=now)


def put_right(by: Actor, now: datetime) -> None:
    reminder = Reminder.objects.open().get(kind="put_right")
    finish_reminder(reminder=reminder, by=by, now=now)


@pytest.mark.parametrize("score", [0, 6])
def test_nobody_asks_who_is_unhappy_until_it_is_put_right(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime, score: int
) -> None:
    answered(marta.contact, score, now)

    with pytest.raises(services.PutRightFirst, match="put right with Marta first"):
        asked(marta, alice, now)
    put_right(by_alice, now)

    assert asked(marta, alice, now).state == AskState.SENT


def test_a_complaint_that_was_only_skipped_is_not_put_right(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    answered(marta.contact, 3, now)
    reminder = Reminder.objects.open().get(kind="put_right")
    skip_reminder(reminder=reminder, reason="No time", by=by_alice, now=now)

    with pytest.raises(services.PutRightFirst):
        asked(marta, alice, now)


def test_a_better_answer_opens_the_gate(marta: Advocate, alice: User, now: datetime) -> None:
    answered(marta.contact, 4, now)
    answered(marta.contact, 7, now + timedelta(days=1))

    assert asked(marta, alice, now + timedelta(days=2)).state == AskState.SENT


def test_something_to_put_right_that_the_owner_noted_counts_as_well(
    business: Business, marta: Advocate, alice: User, now: datetime
) -> None:
    add_reminder(
        business=business,
        kind="put_right",
        contact=marta.contact,
        due_on=now.date(),
        text="The invoice",
        by=SYSTEM,
        now=now,
    )

    with pytest.raises(services.PutRightFirst):
        asked(marta, alice, now)


def test_an_ask_rests_for_as_many_weeks_as_the_business_has_set(
    business: Business, marta: Advocate, alice: User, now: datetime
) -> None:
    business.weeks_between_asks = 3
    business.save()
    services.decline_ask(ask=asked(marta, alice, now), now=now)

    with pytest.raises(services.AskedLately, match="rests until 25 May 2026"):
        asked(marta, alice, now + timedelta(weeks=3, days=-1))

    assert asked(marta, alice, now + timedelta(weeks=3)).state == AskState.SENT


def test_what_was_taken_back_before_it_left_was_no_ask(
    marta: Advocate, alice: User, now: datetime
) -> None:
    services.withdraw_ask(ask=asked(marta, alice, now), by=SYSTEM, now=now)

    assert asked(marta, alice, now).state == AskState.SENT


def test_what_was_taken_back_after_it_left_was_one(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = asked(marta, alice, now)
    Message.objects.update(state="sent", sent_at=now)
    services.withdraw_ask(ask=ask, by=SYSTEM, now=now)

    with pytest.raises(services.AskedLately):
        asked(marta, alice, now)


def test_three_to_put_right_at_once_and_nobody_is_asked(
    business: Business, marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    for number in range(3):
        person = a_contact(business, now, name=f"Person {number}", email=f"p{number}@x.example")
        answered(person, 5, now)

    with pytest.raises(services.AsksPaused, match="three people wait"):
        asked(marta, alice, now)
    first = Reminder.objects.open().filter(kind="put_right").order_by("id")[0]
    finish_reminder(reminder=first, by=by_alice, now=now)

    assert asked(marta, alice, now).state == AskState.SENT


@pytest.mark.parametrize(("later", "is_paused"), [(6, True), (7, False)])
def test_four_of_the_last_ten_answers_and_nobody_is_asked(
    business: Business, marta: Advocate, alice: User, now: datetime, later: int, is_paused: bool
) -> None:
    for number in range(4):
        person = a_contact(business, now, name=f"Person {number}", email=f"p{number}@x.example")
        answered(person, 6, now + timedelta(minutes=number))
    Reminder.objects.update(done_at=now)
    for number in range(later):
        answered(marta.contact, 9, now + timedelta(hours=number + 1))

    if is_paused:
        with pytest.raises(services.AsksPaused, match="four of the last answers"):
            asked(marta, alice, now + timedelta(days=1))
    else:
        assert asked(marta, alice, now + timedelta(days=1)).state == AskState.SENT


def test_a_reason_opens_what_is_ours_and_is_kept(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    answered(marta.contact, 5, now)
    ask = drafted(marta.contact, alice, now)

    ask = services.send_ask(ask=ask, reason=" She offered it herself. ", by=by_alice, now=now)

    ask.refresh_from_db()
    assert (ask.state, ask.override_reason) == (AskState.SENT, "She offered it herself.")
    told = Event.objects.about(marta.contact).get(name="ask.overridden")
    assert told.payload == {"of": ["put_right_first"]}


def test_a_reason_that_was_not_needed_is_not_kept(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = asked(marta, alice, now, reason="Just because")

    assert ask.override_reason == ""
    assert not Event.objects.filter(name="ask.overridden").exists()


def test_no_reason_opens_what_the_advocate_has_set(
    marta: Advocate, alice: User, now: datetime
) -> None:
    set_limits(
        advocate=marta,
        weeks_between_asks=None,
        only_about="",
        not_before=(now + timedelta(days=40)).date(),
        now=now,
    )

    with pytest.raises(services.NotBeforeTheirDay, match="before 13 June 2026"):
        asked(marta, alice, now, reason="It is urgent")


def test_their_weeks_are_longer_than_ours_and_no_reason_opens_them(
    marta: Advocate, alice: User, now: datetime
) -> None:
    services.decline_ask(ask=asked(marta, alice, now), now=now)
    set_limits(advocate=marta, weeks_between_asks=26, only_about="", not_before=None, now=now)

    with pytest.raises(services.AskedEnough, match="once in 26 weeks at most"):
        asked(marta, alice, now + timedelta(weeks=20), reason="It is urgent")

    assert asked(marta, alice, now + timedelta(weeks=26)).state == AskState.SENT


def test_their_kinds_of_people_are_compared_by_a_person(
    marta: Advocate, alice: User, now: datetime
) -> None:
    set_limits(
        advocate=marta, weeks_between_asks=None, only_about="Bakers", not_before=None, now=now
    )
    ask = drafted(marta.contact, alice, now)

    with pytest.raises(services.KindUnchecked, match="only about: Bakers"):
        services.send_ask(ask=ask, reason="It is urgent", by=SYSTEM, now=now)

    ask = services.send_ask(ask=ask, fits=True, by=SYSTEM, now=now)
    assert (ask.state, ask.checked_against) == (AskState.SENT, "Bakers")


@pytest.mark.parametrize(("weeks", "days"), [(0, None), (105, None), (None, 731)])
def test_limits_beyond_reason_are_refused(
    marta: Advocate, now: datetime, weeks: int | None, days: int | None
) -> None:
    day = (now + timedelta(days=days)).date() if days else None

    with pytest.raises(services.LimitNotPossible):
        set_limits(advocate=marta, weeks_between_asks=weeks, only_about="", not_before=day, now=now)
