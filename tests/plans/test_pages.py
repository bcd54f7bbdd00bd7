"""Follow-up plans on the owner's pages: what waits for a look, what is coming, other words."""

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact, Interaction
from contacts.services import leave_in_peace
from introductions.models import Ask
from outreach.models import Cadence, CadenceStep, Enrolment, Message, Reminder, StepTaken
from outreach.services import ensure_cadences, suppress_by_hand
from referrals.models import Referral, ThankYou
from tests.api.client import refusal, with_a_key
from tests.guests.factories import sent_ask
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db

# Of a step beside its days and words.
REST = {"subject": "Hi", "timing": "after", "condition": "always", "reminder_kind": "follow_up"}


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def draft(referral: Referral, calendar: Calendar) -> StepTaken:
    """A letter to Jonas that waits for a look."""
    calendar.days(10)
    return StepTaken.objects.waiting().get(enrolment__cadence__key="follow_up_handshake")


@pytest.fixture
def step(business: Business, calendar: Calendar) -> CadenceStep:
    ensure_cadences(business=business, now=calendar.now)
    return CadenceStep.objects.get(cadence__key="follow_up_handshake", position=0)


def test_today_leads_to_the_letter_that_waits(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    page = alice_client.get(at).text

    assert f"{at}letters/{draft.pk}/" in page
    assert "A letter waits for your look: Shall we find a time to talk?" in page


def test_it_is_read_changed_and_sent(alice_client: Client, at: str, draft: StepTaken) -> None:
    address = f"{at}letters/{draft.pk}/"
    assert "Marta brought us together" in alice_client.get(address).text

    alice_client.post(address, {"subject": "A short call?", "words": "Hello Jonas, on Tuesday?"})
    answer = alice_client.post(f"{address}send/", follow=True)

    assert "On its way to Jonas." in answer.text
    letter = Message.objects.get(kind="plan_letter")
    assert (letter.subject, letter.text.splitlines()[0]) == (
        "A short call?",
        "Hello Jonas, on Tuesday?",
    )


def test_a_second_press_sends_no_second_letter(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    address = f"{at}letters/{draft.pk}/send/"

    answers = [alice_client.post(address).status_code for _ in range(2)]

    assert answers == [302, 409]
    assert Message.objects.filter(kind="plan_letter").count() == 1


def test_who_wants_no_mail_by_now_is_not_said_to_get_the_letter(
    alice_client: Client, at: str, draft: StepTaken, business: Business
) -> None:
    suppress_by_hand(
        business=business, address=draft.enrolment.contact.email, by=SYSTEM, now=clock.now()
    )

    answer = alice_client.post(f"{at}letters/{draft.pk}/send/")

    assert answer.status_code == 409
    assert "You decided to write to Jonas no more." in answer.text
    draft.refresh_from_db()
    assert draft.outcome == "drafted"
    assert not Message.objects.filter(kind="plan_letter").exists()


def test_who_is_left_in_peace_by_now_gets_no_drafted_thanks(
    alice_client: Client, at: str, draft: StepTaken, referral: Referral
) -> None:
    thanks = StepTaken.objects.waiting().get(enrolment__cadence__key="thank_introduction")
    leave_in_peace(contact=thanks.enrolment.contact, why="moved_away", by=SYSTEM, now=clock.now())

    answer = alice_client.post(f"{at}letters/{thanks.pk}/send/")

    assert answer.status_code == 409
    assert "Marta has moved away." in answer.text
    assert ThankYou.objects.get().state == "due"


def test_one_that_is_not_wanted_is_put_aside(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    alice_client.post(f"{at}letters/{draft.pk}/dismiss/")

    assert not Message.objects.filter(kind="plan_letter").exists()
    assert f"letters/{draft.pk}" not in alice_client.get(at).text


def test_what_leads_to_a_letter_is_not_done_while_it_waits(
    alice_client: Client, alice: User, at: str, draft: StepTaken
) -> None:
    api = with_a_key(draft.business, alice)
    assert draft.reminder is not None

    for kind in ({}, {"kind": "call"}, {"kind": "answered"}):
        answer = alice_client.post(f"{at}reminders/{draft.reminder.pk}/done/", kind)
        assert answer.status_code == 409
    told = api.post(f"/reminders/{draft.reminder.pk}/done")

    assert refusal(told) == (409, "letter_waits_for_a_look")
    draft.reminder.refresh_from_db()
    assert draft.reminder.is_open
    assert not Interaction.objects.exists()
    alice_client.post(f"{at}letters/{draft.pk}/dismiss/")
    assert api.post(f"/reminders/{draft.reminder.pk}/done").status_code == 200


@pytest.mark.parametrize("plan", ["thank_introduction", "unanswered_ask"])
def test_thanks_and_reminders_are_shown_within_the_letter_they_leave_in(
    alice_client: Client,
    alice: User,
    by_alice: Actor,
    at: str,
    draft: StepTaken,
    calendar: Calendar,
    plan: str,
) -> None:
    ines = Contact.objects.create(business=draft.business, name="Ines", email="ines@x.example")
    sent_ask(ines, alice, by_alice, calendar.now)
    calendar.days(20)
    letter = StepTaken.objects.waiting().get(enrolment__cadence__key=plan)

    page = alice_client.get(f"{at}letters/{letter.pk}/").text

    assert "(a link of their own)" in page
    expected = {
        "thank_introduction": ("Thank you, Marta", "Say “my pleasure”"),
        "unanswered_ask": ("A request: About my note", "only time that I remind you"),
    }
    for words in expected[plan]:
        assert words in page


def test_drafted_thanks_stand_beside_the_debt_and_settle_it(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    thanks = StepTaken.objects.waiting().get(enrolment__cadence__key="thank_introduction")
    page = alice_client.get(at).text
    assert page.count(f"letters/{thanks.pk}/") == 1

    alice_client.post(f"{at}letters/{thanks.pk}/send/")

    assert ThankYou.objects.get().state == "given"
    assert Message.objects.filter(kind="thanks_to_advocate").count() == 1


def test_who_is_on_a_plan_and_what_was_done_stands_on_its_page(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    page = alice_client.get(f"{at}settings/plans/{draft.enrolment.cadence_id}/").text

    assert "Jonas" in page
    assert "a letter waits for your look" in page
    assert "Next:" in page


def test_the_next_seven_days_say_to_whom_and_in_which_words_and_change_nothing(
    alice_client: Client, at: str, referral: Referral, calendar: Calendar
) -> None:
    calendar.days(1)
    before = StepTaken.objects.count(), Reminder.objects.count()
    cadence = Cadence.objects.get(key="thank_introduction")

    # The clock of the page is the present, so all of it is due by now.
    page = alice_client.get(f"{at}settings/plans/coming/").text

    assert "Hello Jonas" in page
    assert "Marta brought us together" in page
    assert cadence.name in alice_client.get(f"{at}settings/plans/").text
    assert (StepTaken.objects.count(), Reminder.objects.count()) == before


def test_other_words_are_used_from_then_on(
    alice_client: Client, at: str, step: CadenceStep, referral: Referral, calendar: Calendar
) -> None:
    address = f"{at}settings/plans/{step.cadence_id}/{step.pk}/"

    with clock.at(calendar.now):
        answer = alice_client.post(
            address, {"words": "Dear {first_name}, shall we talk?", "days": "2", **REST}
        )

    assert answer.status_code == 302
    calendar.days(10)
    draft = StepTaken.objects.get(enrolment__cadence=step.cadence, position=0)
    assert draft.words == "Dear Jonas, shall we talk?"


def test_an_unknown_field_is_said_at_once_and_what_was_typed_stays(
    alice_client: Client, at: str, step: CadenceStep
) -> None:
    address = f"{at}settings/plans/{step.cadence_id}/{step.pk}/"

    answer = alice_client.post(
        address, {"words": "Dear {frist_name}, shall we talk?", "days": "2", **REST}
    )

    assert answer.status_code == 422
    assert "There is no field {frist_name} here. Did you mean {first_name}?" in answer.text
    assert "Dear {frist_name}, shall we talk?" in answer.text


@pytest.mark.parametrize("days", ["", "-1", "731", "soon"])
def test_days_that_cannot_be_are_refused(
    alice_client: Client, at: str, step: CadenceStep, days: str
) -> None:
    address = f"{at}settings/plans/{step.cadence_id}/{step.pk}/"

    answer = alice_client.post(address, {"words": "Hello", "days": days, **REST})

    assert answer.status_code == 422
    step.refresh_from_db()
    assert step.days == 6


def test_it_goes_back_to_the_original(alice_client: Client, at: str, step: CadenceStep) -> None:
    address = f"{at}settings/plans/{step.cadence_id}/{step.pk}/"
    alice_client.post(address, {"words": "Hello", "days": "2", **REST})
    step.refresh_from_db()
    assert (step.days, step.timing, step.condition) == (2, "after", "always")

    alice_client.post(f"{address}restore/")

    step.refresh_from_db()
    assert (step.days, step.subject) == (6, "Shall we find a time to talk?")
    assert (step.timing, step.condition) == ("working_day", "no_touch")


def test_a_plan_of_ones_own_is_made_and_begun_for_somebody(
    alice_client: Client, at: str, referral: Referral, calendar: Calendar
) -> None:
    made = alice_client.post(
        f"{at}settings/plans/add/", {"name": "After the fair", "begins": "by_hand"}
    )
    alice_client.post(
        f"{made.url}new/?kind=letter", {"words": "Hello {first_name}", "days": "0", **REST}
    )
    own = Cadence.objects.get(name="After the fair")

    for _ in range(2):
        alice_client.post(f"{at}people/{referral.contact_id}/plans/begin/", {"plan": own.pk})

    assert Enrolment.objects.get(cadence=own).contact == referral.contact
    assert "After the fair" in alice_client.get(f"{at}people/{referral.contact_id}/").text


def test_what_an_introduction_begins_is_not_begun_by_hand(
    alice_client: Client, at: str, referral: Referral, step: CadenceStep
) -> None:
    answer = alice_client.post(
        f"{at}people/{referral.contact_id}/plans/begin/", {"plan": step.cadence_id}
    )

    assert answer.status_code == 409
    assert "begins by itself" in answer.text


def test_a_plan_is_switched_off_and_stopped_for_somebody(
    alice_client: Client, at: str, draft: StepTaken
) -> None:
    plan = f"{at}settings/plans/{draft.enrolment.cadence_id}/"

    alice_client.post(f"{plan}switch/", {"on": "0"})
    alice_client.post(f"{at}settings/plans/stop/{draft.enrolment_id}/")

    assert "switched off" in alice_client.get(plan).text
    assert Enrolment.objects.get(pk=draft.enrolment_id).state == "stopped"


def test_one_tap_says_that_they_answered_elsewhere(
    alice_client: Client, at: str, calendar: Calendar, business: Business
) -> None:
    contact = Contact.objects.create(business=business, name="Ines Blom", email="ines@x.example")
    alice_client.post(f"{at}asks/new/?contact={contact.pk}", {"wanted": "A workshop", "note": ""})
    ask = Ask.objects.get(advocate__contact=contact)
    assert ask.sent_at is not None
    calendar.now = ask.sent_at
    calendar.days(11)
    reminder = Reminder.objects.open().get(subject_label="ask")
    with clock.at(calendar.now):
        assert "They answered me" in alice_client.get(at).text

    alice_client.post(f"{at}reminders/{reminder.pk}/done/", {"kind": "answered"})

    ask.refresh_from_db()
    assert ask.state == "answered"
    calendar.days(10)
    assert not StepTaken.objects.waiting().filter(enrolment__subject_id=ask.pk).exists()
