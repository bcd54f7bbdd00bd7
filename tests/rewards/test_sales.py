"""What a sale earns when some of it is given back, put right, or its credit is shared."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise

import pytest
from django.test import Client
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from introductions.services import accept_introduction, advocate_for, send_handshake_now
from outreach.models import Reminder
from referrals.models import ClosedBusiness, Referral
from referrals.services import own_introductions
from rewards.models import Reward, RewardFlag
from rewards.rules import Rule
from rewards.services import add_codes
from rewards.sharing import shared
from rewards.states import ForWhom, RewardState, Trigger, What
from tests.guests.factories import own_page
from tests.introductions.factories import JONAS, a_contact
from tests.introductions.factories import shared as shared_by
from tests.referrals.factories import won
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

TENTH = a_rule(Trigger.WON, amount=0, percent=10)
Press = Callable[..., None]


@pytest.fixture
def give_back(alice_client: Client, desk: str, business: Business, now: datetime) -> Press:
    """So much of the sale is given back, on the page; and what follows, twice."""

    def press(amount: str) -> None:
        sale = ClosedBusiness.objects.get(kind="sale")
        facts = {"amount": amount, "on": clock.today(business).isoformat()}
        answer = alice_client.post(f"{desk}came-in/{sale.pk}/refund/", facts)
        assert answer.status_code == 302, answer.text
        follow(now)
        follow(now)

    return press


@pytest.fixture
def put_right(alice_client: Client, desk: str, business: Business, now: datetime) -> Press:
    """What came in is corrected to so much."""

    def press(amount: str) -> None:
        sale = ClosedBusiness.objects.get(kind="sale")
        facts = {"amount": amount, "on": clock.today(business).isoformat()}
        at = f"{desk}referrals/{sale.referral_id}/mend/{sale.pk}/"
        answer = alice_client.post(at, facts)
        assert answer.status_code == 302, answer.text
        follow(now)
        follow(now)

    return press


def sold(
    marta: Advocate, now: datetime, amount: int = 100_000, also: Advocate | None = None
) -> Referral:
    """To Jonas, whom Marta introduced, and perhaps somebody else after her."""
    referral = won(shook_hands_with_both(marta, also, now), now, amount=amount)
    follow(now)
    return referral


def shook_hands_with_both(first: Advocate, second: Advocate | None, now: datetime) -> Referral:
    referral = shook_hands(first, now)
    if second is not None:
        shook_hands(second, now)
    return referral


def told(name: str) -> int:
    return Event.objects.filter(name=name).count()


def words_of(text: str) -> str:
    return " ".join(text.split())


# --- Given back, or put right --------------------------------------------------------------------


def test_of_a_sale_that_is_partly_given_back_less_is_earned(
    business: Business, marta: Advocate, now: datetime, give_back: Press
) -> None:
    published(business, now, TENTH)
    sold(marta, now)
    approved(the_reward(), now)

    give_back("400")

    assert (the_reward().amount, the_reward().state) == (6_000, RewardState.APPROVED)
    assert (told("reward.earned"), told("reward.reckoned")) == (1, 1)


def test_of_a_sale_that_is_wholly_given_back_nothing_is_and_the_advocate_reads_it_kindly(
    guest: Client, business: Business, marta: Advocate, now: datetime, give_back: Press
) -> None:
    published(business, now, a_rule(Trigger.WON, for_whom=ForWhom.BOTH))
    sold(marta, now)

    give_back("1000")

    assert {one.void_because for one in Reward.objects.all()} == {"The sale was given back."}
    assert not Reminder.objects.open().filter(kind="reward").exists()
    page = words_of(guest.get(own_page(marta)).text)
    assert "€20 of credit: not given after all, since what it rests on came to less." in page
    assert "Jonas" not in page.partition("gives you</h2>")[2].partition("</section>")[0]


def test_under_the_amount_that_was_agreed_it_is_void(
    business: Business, marta: Advocate, now: datetime, give_back: Press
) -> None:
    published(business, now, a_rule(Trigger.WON_ABOVE, above=50_000))
    sold(marta, now)

    give_back("499.99")
    assert the_reward().state == RewardState.EARNED
    give_back("0.01")

    assert the_reward().state == RewardState.VOID
    assert "not more than the amount that was agreed" in the_reward().void_because


def test_what_was_given_is_taken_back_from_nobody_and_the_owner_sees_it(
    alice_client: Client,
    desk: str,
    business: Business,
    marta: Advocate,
    now: datetime,
    give_back: Press,
) -> None:
    published(business, now, TENTH)
    sold(marta, now)
    given(approved(the_reward(), now), now)

    give_back("1000")

    assert (the_reward().amount, the_reward().state) == (10_000, RewardState.GIVEN)
    page = words_of(alice_client.get(f"{desk}rewards/").text)
    assert "Marta Oliveira was given something for the sale to Jonas, of which nothing is" in page
    flag = RewardFlag.objects.get()
    settle = f"{desk}rewards/flags/{flag.pk}/settle/"
    alice_client.post(settle, {"words": "It stays with her.", "fine": "yes"})
    follow(now)
    assert not RewardFlag.objects.open().exists()


def test_each_refund_after_it_was_given_is_shown_once(
    business: Business, marta: Advocate, now: datetime, give_back: Press
) -> None:
    published(business, now, TENTH)
    sold(marta, now)
    given(approved(the_reward(), now), now)

    give_back("100")
    give_back("200")

    assert RewardFlag.objects.get().evidence["left"] == 70_000


def test_put_right_upwards_more_is_earned_with_cap_and_ceiling(
    business: Business, marta: Advocate, now: datetime, put_right: Press
) -> None:
    capped = a_rule(Trigger.WON, amount=0, percent=10, cap=18_000)
    published(business, now, capped, a_rule(Trigger.MET, amount=1_000), ceiling=16_000)
    sold(marta, now)

    put_right("1200")
    assert Reward.objects.get(trigger="won").amount == 12_000
    put_right("9000")

    assert Reward.objects.get(trigger="won").amount == 15_000


def test_what_fell_with_a_slip_is_earned_again_when_the_slip_is_put_right(
    business: Business, marta: Advocate, now: datetime, put_right: Press
) -> None:
    published(business, now, a_rule(Trigger.WON_ABOVE, above=50_000))
    sold(marta, now)

    put_right("100")
    assert the_reward().state == RewardState.VOID
    put_right("1000")

    assert (the_reward().state, the_reward().void_because) == (RewardState.EARNED, "")
    assert (told("reward.earned"), told("reward.restored")) == (1, 1)
    assert Reminder.objects.open().filter(kind="reward").count() == 1


def test_an_amount_put_right_can_earn_what_it_had_not(
    business: Business, marta: Advocate, now: datetime, put_right: Press
) -> None:
    published(business, now, a_rule(Trigger.WON_ABOVE, above=50_000))
    sold(marta, now, amount=40_000)
    assert not Reward.objects.exists()

    put_right("600")

    assert the_reward().amount == 2_000


def test_what_a_person_called_off_stays_called_off(
    business: Business, marta: Advocate, now: datetime, put_right: Press
) -> None:
    published(business, now, TENTH)
    sold(marta, now)
    void(the_reward(), now)

    put_right("2000")

    assert (the_reward().state, the_reward().amount) == (RewardState.VOID, 10_000)


def test_given_back_before_anybody_looked_nothing_is_ever_due(
    business: Business, marta: Advocate, now: datetime, alice_client: Client, desk: str
) -> None:
    published(business, now, TENTH)
    won(shook_hands(marta, now), now, amount=100_000)
    sale = ClosedBusiness.objects.get()
    facts = {"amount": "1000", "on": clock.today(business).isoformat()}
    alice_client.post(f"{desk}came-in/{sale.pk}/refund/", facts)

    follow(now)

    assert the_reward().state == RewardState.VOID


# --- Shared credit -------------------------------------------------------------------------------


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    contact = a_contact(business, now, "Walter Holm", "walter@holm.example")
    return advocate_for(contact=contact, now=now)


@pytest.fixture
def split(alice_client: Client, desk: str, marta: Advocate, walter: Advocate) -> Press:
    def press(referral: Referral, mine: int, theirs: int) -> None:
        answer = alice_client.post(
            f"{desk}referrals/{referral.pk}/split/",
            {f"share_{marta.pk}": mine, "other_name": "Walter Holm", "other_share": theirs}
            if walter.pk not in own_introductions(referral)
            and not referral.credits.filter(advocate=walter).exists()
            else {f"share_{marta.pk}": mine, f"share_{walter.pk}": theirs},
        )
        assert answer.status_code == 302, answer.text
        follow(clock.now())
        follow(clock.now())

    return press


def by_name() -> dict[str, tuple[int, int, str]]:
    rows = Reward.objects.select_related("contact").order_by("id")
    return {row.contact.first_name: (row.share, row.amount, row.state) for row in rows}


def test_where_credit_is_shared_so_is_the_reward_to_the_last_cent(
    alice_client: Client,
    guest: Client,
    desk: str,
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    split: Press,
) -> None:
    published(business, now, TENTH)
    referral = shook_hands_with_both(marta, walter, now)
    split(referral, 67, 33)

    won(referral, now, amount=100_050)
    follow(now)

    assert by_name() == {"Marta": (67, 6_703, "earned"), "Walter": (33, 3_302, "earned")}
    one = Reward.objects.get(share=33)
    page = words_of(alice_client.get(f"{desk}rewards/{one.pk}/").text)
    assert "33 %, as the credit for this business is shared" in page
    assert "of which 67 % is yours" in words_of(guest.get(own_page(marta)).text)


def test_shared_later_what_is_not_given_follows_and_nobody_has_it_twice(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, split: Press
) -> None:
    published(business, now, TENTH)
    referral = sold(marta, now, also=walter)

    split(referral, 50, 50)
    assert by_name() == {"Marta": (50, 5_000, "earned"), "Walter": (50, 5_000, "earned")}
    split(referral, 75, 25)

    assert by_name() == {"Marta": (75, 7_500, "earned"), "Walter": (25, 2_500, "earned")}


def test_once_a_part_is_given_the_parts_stay(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, split: Press
) -> None:
    published(business, now, TENTH)
    referral = sold(marta, now, also=walter)
    given(approved(the_reward(), now), now)

    split(referral, 50, 50)

    assert by_name() == {"Marta": (100, 10_000, "given")}


@pytest.mark.parametrize("what", [What.GIFT, What.ACCESS, What.THANKS, What.CODE])
def test_what_cannot_be_shared_goes_to_whoever_was_first(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, split: Press, what: str
) -> None:
    published(business, now, a_rule(Trigger.WON, what=what, words="a bag of coffee"))
    add_codes(business=business, codes=["A-1", "A-2"], by=SYSTEM, now=now)
    referral = shook_hands_with_both(marta, walter, now)
    split(referral, 10, 90)

    won(referral, now)
    follow(now)

    assert by_name() == {"Marta": (100, 2_000, "earned")}


def test_a_refund_is_shared_as_the_reward_was(
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    split: Press,
    give_back: Press,
) -> None:
    published(business, now, TENTH)
    referral = shook_hands_with_both(marta, walter, now)
    split(referral, 67, 33)
    won(referral, now, amount=100_000)
    follow(now)

    give_back("999.90")

    assert by_name() == {
        "Marta": (67, 1, "earned"),
        "Walter": (33, 3_300, "void"),
    }


def test_a_part_that_was_called_off_is_nobody_elses(
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    split: Press,
    give_back: Press,
) -> None:
    published(business, now, TENTH)
    referral = sold(marta, now, also=walter)
    split(referral, 50, 50)
    void(Reward.objects.get(contact=marta.contact), now)

    split(referral, 75, 25)
    give_back("500")

    assert by_name() == {"Marta": (75, 5_000, "void"), "Walter": (25, 1_250, "earned")}


# --- To each what they were shown ----------------------------------------------------------------


FIFTH = a_rule(Trigger.WON, amount=0, percent=20)


def shook_hands_under(
    business: Business, now: datetime, *told: tuple[Advocate, Rule | None]
) -> Referral:
    """Jonas is introduced by each of them, and what they read then was this rule, or nothing."""
    rows = []
    for advocate, rule in told:
        published(business, now, *([rule] if rule else []))
        rows.append(shared_by(advocate, now))
    for row in rows:
        accept_introduction(introduction=row, email=JONAS, now=now)
        send_handshake_now(introduction=row, now=now)
    return Referral.objects.get()


@pytest.mark.parametrize(
    ("marta_reads", "walter_reads", "parts"),
    [
        (None, TENTH, {"Walter": (40, 4_000, "earned")}),
        (TENTH, None, {"Marta": (60, 6_000, "earned")}),
        (TENTH, FIFTH, {"Marta": (60, 6_000, "earned"), "Walter": (40, 8_000, "earned")}),
    ],
)
def test_each_is_given_their_part_of_what_they_were_shown(
    business: Business,
    marta: Advocate,
    walter: Advocate,
    now: datetime,
    split: Press,
    marta_reads: Rule | None,
    walter_reads: Rule | None,
    parts: dict[str, tuple[int, int, str]],
) -> None:
    told = [(marta, marta_reads), (walter, walter_reads)]
    referral = shook_hands_under(business, now, *told)
    split(referral, 60, 40)

    won(referral, now, amount=100_000)
    follow(now)

    assert by_name() == parts


def test_who_never_introduced_them_was_shown_nothing_and_is_given_nothing(
    business: Business, marta: Advocate, now: datetime, split: Press
) -> None:
    published(business, now, TENTH)
    referral = shook_hands(marta, now)
    split(referral, 60, 40)

    won(referral, now, amount=100_000)
    follow(now)

    assert by_name() == {"Marta": (60, 6_000, "earned")}


def test_when_the_whole_goes_to_another_each_sale_is_rewarded_once(
    business: Business, marta: Advocate, walter: Advocate, now: datetime, split: Press
) -> None:
    referral = shook_hands_under(business, now, (marta, TENTH), (walter, FIFTH))
    won(referral, now, amount=100_000)
    follow(now)

    split(referral, 1, 99)
    assert by_name() == {"Marta": (1, 100, "earned"), "Walter": (99, 19_800, "earned")}
    split(referral, 99, 1)
    given(approved(Reward.objects.get(share=99), now), now)
    split(referral, 50, 50)

    assert by_name() == {"Marta": (99, 9_900, "given"), "Walter": (1, 200, "earned")}


@hypothesis_given(
    amount=st.integers(0, 10**15),
    cuts=st.sets(st.integers(1, 99), max_size=9),
)
def test_the_parts_come_to_the_whole_and_each_is_within_a_unit_of_its_share(
    amount: int, cuts: set[int]
) -> None:
    ends = [0, *sorted(cuts), 100]
    shares = [end - begin for begin, end in pairwise(ends)]

    parts = shared(amount, shares)

    assert sum(parts) == amount
    for share, part in zip(shares, parts, strict=True):
        assert abs(part * 100 - amount * share) < 100
