"""The code that is given: the next of a list, or one that is typed; and never one twice."""

from datetime import datetime

import pytest
from django.test import Client

from businesses.models import Business
from introductions.models import Advocate
from outreach.catalogue_of_rewards import REWARD
from outreach.models import Message
from rewards.models import Reward, RewardCode
from rewards.states import What
from tests.guests.factories import own_page
from tests.rewards.factories import a_rule, approved, published, shook_hands, the_reward

pytestmark = pytest.mark.django_db


def test_a_note_stays_a_note_and_the_code_is_one_of_the_list(
    alice_client: Client,
    guest: Client,
    at: str,
    settings_at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(what=What.CODE))
    alice_client.post(f"{settings_at}codes/", {"text": "SPRING-1"})
    shook_hands(marta, now)
    approved(the_reward(), now)
    one = f"{at}{the_reward().pk}/"
    assert "The discount code" not in alice_client.get(one).text

    page = alice_client.post(f"{one}give/", {"note": "Handed over at the counter."}, follow=True)

    assert 'value="SPRING-1"' in page.text
    assert "Handed over at the counter." in page.text
    assert "Your code is SPRING-1." in " ".join(Message.objects.get(kind=REWARD).text.split())
    assert "Your code: <strong>SPRING-1</strong>" in guest.get(own_page(marta)).text


def test_what_is_left_of_a_list_is_taken_away_and_what_was_given_stays(
    alice_client: Client,
    bob_client: Client,
    at: str,
    settings_at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    """A list that was uploaded by mistake stands in nobody's way."""
    published(business, now, a_rule(what=What.CODE))
    alice_client.post(f"{settings_at}codes/", {"text": "OLD-1\nOLD-2\nOLD-3"})
    alice_client.post(f"{settings_at}codes/", {"text": "BIG-1", "list_name": "Big"})
    for number in range(2):
        shook_hands(marta, now, f"p{number}@x.example", f"Jonas {number}")
    first, second = (f"{at}{approved(one, now).pk}/give/" for one in Reward.objects.order_by("id"))
    alice_client.post(first)

    refused = bob_client.post(f"{settings_at}codes/away/", {"list_name": ""})
    page = alice_client.post(f"{settings_at}codes/away/", {"list_name": ""}, follow=True)
    typed = alice_client.post(second, {"code": "NEW-1"})

    assert refused.status_code == 403
    assert "2 codes are taken away. What was given stays." in page.text
    assert "0 left, 1 given" in page.text
    assert typed.status_code == 302
    assert {one.code for one in RewardCode.objects.all()} == {"OLD-1", "NEW-1", "BIG-1"}


def test_what_stands_over_the_codes_of_a_table_is_none(
    alice_client: Client, settings_at: str, business: Business
) -> None:
    alice_client.post(f"{settings_at}codes/", {"text": '"Discount code",Value\nA-1,10\nA-2,10'})

    assert {one.code for one in RewardCode.objects.all()} == {"A-1", "A-2"}


def test_small_and_capital_letters_make_no_other_code(
    alice_client: Client, settings_at: str, business: Business
) -> None:
    """A till takes either, so the second person would have nothing."""
    within = alice_client.post(f"{settings_at}codes/", {"text": "SAVE-10\nsave-10"})
    alice_client.post(f"{settings_at}codes/", {"text": "Save-20"})
    later = alice_client.post(f"{settings_at}codes/", {"text": "SAVE-20\nSAVE-30"})

    assert "SAVE-10 is in the list twice" in within.text
    assert "Save-20 is here already" in later.text
    assert [one.code for one in RewardCode.objects.all()] == ["Save-20"]


def test_a_code_that_is_typed_is_nobody_elses(
    alice_client: Client,
    guest: Client,
    at: str,
    settings_at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(what=What.CODE))
    for number in range(3):
        shook_hands(marta, now, f"p{number}@x.example", f"Jonas {number}")
    first, second, third = (
        f"{at}{approved(one, now).pk}/give/" for one in Reward.objects.order_by("id")
    )

    typed = alice_client.post(first, {"code": " SUMMER-9 ", "note": "By telephone."})
    twice = alice_client.post(second, {"code": "SUMMER-9", "note": "By telephone."})
    listed = alice_client.post(f"{settings_at}codes/", {"text": "SUMMER-9"})
    alice_client.post(f"{settings_at}codes/", {"text": "SPRING-1"})
    early = alice_client.post(second, {"code": "SUMMER-8"})
    alice_client.post(third)

    assert (typed.status_code, twice.status_code, early.status_code) == (302, 409, 409)
    assert "This code is here already" in twice.text
    assert 'value="By telephone."' in twice.text
    assert "SUMMER-9 is here already" in listed.text
    assert "There are codes left on the list" in early.text
    assert {one.code for one in RewardCode.objects.exclude(reward=None)} == {"SUMMER-9", "SPRING-1"}
    letter = Message.objects.filter(kind=REWARD).earliest("id")
    assert "Your code is SUMMER-9." in " ".join(letter.text.split())
    assert "Your code: <strong>SUMMER-9</strong>" in guest.get(own_page(marta)).text
