"""Thank-yous through the API: owed, given by a letter or otherwise, waived."""

from datetime import timedelta

import pytest

from businesses import clock
from businesses.models import Business, Scope, User
from introductions.models import Advocate
from introductions.services import add_to_answer, send_handshake_now
from outreach.models import Message
from referrals.models import Referral, ThankYou
from rewards.models import Reward
from tests.api.client import (
    ApiClient,
    pages,
    queries_of,
    refusal,
    with_a_key,
    wrong_fields,
)
from tests.introductions.factories import accepted, an_advocate
from tests.referrals.factories import a_referral, won
from tests.rewards.factories import a_rule, approved, given, published, shook_hands

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(business: Business) -> Advocate:
    return an_advocate(business, clock.now())


@pytest.fixture
def referral(marta: Advocate) -> Referral:
    """Jonas, introduced by Marta."""
    return a_referral(marta, clock.now())


@pytest.fixture
def owed(referral: Referral) -> ThankYou:
    """To Marta, for the introduction."""
    return ThankYou.objects.get(referral=referral)


def test_what_is_owed_says_to_whom_and_for_what(
    api: ApiClient, owed: ThankYou, referral: Referral
) -> None:
    shown = api.get(f"/thank-yous/{owed.pk}").json()

    assert shown["advocate_id"] == str(owed.advocate_id)
    assert shown["referral_id"] == str(referral.pk)
    assert shown["introduction_id"] == str(referral.introduction_id)
    assert (shown["reason"], shown["state"]) == ("introduction", "due")
    assert (shown["closed_at"], shown["how"], shown["words"], shown["waived_because"]) == (
        None,
        "",
        "",
        "",
    )
    assert api.get("/thank-yous").json()["results"] == [shown]


def test_before_words_are_written_it_is_read_whether_they_may_tell_how_it_ended(
    api: ApiClient, marta: Advocate
) -> None:
    now = clock.now()
    jonas = accepted(marta, now)
    add_to_answer(introduction=jonas, advocate_hears="nothing", now=now)
    won(Referral.objects.get(introduction=send_handshake_now(introduction=jonas, now=now)), now)
    won(a_referral(marta, now, "ida@prospects.example"), now)
    api.post("/thank-yous", {"contact_id": str(marta.contact_id), "reason": "review"})

    listed = api.get("/thank-yous").json()["results"]

    told = [(row["introduction_id"] == str(jonas.pk), row["may_tell_outcome"]) for row in listed]
    assert sorted(told) == [(False, True)] * 3 + [(True, False)] * 2
    for row in listed:
        assert api.get(f"/thank-yous/{row['id']}").json() == row


def test_by_mail_a_letter_leaves_in_the_name_of_who_made_the_key(
    business: Business, owed: ThankYou, bob: User
) -> None:
    words = "Dear Marta,\n\nJonas is a joy to work with."

    answer = with_a_key(business, bob).post(
        f"/thank-yous/{owed.pk}/give", {"how": "mail", "words": words}
    )

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["state"], shown["how"], shown["words"]) == ("given", "mail", words)
    assert shown["closed_at"].endswith("Z")
    letter = Message.objects.get(kind="thanks_to_advocate")
    assert "a joy to work with" in letter.text
    assert letter.headers["Reply-To"] == bob.email


def test_who_has_left_signs_no_letter(
    business: Business, owed: ThankYou, alice: User, bob: User
) -> None:
    client = with_a_key(business, bob)
    bob.memberships.all().delete()

    client.post(f"/thank-yous/{owed.pk}/give", {"how": "mail", "words": "Thank you, Marta"})

    assert Message.objects.get(kind="thanks_to_advocate").headers["Reply-To"] == alice.email


@pytest.mark.parametrize("how", ["card", "call", "gift", "public"])
def test_otherwise_it_is_kept_and_no_letter_leaves(
    api: ApiClient, owed: ThankYou, how: str
) -> None:
    shown = api.post(f"/thank-yous/{owed.pk}/give", {"how": how}).json()

    assert (shown["state"], shown["how"]) == ("given", how)
    assert not Message.objects.filter(kind="thanks_to_advocate").exists()


def test_a_letter_needs_words(api: ApiClient, owed: ThankYou) -> None:
    answer = api.post(f"/thank-yous/{owed.pk}/give", {"how": "mail", "words": " "})

    assert refusal(answer) == (422, "thanks_need_words")
    assert api.get(f"/thank-yous/{owed.pk}").json()["state"] == "due"


