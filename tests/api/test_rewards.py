"""Rewards through the API: terms published, what was earned, codes, what is worth a look."""

from typing import Any

import pytest

from activity.models import Event
from businesses import clock
from businesses.models import Business, Scope, User
from introductions.models import Advocate
from outreach.models import Message
from rewards.models import Reward, RewardFlag
from tests.api.client import ApiClient, pages, queries_of, refusal, with_a_key, wrong_fields
from tests.introductions.factories import an_advocate
from tests.referrals.factories import won
from tests.rewards.factories import a_rule, follow, published, shook_hands

pytestmark = pytest.mark.django_db

GIFT_CARD = {"trigger": "handshake", "for_whom": "both", "what": "gift_card", "amount": 2000}


@pytest.fixture
def marta(business: Business) -> Advocate:
    return an_advocate(business, clock.now())


@pytest.fixture
def owner(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice, Scope.ADMIN)


@pytest.fixture
def reward(business: Business, marta: Advocate) -> Reward:
    published(business, clock.now(), a_rule(words="off your next bill"))
    shook_hands(marta, clock.now())
    return Reward.objects.get()


def test_terms_are_published_by_a_key_that_may_change_settings(
    api: ApiClient, owner: ApiClient
) -> None:
    body = {"rules": [GIFT_CARD], "ceiling": 50_000}

    answer = owner.post("/reward-terms", body)
    again = owner.post("/reward-terms", body)

    assert refusal(api.post("/reward-terms", body)) == (403, "permission_denied")
    assert answer.status_code == 201
    assert answer.json()["version"] == again.json()["version"] == 1
    assert answer.json()["rules"][0]["hold_days"] == 0
    [listed] = api.get("/reward-terms").json()["results"]
    assert listed == answer.json()


def test_a_rule_that_does_not_fit_is_refused_with_a_code(owner: ApiClient) -> None:
    early = {**GIFT_CARD, "trigger": "introduction"}
    sale = {"rules": [{**GIFT_CARD, "trigger": "won"}], "sale_not_allowed": True}

    assert refusal(owner.post("/reward-terms", {"rules": [early]})) == (422, "rule_not_possible")
    above = {"rules": [GIFT_CARD], "ceiling": 1_999}
    assert refusal(owner.post("/reward-terms", sale)) == (422, "sale_not_rewardable")
    assert refusal(owner.post("/reward-terms", above)) == (422, "rule_above_ceiling")
    assert refusal(owner.post("/reward-terms", {"rules": [{**GIFT_CARD, "amount": -1}]}))[0] == 400
    assert wrong_fields(owner.post("/reward-terms", {})) == {"rules": "required"}


def test_a_reward_is_approved_and_given(api: ApiClient, reward: Reward, marta: Advocate) -> None:
    at = f"/rewards/{reward.pk}"
    [listed] = api.get("/rewards", {"contact_id": str(marta.contact_id)}).json()["results"]
    assert (listed["state"], listed["words"], listed["amount"]) == (
        "earned",
        "off your next bill",
        2000,
    )

    assert refusal(api.post(f"{at}/give")) == (409, "reward_not_approved")
    assert api.post(f"{at}/approve").json()["state"] == "approved"
    given = api.post(f"{at}/give", {"note": "On the bill of May"})

    assert (given.json()["state"], given.json()["note"]) == ("given", "On the bill of May")
    assert refusal(api.post(f"{at}/void", {"reason": "Late."})) == (409, "reward_settled")
    assert api.get("/rewards", {"state": "earned"}).json()["results"] == []


def test_a_letter_tells_of_what_is_given_unless_they_were_told(
    api: ApiClient, business: Business, reward: Reward, marta: Advocate
) -> None:
    shook_hands(marta, clock.now(), "ida@x.example", "Ida")
    first, second = (f"/rewards/{one.pk}" for one in Reward.objects.order_by("id"))
    for at in (first, second):
        api.post(f"{at}/approve")

    api.post(f"{first}/give", {"told": True})
    assert not Message.objects.filter(kind="reward_to_receiver").exists()
    api.post(f"{second}/give")

    assert Message.objects.filter(kind="reward_to_receiver").count() == 1


def test_a_reward_is_called_off_for_a_reason(api: ApiClient, reward: Reward) -> None:
    at = f"/rewards/{reward.pk}/void"

    assert wrong_fields(api.post(at)) == {"reason": "required"}
    assert api.post(at, {"reason": "They declined it."}).json()["void_because"] == (
        "They declined it."
    )


