"""Do I give as much as I get? Whose turn it is, with patience, and what could be done for them."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.firms import change_firm
from contacts.models import Company, Contact
from contacts.services import ContactChanges, change_contact, leave_in_peace
from insights.reciprocity import PATIENCE, Turn, balances, turn_of
from introductions.services import advocate_for
from referrals.services import give_thanks, record_kindness, record_sent_someone
from tests.giving.factories import a_partner, asked, jonas, shaken
from tests.introductions.factories import a_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def elena(business: Business, now: datetime) -> Contact:
    """With a partner firm of two years."""
    return a_partner(business, now - timedelta(days=730))


@pytest.fixture
def rossi(elena: Contact) -> Company:
    assert elena.company is not None
    return elena.company


def received(sender: Contact, by: Actor, now: datetime, times: int = 1) -> None:
    for _ in range(times):
        name = f"Somebody {Contact.objects.count()}"
        record_sent_someone(business=sender.business, name=name, sender=sender, by=by, now=now)


def given(to: Contact, giver: User, now: datetime, times: int = 1) -> None:
    for _ in range(times):
        somebody = jonas(to.business, now, f"jonas{Contact.objects.count()}@x.example")
        shaken(asked(somebody, to, giver, now), now)


def says(client: Client, desk: str) -> str:
    return " ".join(client.get(f"{desk}give-and-take/").text.split())


@pytest.mark.parametrize(
    ("gave", "got", "days", "turn"),
    [
        (1, 3, 10, Turn.OURS),
        (1, 3, 1000, Turn.OURS),
        (2, 2, 10, Turn.EVEN),
        (3, 1, 1000, Turn.THEIRS),
        (3, 1, 10, Turn.YOUNG),
        (0, 0, 10, Turn.YOUNG),
        (0, 0, 1000, Turn.BEGIN),
    ],
)
def test_whose_turn_it_is(gave: int, got: int, days: int, turn: Turn) -> None:
    today = date(2026, 5, 4)

    since = today - timedelta(days=days)

    assert turn_of(given=gave, received=got, since=since, today=today) == turn


def test_patience_is_over_on_its_day() -> None:
    today = date(2026, 5, 4)

    for days, turn in ((179, Turn.YOUNG), (180, Turn.THEIRS)):
        since = today - timedelta(days=days)
        assert turn_of(given=1, received=0, since=since, today=today) == turn
    assert timedelta(days=180) == PATIENCE


def test_a_partner_firm_has_both_columns_whoever_there_sent_somebody(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    elena: Contact,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
) -> None:
    colleague = a_contact(business, now, "Carlo Rossi", "carlo@rossi.example")
    change_contact(contact=colleague, changes={"company": rossi}, by=by_alice, now=now)
    received(elena, by_alice, now)
    received(colleague, by_alice, now)
    given(elena, alice, now)

    page = says(alice_client, desk)

    assert "You sent 1, received 2. It is your turn." in page
    assert "It is your turn with one of them" in page
    assert "Carlo" not in page


def test_an_advocate_stands_there_by_name_and_no_volume_orders_them(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    by_alice: Actor,
    now: datetime,
) -> None:
    zoe, adam, even = (
        a_contact(business, now, name, f"{name[:3]}@x.example".lower())
        for name in ("Zoe Lind", "Adam Berg", "Mia Even")
    )
    received(zoe, by_alice, now, 5)
    received(adam, by_alice, now, 1)
    received(even, by_alice, now)
    given(even, alice, now)

    rows = list(alice_client.get(f"{desk}give-and-take/").context["rows"])

    names = [row.who.name for row in rows if row.turn == Turn.OURS]
    assert names == ["Adam Berg", "Zoe Lind"]
    assert {row.who.name: row.turn for row in rows}["Mia Even"] == Turn.EVEN


def test_one_introduction_is_counted_with_both_and_added_up_nowhere(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    by_alice: Actor,
    now: datetime,
) -> None:
    anna, bob = (
        a_contact(business, now, name, f"{name[:3]}@x.example".lower())
        for name in ("Anna Berg", "Bob Lind")
    )
    shaken(asked(anna, bob, alice, now), now)

    page = says(alice_client, desk)

    assert page.count("You sent 1, received 0.") == 2
    assert "You sent 2" not in page


def test_where_nothing_went_either_way_it_is_said_once(
    alice_client: Client, desk: str, elena: Contact
) -> None:
    page = says(alice_client, desk)

    assert page.count("othing has gone either way") == 1
    assert "as much as you get" not in page
    assert "You sent 0, received 0. Somebody begins, and it may be you." in page


def test_of_more_than_a_page_shows_each_is_reached(
    alice_client: Client, business: Business, desk: str, now: datetime
) -> None:
    Company.objects.bulk_create(
        Company(
            business=business,
            name=f"Firm {nth:03}",
            name_key=f"firm {nth:03}",
            partner_since=now.date(),
        )
        for nth in range(205)
    )
    at = f"{desk}give-and-take/"

    first, second = alice_client.get(at), alice_client.get(f"{at}?page=2")

    assert ("Firm 199" in first.text, "Firm 200" in first.text) == (True, False)
    assert 'href="?page=2" rel="next"' in first.text
    assert ("Firm 199" in second.text, "Firm 204" in second.text) == (False, True)
    assert 'href="?page=1" rel="prev"' in second.text
    assert "Firm 000" in alice_client.get(f"{at}?page=nonsense").text


def test_what_was_not_answered_by_both_is_not_given(
    business: Business, alice: User, elena: Contact, by_alice: Actor, now: datetime
) -> None:
    asked(jonas(business, now), elena, alice, now)

    [row] = balances(business=business, now=now)

    assert (row.given, row.received, row.turn) == (0, 0, Turn.BEGIN)


def test_a_young_partnership_is_given_time(
    alice_client: Client, business: Business, alice: User, desk: str, now: datetime
) -> None:
    young = a_partner(business, now - timedelta(days=20))
    given(young, alice, now)

    assert "give it time." in says(alice_client, desk)


def test_whoever_is_left_in_peace_is_not_counted(
    business: Business, by_alice: Actor, now: datetime
) -> None:
    marta = a_contact(business, now)
    received(marta, by_alice, now)
    leave_in_peace(contact=marta, why="died", by=by_alice, now=now)

    assert not balances(business=business, now=now)


def test_it_makes_no_more_queries_for_more_rows(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    elena: Contact,
    by_alice: Actor,
    now: datetime,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert alice_client.get(f"{desk}give-and-take/").status_code == 200
        return len(found)

    received(elena, by_alice, now)
    given(elena, alice, now)
    received(a_contact(business, now), by_alice, now)
    queries()
    before = queries()
    for number in range(4):
        person = a_contact(business, now, f"Person {number}", f"p{number}@x.example")
        received(person, by_alice, now)
        given(person, alice, now)

    assert queries() == before


def test_it_is_one_page_away_from_today_and_from_the_thank_yous(
    alice_client: Client, desk: str, elena: Contact, by_alice: Actor, now: datetime
) -> None:
    change_contact(contact=elena, changes={"circle": "inner"}, by=by_alice, now=now)

    for place in (desk, f"{desk}thank-yous/", f"{desk}firms/"):
        assert f'href="{desk}give-and-take/"' in alice_client.get(place).text


def test_somebody_of_ours_who_looks_for_it_is_proposed(
    alice_client: Client,
    business: Business,
    desk: str,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
) -> None:
    tagged, noted, merely = (
        a_contact(business, now, name, f"{name[:3]}@x.example".lower())
        for name in ("Tora Tagg", "Nils Note", "Olle Other")
    )
    change_contact(contact=tagged, changes={"tags": ["property"]}, by=by_alice, now=now)
    change_contact(
        contact=noted, changes={"note": "Asked me who reads a lease."}, by=by_alice, now=now
    )

    change_contact(
        contact=merely,
        changes={"note": "Signed a lease. Asks about the weather."},
        by=by_alice,
        now=now,
    )

    page = alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text

    assert "Tora Tagg has the tag “property”" in page
    assert "In your note on Nils Note: “Asked me who reads a lease.”" in page
    assert "Olle" not in page
    assert "Olle Other" not in page
    assert f"given/new/?first={tagged.pk}" in page


@pytest.mark.parametrize(
    ("trade", "facts"),
    [
        ("Plumbing", {"tags": ["Bathroom", "plumbings"]}),
        ("Plumbing", {"note": "Rang.\nNEEDS new PLUMBING by May."}),
        ("Straßenbau", {"tags": ["STRASSENBAU"]}),
        ("Ölbrenner", {"note": "Sucht. He seeks ölbrenner."}),
        ("Strassenbau", {"note": "Looks for Straßenbau."}),
    ],
)
def test_whoever_fits_is_found_wherever_they_stand_in_the_alphabet(
    alice_client: Client,
    desk: str,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
    trade: str,
    facts: ContactChanges,
) -> None:
    change_firm(company=rossi, changes={"trade": trade}, by=by_alice, now=now)
    zoe = a_contact(rossi.business, now, "Zoe Zander", "zoe@x.example")
    change_contact(contact=zoe, changes=facts, by=by_alice, now=now)
    Contact.objects.bulk_create(
        Contact(business=rossi.business, name=f"Aaron {n:03}", name_key=f"aaron {n:03}")
        for n in range(301)
    )

    page = alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text

    assert f"given/new/?first={zoe.pk}" in page


def test_somebody_in_the_trade_that_a_firm_looks_for_is_proposed(
    alice_client: Client, desk: str, rossi: Company, by_alice: Actor, now: datetime
) -> None:
    change_firm(
        company=rossi,
        changes={"good_referral": "Bakeries that move house"},
        by=by_alice,
        now=now,
    )
    for name, firm, trade in (
        ("Bo Ek", "Ek & Son", "Organic bakery, bakeries"),
        ("Ola Ny", "Ny", "Opera"),
    ):
        one = a_contact(rossi.business, now, name, f"{name[:2]}@x.example".lower())
        change_contact(contact=one, changes={"company_name": firm}, by=by_alice, now=now)
        Company.objects.filter(name=firm).update(trade=trade)

    page = alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text

    says = "Bo Ek is in “Organic bakery, bakeries”, and “bakeries” is whom Rossi Law looks for."
    assert says in page
    assert "Ola Ny" not in page


def test_whoever_was_introduced_there_is_not_proposed_again(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    elena: Contact,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
) -> None:
    tagged = a_contact(business, now, "Tora Tagg", "tora@x.example")
    change_contact(contact=tagged, changes={"tags": ["property"]}, by=by_alice, now=now)
    shaken(asked(tagged, elena, alice, now), now)

    assert "Tora Tagg" not in alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text


def test_nobody_is_proposed_who_is_being_asked_or_has_no_address(
    alice_client: Client,
    business: Business,
    alice: User,
    desk: str,
    elena: Contact,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
) -> None:
    tora, nils, olle = (
        a_contact(business, now, name, email)
        for name, email in (
            ("Tora Tagg", "tora@x.example"),
            ("Nils Note", ""),
            ("Olle Other", "olle@x.example"),
        )
    )
    for person in (tora, nils, olle):
        change_contact(contact=person, changes={"tags": ["property"]}, by=by_alice, now=now)
    asked(tora, elena, alice, now)

    for place in (f"{desk}firms/{rossi.pk}/", f"{desk}people/{elena.pk}/"):
        page = alice_client.get(f"{place}give-and-take/").text
        assert "Olle Other has the tag" in page
        assert "Tora" not in page
        assert "Nils" not in page

    change_contact(contact=elena, changes={"email": ""}, by=by_alice, now=now)
    assert "Olle" not in alice_client.get(f"{desk}people/{elena.pk}/give-and-take/").text


def test_an_anniversary_within_a_month_is_told(
    alice_client: Client, business: Business, desk: str, by_alice: Actor, now: datetime
) -> None:
    with clock.at(datetime(2026, 5, 4, 9, tzinfo=now.tzinfo)):
        marta = a_contact(business, clock.now(), "Marta Oliveira", "marta@c.example")
        for since, is_told in ((date(2021, 6, 3), True), (date(2021, 6, 4), False)):
            change_contact(
                contact=marta, changes={"customer_since": since}, by=by_alice, now=clock.now()
            )
            page = alice_client.get(f"{desk}people/{marta.pk}/give-and-take/").text
            told = "On 3 June it is 5 years that Marta is your customer." in page
            assert told is is_told


def test_thanks_come_first_and_then_in_public_unless_they_would_rather_not(
    alice_client: Client, business: Business, desk: str, by_alice: Actor, now: datetime
) -> None:
    marta = a_contact(business, now)
    advocate_for(contact=marta, now=now)
    owed = record_kindness(contact=marta, reason="helping", by=by_alice, now=now)
    at = f"{desk}people/{marta.pk}/give-and-take/"
    assert "Marta waits to be thanked." in alice_client.get(at).text

    give_thanks(thank_you=owed, how="call", by=by_alice, now=now)

    assert "Marta is asked first." in alice_client.get(at).text
    owed.refresh_from_db()
    owed.public_state, owed.public_words, owed.public_name = "declined", "Thank you.", "Marta"
    owed.public_asked_at = now
    owed.save()
    assert "Nothing comes to mind yet" in alice_client.get(at).text


def test_whoever_is_left_in_peace_is_not_proposed_and_hides_no_colleague(
    alice_client: Client,
    business: Business,
    desk: str,
    elena: Contact,
    rossi: Company,
    by_alice: Actor,
    now: datetime,
) -> None:
    carlo = a_contact(business, now, "Carlo Rossi", "carlo@rossi.example")
    change_contact(contact=carlo, changes={"company": rossi}, by=by_alice, now=now)
    # Six years come to this in a day or two.
    since = clock.today(business, now) - timedelta(days=6 * 365)
    change_contact(contact=elena, changes={"customer_since": since}, by=by_alice, now=now)
    received(elena, by_alice, now - timedelta(days=1))
    received(carlo, by_alice, now)
    leave_in_peace(contact=elena, why="died", by=by_alice, now=now)

    of_firm = alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text
    of_elena = alice_client.get(f"{desk}people/{elena.pk}/give-and-take/").text

    assert "Carlo waits to be thanked." in of_firm
    assert "Elena" not in of_firm
    assert "Nobody is reminded of Elena" in of_elena
    assert "waits to be thanked" not in of_elena
    assert "Send a card" not in of_elena
    assert "What could you do for Elena?" not in alice_client.get(f"{desk}people/{elena.pk}/").text


def test_a_firm_without_a_profile_is_asked_for_one(
    alice_client: Client, desk: str, rossi: Company, by_alice: Actor, now: datetime
) -> None:
    change_firm(
        company=rossi,
        changes={"trade": "", "good_referral": "", "sphere": []},
        by=by_alice,
        now=now,
    )
    Company.objects.filter(pk=rossi.pk).update(partner_since=now.date() - timedelta(days=100))

    page = alice_client.get(f"{desk}firms/{rossi.pk}/give-and-take/").text

    assert "Write down what the firm does" in page
