"""What is worth a look: found with its evidence, and read by the owner before anything is given."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import add_contact
from introductions import tasks
from introductions.models import Advocate, Introduction
from introductions.services import (
    accept_introduction,
    advocate_for,
    send_handshake_now,
    vouch_for,
)
from introductions.terms import mark_of, terms_for
from referrals.models import Referral
from rewards.models import Reward, RewardFlag
from rewards.states import RewardState, Trigger
from tests.api.client import with_a_key
from tests.guests.factories import prospect_page, share_page, vouch_page
from tests.introductions.factories import a_contact, an_advocate, came_by_link, shared
from tests.referrals.factories import moved, won
from tests.rewards.factories import (
    a_rule,
    follow,
    follow_since,
    published,
    shook_hands,
    the_reward,
)

pytestmark = pytest.mark.django_db

NUMBER = "+46701112233"


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    contact = a_contact(business, now, "Walter Holm", "walter@holm.example", NUMBER)
    return advocate_for(contact=contact, now=now)


def kinds() -> set[str]:
    return {flag.kind for flag in RewardFlag.objects.all()}


def test_a_number_an_address_and_a_household_in_common_are_flagged_with_evidence(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    Contact.objects.filter(pk=marta.contact_id).update(
        phone="+46701112233", postal_address="Harbour Street 9\n222 22 Lund"
    )
    add_contact(
        business=business,
        name="Jonas Oliveira",
        email="jonas@mailinator.com",
        phone="+46701112233",
        postal_address="Harbour street 9, 222 22 Lund",
        customer_since=date(2024, 3, 1),
        by=SYSTEM,
        now=now,
    )

    shook_hands(marta, now, "jonas@mailinator.com")

    assert kinds() == {"same_phone", "same_household", "known", "disposable"}
    evidence = {flag.kind: flag.evidence for flag in RewardFlag.objects.all()}
    assert evidence["known"] == {"since": "2024-03-01"}
    assert evidence["disposable"] == {"domain": "mailinator.com"}
    assert the_reward().state == RewardState.EARNED


def test_a_ring_is_seen_however_long_it_is(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    sender = marta
    for name in ("Ida", "Vera"):
        sent = shook_hands(sender, now, f"{name}@x.example".lower(), name)
        sender = advocate_for(contact=sent.contact, now=now)
    assert not kinds()

    shook_hands(sender, now, marta.contact.email, "Marta")

    flag = RewardFlag.objects.get()
    assert flag.kind == "ring"
    assert flag.evidence["people"][0] == str(marta.contact_id)
    assert len(flag.evidence["people"]) == 3


def test_where_nothing_is_given_nobody_is_looked_at(
    business: Business, marta: Advocate, now: datetime
) -> None:
    shook_hands(marta, now, "jonas@mailinator.com")

    assert not kinds()


# --- Who is credited after it began --------------------------------------------------------------


def test_a_sender_who_is_named_later_is_looked_at_and_has_earned_it(
    alice_client: Client, desk: str, business: Business, walter: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    arrived = {"name": "Ida Berg", "reach": "ida@x.example"}
    alice_client.post(f"{desk}sent/", arrived)
    Contact.objects.filter(name="Ida Berg").update(phone=NUMBER)
    last = Event.objects.latest("id").pk
    sender = {"sender": str(walter.contact_id), "sender_name": "Walter Holm"}

    alice_client.post(f"{desk}sent/", arrived | sender | {"sender_told": "on"})
    follow_since(last, now)

    assert Referral.objects.count() == 1
    assert the_reward().contact == walter.contact
    early = alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/")
    assert "Ida has the same phone number as Walter Holm." in early.text


def test_whoever_is_credited_by_a_split_is_looked_at_beside_the_first(
    alice_client: Client,
    desk: str,
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(Trigger.WON, amount=0, percent=10))
    Contact.objects.filter(pk=marta.contact_id).update(phone=NUMBER)
    a_contact(business, now, "Jonas Berg", "jonas@x.example", NUMBER)
    referral = shook_hands(marta, now, "jonas@x.example")
    shook_hands(walter, now, "jonas@x.example")
    shares = {f"share_{marta.pk}": "60", f"share_{walter.pk}": "40"}

    alice_client.post(f"{desk}referrals/{referral.pk}/split/", shares)
    won(referral, now)
    follow(now)
    follow(now)

    page = alice_client.get(f"{desk}rewards/{Reward.objects.get(share=40).pk}/").text
    for name in ("Marta Oliveira", "Walter Holm"):
        assert page.count(f"Jonas has the same phone number as {name}.") == 1


@pytest.mark.parametrize(("day", "is_known"), [(5, False), (4, True)])
def test_a_customer_of_the_same_day_where_the_business_is_was_none_before(
    business: Business, marta: Advocate, day: int, is_known: bool
) -> None:
    # Half past midnight on the 5th in Stockholm.
    now = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    published(business, now - timedelta(days=1), a_rule())
    add_contact(
        business=business,
        name="Jonas",
        email="jonas@x.example",
        customer_since=date(2026, 5, day),
        by=SYSTEM,
        now=now,
    )

    shook_hands(marta, now, "jonas@x.example")

    assert (kinds() == {"known"}) == is_known


def came(guest: Client, marta: Advocate, now: datetime) -> Introduction:
    """By Marta's own link, with her number; and she gives her word."""
    at = share_page(marta)
    typed = {"first_name": "Ida", "reach": "070-111 22 33", "words": "We live together."}
    guest.post(f"{at}come/", typed | {"terms": mark_of(terms_for(marta))})
    row = Introduction.objects.get()
    guest.post(f"{vouch_page(row)}yes/")
    return row


