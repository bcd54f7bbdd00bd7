"""The ledger of thanks on the desk: kindnesses, gifts, the wall, slips, and their settings."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, User
from introductions.models import Advocate
from outreach.models import Link, LinkPurpose, Message
from referrals.models import ThankYou
from referrals.services import give_thanks, record_kindness
from rewards.models import Reward
from rewards.services import add_codes
from tests.introductions.factories import an_advocate
from tests.rewards.factories import a_rule, approved, given, published, shook_hands

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def owed(marta: Advocate, by_alice: Actor, now: datetime) -> ThankYou:
    return record_kindness(contact=marta.contact, reason="helping", by=by_alice, now=now)


@pytest.fixture
def at(desk: str, owed: ThankYou) -> str:
    return f"{desk}thank-yous/{owed.pk}/"


def test_a_kindness_is_kept_from_the_persons_page_and_leads_to_thanking(
    alice_client: Client, desk: str, marta: Advocate
) -> None:
    person = alice_client.get(f"{desk}people/{marta.contact_id}/").text
    place = f"{desk}people/{marta.contact_id}/kindness/"
    assert f'href="{place}"' in person
    assert "Helped another customer" in alice_client.get(place).text

    answer = alice_client.post(place, {"deed": "story", "note": "In our window"})

    owed = ThankYou.objects.get()
    assert answer["Location"] == f"{desk}thank-yous/{owed.pk}/"
    page = alice_client.get(answer["Location"]).text
    assert "let you tell their story" in page
    assert "In our window" in page
    assert "thank you for letting us tell your story" in page
    assert "let you tell their story." in alice_client.get(desk).text


@pytest.mark.parametrize(
    ("deed", "did", "words"),
    [
        ("helping", "helped another customer of yours", "thank you for helping another customer"),
        ("review", "wrote a review of you", "thank you for the review you wrote"),
        ("speaking_up", "spoke up for you", "thank you for speaking up for us"),
    ],
)
def test_each_kindness_is_owed_thanks_in_its_own_words(
    alice_client: Client, desk: str, marta: Advocate, deed: str, did: str, words: str
) -> None:
    place = f"{desk}people/{marta.contact_id}/kindness/"

    page = alice_client.post(place, {"deed": deed, "note": "On Monday"}, follow=True).text

    assert ThankYou.objects.get().reason == deed
    assert did in page
    assert words in page
    assert f"{did}." in alice_client.get(desk).text


def test_without_saying_what_they_did_nothing_is_kept(
    alice_client: Client, desk: str, marta: Advocate
) -> None:
    answer = alice_client.post(f"{desk}people/{marta.contact_id}/kindness/", {"note": "x"})

    assert answer.status_code == 422
    assert "Choose what they did." in answer.text
    assert not ThankYou.objects.exists()


def test_a_gift_above_the_ceiling_asks_why_and_keeps_what_was_typed(
    alice_client: Client, at: str, owed: ThankYou
) -> None:
    facts = {"how": "gift", "words": "A bicycle bell", "gift_cost": "62,50"}

    asked = alice_client.post(f"{at}give/", facts)

    assert asked.status_code == 422
    assert "You set €50 a person. Say why it is right this time." in asked.text
    assert "A bicycle bell" in asked.text
    assert 'value="62,50"' in asked.text
    answer = alice_client.post(f"{at}give/", {**facts, "gift_because": "Ten years"}, follow=True)
    assert answer.status_code == 200
    owed.refresh_from_db()
    assert (owed.gift_cost, owed.gift_because) == (6_250, "Ten years")
    assert "It cost €62.50: Ten years." in alice_client.get(at).text


def test_what_gifts_have_cost_this_year_stands_beside(
    alice_client: Client, desk: str, at: str, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    alice_client.post(f"{at}give/", {"how": "gift", "gift_cost": "12"})
    again = record_kindness(contact=marta.contact, reason="review", by=by_alice, now=now)

    page = alice_client.get(f"{desk}thank-yous/{again.pk}/?how=gift").text

    assert "Gifts to Marta this year: €12 of €50." in page


def test_what_was_given_as_a_reward_this_year_stands_beside_a_gift_too(
    alice_client: Client,
    desk: str,
    at: str,
    business: Business,
    marta: Advocate,
    by_alice: Actor,
    now: datetime,
) -> None:
    alice_client.post(f"{at}give/", {"how": "gift", "gift_cost": "12"})
    cake = a_rule(what="gift", words="a cake", amount=1_800)
    published(business, now, cake, a_rule(what="code", amount=9_900))
    shook_hands(marta, now, "ida@x.example", "Ida")
    add_codes(business=business, codes=["ONE"], by=by_alice, now=now)
    owed = record_kindness(contact=marta.contact, reason="review", by=by_alice, now=now)
    gift_form = f"{desk}thank-yous/{owed.pk}/?how=gift"
    assert "With the rewards" not in alice_client.get(gift_form).text

    for reward in Reward.objects.all():
        given(approved(reward, now), now)

    page = alice_client.get(gift_form).text
    says = "Gifts to Marta this year: €12 of €50. With the rewards Marta was given: €30."
    assert says in page


@pytest.mark.parametrize("cost", ["a lot", "-5", "1.2.3.4"])
def test_a_cost_that_is_none_is_said_and_nothing_is_given(
    alice_client: Client, at: str, owed: ThankYou, cost: str
) -> None:
    answer = alice_client.post(f"{at}give/", {"how": "gift", "gift_cost": cost})

    assert answer.status_code == 422
    owed.refresh_from_db()
    assert owed.is_due


def test_a_slip_is_undone_on_its_page_while_nothing_has_left(
    alice_client: Client, at: str, owed: ThankYou
) -> None:
    alice_client.post(f"{at}give/", {"how": "card"})
    assert "Undo</button>" in alice_client.get(at).text

    answer = alice_client.post(f"{at}undo/", follow=True)

    assert "It is owed again." in answer.text
    owed.refresh_from_db()
    assert owed.is_due
    assert alice_client.post(f"{at}undo/").status_code == 409


def test_once_the_letter_has_left_there_is_nothing_to_undo(
    alice_client: Client, at: str, owed: ThankYou, now: datetime
) -> None:
    alice_client.post(f"{at}give/", {"how": "mail", "words": "Thank you, Marta."})
    Message.objects.regarding(owed).update(state="sent", sent_at=now)

    assert "Undo</button>" not in alice_client.get(at).text
    refused = alice_client.post(f"{at}undo/")

    assert refused.status_code == 409
    assert "The letter has left" in refused.text


def test_after_ten_minutes_there_is_nothing_to_undo(
    alice_client: Client, at: str, owed: ThankYou, by_alice: Actor, now: datetime
) -> None:
    give_thanks(thank_you=owed, how="card", by=by_alice, now=now - timedelta(minutes=11))

    assert "Undo</button>" not in alice_client.get(at).text
    assert alice_client.post(f"{at}undo/").status_code == 409


def test_thanks_in_public_are_asked_for_first(
    alice_client: Client, at: str, owed: ThankYou, business: Business
) -> None:
    page = alice_client.get(f"{at}?how=public").text
    assert "Nothing is public without a yes." in page
    words = {"public_words": "Thank you, Marta.", "shown_as": "initials"}

    answer = alice_client.post(f"{at}public/", words, follow=True)

    assert "Marta is asked." in answer.text
    letter = Message.objects.get(kind="public_thanks_to_advocate")
    assert "M. O." in letter.text
    assert Link.objects.filter(purpose=LinkPurpose.THANKS, subject_id=owed.pk).exists()
    owed.refresh_from_db()
    assert owed.is_due
    assert alice_client.get(f"/t/{business.slug}/thanks/").status_code == 404


def test_the_question_is_taken_back_with_its_letter(
    alice_client: Client, at: str, owed: ThankYou
) -> None:
    alice_client.post(f"{at}public/", {"public_words": "Thank you.", "shown_as": "name"})

    for _ in range(2):
        assert alice_client.post(f"{at}take-down/").status_code == 302

    owed.refresh_from_db()
    assert (owed.public_state, owed.public_words) == ("", "")
    assert Message.objects.get(kind="public_thanks_to_advocate").state == "cancelled"


def test_the_list_says_how_soon_and_since_when(
    alice_client: Client, desk: str, marta: Advocate, by_alice: Actor, now: datetime
) -> None:
    for days in (1, 2, 30):
        before = now - timedelta(days=40)
        one = record_kindness(
            contact=marta.contact, reason="review", note=str(days), by=by_alice, now=before
        )
        given_at = before + timedelta(days=days)
        give_thanks(thank_you=one, how="call", by=by_alice, now=given_at)
    record_kindness(contact=marta.contact, reason="story", by=by_alice, now=now - timedelta(days=3))

    text = " ".join(alice_client.get(f"{desk}thank-yous/").text.split())

    assert "Half of those you thanked within the year waited 2 days or less." in text
    assert "The oldest is waiting 3 days." in text


def test_the_ceiling_is_set_and_read_back(
    alice_client: Client, desk: str, business: Business
) -> None:
    place = f"{desk}settings/thanking/"
    assert 'value="50"' in alice_client.get(place).text

    alice_client.post(place, {"gift_ceiling": "35.50", "shows_values": "on"})

    business.refresh_from_db()
    assert (business.gift_ceiling, business.shows_values) == (3_550, True)
    assert "€35.50" in alice_client.get(f"{desk}settings/").text
    alice_client.post(place, {"gift_ceiling": ""})
    business.refresh_from_db()
    assert (business.gift_ceiling, business.shows_values) == (None, False)
    assert alice_client.post(place, {"gift_ceiling": "-3"}).status_code == 422


def test_only_who_manages_sets_it(bob_client: Client, bob: User, desk: str) -> None:
    Membership.objects.filter(user=bob).update(role="member")

    assert bob_client.post(f"{desk}settings/thanking/", {"gift_ceiling": "1"}).status_code == 403


def test_a_viewer_changes_nothing_of_it(
    bob_client: Client, bob: User, desk: str, at: str, marta: Advocate, owed: ThankYou
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")
    words = {"public_words": "Thank you.", "shown_as": "name"}

    for place, facts in (
        (f"{at}undo/", {}),
        (f"{at}public/", words),
        (f"{at}take-down/", {}),
        (f"{desk}people/{marta.contact_id}/kindness/", {"deed": "story"}),
    ):
        assert bob_client.post(place, facts).status_code == 403
    assert ThankYou.objects.get() == owed
