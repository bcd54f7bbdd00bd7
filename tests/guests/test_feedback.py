"""The customer's page: one question, why, and at most one invitation after it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from feedback.models import Feedback, Testimonial
from feedback.services import NewReviewLink, keep_review_links, propose_edit
from introductions.models import Introduction
from introductions.services import advocate_for, stop_asking
from outreach.models import Reminder
from outreach.senders import owner_of
from tests.contacts.factories import make_contact
from tests.feedback.factories import answered, asked, published, question_page
from tests.guests.test_doors import queries_of
from tests.introductions.factories import a_contact

pytestmark = pytest.mark.django_db

ASK_WORDS, ASK_TO_INTRODUCE = "May others read your words?", "Introduce somebody</button>"
ASK_WISH, CHANGE = "What would make it better?", "Change my answer"


@pytest.fixture
def ines(business: Business, now: datetime) -> Contact:
    return make_contact(name="Ines Duarte", email="ines@world.example")


@pytest.fixture
def page(ines: Contact) -> str:
    return question_page(asked(ines))


def read(guest: Client, path: str) -> str:
    return guest.get(path).content.decode()


def test_it_asks_one_question_and_why(guest: Client, page: str) -> None:
    told = read(guest, page)

    assert "How likely are you to recommend Lindqvist Bookkeeping to a friend?" in told
    assert told.count('type="radio"') == 11
    assert "checked" not in told
    assert "Why?" in told


@pytest.mark.parametrize(
    ("query", "marked"), [("?score=9", 1), ("?score=11", 0), ("?score=<b>", 0)]
)
def test_a_number_in_the_address_is_marked_and_not_kept(
    guest: Client, page: str, query: str, marked: int
) -> None:
    for send in (guest.head, guest.get):
        answer = send(page + query)

    assert answer.content.decode().count("checked") == marked
    assert not Feedback.objects.exists()


def test_an_answer_is_kept_with_its_why_and_the_customer_as_who_said_it(
    guest: Client, page: str, ines: Contact
) -> None:
    response = guest.post(page + "answer/", {"score": "9", "why": " Never late. "}, follow=True)

    kept = Feedback.objects.get()
    assert (kept.contact, kept.score, kept.why) == (ines, 9, "Never late.")
    assert kept.asked_at == kept.request.asked_at if kept.request else False
    assert Event.objects.get(name="feedback.answered").actor_id == ines.pk
    assert "Thank you, Ines." in response.content.decode()


def test_the_same_press_twice_is_one_answer_and_another_answer_is_another_row(
    guest: Client, page: str
) -> None:
    for score in ("9", "9", "6"):
        guest.post(page + "answer/", {"score": score, "why": "Never late."})

    assert [row.score for row in Feedback.objects.order_by("id")] == [9, 6]


@pytest.mark.parametrize("score", ["", "11", "-1", "nine"])
def test_without_a_number_it_says_so_and_keeps_what_was_typed(
    guest: Client, page: str, score: str
) -> None:
    response = guest.post(page + "answer/", {"score": score, "why": "Never late."})

    assert response.status_code == 422
    told = response.content.decode()
    assert "Please choose a number from 0 to 10." in told
    assert "Never late." in told
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("score", "why", "invitation"),
    [
        (10, "Never late.", ASK_WORDS),
        (9, "", ASK_TO_INTRODUCE),
        (8, "Good.", ASK_WISH),
        (7, "", ASK_WISH),
        (6, "Late.", ""),
        (0, "", ""),
    ],
)
def test_each_answer_is_met_with_one_invitation_at_most(
    guest: Client, ines: Contact, score: int, why: str, invitation: str
) -> None:
    request = asked(ines)
    answered(request, score, why)

    told = read(guest, question_page(request))

    assert [one for one in (ASK_WORDS, ASK_TO_INTRODUCE, ASK_WISH) if one in told] == (
        [invitation] if invitation else []
    )


@pytest.mark.parametrize("score", [0, 6, 7, 8, 9, 10])
def test_everybody_is_shown_the_same_links_to_review_sites(
    guest: Client, business: Business, ines: Contact, score: int
) -> None:
    links = [NewReviewLink("Town reviews", "https://reviews.example/lindqvist?a=1&b=2")]
    keep_review_links(business=business, links=links, by=SYSTEM, now=clock.now())
    request = asked(ines)
    assert "Town reviews" not in read(guest, question_page(request))

    answered(request, score)

    told = read(guest, question_page(request))
    assert 'href="https://reviews.example/lindqvist?a=1&amp;b=2"' in told
    assert "Everybody who answers finds this here, whatever they said." in told


def test_after_a_bad_answer_there_is_something_to_put_right_today(
    guest: Client, page: str, business: Business
) -> None:
    guest.post(page + "answer/", {"score": "3", "why": "The invoice was late twice."})

    reminder = Reminder.objects.get(kind="put_right")
    assert reminder.due_on == clock.today(business)
    assert reminder.is_open


def test_a_better_answer_settles_what_was_to_be_put_right(guest: Client, page: str) -> None:
    guest.post(page + "answer/", {"score": "3"})

    guest.post(page + "answer/", {"score": "7"})

    assert not Reminder.objects.get(kind="put_right").is_open


def test_what_would_make_it_better_is_kept_once(guest: Client, ines: Contact) -> None:
    request = asked(ines)
    answered(request, 8)
    page = question_page(request)

    for wish in ("Quicker answers.", "Quicker answers.", "Something else."):
        last = guest.post(page + "wish/", {"wish": wish})

    assert last.status_code == 409
    assert Feedback.objects.get().wish == "Quicker answers."
    assert ASK_WISH not in read(guest, page)


def test_an_answer_can_become_another_for_a_month(guest: Client, page: str, now: datetime) -> None:
    guest.post(page + "answer/", {"score": "9"})
    assert "Send my answer" in read(guest, page + "?again=1")

    with clock.at(now + timedelta(days=31)):
        told = read(guest, page + "?again=1")
        late = guest.post(page + "answer/", {"score": "2"})

    assert CHANGE not in told
    assert late.status_code == 409
    assert Feedback.objects.count() == 1


def test_a_question_nobody_answered_is_over_after_three_months(
    guest: Client, page: str, now: datetime
) -> None:
    with clock.at(now + timedelta(days=91)):
        told = read(guest, page)
        late = guest.post(page + "answer/", {"score": "9"})

    assert "It has been a while since you were asked." in told
    assert late.status_code == 409
    assert not Feedback.objects.exists()


def test_words_are_given_to_be_published_as_the_customer_is_to_be_named(
    guest: Client, ines: Contact
) -> None:
    request = asked(ines)
    answered(request, 10, "Never late.")
    page = question_page(request)
    told = read(guest, page)
    assert all(name in told for name in ("Ines Duarte", "Ines", "I. D."))

    guest.post(page + "words/", {"words": "Never late, always kind.", "shown_as": "initials"})

    kept = Testimonial.objects.get()
    assert (kept.words, kept.signature, kept.is_published) == (
        "Never late, always kind.",
        "I. D.",
        False,
    )
    told = read(guest, page)
    assert "Alice reads them first" in told
    assert ASK_TO_INTRODUCE not in told
    assert Reminder.objects.open().regarding(kept).exists()


@pytest.mark.parametrize("score", [None, 6, 8])
def test_nobody_publishes_who_was_not_very_happy(
    guest: Client, ines: Contact, score: int | None
) -> None:
    request = asked(ines)
    if score is not None:
        answered(request, score)

    response = guest.post(
        question_page(request) + "words/", {"words": "Nice", "shown_as": "first_name"}
    )

    assert response.status_code == 409
    assert not Testimonial.objects.exists()


def test_other_words_than_those_published_are_shown_once_they_were_read(
    guest: Client, ines: Contact
) -> None:
    testimonial = published(ines)
    page = question_page(ines.feedback_requests.get())

    guest.post(page + "words/", {"words": "Never late.", "shown_as": "initials"})
    testimonial.refresh_from_db()
    assert (testimonial.signature, testimonial.is_published) == ("I. D.", True)
    guest.post(page + "words/", {"words": "Buy at casino.example", "shown_as": "initials"})

    testimonial.refresh_from_db()
    assert not testimonial.is_published


def test_a_proposed_edit_holds_with_the_customers_yes_and_for_what_they_read(
    guest: Client, ines: Contact, business: Business
) -> None:
    testimonial = published(ines, "Never late")
    page = question_page(ines.feedback_requests.get())
    _propose(testimonial, "Never late in six years.")
    told = read(guest, page)
    assert "May your words read like this?" in told
    seen = told.split('name="seen" value="')[1].split('"')[0]
    _propose(testimonial, "The best in town.")

    stale = guest.post(page + "edit/", {"say": "yes", "seen": seen})
    testimonial.refresh_from_db()
    assert stale.status_code == 409
    assert testimonial.words == "Never late"
    seen = read(guest, page).split('name="seen" value="')[1].split('"')[0]
    guest.post(page + "edit/", {"say": "yes", "seen": seen})

    testimonial.refresh_from_db()
    assert (testimonial.words, testimonial.has_proposal) == ("The best in town.", False)
    assert testimonial.is_published


def test_a_proposed_edit_is_declined(guest: Client, ines: Contact) -> None:
    testimonial = published(ines, "Never late")
    _propose(testimonial, "The best in town.")

    guest.post(question_page(ines.feedback_requests.get()) + "edit/", {"say": "no"})

    testimonial.refresh_from_db()
    assert (testimonial.words, testimonial.has_proposal) == ("Never late", False)


def test_words_are_taken_back_at_any_time_and_not_kept(
    guest: Client, ines: Contact, now: datetime
) -> None:
    testimonial = published(ines)
    page = question_page(ines.feedback_requests.get())

    with clock.at(now + timedelta(days=900)):
        for _ in range(2):
            guest.post(page + "withdraw/")
        told = read(guest, page)

    testimonial.refresh_from_db()
    assert (testimonial.words, testimonial.signature, testimonial.is_published) == ("", "", False)
    assert "Your words are taken back." in told
    assert not Reminder.objects.open().regarding(testimonial).exists()


def test_words_that_a_scanner_took_back_are_given_again(
    guest: Client, page: str, ines: Contact
) -> None:
    guest.post(page + "answer/", {"score": "10", "why": "They are never late."})
    given = {"words": "They are never late.", "shown_as": "first_name"}
    guest.post(page + "words/", given)
    guest.post(page + "withdraw/")

    after = read(guest, page)
    guest.post(page + "words/", given)

    assert "That was not me" in after
    assert "They are never late.</textarea>" in after
    assert Testimonial.objects.live().get(contact=ines).words == "They are never late."


def test_introducing_leads_to_their_own_page_and_does_nothing_yet(
    guest: Client, ines: Contact
) -> None:
    request = asked(ines)
    answered(request, 10, "")

    response = guest.post(question_page(request) + "introduce/", follow=True)

    assert "Whom would you like Alice to meet?" in response.content.decode()
    assert not Introduction.objects.exists()


def test_whoever_does_not_want_to_be_asked_is_not_invited_to_introduce(
    guest: Client, ines: Contact, now: datetime
) -> None:
    stop_asking(advocate=advocate_for(contact=ines, now=now), now=now)
    request = asked(ines)
    answered(request, 10, "")

    assert ASK_TO_INTRODUCE not in read(guest, question_page(request))


@pytest.mark.parametrize("score", [10, 3])
def test_nobody_is_invited_to_introduce_while_asking_pauses(
    guest: Client, ines: Contact, business: Business, now: datetime, score: int
) -> None:
    """After three bad answers of others nobody is asked, and a happy answer changes nothing."""
    for number in range(3):
        other = a_contact(business, now, f"Other {number}", f"other{number}@friends.example")
        answered(asked(other), score, "")
    request = asked(ines)
    answered(request, 10, "")

    assert (ASK_TO_INTRODUCE in read(guest, question_page(request))) == (score == 10)


def test_the_page_asks_the_database_ten_times_at_most(
    guest: Client, ines: Contact, business: Business
) -> None:
    links = [NewReviewLink(f"Site {n}", f"https://r{n}.example/") for n in range(3)]
    keep_review_links(business=business, links=links, by=SYSTEM, now=clock.now())
    _propose(published(ines), "Other words.")
    page = question_page(ines.feedback_requests.get())

    assert queries_of(guest, page) <= 10


def _propose(testimonial: Testimonial, words: str) -> None:
    propose_edit(
        testimonial=testimonial,
        words=words,
        by=SYSTEM,
        sender=owner_of(testimonial.business),
        now=clock.now(),
    )
