"""An advocate's own link: who comes by it, and what the advocate says of them."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from activity.actors import SYSTEM
from businesses import clock
from contacts.models import Contact
from contacts.services import leave_in_peace
from guests import throttling
from introductions import services, tasks
from introductions.models import Advocate, Introduction
from introductions.states import MOST_TO_CONFIRM, VOUCH_WITHIN, Giver, IntroductionState
from outreach.links import url_for
from outreach.models import Link, LinkPurpose, Message, Reminder
from outreach.states import MessageState
from tests.guests.factories import own_page, path_of, prospect_page, vouch_page
from tests.introductions.factories import JONAS, shaken

pytestmark = pytest.mark.django_db

S = IntroductionState
WROTE = "We run together on Sundays. My workshop needs somebody for the books."
TYPED = {"first_name": "Jonas", "words": WROTE, "reach": JONAS}
SOON = timedelta(minutes=11)


@pytest.fixture
def share_page(marta: Advocate, now: datetime) -> str:
    return path_of(services.make_share_link(advocate=marta, now=now))


@pytest.fixture
def came(guest: Client, share_page: str) -> Introduction:
    guest.post(share_page + "come/", TYPED)
    return Introduction.objects.get()


def text_of(guest: Client, page: str, status: int = 200) -> str:
    response = guest.get(page)
    assert response.status_code == status
    return response.content.decode()


def fresh(introduction: Introduction) -> Introduction:
    return Introduction.objects.get(pk=introduction.pk)


def test_the_page_says_who_the_business_is_by_whom_and_what_is_disclosed(
    guest: Client, share_page: str
) -> None:
    page = text_of(guest, share_page)

    assert "Marta Oliveira would introduce you to" in page
    assert "Alice Lindqvist" in page
    assert "Lindqvist Bookkeeping" in page
    assert "Nobody is paid for this introduction." in page


def test_whoever_comes_is_sealed_and_the_advocate_is_asked_without_a_name_in_the_mail(
    guest: Client, share_page: str, marta: Advocate
) -> None:
    response = guest.post(share_page + "come/", TYPED, follow=True)

    came = Introduction.objects.get()
    assert (came.state, came.advocate_id, came.contact) == (S.VOUCHING, marta.pk, None)
    assert "Marta is asked whether you know each other" in response.content.decode()
    [letter] = Message.objects.regarding(came)
    assert letter.kind == "vouch_to_advocate"
    assert [row.contact_id for row in letter.recipients.all()] == [marta.contact_id]
    for told in ("Jonas", JONAS, WROTE):
        assert told not in letter.subject + letter.text + letter.html
    assert [row.given_by for row in came.consents.all()] == [Giver.PROSPECT]


def test_one_tap_vouches_and_the_letter_to_all_three_follows(
    guest: Client, came: Introduction, now: datetime
) -> None:
    page = vouch_page(came)
    assert WROTE in text_of(guest, page)

    response = guest.post(page + "yes/", follow=True)

    assert "leaves in about 10 minutes" in response.content.decode()
    assert (fresh(came).state, fresh(came).vouched_at) == (S.ACCEPTED, now)
    with clock.at(now + SOON):
        tasks.complete_due_handshakes()
    done = fresh(came)
    assert done.state == S.HANDSHAKE
    assert done.contact is not None
    assert done.contact.email == JONAS
    letter = Message.objects.regarding(came).get(kind="handshake_to_everyone")
    assert WROTE in letter.text
    assert "Jonas and I know each other" in letter.text
    assert letter.recipients.count() == 3


def test_a_vouching_pressed_by_a_scanner_can_be_undone(
    guest: Client, came: Introduction, now: datetime
) -> None:
    page = vouch_page(came)
    guest.post(page + "yes/")

    guest.post(page + "undo/")

    back = fresh(came)
    assert (back.state, back.words, back.prospect_hash) == (S.VOUCHING, "", "")
    assert back.due_at == now + VOUCH_WITHIN
    assert back.consents.filter(given_by=Giver.ADVOCATE, withdrawn_at=None).count() == 0


def test_not_knowing_them_ends_it_kindly_and_keeps_nothing(
    guest: Client, came: Introduction, marta: Advocate, now: datetime
) -> None:
    response = guest.post(vouch_page(came) + "no/", follow=True)

    assert "Thank you for saying so." in response.content.decode()
    with clock.at(now + SOON):
        tasks.erase_answered()
        page = text_of(guest, prospect_page(came))
    ended = fresh(came)
    assert ended.state == S.UNKNOWN
    assert (ended.prospect_first_name, ended.prospect_email, ended.prospect_sentence) == ("",) * 3
    assert ended.prospect_hash == ""
    assert "Nothing of what you wrote is kept." in page
    # They may be introduced by anybody still.
    services.offer_introduction(
        advocate=marta, first_name="Jonas", email=JONAS, words="Meet Alice.", now=now
    )


def test_not_knowing_them_can_be_undone_for_a_while(guest: Client, came: Introduction) -> None:
    page = vouch_page(came)
    guest.post(page + "no/")

    guest.post(page + "undo/")

    assert (fresh(came).state, fresh(came).prospect_sentence) == (S.VOUCHING, WROTE)


def test_without_a_word_the_owner_is_reminded_and_reads_what_was_written(
    came: Introduction, now: datetime
) -> None:
    assert came.told_sentence == ""

    with clock.at(now + VOUCH_WITHIN):
        tasks.expire_unanswered()
        tasks.expire_unanswered()

    assert fresh(came).state == S.UNVOUCHED
    assert fresh(came).told_sentence == WROTE
    [reminder] = Reminder.objects.regarding(came)
    assert "Jonas" not in reminder.text


def test_the_owner_goes_on_and_the_advocate_is_not_made_to_say_anything(
    guest: Client, marta: Advocate, came: Introduction, now: datetime
) -> None:
    later = now + VOUCH_WITHIN
    services.leave_unvouched(introduction=came, now=later)

    services.go_on_unvouched(introduction=came, by=SYSTEM, now=later)
    services.complete_handshake(introduction=came, now=later + SOON)

    letter = Message.objects.regarding(came).get(kind="unvouched_to_both")
    addresses = {row.address for row in letter.recipients.all()}
    assert addresses == {JONAS, "alice@lindqvist.example"}
    assert "wrote:" not in letter.text.split("adds:")[0]
    assert not Reminder.objects.open().regarding(came).exists()
    page = text_of(guest, prospect_page(came))
    assert "You came by Marta's link" in page.replace("&#x27;", "'")
    assert "The letter went to you and Alice" in page
    assert "They came by your link, and have been introduced." in text_of(guest, own_page(marta))


def test_whoever_goes_on_may_undo_it_and_the_advocate_may_not(
    came: Introduction, now: datetime
) -> None:
    later = now + VOUCH_WITHIN
    services.leave_unvouched(introduction=came, now=later)
    services.go_on_unvouched(introduction=came, by=SYSTEM, now=later)

    services.undo_word(introduction=came, by=SYSTEM, now=later)

    assert fresh(came).state == S.UNVOUCHED


def test_nobody_going_on_it_ends_with_nothing_kept(came: Introduction, now: datetime) -> None:
    services.leave_unvouched(introduction=came, now=now + VOUCH_WITHIN)

    with clock.at(now + timedelta(days=40)):
        tasks.expire_unanswered()

    ended = fresh(came)
    assert (ended.state, ended.prospect_email, ended.prospect_hash) == (S.EXPIRED, "", "")


@pytest.mark.parametrize(
    ("vouched", "button"),
    [(False, "take-back/"), (False, "erase/"), (True, "undo/"), (True, "erase/")],
)
def test_the_prospect_takes_it_back_and_nothing_is_kept(
    guest: Client, came: Introduction, vouched: bool, button: str
) -> None:
    page = prospect_page(came)
    if vouched:
        guest.post(vouch_page(came) + "yes/")

    guest.post(page + button)

    gone = fresh(came)
    assert (gone.state, gone.prospect_first_name, gone.prospect_email) == (S.WITHDRAWN, "", "")
    text_of(guest, page, status=410)
    text_of(guest, vouch_page(came), status=410)


def test_before_the_advocates_word_nothing_is_corrected_and_no_key_is_kept(
    guest: Client, came: Introduction
) -> None:
    """What is wrong is taken back: the page offers that, and a press at the address says so."""
    page = prospect_page(came)
    assert "Something of it is wrong" not in text_of(guest, page)

    answer = guest.post(page + "correct/", {"first_name": "Jonah", "reach": "jonah@x.example"})

    row = fresh(came)
    assert answer.status_code in (409, 422)
    assert (row.state, row.prospect_email, row.prospect_hash) == (S.VOUCHING, JONAS, "")


def test_after_the_letter_has_left_nothing_is_taken_back(
    guest: Client, came: Introduction, now: datetime
) -> None:
    guest.post(vouch_page(came) + "yes/")
    with clock.at(now + SOON):
        tasks.complete_due_handshakes()
        guest.post(prospect_page(came) + "take-back/")
        guest.post(vouch_page(came) + "undo/")

    assert fresh(came).state == S.HANDSHAKE


def test_pressed_twice_it_is_one_and_changed_words_are_another(
    guest: Client, share_page: str
) -> None:
    first = guest.post(share_page + "come/", TYPED)
    second = guest.post(share_page + "come/", TYPED)

    assert first["Location"] == second["Location"]
    assert Introduction.objects.count() == 1


@pytest.mark.parametrize("reach", ["marta@oliveira.example", "alice@lindqvist.example", JONAS])
def test_a_stranger_learns_nothing_about_an_address(
    guest: Client, share_page: str, marta: Advocate, now: datetime, reach: str
) -> None:
    shaken(marta, now)  # Jonas has been introduced by Marta already.

    response = guest.post(share_page + "come/", TYPED | {"reach": reach})

    assert response.status_code == 303
    came = Introduction.objects.get(state=S.VOUCHING)
    told = guest.post(vouch_page(came) + "yes/")
    assert told.status_code == 422
    assert reach not in told.content.decode()
    assert fresh(came).state == S.VOUCHING


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"first_name": "Jonas www.example.com"}, "give the name without a link"),
        ({"first_name": "Jonas\r\nBcc: x@y.example"}, "A name fits on one line."),
        ({"words": " "}, "who you are and what you look for"),
        ({"reach": ""}, "so that you can be reached"),
        ({"reach": "nobody"}, "neither an e-mail address nor a phone number"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_what_was_typed(
    guest: Client, share_page: str, wrong: dict[str, str], says: str
) -> None:
    response = guest.post(share_page + "come/", TYPED | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert not Introduction.objects.exists()


def test_a_robot_cannot_fill_the_advocates_mail(
    guest: Client, share_page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "COMING_FROM_AN_ADDRESS", 1000)

    answers = [
        guest.post(share_page + "come/", TYPED | {"reach": f"robot{n}@net.example"}).status_code
        for n in range(MOST_TO_CONFIRM + 5)
    ]

    assert answers == [303] * MOST_TO_CONFIRM + [429] * 5
    assert Message.objects.filter(kind="vouch_to_advocate").count() == MOST_TO_CONFIRM


def test_from_one_address_few_come_by_one_link(guest: Client, share_page: str) -> None:
    for n in range(throttling.COMING_FROM_AN_ADDRESS):
        guest.post(share_page + "come/", TYPED | {"reach": f"x{n}@net.example"})
        Introduction.objects.all().delete()

    response = guest.post(share_page + "come/", TYPED)

    assert response.status_code == 429


def test_a_renewed_link_makes_the_old_one_lead_nowhere(
    guest: Client, marta: Advocate, share_page: str, now: datetime
) -> None:
    guest.post(own_page(marta) + "kit/renew/")

    assert "no longer used" in text_of(guest, share_page, status=410)
    link = services.share_link_of(marta)
    assert link is not None
    text_of(guest, path_of(link))


def test_an_ended_link_and_one_of_somebody_left_in_peace_are_closed(
    guest: Client, marta: Advocate, share_page: str, now: datetime
) -> None:
    leave_in_peace(contact=marta.contact, why="died", by=SYSTEM, now=now)
    text_of(guest, share_page, status=410)
    Contact.objects.update(rests="", rests_since=None)

    guest.post(own_page(marta) + "kit/end/")

    text_of(guest, share_page, status=410)
    assert guest.post(share_page + "come/", TYPED).status_code == 410


def test_a_letter_that_asks_is_called_back_when_the_prospect_is_quicker(
    guest: Client, came: Introduction
) -> None:
    guest.post(prospect_page(came) + "take-back/")

    [letter] = Message.objects.regarding(came)
    assert letter.state == MessageState.CANCELLED


def test_an_advocate_without_an_address_finds_them_on_their_page(
    guest: Client, came: Introduction, marta: Advocate
) -> None:
    assert f'href="{url_for(Link.objects.get(purpose=LinkPurpose.VOUCH))}"' in text_of(
        guest, own_page(marta)
    )


def test_only_post_acts(guest: Client, came: Introduction) -> None:
    for name in ("vouch", "unknown", "undo_word"):
        token = vouch_page(came).split("/")[2]
        guest.get(reverse(f"guests:{name}", args=[token]))

    assert fresh(came).state == S.VOUCHING
    assert timedelta(minutes=10) == settings.UNDO_WINDOW
