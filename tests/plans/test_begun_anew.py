"""What was taken back and stands again is followed up again."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from introductions import services as introductions
from introductions.models import Advocate, Ask
from outreach.models import Enrolment, Message, Reminder, StepTaken
from outreach.services import send_draft
from referrals.models import Referral, ThankYou
from referrals.services import give_thanks, undo_thanks
from tests.api.client import with_a_key
from tests.plans.conftest import Calendar
from tests.plans.test_own import an_own_plan

pytestmark = pytest.mark.django_db


def on(key: str) -> list[tuple[str, str]]:
    rows = Enrolment.objects.filter(cadence__key=key).order_by("id")
    return [(one.state, one.reason) for one in rows]


@pytest.fixture
def ask(
    business: Business, advocate: Advocate, alice: User, by_alice: Actor, calendar: Calendar
) -> Ask:
    ask = introductions.draft_ask(
        contact=advocate.contact, wanted="A workshop", by=by_alice, sender=alice, now=calendar.now
    )
    introductions.send_ask(ask=ask, by=by_alice, now=calendar.now)
    calendar.work()
    return ask


@pytest.mark.parametrize("has_left", [True, False])
def test_an_ask_that_stands_again_is_looked_at(
    ask: Ask, by_alice: Actor, calendar: Calendar, has_left: bool
) -> None:
    if has_left:
        Message.objects.filter(kind="ask_to_advocate").update(state="sent", sent_at=calendar.now)
    introductions.withdraw_ask(ask=ask, by=by_alice, now=calendar.now)
    calendar.work()
    assert on("unanswered_ask") == [("stopped", "The ask is closed.")]

    ask = introductions.undo_withdrawal(ask=ask, by=by_alice, now=calendar.now)
    if not has_left:
        introductions.send_ask(ask=ask, by=by_alice, now=calendar.now)
    calendar.work()

    assert on("unanswered_ask")[1:] == [("active", "")]
    calendar.jump(days=11)
    [reminder] = Reminder.objects.open().regarding(ask)
    assert reminder.text.startswith("Did Marta answer elsewhere?")


def test_thanks_that_were_a_slip_are_drafted_again(
    referral: Referral, by_alice: Actor, calendar: Calendar
) -> None:
    calendar.jump(days=3)
    thanks = ThankYou.objects.get()
    give_thanks(thank_you=thanks, how="card", by=by_alice, now=calendar.now)
    calendar.work()
    assert not StepTaken.objects.waiting().filter(subject="Thank you").exists()

    undo_thanks(thank_you=thanks, by=by_alice, now=calendar.now)
    calendar.work()
    calendar.jump(days=3)

    [draft] = StepTaken.objects.waiting().filter(subject="Thank you")
    assert "thank you for introducing Jonas and me" in draft.words


def test_so_are_those_whose_letter_was_called_back(
    referral: Referral, alice: User, by_alice: Actor, calendar: Calendar
) -> None:
    calendar.jump(days=3)
    draft = StepTaken.objects.waiting().get(subject="Thank you")
    send_draft(draft=draft, by=by_alice, sender=alice, now=calendar.now)
    calendar.work()

    calendar.now += settings.UNDO_WINDOW - timedelta(minutes=1)
    undo_thanks(thank_you=ThankYou.objects.get(), by=by_alice, now=calendar.now)
    calendar.work()
    calendar.jump(days=3)

    assert StepTaken.objects.waiting().filter(subject="Thank you").count() == 1
    assert not Message.objects.filter(kind="thanks_to_advocate").exclude(state="cancelled").exists()


def test_who_was_taken_off_by_a_slip_is_put_on_it_again_the_same_day(
    business: Business, advocate: Advocate, alice: User, alice_client: Client, calendar: Calendar
) -> None:
    plan, contact = an_own_plan(business, calendar, "by_hand"), advocate.contact
    api = with_a_key(business, alice)
    body = {"plan_id": plan.pk, "contact_id": contact.pk}
    page = f"/b/{business.slug}/people/{contact.pk}/plans/begin/"
    with clock.at(calendar.now):
        first = api.post("/enrolments", body).json()
        api.post(f"/enrolments/{first['id']}/stop")

        second, again = (api.post("/enrolments", body).json() for _ in range(2))
        api.post(f"/enrolments/{second['id']}/stop")
        for _ in range(2):
            assert "Begun for Marta" in alice_client.post(page, {"plan": plan.pk}, follow=True).text

    assert second["id"] == again["id"] != first["id"]
    assert second["state"] == "active"
    assert on("") == [("stopped", ""), ("stopped", ""), ("active", "")]
