"""What the owner sets is what happens: it leaves by itself, on its day; and the dry run says so."""

from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.services import change_contact
from introductions.models import Introduction
from outreach.models import Cadence, CadenceStep, Message, StepTaken
from outreach.sending import send_due_letters
from outreach.services import suppress_by_hand
from referrals.models import Referral
from referrals.yearly import begin_anniversaries
from tests.api.client import with_a_key
from tests.outreach.smtp import SmtpServer
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/settings/plans/"


@pytest.fixture
def letter(referral: Referral, calendar: Calendar) -> CadenceStep:
    """The first letter to Jonas, which waits for a look."""
    calendar.work()
    return CadenceStep.objects.get(cadence__key="follow_up_handshake", kind="letter")


def keep(client: Client, desk: str, step: CadenceStep, **other: str) -> None:
    told = {
        "days": str(step.days),
        "timing": step.timing,
        "condition": step.condition,
        "reminder_kind": step.reminder_kind,
        "subject": step.subject,
        "words": step.words,
        **other,
    }
    assert client.post(f"{desk}{step.cadence_id}/{step.pk}/", told).status_code == 302


def test_a_step_that_may_leave_by_itself_does(
    alice_client: Client, desk: str, letter: CadenceStep, calendar: Calendar, smtp: SmtpServer
) -> None:
    with clock.at(calendar.now):
        keep(alice_client, desk, letter, automatic="on")

    with clock.at(calendar.days(10)):
        send_due_letters()

    sent = [one for one in smtp.accepted if one.letter["Subject"] == letter.subject]
    assert [one.recipients for one in sent] == [("jonas@shoebox.example",)]
    assert "Marta brought us together" in sent[0].part("plain")
    page = alice_client.get(f"{desk}{letter.cadence_id}/").text
    assert "leaves by itself" in page
    assert StepTaken.objects.get(enrolment__cadence=letter.cadence, position=0).outcome == "sent"


def test_one_that_waits_for_a_look_does_not(
    letter: CadenceStep, calendar: Calendar, smtp: SmtpServer
) -> None:
    with clock.at(calendar.days(10)):
        send_due_letters()

    assert all(one.letter["Subject"] != letter.subject for one in smtp.accepted)
    assert not Message.objects.filter(kind="plan_letter").exists()


def test_the_next_seven_days_hold_each_step_within_them_and_none_beyond(
    alice_client: Client, desk: str, letter: CadenceStep, calendar: Calendar
) -> None:
    reminder = CadenceStep.objects.get(cadence=letter.cadence, kind="reminder")
    with clock.at(calendar.now):
        at_first = alice_client.get(f"{desk}coming/").text
        keep(alice_client, desk, letter, days="2", timing="after")
        keep(alice_client, desk, reminder, days="4")
        both = alice_client.get(f"{desk}coming/").text
        keep(alice_client, desk, letter, days="8", timing="after")
        neither = alice_client.get(f"{desk}coming/").text

    # The letter after six days, the reminder fourteen days later.
    assert (letter.subject in at_first, "Ring Jonas" in at_first) == (True, False)
    assert (letter.subject in both, "Ring Jonas" in both) == (True, True)
    assert (letter.subject in neither, "Ring Jonas" in neither) == (False, False)


def test_the_next_seven_days_say_when_a_letter_leaves_and_not_when_its_step_is_due(
    business: Business,
    alice: User,
    alice_client: Client,
    desk: str,
    letter: CadenceStep,
    calendar: Calendar,
    smtp: SmtpServer,
    settings: Settings,
) -> None:
    settings.MANNERS = True
    with clock.at(calendar.now):
        # On Tuesday: the step is for Saturday, and letters leave from Monday to Friday.
        keep(alice_client, desk, letter, days="4", timing="after", automatic="on")
        page = alice_client.get(f"{desk}coming/").text
        answer = with_a_key(business, alice).get(f"/coming?plan_id={letter.cadence_id}")
    [told] = answer.json()["results"][0]["steps"]

    assert told["due_at"] == "2026-09-05T07:00:00Z"
    assert told["leaves_at"] == "2026-09-07T06:00:00Z"
    assert ("in 6 days" in page, "in 4 days" in page) == (True, False)
    calendar.jump(days=4)
    letter_to_jonas = Message.objects.get(subject=letter.subject)
    assert f"{letter_to_jonas.due_at:%Y-%m-%dT%H:%M:%SZ}" == told["leaves_at"]


def test_the_next_seven_days_say_why_a_step_will_be_left_out(
    alice_client: Client, desk: str, letter: CadenceStep, calendar: Calendar, referral: Referral
) -> None:
    suppress_by_hand(
        business=referral.business, address=referral.contact.email, by=SYSTEM, now=calendar.now
    )

    with clock.at(calendar.now):
        page = alice_client.get(f"{desk}coming/").text

    assert "Will be left out: Jonas wants no mail." in page
    calendar.days(10)
    taken = StepTaken.objects.get(enrolment__cadence=letter.cadence, position=0)
    assert (taken.outcome, taken.reason) == ("skipped", "Jonas wants no mail.")


def test_thirty_days_before_the_day_it_is_written_and_on_no_other(
    alice_client: Client, desk: str, referral: Referral, calendar: Calendar, business: Business
) -> None:
    assert referral.introduction is not None
    marta = referral.introduction.advocate.contact
    change_contact(contact=marta, changes={"circle": "inner"}, by=SYSTEM, now=calendar.now)
    alice_client.get(desk)
    yearly = CadenceStep.objects.get(cadence__key="yearly_letter")
    keep(alice_client, desk, yearly, days="30")
    assert yearly.timing == "before"
    # They shook hands on Tuesday the 1st of September.
    day = Introduction.objects.get(pk=referral.introduction.pk).shook_hands_at
    assert day is not None
    assert day.date() == date(2026, 9, 1)
    drafts = StepTaken.objects.filter(enrolment__cadence=yearly.cadence)

    def go_on(until: date) -> None:
        while calendar.now.date() < until:
            begin_anniversaries(business=business, today=calendar.now.date(), now=calendar.now)
            calendar.days(1)

    calendar.now += timedelta(days=320)
    go_on(date(2027, 8, 1))
    assert not drafts.exists()

    go_on(date(2027, 8, 3))

    [draft] = drafts
    # Thirty days before the 1st of September 2027, in the morning.
    assert draft.created_at.date() == date(2027, 8, 2)
    assert draft.subject == "What became of your introductions"
    assert Cadence.objects.get(pk=yearly.cadence_id).is_on