def test_codes_are_kept_all_or_none_and_said_only_where_they_were_given(
    owner: ApiClient, api: ApiClient, business: Business, marta: Advocate
) -> None:
    kept = owner.post("/reward-codes", {"codes": ["A-1", "A-2"]})
    published(business, clock.now(), a_rule(what="code"))
    shook_hands(marta, clock.now())
    at = f"/rewards/{Reward.objects.get().pk}"
    api.post(f"{at}/approve")

    given = api.post(f"{at}/give").json()

    assert (kept.status_code, kept.json()) == (201, {"list_name": "", "added": 2})
    assert refusal(owner.post("/reward-codes", {"codes": ["B", "B"]})) == (422, "codes_twice")
    assert refusal(owner.post("/reward-codes", {"codes": ["A-2"]})) == (422, "codes_twice")
    assert given["code"] == "A-1"
    assert "A-2" not in api.get("/reward-codes").text


def test_what_is_left_of_a_list_is_taken_away(owner: ApiClient, api: ApiClient) -> None:
    owner.post("/reward-codes", {"codes": ["A-1", "A-2"]})
    owner.post("/reward-codes", {"codes": ["B-1"], "list_name": "Big"})
    assert len(api.get("/reward-codes?list_name=").json()["results"]) == 2

    assert refusal(api.post("/reward-codes/take-away", {})) == (403, "permission_denied")
    for taken_away in (2, 0):
        answer = owner.post("/reward-codes/take-away", {"list_name": ""})
        assert (answer.status_code, answer.json()) == (
            200,
            {"list_name": "", "taken_away": taken_away},
        )

    [left] = api.get("/reward-codes").json()["results"]
    assert left["list_name"] == "Big"
    assert Event.objects.get(name="reward_codes.taken_away").payload == {"count": 2}


def test_a_code_is_typed_only_while_none_is_left_and_given_once(
    owner: ApiClient, api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule(what="code"), a_rule())
    shook_hands(marta, clock.now())
    shook_hands(marta, clock.now(), "ida@x.example", "Ida")
    first, second = Reward.objects.filter(what="code").order_by("id")
    credit = Reward.objects.filter(what="credit").earliest("id")
    for one in (first, second, credit):
        api.post(f"/rewards/{one.pk}/approve")

    def given(one: Reward, **sent: str) -> Any:
        return api.post(f"/rewards/{one.pk}/give", sent)

    assert refusal(given(first, note="At the counter.")) == (409, "no_code_left")
    assert refusal(given(credit, code="SUMMER-9")) == (422, "not_a_code")
    told = given(first, code="SUMMER-9", note="At the counter.").json()
    assert (told["code"], told["note"]) == ("SUMMER-9", "At the counter.")
    assert refusal(given(second, code="SUMMER-9")) == (409, "code_known")
    owner.post("/reward-codes", {"codes": ["A-1"]})
    assert refusal(given(second, code="SUMMER-8")) == (409, "codes_left")
    assert given(second, note="By telephone.").json()["code"] == "A-1"


def test_what_is_worth_a_look_is_settled_by_whoever_looked(
    api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule())
    shook_hands(marta, clock.now(), "jonas@mailinator.com")
    at = f"/rewards/{Reward.objects.get().pk}/approve"
    [flag] = api.get("/reward-flags").json()["results"]
    assert (flag["kind"], flag["evidence"]) == ("disposable", {"domain": "mailinator.com"})

    assert refusal(api.post(at)) == (409, "look_first")
    settled = {"is_fine": True, "words": "It is his."}
    api.post(f"/reward-flags/{flag['id']}/settle", settled)

    assert refusal(api.post(f"/reward-flags/{flag['id']}/settle", settled)) == (409, "flag_settled")
    assert not RewardFlag.objects.open().exists()
    assert api.post(at).status_code == 200


def test_a_reward_follows_what_is_left_of_its_sale(
    api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule("won", amount=0, percent=10))
    referral = won(shook_hands(marta, clock.now()), clock.now(), amount=100_000)
    follow(clock.now())
    [sale] = api.get("/closed-business").json()["results"]

    api.post(f"/closed-business/{sale['id']}/refund", {"amount": 40_000})
    follow(clock.now())
    [less] = api.get("/rewards", {"referral_id": str(referral.pk)}).json()["results"]
    api.post(f"/closed-business/{sale['id']}/refund", {"amount": 60_000})
    follow(clock.now())
    [none] = api.get("/rewards", {"referral_id": str(referral.pk)}).json()["results"]

    assert (less["amount"], less["share"], less["lacks_rate"]) == (6_000, 100, "")
    assert (none["state"], none["fell_with_cause"]) == ("void", True)


def test_one_recorded_by_hand_keeps_the_terms_where_the_sender_was_told(
    api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule())
    sent = {"sender_id": str(marta.contact_id)}

    told = api.post("/referrals", {"name": "Ida", **sent, "told_of_terms": True}).json()
    thanked = api.post("/referrals", {"name": "Vera", **sent}).json()
    follow(clock.now())

    assert (told["terms_version"], thanked["terms_version"]) == (1, None)
    assert [str(one.referral_id) for one in Reward.objects.all()] == [told["id"]]


