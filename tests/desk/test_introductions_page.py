"""From waiting to won on one page, and an introduction with its seal unbroken."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.tasks import erase_answered
from outreach.links import make_link, url_for
from outreach.models import Link, Message, Reminder
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
from tests.referrals.factories import a_referral, lost, moved, won


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
    a_referral(marta, now, "introduced@x.example")
    for step in ("talking", "met", "proposed", "not_now"):
        moved(a_referral(marta, now, f"{step}@x.example"), step, now)
    won(a_referral(marta, now, "won@x.example"), now)
    lost(a_referral(marta, now, "lost@x.example"), now)
    for one in Referral.objects.select_related("contact"):
        Contact.objects.filter(pk=one.contact_id).update(name=f"Person {one.state}")

    text = alice_client.get(at).text

    parts = re.split(r"<(?:h2|summary)>([\w ]+) <span", text)[1:]
    steps = dict(zip(parts[::2], parts[1::2], strict=True))
    assert "Hanna" in steps["Waiting for an answer"]
    told = {title: re.findall(r"Person (\w+)", step) for title, step in steps.items()}
    assert {title: {*who} for title, who in told.items() if who} == {
        "Introduced": {"introduced"},
        "Talking": {"talking"},
        "Met": {"met"},
        "Proposal made": {"proposed"},
        "Won": {"won"},
        "Came to nothing": {"lost", "not_now"},
    }


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


def test_what_was_taken_back_by_mistake_stands_again_with_its_letter(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = f"{at}{introduction.pk}/"
    taken = alice_client.post(f"{page}withdraw/", follow=True).text

    undone = alice_client.post(f"{page}take-up/", follow=True).text

    assert "Was that a mistake?" in taken
    assert "the link leads nowhere" in taken
    assert "It stands again." in undone
    assert "There is no answer yet." in undone
    letters = Message.objects.order_by("created_at", "id")
    assert [letter.state for letter in letters] == ["cancelled", "scheduled"]
    link = Link.objects.get(purpose="introduction")
    assert "six years" in Client().get(url_for(link)).text


def test_ten_minutes_after_taking_back_nothing_of_it_is_kept(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = f"{at}{introduction.pk}/"
    alice_client.post(f"{page}withdraw/")
    Introduction.objects.update(due_at=now - timedelta(seconds=1))

    erase_answered()
    late = alice_client.post(f"{page}take-up/")

    assert late.status_code == 409
    assert "too late" in late.text
    assert "Jonas" not in late.text
    left = Introduction.objects.get()
    assert (left.words, left.prospect_email, left.prospect_hash) == ("", "", "")


def test_who_came_by_a_link_waits_for_a_decision_again_with_its_reminder(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = unvouched(marta, now)
    page = f"{at}{introduction.pk}/"
    alice_client.post(f"{page}withdraw/")
    closed = not Reminder.objects.open().exists()

    alice_client.post(f"{page}take-up/")

    assert closed
    assert Reminder.objects.open().count() == 1
    assert Introduction.objects.get().state == "unvouched"


def test_taking_up_is_refused_where_the_same_person_was_introduced_anew(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    page = f"{at}{introduction.pk}/"
    alice_client.post(f"{page}withdraw/")
    offered(marta, now)

    refused = alice_client.post(f"{page}take-up/")

    assert refused.status_code == 409
    assert Introduction.objects.open().count() == 1


def test_a_new_link_is_passed_on_by_the_advocate_and_the_former_leads_nowhere(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now)
    Message.objects.update(state="sent", sent_at=now)
    former = url_for(Link.objects.get(purpose="introduction"))

    said = alice_client.post(f"{at}{introduction.pk}/new-link/", follow=True).text

    assert "Marta finds the new link" in said
    assert Client().get(former).status_code == 410
    new = url_for(Link.objects.get(purpose="introduction"))
    assert Client().get(new).status_code == 200
    own = make_link(business=marta.business, purpose="advocate", subject=marta, now=now)
    page = Client().get(f"{url_for(own)}given/{introduction.pk}/").text
    assert "Now send it to Jonas." in page
    assert new in page
    assert Message.objects.count() == 1


def test_an_answered_introduction_gets_no_new_link(
    alice_client: Client, at: str, marta: Advocate, now: datetime
) -> None:
    introduction = shaken(marta, now)

    refused = alice_client.post(f"{at}{introduction.pk}/new-link/")

    assert refused.status_code == 409
    assert "no link to renew" in refused.text


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
