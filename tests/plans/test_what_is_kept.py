"""What the prospect would rather not have told stands in no words that are drafted either."""

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses.models import Business
from introductions.models import Advocate, Introduction
from introductions.services import accept_introduction, add_to_answer, send_handshake_now
from outreach.models import Cadence, Enrolment, StepTaken
from referrals.models import Referral, ThankYou
from referrals.services import record_sent_someone, split_credit
from tests.introductions.factories import an_advocate, offered, shaken
from tests.plans.conftest import Calendar
from tests.plans.test_yearly import the_letter
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db

OUTCOME = "now we work together"


def who_lets_hear(hears: str, advocate: Advocate, calendar: Calendar) -> Referral:
    """Jonas, who chose after the yes what Marta may hear."""
    introduction = offered(advocate, calendar.now)
    accept_introduction(introduction=introduction, now=calendar.now)
    add_to_answer(introduction=introduction, advocate_hears=hears, now=calendar.now)
    send_handshake_now(introduction=introduction, now=calendar.now)
    return Referral.objects.get(introduction=introduction)


@pytest.mark.parametrize("hears", ["met", "nothing"])
def test_the_yearly_letter_counts_nothing_that_is_kept(
    business: Business, advocate: Advocate, calendar: Calendar, hears: str
) -> None:
    advocate.contact.circle = "inner"
    advocate.contact.save()
    won(who_lets_hear(hears, advocate, calendar), calendar.now)
    won(a_referral(advocate, calendar.now, "bo@shoebox.example"), calendar.now)

    letter = the_letter(business, calendar)

    says = "brought two people and me together, and with one of them we work today."
    assert f"Since then you have {says}" in letter.words


@pytest.mark.parametrize("hears", ["met", "nothing"])
def test_the_plan_for_business_drafts_no_thanks_that_tell_what_is_kept(
    business: Business,
    advocate: Advocate,
    calendar: Calendar,
    alice_client: Client,
    hears: str,
) -> None:
    won(who_lets_hear(hears, advocate, calendar), calendar.now)

    calendar.days(5)

    plan = Cadence.objects.get(key="thank_win")
    assert not StepTaken.objects.filter(enrolment__cadence=plan).exists()
    [on_it] = Enrolment.objects.filter(cadence=plan)
    assert on_it.reason == "They would rather not have it told."
    assert on_it.reason in alice_client.get(f"/b/{business.slug}/settings/plans/{plan.pk}/").text
    assert ThankYou.objects.get(reason="business").is_due


@pytest.mark.parametrize(("to_walter", "tells"), [("outcome", {"Walter"}), ("nothing", set[str]())])
def test_each_reads_in_their_thanks_what_may_be_told_to_them(
    business: Business,
    advocate: Advocate,
    calendar: Calendar,
    alice_client: Client,
    to_walter: str,
    tells: set[str],
) -> None:
    referral = who_lets_hear("nothing", advocate, calendar)
    walter = an_advocate(business, calendar.now, name="Walter Holm", email="walter@holm.example")
    rosa = an_advocate(business, calendar.now, name="Rosa Nilsson", email="rosa@nilsson.example")
    shaken(walter, calendar.now)
    Introduction.objects.filter(advocate=walter).update(advocate_hears=to_walter)
    # Of Rosa Jonas was never asked.
    shares = {advocate.pk: 40, walter.pk: 40, rosa.pk: 20}
    split_credit(referral=referral, shares=shares, by=SYSTEM, now=calendar.now)
    won(referral, calendar.now)

    pages = {
        one.advocate.contact.first_name: alice_client.get(
            f"/b/{business.slug}/thank-yous/{one.pk}/?how=mail"
        ).text
        for one in ThankYou.objects.filter(reason="business")
    }

    assert pages.keys() == {"Marta", "Walter", "Rosa"}
    assert {name for name, page in pages.items() if OUTCOME in page} == tells
    assert {name for name, page in pages.items() if "does not hear how it ended" in page} == (
        pages.keys() - tells
    )


def test_whoever_came_without_a_letter_kept_nothing_back(
    business: Business, advocate: Advocate, calendar: Calendar, alice_client: Client
) -> None:
    referral = record_sent_someone(
        business=business, name="Ida Ek", sender=advocate.contact, by=SYSTEM, now=calendar.now
    )
    won(referral, calendar.now)

    calendar.days(5)

    [draft] = StepTaken.objects.filter(enrolment__cadence__key="thank_win")
    assert "Ida and we are working together now" in draft.words
    thanks = ThankYou.objects.get(reason="business")
    page = alice_client.get(f"/b/{business.slug}/thank-yous/{thanks.pk}/?how=mail").text
    assert OUTCOME in page
