"""The advocate hears what became of it, as far as the prospect allows and the business shows."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from activity.actors import SYSTEM, Actor
from activity.models import Event, Reaction
from businesses.models import Business
from introductions.models import Advocate
from outreach.models import Message
from referrals import services
from referrals.models import Referral
from tests.introductions.factories import a_contact
from tests.referrals.factories import lost, moved, won

pytestmark = pytest.mark.django_db


def tell(now: datetime) -> None:
    """What the worker does later with every event that was recorded."""
    for name in ("referral.moved", "referral.won", "referral.lost"):
        for event in Event.objects.filter(name=name).order_by("id"):
            services.tell_advocate_of_progress(event=event, now=now)


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="progress_to_advocate").order_by("created_at", "id"))


def test_the_worker_is_asked_to_tell_it(referral: Referral, now: datetime) -> None:
    moved(referral, "met", now)

    handler = "referrals.services.progress.tell_advocate_of_progress"
    assert Reaction.objects.filter(event__name="referral.moved", handler=handler).exists()


def test_the_advocate_hears_that_they_met_and_how_it_ended(
    referral: Referral, now: datetime
) -> None:
    moved(referral, "met", now)
    won(referral, now)

    tell(now)
    tell(now)

    subjects = {letter.subject for letter in letters()}
    assert subjects == {"Jonas and I have met", "Jonas has become a customer"}
    assert len(letters()) == 2
    assert {letter.due_at for letter in letters()} == {now + settings.UNDO_WINDOW}
    assert all("1,850" not in letter.text and "185" not in letter.text for letter in letters())


@pytest.mark.parametrize(("hears", "count"), [("outcome", 2), ("met", 1), ("nothing", 0)])
def test_the_prospect_says_what_may_be_heard(
    referral: Referral, now: datetime, hears: str, count: int
) -> None:
    assert referral.introduction is not None
    referral.introduction.advocate_hears = hears
    referral.introduction.save()

    moved(referral, "met", now)
    lost(referral, now)
    tell(now)

    assert len(letters()) == count


def steps_told() -> list[str]:
    """The subjects of all news that is to leave."""
    news = Message.objects.filter(kind__in=["progress_to_advocate", "step_to_advocate"])
    return [letter.subject for letter in news.exclude(state="cancelled").order_by("id")]


def tell_of_last(now: datetime) -> None:
    """What the worker does with the newest event of the referral."""
    event = Event.objects.filter(subject_label="referral").order_by("-id")[0]
    services.tell_advocate_of_progress(event=event, now=now)


@pytest.mark.parametrize(
    ("step", "subject"),
    [
        ("talking", "Jonas and I are talking"),
        ("met", "Jonas and I have met"),
        ("proposed", "Jonas has my proposal"),
        ("not_now", "What became of your introduction to Jonas"),
    ],
)
@pytest.mark.parametrize("wants", ["steps", "end", "nothing"])
def test_each_step_is_told_to_whoever_would_like_to_hear_it(
    referral: Referral, now: datetime, step: str, subject: str, wants: str
) -> None:
    assert referral.introduction is not None
    referral.introduction.wants = wants
    referral.introduction.save()

    moved(referral, step, now)
    tell(now)

    told = wants == "steps" or (wants == "end" and step == "not_now")
    assert steps_told() == ([subject] if told else [])


def test_a_step_that_the_next_one_overtakes_is_not_told(referral: Referral, now: datetime) -> None:
    for step in ("talking", "proposed"):
        moved(referral, step, now)
        tell_of_last(now)
    won(referral, now)
    tell_of_last(now)

    assert steps_told() == ["Jonas has become a customer"]


def test_a_step_put_right_backwards_is_no_news(referral: Referral, now: datetime) -> None:
    moved(referral, "proposed", now)
    moved(referral, "talking", now)

    tell_of_last(now)

    assert steps_told() == []


def test_that_it_is_talked_about_again_is_told(referral: Referral, now: datetime) -> None:
    lost(referral, now)
    tell_of_last(now)
    services.reopen_referral(referral=referral, by=SYSTEM, now=now)
    handler = "referrals.services.progress.tell_advocate_of_progress"
    assert Reaction.objects.filter(event__name="referral.reopened", handler=handler).exists()

    tell_of_last(now)

    assert steps_told() == ["Jonas and I are talking"]


@pytest.mark.parametrize(("days", "is_told"), [(1, False), (-1, True)])
def test_what_it_came_to_is_told_where_it_was_shown_before_the_yes(
    business: Business, referral: Referral, now: datetime, days: int, is_told: bool
) -> None:
    business.values_shown_since = now + timedelta(days=days)
    business.save()
    won(referral, now)

    tell(now)

    [letter] = letters()
    assert ("It came to €1,850 so far." in letter.text) is is_told
    assert ("€1,850" in letter.html) is is_told


@pytest.mark.parametrize(
    ("fact", "value"), [("advocate_hears", "met"), ("advocate_hears", "nothing"), ("via", "link")]
)
def test_what_it_came_to_stays_here_where_they_would_not_have_it_told(
    business: Business, referral: Referral, now: datetime, fact: str, value: str
) -> None:
    business.values_shown_since = now - timedelta(days=1)
    business.save()
    assert referral.introduction is not None
    setattr(referral.introduction, fact, value)
    referral.introduction.save()
    won(referral, now)

    tell(now)

    assert all("1,850" not in letter.text for letter in letters())
    assert services.worths_of([referral.introduction], business) == {}


def test_reopening_takes_news_back_that_has_not_left(referral: Referral, now: datetime) -> None:
    lost(referral, now)
    tell(now)

    services.reopen_referral(referral=referral, by=SYSTEM, now=now)

    assert [letter.state for letter in letters()] == ["cancelled"]


def test_news_that_is_no_longer_true_is_not_told(referral: Referral, now: datetime) -> None:
    moved(referral, "met", now)
    moved(referral, "talking", now)
    lost(referral, now)
    services.reopen_referral(referral=referral, by=SYSTEM, now=now)

    tell(now)

    assert letters() == []


def test_without_an_introduction_nobody_was_asked_so_nothing_is_told(
    business: Business, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    sent = services.record_sent_someone(
        business=business, name="Ida", sender=marta.contact, by=by_alice, now=now
    )

    won(sent, now)
    tell(now)

    assert letters() == []


def test_an_advocate_without_an_address_is_passed_over(
    business: Business, referral: Referral, now: datetime
) -> None:
    olle = a_contact(business, now, name="Olle", email="")
    credit = referral.credits.get()
    credit.advocate.contact = olle
    credit.advocate.save()

    won(referral, now)
    tell(now)

    assert letters() == []
