"""What an introduction had earned, when it is taken back and when it stands after all."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from activity.models import Event
from businesses.models import Business
from introductions.models import Advocate, Introduction
from outreach.models import Reminder
from rewards.models import Reward
from rewards.states import RewardState, Trigger
from tests.guests.factories import vouch_page
from tests.introductions.factories import came_by_link, shared
from tests.rewards.factories import a_rule, approved, follow, given, published, the_reward, void

pytestmark = pytest.mark.django_db

MADE = [Trigger.INTRODUCTION, Trigger.TAKING_PART]
Press = Callable[[Introduction, str], None]


@pytest.fixture
def press(alice_client: Client, business: Business) -> Press:
    """A button of the introduction's page."""

    def act(row: Introduction, button: str) -> None:
        answer = alice_client.post(f"/b/{business.slug}/introductions/{row.pk}/{button}/")
        assert answer.status_code == 302, answer.text

    return act


def told(name: str) -> int:
    return Event.objects.filter(name=name).count()


@pytest.mark.parametrize("trigger", MADE)
def test_what_is_taken_back_and_taken_up_again_is_earned_again(
    business: Business, marta: Advocate, now: datetime, press: Press, trigger: str
) -> None:
    published(business, now, a_rule(trigger))
    row = shared(marta, now)
    follow(now)
    approved(the_reward(), now)

    press(row, "withdraw")
    follow(now)
    assert the_reward().state == RewardState.VOID
    press(row, "take-up")
    follow(now)
    follow(now)

    assert the_reward().state == RewardState.EARNED
    assert (told("reward.earned"), told("reward.restored")) == (1, 1)
    assert Reminder.objects.open().filter(kind="reward").count() == 1


@pytest.mark.parametrize("trigger", MADE)
def test_a_worker_that_is_late_finds_it_as_it_is_by_now(
    business: Business, marta: Advocate, now: datetime, press: Press, trigger: str
) -> None:
    published(business, now, a_rule(trigger))
    row = shared(marta, now)
    follow(now)

    press(row, "withdraw")
    press(row, "take-up")
    follow(now)
    assert (the_reward().state, told("reward.voided")) == (RewardState.EARNED, 0)
    press(row, "withdraw")
    follow(now)

    assert the_reward().state == RewardState.VOID


@pytest.mark.parametrize(("act", "end"), [(void, RewardState.VOID), (given, RewardState.GIVEN)])
def test_what_was_called_off_or_given_stays_so(
    business: Business,
    marta: Advocate,
    now: datetime,
    press: Press,
    act: Callable[[Reward, datetime], Reward],
    end: str,
) -> None:
    published(business, now, a_rule(Trigger.INTRODUCTION))
    row = shared(marta, now)
    follow(now)
    act(approved(the_reward(), now), now)

    for button in ("withdraw", "take-up"):
        press(row, button)
        follow(now)

    assert the_reward().state == end


def test_taking_part_is_void_once_no_introduction_stands_and_earned_by_the_next(
    business: Business, marta: Advocate, now: datetime, press: Press
) -> None:
    published(business, now, a_rule(Trigger.TAKING_PART))
    first, second = shared(marta, now), shared(marta, now, first_name="Ida")
    follow(now)

    press(first, "withdraw")
    follow(now)
    assert the_reward().state == RewardState.EARNED
    press(second, "withdraw")
    follow(now)
    assert the_reward().state == RewardState.VOID
    third = shared(marta, now, first_name="Vera")
    follow(now)

    assert (the_reward().state, the_reward().introduction) == (RewardState.EARNED, third)


@pytest.mark.parametrize("trigger", MADE)
def test_a_word_that_is_undone_earns_nothing(
    guest: Client, business: Business, marta: Advocate, now: datetime, trigger: str
) -> None:
    published(business, now, a_rule(trigger))
    page = vouch_page(came_by_link(marta, now))
    yes = {"words": "We run together."}
    guest.post(f"{page}yes/", yes)
    follow(now)
    assert the_reward().state == RewardState.EARNED

    guest.post(f"{page}undo/")
    guest.post(f"{page}no/")
    follow(now)
    assert the_reward().state == RewardState.VOID
    guest.post(f"{page}undo/")
    guest.post(f"{page}yes/", yes)
    follow(now)

    assert the_reward().state == RewardState.EARNED
