"""Both sides have said yes: one letter, a contact, a referral, thanks owed."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from activity.models import Event
from businesses.models import Business
from businesses.moves import NotPossibleNow
from contacts.models import Contact
from contacts.states import Source
from introductions import services
from introductions.models import Advocate
from introductions.states import IntroductionState
from outreach.models import Message, Reminder
from referrals.models import Credit, Referral, ThankYou
from tests.introductions.factories import JONAS, a_contact, accepted, an_advocate, shaken, shared

pytestmark = pytest.mark.django_db


def test_the_handshake_waits_for_the_window(marta: Advocate, now: datetime) -> None:
    introduction = accepted(marta, now)

    with pytest.raises(services.NotYet):
        services.complete_handshake(introduction=introduction, now=now + timedelta(minutes=9))
    introduction = services.complete_handshake(
        introduction=introduction, now=now + settings.UNDO_WINDOW
    )

    assert introduction.state == IntroductionState.HANDSHAKE


def test_the_prospect_becomes_a_contact_and_the_columns_are_unsealed(
    marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)

    contact = introduction.contact
    assert contact is not None
    assert (contact.name, contact.email, contact.source) == ("Jonas", JONAS, Source.SENT)
    assert contact.met_through == marta.contact
    assert (introduction.prospect_email, introduction.prospect_phone) == ("", "")
    shook = Event.objects.get(name="introduction.shook_hands")
    assert shook in Event.objects.about(contact)
    assert shook in Event.objects.about(marta.contact)


def test_one_letter_goes_to_all_three_and_reply_all_works(marta: Advocate, now: datetime) -> None:
    introduction = services.add_to_answer(
        introduction=accepted(marta, now),
        sentence="I make furniture.",
        reach_by="Mornings are best.",
        now=now,
    )

    services.send_handshake_now(introduction=introduction, now=now)

    letter = Message.objects.get(kind="handshake_to_everyone")
    addresses = [recipient.address for recipient in letter.recipients.order_by("position")]
    assert addresses == ["alice@lindqvist.example", JONAS, "marta@oliveira.example"]
    assert letter.headers["Reply-To"] == "alice@lindqvist.example"
    assert letter.answers_recipient
    for words in ("Alice has kept our books", "I make furniture.", "Mornings are best.", JONAS):
        assert words in letter.text
        assert words in letter.html


def test_the_referral_the_thanks_and_the_follow_up_come_with_it(
    marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)

    referral = Referral.objects.get()
    assert (referral.introduction, referral.state) == (introduction, "introduced")
    assert (Credit.objects.get().advocate, Credit.objects.get().share) == (marta, 100)
    thanks = ThankYou.objects.owed().get()
    assert (thanks.advocate, thanks.reason, thanks.owed_at) == (marta, "introduction", now)
    reminder = Reminder.objects.get()
    assert (reminder.kind, str(reminder.due_on)) == ("follow_up", "2026-05-06")


def test_a_second_press_shakes_no_second_hand(marta: Advocate, now: datetime) -> None:
    introduction = shaken(marta, now)

    with pytest.raises(NotPossibleNow):
        services.send_handshake_now(introduction=introduction, now=now)

    assert Referral.objects.count() == ThankYou.objects.count() == 1


def test_somebody_who_is_known_is_not_made_twice(
    business: Business, marta: Advocate, now: datetime
) -> None:
    known = a_contact(business, now, name="Jonas Weber", email=JONAS.upper())

    introduction = shaken(marta, now)

    assert introduction.contact == known
    known.refresh_from_db()
    assert (known.name, known.source) == ("Jonas Weber", Source.SENT)


def test_with_only_a_number_the_owner_is_asked_to_ring(marta: Advocate, now: datetime) -> None:
    introduction = services.accept_introduction(
        introduction=shared(marta, now), phone="070-123 45 67", now=now
    )

    services.send_handshake_now(introduction=introduction, now=now)

    letter = Message.objects.get(kind="handshake_to_everyone")
    assert letter.recipients.count() == 2
    assert "Alice will ring" in letter.text.replace("{firm:owner}", "Alice")
    ring = Reminder.objects.get(text__startswith="Ring Jonas")
    assert str(ring.due_on) == "2026-05-04"


def test_the_letter_uses_what_came_with_the_yes_and_not_what_else_is_known(
    business: Business, marta: Advocate, now: datetime
) -> None:
    a_contact(business, now, name="Jonas Weber", email=JONAS, phone="070-123 45 67")
    a_contact(business, now, name="Anna Weber", email="anna@weber.example", phone="070-765 43 21")

    shaken(marta, now)
    services.send_handshake_now(
        introduction=services.accept_introduction(
            introduction=shared(marta, now, "Anna"), phone="070-765 43 21", now=now
        ),
        now=now,
    )

    by_mail, by_number = Message.objects.filter(kind="handshake_to_everyone").order_by("id")
    assert JONAS in by_mail.text
    assert "1234567" not in by_mail.text + by_mail.html
    assert "anna@weber.example" not in by_number.text + by_number.html
    assert by_number.recipients.count() == 2
    assert Reminder.objects.filter(text__startswith="Ring Anna").count() == 1


def test_of_two_advocates_the_first_handshake_leads_and_both_are_thanked(
    business: Business, marta: Advocate, now: datetime
) -> None:
    tomas = an_advocate(business, now, name="Tomás", email="tomas@example.org")
    shaken(marta, now)

    second = shaken(tomas, now + timedelta(hours=1))

    assert second.contact == Contact.objects.get(email=JONAS)
    assert Referral.objects.count() == 1
    assert Credit.objects.get().advocate == marta
    assert {thanks.advocate for thanks in ThankYou.objects.owed()} == {marta, tomas}
