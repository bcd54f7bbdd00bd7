"""Follow-up plans take their steps by themselves, and stop when their purpose is met."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import Reaction
from businesses import clock
from businesses.models import Business, User
from contacts.services import add_contact, leave_in_peace, log_interaction
from introductions.models import Advocate
from introductions.services import decline_ask, draft_ask, send_ask
from outreach.models import (
    Cadence,
    CadenceStep,
    Enrolment,
    Message,
    Outcome,
    Reminder,
    StepTaken,
    Trigger,
)
from outreach.services import (
    begin_plans,
    dismiss_draft,
    send_draft,
    stop_enrolment,
    suppress_address,
    take_due_steps,
)
from referrals.models import Referral, ThankYou
from referrals.services import give_thanks
from tests.api.client import with_a_key
from tests.plans.conftest import START, Calendar
from tests.referrals.factories import moved, won

pytestmark = pytest.mark.django_db


def on(key: str) -> Enrolment:
    return Enrolment.objects.select_related("cadence", "contact").get(cadence__key=key)


def drafts() -> list[StepTaken]:
    return list(StepTaken.objects.waiting().order_by("created_at", "id"))


def test_a_handshake_begins_plans_for_all_who_are_in_it(
    referral: Referral, advocate: Advocate, calendar: Calendar
) -> None:
    assert on("follow_up_handshake").contact == referral.contact
    assert on("tell_advocate").contact == advocate.contact
    assert on("thank_introduction").contact == advocate.contact


def test_what_has_moved_on_before_the_workers_came_begins_nothing_for_the_newcomer(
    referral: Referral,
) -> None:
    moved(referral, "talking", START)
    # What follows from the handshake failed, and is tried again after what follows from the step.
    later = START + timedelta(hours=1)
    Reaction.objects.filter(event__name="referral.opened").update(due_at=later)

    Calendar().jump(days=1)

    assert not Enrolment.objects.filter(cadence__key="follow_up_handshake").exists()
    assert on("tell_advocate").state == "active"


def test_a_letter_is_drafted_and_does_not_leave_by_itself(
    referral: Referral, calendar: Calendar
) -> None:
    calendar.days(10)

    [draft] = [one for one in drafts() if one.enrolment == on("follow_up_handshake")]
    assert "Hello Jonas" in draft.words
    assert "Marta brought us together" in draft.words
    assert not Message.objects.filter(kind="plan_letter", subject_id=draft.enrolment_id).exists()
    [reminder] = Reminder.objects.open().regarding(draft)
    assert reminder.contact == referral.contact


def test_a_drafted_letter_leaves_once_somebody_approves(
    referral: Referral, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    now = calendar.days(10)
    [draft] = [one for one in drafts() if one.enrolment == on("follow_up_handshake")]

    send_draft(draft=draft, by=by_alice, sender=alice, now=now)

    letter = Message.objects.get(kind="plan_letter", subject_id=draft.enrolment_id)
    assert letter.recipients.get().contact == referral.contact
    assert "Hello Jonas" in letter.text
    assert not Reminder.objects.open().regarding(draft).exists()


def test_approved_thanks_are_thanks_given(
    referral: Referral, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    now = calendar.days(3)
    [draft] = [one for one in drafts() if one.enrolment == on("thank_introduction")]

    send_draft(draft=draft, by=by_alice, sender=alice, now=now)

    thanks = ThankYou.objects.get()
    assert (thanks.state, thanks.how) == ("given", "mail")
    assert thanks.words == draft.words


def test_whoever_was_thanked_otherwise_gets_no_drafted_thanks(
    referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    give_thanks(thank_you=ThankYou.objects.get(), how="card", by=by_alice, now=calendar.now)

    calendar.days(5)

    assert on("thank_introduction").state == "stopped"
    assert on("thank_introduction").reason == "They were thanked."
    assert [one for one in drafts() if one.enrolment == on("thank_introduction")] == []


def test_a_call_that_was_logged_skips_what_was_for_silence(
    referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    now = calendar.days(2)
    log_interaction(contact=referral.contact, kind="call", by=by_alice, now=now)

    calendar.days(30)

    taken = StepTaken.objects.filter(enrolment=on("follow_up_handshake"))
    assert {(one.outcome, one.reason) for one in taken} == {("skipped", "You were in touch.")}


def test_a_call_makes_a_waiting_draft_unwanted(
    referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    now = calendar.days(10)
    [draft] = [one for one in drafts() if one.enrolment == on("follow_up_handshake")]
    log_interaction(contact=referral.contact, kind="call", by=by_alice, now=now)

    calendar.work()

    draft.refresh_from_db()
    assert (draft.outcome, draft.reason) == ("dismissed", "You were in touch.")
    assert not Reminder.objects.open().regarding(draft).exists()


def test_a_step_forward_ends_what_it_makes_needless(referral: Referral, calendar: Calendar) -> None:
    now = calendar.days(10)
    moved(referral, "met", now)

    calendar.work()

    assert (on("follow_up_handshake").state, on("follow_up_handshake").reason) == (
        "stopped",
        "You have met.",
    )
    assert [one for one in drafts() if one.enrolment == on("follow_up_handshake")] == []


def test_silence_towards_the_advocate_ends_by_itself_after_a_month(
    referral: Referral, advocate: Advocate, calendar: Calendar
) -> None:
    moved(referral, "talking", calendar.now)

    calendar.days(35)

    letter = Message.objects.get(kind="plan_letter")
    assert letter.recipients.get().contact == advocate.contact
    assert "Jonas, whom you introduced" in letter.text.replace("\n", " ")


def test_nobody_is_told_what_the_prospect_keeps_to_themself(
    referral: Referral, calendar: Calendar
) -> None:
    assert referral.introduction is not None
    referral.introduction.advocate_hears = "nothing"
    referral.introduction.save()

    calendar.days(40)

    assert not Message.objects.filter(kind="plan_letter").exists()


def test_an_unanswered_ask_is_looked_at_once_and_an_answer_ends_it(
    business: Business, advocate: Advocate, alice: User, by_alice: Actor, calendar: Calendar
) -> None:
    ask = draft_ask(
        contact=advocate.contact,
        wanted="A workshop",
        note="",
        by=by_alice,
        sender=alice,
        now=calendar.now,
    )
    send_ask(ask=ask, by=by_alice, now=calendar.now)

    calendar.days(11)

    [reminder] = Reminder.objects.open().regarding(ask)
    assert reminder.text.startswith("Did Marta answer elsewhere?")
    decline_ask(ask=ask, now=calendar.now)
    calendar.days(6)
    assert on("unanswered_ask").reason == "They answered."
    assert drafts() == []
    assert not Reminder.objects.open().regarding(ask).exists()


def test_a_new_customer_is_welcomed_once_however_often_they_buy(
    referral: Referral, calendar: Calendar
) -> None:
    won(referral, calendar.now)

    calendar.days(40)

    welcomes = [one for one in drafts() if one.enrolment == on("welcome_customer")]
    assert [one.subject for one in welcomes] == ["Welcome", "How has it been so far?"]


def test_a_customer_whom_nobody_introduced_is_welcomed_too(
    business: Business, alice: User, calendar: Calendar
) -> None:
    with clock.at(calendar.now):
        ida = add_contact(
            business=business,
            name="Ida Ek",
            email="ida@ek.example",
            by=SYSTEM,
            now=calendar.now,
        )
        came_in = {"contact_id": ida.pk, "amount": 20_000, "currency": "EUR"}
        api = with_a_key(business, alice)
        for _ in range(2):
            assert api.post("/closed-business", came_in).status_code == 201
    calendar.work()

    calendar.jump(days=3)

    [welcome] = [one for one in drafts() if one.enrolment == on("welcome_customer")]
    assert "Dear Ida" in welcome.words


def test_whoever_wants_no_mail_gets_no_draft_and_it_is_said(
    business: Business, referral: Referral, calendar: Calendar
) -> None:
    suppress_address(
        business=business,
        address=referral.contact.email,
        why="unsubscribed",
        by=SYSTEM,
        now=calendar.now,
    )

    calendar.days(10)

    taken = StepTaken.objects.get(enrolment=on("follow_up_handshake"))
    assert (taken.outcome, taken.reason) == ("skipped", "Jonas wants no mail.")


def test_nothing_is_done_twice_however_often_the_sweep_runs(
    referral: Referral, calendar: Calendar
) -> None:
    now = calendar.days(10)
    before = StepTaken.objects.count(), Reminder.objects.count()

    for _ in range(3):
        take_due_steps(now=now)

    assert (StepTaken.objects.count(), Reminder.objects.count()) == before


def test_the_same_event_begins_a_plan_once(
    business: Business, referral: Referral, calendar: Calendar
) -> None:
    again = begin_plans(
        business=business,
        trigger=Trigger.HANDSHAKE,
        contact=referral.contact,
        subject=referral,
        dedupe=f"referral:{referral.pk}",
        now=calendar.now,
    )

    assert again == []


def test_a_plan_that_is_off_begins_for_nobody(
    business: Business, advocate: Advocate, calendar: Calendar, referral: Referral
) -> None:
    calendar.work()
    Cadence.objects.update(is_on=False)

    begun = begin_plans(
        business=business,
        trigger=Trigger.HANDSHAKE,
        contact=referral.contact,
        subject=referral,
        dedupe="another",
        now=calendar.now,
    )

    assert begun == []


def test_a_plan_can_be_stopped_for_one_person_and_what_waits_goes_with_it(
    referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    now = calendar.days(10)

    stop_enrolment(enrolment=on("follow_up_handshake"), reason="", by=by_alice, now=now)

    calendar.days(30)
    assert StepTaken.objects.filter(enrolment=on("follow_up_handshake")).count() == 1
    assert [one for one in drafts() if one.enrolment == on("follow_up_handshake")] == []


def test_a_draft_that_is_not_wanted_is_dropped_and_the_plan_goes_on(
    referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    now = calendar.days(10)
    [draft] = [one for one in drafts() if one.enrolment == on("follow_up_handshake")]

    dismiss_draft(draft=draft, reason="Spoke at the fair", by=by_alice, now=now)

    calendar.days(20)
    outcomes = StepTaken.objects.filter(enrolment=on("follow_up_handshake"))
    assert [one.outcome for one in outcomes.order_by("position")] == [
        Outcome.DISMISSED,
        Outcome.REMINDED,
    ]


def test_a_letter_is_never_drafted_before_its_day(referral: Referral, calendar: Calendar) -> None:
    enrolment = on("follow_up_handshake")
    assert enrolment.due_at is not None

    take_due_steps(now=enrolment.due_at - timedelta(seconds=1))
    assert not enrolment.taken.exists()

    take_due_steps(now=enrolment.due_at)
    assert enrolment.taken.count() == 1


def test_one_plan_in_trouble_keeps_no_other(referral: Referral, calendar: Calendar) -> None:
    """Its step names what cannot be: it is put off, the others go on, and at last it is stopped."""
    broken = on("follow_up_handshake")
    Enrolment.objects.filter(pk=broken.pk).update(subject_id="00000000-0000-7000-8000-000000000000")

    calendar.days(10)

    assert [one.enrolment.cadence.key for one in drafts()] == ["thank_introduction"]
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == ("stopped", 3)
    assert CadenceStep.objects.filter(cadence=broken.cadence).exists()


def test_whoever_is_left_in_peace_is_on_no_plan_and_none_begins(
    business: Business, referral: Referral, calendar: Calendar, by_alice: Actor
) -> None:
    now = calendar.days(10)
    leave_in_peace(contact=referral.contact, why="leave_me_be", by=by_alice, now=now)

    begun = begin_plans(
        business=business,
        trigger=Trigger.MET,
        contact=referral.contact,
        subject=referral,
        dedupe="another",
        now=now,
    )

    stopped = on("follow_up_handshake")
    assert (stopped.state, stopped.reason) == ("stopped", "Left in peace.")
    assert [one for one in drafts() if one.enrolment == stopped] == []
    assert begun == []
