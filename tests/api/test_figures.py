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
    for name in told.keys() - {"first", "until"}:
        figure = told[name]
        beside = told.get(f"{name}_rule") if isinstance(figure, list) else figure
        rule = beside["rule"] if isinstance(beside, dict) else beside
        assert rule.endswith("."), name
    worth = api.get(f"/referrals/{referral.pk}/worth").json()

    credited = "What came of an introduction is credited to whoever made it"
    assert credited in told["inner"]["rule"]
    assert "In turn" not in told["inner"]["rule"]
    assert told["ways"]["rule"] == told["new_business"]["rule"]
    assert told["ways"]["rule"].startswith("Sent is whoever has an advocate's credit")
    assert told["costs"]["rule"].startswith("Counted are rewards and gifts given")
    assert "for everybody who was sent within the time" in told["costs"]["rule"]
    assert "gift cards and credit with you" in told["gifts_rule"]
    assert worth["rule"].startswith("Counted is all that came in through this introduction")


def test_first_years_that_are_over_are_told_by_how_customers_came(
    api: ApiClient, business: Business
) -> None:
    today = clock.today(business, clock.now())
    elena = make_contact(business, name="Elena Rossi", source=Source.SEARCH)
    for days, amount in ((400, 60_000), (200, 10_000), (9, 5_000)):
        day = today - timedelta(days=days)
        body = {"contact_id": elena.pk, "amount": amount, "closed_on": str(day)}
        assert api.post("/closed-business", body).status_code == 201
    a_sent_customer(business, 185_000)

    told = api.get("/figures").json()["values_after"]

    found = {(one["years"], one["way"]): one for one in told}
    first = found[1, "otherwise"]
    assert (first["customers"], first["worth"]["amounts"]) == (
        1,
        [{"amount": 70_000, "currency": "EUR"}],
    )
    assert {key for key, one in found.items() if one["customers"]} == {(1, "otherwise")}
    assert {years for years, _ in found} == {1, 2, 3}


def test_what_a_sent_customer_costs_is_told_beside_one_who_was_not(
    admin: ApiClient, business: Business, by_alice: Actor
) -> None:
    now = clock.now()
    costs = {"card_costs": 300, "hour_costs": 6_000, "minutes_each": 30}
    admin.patch("/business", costs | {"advertising_a_month": 36_500})
    referral = a_sent_customer(business, 185_000)
    # Whoever was sent and did not buy took minutes, too.
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    a_referral(walter, now, "ida@x.example")
    a_found_customer(business, by_alice, 60_000)
    a_reward(business, referral.contact, now, what="gift_card", amount=2_000)
    owed = admin.get("/thank-yous").json()["results"][0]["id"]
    assert admin.post(f"/thank-yous/{owed}/give", {"how": "card"}).status_code == 200

    told = admin.get("/figures").json()["costs"]

    assert told["rewards"]["amounts"] == [{"amount": 2_000, "currency": "EUR"}]
    assert (told["cards"], told["for_cards"], told["for_minutes"]) == (1, 300, 6_000)
    assert told["advertising"] == 12 * 36_500
    assert (told["sent"], told["otherwise"]) == (1, 1)
    assert (told["each_sent"], told["each_otherwise"]) == (2_000 + 300 + 6_000, 12 * 36_500)
    assert told["missing"] == []


def test_advertising_of_days_that_have_not_come_costs_nothing(
    admin: ApiClient, business: Business
) -> None:
    admin.patch("/business", {"advertising_a_month": 36_500})
    today = clock.today(business, clock.now())

    def told(days_from: int, days_until: int) -> object:
        first, until = (today + timedelta(days=days) for days in (days_from, days_until))
        return admin.get(f"/figures?from={first}&until={until}").json()["costs"]["advertising"]

    assert (told(-9, 1), told(-9, 356), told(1, 356)) == (12_000, 12_000, 0)


def test_the_inner_circles_part_is_told_beside_everybodys(
    api: ApiClient, business: Business
) -> None:
    now = clock.now()
    marta = an_advocate(business, now)
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    won(a_referral(marta, now), now, amount=30_000)
    won(a_referral(walter, now, "ida@x.example"), now, amount=10_000)
    assert api.patch(f"/contacts/{marta.contact_id}", {"circle": "inner"}).status_code == 200

    told = api.get("/figures").json()["inner"]

    assert told["inner"]["amounts"] == [{"amount": 30_000, "currency": "EUR"}]
    assert told["everybody"]["amounts"] == [{"amount": 40_000, "currency": "EUR"}]
    assert told["percent"] == {"EUR": 75}


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
