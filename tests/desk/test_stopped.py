"""Who gets no mail: seen with the reason, added by hand, lifted where that is the owner's to do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, Membership, Role, User
from contacts.models import Contact
from outreach.models import Suppression
from outreach.services import is_suppressed, suppress_address
from tests.outreach.factories import a_contact

pytestmark = pytest.mark.django_db

ELENA = "elena@rossi.example"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LONG = timedelta(days=385)


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/settings/stopped/"


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business, email=ELENA)


def stopped(business: Business, why: str, address: str = ELENA, **more: str) -> Suppression:
    return suppress_address(
        business=business, address=address, why=why, by=SYSTEM, now=clock.now(), **more
    )


def test_it_says_who_why_and_of_what(
    alice_client: Client, business: Business, elena: Contact, at: str
) -> None:
    stopped(business, "unsubscribed", kind="asks")
    stopped(business, "complained", "somebody@elsewhere.example")

    page = alice_client.get(at).text

    assert "Elena Rossi" in page
    assert "asked for no more mail" in page
    assert "letters that ask for an introduction" in page
    assert "Somebody no longer here" in page
    assert "elsewhere.example" not in page
    assert "Lift it" not in page


@pytest.mark.parametrize(
    ("ago", "said"),
    [(timedelta(), "since <time"), (timedelta(days=1), ">yesterday<"), (LONG, ">14 April 2025<")],
)
def test_it_says_since_when(
    alice_client: Client, business: Business, at: str, ago: timedelta, said: str
) -> None:
    with clock.at(NOW - ago):
        stopped(business, "unsubscribed")

    with clock.at(NOW):
        page = alice_client.get(at).text

    assert said in page
    assert f"{NOW - ago:%-d %B %Y}" in page


def test_an_address_is_added_by_hand_once(
    alice_client: Client, business: Business, elena: Contact, at: str
) -> None:
    for _ in range(2):
        answer = alice_client.post(at, {"email": ELENA, "kind": "news"}, follow=True)
        assert "they get no more of these letters" in answer.text.casefold()

    assert Suppression.objects.get().why == "by_owner"
    assert is_suppressed(business=business, address=ELENA, kind="news")
    assert not is_suppressed(business=business, address=ELENA)


@pytest.mark.parametrize("sent", [{"email": "elena", "kind": "all"}, {"email": "", "kind": "all"}])
def test_what_is_no_address_is_said_beside_the_field(
    alice_client: Client, at: str, sent: dict[str, str]
) -> None:
    answer = alice_client.post(at, sent)

    assert answer.status_code == 422
    assert "address" in answer.text
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("why", ["by_owner", "bounced"])
def test_what_is_the_owners_to_lift_is_lifted(
    alice_client: Client, business: Business, at: str, why: str
) -> None:
    row = stopped(business, why)
    assert "Lift it" in alice_client.get(at).text

    alice_client.post(f"{at}{row.pk}/lift/")

    assert not is_suppressed(business=business, address=ELENA)


@pytest.mark.parametrize("why", ["unsubscribed", "never", "complained"])
def test_a_persons_own_word_cannot_be_lifted(
    alice_client: Client, business: Business, at: str, why: str
) -> None:
    row = stopped(business, why)

    answer = alice_client.post(f"{at}{row.pk}/lift/")

    assert answer.status_code == 409
    assert "their own wish" in answer.text
    assert is_suppressed(business=business, address=ELENA)


def test_a_viewer_may_only_look(bob_client: Client, bob: User, business: Business, at: str) -> None:
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    row = stopped(business, "by_owner")

    assert bob_client.get(at).status_code == 200
    assert bob_client.post(at, {"email": ELENA, "kind": "all"}).status_code == 403
    assert bob_client.post(f"{at}{row.pk}/lift/").status_code == 403
    assert Suppression.objects.count() == 1


def test_fifty_a_page_and_the_rest_behind_it(
    alice_client: Client, business: Business, at: str
) -> None:
    for number in range(51):
        stopped(business, "by_owner", f"p{number}@guests.example")

    first = alice_client.get(at)
    rest = alice_client.get(at, {"after": str(first.context["stops"][-1].row.pk)})

    assert len(first.context["stops"]) == 50
    assert len(rest.context["stops"]) == 1


def test_a_persons_page_says_it_also_when_they_were_imported_again(
    alice_client: Client, business: Business, elena: Contact, by_alice: Actor
) -> None:
    stopped(business, "unsubscribed")
    elena.delete()
    again = a_contact(business, "Elena Rossi", ELENA)

    page = alice_client.get(f"/b/{business.slug}/people/{again.pk}/").text

    assert "asked for no more mail" in page


@pytest.mark.parametrize(
    ("why", "kind", "says"),
    [
        ("unsubscribed", "all", "Elena asked for no more mail from you."),
        ("unsubscribed", "asks", "Elena asked for no more letters of this kind."),
        ("bounced", "all", "Letters to Elena came back. Mend the address first."),
        ("by_owner", "all", "You decided to write to Elena no more."),
    ],
)
def test_whoever_wants_to_ask_them_hears_what_stands_in_the_way(
    alice_client: Client, business: Business, elena: Contact, why: str, kind: str, says: str
) -> None:
    stopped(business, why, kind=kind)

    composer = f"/b/{business.slug}/asks/new/?contact={elena.pk}"
    answer = alice_client.post(composer, {"wanted": "somebody who runs a workshop"})

    assert answer.status_code == 409
    assert says in answer.text
