"""The worker at the gate: an ask that waited leaves only if it still may."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from feedback.services import record_feedback
from introductions import services
from introductions.models import Advocate, Ask
from introductions.purposes import UNANSWERED_ASK
from outreach.models import Enrolment, Message, Reminder
from outreach.sending import send_due_letters
from outreach.services import ensure_cadences, finish_reminder
from outreach.transports.base import Transport
from outreach.transports.choosing import chosen_transport
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def an_ask(business: Business, sender: User, now: datetime) -> Ask:
    """Sent by the owner, and not yet on its way."""
    elena = Contact.objects.first() or a_contact(business, email="elena@guests.example")
    ask = services.draft_ask(contact=elena, wanted="a baker", by=SYSTEM, sender=sender, now=now)
    return services.send_ask(ask=ask, by=SYSTEM, now=now)


def limited(ask: Ask, **limits: object) -> None:
    services.set_limits(
        advocate=Advocate.objects.get(pk=ask.advocate_id),
        **{"weeks_between_asks": None, "only_about": "", "not_before": None, **limits},
        now=clock.now(),
    )


def test_an_ask_stays_here_until_it_is_put_right(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    now = clock.now()
    with acting(business):
        ask = an_ask(business, alice, now)
        record_feedback(contact=ask.advocate.contact, score=2, by=SYSTEM, now=now)

    send_due_letters()

    assert smtp.accepted == []
    with acting(business):
        letter = Message.objects.get(kind="ask_to_advocate")
        assert letter.state == "scheduled"
        assert letter.due_at > now + timedelta(hours=1)
        reminder = Reminder.objects.get(kind="put_right")
        finish_reminder(reminder=reminder, by=SYSTEM, now=now)
    with clock.at(letter.due_at):
        send_due_letters()
    assert len(smtp.accepted) == 1


def test_a_reason_lets_it_leave(business: Business, alice: User, smtp: SmtpServer) -> None:
    now = clock.now()
    with acting(business):
        ask = an_ask(business, alice, now)
        record_feedback(contact=ask.advocate.contact, score=2, by=SYSTEM, now=now)
    send_due_letters()

    with acting(business):
        services.let_ask_leave(ask=ask, reason="She rang me", by=SYSTEM, now=clock.now())
    send_due_letters()

    assert len(smtp.accepted) == 1


def test_a_day_that_the_advocate_chose_meanwhile_is_waited_for(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    now = clock.now()
    day = clock.today(business, now) + timedelta(days=10)
    with acting(business):
        limited(an_ask(business, alice, now), not_before=day)

    send_due_letters()

    assert smtp.accepted == []
    with acting(business):
        letter = Message.objects.get(kind="ask_to_advocate")
    assert letter.due_at >= now + timedelta(days=9)
    with clock.at(letter.due_at):
        send_due_letters()
    assert len(smtp.accepted) == 1


def test_kinds_of_people_that_changed_are_compared_anew(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    with acting(business):
        ask = an_ask(business, alice, clock.now())
        limited(ask, only_about="Potters")
    send_due_letters()
    assert smtp.accepted == []

    with acting(business):
        services.let_ask_leave(ask=ask, fits=True, by=SYSTEM, now=clock.now())
    send_due_letters()

    assert len(smtp.accepted) == 1


def test_a_reminder_stays_here_as_well(business: Business, alice: User, smtp: SmtpServer) -> None:
    with acting(business):
        ask = an_ask(business, alice, clock.now())
    send_due_letters()
    with acting(business):
        services.nudge_ask(ask=ask, by=SYSTEM, sender=alice, now=clock.now())
        record_feedback(contact=ask.advocate.contact, score=2, by=SYSTEM, now=clock.now())
        due_at = Message.objects.get(kind="nudge_to_advocate").due_at

    with clock.at(due_at):
        send_due_letters()

    assert len(smtp.accepted) == 1
    with acting(business):
        put_right = Reminder.objects.get(kind="put_right")
        finish_reminder(reminder=put_right, by=SYSTEM, now=clock.now())
    with clock.at(due_at + timedelta(days=1)):
        send_due_letters()
    assert len(smtp.accepted) == 2


def a_reminder_in_doubt(business: Business, sender: User, smtp: SmtpServer) -> tuple[Ask, Message]:
    """An ask that left, and its reminder, which perhaps did."""
    with acting(business):
        ask = an_ask(business, sender, clock.now())
    send_due_letters()
    with acting(business):
        services.nudge_ask(ask=ask, by=SYSTEM, sender=sender, now=clock.now())
        reminder = Message.objects.get(kind="nudge_to_advocate")
    smtp.fault("body", "drop")
    with clock.at(reminder.due_at):
        send_due_letters()
    return ask, reminder


@pytest.mark.parametrize("end", [services.decline_ask, services.answer_ask])
def test_a_reminder_in_doubt_is_not_sent_again_once_they_have_answered(
    business: Business,
    alice: User,
    alice_client: Client,
    smtp: SmtpServer,
    end: Callable[..., object],
) -> None:
    ask, reminder = a_reminder_in_doubt(business, alice, smtp)
    with acting(business):
        end(ask=ask, now=clock.now())
    health = f"/b/{business.slug}/settings/health/"

    again = alice_client.post(f"{health}letters/{reminder.pk}/retry/")

    assert again.status_code == 409
    assert "answered or closed since" in again.text
    assert states(business) == {"sent": 1, "uncertain": 1}
    alice_client.post(f"{health}letters/{reminder.pk}/settle/")
    assert states(business) == {"sent": 2}


def test_nor_where_they_answered_at_the_very_moment(
    business: Business, alice: User, alice_client: Client, smtp: SmtpServer
) -> None:
    ask, reminder = a_reminder_in_doubt(business, alice, smtp)
    retry = f"/b/{business.slug}/settings/health/letters/{reminder.pk}/retry/"
    assert alice_client.post(retry).status_code == 302
    with acting(business):
        # As if neither had seen the other: the answer found nothing yet to call back.
        Ask.objects.filter(pk=ask.pk).update(state="declined", due_at=None)

    with clock.at(reminder.due_at + timedelta(days=1)):
        send_due_letters()

    assert len(smtp.accepted) == 2, "the ask, and the reminder that was in doubt"
    assert states(business) == {"sent": 1, "cancelled": 1}


def test_a_plan_leaves_alone_who_is_unhappy_or_was_reminded(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    with acting(business):
        ensure_cadences(business=business, now=clock.now())
        ask = an_ask(business, alice, clock.now())
    send_due_letters()
    with acting(business):
        enrolment = Enrolment(subject_label="ask", subject_id=ask.pk)
        before = UNANSWERED_ASK.look([enrolment])[enrolment.pk].over
        record_feedback(contact=ask.advocate.contact, score=2, by=SYSTEM, now=clock.now())
        unhappy = UNANSWERED_ASK.look([enrolment])[enrolment.pk].over
        finish_reminder(reminder=Reminder.objects.get(kind="put_right"), by=SYSTEM, now=clock.now())
        services.nudge_ask(ask=ask, by=SYSTEM, sender=alice, now=clock.now())
        reminded = UNANSWERED_ASK.look([enrolment])[enrolment.pk].over

    assert (before, unhappy, reminded) == (
        "",
        "They are left alone: something stands in the way of asking.",
        "They were reminded once. It rests now.",
    )


def test_a_letter_that_asks_nobody_is_not_kept(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    with acting(business):
        person = a_contact(business, email="elena@guests.example")
        record_feedback(contact=person, score=2, by=SYSTEM, now=clock.now())
        a_letter(business, person)

    send_due_letters()

    assert len(smtp.accepted) == 1


class AtTheDoor:
    """A mail server at whose door something happens: the letter is claimed, not yet marked."""

    def __init__(self, happens: Callable[[], object], business: Business) -> None:
        self._inner = chosen_transport()
        self._happens: list[Callable[[], object]] = [happens]
        self._business = business

    def offer(self, *args: Any) -> Any:
        replies = self._inner.offer(*args)
        if self._happens:
            self._elsewhere(self._happens.pop())
        return replies

    def _elsewhere(self, happens: Callable[[], object]) -> None:
        """On another connection, committed, as a press on a page is."""

        def press() -> None:
            try:
                with acting(self._business):
                    happens()
            finally:
                connection.close()

        thread = threading.Thread(target=press)
        thread.start()
        thread.join()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def sweep_while(happens: Callable[[], object], business: Business) -> None:
    send_due_letters(open_transport=lambda: cast(Transport, AtTheDoor(happens, business)))


def bad_answer(ask: Ask) -> object:
    return record_feedback(contact=ask.advocate.contact, score=3, by=SYSTEM, now=clock.now())


def limit_of_theirs(ask: Ask) -> object:
    return limited(ask, not_before=clock.today(ask.business) + timedelta(days=10))


def stop(ask: Ask) -> object:
    return services.stop_asking(advocate=Advocate.objects.get(pk=ask.advocate_id), now=clock.now())


@pytest.mark.parametrize("closing", [bad_answer, limit_of_theirs, stop])
def test_a_gate_that_closes_after_the_letter_was_claimed_keeps_it(
    business: Business, alice: User, smtp: SmtpServer, closing: Callable[[Ask], object]
) -> None:
    with acting(business):
        ask = an_ask(business, alice, clock.now())

    sweep_while(lambda: closing(ask), business)

    assert smtp.accepted == []
    with acting(business):
        letter = Message.objects.get(kind="ask_to_advocate")
    if closing is stop:
        assert letter.state == "cancelled"
    else:
        assert letter.state == "scheduled"
        assert letter.due_at > clock.now() + timedelta(hours=1)
        assert letter.attempts == 0


def test_the_letters_before_and_after_it_leave(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    early = clock.now() - timedelta(minutes=5)
    with acting(business):
        ask = an_ask(business, alice, clock.now())
        a_letter(business, a_contact(business, email="first@guests.example"), due_at=early)
        a_letter(business, a_contact(business, email="last@guests.example"))

    sweep_while(lambda: bad_answer(ask), business)

    taken = sorted(one.recipients[0] for one in smtp.accepted)
    assert taken == ["first@guests.example", "last@guests.example"]
