"""Of more than a page shows each can be reached, and headings count them all."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from uuid_utils.compat import uuid7

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Advocate
from referrals.models import Referral, ThankYou
from rewards.models import Reward, RewardFlag
from tests.introductions.factories import a_contact, an_advocate
from tests.rewards.factories import a_rule, published, shook_hands

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def marta(business: Business) -> Advocate:
    return an_advocate(business, clock.now())


def referrals(contact: Contact, count: int, **facts: str) -> None:
    now = clock.now()
    # Several of one moment: pages go on by id as well.
    Referral.objects.bulk_create(
        Referral(
            business=contact.business,
            contact=contact,
            moved_at=now,
            created_at=now - timedelta(days=nth // 3),
            **facts,
        )
        for nth in range(count)
    )


def turned(client: Client, at: str, what: str, mark: str) -> Iterator[list[str]]:
    """The ids of each page, as long as there is a further one."""
    query = ""
    while True:
        page = client.get(f"{at.split('?')[0]}{query}" if query else at).text
        yield list(dict.fromkeys(re.findall(rf"/{what}/([0-9a-f-]{{36}})/", page)))
        more = re.search(rf'href="(\?[^"]*{mark}=[^"]*)" rel="next"', page)
        if more is None:
            return
        query = more.group(1).replace("&amp;", "&")


def test_the_heading_counts_all_and_a_step_is_read_to_its_end(
    alice_client: Client, business: Business, desk: str
) -> None:
    jonas = a_contact(business, clock.now(), "Jonas Falk")
    referrals(jonas, 35, state="talking")
    referrals(jonas, 210, state="lost", lost_reason="price")

    text = alice_client.get(f"{desk}introductions/").text
    board = alice_client.get(f"{desk}introductions/board/").text
    pages = list(turned(alice_client, f"{desk}introductions/?step=lost", "referrals", "before"))

    assert "35 are under way" in text
    for page in (text, board):
        assert '<span class="badge">35</span>' in page
    assert [len(page) for page in pages] == [100, 100, 10]
    assert len({key for page in pages for key in page}) == 210


def thanks(advocate: Advocate, count: int, **facts: Any) -> None:
    now = clock.now()
    ThankYou.objects.bulk_create(
        ThankYou(
            business_id=advocate.business_id,
            advocate=advocate,
            reason="review",
            cause_id=UUID(int=nth),
            owed_at=now - timedelta(days=nth // 3),
            created_at=now,
            **facts,
        )
        for nth in range(count)
    )


@pytest.mark.parametrize(
    ("facts", "mark", "sizes"),
    [
        ({"state": "given", "how": "call", "closed_at": clock.now()}, "before", [30, 15]),
        ({}, "after", [45]),
    ],
)
def test_thanks_are_read_to_their_end(
    alice_client: Client,
    desk: str,
    marta: Advocate,
    facts: dict[str, Any],
    mark: str,
    sizes: list[int],
) -> None:
    thanks(marta, 45, **facts)

    pages = list(turned(alice_client, f"{desk}thank-yous/", "thank-yous", mark))

    assert [len(page) for page in pages] == sizes
    assert len({key for page in pages for key in page}) == 45


def test_who_waits_to_be_thanked_is_counted_beyond_the_page(
    alice_client: Client, business: Business, desk: str, marta: Advocate
) -> None:
    walter = an_advocate(business, clock.now(), name="Walter Holm", email="walter@holm.example")
    thanks(marta, 105)
    thanks(walter, 1)
    ThankYou.objects.filter(advocate=walter).update(owed_at=clock.now() + timedelta(seconds=1))

    page = alice_client.get(f"{desk}thank-yous/").text

    assert "Two people are waiting to be thanked" in page
    assert 'Owed <span class="badge thanks">106</span>' in page
    pages = list(turned(alice_client, f"{desk}thank-yous/", "thank-yous", "after"))
    assert [len(page) for page in pages] == [100, 6]


def test_rewards_and_what_is_worth_a_look_are_read_to_their_end(
    alice_client: Client, business: Business, desk: str, marta: Advocate
) -> None:
    now = clock.now()
    published(business, now, a_rule("handshake"))
    shook_hands(marta, now, "jonas@mailinator.com")
    reward, flag = Reward.objects.get(), RewardFlag.objects.get()
    reward.state, reward.closed_at, reward.void_because = "void", now, "A slip"
    for nth in range(55):
        reward.pk, reward.cause_id = uuid7(), UUID(int=nth)
        reward.save(force_insert=True)
    for nth in range(22):
        jonas = a_contact(business, now, f"Jonas {nth}", f"jonas{nth}@x.example")
        flag.pk, flag.referral = (
            uuid7(),
            Referral.objects.create(
                business=business, contact=jonas, state="talking", moved_at=now, created_at=now
            ),
        )
        flag.save(force_insert=True)

    page = alice_client.get(f"{desk}rewards/").text
    settled = list(turned(alice_client, f"{desk}rewards/", "rewards", "before"))

    assert "1 reward to see to" in page
    assert 'Worth a look first <span class="badge">23</span>' in page
    assert "flags=" in page
    assert len({key for one in settled for key in one}) == 56
    assert [len(one) for one in settled] == [51, 6]
