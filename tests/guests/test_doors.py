"""Links as doors: which open, what a closed one says, and that looking changes nothing."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for_nobody
from guests import throttling
from introductions import services
from introductions.models import Advocate, Ask, Introduction
from outreach.links import renew_link
from outreach.models import Link, Message
from tests.guests.factories import (
    ask_link,
    ask_page,
    own_page,
    path_of,
    prospect_link,
    prospect_page,
    share_page,
    stop_page,
    vouch_page,
)
from tests.introductions.factories import JONAS, accepted, came_by_link, offered, shaken, shared

pytestmark = pytest.mark.django_db

# Every address behind a token that acts, and the page it belongs to.
ACTIONS = {
    "a": ["share", "offer", "decline", "stop", "resume"],
    "i": [
        *("yes", "not-now", "no", "never", "undo", "add", "correct", "erase", "send-now"),
        "take-back",
    ],
    "s": ["come"],
    "u": ["stop", "undo"],
    "v": ["yes", "no", "undo"],
}


def the_pages(marta: Advocate, ask: Ask, now: datetime) -> list[str]:
    came = came_by_link(marta, now, "came@shoebox.example")
    return [
        ask_page(ask),
        own_page(marta),
        f"{own_page(marta)}given/{shared(marta, now).pk}/",
        prospect_page(offered(marta, now)),
        stop_page(marta.contact),
        share_page(marta),
        f"{own_page(marta)}kit/",
        prospect_page(came),
        vouch_page(came),
    ]


def everything() -> tuple[object, ...]:
    return tuple(
        list(model._default_manager.order_by("pk").values())
        for model in (Introduction, Ask, Link, Message, Event, Advocate)
    )


def test_looking_changes_nothing_not_even_at_a_buttons_address(
    guest: Client, ask: Ask, marta: Advocate, now: datetime
) -> None:
    pages = the_pages(marta, ask, now)
    pages += [f"{page}{action}/" for page in pages for action in ACTIONS[page[1]]]
    before = everything()

    for page in pages:
        for look in (guest.get, guest.head):
            assert look(page).status_code in (200, 303, 404)
    for page in pages[:5]:
        assert guest.options(page).status_code == 405

    assert everything() == before


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_the_address_of_a_button_leads_back_to_its_page(guest: Client, kind: str) -> None:
    for action in ACTIONS[kind]:
        assert guest.get(f"/{kind}/whatever/{action}/")["Location"] == f"/{kind}/whatever/"


def test_what_is_shown_is_kept_by_nobody(
    guest: Client, ask: Ask, marta: Advocate, now: datetime
) -> None:
    for page in [*the_pages(marta, ask, now), "/i/invented/", "/a/invented/stop/"]:
        response = guest.get(page)

        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"


def test_pages_load_nothing_from_elsewhere(
    guest: Client, ask: Ask, marta: Advocate, now: datetime
) -> None:
    for page in the_pages(marta, ask, now):
        html = guest.get(page).content.decode()

        assert 'src="http' not in html
        assert "<style" not in html
        assert " style=" not in html
        assert 'rel="stylesheet" href="http' not in html
        assert "onclick" not in html


def tampered(page: str) -> list[str]:
    """The address cut short, with one letter changed, invented, and that of another door."""
    _, kind, token, _ = page.split("/")
    other = "i" if kind != "i" else "a"
    swapped = ("A" if token[10] != "A" else "B").join((token[:10], token[11:]))
    return [
        f"/{kind}/{token[:-1]}/",
        f"/{kind}/{token[:20]}/",
        f"/{kind}/{swapped}/",
        f"/{kind}/{'x' * len(token)}/",
        f"/{kind}/%00/",
        f"/{kind}/ünknown/",
        f"/{other}/{token}/",
    ]


def test_a_token_that_is_not_right_gets_the_plain_page(
    guest: Client,
    ask: Ask,
    marta: Advocate,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttling, "WRONG_TOKENS_FROM_AN_ADDRESS", 1000)
    nowhere = guest.get("/nowhere/at/all/")
    for page in the_pages(marta, ask, now):
        if page.count("/") > 3:
            continue
        for wrong in tampered(page):
            response = guest.get(wrong)

            assert response.status_code == 404
            assert response.content == nowhere.content
        for wrong in tampered(page)[:3]:
            for action in ACTIONS[page[1]]:
                assert guest.post(f"{wrong}{action}/").status_code == 404


@pytest.mark.parametrize(
    ("close", "heading"),
    [
        ("expires_at", "This link has run out."),
        ("withdrawn_at", "This link is no longer used."),
        ("renew", "This link is no longer used."),
    ],
)
def test_a_closed_door_says_what_to_do_and_names_nobody(
    guest: Client, ask: Ask, marta: Advocate, now: datetime, close: str, heading: str
) -> None:
    introduction = offered(marta, now)
    for link in (ask_link(ask), prospect_link(introduction)):
        page = path_of(link)
        if close == "renew":
            renew_link(link=link)
        else:
            Link.objects.filter(pk=link.pk).update(**{close: now})
        before = everything()

        for response in (
            guest.get(page),
            *(guest.post(f"{page}{action}/") for action in ACTIONS[page[1]]),
        ):
            assert response.status_code == 410
            html = response.content.decode()
            assert heading in html
            for name in ("Marta", "Alice", "Jonas", "Lindqvist"):
                assert name not in html
        assert everything() == before


def test_an_introduction_that_ran_out(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    # Before the sweeper has come, and after.
    for sweep in (False, True):
        with clock.at(now + timedelta(days=31)):
            if sweep:
                services.expire_introduction(introduction=introduction, now=clock.now())
            before = everything()
            for response in (guest.get(page), guest.post(page + "yes/"), guest.post(page + "no/")):
                assert response.status_code == 410
                assert "This introduction has run out." in response.content.decode()
            assert everything() == before


def test_an_introduction_that_was_taken_back(guest: Client, marta: Advocate, now: datetime) -> None:
    introduction = offered(marta, now)
    page = prospect_page(introduction)
    services.undo_offer(introduction=introduction, now=now)

    for response in (guest.get(page), guest.post(page + "yes/")):
        assert response.status_code == 410
        assert "taken back" in response.content.decode()


def test_a_press_without_the_pages_own_token_is_refused(marta: Advocate, now: datetime) -> None:
    browser = Client(enforce_csrf_checks=True)
    introduction = offered(marta, now)
    page = prospect_page(introduction)

    assert browser.post(page + "yes/").status_code == 403
    token = browser.get(page).context["csrf_token"]
    response = browser.post(page + "yes/", {"csrfmiddlewaretoken": str(token)})

    assert response.status_code == 303
    introduction.refresh_from_db()
    assert introduction.state == "accepted"


def test_another_business_behind_its_own_door(
    guest: Client, marta: Advocate, other_business: Business, now: datetime
) -> None:
    """A link whose business is not its subject's shows nothing, should there ever be one."""
    introduction = offered(marta, now)
    Link.objects.filter(subject_id=introduction.pk).update(business=other_business)

    response = guest.get(prospect_page(introduction))

    assert response.status_code == 404
    assert JONAS not in response.content.decode()


def test_no_page_asks_more_than_ten_times(
    guest: Client, ask: Ask, marta: Advocate, now: datetime
) -> None:
    pages = [*the_pages(marta, ask, now), prospect_page(accepted(marta, now, "b@shoebox.example"))]
    pages.append(prospect_page(shaken(marta, now, "c@shoebox.example")))

    few = [queries_of(guest, page) for page in pages]
    for number in range(12):
        shaken(marta, now, f"more{number}@shoebox.example")
    many = [queries_of(guest, page) for page in pages]

    assert many == few
    assert max(many) <= 10, dict(zip(pages, many, strict=True))


def queries_of(guest: Client, page: str) -> int:
    """Questions to the database, without the marks of transactions and savepoints."""
    # As a request comes: what the test itself acts for is put aside before, and back afterwards.
    with acting_for_nobody(), CaptureQueriesContext(connection) as captured:
        assert guest.get(page).status_code == 200
    marks = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(marks) for query in captured.captured_queries)
