"""A plan reminds of ringing somebody: *We spoke* and *Done* mean the same at whichever door."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Company, Contact, Interaction
from outreach.models import CadenceStep, Condition, Reminder, StepKind, StepTaken
from outreach.services import (
    add_step,
    begin_by_hand,
    begin_quiet_partners,
    one_tap_url,
    stop_enrolment,
)
from referrals.models import Referral
from tests.api.client import with_a_key
from tests.contacts.factories import make_contact
from tests.plans.conftest import Calendar
from tests.plans.test_own import an_own_plan
from tests.referrals.factories import moved

pytestmark = pytest.mark.django_db

Press = Callable[[Reminder, str], int]
DOORS = ["desk", "morning", "api"]


@pytest.fixture
def elena(business: Business, calendar: Calendar) -> Contact:
    """Of a partner firm that has been quiet, so that a plan wakes it."""
    today = calendar.now.date()
    firm = Company.objects.create(
        business=business,
        name="Rossi",
        partner_since=today - timedelta(days=90),
        created_at=calendar.now,
    )
    elena = make_contact(business, name="Elena Rossi", email="elena@rossi.example")
    Contact.objects.filter(pk=elena.pk).update(company=firm)
    begin_quiet_partners(business=business, today=today, now=calendar.now)
    calendar.work()
    return elena


@pytest.fixture
def ring(elena: Contact) -> Reminder:
    return Reminder.objects.open().get(contact=elena, text__startswith="Ring Elena")


@pytest.fixture
def doors(
    business: Business,
    alice: User,
    alice_client: Client,
    guest: Client,
    membership: Membership,
    calendar: Calendar,
) -> dict[str, Press]:
    """How *spoken*, *done* and *reopen* are said at each; the status of the answer."""
    api = with_a_key(business, alice)

    def desk(reminder: Reminder, press: str) -> int:
        word, more = ("done", {"kind": "call"}) if press == "spoken" else (press, {})
        at = f"/b/{business.slug}/reminders/{reminder.pk}/{word}/"
        return alice_client.post(at, more).status_code

    def morning(reminder: Reminder, press: str) -> int:
        word = "undo" if press == "reopen" else press
        at = f"{behind_the_letter(reminder, membership, calendar)}{word}/"
        return guest.post(at, {"when": "today"}).status_code

    def api_door(reminder: Reminder, press: str) -> int:
        status: int = api.post(f"/reminders/{reminder.pk}/{press}").status_code
        return status

    return {"desk": desk, "morning": morning, "api": api_door}


def behind_the_letter(reminder: Reminder, member: Membership, calendar: Calendar) -> str:
    return urlsplit(one_tap_url(reminder=reminder, member=member, now=calendar.now)).path


def press(door: Press, reminder: Reminder, word: str, calendar: Calendar) -> int:
    with clock.at(calendar.now):
        status = door(reminder, word)
        calendar.work()
    return status


def taken(contact: Contact) -> list[tuple[str, str]]:
    rows = StepTaken.objects.filter(enrolment__contact=contact).order_by("position")
    return [(one.outcome, one.reason) for one in rows]


@pytest.mark.parametrize("place", ["today", "list", "reminder", "morning"])
def test_each_page_offers_we_spoke_first_and_done_beside_it(
    business: Business,
    alice_client: Client,
    membership: Membership,
    ring: Reminder,
    calendar: Calendar,
    place: str,
) -> None:
    desk = f"/b/{business.slug}/"
    at = {
        "today": desk,
        "list": f"{desk}reminders/",
        "reminder": f"{desk}reminders/{ring.pk}/",
        "morning": behind_the_letter(ring, membership, calendar),
    }[place]

    with clock.at(calendar.now):
        page = alice_client.get(at).text

    assert 0 < page.index(">We spoke</button>") < page.index(">Done</button>")


@pytest.mark.parametrize("door", DOORS)
def test_after_done_nobody_writes_that_it_was_quiet_and_the_plan_says_why(
    business: Business,
    alice_client: Client,
    doors: dict[str, Press],
    elena: Contact,
    ring: Reminder,
    calendar: Calendar,
    door: str,
) -> None:
    press(doors[door], ring, "done", calendar)
    with clock.at(calendar.now):
        coming = alice_client.get(f"/b/{business.slug}/settings/plans/coming/").text
    calendar.jump(days=8)

    assert "You did what you were reminded of." in coming
    assert taken(elena) == [("reminded", ""), ("skipped", "You did what you were reminded of.")]
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("door", DOORS)
def test_what_was_not_done_after_all_is_done_in_silence_as_before(
    doors: dict[str, Press], elena: Contact, ring: Reminder, calendar: Calendar, door: str
) -> None:
    for word in ("done", "reopen"):
        press(doors[door], ring, word, calendar)

    calendar.jump(days=8)

    assert taken(elena) == [("reminded", ""), ("drafted", "")]


@pytest.mark.parametrize("door", DOORS)
def test_we_spoke_keeps_a_call_once_and_that_is_being_in_touch(
    doors: dict[str, Press], elena: Contact, ring: Reminder, calendar: Calendar, door: str
) -> None:
    for _ in range(2):
        press(doors[door], ring, "spoken", calendar)
    calendar.jump(days=8)

    ring.refresh_from_db()
    elena.refresh_from_db()
    assert not ring.is_open
    assert Interaction.objects.get(contact=elena).kind == "call"
    assert elena.last_touch_on == calendar.now.date() - timedelta(days=8)
    assert taken(elena) == [("reminded", "")]


def test_behind_the_letter_a_program_that_presses_buttons_keeps_no_call(
    guest: Client, membership: Membership, ring: Reminder, calendar: Calendar
) -> None:
    """None but a person chooses the day, and no press takes a call back."""
    at = behind_the_letter(ring, membership, calendar)

    with clock.at(calendar.now):
        for given in ({}, {"when": ""}, {"when": "tomorrow"}):
            page = guest.post(f"{at}spoken/", given, follow=True).text

    ring.refresh_from_db()
    assert ring.is_open
    assert not Interaction.objects.exists()
    assert ">We spoke</button>" in page


def test_in_the_morning_it_may_have_been_yesterday(
    guest: Client, membership: Membership, elena: Contact, ring: Reminder, calendar: Calendar
) -> None:
    at = behind_the_letter(ring, membership, calendar)

    with clock.at(calendar.now):
        page = guest.post(f"{at}spoken/", {"when": "yesterday"}, follow=True).text
    calendar.jump(days=8)

    elena.refresh_from_db()
    call = Interaction.objects.get(contact=elena)
    assert call.occurred_at == datetime(2026, 8, 31, 10, 0, tzinfo=UTC)
    assert elena.last_touch_on == call.occurred_at.date()
    assert "It is done." in page
    assert "drafted" not in dict(taken(elena))


def test_an_integrator_says_when_they_spoke(
    business: Business, alice: User, elena: Contact, ring: Reminder, calendar: Calendar
) -> None:
    api = with_a_key(business, alice)
    at = calendar.now - timedelta(hours=1)
    later = calendar.now + timedelta(days=1)

    with clock.at(calendar.now):
        too_early = api.post(f"/reminders/{ring.pk}/spoken", {"occurred_at": later.isoformat()})
        was_open = api.get(f"/reminders/{ring.pk}").json()["done_at"] is None
        answer = api.post(f"/reminders/{ring.pk}/spoken", {"occurred_at": at.isoformat()})

    assert (too_early.status_code, was_open) == (422, True)
    assert answer.json()["done_at"] is not None
    assert Interaction.objects.get(contact=elena).occurred_at == at


@pytest.mark.parametrize(
    ("way", "became"),
    [
        ({}, "drafted"),
        ({"condition": "no_touch"}, "skipped"),
        ({"reminder_kind": "keep_in_touch"}, "skipped"),
    ],
)
def test_done_says_that_only_of_a_reminder_to_ring_or_meet(
    business: Business,
    by_alice: Actor,
    calendar: Calendar,
    doors: dict[str, Press],
    way: dict[str, str],
    became: str,
) -> None:
    """*Send the papers* done is no word spoken; on the list for being in touch it is."""
    plan = an_own_plan(business, calendar, "by_hand")
    CadenceStep.objects.filter(cadence=plan).update(**way)
    add_step(
        cadence=plan,
        kind=StepKind.LETTER,
        days=7,
        subject="Hello",
        words="How are you?",
        condition=Condition.NO_TOUCH,
        by=by_alice,
        now=calendar.now,
    )
    ines = make_contact(business, name="Ines Blom", email="ines@blom.example")
    begin_by_hand(cadence=plan, contact=ines, by=by_alice, now=calendar.now)
    calendar.jump(days=4)

    press(doors["desk"], Reminder.objects.open().get(contact=ines), "done", calendar)
    calendar.jump(days=10)

    assert [outcome for outcome, _ in taken(ines)] == ["reminded", became]


@pytest.fixture
def rung(referral: Referral, calendar: Calendar) -> Reminder:
    """*Ring Jonas, or let it rest*: the last step of the plan that follows up a handshake."""
    for days in (0, 10, 20):
        calendar.jump(days=days)
    return Reminder.objects.open().get(text__startswith="Ring Jonas")


@pytest.mark.parametrize("door", DOORS)
def test_what_belongs_to_a_plan_that_is_over_is_not_opened_again(
    business: Business,
    doors: dict[str, Press],
    alice_client: Client,
    membership: Membership,
    rung: Reminder,
    referral: Referral,
    calendar: Calendar,
    door: str,
) -> None:
    press(doors[door], rung, "done", calendar)
    moved(referral, "met", calendar.now)

    status = press(doors[door], rung, "reopen", calendar)

    rung.refresh_from_db()
    assert not rung.is_open
    assert status == (303 if door == "morning" else 409)
    with clock.at(calendar.now):
        desk = alice_client.get(f"/b/{business.slug}/reminders/{rung.pk}/").text
        behind = alice_client.get(behind_the_letter(rung, membership, calendar)).text
    assert "Its plan is over. You have met." in desk
    assert "It is done. Its plan is over. You have met." in behind
    assert "Open it again" not in desk
    assert ">Undo<" not in behind


def test_nor_what_belongs_to_one_that_somebody_stopped(
    doors: dict[str, Press], elena: Contact, ring: Reminder, by_alice: Actor, calendar: Calendar
) -> None:
    press(doors["desk"], ring, "done", calendar)
    plan = StepTaken.objects.get(reminder=ring).enrolment
    stop_enrolment(enrolment=plan, reason="They rang us.", by=by_alice, now=calendar.now)

    assert press(doors["api"], ring, "reopen", calendar) == 409


def test_while_its_plan_goes_on_it_is_opened_again_and_closes_with_the_plan(
    doors: dict[str, Press], rung: Reminder, referral: Referral, calendar: Calendar
) -> None:
    for word in ("done", "reopen"):
        press(doors["desk"], rung, word, calendar)
    rung.refresh_from_db()
    was_open = rung.is_open

    moved(referral, "met", calendar.now)
    calendar.work()

    rung.refresh_from_db()
    assert was_open
    assert not rung.is_open
