"""What is earned by what, once; under the terms that were shown, whatever was published since."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business, User
from introductions.models import Advocate, Introduction
from introductions.services import (
    accept_introduction,
    advocate_for,
    send_handshake_now,
    take_back_introduction,
    take_up_introduction,
    withdraw_introduction,
)
from outreach.models import Reminder
from referrals import services as referrals
from referrals.models import Referral, ThankYou
from rewards.models import Reward
from rewards.rules import Rule
from rewards.states import ForWhom, RewardState, Trigger, What
from tests.api.client import with_a_key
from tests.guests.factories import own_page
from tests.introductions.factories import JONAS, a_contact, shared
from tests.referrals.factories import moved, won
from tests.rewards.factories import (
    a_rule,
    approved,
    follow,
    given,
    published,
    shook_hands,
    the_reward,
    void,
)

pytestmark = pytest.mark.django_db

LATER = timedelta(days=1)


def test_without_terms_nothing_is_earned(marta: Advocate, now: datetime) -> None:
    won(shook_hands(marta, now), now)
    follow(now)

    assert not Reward.objects.exists()


@pytest.mark.parametrize("trigger", ["introduction", "taking_part"])
def test_an_introduction_earns_once_whatever_comes_of_it(
    business: Business, marta: Advocate, now: datetime, trigger: str
) -> None:
    published(business, now, a_rule(trigger))

    shared(marta, now)
    follow(now)
    follow(now)

    assert the_reward().contact == marta.contact
    assert the_reward().amount == 2_000


def test_taking_part_is_rewarded_once_for_ever(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))

    for name in ("Jonas", "Ida", "Vera"):
        shared(marta, now, first_name=name)
    follow(now)

    assert Reward.objects.count() == 1


@pytest.mark.parametrize("press", [given, void])
def test_taking_part_is_rewarded_once_whichever_version_promised_it(
    business: Business, marta: Advocate, now: datetime, press: Callable[..., Reward]
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))
    shared(marta, now)
    follow(now)
    one = the_reward()
    press(approved(one, now) if press is given else one, now)

    published(business, now + LATER, a_rule(Trigger.TAKING_PART, amount=5_000))
    referral = shook_hands(marta, now + LATER, first_name="Ida")
    referrals.record_sent_someone(
        business=business,
        name="Vera",
        sender=referral.credits.get().advocate.contact,
        told_of_terms=True,
        by=SYSTEM,
        now=now + LATER,
    )
    follow(now + LATER)

    assert the_reward().amount == 2_000


def test_who_takes_the_first_back_has_what_the_next_was_promised_and_never_both(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))
    row = shared(marta, now)
    follow(now)
    published(business, now, a_rule(Trigger.TAKING_PART, amount=5_000))
    shared(marta, now, first_name="Ida")
    follow(now)
    before = {one.amount: one.state for one in Reward.objects.all()}

    take_back_introduction(introduction=row, by=SYSTEM, now=now)
    follow(now)
    meanwhile = {one.amount: one.state for one in Reward.objects.all()}
    take_up_introduction(introduction=row, by=SYSTEM, now=now)
    follow(now)

    assert before == {2_000: "earned"}
    assert meanwhile == {2_000: "void", 5_000: "earned"}
    assert {one.amount: one.state for one in Reward.objects.all()} == meanwhile


@pytest.mark.parametrize("trigger", [Trigger.TAKING_PART, Trigger.NTH])
def test_what_was_introduced_before_it_was_promised_is_not_counted_and_the_page_says_so(
    alice_client: Client, business: Business, marta: Advocate, now: datetime, trigger: str
) -> None:
    shook_hands(marta, now)
    published(business, now, a_rule(trigger, every=2 if trigger == Trigger.NTH else 0))

    shook_hands(marta, now, "ida@x.example", "Ida")

    assert Reward.objects.count() == (trigger == Trigger.TAKING_PART)
    page = alice_client.get(f"/b/{business.slug}/settings/rewards/").text
    says = "What was introduced before that was promised nothing, and counts for nothing."
    assert says in page
    published(business, now, a_rule())
    assert says not in alice_client.get(f"/b/{business.slug}/settings/rewards/").text


def test_what_an_introduction_earned_is_void_when_it_is_taken_back(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    row = shared(marta, now)
    follow(now)

    withdraw_introduction(introduction=row, by=SYSTEM, now=now)
    follow(now)

    assert the_reward().state == RewardState.VOID
    assert the_reward().void_because == "The introduction was taken back."


def test_a_handshake_earns_for_both_and_reminds_once_it_may_be_given(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.BOTH, hold_days=14))

    referral = shook_hands(marta, now)

    assert {one.contact for one in Reward.objects.all()} == {marta.contact, referral.contact}
    due = {one.due_on for one in Reminder.objects.filter(kind="reward")}
    assert due == {date(2026, 5, 18)}


def test_whoever_is_introduced_by_two_is_welcomed_once(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.PROSPECT))
    first, second = shook_hands(marta, now), shook_hands(tomas(business, now), now)

    assert first == second
    assert Reward.objects.count() == 1


def test_nor_are_they_welcomed_again_under_later_terms(
    business: Business, marta: Advocate, now: datetime
) -> None:
    a_voucher_and_a_gift = (
        a_rule(for_whom=ForWhom.BOTH, amount=700),
        a_rule(for_whom=ForWhom.PROSPECT, what="gift", words="A mug", amount=0),
    )
    published(business, now, *a_voucher_and_a_gift)
    first = shook_hands(marta, now)
    published(business, now, a_rule(for_whom=ForWhom.BOTH))

    second = shook_hands(tomas(business, now), now)
    follow(now)

    assert first == second
    welcome = Reward.objects.filter(person="prospect").values_list("what", flat=True)
    assert sorted(welcome) == ["credit", "gift"]
    assert Reward.objects.filter(person="advocate").count() == 2


def tomas(business: Business, now: datetime) -> Advocate:
    contact = a_contact(business, now, "Tomás Reyes", "tomas@reyes.example")
    return advocate_for(contact=contact, now=now)


def test_meeting_twice_is_rewarded_once(business: Business, marta: Advocate, now: datetime) -> None:
    published(business, now, a_rule(Trigger.MET))
    referral = shook_hands(marta, now)

    for step in ("met", "talking", "met", "proposed"):
        moved(referral, step, now)
    won(referral, now)
    follow(now)

    assert the_reward().trigger == Trigger.MET


def test_whoever_buys_has_met(business: Business, marta: Advocate, now: datetime) -> None:
    published(business, now, a_rule(Trigger.MET), a_rule(Trigger.WON))

    won(shook_hands(marta, now), now)
    follow(now)

    assert {one.trigger for one in Reward.objects.all()} == {"met", "won"}


@pytest.mark.parametrize(("sale", "earned"), [(50_000, 0), (50_001, 1)])
def test_above_an_amount_means_more_than_that(
    business: Business, marta: Advocate, now: datetime, sale: int, earned: int
) -> None:
    published(business, now, a_rule(Trigger.WON_ABOVE, above=50_000))

    won(shook_hands(marta, now), now, amount=sale)
    follow(now)

    assert Reward.objects.count() == earned


@pytest.mark.parametrize(("sale", "worth"), [(1_999, 199), (150_000, 15_000), (500_000, 20_000)])
def test_a_share_of_the_sale_is_capped(
    business: Business, marta: Advocate, now: datetime, sale: int, worth: int
) -> None:
    published(business, now, a_rule(Trigger.WON, amount=0, percent=10, cap=20_000))

    won(shook_hands(marta, now), now, amount=sale)
    follow(now)

    assert the_reward().amount == worth


def test_every_third_yes_is_rewarded(business: Business, marta: Advocate, now: datetime) -> None:
    published(business, now, a_rule(Trigger.NTH, every=3))
    counts = []

    for number in range(7):
        shook_hands(marta, now, f"p{number}@x.example", f"Jonas {number}")
        counts.append(Reward.objects.count())

    assert counts == [0, 0, 1, 1, 1, 2, 2]


def test_above_the_ceiling_of_the_year_only_what_is_left_is_given(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(amount=2_000), ceiling=5_000)

    for number in range(4):
        shook_hands(marta, now, f"p{number}@x.example", f"Jonas {number}")

    rewards = Reward.objects.order_by("id")
    assert [one.amount for one in rewards] == [2_000, 2_000, 1_000, 2_000]
    assert [one.state for one in rewards] == ["earned", "earned", "earned", "void"]
    assert rewards[3].void_because == "The ceiling for the year is reached."


def test_a_new_year_has_a_ceiling_of_its_own(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(what=What.GIFT, words="coffee"), ceiling=2_000)
    shook_hands(marta, now)

    shook_hands(marta, now + timedelta(days=250), "ida@x.example", "Ida")

    assert {one.state for one in Reward.objects.all()} == {"earned"}


def test_a_rule_changed_while_a_reward_is_on_hold_changes_nothing_of_it(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.HANDSHAKE, hold_days=30), a_rule(Trigger.WON))
    referral = shook_hands(marta, now)
    promised = the_reward()

    published(business, now + LATER, a_rule(Trigger.HANDSHAKE, amount=1, hold_days=0))
    won(referral, now + LATER)
    follow(now + LATER)

    promised.refresh_from_db()
    assert (promised.amount, promised.hold_until) == (2_000, date(2026, 6, 3))
    assert Reward.objects.get(trigger="won").amount == 2_000
    assert Reward.objects.get(trigger="won").terms.version == 1


def test_what_was_introduced_before_there_was_anything_earns_nothing(
    business: Business, marta: Advocate, now: datetime
) -> None:
    referral = shook_hands(marta, now)

    published(business, now + LATER, a_rule(Trigger.WON))
    won(referral, now + LATER)
    follow(now + LATER)

    assert not Reward.objects.exists()


@pytest.mark.parametrize("told", [True, False])
def test_one_recorded_by_hand_earns_only_where_the_advocate_had_been_told(
    alice_client: Client, business: Business, marta: Advocate, now: datetime, told: bool
) -> None:
    published(business, now, a_rule(Trigger.HANDSHAKE), a_rule(Trigger.WON))
    typed = {"name": "Ida Berg", "sender": str(marta.contact_id), "sender_name": "Marta Oliveira"}
    at = f"/b/{business.slug}/sent/"
    assert "Whoever sent them had been told what is given for it" in alice_client.get(at).text

    answer = alice_client.post(at, typed | ({"sender_told": "on"} if told else {}))
    assert answer.status_code == 302, answer.text
    published(business, now + LATER, a_rule(Trigger.WON, amount=1))
    referral = Referral.objects.get()
    won(referral, now)
    follow(now)

    earned = {one.trigger: one.amount for one in Reward.objects.all()}
    assert earned == ({"handshake": 2_000, "won": 2_000} if told else {})
    assert ThankYou.objects.filter(referral=referral).count() == 2


def test_where_nothing_is_given_nobody_is_asked_whether_they_were_told(
    alice_client: Client, business: Business, now: datetime
) -> None:
    page = alice_client.get(f"/b/{business.slug}/sent/")

    assert page.status_code == 200
    assert "had been told" not in page.text


def test_whoever_is_named_later_as_the_sender_has_earned_it_all_the_same(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.HANDSHAKE))
    arrived: dict[str, Any] = {
        "business": business,
        "name": "Ida Berg",
        "email": "ida@x.example",
        "by": SYSTEM,
    }
    referral = referrals.record_sent_someone(**arrived, now=now)
    follow(now)
    assert not Reward.objects.exists()

    referrals.record_sent_someone(**arrived, sender=marta.contact, told_of_terms=True, now=now)
    moved(referral, "met", now)
    follow(now)

    assert the_reward().contact == marta.contact


def test_of_an_advocate_who_is_erased_the_money_remains_without_the_person(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.BOTH))
    shook_hands(marta, now)
    contact = marta.contact
    reward = Reward.objects.with_people().get(contact=contact)
    approved(reward, now)

    # What hangs on what goes first.
    for row in (reward.referral, reward.introduction, marta, contact):
        assert row is not None
        row.delete()

    follow(now)
    reward.refresh_from_db()
    assert (reward.contact, reward.introduction, reward.amount) == (None, None, 2_000)
    assert reward.state == RewardState.APPROVED
    with pytest.raises(Exception, match="nobody to give it to"):
        given(reward, now)


# --- Somebody who was sent twice -----------------------------------------------------------------

TWICE = (
    a_rule(Trigger.INTRODUCTION, amount=300),
    a_rule(Trigger.HANDSHAKE),
    a_rule(Trigger.NTH, every=2, amount=1_000),
)


def says_yes(row: Introduction, now: datetime, **reached: str) -> None:
    accept_introduction(introduction=row, now=now, **reached)
    send_handshake_now(introduction=row, now=now)


def what_stands() -> list[str]:
    rows = Reward.objects.open().order_by("amount")
    return list(rows.values_list("trigger", flat=True))


def owed(business: Business, alice: User) -> int:
    """How many thank-yous are owed, as a program reads it."""
    answer = with_a_key(business, alice).get("/thank-yous", {"state": "due"})
    return len(answer.json()["results"])


@pytest.mark.parametrize("told", [True, False])
def test_who_is_sent_by_a_link_and_recorded_by_hand_is_rewarded_and_thanked_once(
    alice: User, business: Business, marta: Advocate, now: datetime, told: bool
) -> None:
    published(business, now, *TWICE)
    row = shared(marta, now)
    follow(now)
    referrals.record_sent_someone(
        business=business,
        name="Jonas",
        email=JONAS,
        sender=marta.contact,
        told_of_terms=told,
        by=SYSTEM,
        now=now,
    )
    follow(now)

    says_yes(row, now, email=JONAS)
    follow(now)
    follow(now)

    assert what_stands() == ["introduction", "handshake"]
    assert owed(business, alice) == 1
    assert Referral.objects.led_to_by(row.pk).count() == 1


@pytest.mark.parametrize("promised", [TWICE, (a_rule(Trigger.HANDSHAKE, amount=7_000),)])
def test_who_answers_by_mail_and_by_telephone_was_sent_once(
    alice: User,
    business: Business,
    marta: Advocate,
    now: datetime,
    promised: tuple[Rule, ...],
) -> None:
    a_contact(business, now, "Jonas", JONAS, "+46701740605")
    published(business, now, *TWICE)
    first = shared(marta, now)
    published(business, now, *promised)
    second = shared(marta, now, first_name="Jo")
    follow(now)

    says_yes(first, now, email=JONAS)
    says_yes(second, now, phone="+46701740605")
    follow(now)
    follow(now)

    assert what_stands() == ["introduction", "handshake"]
    assert owed(business, alice) == 1


# --- What comes after a yes ----------------------------------------------------------------------


def test_what_both_were_shown_is_earned_where_they_had_been_recorded_by_hand_first(
    business: Business, marta: Advocate, now: datetime
) -> None:
    rules = (a_rule(Trigger.MET, amount=100), a_rule(Trigger.WON, for_whom=ForWhom.BOTH))
    published(business, now, *rules)
    row = shared(marta, now)
    arrived = {"business": business, "name": "Jonas", "email": JONAS}
    referral = referrals.record_sent_someone(**arrived, by=SYSTEM, now=now)

    says_yes(row, now, email=JONAS)
    moved(referral, "met", now)
    won(referral, now)
    follow(now)

    earned = Reward.objects.order_by("trigger", "person").values_list("trigger", "person")
    assert list(earned) == [("met", "advocate"), ("won", "advocate"), ("won", "prospect")]
    assert set(Reward.objects.values_list("introduction", flat=True)) == {row.pk}


def test_a_slip_on_met_costs_nobody_anything(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.MET, for_whom=ForWhom.BOTH))
    referral = shook_hands(marta, now)
    at = f"/b/{business.slug}/referrals/{referral.pk}/move/"

    seen = []
    for step in ("met", "talking", "proposed"):
        assert alice_client.post(at, {"to": step}).status_code == 302
        follow(now)
        follow(now)
        seen.append({one.state for one in Reward.objects.all()})

    assert seen == [{"earned"}, {"void"}, {"earned"}]
    assert Reward.objects.count() == 2


def test_what_they_were_given_for_a_meeting_stays_given(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.MET))
    referral = moved(shook_hands(marta, now), "met", now)
    follow(now)
    given(approved(the_reward(), now), now)

    moved(referral, "talking", now)
    follow(now)

    assert the_reward().state == RewardState.GIVEN


@pytest.mark.parametrize("trigger", [Trigger.HANDSHAKE, Trigger.WON])
def test_what_was_over_the_ceiling_is_earned_once_there_is_room(
    alice_client: Client,
    guest: Client,
    business: Business,
    marta: Advocate,
    now: datetime,
    trigger: str,
) -> None:
    published(business, now, a_rule(trigger, what=What.GIFT, words="tea"), ceiling=2_000)
    for name in ("Ann", "Ben", "Cleo"):
        sent = shook_hands(marta, now, f"{name}@x.example".lower(), name)
        won(sent, now)
        follow(now)
    before = [one.state for one in Reward.objects.order_by("id")]
    first = Reward.objects.earliest("id")
    assert "not given after all" not in guest.get(own_page(marta)).text

    at = f"/b/{business.slug}/rewards/{first.pk}/void/"
    assert alice_client.post(at, {"reason": "Ann is her sister."}).status_code == 302
    follow(now)
    follow(now)

    assert before == ["earned", "void", "void"]
    rewards = Reward.objects.order_by("id")
    assert [one.state for one in rewards] == ["void", "earned", "void"]
    assert Reminder.objects.open().filter(kind="reward").count() == 1


def test_what_is_over_the_ceiling_and_taken_back_is_not_earned_by_room(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(
        business, now, a_rule(Trigger.INTRODUCTION, what=What.GIFT, words="tea"), ceiling=2_000
    )
    shared(marta, now)
    row = shared(marta, now, first_name="Ida")
    follow(now)

    withdraw_introduction(introduction=row, by=SYSTEM, now=now)
    follow(now)
    void(Reward.objects.earliest("id"), now)
    follow(now)

    assert {one.state for one in Reward.objects.all()} == {"void"}


@hypothesis_given(
    amount=st.integers(0, 10**12), percent=st.integers(1, 100), cap=st.integers(0, 10**12)
)
def test_a_share_is_never_more_than_was_promised(amount: int, percent: int, cap: int) -> None:
    rule = Rule("won", "advocate", "credit", percent=percent, cap=cap)

    worth = rule.worth(amount)

    assert 0 <= worth * 100 <= amount * percent
    assert not cap or worth <= cap