def said_yes(guest: Client, marta: Advocate, now: datetime) -> Introduction:
    row = shared(marta, now, first_name="Ida")
    guest.post(f"{prospect_page(row)}yes/", {"reach": "070-111 22 33"})
    return row


@pytest.mark.parametrize("comes", [came, said_yes])
def test_whoever_shares_the_number_of_who_introduces_them_is_let_through_and_looked_at(
    guest: Client,
    alice_client: Client,
    desk: str,
    business: Business,
    alice: User,
    marta: Advocate,
    now: datetime,
    comes: Callable[[Client, Advocate, datetime], Introduction],
) -> None:
    published(business, now, a_rule())
    Contact.objects.filter(pk=marta.contact_id).update(phone=NUMBER)

    row = comes(guest, marta, now)
    tasks.shake_hands(now=now + settings.UNDO_WINDOW)
    follow(now)

    row.refresh_from_db()
    assert row.contact not in (None, marta.contact)
    assert "Ida has the same phone number as Marta Oliveira." in reads(
        alice_client, desk, the_reward()
    )
    [flag] = with_a_key(business, alice).get("/reward-flags").json()["results"]
    assert (flag["kind"], flag["evidence"]) == (
        "same_phone",
        {"contact": str(marta.contact_id)},
    )
    early = alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/")
    assert early.status_code == 409


# --- For the introduction itself -----------------------------------------------------------------


