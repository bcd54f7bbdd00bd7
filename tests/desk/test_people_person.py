"""A person's page: their history in plain words, what is known, and the quick box."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership
from contacts.models import Contact, Interaction
from contacts.services import change_contact, log_interaction
from contacts.states import InteractionKind
from desk import timeline
from desk.sentences import QUIET, SENTENCES
from referrals.services import move_referral, record_sent_someone, win_referral
from referrals.states import ReferralState
from tests.contacts.factories import make_contact
from tests.feedback.factories import make_feedback

# Every event there is.
EVENTS = {
    f"{noun}.{past}"
    for noun, pasts in {
        "contact": "added changed left_in_peace resumed links_renewed erased merged",
        "contacts": "imported",
        "interaction": "logged",
        "ask": "drafted overridden nudged changed sent answered declined withdrawn taken_up "
        "expired",
        "introduction": "shared offered accepted corrected answer_undone "
        "shook_hands postponed declined expired withdrawn taken_up link_renewed "
        "vouching vouched unknown unvouched went_on word_undone added_to "
        "meeting_told meeting_moved",
        "advocate": "link_made link_renewed link_ended link_restored",
        "referral": "opened moved won lost joined reopened introduced_again credit_split credited "
        "planned told",
        "credit": "claimed claim_answered",
        "business": "closed corrected refunded",
        "loss_reason": "kept",
        "exchange_rate": "entered removed",
        "money": "changed",
        "thanks": "owed given waived undone welcomed welcome_undone public_asked "
        "public_allowed public_declined public_taken_down",
        "reward": "earned approved given voided reckoned restored",
        "reward_flag": "raised settled",
        "reward_terms": "published",
        "reward_codes": "added taken_away",
        "reminder": "added done reopened handed skipped snoozed",
        "message": "queued sent failed uncertain cancelled delivered bounced complained",
        "feedback": "asked answered added_to",
        "testimonial": "given changed published unpublished moved edit_proposed edit_accepted "
        "edit_dropped withdrawn",
        "review_links": "changed",
        "address": "suppressed restored",
        "sending": "paused resumed",
        "canary": "asked",
        "plan": "begun changed ended letter_sent",
        "letter": "changed restored",
        "given": "drafted changed asked undone accepted declined answer_undone shook_hands "
        "expired withdrawn taken_up outcome_told",
        "firm": "changed",
    }.items()
    for past in pasts.split()
}


@pytest.fixture
def contact(business: Business) -> Contact:
    return make_contact(name="Marta Kovács", email="marta@bakery.example")


@pytest.fixture
def at(contact: Contact) -> str:
    return f"/b/{contact.business.slug}/people/{contact.pk}/"


def test_every_event_has_a_sentence() -> None:
    assert set(SENTENCES) == EVENTS
    assert EVENTS >= QUIET


def test_the_history_is_told_in_plain_words(
    alice_client: Client, at: str, contact: Contact, by_alice: Actor
) -> None:
    now = clock.now()
    log_interaction(
        contact=contact,
        kind=InteractionKind.CALL,
        text="The oven is paid off.",
        minutes=20,
        by=by_alice,
        now=now,
    )
    change_contact(contact=contact, changes={"job_title": "Baker"}, by=by_alice, now=now)
    make_feedback(contact, score=9, why="Never have to worry.")

    text = alice_client.get(at).text

    assert "Call, 20 minutes" in text
    assert "The oven is paid off." in text
    assert "You changed what they do there" in text
    assert "Very happy" in text
    assert "Marta Kovács was added" in text


def test_a_colleagues_deed_is_told_by_name(
    bob_client: Client, at: str, contact: Contact, by_alice: Actor
) -> None:
    change_contact(contact=contact, changes={"job_title": "Baker"}, by=by_alice, now=clock.now())

    assert "Alice Lindqvist changed what they do there" in bob_client.get(at).text


def test_both_sides_of_a_referral_read_it_on_their_own_page(
    alice_client: Client, at: str, business: Business, contact: Contact, by_alice: Actor
) -> None:
    now = clock.now()
    referral = record_sent_someone(
        business=business, name="Jonas Weber", sender=contact, by=by_alice, now=now
    )
    move_referral(referral=referral, to=ReferralState.MET, by=by_alice, now=now)
    win_referral(
        referral=referral,
        amount=185000,
        currency="EUR",
        on=clock.today(business),
        by=by_alice,
        now=now,
    )

    sender = alice_client.get(at).text
    sent = alice_client.get(at.replace(str(contact.pk), str(referral.contact_id))).text

    assert "Jonas Weber came to you through Marta" in sender
    assert "A thank-you is waiting" in sender
    assert "1 person</a>, €1,850" in " ".join(sender.split())
    assert "You and Jonas began to talk" in sent
    assert "You and Jonas met" in sent
    assert "€1,850 from Jonas" in sent


def test_whoever_was_sent_is_a_press_away_from_how_it_goes(
    alice_client: Client, business: Business, by_alice: Actor
) -> None:
    sent = record_sent_someone(
        business=business, name="Vera Lund", phone="+46701234567", by=by_alice, now=clock.now()
    )
    at = f"/b/{business.slug}/people/{sent.contact_id}/"

    assert f'href="/b/{business.slug}/referrals/{sent.pk}/"' in alice_client.get(at).text


def test_the_page_makes_no_more_queries_for_a_longer_history(
    alice_client: Client,
    at: str,
    contact: Contact,
    by_alice: Actor,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def live(times: int) -> None:
        for number in range(times):
            log_interaction(contact=contact, kind="call", by=by_alice, now=clock.now())
            make_feedback(contact, score=number % 11)

    live(1)
    alice_client.get(at)
    with CaptureQueriesContext(connection) as few:
        alice_client.get(at)
    live(10)

    with django_assert_num_queries(len(few)):
        alice_client.get(at)


def test_a_long_history_has_pages(
    alice_client: Client, at: str, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "PAGE", 2)
    now = clock.now()
    for number in range(4):
        log_interaction(
            contact=contact,
            kind="note",
            text=f"Note {number}",
            by=SYSTEM,
            now=now + timedelta(minutes=number),
        )

    first = alice_client.get(at)
    second = alice_client.get(at, {"before": str(first.context["timeline"].older)})

    assert [line.text for line in first.context["timeline"].lines] == ["Note 3", "Note 2"]
    assert [line.text for line in second.context["timeline"].lines] == ["Note 1", "Note 0"]
    assert alice_client.get(at, {"before": "nonsense"}).status_code == 200


def test_an_event_whose_subject_is_gone_is_left_out(
    alice_client: Client, at: str, contact: Contact, by_alice: Actor
) -> None:
    log_interaction(contact=contact, kind="note", text="Gone", by=by_alice, now=clock.now())
    Interaction.objects.all().delete()

    answer = alice_client.get(at)

    assert answer.status_code == 200
    assert len(answer.context["timeline"].lines) == 1


def test_what_happened_is_kept_in_place(
    alice_client: Client, at: str, contact: Contact, membership: Membership
) -> None:
    answer = alice_client.post(
        at + "interactions/", {"kind": "call", "text": "Wants a new oven."}, follow=True
    )

    assert "Kept: call with Marta." in answer.text
    assert "Wants a new oven." in answer.text
    assert Interaction.objects.get().member_id == membership.pk
    contact.refresh_from_db()
    assert contact.last_touch_on == clock.today(contact.business)


def test_nobody_is_said_to_be_unspoken_to(alice_client: Client, at: str, contact: Contact) -> None:
    people = f"/b/{contact.business.slug}/people/"

    assert not any("spoken yet" in alice_client.get(page).text for page in (at, people))


def test_pressing_twice_keeps_it_once(alice_client: Client, at: str) -> None:
    for _ in range(2):
        alice_client.post(at + "interactions/", {"kind": "call", "text": "Wants a new oven."})

    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "note", "text": " "}, "Please say in a few words what it was."),
        ({"kind": "dance", "text": "x"}, "Please choose what kind of thing happened."),
        ({"kind": "note", "text": "x" * 5001}, "Please keep it under 5,000 characters."),
    ],
)
def test_what_cannot_be_kept_is_said_in_place(
    alice_client: Client, at: str, facts: dict[str, str], sentence: str
) -> None:
    answer = alice_client.post(at + "interactions/", facts)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Interaction.objects.exists()


def test_looking_changes_nothing(alice_client: Client, at: str) -> None:
    events = Event.objects.count()

    assert alice_client.get(at + "interactions/").status_code == 405
    alice_client.get(at)

    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"phone": "070-123 45 67"}, 'href="tel:+46701234567">+46 70 123 45 67'),
        ({"postal_address": "Street 1\nLund"}, "Street 1<br>Lund"),
        ({"note": "<b>loud</b>"}, "&lt;b&gt;loud&lt;/b&gt;"),
        ({"company_name": "Bakery Nord"}, "Bakery Nord"),
        ({"email": ""}, "Neither address nor number yet."),
    ],
)
def test_what_is_known_stands_beside_the_history(
    alice_client: Client, business: Business, facts: dict[str, str], shown: str
) -> None:
    contact = make_contact(**facts)

    assert shown in alice_client.get(f"/b/{business.slug}/people/{contact.pk}/").text
