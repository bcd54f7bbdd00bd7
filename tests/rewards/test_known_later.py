"""What becomes known after the yes is looked at before anything is given, and asked about once."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM
from activity.models import Event
from businesses.models import Business, User
from contacts.merging import merge_contacts
from contacts.models import Contact
from contacts.services import add_contact
from introductions import tasks
from introductions.models import Advocate
from introductions.services import advocate_for
from referrals.models import Referral
from rewards.models import Reward, RewardFlag
from rewards.services import look_again
from rewards.states import RewardState, Trigger
from tests.api.client import ApiClient, with_a_key
from tests.introductions.factories import a_contact
from tests.referrals.factories import moved, won
from tests.rewards.factories import (
    a_rule,
    approved,
    follow,
    follow_since,
    given,
    published,
    shook_hands,
    the_reward,
)
from tests.rewards.test_doubts import kinds, reads, said_yes

pytestmark = pytest.mark.django_db

NUMBER = "+46701112233"
HOME = "Harbour Street 9\n222 22 Lund"
JONAS = "jonas@x.example"


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


def change(api: ApiClient, contact: UUID, now: datetime, **changes: Any) -> None:
    """By the API; and a worker comes to it."""
    last = Event.objects.latest("id").pk
    answer = api.patch(f"/contacts/{contact}", changes)
    assert answer.status_code == 200, answer.content
    follow_since(last, now)


def settled(api: ApiClient, now: datetime, *, is_fine: bool, **which: Any) -> None:
    last = Event.objects.latest("id").pk
    for flag in RewardFlag.objects.filter(settled_at=None, **which):
        found = {"is_fine": is_fine, "words": "Seen."}
        assert api.post(f"/reward-flags/{flag.pk}/settle", found).status_code == 200
    follow_since(last, now)


def test_what_becomes_known_later_is_looked_at_before_it_is_given(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.WON, for_whom="both"))
    referral = shook_hands(marta, now, JONAS)
    won(referral, now)
    follow(now)
    first, second = Reward.objects.order_by("id")
    approved(first, now)

    for who in (marta.contact_id, referral.contact_id):
        change(api, who, now, phone=NUMBER, postal_address=HOME)

    assert kinds() == {"same_phone", "same_household"}
    early = [
        api.post(f"/rewards/{first.pk}/give").json(),
        api.post(f"/rewards/{second.pk}/approve").json(),
    ]
    assert [one["code"] for one in early] == ["look_first", "look_first"]


@pytest.mark.parametrize("step", ["met", "won"])
def test_what_was_written_before_anything_was_earned_is_looked_at_with_the_step(
    api: ApiClient, business: Business, marta: Advocate, now: datetime, step: str
) -> None:
    published(business, now, a_rule(Trigger.MET))
    referral = shook_hands(marta, now, JONAS)
    for who in (marta.contact_id, referral.contact_id):
        change(api, who, now, phone=NUMBER)
    assert not kinds()
    last = Event.objects.latest("id").pk

    if step == "met":
        moved(referral, "met", now)
    else:
        won(referral, now)
    follow_since(last, now)

    assert kinds() == {"same_phone"}
    early = api.post(f"/rewards/{the_reward().pk}/approve")
    assert early.json()["code"] == "look_first"


def test_a_sale_of_years_ago_that_is_entered_later_is_looked_at(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    referral = shook_hands(marta, now, JONAS)
    last = Event.objects.latest("id").pk

    sale = {
        "contact_id": str(referral.contact_id),
        "referral_id": None,
        "amount": 50_000,
        "currency": "EUR",
        "closed_on": "2020-03-01",
    }
    assert api.post("/closed-business", sale).status_code == 201
    follow_since(last, now)

    assert RewardFlag.objects.get().evidence == {"since": "2020-03-01"}


def test_what_they_buy_by_the_introduction_makes_nobody_known_before(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.WON))

    won(shook_hands(marta, now, JONAS), now)
    follow(now + timedelta(days=3))

    assert not kinds()


def test_who_paid_before_they_were_introduced_is_known_though_they_had_come_earlier(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    came = {"name": "Jonas Berg", "email": JONAS}
    assert api.post("/referrals", came).status_code == 201
    published(business, now, a_rule())
    contact = Contact.objects.get(name="Jonas Berg")
    Contact.objects.filter(pk=contact.pk).update(customer_since=now.date() + timedelta(days=2))

    shook_hands(marta, now + timedelta(days=5), JONAS)

    assert Referral.objects.count() == 1
    assert kinds() == {"known"}


def test_the_mailbox_of_who_introduced_them_is_asked_about_when_it_is_written_down(
    guest: Client,
    alice_client: Client,
    desk: str,
    api: ApiClient,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule())
    row = said_yes(guest, marta, now)
    tasks.shake_hands(now=now + settings.UNDO_WINDOW)
    follow(now)
    row.refresh_from_db()
    assert row.contact is not None

    change(api, row.contact.pk, now, email=marta.contact.email.replace("@", "+me@"))

    assert "Ida has the same mailbox as Marta Oliveira." in reads(alice_client, desk, the_reward())
    assert the_reward().state == RewardState.EARNED


def test_what_was_known_of_another_entry_is_looked_at_when_the_two_become_one(
    business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    referral = shook_hands(marta, now, JONAS)
    other = add_contact(
        business=business,
        name="Jonas Berg",
        customer_since=date(2024, 3, 1),
        by=SYSTEM,
        now=now,
    )

    last = Event.objects.latest("id").pk
    merge_contacts(kept=referral.contact, other=other.pk, by=SYSTEM, now=now)
    follow_since(last, now)

    assert kinds() == {"known"}


def test_what_a_person_has_looked_at_is_not_asked_again_also_of_who_was_two_entries(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.WON))
    referral = shook_hands(marta, now, JONAS)
    won(referral, now)
    follow(now)
    for who in (marta.contact_id, referral.contact_id):
        change(api, who, now, phone=NUMBER)
    settled(api, now, is_fine=True)
    entry = a_contact(business, now, "Marta O.", "marta@o.example", NUMBER)

    change(api, marta.contact_id, now, phone="+46701110000")
    change(api, marta.contact_id, now, phone=NUMBER)
    merge_contacts(kept=entry, other=marta.contact_id, by=SYSTEM, now=now)
    follow(now)

    assert RewardFlag.objects.count() == 1
    assert api.post(f"/rewards/{the_reward().pk}/approve").status_code == 200


def test_of_what_was_given_nobody_is_asked_later(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    referral = shook_hands(marta, now, JONAS)
    given(approved(the_reward(), now), now)

    for who in (marta.contact_id, referral.contact_id):
        change(api, who, now, phone=NUMBER)

    assert not kinds()


def test_a_change_is_looked_at_in_as_many_queries_for_many_as_for_one(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())

    def queries() -> int:
        change(api, marta.contact_id, now, phone=f"+4670111000{Referral.objects.count()}")
        event = Event.objects.filter(name="contact.changed").latest("id")
        with CaptureQueriesContext(connection) as made:
            look_again(event=event, now=now)
        return len(made)

    shook_hands(marta, now, "ida@x.example", "Ida")
    for_one = queries()
    for number in range(5):
        shook_hands(marta, now, f"j{number}@x.example", f"Jonas {number}")

    assert queries() == for_one
    assert for_one < 12


# --- The customer there is, spelt differently ----------------------------------------------------


@pytest.mark.parametrize("by", ["email", "phone"])
def test_a_customer_who_comes_as_somebody_else_is_named_beside_them(
    alice_client: Client,
    desk: str,
    api: ApiClient,
    business: Business,
    marta: Advocate,
    now: datetime,
    by: str,
) -> None:
    published(business, now, a_rule(for_whom="both"))
    kim = add_contact(
        business=business,
        name="Kim Lund",
        email="kim@gmail.com" if by == "email" else "kim@work.example",
        phone=NUMBER,
        customer_since=date(2024, 3, 1),
        by=SYSTEM,
        now=now,
    )

    referral = shook_hands(marta, now, "k.im+new@gmail.com", "Kim")
    if by == "phone":
        change(api, referral.contact_id, now, phone="070-111 22 33")

    [flag] = api.get("/reward-flags").json()["results"]
    assert flag["kind"] == "known"
    assert flag["evidence"] == {"since": "2024-03-01", "contact": str(kim.pk)}
    reward = Reward.objects.get(contact=referral.contact)
    page = reads(alice_client, desk, reward)
    assert "Kim was a customer already, as Kim Lund, since 1 March 2024." in page
    assert api.post(f"/rewards/{reward.pk}/approve").json()["code"] == "look_first"


def test_an_entry_that_turns_out_to_be_a_customer_from_before_is_seen_too(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    kim = a_contact(business, now, "Kim Lund", "kim@gmail.com")
    shook_hands(marta, now, "k.im+new@gmail.com", "Kim")
    assert not kinds()

    change(api, kim.pk, now, customer_since="2024-03-01")

    assert kinds() == {"known"}


def test_whoever_introduces_is_no_such_customer_for_a_number_that_both_have(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    referral = shook_hands(marta, now, JONAS)

    change(api, marta.contact_id, now, phone=NUMBER, customer_since="2020-01-01")
    change(api, referral.contact_id, now, phone=NUMBER)

    assert kinds() == {"same_phone"}


# --- Where so many yeses are counted -------------------------------------------------------------


@pytest.fixture
def every_second(api: ApiClient, business: Business, marta: Advocate, now: datetime) -> Advocate:
    """The first whom Marta sends has her number."""
    published(business, now, a_rule(Trigger.NTH, every=2, amount=1_000))
    change(api, marta.contact_id, now, phone=NUMBER)
    a_contact(business, now, "Ida", "ida@x.example", NUMBER)
    shook_hands(marta, now, "ida@x.example", "Ida")
    assert kinds() == {"same_phone"}
    return marta


def test_what_so_many_yeses_earn_waits_for_a_look_at_each_of_them(
    alice_client: Client, desk: str, api: ApiClient, every_second: Advocate, now: datetime
) -> None:
    shook_hands(every_second, now, JONAS)

    early = alice_client.post(f"{desk}rewards/{the_reward().pk}/approve/")

    assert early.status_code == 409
    assert "Ida has the same phone number as Marta Oliveira." in early.text
    waits = api.get(f"/reward-flags?reward_id={the_reward().pk}&open=true").json()["results"]
    assert len(waits) == 1
    settled(api, now, is_fine=True)
    assert api.post(f"/rewards/{the_reward().pk}/approve").status_code == 200


def test_a_yes_for_which_nothing_is_given_is_not_counted(
    api: ApiClient, every_second: Advocate, now: datetime
) -> None:
    settled(api, now, is_fine=False)

    shook_hands(every_second, now, JONAS)
    assert not Reward.objects.exists()
    shook_hands(every_second, now, "vera@x.example", "Vera")

    assert the_reward().state == RewardState.EARNED
    assert api.post(f"/rewards/{the_reward().pk}/approve").status_code == 200


@pytest.mark.parametrize("flagged", ["first", "last"])
def test_what_is_no_longer_reached_falls_and_is_earned_again_with_the_next_yes(
    api: ApiClient, business: Business, marta: Advocate, now: datetime, flagged: str
) -> None:
    published(business, now, a_rule(Trigger.NTH, every=2, amount=1_000))
    sent = ["ida@mailinator.com", JONAS]
    for email in sent if flagged == "first" else reversed(sent):
        shook_hands(marta, now, email)
    settled(api, now, is_fine=False)
    reward = the_reward()
    assert (reward.state, reward.fell_with_cause) == (RewardState.VOID, True)
    assert api.post(f"/rewards/{reward.pk}/give").status_code == 409

    shook_hands(marta, now, "vera@x.example", "Vera")

    assert the_reward().state == RewardState.EARNED


def test_nor_is_it_counted_for_whoever_introduced_them_second(
    api: ApiClient, business: Business, every_second: Advocate, now: datetime
) -> None:
    walter = advocate_for(contact=a_contact(business, now, "Walter", "w@holm.example"), now=now)
    shook_hands(walter, now, "ida@x.example", "Ida")
    shook_hands(walter, now, JONAS)
    assert the_reward().contact == walter.contact

    settled(api, now, is_fine=False)

    assert the_reward().state == RewardState.VOID


def test_of_two_that_were_reached_the_earlier_stays(
    api: ApiClient, business: Business, every_second: Advocate, now: datetime
) -> None:
    for name in ("Jonas", "Vera", "Ada"):
        shook_hands(every_second, now, f"{name.lower()}@x.example", name)
    first, second = Reward.objects.order_by("id")

    settled(api, now, is_fine=False)

    states = dict(Reward.objects.values_list("pk", "state"))
    assert states == {first.pk: RewardState.EARNED, second.pk: RewardState.VOID}


def test_what_was_given_for_so_many_stays_given(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.NTH, every=2, amount=1_000))
    ida = shook_hands(marta, now, "ida@x.example", "Ida")
    shook_hands(marta, now, JONAS)
    given(approved(the_reward(), now), now)
    flag = RewardFlag.objects.create(
        business=business, referral=ida, kind="disposable", created_at=now
    )

    settled(api, now, is_fine=False, pk=flag.pk)

    assert the_reward().state == RewardState.GIVEN


def test_one_recorded_by_hand_is_counted_by_the_same_rule(
    api: ApiClient, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(Trigger.NTH, every=2, amount=1_000))
    change(api, marta.contact_id, now, phone=NUMBER)
    last = Event.objects.latest("id").pk
    sent = {"name": "Ida", "phone": NUMBER, "sender_id": str(marta.contact_id)}
    assert api.post("/referrals", {**sent, "told": ["advocate"]}).status_code == 201
    follow_since(last, now)
    shook_hands(advocate_for(contact=marta.contact, now=now), now, JONAS)
    assert the_reward().state == RewardState.EARNED
    assert api.post(f"/rewards/{the_reward().pk}/approve").json()["code"] == "look_first"

    settled(api, now, is_fine=False)

    assert the_reward().state == RewardState.VOID
