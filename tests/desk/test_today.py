"""Today: who is waiting, said in a sentence, and done in place."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Interaction
from contacts.services import change_contact
from contacts.states import Circle
from feedback.services import record_feedback
from outreach.models import Reminder, ReminderKind
from outreach.services import add_reminder
from tests.contacts.factories import make_contact
from tests.introductions.factories import a_contact, an_advocate
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db


def place(business: Business, rest: str = "") -> str:
    return f"/b/{business.slug}/{rest}"


def test_a_new_business_is_told_what_to_do_first(alice_client: Client, business: Business) -> None:
    page = alice_client.get(place(business)).content.decode()

    assert "Whom would you ask first?" in page
    assert f'action="{place(business, "asks/new/")}"' in page


def test_whoever_waits_for_thanks_is_named(alice_client: Client, business: Business) -> None:
    a_referral(an_advocate(business, clock.now()), clock.now())

    page = alice_client.get(place(business)).content.decode()

    assert "One person is waiting to be thanked." in page
    assert "Marta Oliveira" in page
    assert "Send a card" in page


def test_what_is_to_be_put_right_comes_first_in_the_customers_words(
    alice_client: Client, business: Business
) -> None:
    a_referral(an_advocate(business, clock.now()), clock.now())
    anneli = make_contact(name="Anneli Lund")
    record_feedback(
        contact=anneli, score=5, why="The invoice was late twice.", by=SYSTEM, now=clock.now()
    )

    page = alice_client.get(place(business)).content.decode()

    assert "One person is waiting for something to be put right." in page
    assert "answered 5: “The invoice was late twice.”" in page


@pytest.mark.parametrize(
    ("hour", "greeting"), [(6, "Good morning"), (13, "Good afternoon"), (20, "Good evening")]
)
def test_it_greets_by_the_hour_of_the_business(
    alice_client: Client, business: Business, hour: int, greeting: str
) -> None:
    make_contact(circle=Circle.INNER)

    with clock.at(datetime(2026, 4, 14, hour - 2, 30, tzinfo=UTC)):  # Stockholm's summer time
        page = alice_client.get(place(business)).content.decode()

    assert f"{greeting}, Alice." in page


def test_somebody_happy_of_the_inner_circle_may_be_asked(
    alice_client: Client, business: Business
) -> None:
    tomas = make_contact(name="Tomás Brandt", circle=Circle.INNER)
    record_feedback(contact=tomas, score=10, why="", by=SYSTEM, now=clock.now())

    page = alice_client.get(place(business)).content.decode()

    assert "Ask Tomás" in page
    assert "was very happy with you this month" in page


def test_nobody_is_proposed_who_has_something_to_put_right(
    alice_client: Client, business: Business
) -> None:
    tomas = make_contact(name="Tomás Brandt", circle=Circle.INNER)
    record_feedback(contact=tomas, score=10, why="", by=SYSTEM, now=clock.now())
    # An answer settles what an answer brought, and not what a person wrote down since.
    add_reminder(
        business=business,
        kind="put_right",
        contact=tomas,
        due_on=clock.today(business),
        by=SYSTEM,
        now=clock.now(),
    )

    assert "Ask Tomás" not in alice_client.get(place(business)).content.decode()


def test_nobody_is_proposed_who_waits_for_thanks(alice_client: Client, business: Business) -> None:
    advocate = an_advocate(business, clock.now())
    change_contact(
        contact=advocate.contact, changes={"circle": Circle.INNER}, by=SYSTEM, now=clock.now()
    )
    record_feedback(contact=advocate.contact, score=10, why="", by=SYSTEM, now=clock.now())
    assert "Ask Marta" in alice_client.get(place(business)).content.decode()

    a_referral(advocate, clock.now())

    assert "Ask Marta" not in alice_client.get(place(business)).content.decode()


def test_not_now_leaves_somebody_alone_for_four_weeks(
    alice_client: Client, business: Business
) -> None:
    tomas = make_contact(name="Tomás Brandt", circle=Circle.INNER)
    record_feedback(contact=tomas, score=10, why="", by=SYSTEM, now=clock.now())

    for _ in range(2):
        alice_client.post(place(business, f"people/{tomas.pk}/ask-later/"))

    assert Reminder.objects.filter(kind=ReminderKind.ASK).count() == 1
    assert "Ask Tomás" not in alice_client.get(place(business)).content.decode()
    with clock.at(clock.now() + timedelta(weeks=4, days=1)):
        assert "Perhaps ask Tomás" in alice_client.get(place(business)).content.decode()


def test_having_spoken_sets_the_next_time(alice_client: Client, business: Business) -> None:
    long_ago = clock.now() - timedelta(days=60)
    make_contact(name="Deepa Kaur", circle=Circle.INNER, now=long_ago)
    deepa = a_contact(business, long_ago, name="Mia Berg", email="mia@berg.example")
    assert "Deepa Kaur" in alice_client.get(place(business)).content.decode()

    answer = alice_client.post(place(business, f"people/{deepa.pk}/touched/"), {"kind": "call"})

    assert answer.status_code == 302
    assert Interaction.objects.get().contact == deepa


def test_a_day_with_nothing_to_do_says_so(alice_client: Client, business: Business) -> None:
    make_contact(circle=Circle.PASSING)

    page = alice_client.get(place(business)).content.decode()

    assert "Nobody is waiting for you." in page
    assert "That is all for today" in page


def test_a_follow_up_is_shown_on_its_day(alice_client: Client, business: Business) -> None:
    jonas = make_contact(name="Jonas Weber", circle=Circle.PASSING)
    day = clock.today(business)
    for days, text in ((0, "Send the proposal"), (1, "Ring again")):
        add_reminder(
            business=business,
            kind=ReminderKind.FOLLOW_UP,
            contact=jonas,
            due_on=day + timedelta(days=days),
            text=text,
            by=SYSTEM,
            now=clock.now(),
        )

    page = alice_client.get(place(business)).content.decode()

    assert "Send the proposal" in page
    assert "Ring again" not in page


def test_the_share_of_business_by_introduction_is_of_one_currency(
    alice_client: Client, business: Business
) -> None:
    referral = a_referral(an_advocate(business, clock.now()), clock.now())
    won(referral, clock.now(), amount=185_000)

    assert "100 %" in alice_client.get(place(business)).content.decode()