def test_a_letter_needs_an_address(api: ApiClient) -> None:
    sent = api.post("/referrals", {"name": "Jonas Falk", "sender_name": "Tove Lund"}).json()
    [thanks] = api.get(f"/thank-yous?referral_id={sent['id']}").json()["results"]

    answer = api.post(f"/thank-yous/{thanks['id']}/give", {"how": "mail", "words": "Thank you"})

    assert refusal(answer) == (422, "no_address")


def test_no_thanks_are_needed_for_a_reason(api: ApiClient, owed: ThankYou) -> None:
    at = f"/thank-yous/{owed.pk}"
    assert wrong_fields(api.post(f"{at}/waive")) == {"reason": "required"}
    assert wrong_fields(api.post(f"{at}/waive", {"reason": " "})) == {"reason": "blank"}

    shown = api.post(f"{at}/waive", {"reason": "We had lunch"}).json()

    assert (shown["state"], shown["waived_because"], shown["how"]) == (
        "waived",
        "We had lunch",
        "",
    )
    assert api.get(at).json() == shown


def test_nobody_is_thanked_twice_for_the_same(api: ApiClient, owed: ThankYou) -> None:
    at = f"/thank-yous/{owed.pk}"
    api.post(f"{at}/give", {"how": "call"})

    assert refusal(api.post(f"{at}/give", {"how": "card"})) == (409, "already_thanked")
    assert refusal(api.post(f"{at}/waive", {"reason": "Done"})) == (409, "already_thanked")
    assert api.get(at).json()["how"] == "call"


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"how": "required"}),
        ({"how": "hug"}, {"how": "invalid_choice"}),
        ({"how": "card", "words": "x" * 2001}, {"words": "max_length"}),
        ({"how": "card", "cost": 5}, {"cost": "unknown_field"}),
    ],
)
def test_what_cannot_be_understood_is_named(
    api: ApiClient, owed: ThankYou, sent: dict[str, object], wrong: dict[str, str]
) -> None:
    assert wrong_fields(api.post(f"/thank-yous/{owed.pk}/give", sent)) == wrong


def test_a_key_that_reads_gives_nothing(reader: ApiClient, owed: ThankYou) -> None:
    at = f"/thank-yous/{owed.pk}"

    assert reader.get(at).status_code == 200
    assert reader.post(f"{at}/give", {"how": "card"}).status_code == 403
    assert reader.post(f"{at}/waive", {"reason": "Done"}).status_code == 403


def test_the_list_is_narrowed(api: ApiClient, marta: Advocate, business: Business) -> None:
    now = clock.now()
    jonas = won(a_referral(marta, now), now)
    tove = an_advocate(business, now, name="Tove Lund", email="tove@lund.example")
    other = a_referral(tove, now, "other@prospects.example")
    api.post(f"/thank-yous/{ThankYou.objects.get(referral=other).pk}/give", {"how": "call"})

    def found(query: str) -> set[tuple[str, str]]:
        rows = api.get(f"/thank-yous?{query}").json()["results"]
        return {(row["referral_id"], row["reason"]) for row in rows}

    of_jonas = {(str(jonas.pk), "introduction"), (str(jonas.pk), "business")}
    of_other = {(str(other.pk), "introduction")}
    assert found("state=due") == of_jonas
    assert found("state=given") == of_other
    assert found(f"advocate_id={tove.pk}") == of_other
    assert found(f"referral_id={jonas.pk}") == of_jonas
    assert found(f"introduction_id={other.introduction_id}") == of_other
    assert wrong_fields(api.get("/thank-yous?state=owed")) == {"state": "invalid_choice"}


