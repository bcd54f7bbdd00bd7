"""What is held about a prospect: seen, put right and erased by them alone."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from activity.models import Event
from businesses import clock
from businesses.models import Business
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.services.checks import prospect_key
from introductions.states import IntroductionState
from outreach.models import Message
from tests.guests.factories import prospect_page
from tests.introductions.factories import JONAS, accepted, an_advocate, offered, shaken, shared

pytestmark = pytest.mark.django_db

S = IntroductionState
OTHER = "jonas.weber@home.example"


def again(introduction: Introduction) -> Introduction:
    introduction.refresh_from_db()
    return introduction


def after_window(now: datetime) -> datetime:
    return now + settings.UNDO_WINDOW + timedelta(seconds=1)


def test_a_wrong_name_and_address_are_put_right_and_the_letter_uses_them(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)

    page = guest.post(
        prospect_page(introduction) + "correct/",
        {"first_name": "Jonah", "email": OTHER, "phone": "070-123 45 67"},
        follow=True,
    ).content.decode()

    assert "Put right." in page
    assert "Thank you, Jonah. It is a yes." in page
    assert "j…@home.example" in page
    assert OTHER not in page
    services.complete_handshake(introduction=introduction, now=after_window(now))
    letter = Message.objects.get(kind="handshake_to_everyone")
    assert "Jonah, meet" in letter.subject
    assert OTHER in letter.text
    assert JONAS not in letter.text
    assert again(introduction).contact.email == OTHER


def test_what_is_left_empty_stays(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)

    guest.post(
        prospect_page(introduction) + "correct/", {"first_name": "Jonah", "email": "", "phone": ""}
    )

    assert again(introduction).prospect_first_name == "Jonah"
    assert introduction.prospect_email == JONAS
    event = Event.objects.get(name="introduction.corrected")
    assert event.payload["fields"] == ["name"]


def test_after_an_address_was_put_right_a_no_is_remembered_by_the_new_one(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    guest.post(page + "correct/", {"first_name": "Jonas", "email": OTHER})
    guest.post(page + "no/")
    with clock.at(after_window(now)):
        services.erase_declined(introduction=introduction, now=clock.now())

    assert again(introduction).prospect_hash == prospect_key(OTHER, "")
    assert introduction.prospect_email == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": ""}, "Please give a first name."),
        ({"first_name": "www.win.example"}, "name"),
        ({"email": "nonsense"}, "does not look like an e-mail address"),
        ({"phone": "12"}, "phone"),
        ({"email": "marta@oliveira.example"}, "the address of whoever introduces"),
        ({"email": "alice@lindqvist.example"}, "belongs to the people"),
        ({"email": "nobody@no.example"}, "We cannot write to this address."),
    ],
)
def test_what_cannot_be_held_is_said_beside_its_field(
    guest: Client,
    business: Business,
    marta: Advocate,
    now: datetime,
    typed: dict[str, str],
    said: str,
) -> None:
    other = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    services.decline_introduction(introduction=offered(other, now, "nobody@no.example"), now=now)
    introduction = offered(marta, now)

    answer = guest.post(prospect_page(introduction) + "correct/", {"first_name": "Jonas", **typed})

    assert answer.status_code in {409, 422}
    page = answer.content.decode()
    assert said in page[page.index("What is held about me") :]
    assert all(text in page for text in typed.values())
    assert again(introduction).prospect_email == JONAS


def test_before_the_yes_a_shared_link_takes_no_address(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = shared(marta, now)

    guest.post(prospect_page(introduction) + "correct/", {"first_name": "Jo", "email": OTHER})

    assert again(introduction).prospect_first_name == "Jo"
    assert introduction.prospect_email == ""


def test_after_the_handshake_the_page_says_whom_to_tell(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    page = prospect_page(shaken(marta, now))

    shown = guest.get(page).content.decode()
    answers = [
        guest.post(page + "correct/", {"first_name": "Jonah"}),
        guest.post(page + "erase/"),
    ]

    assert "To have it put right or erased, answer the letter." in shown
    for answer in answers:
        assert answer.status_code == 409
        assert "Answer it, and a person will see to it." in answer.content.decode()


@pytest.mark.parametrize("make", [shared, offered, accepted])
def test_erasing_ends_like_a_no_and_can_be_undone_for_a_while(
    guest: Client, marta: Advocate, now: datetime, make: object
) -> None:
    introduction: Introduction = make(marta, now)
    page = prospect_page(introduction)
    key = introduction.prospect_hash

    after = guest.post(page + "erase/", follow=True).content.decode()

    assert "What is kept about you is erased in about 10 minutes, at 11:40." in after
    assert again(introduction).state == S.DECLINED
    assert introduction.prospect_hash == key
    guest.post(page + "undo/")
    assert again(introduction).state in {S.SHARED, S.OFFERED}
    assert introduction.prospect_first_name == "Jonas"
    assert not introduction.consents.filter(given_by="prospect", withdrawn_at=None).exists()


def test_pressed_again_a_minute_later_it_goes_at_once(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)
    page = prospect_page(introduction)
    guest.post(page + "erase/")

    hasty = guest.post(page + "erase/")
    with clock.at(now + timedelta(minutes=1)):
        offered_now = guest.get(page).content.decode()
        gone = [guest.post(page + "erase/", follow=True) for _ in range(2)]

    assert hasty.status_code == 409
    assert "Erase it now" in offered_now
    for answer in gone:
        assert "What was kept about you is erased" in answer.content.decode()
    assert again(introduction).is_erased
    assert introduction.prospect_email == introduction.words == ""
    assert introduction.prospect_hash == prospect_key(JONAS, "")


def test_a_yes_brought_by_a_shared_link_is_not_asked_for_again_once_erased(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    introduction = services.accept_introduction(
        introduction=shared(marta, now), email=JONAS, now=now
    )
    guest.post(prospect_page(introduction) + "erase/")
    with clock.at(after_window(now)):
        services.erase_declined(introduction=introduction, now=clock.now())
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")

    with pytest.raises(services.AddressSuppressed):
        offered(walter, now)


def test_nobody_puts_right_what_is_gone(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = services.decline_introduction(introduction=offered(marta, now), now=now)

    answer = guest.post(prospect_page(introduction) + "correct/", {"first_name": "Jo"})

    assert answer.status_code == 409
    assert again(introduction).prospect_first_name == "Jonas"