def test_a_page_needs_as_many_queries_for_many_as_for_one(
    api: ApiClient, business: Business, reward: Reward, marta: Advocate
) -> None:
    of_one = queries_of(api, "/rewards")
    for number in range(3):
        shook_hands(marta, clock.now(), f"p{number}@x.example", f"Jonas {number}")

    assert queries_of(api, "/rewards") == of_one
    assert sum(len(page) for page in pages(api, "/rewards", 2)) == 4


def test_thanks_in_public_need_a_yes_or_say_where_they_were_said(
    api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule(what="thanks", amount=0))
    shook_hands(marta, clock.now())
    at = f"/rewards/{Reward.objects.get().pk}"
    api.post(f"{at}/approve")

    assert refusal(api.post(f"{at}/give", {})) == (409, "not_in_public_yet")
    shown = api.post(f"{at}/give", {"note": "In the local paper."}).json()

    assert (shown["state"], shown["note"]) == ("given", "In the local paper.")


def test_each_version_says_until_when_and_what_both_sides_read(
    api: ApiClient, owner: ApiClient
) -> None:
    first = owner.post("/reward-terms", {"rules": [GIFT_CARD]}).json()
    counted = {"trigger": "taking_part", "for_whom": "advocate", "what": "credit", "amount": 100}
    second = owner.post("/reward-terms", {"rules": [counted]}).json()

    before, now = api.get("/reward-terms").json()["results"]

    assert (first["until"], now["until"]) == (None, None)
    assert before["until"] == second["published_at"] == now["published_at"]
    when = "a gift card of €20 once there is a yes and everybody is introduced"
    assert before["advocate_reads"] == (
        f"Lindqvist Bookkeeping gives you {when}. Whoever you introduce gets {when}."
        " They are told so."
    )
    assert before["prospect_reads"] == (
        f"Lindqvist Bookkeeping gives {{advocate}} {when}. You get {when}."
    )
    assert before["counts"] == ""
    assert now["counts"].startswith("A first introduction is the first since")
    assert api.get(f"/reward-terms/{before['id']}").json() == before


def test_what_is_open_is_asked_for_by_itself(
    api: ApiClient, owner: ApiClient, business: Business, marta: Advocate
) -> None:
    owner.post("/reward-codes", {"codes": ["A-1", "A-2"], "list_name": "Spring"})
    owner.post("/reward-codes", {"codes": ["B-1"]})
    published(business, clock.now(), a_rule(what="code", codes="Spring"))
    shook_hands(marta, clock.now(), "jonas@mailinator.com")
    shook_hands(marta, clock.now(), "ida@x.example", "Ida")
    jonas, ida = (str(key) for key in Reward.objects.order_by("id").values_list("pk", flat=True))
    api.post(f"/rewards/{ida}/approve")
    api.post(f"/rewards/{ida}/give")

    def found(path: str, **asked: str) -> list[Any]:
        return list(api.get(path, asked).json()["results"])

    assert [one["id"] for one in found("/rewards", open="true")] == [jonas]
    assert [one["id"] for one in found("/rewards", open="false")] == [ida]
    assert [one["reward_id"] for one in found("/reward-codes", state="given")] == [ida]
    assert len(found("/reward-codes", state="left")) == 2
    assert len(found("/reward-codes", state="left", list_name="Spring")) == 1
    [flag] = found("/reward-flags", open="true", reward_id=jonas)
    assert not found("/reward-flags", reward_id=ida)
    api.post(f"/reward-flags/{flag['id']}/settle", {"is_fine": True, "words": "His own."})
    assert not found("/reward-flags", open="true")
    assert [one["id"] for one in found("/reward-flags", open="false")] == [flag["id"]]
    assert wrong_fields(api.get("/reward-codes", {"state": "lost"})) == {"state": "invalid_choice"}


def test_who_of_both_was_told_is_kept_and_the_other_is_told_later(
    api: ApiClient, business: Business, marta: Advocate
) -> None:
    published(business, clock.now(), a_rule(for_whom="both"))
    sent = {"name": "Ida", "sender_id": str(marta.contact_id), "told": ["advocate"]}
    kept = api.post("/referrals", sent).json()
    follow(clock.now())
    assert (kept["told"], kept["terms_version"]) == (["advocate"], 1)
    assert [one["person"] for one in api.get("/rewards").json()["results"]] == ["advocate"]

    at = f"/referrals/{kept['id']}/tell"
    told = api.post(at, {"person": "prospect"}).json()
    follow(clock.now())

    assert told["told"] == ["advocate", "prospect"]
    assert Reward.objects.get(person="prospect").amount == 2_000
    assert refusal(api.post(at, {"person": "prospect"})) == (409, "nothing_to_tell")
