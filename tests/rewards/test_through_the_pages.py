"""From what the owner publishes to what is earned by it, as everybody presses and reads it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from businesses import clock
from businesses.models import Business, Scope, User
from introductions.models import Advocate, Introduction
from introductions.services import introduction_link, send_handshake_now
from referrals.models import ClosedBusiness, Referral
from rewards.models import Reward
from rewards.states import RewardState
from tests.api.client import with_a_key
from tests.guests.factories import own_page, path_of
from tests.rewards.factories import follow, the_reward

pytestmark = pytest.mark.django_db

Publish = Callable[..., None]
Introduce = Callable[..., Introduction]
SayYes = Callable[..., Referral]


@pytest.fixture
def publish(alice_client: Client, desk: str) -> Publish:
    """Rules as they are typed, one by one; `more` holds for all of them."""

    def press(*rules: dict[str, str], **more: str) -> None:
        typed = {
            f"r{place}-{name}": value
            for place, rule in enumerate(rules)
            for name, value in ({"for_whom": "advocate", "what": "credit"} | rule).items()
        }
        answer = alice_client.post(f"{desk}settings/rewards/rules/", typed | more)
        assert answer.status_code == 302, answer.text

    return press


@pytest.fixture
def introduce(guest: Client, marta: Advocate, now: datetime) -> Introduce:
    """Marta sends her link."""

    def press(name: str = "Jonas") -> Introduction:
        facts = {"first_name": name, "words": f"You two, {name}."}
        answer = guest.post(f"{own_page(marta)}share/", facts)
        assert answer.status_code == 303, answer.text
        follow(now)
        return Introduction.objects.latest("id")

    return press


@pytest.fixture
def say_yes(introduce: Introduce, now: datetime) -> SayYes:
    """And whoever opens it says yes, from a browser of their own."""

    def press(name: str = "Jonas") -> Referral:
        row = introduce(name)
        at = path_of(introduction_link(introduction=row, now=now))
        Client().post(f"{at}yes/", {"reach": f"{name.lower()}@x.example"})
        row.refresh_from_db()
        send_handshake_now(introduction=row, now=now)
        follow(now)
        return Referral.objects.led_to_by(row.pk).get()

    return press


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_a_voucher_for_both_is_published_and_both_read_it(
    alice_client: Client,
    guest: Client,
    desk: str,
    marta: Advocate,
    introduce: Introduce,
    now: datetime,
) -> None:
    typed = {"preset": "voucher", "voucher_amount": "15", "hold_days": "7"}
    assert alice_client.post(f"{desk}settings/rewards/", typed).status_code == 302

    when = "once there is a yes and everybody is introduced, given 7 days later."
    theirs = f"gives you a discount code for €15 {when}"
    assert theirs in words_of(guest.get(own_page(marta)).text)
    at = path_of(introduction_link(introduction=introduce(), now=now))
    page = words_of(guest.get(at).text)
    assert "gives Marta a discount code for €15" in page
    assert f"You get a discount code for €15 {when}" in page
    assert 'value="15' in alice_client.get(f"{desk}settings/rewards/").text


def test_each_introduction_and_the_first_one_are_earned_before_anybody_answers(
    alice_client: Client, desk: str, publish: Publish, introduce: Introduce
) -> None:
    publish({"trigger": "introduction", "amount": "5"}, {"trigger": "taking_part", "amount": "20"})

    for name in ("Jonas", "Ida"):
        introduce(name)

    page = alice_client.get(f"{desk}rewards/").text
    assert page.count("The introduction is made") == 2
    assert page.count("Their first introduction") == 1


def test_every_second_yes_and_each_meeting_are_earned(
    alice_client: Client, desk: str, publish: Publish, say_yes: SayYes, now: datetime
) -> None:
    publish(
        {"trigger": "nth", "every": "2", "amount": "50"},
        {"trigger": "met", "for_whom": "both", "amount": "10"},
    )

    referrals = [say_yes(name) for name in ("Jonas", "Ida", "Vera")]
    assert [one.trigger for one in Reward.objects.all()] == ["nth"]
    alice_client.post(f"{desk}referrals/{referrals[0].pk}/move/", {"to": "met"})
    follow(now)

    page = alice_client.get(f"{desk}rewards/").text
    assert page.count("Each time so many have said yes") == 1
    assert page.count("You have met") == 2


@pytest.mark.parametrize(
    ("rule", "reads"),
    [
        ({"what": "donation", "amount": "10"}, "a donation of €10"),
        ({"what": "access", "words": "The first look at May's sale"}, "The first look at May's"),
        ({"what": "thanks", "words": "on our wall"}, "thanks in public (on our wall)"),
    ],
)
def test_whatever_is_given_is_read_by_both_and_given(
    alice_client: Client,
    guest: Client,
    desk: str,
    marta: Advocate,
    publish: Publish,
    say_yes: SayYes,
    rule: dict[str, str],
    reads: str,
) -> None:
    publish({"trigger": "handshake", **rule})
    reads = reads.replace("'", "&#x27;")
    assert f"gives you {reads}" in words_of(guest.get(own_page(marta)).text)
    assert f"gives whoever introduces you {reads}" in words_of(
        alice_client.get(f"{desk}settings/rewards/").text
    )

    say_yes()
    one = f"{desk}rewards/{the_reward().pk}/"
    alice_client.post(f"{one}approve/")
    page = alice_client.post(f"{one}give/", {"told": "on", "note": "By hand."}, follow=True)

    assert f"Marta Oliveira got {reads}" in words_of(page.text)


def test_cap_and_ceiling_are_seen_by_the_owner_and_by_a_program(
    alice_client: Client,
    alice: User,
    business: Business,
    desk: str,
    publish: Publish,
    say_yes: SayYes,
    now: datetime,
) -> None:
    publish({"trigger": "won", "percent": "10", "cap": "30"}, ceiling="50")
    for name in ("Jonas", "Ida", "Vera"):
        won = {"amount": "1000", "on": clock.today(business).isoformat()}
        alice_client.post(f"{desk}referrals/{say_yes(name).pk}/win/", won)
        follow(now)

    found = with_a_key(business, alice, Scope.READ).get("/rewards").json()["results"]

    seen = sorted((one["state"], one["amount"]) for one in found)
    assert seen == [("earned", 2_000), ("earned", 3_000), ("void", 3_000)]
    page = alice_client.get(f"{desk}rewards/").text
    assert page.count("The ceiling for the year is reached.") == 1
    terms = alice_client.get(f"{desk}settings/rewards/").text
    assert "at most €50 for one person in a year" in terms


def test_what_is_on_hold_stays_as_it_was_promised_whatever_is_published(
    alice_client: Client, desk: str, publish: Publish, say_yes: SayYes
) -> None:
    publish({"trigger": "handshake", "amount": "20", "hold_days": "30"})
    say_yes()

    publish({"trigger": "handshake", "amount": "1"})

    one = f"{desk}rewards/{the_reward().pk}/"
    alice_client.post(f"{one}approve/")
    early = alice_client.post(f"{one}give/")
    page = words_of(early.text)
    assert early.status_code == 409
    assert "It may be given from 3 June 2026 on." in page
    assert "Marta Oliveira gets €20 of credit" in page
    assert "Version 1, as both were shown them" in page


@pytest.mark.parametrize("by_program", [False, True])
def test_of_an_advocate_who_is_erased_nothing_is_given_and_it_stays_so(
    alice_client: Client,
    alice: User,
    business: Business,
    desk: str,
    marta: Advocate,
    publish: Publish,
    say_yes: SayYes,
    now: datetime,
    by_program: bool,
) -> None:
    publish({"trigger": "handshake", "amount": "20"}, {"trigger": "won", "percent": "10"})
    won = {"amount": "1000", "on": clock.today(business).isoformat()}
    first, second = say_yes("Jonas"), say_yes("Ida")
    alice_client.post(f"{desk}referrals/{first.pk}/win/", won)
    follow(now)
    sale = ClosedBusiness.objects.get()
    # One falls with its sale, the others are open.
    alice_client.post(f"{desk}came-in/{sale.pk}/refund/", won)
    follow(now)

    if by_program:
        with_a_key(business, alice, Scope.ADMIN).post(f"/contacts/{marta.contact_id}/erase")
    else:
        at = f"{desk}people/{marta.contact_id}/erase/"
        alice_client.post(at, {"name": "Marta Oliveira"})
    alice_client.post(f"{desk}referrals/{second.pk}/win/", won)
    alice_client.post(
        f"{desk}referrals/{sale.referral_id}/mend/{sale.pk}/", won | {"amount": "3000"}
    )
    follow(now)

    page = words_of(alice_client.get(f"{desk}rewards/").text)
    assert {one.state for one in Reward.objects.all()} == {RewardState.VOID}
    assert page.count("· Erased.") == 4
    assert "Marta" not in page
    one = f"{desk}rewards/{Reward.objects.earliest('id').pk}/"
    assert alice_client.post(f"{one}approve/").status_code == 409
