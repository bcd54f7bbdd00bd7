"""Who brought whom, as a page and as a picture; and how customers found the business."""

import re
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Scope, User
from contacts.models import Contact
from referrals import services
from referrals.models import Referral
from tests.api.client import with_a_key
from tests.contacts.factories import make_contact
from tests.introductions.factories import JONAS
from tests.referrals.factories import lost, won

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"
RULE = "What came of an introduction is credited to whoever made it"


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(hours=2)


def sent(by: Contact, name: str, now: datetime, email: str = "") -> Referral:
    return services.record_sent_someone(
        business=by.business, name=name, email=email, sender=by, by=SYSTEM, now=now
    )


@pytest.fixture
def marta(business: Business, now: datetime) -> Contact:
    """Marta sent Jonas and Ida; Jonas sent Elena, who paid 1,000; Jonas paid 1,850."""
    marta = make_contact(business, name="Marta Oliveira")
    jonas = won(sent(marta, "Jonas & Falk", now), now).contact
    sent(marta, "Ida Berg", now)
    won(sent(jonas, "Elena Rossi", now), now, amount=100_000)
    return marta


@pytest.fixture
def at(marta: Contact) -> str:
    return f"/b/{marta.business.slug}/people/{marta.pk}/"


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_page_shows_generations_and_what_each_branch_brought(
    alice_client: Client, at: str
) -> None:
    said = words(alice_client.get(f"{at}lineage/").text)

    assert "3 people in 2 generations" in said
    assert "Through Marta €1,850" in said
    assert "Through those in turn €1,000" in said
    assert "The whole tree €2,850" in said
    assert "Counted is what they paid however long ago they came, less what was given back." in said
    assert "Jonas &amp; Falk €2,850" in said
    assert "Under each name stands what came through Marta Oliveira" in said
    assert said.index("Marta sent you") < said.index("They in turn sent")


def test_the_picture_is_an_svg_that_can_be_kept(
    alice_client: Client, at: str, marta: Contact
) -> None:
    answer = alice_client.get(f"{at}lineage.svg")

    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    drawn = ElementTree.fromstring(answer.text)  # our own
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert {"Marta Oliveira", "Jonas & Falk", "Ida Berg", "Elena Rossi", "€2,850"} <= {*texts}
    assert len(list(drawn.iter(f"{SVG}path"))) == 3
    assert marta.name in drawn.attrib["aria-label"]
    lowest = max(int(text.attrib["y"]) for text in drawn.iter(f"{SVG}text"))
    assert lowest < int(drawn.attrib["height"])


def test_the_persons_page_says_what_came_through_them_and_by_which_rule(
    alice_client: Client, at: str
) -> None:
    said = words(alice_client.get(at).text)

    assert "2 people , €1,850; those in turn €1,000" in said
    assert RULE in said


@pytest.mark.parametrize("door", ["desk", "api"])
def test_a_tree_that_comes_back_to_somebody_ends_there(
    alice_client: Client, business: Business, alice: User, at: str, marta: Contact, door: str
) -> None:
    """Elena, whom Jonas sent, turns out to be Marta, who sent Jonas."""
    elena = Contact.objects.get(name="Elena Rossi")

    _put_together(alice_client, business, alice, marta, elena, door)

    said = words(alice_client.get(f"{at}lineage/").text)
    jonas = Contact.objects.get(name="Jonas & Falk")
    theirs = words(alice_client.get(f"/b/{business.slug}/people/{jonas.pk}/lineage/").text)
    assert "2 people in 1 generation" in said
    assert "Through Marta €1,850" in said
    assert "Elena" not in said
    # What she paid herself counts for Jonas, and does not come back to her.
    assert "Through those in turn nothing yet" in said
    assert "The whole tree €2,850, with what Marta paid" in said
    assert "Through Jonas €1,000" in theirs
    assert alice_client.get(f"{at}lineage.svg").status_code == 200


@pytest.mark.parametrize("door", ["desk", "api"])
def test_one_person_in_two_branches_stands_in_the_tree_once(
    alice_client: Client, business: Business, alice: User, at: str, marta: Contact, door: str
) -> None:
    """Ida, whom Marta sent, is Elena, whom Jonas sent."""
    ida, elena = (Contact.objects.get(name=name) for name in ("Ida Berg", "Elena Rossi"))

    _put_together(alice_client, business, alice, ida, elena, door)

    said = words(alice_client.get(f"{at}lineage/").text)
    assert "2 people in 1 generation" in said
    assert said.partition("Marta sent you")[2].count("Ida Berg") == 1
    assert "Elena" not in said
    # As near to Marta as any way leads; it is Jonas who is credited with what came of his.
    assert "Through those in turn €1,000" in said
    assert "The whole tree €2,850" in said


def _put_together(
    client: Client, business: Business, alice: User, kept: Contact, other: Contact, door: str
) -> None:
    if door == "api":
        api = with_a_key(business, alice, Scope.ADMIN)
        answer = api.post(f"/contacts/{kept.pk}/merge", {"other_id": str(other.pk)})
        assert answer.status_code == 200
        return
    place = f"/b/{business.slug}/people/{kept.pk}/merge/"
    answer = client.post(place, {"other": other.pk}, follow=True)
    assert "is one entry now." in answer.text


