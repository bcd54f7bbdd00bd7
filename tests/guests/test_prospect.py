"""The prospect's page: one tap for yes, and no trace after a no."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from businesses import clock
from businesses.models import Business
from businesses.pictures import keep_picture
from businesses.profile import change_profile
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import Hears, IntroductionState
from outreach.models import Message
from tests.businesses.test_pictures import a_photograph
from tests.feedback.factories import published
from tests.guests.factories import prospect_page
from tests.introductions.factories import JONAS, a_contact, accepted, offered, shaken, shared

pytestmark = pytest.mark.django_db

S = IntroductionState


A_MINUTE = timedelta(minutes=1)


def after_window(now: datetime) -> datetime:
    return now + settings.UNDO_WINDOW + timedelta(seconds=1)


def state_of(introduction: Introduction) -> str:
    introduction.refresh_from_db()
    return introduction.state


def test_it_says_who_writes_who_is_meant_and_what_is_held(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    business.website = "https://lindqvist.example"
    business.save()

    page = guest.get(prospect_page(offered(marta, now))).content.decode()

    for told in (
        "Marta Oliveira would like you to meet",
        "Alice Lindqvist",
        "Lindqvist Bookkeeping",
        "Bookkeeping for small workshops",
        "Harbour Street 1, 222 22 Lund, Sweden",
        "https://lindqvist.example",
        "Alice has kept our books for six years.",
        "Nobody is paid for this introduction.",
        "j…@shoebox.example",
        "erased on 3 June 2026",
    ):
        assert told in page
    assert JONAS not in page


def test_what_two_customers_say_is_read_there(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    for number, name in enumerate(("Elena Rossi", "Tomás Berg", "Lina Holm")):
        customer = a_contact(business, now, name, f"customer{number}@friends.example")
        published(customer, f"Never late, says number {number}.")

    page = guest.get(prospect_page(offered(marta, now))).content.decode()

    said = [f"Never late, says number {number}." in page for number in range(3)]
    assert said.count(True) == 2
    assert "Elena" in page or "Tomás" in page


def test_yes_is_one_tap(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)

    response = guest.post(prospect_page(introduction) + "yes/", follow=True)

    assert state_of(introduction) == S.ACCEPTED
    page = response.content.decode()
    assert "Thank you, Jonas. It is a yes." in page
    assert "The letter leaves in about 10 minutes, at 11:40." in page


@pytest.mark.parametrize(
    ("reach", "email", "phone"),
    [(" jonas@shoebox.example ", JONAS, ""), ("070-123 45 67", "", "+46701234567")],
)
def test_where_no_address_is_known_the_yes_brings_one(
    guest: Client, marta: Advocate, now: datetime, reach: str, email: str, phone: str
) -> None:
    introduction = shared(marta, now)
    assert "Your e-mail or phone number" in guest.get(prospect_page(introduction)).content.decode()

    guest.post(prospect_page(introduction) + "yes/", {"reach": reach})

    assert state_of(introduction) == S.ACCEPTED
    assert (introduction.prospect_email, introduction.prospect_phone) == (email, phone)


def test_with_a_number_only_the_page_says_who_rings(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = shared(marta, now)

    page = prospect_page(introduction)
    after = guest.post(page + "yes/", {"reach": "070-123 45 67"}, follow=True).content.decode()
    with clock.at(now + A_MINUTE):
        sent = guest.post(page + "send-now/", follow=True).content.decode()

    assert "Alice will ring you" in after
    assert "Alice has your number and will ring." in sent


def test_what_is_added_after_the_yes_is_kept(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)

    response = guest.post(
        prospect_page(introduction) + "add/",
        {"sentence": "Receipts, yes.", "reach_by": "mornings", "advocate_hears": Hears.MET},
        follow=True,
    )

    introduction.refresh_from_db()
    assert introduction.prospect_sentence == "Receipts, yes."
    assert (introduction.reach_by, introduction.advocate_hears) == ("mornings", Hears.MET)
    page = response.content.decode()
    assert "Kept. It goes with the letter." in page
    assert "Receipts, yes." in page


def test_too_long_a_sentence_is_kept_on_the_page_and_nowhere_else(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)

    response = guest.post(
        prospect_page(introduction) + "add/",
        {"sentence": "long " * 101, "advocate_hears": Hears.MET},
    )

    assert response.status_code == 422
    page = response.content.decode()
    assert "500 characters at most" in page
    assert "long long" in page
    introduction.refresh_from_db()
    assert introduction.advocate_hears == Hears.OUTCOME


def test_send_now_does_not_wait(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)
    page = prospect_page(introduction)

    with clock.at(now + A_MINUTE):
        assert "Send it now" in guest.get(page).content.decode()
        for _ in range(2):
            response = guest.post(page + "send-now/", follow=True)
            assert "You have been introduced." in response.content.decode()

    assert state_of(introduction) == S.HANDSHAKE
    assert Message.objects.filter(kind="handshake_to_everyone").count() == 1


def test_a_scanner_that_presses_every_button_makes_no_answer_final(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    with clock.at(now + timedelta(seconds=59)):
        for button in ("yes/", "send-now/", "erase/", "erase/", "send-now/", "never/"):
            guest.post(page + button)
        pressed = guest.get(page).content.decode()

    assert "What is kept about you is erased in about 10 minutes" in pressed
    with clock.at(now + timedelta(minutes=9)):
        guest.post(page + "undo/")
    assert state_of(introduction) == S.OFFERED
    assert introduction.prospect_email == JONAS
    assert not Message.objects.filter(kind="handshake_to_everyone").exists()


def test_right_after_the_yes_it_cannot_be_sent_at_once_and_the_page_says_when(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)
    page = prospect_page(introduction)

    shown = guest.get(page).content.decode()
    answer = guest.post(page + "send-now/")

    assert "Send it now" not in shown
    assert "open this page again in about 1 minute, at 11:31." in shown
    assert answer.status_code == 409
    assert "Mail scanners press buttons, too" in answer.content.decode()
    assert state_of(introduction) == S.ACCEPTED


def test_not_now_with_a_day_comes_back(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)

    response = guest.post(
        prospect_page(introduction) + "not-now/", {"until": "2026-08-03"}, follow=True
    )

    assert state_of(introduction) == S.NOT_NOW
    assert introduction.not_now_until == date(2026, 8, 3)
    assert "on 3 August 2026, and not before." in response.content.decode()


def test_not_now_can_become_a_yes_any_day(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)
    guest.post(page + "not-now/", {"until": "2026-08-03"})

    with clock.at(now + timedelta(days=5)):
        guest.post(page + "yes/")

    assert state_of(introduction) == S.ACCEPTED


def test_not_now_without_a_day_is_a_no(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)

    guest.post(prospect_page(introduction) + "not-now/", {"until": ""})

    assert state_of(introduction) == S.DECLINED


@pytest.mark.parametrize("until", ["2026-05-04", "2029-01-01", "soon"])
def test_a_day_that_cannot_be_is_said_beside_the_field(
    guest: Client, marta: Advocate, now: datetime, until: str
) -> None:
    introduction = offered(marta, now)

    response = guest.post(prospect_page(introduction) + "not-now/", {"until": until})

    assert response.status_code == 422
    assert "Choose a day" in response.content.decode()
    assert state_of(introduction) == S.OFFERED


@pytest.mark.parametrize("answer", ["no", "never"])
def test_a_no_says_what_is_erased_when_and_can_be_undone(
    guest: Client, marta: Advocate, now: datetime, answer: str
) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    after = guest.post(page + f"{answer}/", follow=True).content.decode()

    assert state_of(introduction) == S.DECLINED
    assert introduction.never == (answer == "never")
    assert "What is kept about you is erased in about 10 minutes, at 11:40." in after

    guest.post(page + "undo/")
    assert state_of(introduction) == S.OFFERED
    assert introduction.prospect_email == JONAS


def test_after_the_window_a_no_cannot_be_undone_and_says_so_kindly(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = services.decline_introduction(introduction=offered(marta, now), now=now)
    page = prospect_page(introduction)

    with clock.at(after_window(now)):
        services.erase_declined(introduction=introduction, now=clock.now())
        response = guest.post(page + "undo/")
        seen = guest.get(page).content.decode()

    assert response.status_code == 409
    assert "You said no on 4 May 2026." in seen
    assert "Undo" not in seen
    assert state_of(introduction) == S.DECLINED


def test_a_yes_can_be_undone(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)

    response = guest.post(prospect_page(introduction) + "undo/", follow=True)

    assert state_of(introduction) == S.OFFERED
    assert "Yes, introduce us" in response.content.decode()


def test_after_the_handshake_the_page_tells_so(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    page = guest.get(prospect_page(shaken(marta, now))).content.decode()

    assert "Marta introduced you and Alice on 4 May 2026." in page


def test_it_says_who_the_business_is(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    change_profile(
        business=business,
        changes={
            "town": "Lund",
            "difference": "We come to the workshop.",
            "first_talk": "Half an hour, and you know where your money goes.",
        },
    )
    page = prospect_page(offered(marta, now))
    assert guest.get(page + "picture/").status_code == 404
    keep_picture(business=business, data=a_photograph(), now=now)

    shown = guest.get(page).content.decode()
    answer = guest.get(page + "picture/")

    for told in ("Lund", "We come to the workshop.", "Half an hour, and you know"):
        assert told in shown
    assert f'src="{page}picture/"' in shown
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_after_the_yes_a_sentence_is_begun_for_them_and_only_a_kept_one_leaves(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)
    page = prospect_page(introduction)
    draft = "Hello Alice, I am Jonas. Marta told me of you, and I would like to hear more."

    shown = guest.get(page).content.decode()
    emptied = guest.post(
        page + "add/", {"sentence": "", "advocate_hears": Hears.OUTCOME}, follow=True
    ).content.decode()

    assert draft in shown
    assert "It goes into the letter if you keep it." in shown
    assert draft not in emptied
    introduction.refresh_from_db()
    assert introduction.prospect_sentence == ""
