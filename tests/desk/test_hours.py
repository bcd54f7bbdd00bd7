"""When letters leave, as the owner sets it; what pages say of letters and asks that wait."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from businesses import clock
from businesses.models import Business
from introductions.models import Ask
from outreach.models import Message
from referrals.models import ThankYou
from tests.introductions.factories import an_advocate
from tests.outreach.factories import a_contact
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db

# A Friday evening in Stockholm, and the Monday after it.
EVENING = datetime(2027, 3, 5, 19, 0, tzinfo=UTC)
MONDAY = datetime(2027, 3, 8, 7, 0, tzinfo=UTC)
HOURS = {
    "letters_from": "9",
    "letters_until": "17",
    "letter_days": ["1", "2", "3", "6"],
    "keeps_holidays": "on",
    "country": "SE",
    "full_until": "",
    "closed_until": "",
}


@pytest.fixture(autouse=True)
def _evening(settings: Settings) -> Iterator[None]:
    settings.MANNERS = True
    with clock.at(EVENING):
        yield


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


def words(page: str) -> str:
    return " ".join(page.split())


def test_a_new_business_keeps_working_hours_and_holidays(alice_client: Client, at: str) -> None:
    page = alice_client.get(f"{at}settings/hours/").text

    assert "Monday to Friday, 8:00 to 19:00" in page
    assert "Today 20 of your letters may leave" in words(page)


def test_the_owner_changes_them(alice_client: Client, business: Business, at: str) -> None:
    answer = alice_client.post(f"{at}settings/hours/", HOURS, follow=True)

    assert "Monday, Tuesday, Wednesday and Saturday, 9:00 to 17:00" in answer.text
    business.refresh_from_db()
    assert (business.letters_from, business.letters_until, business.letter_days) == (9, 17, "1236")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"letters_until": "9"}, "Please choose a time after the first."),
        ({"letter_days": []}, "Please choose a day at least."),
        ({"full_until": "2027-03-05"}, "Choose a day to come, or none."),
        ({"closed_until": "soon"}, "Please give the day as 2026-04-14."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    alice_client: Client, business: Business, at: str, wrong: dict[str, object], said: str
) -> None:
    answer = alice_client.post(f"{at}settings/hours/", {**HOURS, **wrong})

    assert answer.status_code == 422
    assert said in answer.text
    assert '<option value="17"' in answer.text
    business.refresh_from_db()
    assert business.letters_from == 8


def test_members_look_and_do_not_change(bob_client: Client, at: str) -> None:
    page = bob_client.get(f"{at}settings/hours/")
    answer = bob_client.post(f"{at}settings/hours/", HOURS)

    assert "The owner and managers change this." in page.text
    assert answer.status_code == 403


def _asked(client: Client, at: str, contact_id: object, follow: bool = True) -> str:
    words = {"wanted": "small workshops", "note": "Thank you for thinking about it."}
    return client.post(f"{at}asks/new/?contact={contact_id}", words, follow=follow).text


def test_an_ask_sent_on_friday_evening_says_that_it_leaves_on_monday(
    alice_client: Client, business: Business, at: str
) -> None:
    page = _asked(alice_client, at, a_contact(business).pk)

    assert "It leaves on Monday at 8:00." in page
    assert Message.objects.get().due_at == MONDAY


def test_so_does_a_letter_of_thanks(alice_client: Client, business: Business, at: str) -> None:
    a_referral(an_advocate(business, EVENING), EVENING)
    thanks = ThankYou.objects.get()

    page = alice_client.post(
        f"{at}thank-yous/{thanks.pk}/give/", {"how": "mail", "words": "Thank you."}, follow=True
    ).text

    assert "leaves on Monday at 8:00." in page


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (["1", "2", "3", "6"], "2027-03-06 08:00:00+00:00"),  # On Saturday at nine.
        (["2", "3"], "2027-03-09 08:00:00+00:00"),
    ],
)
def test_letters_that_wait_for_the_hours_follow_new_ones_earlier_and_later(
    alice_client: Client, business: Business, at: str, days: list[str], due: str
) -> None:
    a_referral(an_advocate(business, EVENING), EVENING)
    place = f"{at}thank-yous/{ThankYou.objects.get().pk}/"
    alice_client.post(f"{place}give/", {"how": "mail", "words": "Thank you."})
    letter = Message.objects.get(kind="thanks_to_advocate")
    assert letter.due_at == MONDAY

    alice_client.post(f"{at}settings/hours/", {**HOURS, "letter_days": days})

    letter.refresh_from_db()
    assert str(letter.due_at) == due


def test_a_letter_that_waits_for_another_day_leaves_no_earlier_by_new_hours(
    alice_client: Client, business: Business, at: str
) -> None:
    a_referral(an_advocate(business, EVENING), EVENING)
    place = f"{at}thank-yous/{ThankYou.objects.get().pk}/"
    alice_client.post(f"{place}give/", {"how": "mail", "words": "Thank you."})
    letter = Message.objects.get(kind="thanks_to_advocate")
    letter.due_at = MONDAY + timedelta(days=1)
    letter.save()

    alice_client.post(f"{at}settings/hours/", HOURS)

    letter.refresh_from_db()
    assert str(letter.due_at) == "2027-03-09 08:00:00+00:00"


def test_while_the_business_is_full_an_ask_stays_a_draft_and_says_why(
    alice_client: Client, business: Business, at: str
) -> None:
    contact = a_contact(business)
    alice_client.post(f"{at}settings/hours/", {**HOURS, "full_until": "2027-03-20"})

    for _ in range(2):
        page = words(_asked(alice_client, at, contact.pk))

    ask = Ask.objects.get()
    assert ask.state == "draft"
    assert "You are full until 20 March 2027. Asks wait until then." in page
    assert "Send it to" not in page
    refused = alice_client.post(f"{at}asks/{ask.pk}/send/")
    assert refused.status_code == 409
    assert not Message.objects.exists()


def test_an_ask_that_waited_to_leave_waits_until_the_business_is_open_and_no_longer(
    alice_client: Client, business: Business, at: str
) -> None:
    _asked(alice_client, at, a_contact(business).pk)

    alice_client.post(f"{at}settings/hours/", {**HOURS, "closed_until": "2027-03-20"})
    waits = Message.objects.get().due_at
    alice_client.post(f"{at}settings/hours/", HOURS)

    assert waits == datetime(2027, 3, 20, 8, 0, tzinfo=UTC)
    assert Message.objects.get().due_at == datetime(2027, 3, 6, 8, 0, tzinfo=UTC)


def test_nobody_is_proposed_for_an_ask_while_the_business_is_full(
    alice_client: Client, business: Business, at: str
) -> None:
    friend = a_contact(business, "Ines Costa")
    friend.circle, friend.customer_since = "inner", EVENING.date() - timedelta(days=400)
    friend.save()
    open_ = alice_client.get(at).text

    Business.objects.filter(pk=business.pk).update(full_until=EVENING.date() + timedelta(days=9))

    assert "You could ask Ines" in open_
    assert "ask Ines" not in alice_client.get(at).text