def test_an_introduction_is_looked_at_when_it_is_made_and_nothing_is_unsealed(
    alice_client: Client, desk: str, business: Business, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    sender = an_advocate(business, now, name="Marta", email="marta@mailinator.com")
    came = came_by_link(sender, now, "jonas@mailinator.com")
    vouch_for(introduction=came, words="We run together.", now=now)
    follow(now)

    early = alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/")

    assert early.status_code == 409
    assert "The address of Marta at mailinator.com is one that is thrown away." in early.text
    assert "Jonas" not in early.text
    [flag] = RewardFlag.objects.all()
    assert flag.evidence == {"contact": str(sender.contact_id), "domain": "mailinator.com"}
    found = {"words": "It is hers.", "fine": "yes"}
    alice_client.post(f"{desk}rewards/flags/{flag.pk}/settle/", found)
    assert alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/").status_code == 302


def test_what_was_earned_for_the_introduction_is_looked_at_again_once_there_is_a_yes(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    Contact.objects.filter(pk=marta.contact_id).update(phone=NUMBER)
    a_contact(business, now, "Jonas Berg", "jonas@x.example", NUMBER)
    row = shared(marta, now)
    follow(now)
    assert alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/").status_code == 302

    accept_introduction(introduction=row, email="jonas@x.example", now=now)
    send_handshake_now(introduction=row, now=now)
    follow(now)

    late = alice_client.post(f"{desk}rewards/{the_reward().pk}/give/")
    assert "Jonas has the same phone number as Marta Oliveira." in late.text
    assert the_reward().state == RewardState.APPROVED


def test_whoever_introduced_them_second_is_looked_at_for_the_introduction_too(
    alice_client: Client,
    desk: str,
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    a_contact(business, now, "Jonas Berg", "jonas@x.example", NUMBER)
    seconds = shared(walter, now)
    follow(now)
    shook_hands(marta, now, "jonas@x.example")

    accept_introduction(introduction=seconds, email="jonas@x.example", now=now)
    send_handshake_now(introduction=seconds, now=now)
    follow(now)

    reward = Reward.objects.get(contact=walter.contact)
    assert "Jonas has the same phone number as Walter Holm." in reads(alice_client, desk, reward)
    flag = RewardFlag.objects.get()
    refused = {"words": "It is his own.", "fine": "no"}
    alice_client.post(f"{desk}rewards/flags/{flag.pk}/settle/", refused)
    reward.refresh_from_db()
    assert (reward.state, reward.void_because) == (RewardState.VOID, "It is his own.")


def test_many_introductions_that_nobody_answers_are_one_question(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    for number in range(4):
        shared(marta, now, f"Jonas {number}")
        follow(now)
    assert not kinds()

    for number in range(4, 7):
        shared(marta, now, f"Jonas {number}")
        follow(now)

    flag = RewardFlag.objects.get()
    page = " ".join(alice_client.get(f"{desk}rewards/").text.split())
    assert "Marta has made 5 introductions since 4 May 2026, and nobody has answered one." in page
    assert "An introduction by Marta Oliveira</a>" in page
    for reward in Reward.objects.all():
        assert alice_client.post(f"{desk}rewards/{reward.pk}/approve/").status_code == 409
    found = {"words": "She made them up.", "fine": "no"}
    alice_client.post(f"{desk}rewards/flags/{flag.pk}/settle/", found)
    assert {one.void_because for one in Reward.objects.all()} == {"She made them up."}


def test_many_introductions_are_no_question_where_somebody_answers(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    shook_hands(marta, now)

    for number in range(6):
        shared(marta, now, f"Jonas {number}")
        follow(now)

    assert not kinds()


# --- Once a person has said that nothing is given ------------------------------------------------


@pytest.mark.parametrize("is_fine", [True, False])
def test_what_is_earned_after_nothing_is_given_is_void_from_the_first(
    alice_client: Client,
    desk: str,
    business: Business,
    marta: Advocate,
    now: datetime,
    is_fine: bool,
) -> None:
    rules = [a_rule(trigger) for trigger in (Trigger.HANDSHAKE, Trigger.MET, Trigger.WON)]
    published(business, now, *rules)
    referral = shook_hands(marta, now, "jonas@mailinator.com")
    found = {"words": "It is Marta herself.", "fine": "yes" if is_fine else "no"}
    alice_client.post(f"{desk}rewards/flags/{RewardFlag.objects.get().pk}/settle/", found)

    won(referral, now)
    follow(now)
    follow(now)

    states = {one.trigger: one.state for one in Reward.objects.all()}
    end = RewardState.EARNED if is_fine else RewardState.VOID
    assert states == dict.fromkeys(("handshake", "met", "won"), end)
    words = {one.void_because for one in Reward.objects.all()}
    assert words == ({""} if is_fine else {"It is Marta herself."})


def test_what_had_fallen_before_stays_void_too(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.MET))
    referral = moved(shook_hands(marta, now, "jonas@mailinator.com"), "met", now)
    follow(now)
    moved(referral, "talking", now)
    follow(now)
    found = {"words": "It is Marta herself.", "fine": "no"}
    alice_client.post(f"{desk}rewards/flags/{RewardFlag.objects.get().pk}/settle/", found)

    moved(referral, "met", now)
    follow(now)

    assert the_reward().state == RewardState.VOID


# --- As the owner reads it -----------------------------------------------------------------------


def reads(client: Client, desk: str, reward: Reward) -> str:
    return " ".join(client.get(f"{desk}rewards/{reward.pk}/").text.split())


def test_what_they_have_in_common_is_read_with_its_evidence(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    home = "Harbour Street 9\n222 22 Lund"
    Contact.objects.filter(pk=marta.contact_id).update(phone=NUMBER, postal_address=home)
    add_contact(
        business=business,
        name="Jonas Oliveira",
        email="jonas@x.example",
        phone=NUMBER,
        postal_address=home,
        customer_since=date(2024, 3, 1),
        by=SYSTEM,
        now=now,
    )
    shook_hands(marta, now, "jonas@x.example")

    page = reads(alice_client, desk, the_reward())

    assert "Jonas has the same phone number as Marta Oliveira." in page
    assert "Jonas lives at the same address as Marta Oliveira." in page
    assert "Jonas was a customer already, since 1 March 2024." in page


def test_a_ring_is_read_from_one_to_the_next(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    ida = shook_hands(marta, now, "ida@x.example", "Ida").contact

    back = shook_hands(advocate_for(contact=ida, now=now), now, marta.contact.email, "Marta")

    page = reads(alice_client, desk, Reward.objects.get(referral=back))
    assert "They send each other: Marta Oliveira, who sent Ida, who sent Marta back." in page


def test_the_same_mailbox_is_read(
    alice_client: Client, desk: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    referral = shook_hands(marta, now, "jonas@x.example")
    Contact.objects.filter(pk=marta.contact_id).update(email="jonas+post@x.example")

    follow(now)

    assert "Jonas has the same mailbox as Marta Oliveira." in reads(
        alice_client, desk, Reward.objects.get(referral=referral)
    )
