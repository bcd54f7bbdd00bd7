"""How a month went: on a page, and by mail for whoever wants it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, User
from businesses.money import format_money
from desk.mornings import write_member_letters
from introductions.models import Advocate
from outreach.models import AccountMessage
from referrals.models import ClosedBusiness, Referral, ThankYou
from referrals.services import (
    give_back,
    give_thanks,
    lose_referral,
    record_closed_business,
    record_sent_someone,
    win_referral,
)
from tests.api.client import refusal, with_a_key
from tests.introductions.factories import an_advocate, shaken
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db

RULE = "By introduction is all that people paid since somebody sent them to you"
IN_SEPTEMBER = datetime(2026, 9, 15, 10, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 14, 10, tzinfo=UTC)
# The first of November is a Sunday; eight in Stockholm.
MONDAY = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _before() -> Iterator[None]:
    with clock.at(IN_SEPTEMBER):
        yield


@pytest.fixture
def advocate(business: Business) -> Advocate:
    return an_advocate(business, IN_SEPTEMBER, name="Tomás Brandt")


@pytest.fixture
def october(business: Business, advocate: Advocate, by_alice: Actor) -> Referral:
    """One introduced in September and won in October, one lost, and one thanked for."""
    won = a_referral(advocate, IN_SEPTEMBER, "jonas@shoebox.example")
    lost = a_referral(advocate, IN_OCTOBER, "ida@shoebox.example")
    a_referral(advocate, IN_OCTOBER, "per@shoebox.example")
    lose_referral(referral=lost, reason="price", by=by_alice, now=IN_OCTOBER)
    won = win_referral(
        referral=won,
        amount=185_050,
        currency="EUR",
        on=IN_OCTOBER.date(),
        by=by_alice,
        now=IN_OCTOBER,
    )
    for amount, currency, on in (
        (40_000, "EUR", date(2026, 9, 30)),
        (12_000, "SEK", date(2026, 10, 31)),
        (99_000, "EUR", date(2026, 11, 1)),
    ):
        ClosedBusiness.objects.create(
            business=business,
            contact=won.contact,
            amount=amount,
            currency=currency,
            closed_on=on,
            referral=won,
        )
    some = ThankYou.objects.due().order_by("id")[0]
    give_thanks(thank_you=some, how="call", by=by_alice, now=IN_OCTOBER)
    return won


def wants_it(client: Client, business: Business, at: datetime = IN_SEPTEMBER) -> None:
    with clock.at(at):
        answer = client.post(
            f"/b/{business.slug}/settings/mail/", {"morning_hour": "8", "month_letter": "on"}
        )
    assert answer.status_code == 302


def sweep(at: datetime) -> None:
    with clock.at(at):
        write_member_letters(now=at)


def letters() -> list[str]:
    rows = AccountMessage.objects.filter(kind="month").order_by("created_at")
    return [f"{row.subject}\n{row.text}" for row in rows]


def test_the_page_says_what_was_given_and_what_came_of_it(
    alice_client: Client, business: Business, october: Referral
) -> None:
    with clock.at(MONDAY):
        page = alice_client.get(f"/b/{business.slug}/months/").text
        same = alice_client.get(f"/b/{business.slug}/months/2026-10/").text

    assert "How October went" in same
    for says in (
        "How October went",
        "2 introductions were given, 1 in September.",
        "2 handshakes, 1 in September.",
        "1 became business, none in September.",
        "1 came to nothing, none in September.",
        "€1,850.50 came in by introduction, €400 in September.",
        f"{format_money(12_000, 'SEK')} came in by introduction, nothing in September.",
        "1 thank-you was given, none in September.",
        "3 thank-yous are still owed, the oldest for 19 days.",
        "Tomás Brandt",
        "came to nothing",
    ):
        assert says in page, says


def test_of_whoever_is_left_in_peace_it_counts_no_thanks_as_today_does(
    alice_client: Client, business: Business, advocate: Advocate, october: Referral
) -> None:
    with clock.at(MONDAY):
        desk = f"/b/{business.slug}/"
        alice_client.post(f"{desk}people/{advocate.contact_id}/rest/", {"reason": "died"})
        page = alice_client.get(f"{desk}months/2026-10/").text

        assert "still owed" not in page
        assert "Nobody is waiting to be thanked" in alice_client.get(f"{desk}thank-yous/").text


def test_a_second_introduction_of_one_person_tells_what_it_led_to(
    alice_client: Client, business: Business, october: Referral
) -> None:
    with clock.at(IN_OCTOBER):
        walter = an_advocate(business, IN_OCTOBER, name="Walter Holm", email="w@holm.example")
        open_one = Referral.objects.open().get()
        assert open_one.contact.email is not None
        second = shaken(walter, IN_OCTOBER, open_one.contact.email)
    at = f"/b/{business.slug}/"

    with clock.at(MONDAY):
        month = alice_client.get(f"{at}months/2026-10/").text
        page = alice_client.get(f"{at}introductions/{second.pk}/").text

    assert month.count(f"{at}referrals/{open_one.pk}/") == 2
    assert f"{at}referrals/{open_one.pk}/" in page


def test_what_came_by_introduction_is_by_the_rule_of_credit_and_says_so(
    alice_client: Client, business: Business, october: Referral, by_alice: Actor
) -> None:
    """All that a sent customer paid, less what was given back of it, on whichever day."""
    for amount in (5_000, 7_000):
        record_closed_business(
            contact=october.contact,
            amount=amount,
            currency="EUR",
            on=IN_OCTOBER.date(),
            by=by_alice,
            now=IN_OCTOBER,
        )
    give_back(
        closed_business=ClosedBusiness.objects.get(amount=7_000),
        amount=6_000,
        on=MONDAY.date(),
        by=by_alice,
        now=MONDAY,
    )
    nobodys = record_sent_someone(business=business, name="Per Ek", by=by_alice, now=IN_OCTOBER)
    win_referral(
        referral=nobodys,
        amount=90_000,
        currency="EUR",
        on=IN_OCTOBER.date(),
        by=by_alice,
        now=IN_OCTOBER,
    )

    with clock.at(MONDAY):
        page = alice_client.get(f"/b/{business.slug}/months/").text

    assert "€1,910.50 came in by introduction, €400 in September." in page
    assert RULE in page


def test_a_month_ends_at_midnight_at_the_business(
    alice_client: Client, business: Business, advocate: Advocate
) -> None:
    last_moment = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)
    a_referral(advocate, last_moment, "jonas@shoebox.example")
    a_referral(advocate, last_moment + timedelta(minutes=1), "ida@shoebox.example")

    with clock.at(MONDAY):
        september = alice_client.get(f"/b/{business.slug}/months/2026-09/").text
        october = alice_client.get(f"/b/{business.slug}/months/2026-10/").text
        november = alice_client.get(f"/b/{business.slug}/months/2026-11/").text

    assert "1 introduction was given, none in August." in september
    assert "No introductions were given, 1 in October." in november
    assert "1 introduction was given, as in September." in october


@pytest.mark.parametrize("month", ["2026-12", "1999-12", "2026-13", "0000-00"])
def test_there_is_no_page_of_a_month_that_is_none(
    alice_client: Client, business: Business, month: str
) -> None:
    with clock.at(MONDAY):
        assert alice_client.get(f"/b/{business.slug}/months/{month}/").status_code == 404


def test_the_months_lead_back_to_the_one_in_which_the_business_was_opened(
    alice_client: Client, business: Business
) -> None:
    def leads_back(month: str) -> bool:
        return 'rel="prev"' in alice_client.get(f"/b/{business.slug}/months/{month}/").text

    with clock.at(MONDAY):
        assert leads_back("2026-10")
        assert not leads_back("2026-09")


def test_more_rows_need_no_more_queries(
    alice_client: Client, business: Business, advocate: Advocate, october: Referral
) -> None:
    at = f"/b/{business.slug}/months/2026-10/"

    def count() -> int:
        with clock.at(MONDAY), CaptureQueriesContext(connection) as queries:
            assert alice_client.get(at).status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(4):
        a_referral(advocate, IN_OCTOBER, f"more{number}@shoebox.example")

    assert count() == few


def test_it_is_mailed_on_the_first_working_morning_to_whoever_wants_it(
    alice_client: Client, alice: User, bob: User, business: Business, october: Referral
) -> None:
    for user in (alice, bob):
        EmailAddress.objects.create(user=user, email=user.email, verified=True)
    wants_it(alice_client, business)

    for day in (-1, 0, 1, 2):
        sweep(MONDAY + timedelta(days=day))

    [letter] = letters()
    assert letter.startswith("How October went\n")
    assert "€1,850.50 came in by introduction, €400 in September." in letter
    assert RULE in " ".join(letter.split())
    assert "Tomás Brandt introduced " in letter
    assert f"http://testserver/b/{business.slug}/months/2026-10/" in letter
    assert AccountMessage.objects.get(kind="month").created_at == MONDAY
    sweep(datetime(2026, 12, 1, 7, 0, tzinfo=UTC))
    assert [one.split("\n")[0] for one in letters()] == ["How October went", "How November went"]


def test_where_nothing_ran_that_morning_it_comes_on_the_next(
    alice_client: Client, alice: User, business: Business, october: Referral
) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True)
    wants_it(alice_client, business)

    sweep(MONDAY + timedelta(hours=9))
    none_yet = letters()
    sweep(MONDAY + timedelta(days=1))

    assert none_yet == []
    assert len(letters()) == 1


def test_of_a_quiet_month_nothing_is_mailed(
    alice_client: Client, alice: User, business: Business
) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True)
    wants_it(alice_client, business)

    sweep(MONDAY)

    assert letters() == []
    with clock.at(MONDAY):
        assert "A quiet month" in alice_client.get(f"/b/{business.slug}/months/").text


def test_whoever_begins_to_want_it_hears_of_the_month_in_which_they_did(
    alice_client: Client, alice: User, business: Business, october: Referral
) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True)
    wants_it(alice_client, business, at=MONDAY - timedelta(hours=1))

    sweep(MONDAY)
    sweep(MONDAY + timedelta(days=1))

    assert letters() == []


def test_also_whoever_may_only_look_may_want_it(
    bob_client: Client, bob: User, business: Business, october: Referral
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    EmailAddress.objects.create(user=bob, email=bob.email, verified=True)
    at = f"/b/{business.slug}/settings/mail/"

    page = bob_client.get(at).text
    wants_it(bob_client, business)
    sweep(MONDAY)

    assert "Tell me in the morning" not in page
    assert len(letters()) == 1


def test_a_program_reads_and_changes_what_somebody_hears(
    business: Business, alice: User, alice_client: Client
) -> None:
    admin, writer = with_a_key(business, alice, "admin"), with_a_key(business, alice, "write")
    members = {row["name"]: row for row in admin.get("/members").json()["results"]}
    at = f"/members/{members['Bob Berg']['id']}"
    told = {"morning_letter": False, "morning_hour": 7, "month_letter": True, "timezone": ""}

    changed = admin.patch(at, told | {"timezone": "Asia/Tokyo"})

    assert members["Bob Berg"]["morning_letter"] is True
    assert changed.json() == members["Bob Berg"] | told | {"timezone": "Asia/Tokyo"}
    assert admin.get(at).json() == changed.json()
    assert refusal(admin.patch(at, {"timezone": "Mars/Olympus"})) == (422, "unknown_timezone")
    assert admin.patch(at, {"morning_hour": 12}).status_code == 400
    assert writer.patch(at, told).status_code == 403


def test_nobody_elses_choices_are_touched(bob_client: Client, business: Business) -> None:
    bob_client.post(f"/b/{business.slug}/settings/mail/", {"morning_hour": "6"})

    hours = Membership.objects.filter(business=business).values_list("user__name", "morning_hour")
    assert dict(hours) == {"Alice Lindqvist": 8, "Bob Berg": 6}
