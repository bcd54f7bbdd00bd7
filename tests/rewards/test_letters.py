"""Whoever is given something reads what it is in a letter, unless the owner told them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses.models import Business
from contacts.models import Contact
from contacts.services import leave_in_peace
from contacts.states import Rest
from introductions.models import Advocate
from outreach.catalogue_of_rewards import REWARD
from outreach.models import Message
from outreach.sending import send_due_letters
from outreach.states import MessageState
from rewards.models import Reward
from rewards.services import add_codes
from rewards.states import ForWhom, What
from tests.outreach.smtp import Accepted, SmtpServer
from tests.referrals.factories import won
from tests.rewards.factories import a_rule, approved, follow, published, shook_hands, the_reward

pytestmark = pytest.mark.django_db

Give = Callable[..., str]


@pytest.fixture
def give(alice_client: Client, business: Business, now: datetime) -> Give:
    """Approved and given on the page; what the page says then."""

    def press(reward: Reward, **told: str) -> str:
        approved(reward, now)
        at = f"/b/{business.slug}/rewards/{reward.pk}/give/"
        answer = alice_client.post(at, told, follow=True)
        assert answer.status_code == 200, answer.text
        return " ".join(answer.text.split())

    return press


def letters() -> list[Message]:
    return list(Message.objects.filter(kind=REWARD).order_by("id"))


def test_a_code_comes_by_letter_in_plain_words_and_without_a_link_that_acts(
    give: Give, business: Business, marta: Advocate, now: datetime, smtp: SmtpServer
) -> None:
    published(business, now, a_rule(what=What.CODE))
    add_codes(business=business, codes=["SPRING-1"], by=SYSTEM, now=now)
    shook_hands(marta, now)

    page = give(the_reward())
    send_due_letters()

    assert "A letter tells Marta" in page
    taken = letter_of(smtp, "Something for you, Marta")
    text = " ".join(taken.part("plain").split())
    assert taken.recipients == (marta.contact.email,)
    assert "this is for you: a discount code for €20." in text
    assert "Your code is SPRING-1. It is yours alone" in text
    assert "Nothing is asked of you in return." in text


def letter_of(smtp: SmtpServer, subject: str) -> Accepted:
    [taken] = [one for one in smtp.accepted if one.letter["Subject"] == subject]
    return taken


def test_of_a_share_the_letter_says_what_it_came_to(
    give: Give, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule("won", amount=0, percent=10))
    won(shook_hands(marta, now), now, amount=92_000)
    follow(now)

    give(the_reward())

    [letter] = letters()
    assert "this is for you: €92 of credit." in letter.text
    assert "code" not in letter.text


def test_whoever_was_introduced_gets_a_letter_of_their_own(
    give: Give, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.PROSPECT))
    referral = shook_hands(marta, now)

    give(the_reward())

    [letter] = letters()
    assert letter.recipients.get().contact == referral.contact


def test_told_by_themselves_no_letter_leaves(
    give: Give, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)

    page = give(the_reward(), told="on")

    assert not letters()
    assert "A letter tells" not in page


def test_who_is_left_in_peace_gets_none_and_the_owner_reads_so(
    give: Give, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    leave_in_peace(contact=marta.contact, why=Rest.LEAVE_ME_BE, by=SYSTEM, now=now)

    page = give(the_reward())

    assert [one.state for one in letters()] == [MessageState.SUPPRESSED]
    assert "No letter leaves, since Marta gets no mail." in page


def test_without_an_address_the_page_says_who_tells_them(
    alice_client: Client, give: Give, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    Contact.objects.filter(pk=marta.contact_id).update(email="")
    approved(the_reward(), now)

    page = alice_client.get(f"/b/{business.slug}/rewards/{the_reward().pk}/")

    assert "There is no address to write to: please tell Marta yourself." in page.text
    alice_client.post(f"/b/{business.slug}/rewards/{the_reward().pk}/give/")
    assert the_reward().state == "given"
    assert not letters()
