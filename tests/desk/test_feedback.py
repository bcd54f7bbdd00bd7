"""Asking customers how it was, what they answered, and the words they let us publish."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Contact
from contacts.services import leave_in_peace
from feedback.models import Feedback, FeedbackRequest, ReviewLink, Testimonial
from introductions.gate import may_be_asked
from outreach.models import Message, Reminder
from tests.contacts.factories import make_contact
from tests.feedback.factories import answered, asked, given, make_feedback, published, question_page

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-05-04T12:00:00+00:00")


@pytest.fixture
def ines(business: Business) -> Contact:
    return make_contact(name="Ines Duarte", email="ines@world.example")


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


def test_a_person_is_asked_from_their_page_after_a_look_at_the_letter(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    at = f"{desk}people/{ines.pk}/feedback/"
    assert at in alice_client.get(f"{desk}people/{ines.pk}/").text
    look = alice_client.get(at).text
    assert "One question, Ines" in look
    assert "how likely are you to recommend Lindqvist Bookkeeping to a friend?" in look
    assert "{" not in look.split('class="letter')[1].split("</form>")[0]
    assert not FeedbackRequest.objects.exists()

    alice_client.post(at)

    letter = Message.objects.get(kind="question_to_customer")
    assert letter.recipients.get().contact == ines
    assert letter.subject_id == FeedbackRequest.objects.get().pk
    assert "Answer the question:\n{link:" in letter.text


def test_pressed_twice_it_is_one_letter_and_nobody_is_asked_again_within_three_months(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    at = f"{desk}people/{ines.pk}/feedback/"
    with clock.at(NOW):
        assert [alice_client.post(at).status_code for _ in range(2)] == [302, 302]

    with clock.at(NOW + timedelta(days=80)):
        early = alice_client.post(at)
    assert early.status_code == 409
    assert "Ines was asked lately, or answered." in early.text
    assert Message.objects.count() == 1
    with clock.at(NOW + timedelta(days=90)):
        alice_client.post(at)
    assert Message.objects.count() == 2


def test_whoever_can_get_no_letter_is_not_asked_and_it_says_why(
    alice_client: Client, desk: str, ines: Contact, by_alice: Actor
) -> None:
    nowhere = make_contact(name="Olga", email="")
    leave_in_peace(contact=ines, why="moved_away", by=by_alice, now=clock.now())

    for contact, why in ((nowhere, "no e-mail address"), (ines, "moved away")):
        at = f"{desk}people/{contact.pk}/feedback/"
        assert why in alice_client.get(at).text
        assert alice_client.post(at).status_code in {409, 422}
    assert not FeedbackRequest.objects.exists()


def test_answers_stand_by_month_with_who_of_those_asked_has_answered(
    alice_client: Client, desk: str, business: Business
) -> None:
    people = [make_contact(name=f"P{n}", email=f"p{n}@world.example") for n in range(4)]
    with clock.at(NOW):
        requests = [asked(contact) for contact in people]
        answered(requests[0], 10, "Never late.")
        answered(requests[1], 3, "Late twice.")
    with clock.at(NOW + timedelta(days=1)):
        answered(requests[1], 8, "It was put right.")
        make_feedback(people[2], 9, now=clock.now())

        page = alice_client.get(f"{desk}feedback/").text

    assert "You asked 4 times, and 2 answered" in page
    assert "50 %" in page
    row = " ".join(page.split("May 2026</strong>")[1].split("</tr>")[0].split())
    assert [part.split("<")[0] for part in row.split('">')[1:]] == ["2", "1", "0"]
    assert "It was put right." in page


def test_with_nobody_asked_it_says_what_to_do_first(alice_client: Client, desk: str) -> None:
    page = alice_client.get(f"{desk}feedback/").text

    assert "Nobody has answered yet" in page


def test_words_wait_on_today_until_they_are_published(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    testimonial = given(ines, "Never late.")
    today = alice_client.get(desk).text
    assert "Read what Ines lets you publish, and say thank you" in today
    assert f"{desk}testimonials/{testimonial.pk}/" in today

    alice_client.post(f"{desk}testimonials/{testimonial.pk}/publish/")

    testimonial.refresh_from_db()
    assert testimonial.is_published
    assert not Reminder.objects.open().regarding(testimonial).exists()


def test_the_snippet_to_copy_is_one_frame_without_a_script(
    alice_client: Client, desk: str, business: Business, ines: Contact
) -> None:
    published(ines)
    business.name = 'Ann & "Sons"'
    business.save()

    page = alice_client.get(f"{desk}testimonials/").text

    source = f"{settings.PUBLIC_URL}/t/{business.slug}/wall/"
    assert f"&lt;iframe src=&quot;{source}&quot; title=&quot;What people say about Ann" in page
    assert "&amp;amp; &amp;quot;Sons&amp;quot;" in page
    assert "&lt;script" not in page


def test_words_are_put_in_order_and_a_second_press_moves_nothing(
    alice_client: Client, desk: str, business: Business
) -> None:
    rows = [published(make_contact(name=n, email=f"{n}@world.example"), n) for n in ("a", "b", "c")]

    for _ in range(2):
        alice_client.post(f"{desk}testimonials/{rows[2].pk}/move/", {"place": "1"})

    assert [row.words for row in Testimonial.objects.published()] == ["a", "c", "b"]


def test_a_change_is_proposed_by_letter_and_nothing_changes_before_the_yes(
    alice_client: Client, desk: str, ines: Contact, guest: Client
) -> None:
    testimonial = published(ines, "Never latte.")
    at = f"{desk}testimonials/{testimonial.pk}/"

    for _ in range(2):
        alice_client.post(at, {"words": "Never late."})

    testimonial.refresh_from_db()
    assert (testimonial.words, testimonial.proposed_words) == ("Never latte.", "Never late.")
    letter = Message.objects.get(kind="edit_to_customer")
    assert "May it read like this?" in letter.text
    assert "Never late." in letter.text
    assert "See your words:\n{link:" in letter.text
    assert "Waits for the yes of Ines" in alice_client.get(at).text
    guest.post(question_page(ines.feedback_requests.get()) + "edit/", {"say": "no"})
    assert "Waits for the yes of Ines" not in alice_client.get(at).text


def test_a_proposal_taken_back_calls_back_its_letter(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    testimonial = published(ines, "Never latte.")
    at = f"{desk}testimonials/{testimonial.pk}/"
    alice_client.post(at, {"words": "Never late."})

    alice_client.post(f"{at}drop-edit/")

    assert Message.objects.get(kind="edit_to_customer").state == "cancelled"
    testimonial.refresh_from_db()
    assert not testimonial.has_proposal


def test_what_was_taken_back_can_no_longer_be_published_and_is_not_kept(
    alice_client: Client, desk: str, ines: Contact, guest: Client
) -> None:
    testimonial = given(ines, "Never late.")
    guest.post(question_page(ines.feedback_requests.get()) + "withdraw/")

    refused = alice_client.post(f"{desk}testimonials/{testimonial.pk}/publish/")

    assert refused.status_code == 410
    assert "Ines Duarte</a> took their words back" in refused.text


@pytest.mark.parametrize(
    ("label", "url", "says"),
    [
        ("Town", "http://reviews.example/", "should begin with https://"),
        ("Town", "javascript:alert(1)", "should begin with https://"),
        ("Town", "https://me@reviews.example/", "cannot be used here"),
        ("Town", "https://reviews.example/<b>", "cannot be used here"),
        ("", "https://reviews.example/", "Give each link a name"),
    ],
)
def test_a_link_to_reviews_is_refused_where_it_is_unfit_and_what_was_typed_is_kept(
    alice_client: Client, desk: str, label: str, url: str, says: str
) -> None:
    answer = alice_client.post(f"{desk}settings/reviews/", {"label_1": label, "url_1": url})

    assert answer.status_code == 422
    assert says in answer.text
    assert not ReviewLink.objects.exists()


def test_links_to_reviews_are_kept_by_owner_and_managers(
    alice_client: Client, bob_client: Client, desk: str
) -> None:
    at = f"{desk}settings/reviews/"
    told = {"label_1": "Town", "url_1": "https://reviews.example/", "label_3": "", "url_3": ""}

    assert bob_client.post(at, told).status_code == 403
    alice_client.post(at, told)

    assert [row.label for row in ReviewLink.objects.all()] == ["Town"]
    alice_client.post(at, {})
    assert not ReviewLink.objects.exists()


def test_whoever_may_only_look_is_offered_no_button(
    bob_client: Client, bob: User, desk: str, ines: Contact
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    testimonial = published(ines)
    olga = make_contact(name="Olga", email="o@world.example")

    for path in (f"testimonials/{testimonial.pk}/", "testimonials/", f"people/{olga.pk}/feedback/"):
        page = bob_client.get(desk + path)
        assert page.status_code == 200
        assert 'method="post"' not in page.text.split("<main")[1]


def test_no_page_asks_more_of_the_database_for_more_rows(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    def queries() -> list[int]:
        counts = []
        for path in ("feedback/", "testimonials/"):
            alice_client.get(desk + path)
            with CaptureQueriesContext(connection) as captured:
                alice_client.get(desk + path)
            counts.append(len(captured))
        return counts

    published(ines)
    before = queries()
    for number in range(4):
        published(make_contact(name=f"N{number}", email=f"n{number}@world.example"))

    assert queries() == before


def heard(client: Client, desk: str, contact: Contact, **said: object) -> HttpResponse:
    return client.post(f"{desk}people/{contact.pk}/heard/", {"score": "9", "why": ""} | said)


def test_what_was_said_at_the_counter_counts_as_if_it_had_been_written(
    alice_client: Client, guest: Client, desk: str, ines: Contact
) -> None:
    place = f"{desk}people/{ines.pk}/"
    assert f"{place}heard/" in alice_client.get(place).text
    with clock.at(NOW):
        page = question_page(asked(ines))
        for _ in range(2):
            heard(alice_client, desk, ines, score="4", why="It took a while.")
        told = alice_client.get(place).text

        assert "It took a while." in told
        assert "4 of 10, as you heard it" in told
        [reminder] = Reminder.objects.open().filter(kind="put_right")
        kept = Feedback.objects.get()
        assert (kept.heard_by, kept.request) == (
            Membership.objects.get(user__email="alice@lindqvist.example"),
            FeedbackRequest.objects.get(),
        )
        assert "heard by Alice" in alice_client.get(f"{desk}feedback/").text
        behind_link = guest.get(page).content.decode()
        assert "would like to put it right" in behind_link
        assert "Introduce somebody" not in behind_link
        assert not may_be_asked(ines, now=clock.now())

    with clock.at(NOW + timedelta(days=2)):
        heard(alice_client, desk, ines, score="9", why="All is well now.")

        reminder.refresh_from_db()
        assert not reminder.is_open
        behind_link = guest.get(page).content.decode()
        assert "May others read your words?" in behind_link
        assert "Introduce somebody" not in behind_link


def test_what_was_said_before_the_latest_answer_is_history_and_nothing_follows(
    alice_client: Client, desk: str, ines: Contact
) -> None:
    with clock.at(NOW):
        make_feedback(ines, 9)

        heard(alice_client, desk, ines, score="2", why="Last week.", heard_on="2026-04-28")

        assert not Reminder.objects.filter(kind="put_right").exists()
        assert may_be_asked(ines, now=clock.now())
        assert Feedback.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"score": "11"}, "Please choose a number from 0 to 10."),
        ({"score": ""}, "Please choose a number from 0 to 10."),
        ({"heard_on": "2026-05-05"}, "Choose today or a day of the last ninety."),
        ({"heard_on": "2025-05-05"}, "Choose today or a day of the last ninety."),
    ],
)
def test_what_cannot_have_been_said_is_told_beside_its_field(
    alice_client: Client, desk: str, ines: Contact, said: dict[str, str], told: str
) -> None:
    with clock.at(NOW):
        answer = heard(alice_client, desk, ines, **said)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Feedback.objects.exists()
