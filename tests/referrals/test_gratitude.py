"""Thanks beyond introductions: kindnesses kept by hand, gifts with their cost, and slips undone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from activity.actors import Actor
from activity.models import Event
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.thanking import change_thanking
from feedback.models import Testimonial
from feedback.services import publish_testimonial, unpublish_testimonial
from introductions.models import Advocate
from outreach.models import Message
from referrals import services
from referrals.models import ThankYou
from tests.contacts.factories import make_contact
from tests.feedback.factories import given

pytestmark = pytest.mark.django_db


def a_kindness(marta: Advocate, by: Actor, now: datetime, note: str = "") -> ThankYou:
    return services.record_kindness(
        contact=marta.contact, reason="helping", note=note, by=by, now=now
    )


def a_gift(
    marta: Advocate, cost: int, by: Actor, now: datetime, because: str = "", note: str = ""
) -> ThankYou:
    owed = a_kindness(marta, by, now, note=note or f"{cost} on {now}")
    return services.give_thanks(
        thank_you=owed, how="gift", gift=services.Gift(cost, because), by=by, now=now
    )


@pytest.mark.parametrize("reason", ["speaking_up", "helping", "review", "story"])
def test_a_kindness_is_owed_from_when_it_is_kept(
    marta: Advocate, by_alice: Actor, now: datetime, reason: str
) -> None:
    owed = services.record_kindness(
        contact=marta.contact, reason=reason, note="At the  fair", by=by_alice, now=now
    )

    assert (owed.reason, owed.note, owed.owed_at) == (reason, "At the fair", now)
    assert list(ThankYou.objects.owed()) == [owed]
    told = Event.objects.get(name="thanks.owed", subject_id=owed.pk)
    assert told.actor_kind == "member"


@pytest.mark.parametrize("reason", ["introduction", "business", "", "kindness"])
def test_what_an_event_tells_is_not_kept_by_hand(
    marta: Advocate, by_alice: Actor, now: datetime, reason: str
) -> None:
    with pytest.raises(services.KindnessUnknown):
        services.record_kindness(contact=marta.contact, reason=reason, by=by_alice, now=now)

    assert not ThankYou.objects.exists()


def test_a_kindness_pressed_twice_is_owed_once(
    marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    first = a_kindness(marta, by_alice, now)

    assert a_kindness(marta, by_alice, now + timedelta(seconds=5)) == first
    assert a_kindness(marta, by_alice, now + timedelta(days=1)) != first


def test_words_that_are_published_are_owed_thanks_once(
    business: Business, by_alice: Actor, now: datetime
) -> None:
    lender = make_contact(name="Ines Duarte", email="ines@x.example")
    words: Testimonial = given(lender)

    publish_testimonial(testimonial=words, by=by_alice, now=now)
    unpublish_testimonial(testimonial=words, by=by_alice, now=now)
    publish_testimonial(testimonial=words, by=by_alice, now=now)

    owed = ThankYou.objects.owed().get()
    assert (owed.reason, owed.advocate.contact) == ("speaking_up", lender)


def test_a_gift_keeps_what_it_cost(marta: Advocate, by_alice: Actor, now: datetime) -> None:
    thanks = a_gift(marta, 1_250, by_alice, now)

    assert (thanks.gift_cost, thanks.gift_currency) == (1_250, "EUR")


def test_gifts_above_the_ceiling_of_the_year_ask_for_a_reason(
    business: Business, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    a_gift(marta, 3_000, by_alice, now)

    with pytest.raises(services.GiftAboveCeiling) as refused:
        a_gift(marta, 2_001, by_alice, now + timedelta(days=1), note="second")

    assert str(refused.value.message) == (
        "With this one, gifts to Marta come to €50.01 this year. You set €50 a person. "
        "Say why it is right this time."
    )
    assert ThankYou.objects.get(note="second").is_due
    kept = a_gift(marta, 2_001, by_alice, now + timedelta(days=1), "Ten years together", "second")
    assert kept.gift_because == "Ten years together"


def test_up_to_the_ceiling_nothing_is_asked(
    marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    a_gift(marta, 3_000, by_alice, now)

    assert a_gift(marta, 2_000, by_alice, now + timedelta(days=1)).gift_because == ""


def test_another_persons_gifts_and_another_years_do_not_count(
    business: Business, marta: Advocate, by_alice: Actor
) -> None:
    other = make_contact(name="Walter Holm", email="w@holm.example")
    owed = services.record_kindness(
        contact=other, reason="review", by=by_alice, now=datetime(2026, 1, 5, tzinfo=UTC)
    )
    gift = services.Gift(5_000)
    services.give_thanks(
        thank_you=owed, how="gift", gift=gift, by=by_alice, now=datetime(2026, 1, 5, tzinfo=UTC)
    )
    # 23:30 in Stockholm on the last of December, and half past midnight on the first of January.
    last, first = (datetime(2025, 12, 31, hour, 30, tzinfo=UTC) for hour in (22, 23))

    a_gift(marta, 5_000, by_alice, last)

    assert a_gift(marta, 5_000, by_alice, first).gift_because == ""
    with pytest.raises(services.GiftAboveCeiling):
        a_gift(marta, 1, by_alice, first + timedelta(days=300))


def test_without_a_ceiling_any_gift_is_kept(
    business: Business, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    change_thanking(business=business, changes={"gift_ceiling": None}, now=now)

    assert a_gift(marta, 900_000, by_alice, now).gift_cost == 900_000


@pytest.mark.parametrize("cost", [-1, 10**12 + 1])
def test_a_cost_that_cannot_be_is_refused(
    marta: Advocate, by_alice: Actor, now: datetime, cost: int
) -> None:
    with pytest.raises(services.GiftCostNotPossible):
        a_gift(marta, cost, by_alice, now, because="Because.")

    assert ThankYou.objects.get().is_due


@pytest.mark.parametrize("how", ["card", "call", "gift", "waived"])
def test_a_slip_is_undone_within_ten_minutes(
    marta: Advocate, by_alice: Actor, now: datetime, how: str
) -> None:
    owed = a_kindness(marta, by_alice, now)
    if how == "waived":
        services.waive_thanks(thank_you=owed, reason="A slip.", by=by_alice, now=now)
    else:
        gift = services.Gift(900) if how == "gift" else None
        services.give_thanks(
            thank_you=owed, how=how, words="Plums", gift=gift, by=by_alice, now=now
        )

    soon = now + settings.UNDO_WINDOW - timedelta(seconds=1)
    undone = services.undo_thanks(thank_you=owed, by=by_alice, now=soon)

    assert (undone.state, undone.owed_at, undone.closed_at) == ("due", now, None)
    assert (undone.how, undone.words, undone.waived_because, undone.gift_cost) == ("", "", "", None)
    with pytest.raises(NotPossibleNow):
        services.undo_thanks(thank_you=owed, by=by_alice, now=soon)


def test_after_ten_minutes_it_stays_as_it_is(
    marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    owed = a_kindness(marta, by_alice, now)
    services.give_thanks(thank_you=owed, how="card", by=by_alice, now=now)

    with pytest.raises(NotPossibleNow):
        services.undo_thanks(thank_you=owed, by=by_alice, now=now + settings.UNDO_WINDOW)


def test_a_letter_that_waits_is_called_back_and_one_that_has_left_is_not(
    marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    for has_left in (False, True):
        owed = a_kindness(marta, by_alice, now, note=str(has_left))
        services.give_thanks(thank_you=owed, how="mail", words="Thanks.", by=by_alice, now=now)
        letters = Message.objects.regarding(owed)
        if has_left:
            letters.update(state="sent", sent_at=now)
            with pytest.raises(services.ThanksHaveLeft):
                services.undo_thanks(thank_you=owed, by=by_alice, now=now)
        else:
            services.undo_thanks(thank_you=owed, by=by_alice, now=now)
            assert [letter.state for letter in letters] == ["cancelled"]
        owed.refresh_from_db()
        assert owed.is_due is not has_left


def test_what_the_advocate_has_answered_is_not_undone(
    marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    owed = a_kindness(marta, by_alice, now)
    services.give_thanks(thank_you=owed, how="mail", words="Thanks.", by=by_alice, now=now)
    services.welcome_thanks(thank_you=owed, now=now)

    with pytest.raises(NotPossibleNow):
        services.undo_thanks(thank_you=owed, by=by_alice, now=now)
