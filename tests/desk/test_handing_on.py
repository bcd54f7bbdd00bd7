"""Reminders handed to a colleague, or skipped for a reason that is kept."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Contact
from outreach.models import Enrolment, Outcome, Reminder, StepKind
from outreach.services import add_cadence, add_reminder, add_step, begin_by_hand, take_due_steps
from tests.contacts.factories import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(business: Business) -> Contact:
    return make_contact(name="Marta Kovács")


@pytest.fixture
def of_bob(business: Business, bob: User) -> Membership:
    return Membership.objects.get(business=business, user=bob)


def a_reminder(business: Business, contact: Contact, text: str) -> Reminder:
    return add_reminder(
        business=business,
        kind="follow_up",
        contact=contact,
        due_on=clock.today(business),
        text=text,
        by=SYSTEM,
        now=clock.now(),
    )


def a_plan_with(business: Business, contact: Contact, kind: StepKind, by: Actor) -> Enrolment:
    """Somebody on a plan whose one step has just been taken."""
    now = clock.now()
    plan = add_cadence(business=business, name="Ours", by=by, now=now)
    add_step(cadence=plan, kind=kind, days=0, subject="Hello", words="Ring them", by=by, now=now)
    enrolment = begin_by_hand(cadence=plan, contact=contact, by=by, now=now)
    take_due_steps(now=now + timedelta(days=1))
    return enrolment


def test_what_is_handed_to_me_comes_first_and_can_be_seen_alone(
    alice_client: Client,
    bob_client: Client,
    business: Business,
    marta: Contact,
    of_bob: Membership,
) -> None:
    at = f"/b/{business.slug}/"
    a_reminder(business, marta, "Water the plants")
    oven = a_reminder(business, marta, "Ask about the oven")

    alice_client.post(f"{at}reminders/{oven.pk}/hand/", {"assignee": of_bob.pk})

    his, mine = bob_client.get(at).text, bob_client.get(f"{at}?mine=1").text
    assert his.index("Ask about the oven") < his.index("Water the plants")
    assert "for you" in his
    assert "Ask about the oven" in mine
    assert "Water the plants" not in mine
    hers, none_of_hers = alice_client.get(at).text, alice_client.get(f"{at}?mine=1").text
    assert hers.index("Water the plants") < hers.index("Ask about the oven")
    assert "for Bob Berg" in hers
    assert "Ask about the oven" not in none_of_hers
    told = alice_client.get(f"{at}people/{marta.pk}/").text
    assert "You handed on what is to be done" in told
    assert "to Bob Berg" in told


def test_whoever_works_alone_hears_nothing_of_colleagues(
    charlie_client: Client, alice_client: Client, business: Business, marta: Contact
) -> None:
    Membership.objects.filter(business=business, user__name="Bob Berg").update(role="viewer")
    reminder = a_reminder(business, marta, "Ask about the oven")

    today = alice_client.get(f"/b/{business.slug}/?mine=1").text
    page = alice_client.get(f"/b/{business.slug}/reminders/{reminder.pk}/").text

    assert "Ask about the oven" in today
    assert "Mine" not in today
    assert "Skip it" in page
    assert "Hand it on" not in page


@pytest.mark.parametrize("who", ["a stranger", "a viewer", "nonsense"])
def test_it_is_handed_only_to_somebody_who_works_here(
    alice_client: Client,
    other_business: Business,
    business: Business,
    marta: Contact,
    of_bob: Membership,
    who: str,
) -> None:
    stranger = Membership.objects.get(business=other_business)
    Membership.objects.filter(pk=of_bob.pk).update(role="viewer")
    reminder = a_reminder(business, marta, "Ask about the oven")
    to = {"a stranger": stranger.pk, "a viewer": of_bob.pk, "nonsense": "x"}[who]

    answer = alice_client.post(
        f"/b/{business.slug}/reminders/{reminder.pk}/hand/", {"assignee": to}
    )

    assert answer.status_code == (422 if who == "a viewer" else 404)
    reminder.refresh_from_db()
    assert reminder.assignee is None


def test_when_a_colleague_leaves_it_is_everybodys_again(
    business: Business, alice_client: Client, marta: Contact, of_bob: Membership
) -> None:
    reminder = a_reminder(business, marta, "Ask about the oven")
    alice_client.post(f"/b/{business.slug}/reminders/{reminder.pk}/hand/", {"assignee": of_bob.pk})

    of_bob.delete()

    reminder.refresh_from_db()
    assert reminder.assignee_id is None
    assert "Ask about the oven" in alice_client.get(f"/b/{business.slug}/").text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"reason": "It is settled", "own": ""}, "It is settled"),
        ({"reason": "It is settled", "own": " They \n moved "}, "They moved"),
    ],
)
def test_why_it_is_skipped_is_kept_with_the_person(
    alice_client: Client, business: Business, marta: Contact, sent: dict[str, str], kept: str
) -> None:
    at = f"/b/{business.slug}/"
    reminder = a_reminder(business, marta, "Ask about the oven")

    alice_client.post(f"{at}reminders/{reminder.pk}/skip/", sent)

    assert "Ask about the oven" not in alice_client.get(at).text
    told = alice_client.get(f"{at}people/{marta.pk}/").text
    assert "You skipped what was to be done" in told
    assert kept in told
    assert kept in alice_client.get(f"{at}reminders/{reminder.pk}/").text


def test_without_a_reason_it_is_not_skipped(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    reminder = a_reminder(business, marta, "Ask about the oven")

    answer = alice_client.post(f"/b/{business.slug}/reminders/{reminder.pk}/skip/", {"own": " "})

    assert answer.status_code == 422
    assert "Say in a few words why it is skipped." in answer.text
    reminder.refresh_from_db()
    assert reminder.is_open


def test_what_is_done_is_neither_skipped_nor_handed_on(
    alice_client: Client, business: Business, marta: Contact, of_bob: Membership
) -> None:
    reminder = a_reminder(business, marta, "Ask about the oven")
    at = f"/b/{business.slug}/reminders/{reminder.pk}/"
    alice_client.post(f"{at}done/")

    assert alice_client.post(f"{at}skip/", {"own": "Why not"}).status_code == 409
    assert alice_client.post(f"{at}hand/", {"assignee": of_bob.pk}).status_code == 409
    assert "It was done" in alice_client.get(at).text


def test_skipping_a_plans_reminder_shows_at_the_plan(
    alice_client: Client, business: Business, marta: Contact, by_alice: Actor
) -> None:
    enrolment = a_plan_with(business, marta, StepKind.REMINDER, by_alice)
    reminder = Reminder.objects.get(contact=marta)

    alice_client.post(f"/b/{business.slug}/reminders/{reminder.pk}/skip/", {"own": "They moved"})

    page = alice_client.get(f"/b/{business.slug}/settings/plans/{enrolment.cadence_id}/").text
    assert "skipped. They moved" in page


def test_skipping_a_letter_that_waits_leaves_it_unsent(
    alice_client: Client, business: Business, marta: Contact, by_alice: Actor
) -> None:
    enrolment = a_plan_with(business, marta, StepKind.LETTER, by_alice)
    reminder = Reminder.objects.get(contact=marta)

    alice_client.post(f"/b/{business.slug}/reminders/{reminder.pk}/skip/", {"own": "They moved"})

    taken = enrolment.taken.get()
    assert (taken.outcome, taken.reason) == (Outcome.DISMISSED, "They moved")
    assert alice_client.post(f"/b/{business.slug}/letters/{taken.pk}/send/").status_code == 409


def test_a_viewer_and_a_stranger_change_nothing(
    bob_client: Client,
    charlie_client: Client,
    business: Business,
    marta: Contact,
    of_bob: Membership,
) -> None:
    Membership.objects.filter(pk=of_bob.pk).update(role="viewer")
    reminder = a_reminder(business, marta, "Ask about the oven")
    at = f"/b/{business.slug}/reminders/{reminder.pk}/"

    for act, sent in (("skip/", {"own": "x"}), ("hand/", {"assignee": of_bob.pk})):
        assert bob_client.post(at + act, sent).status_code == 403
        assert charlie_client.post(at + act, sent).status_code == 404
    assert bob_client.get(at).status_code == 200
    assert "Skip it" not in bob_client.get(at).text
    reminder.refresh_from_db()
    assert reminder.is_open
