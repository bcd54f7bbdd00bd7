"""Plans of one's own that begin with what happens, each once, and end when they have no purpose."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses.models import Business, User
from contacts.models import Company, Contact
from contacts.services import add_contact, leave_in_peace
from contacts.states import Circle
from introductions.models import Advocate, Ask
from introductions.services import decline_ask, draft_ask, send_ask
from outreach.models import Cadence, Enrolment, Reminder, StepKind
from outreach.services import add_cadence, add_step, begin_quiet_partners
from referrals.models import Referral
from referrals.services import record_closed_business, reopen_referral
from referrals.yearly import begin_anniversaries
from tests.api.client import ApiClient, refusal, with_a_key
from tests.feedback.factories import make_feedback
from tests.plans.conftest import Calendar
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def elena(business: Business, calendar: Calendar) -> Contact:
    return add_contact(
        business=business, name="Elena Rossi", email="elena@x.example", by=SYSTEM, now=calendar.now
    )


def an_own_plan(business: Business, calendar: Calendar, trigger: str, **more: str) -> Cadence:
    now = calendar.now - timedelta(days=1)
    plan = add_cadence(business=business, name="Ours", trigger=trigger, by=SYSTEM, now=now, **more)
    add_step(
        cadence=plan,
        kind=StepKind.REMINDER,
        days=3,
        subject="",
        words="Think of {first_name}",
        by=SYSTEM,
        now=now,
    )
    return plan


def those_on(plan: Cadence) -> list[tuple[str, str, str]]:
    rows = Enrolment.objects.filter(cadence=plan).order_by("created_at")
    return [(row.contact.first_name, row.state, row.reason) for row in rows]


def test_it_is_made_on_the_page_with_what_it_begins_with(
    alice_client: Client, business: Business
) -> None:
    at = f"/b/{business.slug}/settings/plans/"

    made = alice_client.post(f"{at}add/", {"name": "Promoters", "begins": "feedback:promoter"})

    page = alice_client.get(made.url).text
    assert "begins when somebody says how likely they are to recommend you: 9 or 10" in page
    assert "It ends by itself when they answer again" in page


def test_what_it_cannot_begin_with_is_refused_and_the_name_stays(
    alice_client: Client, api: ApiClient, business: Business
) -> None:
    page = alice_client.post(
        f"/b/{business.slug}/settings/plans/add/", {"name": "Thanks twice", "begins": "thanks_win"}
    )
    thanks = api.post("/plans", {"name": "Thanks twice", "trigger": "thanks_win"})
    answers = api.post("/plans", {"name": "Met", "trigger": "met", "answers": "promoter"})

    assert page.status_code == 422
    assert "Thanks twice" in page.text
    assert refusal(thanks) == (422, "trigger_not_for_own_plans")
    assert refusal(answers) == (422, "answers_without_feedback")
    assert not Cadence.objects.filter(key="").exists()


def test_an_integration_makes_one(api: ApiClient) -> None:
    told = api.post("/plans", {"name": "Ours", "trigger": "lost"}).json()

    assert (told["trigger"], told["answers"], told["key"]) == ("lost", "any", "")


@pytest.mark.parametrize(
    ("step", "ended"), [("met", "It became business."), ("lost", "You are talking.")]
)
def test_met_and_lost_begin_one_and_the_next_step_ends_it(
    business: Business, referral: Referral, calendar: Calendar, step: str, ended: str
) -> None:
    plan = an_own_plan(business, calendar, step)
    now = calendar.now
    _ = moved(referral, "met", now) if step == "met" else lost(referral, now)
    calendar.work()
    assert those_on(plan) == [("Jonas", "active", "")]

    referral.refresh_from_db()
    _ = (
        won(referral, now)
        if step == "met"
        else reopen_referral(referral=referral, by=SYSTEM, now=now)
    )
    calendar.work()

    assert those_on(plan) == [("Jonas", "stopped", ended)]


def test_a_handshake_and_a_win_begin_one_each(
    business: Business, advocate: Advocate, calendar: Calendar
) -> None:
    after_the_handshake = an_own_plan(business, calendar, "handshake")
    after_the_win = an_own_plan(business, calendar, "won")
    referral = a_referral(advocate, calendar.now)
    calendar.work()
    assert those_on(after_the_handshake) == [("Jonas", "active", "")]

    won(referral, calendar.now)
    calendar.work()

    assert those_on(after_the_handshake) == [("Jonas", "stopped", "It became business.")]
    assert those_on(after_the_win) == [("Jonas", "active", "")]


def test_an_ask_begins_one_that_an_answer_ends(
    business: Business, elena: Contact, alice: User, calendar: Calendar, by_alice: Actor
) -> None:
    plan = an_own_plan(business, calendar, "ask_sent")
    ask = draft_ask(contact=elena, wanted="A workshop", by=by_alice, sender=alice, now=calendar.now)
    send_ask(ask=ask, by=by_alice, now=calendar.now)
    calendar.work()
    assert those_on(plan) == [("Elena", "active", "")]

    decline_ask(ask=Ask.objects.get(), now=calendar.now)
    calendar.work()

    assert those_on(plan) == [("Elena", "stopped", "They answered.")]


@pytest.mark.parametrize(
    ("answers", "begins"),
    [("any", [10, 8, 3]), ("promoter", [10]), ("passive", [8]), ("detractor", [3])],
)
def test_an_answer_begins_those_that_wait_for_it(
    business: Business, calendar: Calendar, answers: str, begins: list[int]
) -> None:
    plan = an_own_plan(business, calendar, "feedback", answers=answers)
    for score in (10, 8, 3):
        contact = add_contact(business=business, name=f"Score {score}", by=SYSTEM, now=calendar.now)
        make_feedback(contact, score, now=calendar.now)

    calendar.work()

    names = Enrolment.objects.filter(cadence=plan).values_list("contact__name", flat=True)
    assert sorted(names) == sorted(f"Score {score}" for score in begins)


def test_another_answer_ends_what_the_one_before_began(
    business: Business, elena: Contact, calendar: Calendar
) -> None:
    plan = an_own_plan(business, calendar, "feedback", answers="detractor")
    make_feedback(elena, 3, now=calendar.now)
    calendar.work()

    make_feedback(elena, 9, now=calendar.now + timedelta(minutes=1))
    calendar.jump(days=1)

    assert those_on(plan) == [("Elena", "stopped", "They answered again.")]


def test_another_answer_also_drops_what_a_plan_that_came_to_its_end_left_open(
    business: Business, elena: Contact, calendar: Calendar
) -> None:
    an_own_plan(business, calendar, "feedback", answers="promoter")
    make_feedback(elena, 9, now=calendar.now)
    calendar.work()
    calendar.jump(days=4)
    assert Reminder.objects.open().get(contact=elena).text == "Think of Elena"

    make_feedback(elena, 8, now=calendar.now)
    calendar.work()

    assert not Reminder.objects.open().filter(contact=elena).exists()


def test_a_first_business_makes_a_new_customer_and_an_old_one_none(
    business: Business, elena: Contact, calendar: Calendar, by_alice: Actor
) -> None:
    plan = an_own_plan(business, calendar, "new_customer")
    old = add_contact(business=business, name="Old Friend", by=SYSTEM, now=calendar.now)
    day = calendar.now.date()
    for contact, on in ((elena, day), (elena, day), (old, day - timedelta(days=90))):
        record_closed_business(
            contact=contact, amount=100, currency="EUR", on=on, by=by_alice, now=calendar.now
        )

    calendar.work()

    assert those_on(plan) == [("Elena", "active", "")]


def test_a_quiet_partner_begins_one(business: Business, elena: Contact, calendar: Calendar) -> None:
    plan = an_own_plan(business, calendar, "partner_quiet")
    today = calendar.now.date()
    long_ago = today - timedelta(days=90)
    elena.company = Company.objects.create(
        business=business, name="Rossi", partner_since=long_ago, created_at=calendar.now
    )
    elena.last_touch_on = long_ago
    elena.save()

    for _ in range(2):
        begin_quiet_partners(business=business, today=today, now=calendar.now)

    assert those_on(plan) == [("Elena", "active", "")]


@pytest.mark.parametrize("is_left_in_peace", [False, True])
def test_at_a_firm_where_nobody_was_spoken_with_somebody_is_chosen(
    business: Business, elena: Contact, calendar: Calendar, by_alice: Actor, is_left_in_peace: bool
) -> None:
    plan = an_own_plan(business, calendar, "partner_quiet")
    today = calendar.now.date()
    long_ago = today - timedelta(days=90)
    rossi = Company.objects.create(
        business=business, name="Rossi", partner_since=long_ago, created_at=calendar.now
    )
    bruno = add_contact(business=business, name="Bruno", by=SYSTEM, now=calendar.now)
    Contact.objects.filter(pk__in=[elena.pk, bruno.pk]).update(company=rossi)
    if is_left_in_peace:
        Contact.objects.filter(pk=elena.pk).update(last_touch_on=long_ago)
        leave_in_peace(contact=elena, why="died", by=by_alice, now=calendar.now)

    begin_quiet_partners(business=business, today=today, now=calendar.now)

    whom = "Bruno" if is_left_in_peace else "Elena"
    assert those_on(plan) == [(whom, "active", "")]


def test_a_firm_with_which_you_spoke_lately_is_not_woken_by_another_there(
    business: Business, elena: Contact, calendar: Calendar
) -> None:
    plan = an_own_plan(business, calendar, "partner_quiet")
    today = calendar.now.date()
    rossi = Company.objects.create(
        business=business,
        name="Rossi",
        partner_since=today - timedelta(days=90),
        created_at=calendar.now,
    )
    add_contact(business=business, name="Bruno", by=SYSTEM, now=calendar.now)
    Contact.objects.update(company=rossi)
    Contact.objects.filter(pk=elena.pk).update(last_touch_on=today - timedelta(days=5))

    begin_quiet_partners(business=business, today=today, now=calendar.now)

    assert those_on(plan) == []


def test_a_yearly_one_counts_from_the_day_itself(
    business: Business, advocate: Advocate, referral: Referral, calendar: Calendar
) -> None:
    plan = an_own_plan(business, calendar, "anniversary")
    advocate.contact.circle = Circle.INNER
    advocate.contact.save()
    soon = calendar.now + timedelta(days=350)

    begin_anniversaries(business=business, today=soon.date(), now=soon)

    # Introduced on 1 September 2026, and three days after that day a year later.
    [enrolment] = Enrolment.objects.filter(cadence=plan)
    assert str(enrolment.due_at) == "2027-09-04 07:00:00+00:00"


def test_nobody_who_is_left_in_peace_is_put_on_one(
    business: Business, elena: Contact, calendar: Calendar, by_alice: Actor
) -> None:
    plan = an_own_plan(business, calendar, "feedback")
    leave_in_peace(contact=elena, why="leave_me_be", by=by_alice, now=calendar.now)
    make_feedback(elena, 9, now=calendar.now)

    calendar.work()

    assert those_on(plan) == []
