"""*Someone was sent to me*: one screen, and everything that follows from it."""

from datetime import datetime, timedelta

import pytest

from activity.actors import Actor
from businesses.models import Business
from contacts.models import Contact
from contacts.names import NameNeeded
from contacts.states import Source
from introductions.models import Advocate
from outreach.models import Message
from referrals import services
from referrals.models import Credit, Referral, ThankYou
from tests.introductions.factories import a_contact
from tests.referrals.factories import won

pytestmark = pytest.mark.django_db


@pytest.fixture
def olle(business: Business, now: datetime) -> Contact:
    return a_contact(business, now, name="Olle Ek", email="", phone="+46701112233")


def test_it_keeps_the_contact_the_credit_the_referral_and_the_debt(
    business: Business, olle: Contact, by_alice: Actor, now: datetime
) -> None:
    referral = services.record_sent_someone(
        business=business, name="Ida Lund", phone="070-765 43 21", sender=olle, by=by_alice, now=now
    )

    contact = referral.contact
    assert (contact.name, contact.phone, contact.source) == ("Ida Lund", "+46707654321", "sent")
    assert contact.met_through == olle
    assert (referral.state, referral.introduction) == ("talking", None)
    assert Credit.objects.get().advocate.contact == olle
    thanks = ThankYou.objects.owed().get()
    assert (thanks.advocate.contact, thanks.sent_person) == (olle, contact)
    assert not Message.objects.exists()


def test_a_sender_who_is_new_needs_only_a_name(
    business: Business, by_alice: Actor, now: datetime
) -> None:
    services.record_sent_someone(
        business=business, name="Ida Lund", sender_name="Pelle Krok", by=by_alice, now=now
    )

    sender = Credit.objects.get().advocate.contact
    assert (sender.name, sender.email, sender.source) == ("Pelle Krok", "", Source.UNKNOWN)
    assert ThankYou.objects.owed().count() == 1


def test_without_a_sender_there_is_neither_credit_nor_debt(
    business: Business, by_alice: Actor, now: datetime
) -> None:
    referral = services.record_sent_someone(
        business=business, name="Ida Lund", email="ida@example.org", by=by_alice, now=now
    )

    assert referral.contact.source == Source.SENT
    assert not Credit.objects.exists()
    assert not ThankYou.objects.exists()


def test_somebody_who_is_known_is_the_same_person(
    business: Business, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    known = a_contact(business, now, name="Ida Lund", email="ida@example.org")

    referral = services.record_sent_someone(
        business=business,
        name="Ida",
        email="IDA@example.org",
        sender=marta.contact,
        by=by_alice,
        now=now,
    )

    known.refresh_from_db()
    assert (referral.contact, known.name, known.source) == (known, "Ida Lund", Source.SENT)


@pytest.mark.parametrize("facts", [{"email": "ida@example.org"}, {"phone": "0707654321"}, {}])
def test_pressing_twice_records_one(
    business: Business, by_alice: Actor, now: datetime, facts: dict[str, str]
) -> None:
    for seconds in (0, 1):
        services.record_sent_someone(
            business=business,
            name="Ida Lund",
            sender_name="Pelle Krok",
            by=by_alice,
            now=now + timedelta(seconds=seconds),
            **facts,  # type: ignore[arg-type]
        )

    assert Contact.objects.count() == 2
    assert Referral.objects.count() == Credit.objects.count() == ThankYou.objects.count() == 1


def test_the_first_bind_wins(
    business: Business, marta: Advocate, olle: Contact, by_alice: Actor, now: datetime
) -> None:
    for sender in (marta.contact, olle):
        services.record_sent_someone(
            business=business,
            name="Ida Lund",
            email="ida@example.org",
            sender=sender,
            by=by_alice,
            now=now,
        )

    assert Credit.objects.get().advocate == marta


def test_a_customer_who_comes_back_by_another_way_is_a_new_referral(
    business: Business, referral: Referral, olle: Contact, by_alice: Actor, now: datetime
) -> None:
    won(referral, now)

    again = services.record_sent_someone(
        business=business,
        name="Jonas",
        email=referral.contact.email,
        sender=olle,
        by=by_alice,
        now=now,
    )

    assert again != referral
    assert again.contact == referral.contact


def test_nobody_sends_themself(
    business: Business, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    with pytest.raises(services.SentThemself):
        services.record_sent_someone(
            business=business,
            name="Marta",
            email=marta.contact.email,
            sender=marta.contact,
            by=by_alice,
            now=now,
        )


def test_a_name_is_needed(business: Business, by_alice: Actor, now: datetime) -> None:
    with pytest.raises(NameNeeded):
        services.record_sent_someone(
            business=business, name=" ", phone="0707654321", by=by_alice, now=now
        )
