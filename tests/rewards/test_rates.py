"""What a sale in another currency earns: at the owner's rate of its day, once there is one."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from referrals.models import ClosedBusiness, ExchangeRate, Referral
from referrals.services import change_money, win_referral
from rewards.models import Reward, RewardFlag
from rewards.states import RewardState, Trigger
from tests.referrals.factories import won
from tests.rewards.factories import (
    a_rule,
    approved,
    follow,
    follow_since,
    given,
    published,
    shook_hands,
    the_reward,
)

pytestmark = pytest.mark.django_db

TENTH = a_rule(Trigger.WON, amount=0, percent=10)


def words_of(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def dollars(business: Business, now: datetime) -> Business:
    return change_money(
        business=business, changes={"other_currencies": ["USD"]}, by=SYSTEM, now=now
    )


def sold_in_dollars(marta: Advocate, now: datetime) -> Referral:
    referral = shook_hands(marta, now)
    on = clock.today(referral.business, now)
    win_referral(referral=referral, amount=100_000, currency="USD", on=on, by=SYSTEM, now=now)
    follow(now)
    return referral


def enter(client: Client, desk: str, rate: str, since: str, now: datetime) -> None:
    facts = {"currency": "USD", "rate": rate, "since": since}
    answer = client.post(f"{desk}settings/money/rate/", facts)
    assert answer.status_code == 302, answer.text
    # What follows of the rates alone, twice.
    for _ in range(2):
        follow(now, *ExchangeRate.objects.values_list("pk", flat=True))


def test_of_a_sale_in_other_money_the_reward_waits_for_a_rate_and_says_so(
    alice_client: Client,
    desk: str,
    dollars: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(dollars, now, TENTH)
    sold_in_dollars(marta, now)
    one = f"{desk}rewards/{the_reward().pk}/"

    early = alice_client.post(f"{one}approve/")

    assert early.status_code == 409
    page = words_of(early.text)
    assert "The sale was in USD, and no rate for that day is entered." in page
    assert f'href="{desk}settings/money/"' in page
    enter(alice_client, desk, "0.92", "2026-05-01", now)
    assert (the_reward().amount, the_reward().lacks_rate) == (9_200, "")
    assert alice_client.post(f"{one}approve/").status_code == 302


def test_a_rate_that_is_put_right_reaches_what_is_not_given(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH, a_rule(Trigger.WON_ABOVE, above=91_999))
    enter(alice_client, desk, "0.0092", "2026-05-01", now)
    sold_in_dollars(marta, now)
    approved(the_reward(), now)
    assert the_reward().amount == 92

    enter(alice_client, desk, "0.92", "2026-05-01", now)
    with clock.at(now.replace(day=6)):
        enter(alice_client, desk, "9.2", "2026-05-06", now)

    amounts = dict(Reward.objects.values_list("trigger", "amount"))
    assert amounts == {"won": 9_200, "won_above": 2_000}
    assert Event.objects.filter(name="reward.reckoned").count() == 1
    assert not RewardFlag.objects.exists()


def test_what_was_given_at_a_rate_that_was_a_slip_is_shown_and_stays_given(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    enter(alice_client, desk, "9.2", "2026-05-01", now)
    sold_in_dollars(marta, now)
    given(approved(the_reward(), now), now)

    enter(alice_client, desk, "0.92", "2026-05-01", now)
    settle = f"{desk}rewards/flags/{RewardFlag.objects.get().pk}/settle/"
    page = words_of(alice_client.get(f"{desk}rewards/").text)
    alice_client.post(settle, {"words": "It stays with her.", "fine": "yes"})
    enter(alice_client, desk, "0.9", "2026-05-01", now)

    assert (the_reward().amount, the_reward().state) == (92_000, RewardState.GIVEN)
    assert "for the sale to Jonas, of which US$1,000 is left: by now less is due for it." in page
    due = [flag.evidence["due"] for flag in RewardFlag.objects.order_by("id")]
    assert due == [9_200, 9_000]


def remove(client: Client, desk: str, since: str, now: datetime) -> None:
    key, last = ExchangeRate.objects.get(since=since).pk, Event.objects.latest("id").pk
    assert client.post(f"{desk}settings/money/rate/{key}/remove/").status_code == 302
    # What follows of the removal alone, twice.
    for _ in range(2):
        follow_since(last, now)


def test_what_was_worked_out_at_a_rate_that_is_removed_waits_for_one_again(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    enter(alice_client, desk, "0.92", "2026-05-01", now)
    sold_in_dollars(marta, now)
    approved(the_reward(), now)

    remove(alice_client, desk, "2026-05-01", now)

    assert (the_reward().amount, the_reward().lacks_rate) == (0, "USD")
    one = f"{desk}rewards/{the_reward().pk}/"
    assert alice_client.post(f"{one}give/").status_code == 409
    enter(alice_client, desk, "0.95", "2026-05-01", now)
    assert (the_reward().amount, the_reward().lacks_rate) == (9_500, "")


def test_with_a_rate_that_is_removed_the_one_before_it_holds_again(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    enter(alice_client, desk, "0.5", "2026-01-01", now)
    enter(alice_client, desk, "0.92", "2026-05-01", now)
    sold_in_dollars(marta, now)

    remove(alice_client, desk, "2026-05-01", now)

    assert (the_reward().amount, the_reward().lacks_rate) == (5_000, "")


def test_what_was_given_at_a_rate_that_is_removed_stays_given(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    enter(alice_client, desk, "0.92", "2026-05-01", now)
    sold_in_dollars(marta, now)
    given(approved(the_reward(), now), now)

    remove(alice_client, desk, "2026-05-01", now)

    reward = the_reward()
    assert (reward.amount, reward.state, reward.lacks_rate) == (9_200, RewardState.GIVEN, "")
    assert not RewardFlag.objects.exists()


def test_a_sale_that_was_in_another_currency_is_worked_out_in_that_one(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    enter(alice_client, desk, "0.92", "2026-05-01", now)
    referral = shook_hands(marta, now)
    won(referral, now, amount=100_000)
    follow(now)
    approved(the_reward(), now)
    further = {"amount": "70", "currency": "EUR", "on": "2026-05-04"}
    alice_client.post(f"{desk}referrals/{referral.pk}/further/", further)
    row = ClosedBusiness.objects.get(amount=100_000)
    other = f"{desk}came-in/{row.pk}/other-currency/"

    last = Event.objects.latest("id").pk
    alice_client.post(other, {"amount": "1,000", "currency": "USD"})
    for _ in range(2):
        follow_since(last, now)

    assert (the_reward().amount, the_reward().state) == (9_200, RewardState.APPROVED)
    assert Event.objects.filter(name="reward.reckoned").count() == 1
    given(the_reward(), now)
    back = ClosedBusiness.objects.get(currency="USD", kind="sale")
    facts = {"amount": "500", "currency": "EUR"}
    alice_client.post(f"{desk}came-in/{back.pk}/other-currency/", facts)
    follow(now)
    assert (the_reward().amount, the_reward().state) == (9_200, RewardState.GIVEN)
    assert RewardFlag.objects.get().evidence["due"] == 5_000


def test_a_rate_for_a_later_day_leaves_it_waiting(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH)
    sold_in_dollars(marta, now)

    with clock.at(now.replace(day=6)):
        enter(alice_client, desk, "0.5", "2026-05-06", now)

    assert (the_reward().amount, the_reward().lacks_rate) == (0, "USD")


def test_where_the_rate_is_there_it_is_worked_out_at_once(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, TENTH, a_rule(Trigger.WON_ABOVE, above=91_999))
    enter(alice_client, desk, "0.92", "2026-05-01", now)

    sold_in_dollars(marta, now)

    amounts = dict(Reward.objects.values_list("trigger", "amount"))
    assert amounts == {"won": 9_200, "won_above": 2_000}


def test_whether_it_is_above_an_amount_waits_for_the_rate_too(
    alice_client: Client, desk: str, dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, a_rule(Trigger.WON_ABOVE, above=92_000))
    sold_in_dollars(marta, now)
    assert the_reward().lacks_rate == "USD"

    enter(alice_client, desk, "0.92", "2026-05-01", now)

    assert the_reward().state == RewardState.VOID


def test_what_is_the_same_for_every_sale_waits_for_no_rate(
    dollars: Business, marta: Advocate, now: datetime
) -> None:
    published(dollars, now, a_rule(Trigger.WON))

    sold_in_dollars(marta, now)

    assert (the_reward().amount, the_reward().lacks_rate) == (2_000, "")
