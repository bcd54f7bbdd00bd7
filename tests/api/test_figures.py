"""Figures through the API: what introductions come to, of a time, in whole minor units."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from contacts.states import Source
from referrals.models import Referral
from referrals.services import Gift, give_thanks, record_closed_business, record_kindness
from tests.api.client import ApiClient, queries_of, wrong_fields
from tests.contacts.factories import make_contact
from tests.insights.factories import a_reward
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db


def a_sent_customer(business: Business, amount: int, currency: str = "EUR") -> Referral:
    now = clock.now()
    referral = a_referral(an_advocate(business, now), now)
    return won(referral, now, amount=amount, currency=currency)


def a_found_customer(business: Business, by: Actor, amount: int) -> Contact:
    now = clock.now()
    contact = make_contact(business, name="Elena Rossi", source=Source.SEARCH)
    record_closed_business(
        contact=contact,
        amount=amount,
        currency="EUR",
        on=clock.today(business, now),
        by=by,
        now=now,
    )
    return contact


def test_sent_and_otherwise_found_customers_stand_side_by_side(
    api: ApiClient, business: Business, by_alice: Actor
) -> None:
    a_sent_customer(business, 185_000)
    a_found_customer(business, by_alice, 60_000)

    told = api.get("/figures").json()

    groups = {one["way"]: one for one in told["ways"]["groups"]}
    assert groups["sent"]["customers"] == groups["otherwise"]["customers"] == 1
    assert groups["sent"]["worth"]["amounts"] == [{"amount": 185_000, "currency": "EUR"}]
    assert groups["otherwise"]["worth"]["amounts"] == [{"amount": 60_000, "currency": "EUR"}]
    assert told["ways"]["is_enough_known"] is False
    assert told["new_business"]["share_sent"] == 0.5
    assert told["thanks"]["owed"] >= 1
    assert {one["step"] for one in told["steps"]} >= {"yes"}
    assert [one["won"] for one in told["depths"]] == [1]
    assert told["costs"]["missing"] == ["card_costs", "hour_costs", "advertising_a_month"]


def test_beside_each_figure_stands_its_rule_in_words(api: ApiClient, business: Business) -> None:
    referral = a_sent_customer(business, 185_000)

    told = api.get("/figures").json()
    worth = api.get(f"/referrals/{referral.pk}/worth").json()

    credited = "What came of an introduction is credited to whoever made it"
    assert credited in told["inner"]["rule"]
    assert "In turn" not in told["inner"]["rule"]
    assert told["ways"]["rule"] == told["new_business"]["rule"]
    assert told["ways"]["rule"].startswith("Sent is whoever has an advocate's credit")
    assert told["costs"]["rule"].startswith("Counted are rewards and gifts given")
    assert "gift cards and credit with you" in told["gifts_rule"]
    assert worth["rule"].startswith("Counted is all that came in through this introduction")


def test_what_was_given_to_somebody_is_told_with_the_rewards_that_are_worth_money(
    api: ApiClient, business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    marta = make_contact(name="Marta Oliveira")
    owed = record_kindness(contact=marta, reason="review", by=by_alice, now=now)
    give_thanks(thank_you=owed, how="gift", gift=Gift(1_250), by=by_alice, now=now)
    for what, state in (("gift_card", "given"), ("code", "given"), ("gift", "approved")):
        a_reward(business, marta, now, what=what, state=state, amount=2_000)

    told = api.get("/figures").json()

    assert told["gifts"] == [
        {"contact_id": str(marta.pk), "currency": "EUR", "amount": 3_250, "count": 2}
    ]


def test_todays_figures_are_those_of_the_page(
    api: ApiClient, alice_client: Client, business: Business, by_alice: Actor
) -> None:
    a_sent_customer(business, 150_000)
    a_found_customer(business, by_alice, 50_000)
    make_contact(name="Tomás Brandt", circle="inner")

    told = api.get("/figures/today").json()

    assert (told["share_by_introduction"], told["inner_circle"]) == (75, 1)
    assert (told["days_until_thanked"], told["thanks_owed"]) == (None, 2)
    assert told["owed_since"] is not None
    assert told["asking_pauses"] is None
    page = alice_client.get(f"/b/{business.slug}/").text
    assert "<b>75 %</b>" in page
    assert told["rule"] in page
    assert "currencies" not in told["rule"]


def test_what_came_in_in_other_money_counts_at_its_rate_or_the_words_say_that_it_does_not(
    admin: ApiClient, alice_client: Client, business: Business, by_alice: Actor
) -> None:
    admin.patch("/business", {"other_currencies": ["USD"]})
    a_sent_customer(business, 30_000, "USD")
    a_found_customer(business, by_alice, 10_000)

    alone = admin.get("/figures/today").json()
    seen = [alice_client.get(f"/b/{business.slug}/").text]
    admin.post("/exchange-rates", {"currency": "USD", "rate": "0.5"})
    all_of_it = admin.get("/figures/today").json()
    seen.append(alice_client.get(f"/b/{business.slug}/").text)

    assert [told["share_by_introduction"] for told in (alone, all_of_it)] == [0, 60]
    assert "Counted is EUR alone: a rate for USD is missing." in alone["rule"]
    assert "Other currencies count at your rates." in all_of_it["rule"]
    for told, page in zip((alone, all_of_it), seen, strict=True):
        assert f"<b>{told['share_by_introduction']} %</b>" in page
        assert told["rule"] in page


def test_a_month_is_told_beside_the_one_before(api: ApiClient, business: Business) -> None:
    a_sent_customer(business, 185_000)
    today = clock.today(business, clock.now())

    this = api.get(f"/figures/month?month={today}").json()
    last = api.get("/figures/month").json()

    assert this["first"] == str(today.replace(day=1))
    assert (this["now"]["won"], this["before"]["won"]) == (1, 0)
    assert this["now"]["money"] == [{"amount": 185_000, "currency": "EUR"}]
    assert (this["thanks_owed"], last["thanks_owed"]) == (2, 0)
    assert last["first"] < this["first"]
    assert last["now"] == this["before"]
    assert this["rule"].startswith("By introduction is all that people paid")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=2026-13-01", "month"),
        ("month=1999-12-31", "month"),
        ("month=9999-12-31", "month"),
        ("first=2026-05-01", "first"),
    ],
)
def test_a_month_that_there_is_not_is_named(api: ApiClient, query: str, field: str) -> None:
    assert field in wrong_fields(api.get(f"/figures/month?{query}"))


def test_a_time_is_chosen_by_its_first_day_and_the_day_after_its_last(
    api: ApiClient, business: Business
) -> None:
    a_sent_customer(business, 185_000)
    today = clock.today(business, clock.now())

    before = api.get(f"/figures?from={today - timedelta(days=30)}&until={today}").json()
    since = api.get(f"/figures?from={today}").json()

    assert (before["first"], before["until"]) == (str(today - timedelta(days=30)), str(today))
    assert before["new_business"]["share_sent"] is None
    assert before["depths"] == []
    assert since["new_business"]["share_sent"] == 1.0


def test_a_business_that_has_just_begun_gets_zeros_and_no_error(api: ApiClient) -> None:
    told = api.get("/figures").json()

    assert [one["customers"] for one in told["ways"]["groups"]] == [0, 0, 0]
    assert told["gifts"] == told["depths"] == []
    assert told["thanks"]["median_days"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-05-01&until=2026-05-01", "from"),
        ("from=2026-05-02&until=2026-05-01", "from"),
        ("from=9999-12-31", "from"),
        ("until=0001-01-01", "from"),
        ("from=soon", "from"),
        ("until=2026-02-30", "until"),
        ("since=2026-05-01", "since"),
    ],
)
def test_a_time_that_makes_no_sense_is_named(api: ApiClient, query: str, field: str) -> None:
    answer = api.get(f"/figures?{query}")

    assert field in wrong_fields(answer)


def test_all_of_time_is_a_time(api: ApiClient, business: Business) -> None:
    a_sent_customer(business, 185_000)

    told = api.get("/figures?from=0001-01-01&until=9999-12-31").json()

    assert told["new_business"]["share_sent"] == 1.0


def test_more_people_cost_no_more_queries(
    api: ApiClient, business: Business, by_alice: Actor
) -> None:
    a_sent_customer(business, 185_000)
    places = ("/figures", "/figures/month", "/figures/today")
    few = [queries_of(api, place) for place in places]
    for _ in range(3):
        a_found_customer(business, by_alice, 500)

    assert [queries_of(api, place) for place in places] == few
