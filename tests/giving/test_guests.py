"""What the two see and answer, each on a page of their own."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.moves import NotPossibleNow
from contacts.addresses import show_phone
from contacts.models import Contact
from giving import services
from giving.models import GivenIntroduction
from giving.states import EXPIRES_AFTER, TELL_WITHIN, GivenState, Outcome
from outreach.models import Message
from tests.giving.conftest import page_of
from tests.giving.factories import TO_ELENA, TO_JONAS, agreed, shaken

pytestmark = pytest.mark.django_db

S = GivenState
SECRETS = ("jonas@shoebox.example", "elena@rossi.example", "Weber", "Elena Rossi", "40 12", "4612")
NOTHING = "It does not fit just now."


def text_of(guest: Client, page: str, status: int = 200) -> str:
    response = guest.get(page)
    assert response.status_code == status
    return response.content.decode()


def fresh(given: GivenIntroduction) -> GivenIntroduction:
    return GivenIntroduction.objects.get(pk=given.pk)


def letters(given: GivenIntroduction, kind: str) -> list[Message]:
    return list(Message.objects.regarding(given).filter(kind=kind).order_by("created_at", "id"))


def readers(message: Message) -> set[str]:
    return set(message.recipients.values_list("address", flat=True))


def test_each_is_asked_by_a_letter_that_names_the_other_and_tells_no_address(
    given: GivenIntroduction, jonas: Contact, elena: Contact
) -> None:
    asked = letters(given, "given_to_either")

    assert [readers(one) for one in asked] == [{jonas.email}, {elena.email}]
    to_jonas, to_elena = asked
    assert "Elena of Rossi Law" in to_jonas.subject
    assert TO_JONAS in to_jonas.text
    assert TO_ELENA not in to_jonas.text
    assert "Jonas of Shoebox" in to_elena.subject
    assert TO_ELENA in to_elena.text
    assert all(elena.email not in part for part in (to_jonas.text, to_jonas.html))
    assert all(
        secret not in part
        for part in (to_elena.text, to_elena.html)
        for secret in (jonas.email, jonas.phone, "Weber")
    )


def test_the_page_shows_who_it_is_and_why_and_how_nobody_is_reached(
    guest: Client, given: GivenIntroduction, jonas: Contact
) -> None:
    page = text_of(guest, page_of(given, jonas))

    assert "Alice would like you to meet" in page
    assert "Elena of Rossi Law" in page
    assert TO_JONAS in page
    assert [secret for secret in SECRETS if secret in page] == []


def test_one_tap_is_a_yes_and_it_waits_for_the_other(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact
) -> None:
    page = page_of(given, jonas)

    response = guest.post(page + "yes/", follow=True)

    assert response.redirect_chain[-1][0] == page
    assert "Thank you, Jonas. It is a yes." in response.text
    assert fresh(given).state == S.ONE_YES
    assert not letters(given, "given_handshake_to_all")
    assert TO_ELENA in text_of(guest, page_of(given, elena))


def test_after_both_said_yes_one_letter_goes_to_all_three_with_how_each_is_reached(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact, now: datetime
) -> None:
    guest.post(page_of(given, elena) + "yes/")
    said = guest.post(page_of(given, jonas) + "yes/", follow=True).text
    early = letters(given, "given_handshake_to_all")
    services.complete_given(given=given, now=now + settings.UNDO_WINDOW)

    assert "Both of you said yes." in said
    assert early == []
    [letter] = letters(given, "given_handshake_to_all")
    assert readers(letter) == {"alice@lindqvist.example", jonas.email, elena.email}
    for known in (
        jonas.email,
        elena.email,
        show_phone(jonas.phone),
        TO_JONAS,
        TO_ELENA,
        "Jonas Weber",
    ):
        assert known in letter.text
    assert "You and Elena" in text_of(guest, page_of(given, jonas))


def test_the_letter_does_not_leave_before_the_undo_window_is_over(
    given: GivenIntroduction, now: datetime
) -> None:
    agreed(given, now)

    with pytest.raises(NotPossibleNow):
        services.complete_given(given=given, now=now + settings.UNDO_WINDOW - timedelta(seconds=1))

    assert fresh(given).state == S.AGREED


@pytest.mark.parametrize("both", [False, True])
def test_a_yes_can_be_taken_back_until_the_letter_has_left(
    guest: Client,
    given: GivenIntroduction,
    jonas: Contact,
    elena: Contact,
    now: datetime,
    both: bool,
) -> None:
    if both:
        guest.post(page_of(given, elena) + "yes/")
    guest.post(page_of(given, jonas) + "yes/")

    with clock.at(now + timedelta(minutes=9)):
        again = guest.post(page_of(given, jonas) + "undo/", follow=True).text

    assert "Yes, introduce us" in again
    assert fresh(given).state == (S.ONE_YES if both else S.ASKED)


def test_a_no_is_kept_from_the_other_who_hears_only_that_it_does_not_fit(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact, now: datetime
) -> None:
    guest.post(page_of(given, jonas) + "yes/")
    said = guest.post(page_of(given, elena) + "no/", follow=True).text

    assert "That is quite all right." in said
    assert fresh(given).state == S.DECLINED
    [letter] = letters(given, "given_nothing_to_either")
    assert readers(letter) == {jonas.email}
    assert letter.due_at >= now + settings.UNDO_WINDOW
    assert "does not fit just now" in letter.text
    assert " no " not in letter.text
    assert NOTHING in text_of(guest, page_of(given, jonas))


def test_a_no_to_somebody_who_had_not_answered_sends_nobody_anything(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact
) -> None:
    guest.post(page_of(given, elena) + "no/")

    assert letters(given, "given_nothing_to_either") == []
    assert NOTHING in text_of(guest, page_of(given, jonas))
    assert [one.state for one in letters(given, "given_to_either")] == ["cancelled", "cancelled"]


def test_a_no_a_silence_and_taking_it_back_read_the_same(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact, now: datetime
) -> None:
    guest.post(page_of(given, jonas) + "yes/")
    pages, page = set(), page_of(given, jonas)
    guest.post(page_of(given, elena) + "no/")
    pages.add(text_of(guest, page))
    guest.post(page_of(given, elena) + "undo/")
    with clock.at(now + EXPIRES_AFTER):
        pages.add(text_of(guest, page))
        services.expire_given(given=given, now=clock.now())
        pages.add(text_of(guest, page))

    assert len(pages) == 1
    assert fresh(given).state == S.EXPIRED


def test_a_no_can_be_taken_back_for_a_while_and_calls_the_letter_back(
    guest: Client, given: GivenIntroduction, jonas: Contact, elena: Contact, now: datetime
) -> None:
    guest.post(page_of(given, jonas) + "yes/")
    guest.post(page_of(given, elena) + "no/")
    again = guest.post(page_of(given, elena) + "undo/", follow=True).text

    assert "Yes, introduce us" in again
    assert fresh(given).state == S.ONE_YES
    assert [one.state for one in letters(given, "given_nothing_to_either")] == ["cancelled"]

    guest.post(page_of(given, elena) + "no/")
    with clock.at(now + settings.UNDO_WINDOW):
        late = guest.post(page_of(given, elena) + "undo/")
    assert late.status_code == 409
    assert fresh(given).state == S.DECLINED


@pytest.mark.parametrize("second", ["yes", "no"])
def test_who_answered_cannot_answer_again(
    guest: Client, given: GivenIntroduction, jonas: Contact, second: str
) -> None:
    page = page_of(given, jonas)
    guest.post(page + "yes/")

    again = guest.post(f"{page}{second}/")

    assert again.status_code == 409
    assert "already answered" in again.text
    assert fresh(given).state == S.ONE_YES
    assert Event.objects.filter(name="given.accepted").count() == 1


def test_nobody_answers_what_was_taken_back(
    guest: Client, given: GivenIntroduction, jonas: Contact, by_alice: Actor, now: datetime
) -> None:
    page = page_of(given, jonas)
    services.withdraw_given(given=given, by=by_alice, now=now)

    answer = guest.post(page + "yes/")

    assert answer.status_code == 409
    assert NOTHING in answer.text
    assert fresh(given).state == S.WITHDRAWN


def test_opening_the_pages_and_their_buttons_changes_nothing(
    guest: Client, given: GivenIntroduction, jonas: Contact
) -> None:
    page = page_of(given, jonas)

    for button in ("", "yes/", "no/", "undo/", "tell/"):
        for look in (guest.get, guest.head):
            assert look(page + button).status_code == (303 if button else 200)

    assert fresh(given).state == S.ASKED
    assert Event.objects.filter(name__startswith="given.").count() == 2


def test_the_partner_tells_what_came_of_it_by_link_and_may_change_it(
    guest: Client, sent: GivenIntroduction, jonas: Contact, partner: Contact, now: datetime
) -> None:
    shaken(sent, now)
    page = page_of(sent, partner)

    assert "How it stands" in text_of(guest, page)
    guest.post(page + "tell/", {"outcome": "met", "words": "On Tuesday."})
    told = fresh(sent)
    guest.post(page + "tell/", {"outcome": "met", "words": "On Tuesday."})
    with clock.at(now + timedelta(days=80)):
        changed = guest.post(page + "tell/", {"outcome": "together"}, follow=True).text

    assert (told.outcome, told.outcome_words, told.outcome_by) == (
        Outcome.MET,
        "On Tuesday.",
        "second",
    )
    assert "You told Alice: “We work together”." in changed
    told_events = Event.objects.filter(name="given.outcome_told").order_by("recorded_at")
    assert [event.payload["outcome"] for event in told_events] == ["met", "together"]
    assert "On Tuesday." not in text_of(guest, page_of(sent, jonas))


def test_the_customer_is_not_asked_what_came_of_it(
    guest: Client, sent: GivenIntroduction, jonas: Contact, now: datetime
) -> None:
    shaken(sent, now)
    page = page_of(sent, jonas)

    assert "How it stands" not in text_of(guest, page)
    assert guest.post(page + "tell/", {"outcome": "met"}).status_code == 409
    assert fresh(sent).outcome == ""


def test_without_a_partner_either_of_the_two_may_tell(
    guest: Client, given: GivenIntroduction, jonas: Contact, now: datetime
) -> None:
    shaken(given, now)

    guest.post(page_of(given, jonas) + "tell/", {"outcome": "talking"})

    assert (fresh(given).outcome, fresh(given).outcome_by) == ("talking", "first")


def test_an_outcome_is_chosen_and_not_told_after_a_year(
    guest: Client, sent: GivenIntroduction, partner: Contact, now: datetime
) -> None:
    shaken(sent, now)
    page = page_of(sent, partner)

    unchosen = guest.post(page + "tell/", {"words": "Well."})
    with clock.at(now + TELL_WITHIN + timedelta(days=1)):
        late = guest.post(page + "tell/", {"outcome": "met"})

    assert unchosen.status_code == 422
    assert "Please choose one of these." in unchosen.text
    assert "Well." in unchosen.text
    assert late.status_code == 409
    assert fresh(sent).outcome == ""


def test_the_partner_is_asked_once_by_letter_unless_it_is_told_by_then(
    guest: Client, sent: GivenIntroduction, partner: Contact, now: datetime
) -> None:
    shaken(sent, now)

    [letter] = letters(sent, "given_outcome_to_partner")
    assert readers(letter) == {partner.email}
    assert letter.due_at >= now + timedelta(days=14)
    guest.post(page_of(sent, partner) + "tell/", {"outcome": "no_fit"})
    assert letters(sent, "given_outcome_to_partner")[0].state == "cancelled"


def test_a_page_asks_the_database_at_most_ten_times(
    guest: Client, sent: GivenIntroduction, jonas: Contact, partner: Contact, now: datetime
) -> None:
    for move in (lambda: None, lambda: shaken(sent, now)):
        move()
        for contact in (jonas, partner):
            guest.get(page_of(sent, contact))
            page = page_of(sent, contact)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                guest.get(page)
            assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 10