def test_a_larger_tree_needs_no_more_queries(
    alice_client: Client, at: str, marta: Contact, now: datetime
) -> None:
    pages = [f"{at}lineage/", f"{at}lineage.svg", at]
    before = [_queries(alice_client, page) for page in pages]
    for number in range(4):
        newcomer = won(sent(marta, f"Newcomer {number}", now), now).contact
        sent(newcomer, f"Sent on {number}", now)

    assert [_queries(alice_client, page) for page in pages] == before


def _queries(client: Client, at: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at).status_code == 200
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


def test_who_brings_business_is_one_page_from_today_and_by_name(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    desk = f"/b/{business.slug}/"
    assert f'href="{desk}people/who-brought/"' in alice_client.get(desk).text

    said = words(alice_client.get(f"{desk}people/who-brought/").text)

    # Jonas brought less than Marta, and stands before her.
    assert "Jonas &amp; Falk sent you 1 person: €1,000" in said
    assert "Marta Oliveira sent you 2 people: €1,850; those in turn €1,000" in said
    assert said.index("Jonas &amp; Falk sent") < said.index("Marta Oliveira sent")
    assert RULE in said


@pytest.fixture
def jonas(business: Business, now: datetime) -> Contact:
    """Marta sent Jonas, and it came to nothing; then Tomás sent him, and he bought for 1,850.

    Jonas sent Elena, who bought for 1,000, and Jonas bought for 70 more, of nobody's doing.
    """
    marta, tomas = (
        make_contact(business, name=name) for name in ("Marta Oliveira", "Tomás Brandt")
    )
    later = now + timedelta(minutes=1)
    jonas = lost(sent(marta, "Jonas Falk", now, JONAS), now).contact
    again = won(sent(tomas, "Jonas Falk", later, JONAS), later)
    assert again.contact == jonas
    won(sent(jonas, "Elena Rossi", now), now, amount=100_000)
    services.record_closed_business(
        contact=jonas, amount=7_000, currency="EUR", on=clock.today(business), by=SYSTEM, now=now
    )
    return jonas


def test_whoever_sends_somebody_again_has_what_came_of_that_and_the_first_has_the_rest(
    alice_client: Client, business: Business, jonas: Contact, alice: User
) -> None:
    desk, api = f"/b/{business.slug}/", with_a_key(business, alice)
    everybody = words(alice_client.get(f"{desk}people/who-brought/").text)
    listed = {one["contact_id"]: one for one in api.get("/bringers").json()["results"]}
    for name, brings, tree, direct in (
        ("Tomás Brandt", "1 person: €1,850", ["1 person in 1 generation", "€1,850"], 185_000),
        (
            "Marta Oliveira",
            "1 person: €70; those in turn €1,000",
            ["2 people in 2 generations", "€1,070"],
            7_000,
        ),
    ):
        contact = Contact.objects.get(name=name)
        place = f"{desk}people/{contact.pk}/"
        page = words(alice_client.get(f"{place}lineage/").text)
        told = api.get(f"/contacts/{contact.pk}/lineage").json()
        people, money = tree

        assert f"{name} sent you {brings}" in everybody
        assert brings.replace(": ", " , ") in words(alice_client.get(place).text)
        assert people in page
        assert f"The whole tree {money}" in page
        assert f"Jonas Falk {money}" in page
        assert money in alice_client.get(f"{place}lineage.svg").text
        assert "Nobody yet" not in page
        assert told["direct"]["amounts"] == [{"amount": direct, "currency": "EUR"}]
        assert listed[str(contact.pk)]["direct"] == told["direct"]
        for rule in (everybody, page, told["rule"], _said_by_picture(alice_client, place)):
            assert "What came of an introduction is credited to whoever made it" in rule
            assert "all else that they paid since they were first sent to you" in rule


def _said_by_picture(client: Client, place: str) -> str:
    """All that the picture alone says, however its lines are broken."""
    drawn = ElementTree.fromstring(client.get(f"{place}lineage.svg").text)
    return " ".join(text.text or "" for text in drawn.iter(f"{SVG}text"))


def test_who_brings_business_is_a_page_of_them_at_a_time(
    alice_client: Client, business: Business, marta: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.people.listing.PAGE", 1)
    place = f"/b/{business.slug}/people/who-brought/"

    first = alice_client.get(place).text
    [further] = re.findall(r'href="(\?after=[^"]+)"', first)
    second = alice_client.get(place + further).text

    assert "Jonas &amp; Falk" in first
    assert "Marta Oliveira" not in first
    assert "Marta Oliveira" in second
    assert "?before=" in second


def test_whoever_brought_nobody_has_a_kind_page(alice_client: Client, business: Business) -> None:
    lone = make_contact(business, name="Lone Wolf")

    for path in ("lineage/", "lineage.svg"):
        assert alice_client.get(f"/b/{business.slug}/people/{lone.pk}/{path}").status_code == 200


def test_another_business_sees_no_tree(charlie_client: Client, at: str) -> None:
    assert charlie_client.get(f"{at}lineage/").status_code == 404
    assert charlie_client.get(f"{at}lineage.svg").status_code == 404


def test_the_api_tells_the_tree_with_its_rule(
    business: Business, alice_client: Client, marta: Contact, alice: User
) -> None:
    api = with_a_key(business, alice)

    told = api.get(f"/contacts/{marta.pk}/lineage").json()

    assert told["generations"] == 2
    assert told["direct"]["amounts"] == [{"amount": 185_000, "currency": "EUR"}]
    assert told["through"]["amounts"] == [{"amount": 100_000, "currency": "EUR"}]
    assert told["rule"].startswith("Counted is what they paid")
    listed = {one["contact_id"]: one for one in api.get("/bringers").json()["results"]}
    assert (listed[str(marta.pk)]["people"], len(listed)) == (2, 2)
    assert listed[str(marta.pk)]["through"] == told["through"]
    root, *others = told["people"]
    assert (root["contact_id"], root["parent_id"], root["generation"]) == (str(marta.pk), None, 0)
    assert [one["generation"] for one in others] == [1, 1, 2]
    assert root["branch"]["amounts"] == [{"amount": 285_000, "currency": "EUR"}]
    referral = Referral.objects.get(contact__name="Elena Rossi")
    worth = api.get(f"/referrals/{referral.pk}/worth").json()
    assert worth["amounts"] == [{"amount": 100_000, "currency": "EUR"}]
    assert worth["together"] is None


def test_where_a_customer_came_from_is_said_in_one_tap(
    alice_client: Client, business: Business
) -> None:
    desk = f"/b/{business.slug}/"
    tove = make_contact(business, name="Tove Lund", customer_since=date(2026, 1, 2))
    assert "How did they find you?" in alice_client.get(desk).text
    assert "Found us by searching" in alice_client.get(f"{desk}people/{tove.pk}/").text

    answer = alice_client.post(
        f"{desk}people/{tove.pk}/source/", {"source": "search", "from": "today"}, follow=True
    )

    assert answer.redirect_chain == [(desk, 302)]
    assert "How did they find you?" not in answer.text
    tove.refresh_from_db()
    assert tove.source == "search"
    alice_client.post(f"{desk}people/{tove.pk}/source/", {"source": "magic"})
    tove.refresh_from_db()
    assert tove.source == "search"


def test_who_was_sent_by_someone_leads_to_the_question_by_whom(
    alice_client: Client, business: Business
) -> None:
    desk = f"/b/{business.slug}/"
    tove = make_contact(business, name="Tove Lund", customer_since=date(2026, 1, 2))
    marta = make_contact(business, name="Marta Oliveira")
    place = f"{desk}people/{tove.pk}/"

    asked = alice_client.post(f"{place}source/", {"source": "sent", "from": "today"}, follow=True)

    assert asked.redirect_chain == [(f"{place}sent-by/?from=today", 302)]
    assert "Who sent Tove to you?" in asked.text
    assert f'href="{desk}">Leave it open</a>' in asked.text
    tove.refresh_from_db()
    assert (tove.source, tove.met_through) == ("sent", None)
    for _ in range(2):
        answer = alice_client.post(
            f"{place}sent-by/", {"sender_name": "marta oliveira", "from": "today"}, follow=True
        )
        assert answer.redirect_chain == [(desk, 302)]
    assert "Kept: Marta Oliveira sent Tove." in answer.text
    tove.refresh_from_db()
    assert tove.met_through == marta
    assert "met through" in alice_client.get(place).text
    # It is known now: the tap asks no more.
    again = alice_client.post(f"{place}source/", {"source": "sent"}, follow=True)
    assert again.redirect_chain == [(place, 302)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Please give a name, or leave it open."),
        ("Nobody Here", "Nobody here is called “Nobody Here”. Add them first."),
        ("Marta", "Please choose who you mean by “Marta”."),
        ("Tove Lund", "Nobody is met through themself."),
    ],
)
def test_who_sent_them_is_somebody_who_is_known(
    alice_client: Client, business: Business, typed: str, says: str
) -> None:
    tove = make_contact(business, name="Tove Lund")
    for name in ("Marta Oliveira", "Marta Berg"):
        make_contact(business, name=name)

    answer = alice_client.post(
        f"/b/{business.slug}/people/{tove.pk}/sent-by/", {"sender_name": typed}
    )

    assert answer.status_code == 422
    assert says in answer.text
    tove.refresh_from_db()
    assert tove.met_through is None


def test_who_sent_a_customer_is_said_by_the_api(business: Business, alice: User) -> None:
    api = with_a_key(business, alice)
    tove, marta = (make_contact(business, name=name) for name in ("Tove Lund", "Marta Oliveira"))

    answer = api.patch(f"/contacts/{tove.pk}", {"source": "sent", "met_through_id": str(marta.pk)})

    assert answer.status_code == 200
    assert (answer.json()["source"], answer.json()["met_through_id"]) == ("sent", str(marta.pk))
