"""The main job by REST: the owner's side with a key alone, the guests' by their mailed links."""

import re
from typing import Any

import pytest

from tests.journeys.integration import Integration
from tests.journeys.people import Circle, Owner
from tests.journeys.stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("journeys")]

STORY = [
    ("contact.added", "integration"),
    ("ask.drafted", "integration"),
    ("ask.sent", "integration"),
    ("introduction.offered", "advocate"),
    ("introduction.accepted", "prospect"),
    ("introduction.shook_hands", "system"),
    ("referral.opened", "system"),
    ("referral.credited", "system"),
    ("thanks.owed", "system"),
    ("referral.moved", "integration"),
    ("referral.won", "integration"),
    ("thanks.owed", "system"),
    ("thanks.given", "integration"),
    ("thanks.given", "integration"),
]


@pytest.fixture
def shop(circle: Circle, stack: Stack) -> Integration:
    """A program with a key that Elena made in Settings; from here on she touches nothing."""
    owner = circle.owner()
    owner.sign_up(circle.address("elena"), "Bookkeeping for small workshops")
    owner.go("settings/sender/")
    owner.say_who_it_is_from("Elena Lindqvist", "Lindqvist Books", "Quay 1\n222 22 Lund")
    owner.press("Keep")
    owner.confirm_address()
    return Integration(stack.url, _a_key(owner))


def _a_key(owner: Owner) -> str:
    owner.go("settings/keys/")
    owner.type("What is it for?", "Shop")
    owner.page.get_by_label("Look and change").check()
    owner.press("Make a key")
    return owner.page.get_by_label("Key for Shop").input_value()


def test_from_first_contact_to_thanks_by_rest(
    circle: Circle, stack: Stack, shop: Integration
) -> None:
    tomas, marta = circle.address("tomas"), circle.address("marta")

    introduction = _asked_and_introduced(circle, stack, shop)
    assert (introduction["state"], introduction["contact_id"]) == ("offered", None)
    assert introduction["prospect_first_name"] == "Marta"
    assert marta not in str(introduction), "sealed until the yes"

    circle.prospect(stack.letter(marta, "would like you to meet").link("/i/")).say_yes()
    shaken = _once(shop, f"/introductions/{introduction['id']}", state="handshake")
    assert set(stack.letter(tomas, "Both of you said yes").to) == {
        circle.address("elena"),
        tomas,
        marta,
    }
    referral = shop.only(f"/referrals?introduction_id={shaken['id']}")
    assert shop.get(f"/contacts/{referral['contact_id']}")["email"] == marta
    assert [credit["advocate_id"] for credit in referral["credits"]] == [shaken["advocate_id"]]

    _followed_up_until_it_is_won(stack, shop, referral, tomas)
    _thanked(stack, shop, referral, tomas)
    _the_feed_tells_it_in_order(shop, [tomas, marta, "Marta", "Tomás"])


def _asked_and_introduced(circle: Circle, stack: Stack, shop: Integration) -> dict[str, Any]:
    """Tomás is asked, and introduces Marta."""
    tomas = circle.address("tomas")
    contact = shop.post("/contacts", {"name": "Tomás Berg", "email": tomas})
    ask = shop.post("/asks", {"contact_id": contact["id"], "wanted": "small workshops"})
    assert ask["state"] == "draft"
    assert "small workshops" in shop.get(f"/asks/{ask['id']}/preview")["text"]
    assert shop.post(f"/asks/{ask['id']}/send")["state"] == "sent"

    letter = stack.letter(tomas, "business note")
    circle.advocate(letter.link("/a/")).introduce_for_me("Marta", circle.address("marta"))
    made = shop.only(f"/introductions?ask_id={ask['id']}")
    whole: dict[str, Any] = shop.get(f"/introductions/{made['id']}")
    return whole


def _followed_up_until_it_is_won(
    stack: Stack, shop: Integration, referral: dict[str, Any], tomas: str
) -> None:
    at = f"/referrals/{referral['id']}"
    assert shop.only(f"/reminders?contact_id={referral['contact_id']}&open=true")["kind"] == (
        "follow_up"
    )
    for step in ("talking", "met"):
        assert shop.post(f"{at}/move", {"to": step})["state"] == step
    stack.letter(tomas, "and I have met")

    sale = {"amount": 240_000}
    won = shop.post(f"{at}/win", sale, key="sale-1")
    assert shop.post(f"{at}/win", sale, key="sale-1") == won, "sent again, it is won once"
    assert won["state"] == "won"
    assert shop.only(f"/closed-business?referral_id={won['id']}")["amount"] == 240_000
    assert not shop.rows(f"/reminders?contact_id={won['contact_id']}&open=true")
    told = stack.letter(tomas, "has become a customer")
    assert not re.search(r"2[,.\s]?400", told.text), "no amount is told"


def _thanked(stack: Stack, shop: Integration, referral: dict[str, Any], tomas: str) -> None:
    owed = f"/thank-yous?state=due&referral_id={referral['id']}&order=owed_at"
    met, bought = shop.rows(owed)
    assert (met["reason"], bought["reason"]) == ("introduction", "business")

    shop.post(f"/thank-yous/{met['id']}/give", {"how": "card"})
    words = "Dear Tomás,\n\nMarta is a joy to work with."
    given = shop.post(f"/thank-yous/{bought['id']}/give", {"how": "mail", "words": words})

    assert given["state"] == "given"
    assert "a joy to work with" in stack.letter(tomas, "Thank you, Tomás").text
    assert shop.rows(owed) == []


def _the_feed_tells_it_in_order(shop: Integration, unsaid: list[str]) -> None:
    """By ids alone, and whoever asks for what is new gets just that."""

    def whole() -> list[dict[str, Any]] | None:
        told = shop.rows("/events?limit=10")
        last = [event for event in told if event["name"] == "thanks.given"]
        return told if len(last) == 2 else None

    feed = eventually(whole)
    positions = [event["position"] for event in feed]
    assert positions == sorted(set(positions))
    happened = iter((event["name"], event["actor_kind"]) for event in feed)
    for step in STORY:
        assert step in happened, (step, [event["name"] for event in feed])
    assert not [word for word in unsaid if word in str(feed)]
    newer = shop.rows(f"/events?after={positions[4]}")
    assert [event["position"] for event in newer][: len(positions) - 5] == positions[5:]


def _once(shop: Integration, path: str, *, state: str) -> dict[str, Any]:
    """The resource once it is in this state, which a worker brings about."""

    def arrived() -> dict[str, Any] | None:
        row: dict[str, Any] = shop.get(path)
        return row if row["state"] == state else None

    return eventually(arrived)
