"""Two who introduced the same person: the first leads, the credit can be shared, both hear."""

from datetime import datetime

import pytest
from django.conf import settings

from activity.actors import Actor
from activity.models import Event, Reaction
from businesses.models import Business
from introductions.models import Advocate, Introduction
from introductions.services import advocate_for
from introductions.states import Hears
from outreach.models import Message
from referrals import services
from referrals.models import Credit, Referral, ThankYou
from tests.introductions.factories import an_advocate, shaken
from tests.referrals.factories import moved, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def walter(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now, name="Walter Holm", email="walter@holm.example")


def tell(now: datetime) -> None:
    """What the worker does later with every event that was recorded."""
    for event in Event.objects.filter(name__startswith="referral.").order_by("id"):
        if event.name in ("referral.credit_split", "referral.introduced_again"):
            services.tell_other_advocate(event=event, now=now)
        elif event.name == "referral.moved":
            services.tell_advocate_of_progress(event=event, now=now)


def told(kind: str = "also_introduced_to_advocate") -> list[str]:
    letters = Message.objects.filter(kind=kind).order_by("created_at", "id")
    return [letter.recipients.get().address for letter in letters]


def shares() -> dict[str, int]:
    rows = Credit.objects.order_by("created_at", "id").select_related("advocate__contact")
    return {row.advocate.contact.first_name: row.share for row in rows}


def test_the_first_handshake_leads_and_the_other_is_told_kindly(
    referral: Referral, walter: Advocate, now: datetime
) -> None:
    shaken(walter, now)
    tell(now)
    tell(now)

    assert shares() == {"Marta": 100}
    assert Referral.objects.count() == 1
    assert told() == ["walter@holm.example"]
    letter = Message.objects.get(kind="also_introduced_to_advocate")
    assert letter.subject == "You introduced Jonas and me, too"
    assert "Marta" not in letter.text
    assert letter.due_at == now + settings.UNDO_WINDOW
    handler = "referrals.services.credits.tell_other_advocate"
    assert Reaction.objects.filter(
        event__name="referral.introduced_again", handler=handler
    ).exists()


def test_whoever_the_prospect_wants_told_nothing_is_not_written_to(
    referral: Referral, walter: Advocate, now: datetime
) -> None:
    shaken(walter, now)
    Introduction.objects.filter(advocate=walter).update(advocate_hears=Hears.NOTHING)

    tell(now)

    assert told() == []


def test_the_credit_is_shared_and_each_hears_what_comes_of_it(
    referral: Referral, marta: Advocate, walter: Advocate, by_alice: Actor, now: datetime
) -> None:
    shaken(walter, now)

    for _ in range(2):
        services.split_credit(
            referral=referral, shares={marta.pk: 60, walter.pk: 40}, by=by_alice, now=now
        )
    moved(referral, "met", now)
    tell(now)

    assert shares() == {"Marta": 60, "Walter": 40}
    assert Event.objects.filter(name="referral.credit_split").count() == 1
    assert told() == ["walter@holm.example"]
    assert sorted(told("progress_to_advocate")) == ["marta@oliveira.example", "walter@holm.example"]


def test_whoever_is_credited_later_is_owed_the_same_thanks_and_none_twice(
    referral: Referral, marta: Advocate, walter: Advocate, by_alice: Actor, now: datetime
) -> None:
    won(referral, now)

    for part in (50, 30):
        services.split_credit(
            referral=referral,
            shares={marta.pk: 100 - part, walter.pk: part},
            by=by_alice,
            now=now,
        )

    owed = ThankYou.objects.due().filter(advocate=walter).values_list("reason", flat=True)
    assert sorted(owed) == ["business", "introduction"]
    assert told() == [], "the prospect never said what Walter may hear"


def test_the_whole_can_go_to_another(
    referral: Referral, walter: Advocate, by_alice: Actor, now: datetime
) -> None:
    services.split_credit(referral=referral, shares={walter.pk: 100}, by=by_alice, now=now)

    assert shares() == {"Walter": 100}


@pytest.mark.parametrize(("first", "second"), [(60, 30), (60, 50), (100, 0), (101, -1), (0, 0)])
def test_shares_come_to_the_whole(
    referral: Referral,
    marta: Advocate,
    walter: Advocate,
    by_alice: Actor,
    now: datetime,
    first: int,
    second: int,
) -> None:
    with pytest.raises(services.SharesNotWhole):
        services.split_credit(
            referral=referral, shares={marta.pk: first, walter.pk: second}, by=by_alice, now=now
        )

    assert shares() == {"Marta": 100}


def test_nobody_is_credited_with_having_sent_themself(
    referral: Referral, by_alice: Actor, now: datetime
) -> None:
    themself = advocate_for(contact=referral.contact, now=now)

    with pytest.raises(services.CreditsThemself):
        services.split_credit(referral=referral, shares={themself.pk: 100}, by=by_alice, now=now)