@pytest.mark.parametrize("order", ["id", "-id", "owed_at", "-owed_at"])
def test_pages_hold_each_once_though_owed_at_one_moment(
    api: ApiClient, marta: Advocate, order: str
) -> None:
    now = clock.now()
    for number in range(5):
        then = now - timedelta(days=number // 3)
        a_referral(marta, then, f"p{number}@prospects.example")

    walked = pages(api, f"/thank-yous?order={order}", 2)

    rows = [row for page in walked for row in page]
    assert [len(page) for page in walked] == [2, 2, 1]
    keys = [(row[order.removeprefix("-")], row["id"]) for row in rows]
    assert keys == sorted(set(keys), reverse=order.startswith("-"))


def test_fifty_need_no_more_queries_than_one(
    api: ApiClient, marta: Advocate, owed: ThankYou
) -> None:
    few = queries_of(api, "/thank-yous")
    for number in range(49):
        a_referral(marta, clock.now() - timedelta(days=60 - number), f"p{number}@prospects.example")

    assert len(api.get("/thank-yous").json()["results"]) == 50
    assert queries_of(api, "/thank-yous") == few


def test_another_business_sees_and_settles_nothing(
    charlie_api: ApiClient, api: ApiClient, owed: ThankYou
) -> None:
    at = f"/thank-yous/{owed.pk}"
    for answer in (
        charlie_api.get(at),
        charlie_api.post(f"{at}/give", {"how": "card"}),
        charlie_api.post(f"{at}/waive", {"reason": "Done"}),
    ):
        assert refusal(answer) == (404, "not_found")
    for name in ("advocate_id", "referral_id", "introduction_id"):
        asked = charlie_api.get(f"/thank-yous?{name}={getattr(owed, name)}")
        assert wrong_fields(asked) == {name: "unknown"}
    assert charlie_api.get("/thank-yous").json()["results"] == []
    assert api.get(at).json()["state"] == "due"


def test_a_kindness_is_owed_by_hand(api: ApiClient, marta: Advocate) -> None:
    told = {"contact_id": str(marta.contact_id), "reason": "review", "note": "In the paper"}

    answer = api.post("/thank-yous", told)

    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["reason"], shown["note"], shown["state"]) == ("review", "In the paper", "due")
    assert api.get(f"/thank-yous/{shown['id']}").json() == shown
    introduced = {**told, "reason": "introduction"}
    assert wrong_fields(api.post("/thank-yous", introduced)) == {"reason": "invalid_choice"}


def test_a_gift_keeps_its_cost_and_above_the_ceiling_its_reason(
    api: ApiClient, owed: ThankYou
) -> None:
    gift = {"how": "gift", "gift_cost": 5_001}

    assert refusal(api.post(f"/thank-yous/{owed.pk}/give", gift)) == (422, "gift_above_ceiling")
    shown = api.post(
        f"/thank-yous/{owed.pk}/give", {**gift, "gift_because": "Ten years together"}
    ).json()

    assert (shown["gift_cost"], shown["gift_currency"]) == (5_001, "EUR")
    assert shown["gift_because"] == "Ten years together"


def test_what_gifts_and_rewards_came_to_this_year_is_read_before_another(
    api: ApiClient, business: Business, owed: ThankYou, marta: Advocate
) -> None:
    now = clock.now()
    published(business, now, a_rule(what="gift", words="a cake", amount=1_800))
    shook_hands(marta, now, "ida@x.example", "Ida")
    given(approved(Reward.objects.get(), now), now)
    api.post(f"/thank-yous/{owed.pk}/give", {"how": "gift", "gift_cost": 1_200})

    shown = api.get(f"/thank-yous/{owed.pk}/gifts").json()

    assert (shown["gifts"], shown["ceiling"], shown["currency"]) == (1_200, 5_000, "EUR")
    assert shown["everything"] == [{"currency": "EUR", "amount": 3_000}]
    assert shown["sentence"] == (
        "Gifts to Marta this year: €12 of €50. With the rewards Marta was given: €30."
    )
    assert "gift cards" in shown["rule"]


def test_a_slip_is_undone_while_nothing_has_left(api: ApiClient, owed: ThankYou) -> None:
    api.post(f"/thank-yous/{owed.pk}/give", {"how": "card"})

    shown = api.post(f"/thank-yous/{owed.pk}/undo").json()

    assert (shown["state"], shown["how"], shown["closed_at"]) == ("due", "", None)
    assert refusal(api.post(f"/thank-yous/{owed.pk}/undo")) == (409, "not_possible_now")


def test_thanks_in_public_are_asked_for_and_taken_down(api: ApiClient, owed: ThankYou) -> None:
    words = {"words": "Thank you, Marta.", "shown_as": "first_name"}

    asked = api.post(f"/thank-yous/{owed.pk}/ask-public", words).json()

    assert (asked["public_state"], asked["public_name"]) == ("asked", "Marta")
    assert asked["state"] == "due"
    again = api.post(f"/thank-yous/{owed.pk}/ask-public", words)
    assert refusal(again) == (409, "not_possible_now")
    down = api.post(f"/thank-yous/{owed.pk}/take-down").json()
    assert (down["public_state"], down["public_words"]) == ("", "")


def test_the_ceiling_for_gifts_is_a_setting(business: Business, alice: User) -> None:
    admin = with_a_key(business, alice, Scope.ADMIN)

    shown = admin.patch("/business", {"gift_ceiling": None, "shows_values": True}).json()

    assert (shown["gift_ceiling"], shown["shows_values"]) == (None, True)
    assert wrong_fields(admin.patch("/business", {"gift_ceiling": -1})) == {
        "gift_ceiling": "min_value"
    }
