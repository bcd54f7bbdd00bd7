"""The advocate's page: an introduction with a first name and one press."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from introductions import services
from introductions.models import Advocate, Ask, Introduction
from introductions.states import AskState, Hears, IntroductionState
from outreach.links import url_for
from outreach.models import Message
from outreach.states import MessageState
from referrals.models import Referral
from tests.guests.factories import ask_link, ask_page, own_page, prospect_link, sent_ask
from tests.introductions.factories import JONAS, accepted, an_advocate, offered, shaken, shared
from tests.referrals.factories import moved, won

pytestmark = pytest.mark.django_db

S = IntroductionState
TYPED = {"first_name": "Jonas", "words": "Alice has kept our books for six years."}


def text_of(guest: Client, page: str) -> str:
    response = guest.get(page)
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_who_asks_and_for_whom(guest: Client, ask: Ask) -> None:
    page = text_of(guest, ask_page(ask))

    assert "Alice Lindqvist" in page
    assert "workshops that keep receipts in a shoe box" in page
    assert "Lindqvist Bookkeeping" in page


def test_the_words_to_pass_on_are_there_too(guest: Client, ask: Ask) -> None:
    assert "Words to pass on" not in guest.get(ask_page(ask)).content.decode()
    Ask.objects.filter(pk=ask.pk).update(blurb="We help workshops that drown in receipts.")

    page = guest.get(ask_page(ask)).content.decode()

    assert "Words to pass on" in page
    assert "We help workshops that drown in receipts." in page


def test_the_message_is_drafted_and_the_named_person_is_filled_in(
    guest: Client, marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    marta.contact.customer_since = now.date().replace(year=2020)
    marta.contact.save()
    ask = sent_ask(marta.contact, alice, by_alice, now, named_person="Tomás Berg at Berg Joinery")

    page = text_of(guest, ask_page(ask))

    assert 'value="Tomás"' in page
    assert "meet Alice from Lindqvist Bookkeeping: bookkeeping for small workshops." in page
    assert "a customer since 2020" in page


def test_send_it_myself_makes_one_introduction_and_shows_its_link(guest: Client, ask: Ask) -> None:
    response = guest.post(ask_page(ask) + "share/", TYPED, follow=True)

    introduction = Introduction.objects.get()
    assert introduction.state == S.SHARED
    page = response.content.decode()
    link = url_for(prospect_link(introduction))
    assert f'value="{link}"' in page
    for address in ("mailto:?", "sms:?", "https://wa.me/?text="):
        assert address in page
    assert "Hello Jonas,\nAlice has kept our books for six years." in page
    assert "Nobody is paid for this introduction." in page
    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED
    assert ask_link(ask).first_used_at is not None


def test_pressing_again_gives_the_same_link(guest: Client, ask: Ask) -> None:
    first = guest.post(ask_page(ask) + "share/", TYPED)
    second = guest.post(ask_page(ask) + "share/", TYPED | {"words": "Or so."})

    assert first["Location"] == second["Location"]
    assert Introduction.objects.get().words == "Or so."


def test_send_it_for_me_says_when_it_goes_and_can_be_undone(guest: Client, ask: Ask) -> None:
    response = guest.post(ask_page(ask) + "offer/", TYPED | {"email": JONAS}, follow=True)

    introduction = Introduction.objects.get()
    assert introduction.state == S.OFFERED
    page = response.content.decode()
    assert "The letter to Jonas leaves in about 10 minutes, at 11:40." in page
    assert JONAS not in page

    undo = response.redirect_chain[-1][0] + "undo/"
    after = guest.post(undo, follow=True).content.decode()

    introduction.refresh_from_db()
    assert introduction.state == S.WITHDRAWN
    assert "no letter leaves" in after
    letter = Message.objects.get(kind="introduction_to_prospect")
    assert letter.state == MessageState.CANCELLED


def test_a_double_click_on_send_it_for_me_sends_one(guest: Client, ask: Ask) -> None:
    first = guest.post(ask_page(ask) + "offer/", TYPED | {"email": JONAS})
    second = guest.post(ask_page(ask) + "offer/", TYPED | {"email": JONAS.upper()})

    assert second["Location"] == first["Location"]
    assert Introduction.objects.count() == 1
    assert Message.objects.filter(kind="introduction_to_prospect").count() == 1


def test_after_the_window_it_can_still_be_taken_back(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = f"{own_page(marta)}given/{introduction.pk}/"

    with clock.at(now + settings.UNDO_WINDOW + timedelta(hours=1)):
        assert "Take it back" in text_of(guest, page)
        guest.post(page + "undo/")

    introduction.refresh_from_db()
    assert introduction.state == S.WITHDRAWN


def test_an_answered_one_cannot_be_taken_back(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    introduction = accepted(marta, now)

    response = guest.post(f"{own_page(marta)}given/{introduction.pk}/undo/")

    assert response.status_code == 409
    introduction.refresh_from_db()
    assert introduction.state == S.ACCEPTED


def test_nobody_comes_to_mind_is_fine_and_leaves_the_page_open(guest: Client, ask: Ask) -> None:
    page = ask_page(ask)
    for _ in range(2):
        response = guest.post(page + "decline/", follow=True)
        assert "Thank you for thinking about it." in response.content.decode()
    ask.refresh_from_db()
    assert ask.state == AskState.DECLINED

    guest.post(page + "share/", TYPED)

    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED


def test_nobody_after_somebody_is_told_so(guest: Client, ask: Ask) -> None:
    guest.post(ask_page(ask) + "share/", TYPED)

    response = guest.post(ask_page(ask) + "decline/")

    assert response.status_code == 409
    assert "This was already answered." in response.content.decode()


def test_stop_binds_the_business_and_can_be_taken_back(
    guest: Client, ask: Ask, marta: Advocate
) -> None:
    page = guest.post(ask_page(ask) + "stop/", follow=True).content.decode()
    marta.refresh_from_db()
    assert marta.has_stopped
    assert "You asked not to be asked" in page

    guest.post(ask_page(ask) + "resume/")

    marta.refresh_from_db()
    assert not marta.has_stopped


def test_the_own_page_needs_no_ask(guest: Client, marta: Advocate) -> None:
    page = own_page(marta)
    assert "Whom would you like Alice to meet?" in text_of(guest, page)

    guest.post(page + "share/", TYPED)

    assert Introduction.objects.get().ask is None


@pytest.mark.parametrize(
    ("hears", "sentence"),
    [
        (Hears.OUTCOME, "They work together now."),
        (Hears.MET, "They have met."),
        (Hears.NOTHING, "You introduced them to each other."),
    ],
)
def test_it_tells_what_became_of_it_as_far_as_the_prospect_allows(
    guest: Client, marta: Advocate, now: datetime, hears: str, sentence: str
) -> None:
    introduction = shaken(marta, now)
    Introduction.objects.filter(pk=introduction.pk).update(advocate_hears=hears)
    referral = Referral.objects.filter(introduction=introduction).first()
    if referral is None:
        pytest.skip("the reactions are not wired yet")
    won(moved(referral, "met", now), now)

    page = text_of(guest, own_page(marta))

    assert sentence in page
    assert "1,850" not in page


@pytest.mark.parametrize(
    ("hears", "sentence"),
    [
        (Hears.OUTCOME, "They work together now."),
        (Hears.MET, "They have met."),
        (Hears.NOTHING, "You introduced them to each other."),
    ],
)
def test_whoever_introduced_the_same_person_too_hears_of_the_referral_that_leads(
    guest: Client, marta: Advocate, business: Business, now: datetime, hears: str, sentence: str
) -> None:
    first = shaken(marta, now)
    walter = an_advocate(business, now, name="Walter Holm", email="walter@holm.example")
    second = shaken(walter, now)
    Introduction.objects.filter(pk=second.pk).update(advocate_hears=hears)
    [referral] = Referral.objects.all()
    assert referral.introduction_id == first.pk
    won(moved(referral, "met", now), now)

    page = text_of(guest, own_page(walter))
    given = text_of(guest, f"{own_page(walter)}given/{second.pk}/")

    assert sentence in page
    assert sentence in given
    assert "1,850" not in page


@pytest.mark.parametrize("answer", [services.accept_introduction, services.decline_introduction])
def test_an_answer_is_not_told_while_it_can_be_undone(
    guest: Client, marta: Advocate, now: datetime, answer: Callable[..., Introduction]
) -> None:
    answer(introduction=offered(marta, now), now=now)

    assert "Waiting for an answer from Jonas." in text_of(guest, own_page(marta))


def test_a_no_and_a_silence_read_the_same(guest: Client, marta: Advocate, now: datetime) -> None:
    services.decline_introduction(introduction=offered(marta, now), now=now)
    silent = shared(marta, now, first_name="Pia")
    silent.expire(now=now)
    silent.save()

    with clock.at(now + settings.UNDO_WINDOW):
        page = text_of(guest, own_page(marta))

    assert page.count("Nothing came of it this time.") == 2


def test_another_advocates_introduction_is_not_here(
    guest: Client, marta: Advocate, business: Business, now: datetime
) -> None:
    other = an_advocate(business, now, name="Ove Holm", email="ove@holm.example")
    theirs = shared(other, now)

    assert guest.get(f"{own_page(marta)}given/{theirs.pk}/").status_code == 404
    assert guest.post(f"{own_page(marta)}given/{theirs.pk}/undo/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == S.SHARED
