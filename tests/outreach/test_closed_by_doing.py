"""Doing the thing closes its reminder; what only a person can know does not."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from activity.services import run_later_reactions
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import log_interaction
from introductions import services as introductions
from outreach.models import Reminder
from outreach.services import add_reminder
from referrals.models import ThankYou
from referrals.services import ReferralChanges, give_thanks, move_referral, plan_referral
from tests.api.client import with_a_key
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(business: Business) -> Contact:
    return make_contact(name="Marta Kovács", email="marta@kovacs.example")


def to_do(contact: Contact, kind: str, *, in_days: int = 0) -> Reminder:
    now = clock.now()
    return add_reminder(
        business=contact.business,
        kind=kind,
        contact=contact,
        due_on=clock.today(contact.business, now) + timedelta(days=in_days),
        text="Of my own",
        by=SYSTEM,
        now=now,
    )


def is_open(reminder: Reminder) -> bool:
    run_later_reactions(now=clock.now() + timedelta(seconds=1))
    reminder.refresh_from_db()
    return reminder.is_open


def test_asking_somebody_closes_what_reminds_of_asking_them(
    marta: Contact, business: Business, alice: User, by_alice: Actor
) -> None:
    other = make_contact(name="Olga Ek", email="olga@ek.example")
    reminder, of_another = to_do(marta, "ask", in_days=20), to_do(other, "ask")
    ask = introductions.draft_ask(
        contact=marta, wanted="workshops", by=by_alice, sender=alice, now=clock.now()
    )
    assert is_open(reminder)

    introductions.send_ask(ask=ask, by=by_alice, now=clock.now())

    assert not is_open(reminder)
    assert is_open(of_another)


def test_being_in_touch_closes_what_reminds_of_it(marta: Contact, by_alice: Actor) -> None:
    now = clock.now()
    reminder, later = to_do(marta, "keep_in_touch"), to_do(marta, "keep_in_touch", in_days=9)
    log_interaction(contact=marta, kind="note", text="Likes tea", by=by_alice, now=now)
    assert is_open(reminder)

    log_interaction(contact=marta, kind="call", by=by_alice, now=now)

    assert not is_open(reminder)
    assert is_open(later)


def test_thanking_for_all_that_is_owed_closes_what_reminds_of_it(
    business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    advocate = an_advocate(business, now)
    for email in ("jonas@shoebox.example", "ida@shoebox.example"):
        a_referral(advocate, now, email)
    reminder = to_do(advocate.contact, "thank")
    *some, last = ThankYou.objects.due().filter(advocate=advocate)
    assert some

    for thank_you in some:
        give_thanks(thank_you=thank_you, how="call", by=by_alice, now=now)
    assert is_open(reminder)
    give_thanks(thank_you=last, how="call", by=by_alice, now=now)

    assert not is_open(reminder)


def test_a_step_of_a_referral_closes_what_reminds_of_it(
    business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    referral = a_referral(an_advocate(business, now), now)
    reminder = Reminder.objects.open().get(contact=referral.contact, kind="follow_up")

    move_referral(referral=referral, to="met", by=by_alice, now=now)

    assert not is_open(reminder)


def follow_ups(contact: Contact) -> list[str]:
    run_later_reactions(now=clock.now() + timedelta(seconds=1))
    rows = Reminder.objects.open().filter(contact=contact, kind="follow_up").order_by("id")
    return [row.text for row in rows]


@pytest.mark.parametrize("how", ["page", "api"])
def test_a_call_closes_what_reminds_of_following_up(
    business: Business, alice: User, alice_client: Client, how: str
) -> None:
    referral = a_referral(an_advocate(business, clock.now()), clock.now())
    jonas = referral.contact
    assert follow_ups(jonas) == ["Follow up with Jonas"]
    move_referral(referral=referral, to="talking", by=SYSTEM, now=clock.now())
    assert follow_ups(jonas) == ["See how it stands with Jonas"]

    if how == "page":
        call = {"kind": "call", "text": ""}
        alice_client.post(f"/b/{business.slug}/people/{jonas.pk}/interactions/", call)
    else:
        with_a_key(business, alice).post(f"/contacts/{jonas.pk}/interactions", {"kind": "call"})

    assert follow_ups(jonas) == []


def test_a_call_of_yesterday_leaves_what_came_after_it_and_what_the_owner_planned(
    business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    referral = a_referral(an_advocate(business, now), now)
    day = clock.today(business, now) + timedelta(days=3)
    yesterday = now - timedelta(days=1)

    log_interaction(
        contact=referral.contact, kind="call", occurred_at=yesterday, by=by_alice, now=now
    )
    assert follow_ups(referral.contact) == ["Follow up with Jonas"]

    changes = ReferralChanges(next_step="Send the offer", next_on=day)
    plan_referral(referral=referral, changes=changes, by=by_alice, now=now)
    log_interaction(contact=referral.contact, kind="call", by=by_alice, now=clock.now())
    assert follow_ups(referral.contact) == ["Send the offer"]


@pytest.mark.parametrize("kind", ["put_right", "reward", "follow_up"])
def test_what_only_a_person_can_know_stays_open(marta: Contact, by_alice: Actor, kind: str) -> None:
    reminder = to_do(marta, kind)

    log_interaction(contact=marta, kind="call", by=by_alice, now=clock.now())

    assert is_open(reminder)
