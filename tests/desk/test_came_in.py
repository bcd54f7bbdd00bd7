"""All that came in from one person: kept, given back, put right, side by side with other money."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from referrals.models import ClosedBusiness, ExchangeRate, Referral
from referrals.services import record_sent_someone
from tests.contacts.factories import make_contact
from tests.introductions.factories import JONAS, a_contact, an_advocate
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi")


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def page(desk: str, elena: Contact) -> str:
    return f"{desk}people/{elena.pk}/came-in/"


@pytest.fixture
def today(business: Business) -> str:
    return clock.today(business).isoformat()


def test_whoever_was_sent_by_nobody_can_pay_too(
    alice_client: Client, page: str, elena: Contact, today: str
) -> None:
    assert "Nothing is kept yet" in alice_client.get(page).text

    facts = {"amount": "1,850.50", "on": today, "note": "The oven", "every": ""}
    answer = alice_client.post(page, facts, follow=True)

    assert "€1,850.50" in answer.text
    elena.refresh_from_db()
    assert elena.customer_since is not None


def test_further_business_of_somebody_who_was_sent_belongs_to_it(
    alice_client: Client, business: Business, desk: str, today: str
) -> None:
    now = clock.now() - timedelta(hours=1)
    referral = won(a_referral(an_advocate(business, now), now), now)

    facts = {"amount": "200", "on": today}
    alice_client.post(f"{desk}people/{referral.contact_id}/came-in/", facts)

    assert ClosedBusiness.objects.filter(referral=referral).count() == 2
    assert "€200" in alice_client.get(f"{desk}referrals/{referral.pk}/").text


def test_what_an_older_customer_paid_before_they_were_sent_belongs_to_no_introduction(
    alice_client: Client, desk: str, business: Business
) -> None:
    now = clock.now() - timedelta(hours=1)
    referral = won(a_referral(an_advocate(business, now), now), now)
    page = f"{desk}people/{referral.contact_id}/came-in/"
    before = clock.today(business) - timedelta(days=90)

    assert "Marta Oliveira’s, won today" in alice_client.get(page).text
    answer = alice_client.post(page, {"amount": "99", "on": before.isoformat()})

    assert answer.status_code == 302
    assert ClosedBusiness.objects.get(amount=9_900).referral is None


def test_the_owner_chooses_which_introduction_it_belongs_to_or_none(
    alice_client: Client, desk: str, business: Business, today: str
) -> None:
    now = clock.now() - timedelta(days=2)
    first = won(a_referral(an_advocate(business, now), now), now)
    page = f"{desk}people/{first.contact_id}/came-in/"
    later = now + timedelta(days=1)
    hugo = a_contact(business, later, "Hugo Lind", "hugo@lind.example")
    again = record_sent_someone(
        business=business, name="Jonas", email=JONAS, sender=hugo, by=SYSTEM, now=later
    )
    last = won(again, later)

    for amount, through in (("1", str(first.pk)), ("2", "none"), ("3", "")):
        facts = {"amount": amount, "on": today, "through": through}
        assert alice_client.post(page, facts).status_code == 302
    foreign = alice_client.post(page, {"amount": "4", "on": today, "through": "somebody"})

    kept = ClosedBusiness.objects.filter(amount__lt=1_000).order_by("amount")
    assert [row.referral for row in kept] == [first, None, last]
    assert foreign.status_code == 422


def test_whoever_was_sent_by_nobody_is_asked_for_no_introduction(
    alice_client: Client, page: str
) -> None:
    assert "Which introduction" not in alice_client.get(page).text


def test_what_was_in_another_currency_is_kept_in_it_once(
    alice_client: Client, desk: str, page: str, elena: Contact, today: str
) -> None:
    alice_client.post(page, {"amount": "1,000", "on": today, "note": "The oven", "every": "month"})
    row = ClosedBusiness.objects.get()
    assert "It was in another currency" not in alice_client.get(page).text
    alice_client.post(f"{desk}settings/money/", {"other_currencies": "SEK, USD"})
    other = f"{desk}came-in/{row.pk}/other-currency/"
    assert other in alice_client.get(page).text

    wrong = alice_client.post(other, {"amount": "much", "currency": "SEK"})
    for _ in range(2):
        answer = alice_client.post(other, {"amount": "1,050", "currency": "SEK"}, follow=True)
    last = ClosedBusiness.objects.income().get()
    alice_client.post(f"{desk}came-in/{last.pk}/again/")

    assert (wrong.status_code, answer.status_code) == (422, 409)
    assert "is kept in that one by now" in answer.text
    said = _words(alice_client.get(page).text)
    assert "In all, less what was given back: SEK2,100" in said
    places = [
        said.index(words)
        for words in (
            "SEK1,050 · every month · The oven",
            "First written as €1,000, today",
            "Put right: €1,000 less today",
        )
    ]
    assert places == sorted(places)
    person = _words(alice_client.get(f"{desk}people/{elena.pk}/").text)
    assert "You put right that €1,000 was in another currency" in person
    assert Event.objects.filter(name="business.corrected").count() == 1


def test_what_was_given_back_stays_and_the_rest_is_kept_in_the_other_currency(
    alice_client: Client, desk: str, page: str, today: str
) -> None:
    alice_client.post(f"{desk}settings/money/", {"other_currencies": "SEK"})
    alice_client.post(page, {"amount": "1,000", "currency": "EUR", "on": today})
    row = ClosedBusiness.objects.get()
    alice_client.post(f"{desk}came-in/{row.pk}/refund/", {"amount": "200", "on": today})

    alice_client.post(f"{desk}came-in/{row.pk}/other-currency/", {"amount": "800"})

    said = _words(alice_client.get(page).text)
    assert "In all, less what was given back: SEK800." in said
    assert "€200 given back" in said
    rows = ClosedBusiness.objects.filter(currency="EUR").values_list("amount", flat=True)
    assert sum(rows) == 0


def test_a_part_is_given_back_and_never_more_than_is_left(
    alice_client: Client, desk: str, page: str, today: str
) -> None:
    alice_client.post(page, {"amount": "100", "on": today})
    row = ClosedBusiness.objects.get()
    back = f"{desk}came-in/{row.pk}/refund/"

    facts = {"amount": "30", "on": today, "note": "It came late"}
    said = _words(alice_client.post(back, facts, follow=True).text)
    refused = alice_client.post(back, {"amount": "71", "on": today})

    assert "€30 given back today : It came late" in said
    assert "€70 of it is left" in said
    assert "In all, less what was given back: €70." in said
    assert refused.status_code == 422
    assert "Only €70 of it is left." in refused.text
    assert 'value="71"' in refused.text


def test_what_comes_every_month_is_kept_again_by_one_tap(
    alice_client: Client, desk: str, page: str, business: Business
) -> None:
    before = clock.today(business) - timedelta(days=30)
    alice_client.post(page, {"amount": "99", "on": before.isoformat(), "every": "month"})
    row = ClosedBusiness.objects.get()

    for _ in range(2):
        alice_client.post(f"{desk}came-in/{row.pk}/again/")

    kinds = ClosedBusiness.objects.order_by("id").values_list("kind", "amount", "refers_to")
    assert [*kinds] == [("sale", 9_900, None), ("again", 9_900, row.pk)]
    assert "It came in again today" in alice_client.get(page).text


def test_a_day_that_would_make_the_first_time_the_second_is_refused_beside_it(
    alice_client: Client, desk: str, page: str, business: Business, today: str
) -> None:
    before = (clock.today(business) - timedelta(days=30)).isoformat()
    alice_client.post(page, {"amount": "99", "on": before, "every": "month"})
    first = ClosedBusiness.objects.get()
    alice_client.post(f"{desk}came-in/{first.pk}/again/")
    second = ClosedBusiness.objects.get(kind="again")
    earlier = (clock.today(business) - timedelta(days=31)).isoformat()
    alice_client.post(f"{desk}came-in/{second.pk}/mend/", {"amount": "99", "on": before})

    refused = {
        first: ("It came in again before that day.", today),
        second: ("That is before it came in for the first time.", earlier),
    }
    for row, (sentence, day) in refused.items():
        answer = alice_client.post(f"{desk}came-in/{row.pk}/mend/", {"amount": "99", "on": day})

        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'value="{day}"' in answer.text
    days = ClosedBusiness.objects.values_list("closed_on", flat=True)
    assert {day.isoformat() for day in days} == {before}


def test_unlike_currencies_stand_side_by_side_until_there_is_a_rate_for_their_day(
    alice_client: Client, desk: str, page: str, business: Business
) -> None:
    today = clock.today(business)
    alice_client.post(f"{desk}settings/money/", {"other_currencies": "usd, CHF"})
    for amount, currency in (("100", "EUR"), ("50", "USD")):
        facts = {"amount": amount, "currency": currency, "on": today.isoformat()}
        assert alice_client.post(page, facts).status_code == 302

    before = alice_client.get(page).text
    since = (today - timedelta(days=9)).isoformat()
    rate = {"currency": "USD", "rate": "0.5", "since": since}
    entered = alice_client.post(f"{desk}settings/money/rate/", rate, follow=True).text
    after = alice_client.get(page).text

    assert "€100 and US$50." in before
    assert "1 USD is 0.5 EUR" in entered
    assert "€100 and US$50, together €125 at your rates." in after


def test_a_rate_counts_from_its_day_on(
    alice_client: Client, desk: str, page: str, business: Business
) -> None:
    business.other_currencies = ["USD"]
    business.save()
    today = clock.today(business)
    days = {"0.5": today - timedelta(days=9), "0.8": today - timedelta(days=1)}
    for rate, day in days.items():
        facts = {"currency": "USD", "rate": rate, "since": day.isoformat()}
        alice_client.post(f"{desk}settings/money/rate/", facts)
    for day in (today - timedelta(days=5), today):
        facts = {"amount": "100", "currency": "USD", "on": day.isoformat()}
        alice_client.post(page, facts)
    assert "US$200, together €130 at your rates." in alice_client.get(page).text

    earlier = (today - timedelta(days=20)).isoformat()
    alice_client.post(page, {"amount": "1", "currency": "USD", "on": earlier})

    assert "together" not in alice_client.get(page).text


def test_a_rate_that_was_a_slip_is_removed_and_the_one_before_it_holds(
    alice_client: Client, bob_client: Client, desk: str, page: str, business: Business
) -> None:
    business.other_currencies = ["USD"]
    business.save()
    today, money = clock.today(business), f"{desk}settings/money/"
    for rate, days in (("0.5", 9), ("5", 4)):
        since = (today - timedelta(days=days)).isoformat()
        facts = {"currency": "USD", "rate": rate, "since": since}
        alice_client.post(f"{money}rate/", facts)
    alice_client.post(page, {"amount": "100", "currency": "USD", "on": today.isoformat()})
    slip = ExchangeRate.objects.get(rate=5)
    remove = f"{money}rate/{slip.pk}/remove/"
    before = alice_client.get(page).text

    assert bob_client.post(remove).status_code == 403
    assert remove not in bob_client.get(money).text
    assert remove in alice_client.get(money).text
    removed = alice_client.post(remove, follow=True).text
    again = alice_client.post(remove)

    assert again.status_code == 302
    assert Event.objects.filter(name="exchange_rate.removed").count() == 1
    assert "US$100, together €500 at your rates." in before
    assert "1 USD is 5 EUR" not in removed
    assert "1 USD is 0.5 EUR" in removed
    assert "US$100, together €50 at your rates." in alice_client.get(page).text


def test_every_rate_can_be_reached_however_many_there_are(
    alice_client: Client, desk: str, business: Business
) -> None:
    today = clock.today(business)
    for days in range(60):
        ExchangeRate.objects.create(
            business=business,
            currency="USD",
            rate=1,
            since=today - timedelta(days=days),
            created_at=clock.now(),
        )
    money, found = f"{desk}settings/money/", set()

    at = ""
    while at is not None:
        page = alice_client.get(f"{money}{at}").text
        found |= set(re.findall(r"rate/([0-9a-f-]+)/remove/", page))
        more = re.search(r'href="(\?before=[^"]+)"', page)
        at = more[1] if more else None

    assert len(found) == 60


def test_who_changed_currencies_and_credit_and_what_they_were_can_be_read(
    alice_client: Client, desk: str, business: Business
) -> None:
    at = f"{desk}settings/money/"

    alice_client.post(at, {"other_currencies": "usd", "credit_months": "12"})
    alice_client.post(at, {"other_currencies": "usd", "credit_months": "12"})
    alice_client.post(at, {"other_currencies": "usd, CHF", "credit_months": ""})

    said = _words(alice_client.get(at).text)
    lines = [
        "Credit lasted 12 months, and lasts for ever now. Other currencies were USD, and are USD"
        " and CHF now.",
        "Credit lasted for ever, and lasts 12 months now. Other currencies were none, and are USD"
        " now.",
    ]
    assert said.count("You changed currencies and credit") == len(lines)
    assert said.index(lines[0]) < said.index(lines[1])


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"other_currencies": "QQQ"}, "A currency is named by three letters"),
        ({"credit_months": "0"}, "Give from 1 to 600 months"),
        ({"credit_months": "soon"}, "Please give a whole number"),
    ],
)
def test_money_that_cannot_be_is_said_beside_its_field(
    alice_client: Client, desk: str, told: dict[str, str], sentence: str
) -> None:
    answer = alice_client.post(f"{desk}settings/money/", told)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_currency_that_is_not_used_is_refused(
    alice_client: Client, desk: str, page: str, today: str
) -> None:
    alice_client.post(f"{desk}settings/money/", {"other_currencies": "USD"})

    amount = alice_client.post(page, {"amount": "5", "currency": "JPY", "on": today})
    rate = alice_client.post(
        f"{desk}settings/money/rate/", {"currency": "JPY", "rate": "1", "since": today}
    )

    assert (amount.status_code, rate.status_code) == (422, 422)
    assert not ClosedBusiness.objects.exists()
    assert not ExchangeRate.objects.exists()


def test_a_business_keeps_its_own_list_of_reasons(
    alice_client: Client, desk: str, business: Business
) -> None:
    now = clock.now() - timedelta(hours=1)
    referral = a_referral(an_advocate(business, now), now)
    at, list_at = f"{desk}referrals/{referral.pk}/", f"{desk}settings/reasons/"

    alice_client.post(list_at, {"words": "Too far away"})
    alice_client.post(list_at, {"reason": "price", "words": "More than they had"})
    alice_client.post(list_at, {"reason": "timing", "offered": "no"})

    offered = alice_client.get(at).text
    assert "Too far away" in offered
    assert "More than they had" in offered
    assert "The time was wrong" not in offered
    [own] = [key for key in _keys(offered) if len(key) == 36]
    alice_client.post(f"{at}lose/", {"reason": own})
    alice_client.post(list_at, {"reason": own, "offered": "no"})
    assert "Too far away. Are you talking again?" in alice_client.get(at).text
    assert "Too far away" in alice_client.get(f"{desk}people/{referral.contact_id}/").text
    assert Referral.objects.get(pk=referral.pk).lost_reason == own


def test_the_list_keeps_one_reason_at_least_and_none_twice(alice_client: Client, desk: str) -> None:
    list_at = f"{desk}settings/reasons/"
    keys = _keys(alice_client.get(list_at).text)

    answers = [
        alice_client.post(list_at, {"reason": key, "offered": "no"}).status_code
        for key in dict.fromkeys(keys)
    ]
    twice = alice_client.post(list_at, {"words": "the PRICE"})

    assert answers == [302] * 5 + [409]
    # What is offered no longer is taken up again.
    assert twice.status_code == 302
    assert alice_client.post(list_at, {"words": "The price"}).status_code == 409
    assert alice_client.post(list_at, {"words": " "}).status_code == 422


def test_members_and_viewers_look_at_settings_of_money(
    bob_client: Client, desk: str, business: Business
) -> None:
    for page in ("settings/money/", "settings/reasons/"):
        assert bob_client.get(f"{desk}{page}").status_code == 200
        assert bob_client.post(f"{desk}{page}", {"words": "No"}).status_code == 403


def test_another_business_sees_nothing_of_it(
    charlie_client: Client, alice_client: Client, desk: str, page: str, today: str
) -> None:
    alice_client.post(page, {"amount": "100", "on": today})
    row = ClosedBusiness.objects.get()

    for path in (page, f"{desk}came-in/{row.pk}/again/", f"{desk}settings/money/"):
        assert charlie_client.post(path, {"amount": "1", "on": today}).status_code == 404


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def _keys(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="reason" value="')[1:]]
