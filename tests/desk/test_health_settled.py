"""Health: what needs a look is settled there, by those who may change things."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.models import Reaction
from activity.reactions import path_of, table
from businesses import clock
from businesses.models import Business, Membership, User
from desk.health import FOLLOWS
from introductions.services import offer_introduction
from outreach.models import Message
from tests.introductions.factories import JONAS, WORDS, an_advocate
from tests.outreach.factories import a_contact, a_letter
from tests.referrals.factories import a_referral, moved


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/health/"


def _left_in(letter: Message, state: str) -> Message:
    letter.state, letter.in_data_at = state, clock.now()
    letter.save()
    letter.recipients.update(state=state)
    return letter


def _a_letter(business: Business, state: str) -> Message:
    advocate = a_contact(business)
    context = {"sender": "Alice", "first_name": advocate.first_name, "answer_link": ""}
    letter = a_letter(business, advocate, template="thanks_to_advocate", context=context)
    return _left_in(letter, state)


@pytest.fixture
def failed(business: Business) -> Reaction:
    """News that should have followed from a step, and did not."""
    now = clock.now() - timedelta(minutes=2)
    moved(a_referral(an_advocate(business, now), now), "met", now)
    news = Reaction.objects.get(handler__endswith=".tell_advocate_of_progress")
    Reaction.objects.exclude(pk=news.pk).update(state="done", done_at=now)
    news.state, news.attempts, news.last_problem = "failed", 8, "OperationalError"
    news.save()
    return news


@pytest.mark.parametrize(
    ("state", "button", "becomes"),
    [("uncertain", "It arrived", "sent"), ("failed", "Leave it unsent", "cancelled")],
)
def test_a_letter_is_settled_once(
    alice_client: Client, at: str, business: Business, state: str, button: str, becomes: str
) -> None:
    letter = _a_letter(business, state)
    assert f">{button}</button>" in alice_client.get(at).text

    first = alice_client.post(f"{at}letters/{letter.pk}/settle/", follow=True)
    second = alice_client.post(f"{at}letters/{letter.pk}/settle/")

    letter.refresh_from_db()
    assert letter.state == becomes
    assert "All is well" in first.content.decode()
    assert second.status_code == 409


def test_a_lost_letter_to_a_prospect_stays_until_the_advocate_mends_it(
    alice_client: Client, at: str, business: Business
) -> None:
    now = clock.now()
    offer_introduction(
        advocate=an_advocate(business, now), first_name="Jonas", email=JONAS, words=WORDS, now=now
    )
    _left_in(Message.objects.get(), "failed")

    page = alice_client.get(at).text

    assert "Try again" in page
    assert "Leave it unsent" not in page


def test_what_did_not_follow_is_named_and_tried_again(
    alice_client: Client, at: str, failed: Reaction
) -> None:
    page = alice_client.get(at).text
    first = alice_client.post(f"{at}followed/{failed.pk}/retry/")
    second = alice_client.post(f"{at}followed/{failed.pk}/retry/")

    assert "Something did not follow" in page
    assert "The letter that tells what became of an introduction" in page
    assert "tell_advocate" not in page
    assert (first.status_code, second.status_code) == (302, 409)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("waiting", 0)


def test_whatever_may_not_follow_has_a_name() -> None:
    handlers = {path_of(handler) for later in table().later.values() for handler in later}

    assert handlers == set(FOLLOWS)


def test_a_viewer_and_a_stranger_settle_nothing(
    bob_client: Client,
    bob: User,
    charlie_client: Client,
    at: str,
    business: Business,
    failed: Reaction,
) -> None:
    letter = _a_letter(business, "uncertain")
    Membership.objects.filter(user=bob).update(role="viewer")

    for place in (f"{at}letters/{letter.pk}/settle/", f"{at}followed/{failed.pk}/retry/"):
        assert bob_client.post(place).status_code == 403
        assert charlie_client.post(place).status_code == 404

    letter.refresh_from_db()
    failed.refresh_from_db()
    assert (letter.state, failed.state) == ("uncertain", "failed")
