"""What becomes of somebody who was sent: moved, won, lost, reopened, and more business."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business
from referrals.models import ClosedBusiness, Referral, ThankYou
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, lost, won


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(minutes=5)


@pytest.fixture
def referral(business: Business, now: datetime) -> Referral:
    return a_referral(an_advocate(business, now), now)


@pytest.fixture
def at(business: Business, referral: Referral) -> str:
    return f"/b/{business.slug}/referrals/{referral.pk}/"


def _today(business: Business) -> str:
    return clock.today(business).isoformat()


@pytest.mark.parametrize("step", ["talking", "met", "proposed", "not_now"])
def test_it_moves_in_one_press(
    alice_client: Client, at: str, referral: Referral, step: str
) -> None:
    assert alice_client.post(f"{at}move/", {"to": step}).status_code == 302

    referral.refresh_from_db()
    assert referral.state == step


@pytest.mark.parametrize("step", ["won", "lost", "introduced", "", "nonsense"])
def test_it_does_not_move_anywhere_else(
    alice_client: Client, at: str, referral: Referral, step: str
) -> None:
    answer = alice_client.post(f"{at}move/", {"to": step})

    referral.refresh_from_db()
    assert answer.status_code == 409
    assert referral.state == "introduced"


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("talking", "You are talking with {name}"),
        ("met", "You and {name} have met"),
        ("proposed", "{name} has your proposal"),
        ("not_now", "Not now, says {name}"),
    ],
)
def test_its_heading_says_how_it_stands(
    alice_client: Client, at: str, referral: Referral, step: str, says: str
) -> None:
    alice_client.post(f"{at}move/", {"to": step})

    assert f"<h1>{says.format(name=referral.contact.name)}</h1>" in alice_client.get(at).text


def test_won_takes_an_amount_and_a_day(
    alice_client: Client, at: str, business: Business, referral: Referral
) -> None:
    alice_client.post(f"{at}win/", {"amount": "1,850", "on": _today(business)})

    closed = ClosedBusiness.objects.get()
    referral.refresh_from_db()
    assert referral.state == "won"
    assert (closed.amount, closed.currency) == (185_000, "EUR")
    assert ThankYou.objects.due().filter(reason="business").count() == 1
    assert "€1,850" in alice_client.get(at).text


def test_a_double_click_wins_once(alice_client: Client, at: str, business: Business) -> None:
    data = {"amount": "1850", "on": _today(business)}

    first, second = (alice_client.post(f"{at}win/", data) for _ in range(2))

    assert first.status_code == 302
    assert second.status_code == 409
    assert "This one is won already." in second.text
    assert ClosedBusiness.objects.count() == 1
    assert ThankYou.objects.filter(reason="business").count() == 1


@pytest.mark.parametrize("amount", ["", "much", "-5", "0"])
def test_an_amount_that_cannot_be_is_said_beside_it(
    alice_client: Client, at: str, business: Business, referral: Referral, amount: str
) -> None:
    answer = alice_client.post(f"{at}win/", {"amount": amount, "on": _today(business)})

    referral.refresh_from_db()
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.text
    assert f'value="{amount}"' in answer.text or not amount
    assert referral.state == "introduced"


@pytest.mark.parametrize("day", ["", "2999-01-01", "yesterday"])
def test_a_day_that_cannot_be_changes_nothing(
    alice_client: Client, at: str, referral: Referral, day: str
) -> None:
    answer = alice_client.post(f"{at}win/", {"amount": "1850", "on": day})

    referral.refresh_from_db()
    assert answer.status_code == 422
    assert 'value="1850"' in answer.text
    assert referral.state == "introduced"


def test_a_win_before_hands_were_shaken_is_refused_beside_its_day(
    alice_client: Client, at: str, business: Business, referral: Referral
) -> None:
    before = (clock.today(business) - timedelta(days=2)).isoformat()

    answer = alice_client.post(f"{at}win/", {"amount": "1,850", "on": before})

    assert answer.status_code == 422
    beside = answer.text.partition('name="on"')[2].partition("</div>")[0]
    assert "That is before you were introduced." in beside
    assert 'value="1,850"' in answer.text
    assert f'value="{before}"' in answer.text
    referral.refresh_from_db()
    assert referral.state == "introduced"
    assert not ClosedBusiness.objects.exists()


# What the page needs at each step at which somebody can stand.
NEEDS = {
    "introduced": "A first word from you, while they still remember.",
    "talking": "A day on which you meet.",
    "met": "A proposal, if there is something to propose.",
    "proposed": "A yes or a no. You may ask once.",
    "won": "Thanks to whoever sent them.",
    "lost": "A reason, and thanks all the same.",
    "not_now": "A day to ask again, if they named one.",
}


@pytest.mark.parametrize("state", NEEDS)
def test_its_page_says_what_the_step_needs_at_which_it_stands(
    alice_client: Client, at: str, business: Business, state: str
) -> None:
    if state == "won":
        alice_client.post(f"{at}win/", {"amount": "1850", "on": _today(business)})
    elif state == "lost":
        alice_client.post(f"{at}lose/", {"reason": "price"})
    elif state != "introduced":
        alice_client.post(f"{at}move/", {"to": state})

    page = alice_client.get(at).text

    assert {key for key, said in NEEDS.items() if said in page} == {state}


def test_lost_needs_a_reason(alice_client: Client, at: str, referral: Referral) -> None:
    without = alice_client.post(f"{at}lose/")
    invented = alice_client.post(f"{at}lose/", {"reason": "weather"})
    alice_client.post(f"{at}lose/", {"reason": "price"})

    referral.refresh_from_db()
    assert without.status_code == invented.status_code == 422
    assert "Choose why it came to nothing." in without.text
    assert (referral.state, referral.lost_reason) == ("lost", "price")


def test_a_lost_one_can_be_reopened_once(
    alice_client: Client, at: str, referral: Referral, now: datetime
) -> None:
    lost(referral, now)

    first, second = (alice_client.post(f"{at}reopen/") for _ in range(2))

    referral.refresh_from_db()
    assert first.status_code == 302
    assert second.status_code == 409
    assert referral.state == "talking"


def test_of_somebody_who_came_again_the_first_is_not_reopened_and_leads_to_the_second(
    alice_client: Client, at: str, business: Business, referral: Referral, now: datetime
) -> None:
    lost(referral, now)
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    second = a_referral(walter, now)

    page = alice_client.get(at).text
    answer = alice_client.post(f"{at}reopen/")

    assert f"{at}reopen/" not in page
    for said in (page, answer.text):
        assert f"/referrals/{second.pk}/" in said
    assert answer.status_code == 409
    assert "You are talking with them already" in answer.text
    assert Referral.objects.open().get() == second


def test_opposite_buttons_give_the_second_a_sentence(
    alice_client: Client, bob_client: Client, at: str, business: Business, referral: Referral
) -> None:
    alice_client.post(f"{at}win/", {"amount": "1850", "on": _today(business)})

    answer = bob_client.post(f"{at}lose/", {"reason": "price"})

    referral.refresh_from_db()
    assert answer.status_code == 409
    assert 'class="notice error"' in answer.text
    assert referral.state == "won"


def test_more_business_is_added_to_a_won_one(
    alice_client: Client, at: str, business: Business, referral: Referral, now: datetime
) -> None:
    won(referral, now)

    alice_client.post(
        f"{at}further/", {"amount": "200", "on": _today(business), "note": "The yearly accounts"}
    )

    text = alice_client.get(at).text
    assert ClosedBusiness.objects.count() == 2
    assert "€200" in text
    assert "The yearly accounts" in text
