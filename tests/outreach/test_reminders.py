"""Reminders and suppressions: what the owner is told to do, and whom nobody mails again."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from contacts.models import Contact
from outreach.links import make_link
from outreach.models import JobRun, LinkPurpose, Reminder, Suppression
from outreach.services import (
    add_reminder,
    close_reminders,
    finish_reminder,
    is_suppressed,
    resume_mail,
    snooze_reminder,
    stop_mail,
    stopped_kinds,
    suppress_address,
)
from outreach.tasks import send_due_letters
from tests.outreach.factories import a_contact, a_letter, acting
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business, email="elena@rossi.example")


def a_reminder(business: Business, contact: Contact, days: int = 0, **more: str) -> Reminder:
    return add_reminder(
        business=business,
        kind="follow_up",
        contact=contact,
        subject=contact,
        due_on=clock.today(business) + timedelta(days=days),
        by=SYSTEM,
        now=clock.now(),
        **more,
    )


def test_a_reminder_is_due_on_its_day_and_not_before(business: Business, elena: Contact) -> None:
    today, tomorrow = a_reminder(business, elena), a_reminder(business, elena, days=1)
    overdue = a_reminder(business, elena, days=-3)

    due = Reminder.objects.open().due(clock.today(business))

    assert list(due) == [overdue, today]
    assert tomorrow not in due
    assert Event.objects.about(elena).filter(name="reminder.added").count() == 3


def test_the_same_reminder_is_made_once_also_when_it_is_done(
    business: Business, elena: Contact, by_alice: Actor
) -> None:
    first = a_reminder(business, elena, dedupe="follow up the handshake")
    finish_reminder(reminder=first, by=by_alice, now=clock.now())

    assert a_reminder(business, elena, dedupe="follow up the handshake") == first
    assert not Reminder.objects.open().exists()


def test_a_second_click_on_done_changes_nothing(
    business: Business, elena: Contact, by_alice: Actor
) -> None:
    reminder = a_reminder(business, elena)
    done = finish_reminder(reminder=reminder, by=by_alice, now=clock.now())

    again = finish_reminder(reminder=reminder, by=by_alice, now=clock.now() + timedelta(minutes=1))

    assert again.done_at == done.done_at
    assert Event.objects.filter(name="reminder.done").count() == 1


def test_a_second_click_on_later_changes_nothing(
    business: Business, elena: Contact, by_alice: Actor
) -> None:
    reminder = a_reminder(business, elena)
    later = clock.today(business) + timedelta(days=2)

    for _ in range(2):
        snooze_reminder(reminder=reminder, until=later, by=by_alice, now=clock.now())

    assert Reminder.objects.get().due_on == later
    assert Event.objects.filter(name="reminder.snoozed").count() == 1


def test_a_snoozed_reminder_comes_back_on_its_day(
    business: Business, elena: Contact, by_alice: Actor
) -> None:
    today = clock.today(business)
    reminder = a_reminder(business, elena)

    snooze_reminder(
        reminder=reminder, until=today + timedelta(days=2), by=by_alice, now=clock.now()
    )

    assert not Reminder.objects.open().due(today).exists()
    assert Reminder.objects.open().due(today + timedelta(days=2)).exists()


def test_a_closed_reminder_cannot_be_put_off(
    business: Business, elena: Contact, by_alice: Actor
) -> None:
    reminder = a_reminder(business, elena)
    assert close_reminders(subject=elena, kinds=["thank"], now=clock.now()) == 0
    assert close_reminders(subject=elena, now=clock.now()) == 1

    with pytest.raises(NotPossibleNow):
        snooze_reminder(
            reminder=reminder, until=clock.today(business), by=by_alice, now=clock.now()
        )


def test_a_suppression_knows_other_spellings_and_keeps_each_reason(
    business: Business, elena: Contact
) -> None:
    for why in ("never", "unsubscribed", "never"):
        suppress_address(
            business=business, address="Elena@Rossi.example ", why=why, by=SYSTEM, now=clock.now()
        )

    assert is_suppressed(business=business, address="elena@rossi.example")
    assert not is_suppressed(business=business, address="other@rossi.example")
    assert set(Suppression.objects.values_list("why", flat=True)) == {"never", "unsubscribed"}
    assert "rossi" not in str(Suppression.objects.values()).casefold()
    assert Event.objects.about(elena).filter(name="address.suppressed").count() == 2


def test_another_business_knows_nothing_of_it(
    business: Business, other_business: Business, elena: Contact
) -> None:
    suppress_address(
        business=business, address=elena.email, why="never", by=SYSTEM, now=clock.now()
    )

    with acting(other_business):
        assert not is_suppressed(business=other_business, address=elena.email)


def test_the_link_in_a_letter_stops_all_mail(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    a_letter(business, elena)
    link = make_link(
        business=business, purpose=LinkPurpose.UNSUBSCRIBE, subject=elena, now=clock.now()
    )

    stop_mail(link=link, by=Actor.contact(elena.pk), now=clock.now())
    stop_mail(link=link, by=Actor.contact(elena.pk), now=clock.now())
    send_due_letters()

    assert smtp.accepted == []
    assert Suppression.objects.get().why == "unsubscribed"


def test_who_stopped_by_mistake_gets_letters_again(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    link = make_link(
        business=business, purpose=LinkPurpose.UNSUBSCRIBE, subject=elena, now=clock.now()
    )
    elena_herself = Actor.contact(elena.pk)
    stop_mail(link=link, by=elena_herself, now=clock.now())
    assert bool(stopped_kinds(link=link))

    resume_mail(link=link, by=elena_herself, now=clock.now())

    assert not bool(stopped_kinds(link=link))
    a_letter(business, elena)
    send_due_letters()
    assert len(smtp.accepted) == 1


def test_a_never_is_not_taken_back_by_the_button(business: Business, elena: Contact) -> None:
    suppress_address(
        business=business, address=elena.email, why="never", by=SYSTEM, now=clock.now()
    )
    link = make_link(
        business=business, purpose=LinkPurpose.UNSUBSCRIBE, subject=elena, now=clock.now()
    )

    resume_mail(link=link, by=Actor.contact(elena.pk), now=clock.now())

    assert bool(stopped_kinds(link=link))


def test_each_sweep_says_when_it_ran_and_what_it_did(
    business: Business, elena: Contact, smtp: SmtpServer
) -> None:
    a_letter(business, elena)

    send_due_letters()

    run = JobRun.objects.get(name="outreach.tasks.send_due_letters")
    assert (run.last_count, run.last_problem) == (1, "")
    assert run.last_finished_at is not None
