"""What came in: a slip is mended, and a button pressed twice keeps one amount."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.templatetags.said import say_day
from outreach.models import Message
from referrals.models import ClosedBusiness, Referral
from referrals.services import left_of, tell_advocate_of_progress
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, won


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(hours=2)


@pytest.fixture
def referral(business: Business, now: datetime) -> Referral:
    return won(a_referral(an_advocate(business, now), now), now, amount=1_850_000)


@pytest.fixture
def at(business: Business, referral: Referral) -> str:
    return f"/b/{business.slug}/referrals/{referral.pk}/"


@pytest.fixture
def closed(referral: Referral) -> ClosedBusiness:
    return ClosedBusiness.objects.get(referral=referral)


@pytest.fixture
def mend(at: str, closed: ClosedBusiness) -> str:
    return f"{at}mend/{closed.pk}/"


def _today(business: Business) -> str:
    return clock.today(business).isoformat()


def test_a_wrong_amount_is_mended_and_the_history_says_so(
    alice_client: Client, at: str, mend: str, closed: ClosedBusiness
) -> None:
    assert 'value="18500"' in alice_client.get(at).text

    answer = alice_client.post(
        mend, {"amount": "1,850.50", "on": closed.closed_on.isoformat()}, follow=True
    )

    closed.refresh_from_db()
    assert (closed.amount, left_of(closed)) == (1_850_000, 185_050)
    assert "€1,850.50" in answer.text
    payload = Event.objects.get(name="business.corrected").payload
    assert (payload["from"], payload["to"], payload["currency"]) == (1_850_000, 185_050, "EUR")
    person = alice_client.get(f"{at.partition('referrals')[0]}people/{closed.contact_id}/").text
    assert "You mended €18,500 to €1,850.50" in person


def test_each_correction_and_refund_stands_beneath_what_was_written_first(
    alice_client: Client, business: Business, at: str, mend: str, closed: ClosedBusiness
) -> None:
    day = closed.closed_on.isoformat()
    for amount in ("1,850.50", "2,000"):
        alice_client.post(mend, {"amount": amount, "on": day})
    back = {"amount": "50", "on": day, "note": "It came late"}
    alice_client.post(f"/b/{business.slug}/came-in/{closed.pk}/refund/", back)

    for page in (at, f"/b/{business.slug}/people/{closed.contact_id}/came-in/"):
        said = " ".join(re.sub(r"<[^>]*>", " ", alice_client.get(page).text).split())
        rows = (
            "First written as €18,500, today",
            "Put right: €16,649.50 less today",
            "Put right: €149.50 more today",
            "€50 given back today : It came late",
        )
        places = [said.index(row) for row in rows]
        assert said.index("€2,000 ") < places[0]
        assert places == sorted(places)


def test_a_day_that_is_moved_is_told_with_the_former_one(
    alice_client: Client, business: Business
) -> None:
    long_ago = clock.now() - timedelta(days=40)
    referral = won(a_referral(an_advocate(business, long_ago), long_ago), long_ago)
    closed = ClosedBusiness.objects.get(referral=referral)
    yesterday = clock.today(business) - timedelta(days=1)

    alice_client.post(
        f"/b/{business.slug}/referrals/{referral.pk}/mend/{closed.pk}/",
        {"amount": "1850", "on": yesterday.isoformat()},
    )

    page = alice_client.get(f"/b/{business.slug}/people/{referral.contact_id}/").text
    assert "You mended the day of €1,850" in page
    assert f"Moved from {say_day(closed.closed_on)} to yesterday." in page


def test_mending_to_what_is_there_changes_nothing(
    alice_client: Client, mend: str, closed: ClosedBusiness
) -> None:
    for _ in range(2):
        answer = alice_client.post(mend, {"amount": "1850", "on": closed.closed_on.isoformat()})
        assert answer.status_code == 302

    assert Event.objects.filter(name="business.corrected").count() == 1


@pytest.mark.parametrize(
    ("amount", "day", "sentence"),
    [
        ("0", "", "The amount must be more than zero."),
        ("-5", "", "The amount must be more than zero."),
        ("much", "", "Please write the amount as a number"),
        ("5", "2999-01-01", "That day has not come yet."),
        ("5", "2020-01-01", "That is before you were introduced."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    alice_client: Client, mend: str, closed: ClosedBusiness, amount: str, day: str, sentence: str
) -> None:
    on = day or closed.closed_on.isoformat()

    answer = alice_client.post(mend, {"amount": amount, "on": on})

    closed.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{amount}"' in answer.text
    assert closed.amount == 1_850_000


def test_the_day_one_became_a_customer_moves_with_it(
    alice_client: Client, business: Business
) -> None:
    long_ago = clock.now() - timedelta(days=9)
    referral = won(a_referral(an_advocate(business, long_ago), long_ago), long_ago)
    closed = ClosedBusiness.objects.get(referral=referral)
    day = closed.closed_on + timedelta(days=3)

    alice_client.post(
        f"/b/{business.slug}/referrals/{referral.pk}/mend/{closed.pk}/",
        {"amount": "1850", "on": day.isoformat()},
    )

    referral.contact.refresh_from_db()
    assert referral.contact.customer_since == day


def test_another_business_or_referral_mends_nothing(
    alice_client: Client,
    charlie_client: Client,
    other_business: Business,
    at: str,
    mend: str,
    referral: Referral,
) -> None:
    facts = {"amount": "1", "on": _today(referral.business)}
    theirs = mend.replace(f"/b/{referral.business.slug}/", f"/b/{other_business.slug}/")

    assert charlie_client.post(theirs, facts).status_code == 404
    assert alice_client.post(f"{at}mend/{referral.pk}/", facts).status_code == 404
    assert alice_client.get(mend).status_code == 405


def test_further_business_is_kept_once_however_often_it_is_pressed(
    alice_client: Client, at: str, business: Business
) -> None:
    facts = {"amount": "200", "on": _today(business), "note": "The yearly accounts"}

    for _ in range(3):
        assert alice_client.post(f"{at}further/", facts).status_code == 302

    assert ClosedBusiness.objects.filter(amount=20_000).count() == 1


def test_another_note_another_member_or_a_minute_later_is_more_business(
    alice_client: Client, bob_client: Client, at: str, business: Business
) -> None:
    facts = {"amount": "200", "on": _today(business), "note": "The yearly accounts"}

    alice_client.post(f"{at}further/", facts)
    alice_client.post(f"{at}further/", facts | {"note": "The payroll"})
    bob_client.post(f"{at}further/", facts)
    with clock.at(clock.now() + timedelta(minutes=2)):
        alice_client.post(f"{at}further/", facts)

    assert ClosedBusiness.objects.filter(amount=20_000).count() == 4


def _told() -> list[str]:
    """What the letters say that still leave, on one line each."""
    letters = Message.objects.filter(kind="progress_to_advocate").exclude(state="cancelled")
    return [" ".join(letter.text.split()) for letter in letters.order_by("id")]


@pytest.mark.parametrize(
    ("is_shown", "says"), [(True, ["€18,500", "€1,850.50", "€1,800.50"]), (False, ["", "", ""])]
)
def test_what_is_put_right_at_once_is_what_the_advocate_reads(
    alice_client: Client,
    business: Business,
    referral: Referral,
    closed: ClosedBusiness,
    mend: str,
    now: datetime,
    is_shown: bool,
    says: list[str],
) -> None:
    if is_shown:
        business.values_shown_since = now - timedelta(days=1)
        business.save()
    event = Event.objects.get(name="referral.won")
    tell_advocate_of_progress(event=event, now=clock.now())
    day = closed.closed_on.isoformat()

    told = [_told()]
    alice_client.post(mend, {"amount": "1,850.50", "on": day})
    told.append(_told())
    back = {"amount": "50", "on": day}
    alice_client.post(f"/b/{business.slug}/came-in/{closed.pk}/refund/", back)
    told.append(_told())

    assert [len(letters) for letters in told] == [1, 1, 1]
    for [letter], amount in zip(told, says, strict=True):
        assert (f"It came to {amount} so far." in letter) is is_shown
    Message.objects.filter(state="scheduled").update(state="sent", sent_at=clock.now())
    alice_client.post(f"/b/{business.slug}/came-in/{closed.pk}/refund/", {**back, "amount": "40"})
    assert _told() == told[-1]
