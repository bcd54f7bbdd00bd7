"""What an advocate's page says of an introduction and what letters told: the same at each step."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business
from introductions.models import Advocate
from outreach.models import Message
from referrals import services
from referrals.models import Referral
from tests.guests.factories import own_page, prospect_page
from tests.introductions.factories import offered
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db

# By step: what the page says, and a part of what the letter says.
STEPS = {
    "talking": ("They are talking.", "we are talking"),
    "met": ("They have met.", "we have met"),
    "proposed": ("They have met, and there is a proposal.", "there is a proposal"),
    "not_now": ("It is not the right time just now.", "not the right time just now"),
    "won": ("They work together now.", "we are now working together"),
    "lost": ("It did not lead to more this time.", "Nothing came of it this time"),
}


def to(referral: Referral, step: str, now: datetime) -> Referral:
    if step == "won":
        return won(referral, now)
    return lost(referral, now) if step == "lost" else moved(referral, step, now)


@pytest.mark.parametrize("hears", ["outcome", "met", "nothing"])
@pytest.mark.parametrize("step", list(STEPS))
def test_a_step_is_told_by_letter_where_the_page_tells_it(
    guest: Client, marta: Advocate, now: datetime, step: str, hears: str
) -> None:
    referral = a_referral(marta, now)
    introduction = referral.introduction
    assert introduction is not None
    introduction.advocate_hears = hears
    introduction.save()
    to(referral, step, now)
    event = Event.objects.filter(subject_label="referral").order_by("-id")[0]

    services.tell_advocate_of_progress(event=event, now=now)

    on_page, in_letter = STEPS[step]
    news = Message.objects.filter(kind__in=["progress_to_advocate", "step_to_advocate"])
    told = [" ".join(letter.text.split()) for letter in news]
    assert (on_page in guest.get(own_page(marta)).text) is bool(told)
    assert all(in_letter in text for text in told)


def test_what_it_came_to_stands_on_the_page_only_where_it_is_shown(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    business.values_shown_since = now - timedelta(days=1)
    business.save()
    referral = won(a_referral(marta, now), now)
    services.record_closed_business(
        contact=referral.contact,
        referral=referral,
        amount=15_000,
        currency="EUR",
        on=now.date(),
        by=SYSTEM,
        now=now + timedelta(hours=1),
    )

    page = own_page(marta)
    assert "They work together now. It came to €2,000 so far." in guest.get(page).text
    business.values_shown_since = None
    business.save()
    assert "€" not in guest.get(page).text


def test_the_prospect_reads_before_the_yes_that_it_may_be_told(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    page = prospect_page(offered(marta, now))
    told = "Marta may read what it came to"
    assert told not in guest.get(page).text

    business.values_shown_since = now
    business.save()

    assert told in guest.get(page).text
    guest.post(f"{page}yes/")
    assert "That you met, how it went and what it came to" in guest.get(page).text
