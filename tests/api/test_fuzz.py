"""Whatever is sent: no answer is our own mistake, and each is one that the document describes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from pytest_django import DjangoDbBlocker

from activity.actors import SYSTEM
from activity.models import Event
from api.urls import router
from businesses import clock
from businesses.keys import make_api_key
from businesses.models import Business, Scope, User
from businesses.services import open_business
from businesses.tenancy import acting_for
from contacts.models import Contact
from giving import services as giving
from introductions import services as introductions
from introductions.states import Giver
from outreach.models import Message
from referrals import services as referrals
from referrals.services import change_money, record_kindness, waive_thanks
from rewards import services as rewards
from rewards.models import Reward
from rewards.rules import Rule
from tests.api.fuzzing import Fuzzer
from tests.desk.factories import a_letter_that_failed
from tests.giving.factories import asked as asked_both
from tests.giving.factories import drafted, elena, jonas, shaken
from tests.guards.worlds import a_world, rows_of
from tests.introductions.factories import a_contact, an_advocate, shared, unvouched
from tests.referrals.factories import a_referral, lost
from tests.thorough import THOROUGH

RESOURCES = [
    "/api/v1/",
    "/api/v1/business",
    "/api/v1/letters",
    "/api/v1/paths",
    "/api/v1/reciprocity",
    "/api/v1/review-links",
    *(f"/api/v1/{prefix}" for prefix, _, _ in router.registry),
]
EDGES, EXAMPLES = (48, 60) if THOROUGH else (10, 5)


@pytest.fixture(scope="module")
def fuzzer(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Fuzzer]:
    """With a key to a business that has one of everything; all of it is gone afterwards."""
    with django_db_blocker.unblock(), _connections_kept(), transaction.atomic():
        owner = User.objects.create_user("alice@lindqvist.example", name="Alice Lindqvist")
        business = _opened(owner)
        _, secret = make_api_key(
            business=business, name="Shop", scope=Scope.ADMIN, made_by=owner, now=clock.now()
        )
        yield Fuzzer(secret, rows_of(business))
        transaction.set_rollback(True)


@contextmanager
def _connections_kept() -> Iterator[None]:
    """A request by WSGI would close the connection, and the transaction with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _two(business: Business, now: datetime, name: str) -> tuple[Contact, Contact]:
    first, second = (
        make(business, now, f"{name}@{make.__name__}.example") for make in (jonas, elena)
    )
    return first, second


