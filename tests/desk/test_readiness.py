"""Who is ready to be asked: said in words, on every page by the same rules."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Contact
from contacts.services import change_contact, log_interaction
from feedback.services import record_feedback
from insights.readiness import Readiness, Standing, standing_of
from introductions import services
from introductions.models import Ask, Introduction
from introductions.services import set_limits
from introductions.states import Wants
from outreach.models import Message
from referrals.services import tell_advocate_of_progress
from tests.contacts.factories import make_contact
from tests.introductions.factories import offered, unvouched
from tests.referrals.factories import a_referral, lost, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(name="Elena Rossi", email="elena@rossi.example", circle="close")


def happy(contact: Contact, score: int = 10) -> None:
    record_feedback(contact=contact, score=score, by=SYSTEM, now=clock.now())


def standing(contact: Contact) -> Standing:
    contact.refresh_from_db()
    return standing_of(contact, business=contact.business, now=clock.now())


def reasons(contact: Contact) -> str:
    return " ".join(standing(contact).reasons)


def ask_of(contact: Contact, alice: User, reason: str = "") -> Ask:
    now = clock.now()
    ask = services.draft_ask(contact=contact, wanted="a baker", by=SYSTEM, sender=alice, now=now)
    return services.send_ask(ask=ask, reason=reason, by=SYSTEM, now=now)


def test_a_happy_answer_makes_somebody_ready(elena: Contact) -> None:
    happy(elena)

    assert standing(elena).readiness == Readiness.READY
    assert "Elena was very happy with you this month." in reasons(elena)


def test_with_no_facts_you_decide(elena: Contact) -> None:
    assert standing(elena).readiness == Readiness.YOU_DECIDE
    assert reasons(elena) == "Nothing is known yet of how Elena finds you."


def test_what_the_owner_knows_counts_for_a_year(elena: Contact) -> None:
    now = clock.now()
    change_contact(contact=elena, changes={"happy_on": now.date()}, by=SYSTEM, now=now)

    assert standing(elena).readiness == Readiness.READY
    with clock.at(now + timedelta(days=366)):
        assert standing(elena).readiness == Readiness.YOU_DECIDE


def test_a_complaint_is_put_right_first_whatever_else_is_known(elena: Contact) -> None:
    now = clock.now()
    change_contact(contact=elena, changes={"happy_on": now.date()}, by=SYSTEM, now=now)
    happy(elena, 3)

    assert standing(elena).readiness == Readiness.PUT_RIGHT
    assert reasons(elena).startswith("There is something to put right with Elena first.")


def test_seven_or_eight_is_asked_first_what_would_make_it_better(elena: Contact) -> None:
    happy(elena, 8)

    assert standing(elena).readiness == Readiness.SOON
    assert "Elena was content, not more" in reasons(elena)


def test_whoever_was_asked_rests_and_comes_back_soon(elena: Contact, alice: User) -> None:
    happy(elena)
    services.decline_ask(ask=ask_of(elena, alice), now=clock.now())

    assert standing(elena).readiness == Readiness.REST
    with clock.at(clock.now() + timedelta(weeks=11)):
        assert standing(elena).readiness == Readiness.SOON
    with clock.at(clock.now() + timedelta(weeks=12, hours=1)):
        assert standing(elena).readiness == Readiness.READY


def test_thanks_that_are_owed_come_first(elena: Contact) -> None:
    happy(elena)
    a_referral(services.advocate_for(contact=elena, now=clock.now()), clock.now())

    assert standing(elena).readiness == Readiness.SOON
    assert "Elena waits to be thanked: do that first." in reasons(elena)


def test_they_hear_how_the_last_one_ended_before_they_are_asked_again(elena: Contact) -> None:
    happy(elena)
    now = clock.now()
    referral = a_referral(services.advocate_for(contact=elena, now=now), now - timedelta(days=2))
    moved(referral, "met", now - timedelta(days=1))
    told(now - timedelta(days=1))
    lost(referral, now)

    assert "Elena has not heard how the last introduction ended" in reasons(elena)
    told(now)

    assert "has not heard" not in reasons(elena)


def test_who_would_rather_not_hear_of_it_is_not_waited_for(elena: Contact) -> None:
    happy(elena)
    referral = a_referral(services.advocate_for(contact=elena, now=clock.now()), clock.now())
    lost(referral, clock.now())
    assert "has not heard" in reasons(elena)

    Introduction.objects.update(wants=Wants.NOTHING)

    assert "has not heard" not in reasons(elena)


def test_whoever_has_no_address_has_heard_it_when_you_have_spoken(elena: Contact) -> None:
    happy(elena)
    referral = a_referral(services.advocate_for(contact=elena, now=clock.now()), clock.now())
    lost(referral, clock.now())
    Contact.objects.filter(pk=elena.pk).update(email="", phone="+46701234567")
    elena.refresh_from_db()
    assert "has not heard" in reasons(elena)

    log_interaction(contact=elena, kind="call", by=SYSTEM, now=clock.now())

    assert "has not heard" not in reasons(elena)


def told(now: datetime) -> None:
    """The worker writes what follows from the latest step, and it has left."""
    event = Event.objects.filter(name__in=("referral.moved", "referral.lost")).latest("recorded_at")
    tell_advocate_of_progress(event=event, now=now)
    news = Message.objects.filter(kind="progress_to_advocate", state="scheduled")
    assert news.update(state="sent", sent_at=now) == 1


def test_an_introduction_under_way_is_waited_for(elena: Contact) -> None:
    happy(elena)
    offered(services.advocate_for(contact=elena, now=clock.now()), clock.now())

    assert standing(elena).readiness == Readiness.SOON
    assert "still under way" in reasons(elena)


def test_who_came_by_their_link_and_was_not_confirmed_is_no_introduction(elena: Contact) -> None:
    happy(elena)
    unvouched(services.advocate_for(contact=elena, now=clock.now()), clock.now())

    assert standing(elena).readiness == Readiness.READY


def test_after_half_a_year_of_silence_a_friend_hears_something_else_first(elena: Contact) -> None:
    now = clock.now()
    happy(elena)
    log_interaction(
        contact=elena, kind="call", occurred_at=now - timedelta(days=200), by=SYSTEM, now=now
    )

    assert standing(elena).readiness == Readiness.SOON
    assert "be in touch first" in reasons(elena)


def test_whoever_set_limits_rests_until_then(elena: Contact) -> None:
    happy(elena)
    now = clock.now()
    set_limits(
        advocate=services.advocate_for(contact=elena, now=now),
        weeks_between_asks=None,
        only_about="Bakers",
        not_before=(now + timedelta(days=90)).date(),
        now=now,
    )

    assert standing(elena).readiness == Readiness.REST
    assert "does not want to be asked before" in reasons(elena)


def test_the_page_of_a_person_says_so_and_keeps_that_they_are_happy(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    at = f"/b/{business.slug}/people/{elena.pk}/"
    assert "you decide" in alice_client.get(at).text

    told = alice_client.post(f"{at}happy/", follow=True).text

    assert "You know that Elena is happy, since" in told
    taken_back = alice_client.post(f"{at}happy/", {"undo": "1"}, follow=True).text
    assert "you decide" in taken_back


def test_a_viewer_says_of_nobody_that_they_are_happy(
    business: Business, elena: Contact, bob: User, bob_client: Client
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    at = f"/b/{business.slug}/people/{elena.pk}/happy/"

    assert bob_client.post(at).status_code == 403


def test_the_list_has_everybody_near_in_groups_and_no_number_about_a_friend(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    happy(elena)
    make_contact(name="Olle Ek", email="olle@ek.example", circle="inner")
    make_contact(name="Far Away", email="far@away.example", circle="wider")

    page = alice_client.get(f"/b/{business.slug}/asks/ready/").text

    assert page.index("Elena Rossi") < page.index("Olle Ek")
    assert "Far Away" not in page
    assert "10 of 10" not in page


def test_the_list_costs_the_same_for_many(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    at = f"/b/{business.slug}/asks/ready/"
    alice_client.get(at)
    with CaptureQueriesContext(connection) as few:
        alice_client.get(at)
    for number in range(6):
        happy(make_contact(name=f"Friend {number}", email=f"f{number}@x.example", circle="inner"))

    with CaptureQueriesContext(connection) as many:
        alice_client.get(at)

    assert len(many) == len(few)


def test_while_asking_pauses_today_says_why_and_proposes_nobody(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    happy(elena)
    at = f"/b/{business.slug}/"
    assert "Ask Elena" in alice_client.get(at).text
    for number in range(3):
        person = make_contact(name=f"Unhappy {number}", email=f"u{number}@x.example")
        happy(person, 2)

    page = alice_client.get(at).text

    assert "Asking pauses: three people wait for something to be put right." in page
    assert "Ask Elena" not in page


def test_the_composer_says_why_not_and_takes_a_reason(
    alice_client: Client, business: Business, elena: Contact, by_alice: Actor
) -> None:
    happy(elena, 2)
    at = f"/b/{business.slug}/asks/new/?contact={elena.pk}"
    assert "Why you ask all the same" in alice_client.get(at).text

    refused = alice_client.post(at, {"wanted": "a baker", "note": "Hello"})
    sent = alice_client.post(at, {"wanted": "a baker", "note": "Hello", "reason": "She offered"})

    assert refused.status_code == 409
    assert "put right with Elena first" in refused.text
    ask = Ask.objects.get()
    assert (ask.state, ask.override_reason) == ("sent", "She offered")
    assert "She offered" in alice_client.get(sent.headers["Location"]).text
    assert "You asked Elena all the same" in (
        alice_client.get(f"/b/{business.slug}/people/{elena.pk}/").text
    )


def test_kinds_of_people_are_shown_and_ticked_before_an_ask_goes(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    set_limits(
        advocate=services.advocate_for(contact=elena, now=clock.now()),
        weeks_between_asks=None,
        only_about="Bakers",
        not_before=None,
        now=clock.now(),
    )
    at = f"/b/{business.slug}/asks/new/?contact={elena.pk}"
    words = {"wanted": "a baker", "note": "Hello"}
    assert "Bakers" in alice_client.get(at).text

    refused = alice_client.post(at, words)
    outdated = alice_client.post(at, {**words, "fits": "on", "kinds": "Potters"})
    alice_client.post(at, {**words, "fits": "on", "kinds": "Bakers"})

    assert (refused.status_code, outdated.status_code) == (409, 409)
    assert Ask.objects.get().state == "sent"


def test_an_ask_to_be_kept_is_no_more_than_a_draft(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    at = f"/b/{business.slug}/asks/new/?contact={elena.pk}"

    alice_client.post(at, {"wanted": "a baker", "note": "Hello", "keep": "1"})

    assert Ask.objects.get().state == "draft"
    assert not Message.objects.exists()
