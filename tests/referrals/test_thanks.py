"""Gratitude: owed once for each cause, given one way, or waived with a reason."""

from datetime import datetime, timedelta

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import Business
from introductions.models import Advocate
from introductions.services import AddressSuppressed, NoAddress
from outreach.models import Message
from outreach.services import suppress_address
from referrals import services
from referrals.models import Referral, ThankYou
from tests.introductions.factories import a_contact
from tests.referrals.factories import a_referral, lost, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(referral: Referral) -> ThankYou:
    return ThankYou.objects.owed().get()


def test_thanks_by_letter_carry_the_owners_words(
    owed: ThankYou, by_alice: Actor, now: datetime
) -> None:
    thanks = services.give_thanks(
        thank_you=owed, how="mail", words="Dear Marta,\nyou are kind.", by=by_alice, now=now
    )

    letter = Message.objects.get(kind="thanks_to_advocate")
    assert (thanks.state, thanks.how, thanks.closed_at) == ("given", "mail", now)
    assert "you are kind." in letter.text
    assert letter.text.split("--")[0].count("{link:") == 1  # To say "My pleasure".
    assert letter.headers["Reply-To"] == "alice@lindqvist.example"
    given = Event.objects.get(name="thanks.given")
    assert given in Event.objects.about(owed.advocate.contact)
    assert given.payload == {"how": "mail"}


@pytest.mark.parametrize("how", ["card", "call", "gift", "public"])
def test_other_thanks_are_kept_and_send_nothing(
    owed: ThankYou, by_alice: Actor, now: datetime, how: str
) -> None:
    before = Message.objects.count()

    thanks = services.give_thanks(thank_you=owed, how=how, by=by_alice, now=now)

    assert (thanks.how, Message.objects.count()) == (how, before)


def test_nobody_is_thanked_twice_for_the_same(
    owed: ThankYou, by_alice: Actor, now: datetime
) -> None:
    services.give_thanks(thank_you=owed, how="card", by=by_alice, now=now)

    with pytest.raises(services.AlreadyThanked):
        services.give_thanks(thank_you=owed, how="card", by=by_alice, now=now)
    with pytest.raises(services.AlreadyThanked):
        services.waive_thanks(thank_you=owed, reason="Told her.", by=by_alice, now=now)


def test_waiving_has_a_reason(owed: ThankYou, by_alice: Actor, now: datetime) -> None:
    with pytest.raises(services.ReasonNeeded):
        services.waive_thanks(thank_you=owed, reason="  ", by=by_alice, now=now)

    thanks = services.waive_thanks(thank_you=owed, reason="My sister.", by=by_alice, now=now)

    assert (thanks.state, thanks.waived_because) == ("waived", "My sister.")
    assert not ThankYou.objects.owed().exists()


def test_a_letter_needs_words_and_an_address(
    business: Business, owed: ThankYou, by_alice: Actor, now: datetime
) -> None:
    with pytest.raises(services.ThanksNeedWords):
        services.give_thanks(thank_you=owed, how="mail", by=by_alice, now=now)
    olle = a_contact(business, now, name="Olle Ek", email="")
    services.record_sent_someone(business=business, name="Ida", sender=olle, by=by_alice, now=now)
    to_olle = ThankYou.objects.get(advocate__contact=olle)
    with pytest.raises(NoAddress, match="A card or a call will do"):
        services.give_thanks(thank_you=to_olle, how="mail", words="Hi.", by=by_alice, now=now)
    suppress_address(
        business=business, address=owed.advocate.contact.email, why="never", by=SYSTEM, now=now
    )
    with pytest.raises(AddressSuppressed):
        services.give_thanks(thank_you=owed, how="mail", words="Hi.", by=by_alice, now=now)

    assert ThankYou.objects.owed().count() == 2


def test_one_cause_owes_one_thank_you(referral: Referral, marta: Advocate, now: datetime) -> None:
    cause = Event.objects.get(name="introduction.shook_hands")

    again = services.owe_thanks(advocate=marta, reason="introduction", cause=cause, now=now)  # type: ignore[arg-type]

    assert again == ThankYou.objects.get()


def test_what_is_lost_and_won_later_is_thanked_for_the_win(
    referral: Referral, now: datetime
) -> None:
    lost(referral, now)
    services.reopen_referral(referral=referral, by=SYSTEM, now=now)

    won(referral, now)

    assert ThankYou.objects.filter(reason="business").count() == 1


def test_the_longest_debt_comes_first_in_one_query(
    business: Business, marta: Advocate, now: datetime, django_assert_num_queries: object
) -> None:
    for day in (0, 2, 1):
        a_referral(marta, now + timedelta(days=day), email=f"p{day}@x.example")

    with django_assert_num_queries(1):  # type: ignore[operator]
        owed = [
            (each.owed_at, each.advocate.contact, each.sent_person)
            for each in ThankYou.objects.owed()
        ]

    assert [each[0] for each in owed] == sorted(each[0] for each in owed)
    assert len(owed) == 3