def _opened(owner: User) -> Business:
    now = clock.now()
    business = open_business(
        user=owner,
        tagline="Bookkeeping for small workshops",
        timezone="Europe/Stockholm",
        country="SE",
        currency="EUR",
        locale="en_GB",
        now=now,
    )
    business.name = "Lindqvist Bookkeeping"
    business.postal_address = "Harbour Street 1, 222 22 Lund, Sweden"
    business.confirmed_at = now
    business.save()
    a_world(business, owner, "Sparrow", now - timedelta(days=400))
    with acting_for(business):
        change_money(business=business, changes={"other_currencies": ["SEK"]}, by=SYSTEM, now=now)
        # What some verbs need: a draft, open referrals, and one to be taken up again.
        advocate = an_advocate(business, now)
        introductions.draft_ask(
            contact=advocate.contact, wanted="small workshops", by=SYSTEM, sender=owner, now=now
        )
        asked = an_advocate(business, now, name="Asked", email="asked@friends.example")
        ask = introductions.draft_ask(
            contact=asked.contact, wanted="small workshops", by=SYSTEM, sender=owner, now=now
        )
        introductions.send_ask(ask=ask, by=SYSTEM, now=now)
        Message.objects.regarding(ask).update(state="sent", sent_at=now)
        introductions.make_share_link(advocate=advocate, now=now)
        for name in ("by", "came"):
            unvouched(advocate, now, f"{name}@prospects.example")
        for number in range(3):
            introductions.go_on_unvouched(
                introduction=unvouched(advocate, now, f"on{number}@prospects.example"),
                by=SYSTEM,
                now=now,
            )
        # Among so many letters some that may be sent again.
        for number in range(8):
            lost_to = a_contact(business, now, f"Lost {number}", f"lost{number}@x.example")
            a_letter_that_failed(lost_to, now)
        for name in ("one", "two"):
            a_referral(advocate, now, f"{name}@prospects.example")
        lost(a_referral(advocate, now, "three@prospects.example"), now)
        _rewarded(business, now)
        for number in range(2):
            pair = _two(business, now, f"{number}")
            for one, other in product(pair, (advocate.contact, asked.contact)):
                drafted(one, other, owner, now)
            asked_both(*pair, owner, now)
            for name in ("met", "again"):
                shaken(asked_both(*_two(business, now, f"{name}{number}"), owner, now), now)
            giving.withdraw_given(
                given=asked_both(*_two(business, now, f"back{number}"), owner, now),
                by=SYSTEM,
                now=now + timedelta(hours=2),
            )
        for number in range(6):
            # Waived a moment ago: that can be undone.
            kind = a_contact(business, now, f"Kind {number}", f"kind{number}@x.example")
            owed = record_kindness(contact=kind, reason="helping", by=SYSTEM, now=now)
            waive_thanks(thank_you=owed, reason="A slip.", by=SYSTEM, now=now)
        for number in range(6):
            person = a_contact(business, now, f"Back {number}", f"back{number}@x.example")
            ask = introductions.draft_ask(
                contact=person, wanted="small workshops", by=SYSTEM, sender=owner, now=now
            )
            # Taken back, and to be taken up again as long as these tests run.
            if number % 2:
                introductions.withdraw_ask(ask=ask, by=SYSTEM, now=now + timedelta(hours=2))
            offer = shared(asked, now, f"Back {number}")
            if number % 2:
                introductions.take_back_introduction(
                    introduction=offer, by=SYSTEM, now=now + timedelta(hours=2)
                )
    return business


def _rewarded(business: Business, now: datetime) -> None:
    """Rewards to approve, to give and to call off, and flags to settle."""
    rewards.publish_terms(
        business=business,
        rules=[Rule("handshake", "both", "gift", words="coffee", amount=1_000)],
        by=SYSTEM,
        now=now,
    )
    for number in range(8):
        sender = a_contact(business, now, f"Sender {number}", f"sender{number}@x.example")
        domain = "mailinator.com" if number % 2 else "x.example"
        sent = referrals.record_sent_someone(
            business=business,
            name=f"Earner {number}",
            email=f"earner{number}@{domain}",
            sender=sender,
            told_of_terms=True,
            by=SYSTEM,
            now=now,
        )
        opened = Event.objects.get(name="referral.opened", subject_id=sent.pk)
        rewards.earn_by_arrival(event=opened, now=now)
    for number in range(6):
        # Of these whoever came was not told, and is yet to hear of it.
        referrals.record_sent_someone(
            business=business,
            name=f"Untold {number}",
            sender_name=f"Teller {number}",
            told=[Giver.ADVOCATE],
            by=SYSTEM,
            now=now,
        )
    for reward in Reward.objects.filter(state="earned", contact__name__startswith="Sender")[:8:2]:
        if not rewards.doubts_about(reward).open().exists():
            rewards.approve_reward(reward=reward, by=SYSTEM, now=now)
    rewards.publish_terms(business=business, rules=[], by=SYSTEM, now=now)


@pytest.mark.parametrize("within", RESOURCES)
def test_every_answer_is_one_that_is_described(fuzzer: Fuzzer, within: str) -> None:
    operations = fuzzer.operations(within)
    assert operations

    for operation in operations:
        seen = fuzzer.try_out(operation, edges=EDGES, examples=EXAMPLES)

        assert any(status < 300 for status in seen), f"{operation.label} never worked: {seen}"
