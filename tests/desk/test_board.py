"""The board, whose cards are moved by a button or by hand; and what comes next with somebody."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import ensure_company
from desk.introductions import ON_THE_BOARD
from introductions.models import Advocate
from introductions.services import draft_ask
from outreach.models import Reminder
from referrals import services
from referrals.models import Referral
from tests.introductions.factories import accepted, an_advocate, came_by_link, shared
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(hours=2)


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def referral(marta: Advocate, now: datetime) -> Referral:
    return a_referral(marta, now)


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def at(desk: str, referral: Referral) -> str:
    return f"{desk}referrals/{referral.pk}/"


def test_each_card_stands_in_its_column_which_says_what_it_needs(
    alice_client: Client,
    desk: str,
    marta: Advocate,
    referral: Referral,
    alice: User,
    by_alice: Actor,
    now: datetime,
) -> None:
    shared(marta, now, "Hanna")
    came_by_link(marta, now, "came@x.example")
    accepted(marta, now, "yes@x.example")
    draft_ask(contact=marta.contact, wanted="cafes", by=by_alice, sender=alice, now=now)
    won(a_referral(marta, now, "won@x.example"), now)
    lost(a_referral(marta, now, "lost@x.example"), now)

    page = alice_client.get(f"{desk}introductions/board/").text

    assert page.index("Hanna") < page.index('data-to="introduced"')
    lanes = page.split('class="lane" data-to="')[1:]
    assert [lane.split('"')[0] for lane in lanes] == [
        *("introduced", "talking", "met", "proposed", "won", "lost")
    ]
    assert [lane.count("data-card") for lane in lanes] == [1, 0, 0, 0, 1, 1]
    needs = (
        "A first word from you, while they still remember.",
        "A day on which you meet.",
        "A proposal, if there is something to propose.",
        "A yes or a no. You may ask once.",
        "Thanks to whoever sent them.",
        "A reason, and thanks all the same.",
    )
    assert all(said in lane for said, lane in zip(needs, lanes, strict=True))
    assert "the price" in lanes[5]
    for said in (
        "An answer. One reminder is enough.",
        "A word from whoever shared the link.",
        "Their answer. There is nothing for you to do.",
        "Nothing: the letter that introduces you leaves by itself.",
    ):
        assert page.count(said) == 1
        assert page.index(said) < page.index('data-to="introduced"')


def test_a_button_moves_a_card_and_leads_back_to_the_board(
    alice_client: Client, desk: str, referral: Referral
) -> None:
    move = f"{desk}referrals/{referral.pk}/move/"

    answer = alice_client.post(move, {"to": "met", "back": "board"}, follow=True)

    assert answer.redirect_chain == [(f"{desk}introductions/board/", 302)]
    referral.refresh_from_db()
    assert referral.state == "met"
    lane = answer.text.split('data-to="met">')[1].split('class="lane"')[0]
    assert referral.contact.name in lane
    assert f'{desk}referrals/{referral.pk}/?end=won#end"' in lane


def test_a_card_is_put_off_by_its_button(
    alice_client: Client, desk: str, referral: Referral
) -> None:
    board = f"{desk}introductions/board/"
    move = f"{desk}referrals/{referral.pk}/move/"
    before = alice_client.get(board).text

    answer = alice_client.post(move, {"to": "not_now", "back": "board"}, follow=True)

    assert '<button class="button small" name="to" value="not_now">Not now</button>' in before
    referral.refresh_from_db()
    assert referral.state == "not_now"
    lane = answer.text.split('data-to="lost">')[1]
    assert referral.contact.name in lane
    assert "not now" in lane


def test_what_a_step_may_come_to_counts_cards_that_are_not_shown(
    alice_client: Client, desk: str, business: Business, now: datetime
) -> None:
    for number in range(ON_THE_BOARD + 2):
        one = services.record_sent_someone(
            business=business, name=f"Guest {number}", by=SYSTEM, now=now
        )
        expected = {"expected_amount": 10_000, "expected_currency": "EUR"}
        Referral.objects.filter(pk=one.pk).update(**expected)
    services.move_referral(referral=one, to="met", by=SYSTEM, now=now)

    board = alice_client.get(f"{desk}introductions/board/").text

    talking, met = (board.split(f'data-to="{step}">')[1] for step in ("talking", "met"))
    assert "Expected: €2,100." in talking.split('class="lane"')[0]
    assert "Expected: €100." in met.split('class="lane"')[0]


def test_what_cannot_be_moved_stays_and_the_board_says_so(
    alice_client: Client, desk: str, referral: Referral, now: datetime
) -> None:
    won(referral, now)

    move = f"{desk}referrals/{referral.pk}/move/"
    answer = alice_client.post(move, {"to": "met", "back": "board"}, follow=True)

    assert "That is no longer possible: somebody was quicker, or it was done before." in answer.text
    referral.refresh_from_db()
    assert referral.state == "won"


def test_what_was_lost_is_taken_up_again_on_the_board(
    alice_client: Client, desk: str, referral: Referral, now: datetime
) -> None:
    lost(referral, now)

    alice_client.post(f"{desk}referrals/{referral.pk}/reopen/", {"back": "board"})

    referral.refresh_from_db()
    assert referral.state == "talking"


def test_the_end_that_a_card_leads_to_is_open(alice_client: Client, at: str) -> None:
    shut, opened = (alice_client.get(f"{at}{query}").text for query in ("", "?end=won"))

    assert 'class="fold" open' not in " ".join(shut.split())
    assert 'class="fold" open' in " ".join(opened.split())


def test_the_next_step_its_day_and_what_it_may_come_to_are_kept(
    alice_client: Client, at: str, desk: str, business: Business, referral: Referral
) -> None:
    day = clock.today(business) + timedelta(days=4)
    facts = {
        "next_step": "Send the offer",
        "next_on": day.isoformat(),
        "expected": "1,850",
        "note": "Rings after six",
    }

    page = alice_client.post(f"{at}plan/", facts, follow=True).text

    assert "Send the offer" in page
    assert "may come to €1,850" in page
    assert "Rings after six" in page
    [reminder] = Reminder.objects.open().filter(subject_id=referral.pk)
    assert (reminder.due_on, reminder.text) == (day, "Send the offer")
    board = alice_client.get(f"{desk}introductions/board/").text
    assert "Expected: €1,850." in board
    assert "may come to €1,850" in alice_client.get(f"{desk}introductions/").text


def test_a_currency_that_is_used_no_more_stays_where_it_was_expected(
    alice_client: Client, at: str, desk: str, referral: Referral
) -> None:
    money = f"{desk}settings/money/"
    alice_client.post(money, {"other_currencies": "USD"})
    facts = {"next_step": "Send the offer", "expected": "50", "currency": "USD"}
    alice_client.post(f"{at}plan/", facts)
    alice_client.post(money, {"other_currencies": ""})

    kept = alice_client.post(f"{at}plan/", {**facts, "next_step": "Ring"})
    more = alice_client.post(f"{at}plan/", {**facts, "expected": "60"})

    assert (kept.status_code, more.status_code) == (302, 422)
    assert "Amounts here are in EUR." in more.text
    referral.refresh_from_db()
    assert referral.next_step == "Ring"
    assert (referral.expected_amount, referral.expected_currency) == (5_000, "USD")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"next_on": "2020-01-01"}, "Choose today or a day to come."),
        ({"expected": "much"}, "Please write the amount as a number"),
        ({"expected": "0"}, "The amount must be more than zero."),
        ({"expected": "-5"}, "The amount must be more than zero."),
    ],
)
def test_a_plan_that_cannot_be_is_said_beside_its_field(
    alice_client: Client, at: str, facts: dict[str, str], sentence: str, referral: Referral
) -> None:
    answer = alice_client.post(f"{at}plan/", {"next_step": "Kept as typed", **facts})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Kept as typed"' in answer.text
    referral.refresh_from_db()
    assert referral.next_step == ""


def test_a_day_that_is_planned_no_more_reminds_in_a_week_as_at_any_step(
    alice_client: Client, at: str, business: Business, referral: Referral
) -> None:
    today = clock.today(business)
    planned = {"next_step": "Send the offer", "next_on": (today + timedelta(days=30)).isoformat()}
    alice_client.post(f"{at}plan/", planned)

    alice_client.post(f"{at}plan/", {"next_step": "", "next_on": ""})

    [reminder] = Reminder.objects.open().filter(subject_id=referral.pk)
    assert reminder.due_on == today + timedelta(days=7)
    assert reminder.text == f"See how it stands with {referral.contact.first_name}"


def test_a_planned_day_outlives_a_step(
    business: Business, referral: Referral, now: datetime
) -> None:
    day = clock.today(business, now) + timedelta(days=20)
    services.plan_referral(referral=referral, changes={"next_on": day}, by=SYSTEM, now=now)

    moved(referral, "met", now + timedelta(minutes=5))

    [reminder] = Reminder.objects.open().filter(subject_id=referral.pk)
    assert reminder.due_on == day


def test_one_person_is_customer_advocate_and_partner_at_once(
    alice_client: Client, desk: str, business: Business, referral: Referral, now: datetime
) -> None:
    """Jonas, who was sent, buys, sends Ida in turn, and his firm is a partner."""
    jonas = won(referral, now).contact
    services.record_sent_someone(
        business=business, name="Ida Berg", sender=jonas, by=SYSTEM, now=now
    )
    firm = ensure_company(business=business, name="Falk Ovens", now=now)
    assert firm is not None
    firm.partner_since = now.date()
    firm.save()
    Contact.objects.filter(pk=jonas.pk).update(company=firm)

    page = alice_client.get(f"{desk}people/{jonas.pk}/").text

    assert "Sent you" in page
    assert "€1,850" in page
    assert '<span class="badge">partner</span>' in page
    assert alice_client.get(f"{desk}people/{jonas.pk}/lineage/").status_code == 200


@pytest.mark.parametrize("is_planned_first", [True, False])
def test_who_named_a_day_to_be_asked_again_is_not_forgotten(
    alice_client: Client, at: str, business: Business, referral: Referral, is_planned_first: bool
) -> None:
    day = clock.today(business) + timedelta(days=90)
    facts = {"next_step": "Ask again in autumn", "next_on": day.isoformat(), "note": "Likes blue"}
    steps = [("plan/", facts), ("move/", {"to": "not_now"})]
    for path, told in steps if is_planned_first else reversed(steps):
        alice_client.post(f"{at}{path}", told)

    page = alice_client.get(at).text
    assert "A day to ask again, if they named one." in page
    assert "Ask again in autumn" in page
    assert "Likes blue" in page
    [reminder] = Reminder.objects.open().filter(subject_id=referral.pk)
    assert (reminder.due_on, reminder.text) == (day, "Ask again in autumn")

    alice_client.post(f"{at}reopen/")
    [reminder] = Reminder.objects.open().filter(subject_id=referral.pk)
    assert reminder.due_on == day


def test_who_named_no_day_is_left_alone(
    alice_client: Client, at: str, business: Business, referral: Referral
) -> None:
    day = (clock.today(business) + timedelta(days=90)).isoformat()
    alice_client.post(f"{at}move/", {"to": "not_now"})
    assert not Reminder.objects.open().filter(subject_id=referral.pk).exists()

    alice_client.post(f"{at}plan/", {"next_step": "Ask again", "next_on": day})
    alice_client.post(f"{at}plan/", {"next_step": "", "next_on": ""})

    assert not Reminder.objects.open().filter(subject_id=referral.pk).exists()


@pytest.mark.parametrize("end", [won, lost])
def test_what_is_worth_knowing_outlives_the_end(
    alice_client: Client,
    at: str,
    referral: Referral,
    now: datetime,
    end: Callable[[Referral, datetime], Referral],
) -> None:
    alice_client.post(f"{at}plan/", {"note": "Likes blue", "expected": "1,850"})
    end(referral, now)
    assert "Likes blue" in alice_client.get(at).text

    page = alice_client.post(f"{at}plan/", {"note": "Likes red"}, follow=True).text

    assert "Likes red" in page
    referral.refresh_from_db()
    assert referral.expected_amount == 185_000
