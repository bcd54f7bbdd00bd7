"""A plan's letter asks a customer how likely they are to recommend, by a button of its own."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import add_contact
from feedback.models import FeedbackRequest
from feedback.services import ask_for_feedback
from outreach.links import url_for
from outreach.models import Cadence, CadenceStep, Link, Message, Outcome, StepKind, StepTaken
from outreach.services import add_cadence, add_step, begin_by_hand, change_draft, send_draft
from outreach.words import FieldNotAlone, FieldNotInSubject, UnknownField
from tests.api.client import refusal, with_a_key
from tests.feedback.factories import question_page
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db

WORDS = "Dear {first_name},\n\nhow was it?\n\n{feedback_link}\n\nI read every answer."


@pytest.fixture
def elena(business: Business, calendar: Calendar) -> Contact:
    return add_contact(
        business=business, name="Elena Rossi", email="elena@x.example", by=SYSTEM, now=calendar.now
    )


@pytest.fixture
def plan(business: Business, calendar: Calendar) -> Cadence:
    plan = add_cadence(business=business, name="After a job", by=SYSTEM, now=calendar.now)
    a_step(plan, WORDS, calendar)
    return plan


def a_step(plan: Cadence, words: str, calendar: Calendar, **more: str) -> CadenceStep:
    step = {"kind": StepKind.LETTER, "subject": "How was it?"} | more
    return add_step(cadence=plan, days=0, words=words, by=SYSTEM, now=calendar.now, **step)  # type: ignore[arg-type]  # texts


def the_draft() -> StepTaken:
    return StepTaken.objects.waiting().get(subject="How was it?")


def test_the_letter_carries_the_link_once_somebody_sends_it(
    plan: Cadence, elena: Contact, calendar: Calendar, alice: User, by_alice: Actor, guest: Client
) -> None:
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)
    assert "{feedback_link}" in the_draft().words
    assert not FeedbackRequest.objects.exists()

    send_draft(draft=the_draft(), by=by_alice, sender=alice, now=calendar.now)

    request = FeedbackRequest.objects.get()
    letter = Message.objects.get(kind="plan_letter")
    link = Link.objects.get(purpose="feedback", subject_id=request.pk)
    assert f"Answer the question:\n{{link:{link.pk}}}\n\nI read every answer." in letter.text
    assert f'href="{{link:{link.pk}}}"' in letter.html
    assert url_for(link) not in letter.text
    assert request.contact == elena
    with clock.at(calendar.now):
        assert "to a friend?" in guest.get(question_page(request)).content.decode()


def test_its_words_can_be_changed_and_keep_the_button(
    plan: Cadence, elena: Contact, calendar: Calendar, alice: User, by_alice: Actor
) -> None:
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)
    now = calendar.now

    change_draft(
        draft=the_draft(), subject="How was it?", words="Well?\n\n{feedback_link}", now=now
    )
    with pytest.raises(UnknownField):
        change_draft(draft=the_draft(), subject="How", words="Well? {feedback_link}", now=now)
    send_draft(draft=the_draft(), by=by_alice, sender=alice, now=now)

    assert "Well?\n\nAnswer the question:" in Message.objects.get(kind="plan_letter").text


def test_the_draft_is_shown_as_it_will_be_read(
    plan: Cadence,
    elena: Contact,
    calendar: Calendar,
    alice: User,
    business: Business,
    alice_client: Client,
) -> None:
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)
    api = with_a_key(business, alice)

    page = alice_client.get(f"/b/{business.slug}/letters/{the_draft().pk}/").text
    told = api.get(f"/drafts/{the_draft().pk}/preview").json()

    shown = page.partition('<div class="letter')[2].partition("</footer>")[0]
    for text in (shown, told["text"]):
        assert "{feedback_link}" not in text
        assert "Answer the question:" in text
        assert "Alice" in text
        assert "Lindqvist Bookkeeping" in text
        assert "Harbour Street 1" in text
    assert told["subject"] == "How was it?"
    assert not Link.objects.exists()


def test_the_question_is_not_kept_without_its_button(
    business: Business, alice: User, alice_client: Client
) -> None:
    desk = f"/b/{business.slug}/settings/plans/"
    alice_client.get(desk)
    step = CadenceStep.objects.get(subject="How has it been so far?")
    words = "Dear {first_name},\n\nhow was it?"
    form = {"days": "30", "timing": "after", "condition": "always", "reminder_kind": "follow_up"}
    told = {**form, "subject": step.subject, "words": words}

    answer = alice_client.post(f"{desk}{step.cadence_id}/{step.pk}/", told)
    place = f"/plans/{step.cadence_id}/steps/{step.pk}"
    by_rest = with_a_key(business, alice).patch(place, {"words": words})

    assert answer.status_code == 422
    assert "{feedback_link} is missing: without it nobody could answer." in answer.text
    assert "how was it?" in answer.text
    assert refusal(by_rest) == (422, "field_missing")
    told["words"] = f"{words}\n\n{{feedback_link}}"
    assert alice_client.post(f"{desk}{step.cadence_id}/{step.pk}/", told).status_code == 302


def test_nobody_is_asked_twice_within_three_months(
    plan: Cadence, elena: Contact, calendar: Calendar, alice: User
) -> None:
    ask_for_feedback(contact=elena, by=SYSTEM, sender=alice, now=calendar.now)
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)

    calendar.jump(days=1)

    taken = StepTaken.objects.get(enrolment__cadence=plan)
    assert taken.outcome == Outcome.SKIPPED
    assert taken.reason == "Elena was asked how it was, or answered, within three months."


@pytest.mark.parametrize("state", ["cancelled", "suppressed", "failed", "sent"])
def test_a_plans_letter_that_never_left_asked_nobody(
    plan: Cadence, elena: Contact, calendar: Calendar, alice: User, by_alice: Actor, state: str
) -> None:
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)
    send_draft(draft=the_draft(), by=by_alice, sender=alice, now=calendar.now)
    sent_at = calendar.now if state == "sent" else None
    Message.objects.filter(kind="plan_letter").update(state=state, sent_at=sent_at)

    calendar.now += timedelta(days=1)
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)

    last = StepTaken.objects.order_by("id").last()
    assert last is not None
    assert last.outcome == (Outcome.SKIPPED if state == "sent" else Outcome.DRAFTED)


def test_one_who_is_asked_elsewhere_meanwhile_is_not_asked_by_the_draft(
    plan: Cadence,
    elena: Contact,
    calendar: Calendar,
    alice_client: Client,
    business: Business,
    alice: User,
) -> None:
    begin_by_hand(cadence=plan, contact=elena, by=SYSTEM, now=calendar.now)
    calendar.jump(days=1)
    ask_for_feedback(contact=elena, by=SYSTEM, sender=alice, now=calendar.now)

    with clock.at(calendar.now + timedelta(hours=1)):
        answer = alice_client.post(f"/b/{business.slug}/letters/{the_draft().pk}/send/")

    assert answer.status_code == 409
    assert "Nobody is asked twice within three months." in answer.content.decode()
    assert not Message.objects.filter(kind="plan_letter").exists()


@pytest.mark.parametrize(
    ("words", "more", "refused"),
    [
        ("Please {feedback_link} now", {}, FieldNotAlone),
        ("{feedback_link}\n\n{feedback_link}", {}, FieldNotAlone),
        ("Well?", {"subject": "{feedback_link}"}, FieldNotInSubject),
        ("{feedback_link}", {"kind": StepKind.REMINDER}, UnknownField),
    ],
)
def test_the_button_stands_alone_in_a_letter(
    plan: Cadence, calendar: Calendar, words: str, more: dict[str, str], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        a_step(plan, words, calendar, **more)


def test_only_letters_to_customers_ask_it(business: Business, calendar: Calendar) -> None:
    plan = add_cadence(
        business=business, name="Partners", trigger="partner_quiet", by=SYSTEM, now=calendar.now
    )

    with pytest.raises(UnknownField):
        a_step(plan, WORDS, calendar)


def test_the_step_is_looked_at_and_tried_with_a_button(
    plan: Cadence, calendar: Calendar, business: Business, alice_client: Client
) -> None:
    step = CadenceStep.objects.get(cadence=plan)

    page = alice_client.get(
        f"/b/{business.slug}/settings/plans/{plan.pk}/{step.pk}/look/"
    ).content.decode()

    assert "Answer the question:" in page
    assert "{feedback_link}" not in page
