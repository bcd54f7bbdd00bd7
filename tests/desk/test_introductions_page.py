"""From waiting to won on one page, and an introduction with its seal unbroken."""

from datetime import datetime

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from introductions import services
from introductions.models import Advocate, Introduction
from outreach.models import Message
from referrals.models import Referral
from tests.introductions.factories import (
    JONAS,
    an_advocate,
    came_by_link,
    offered,
    shaken,
    shared,
    unvouched,
)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/introductions/"


def test_an_empty_page_says_what_to_do_first(alice_client: Client, at: str) -> None:
    text = alice_client.get(at).text

    assert "No introductions yet" in text
    assert "asks/new/" in text


def test_each_is_under_its_step(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    shared(marta, now, "Hanna")
    shaken(marta, now)

    text = alice_client.get(at).text

    assert text.index("Waiting for an answer") < text.index("Hanna") < text.index("Introduced")
    assert text.index("Introduced") < text.index("Jonas")


@pytest.mark.parametrize(("send", "says"), [(True, "One request is out"), (False, "is begun")])
def test_it_says_that_somebody_is_asked(
    alice_client: Client,
    at: str,
    alice: User,
    marta: Advocate,
    by_alice: Actor,
    now: datetime,
    send: bool,
    says: str,
) -> None:
    ask = services.draft_ask(
        contact=marta.contact, wanted="small workshops", by=by_alice, sender=alice, now=now
    )
    if send:
        services.send_ask(ask=ask, by=by_alice, now=now)

    text = alice_client.get(at).text

    assert says in text
    assert "Nothing is waiting" not in text


def test_a_step_can_be_looked_at_alone(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    shared(marta, now, "Hanna")
    shaken(marta, now)

    text = alice_client.get(f"{at}?step=waiting").text

    assert "Hanna" in text
    assert "Jonas" not in text
    assert alice_client.get(f"{at}?step=nonsense").status_code == 200


def test_before_the_yes_only_a_first_name_and_the_words_show(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)

    pages = [alice_client.get(at).text, alice_client.get(f"{at}{introduction.pk}/").text]

    assert all("Jonas" in page for page in pages)
    assert "six years" in pages[1]
    assert not any(JONAS in page for page in pages)


def test_after_a_no_nothing_of_the_prospect_shows(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    introduction = services.decline_introduction(introduction=introduction, now=now)
    services.erase_declined(introduction=introduction, now=now.replace(year=now.year + 1))

    page = alice_client.get(f"{at}{introduction.pk}/").text

    assert "Jonas" not in page
    assert JONAS not in page


def test_taking_back_stops_the_letter_and_a_second_press_says_so(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    act = f"{at}{introduction.pk}/withdraw/"

    first, second = alice_client.post(act), alice_client.post(act)

    assert first.status_code == 302
    assert second.status_code in (409, 410)
    assert "taken back" in second.text
    assert Introduction.objects.get().state == "withdrawn"
    assert not Message.objects.exclude(state="cancelled").exists()


def test_what_was_shaken_on_cannot_be_taken_back(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)

    answer = alice_client.post(f"{at}{introduction.pk}/withdraw/")

    assert answer.status_code == 409
    assert Introduction.objects.get().state == "handshake"
    assert Referral.objects.count() == 1


def test_a_button_is_not_a_link(alice_client: Client, at: str, marta: Advocate) -> None:
    introduction = shared(marta, clock.now())

    assert alice_client.get(f"{at}{introduction.pk}/withdraw/").status_code == 405


def test_another_business_finds_none_of_it(
    charlie_client: Client, other_business: Business, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)
    referral = Referral.objects.get()
    theirs = f"/b/{other_business.slug}/"

    assert charlie_client.get(f"{theirs}introductions/{introduction.pk}/").status_code == 404
    assert charlie_client.get(f"{theirs}referrals/{referral.pk}/").status_code == 404
    assert "Jonas" not in charlie_client.get(f"{theirs}introductions/").text


def test_who_came_by_a_link_and_is_not_confirmed_is_for_the_owner_to_decide(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    waiting = came_by_link(marta, now, "anna@shoebox.example")
    row = unvouched(marta, now)

    board, page = alice_client.get(at).text, alice_client.get(f"{at}{row.pk}/").text

    assert "One came by a link and waits for you" in board
    assert "confirmed yet" in board
    assert "We run together on Sundays." in page
    assert JONAS not in page
    assert "We run together" not in alice_client.get(f"{at}{waiting.pk}/").text


def test_the_owner_goes_on_undoes_it_and_lets_it_rest(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    row = unvouched(marta, now)
    states = []

    for press in ("go-on", "undo-going-on", "withdraw"):
        assert alice_client.post(f"{at}{row.pk}/{press}/").status_code == 302
        row.refresh_from_db()
        states.append(row.state)

    assert states == ["accepted", "unvouched", "withdrawn"]
    assert alice_client.post(f"{at}{row.pk}/go-on/").status_code == 409


def test_a_link_that_went_too_far_is_renewed_where_it_is_noticed(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    link = services.make_share_link(advocate=marta, now=now)
    row = came_by_link(marta, now)

    answer = alice_client.post(f"{at}{row.pk}/renew-link/")

    assert answer.status_code == 302
    link.refresh_from_db()
    assert link.generation == 2
