"""What the business gives, through the API: two people, partner firms, and what came of it."""

from datetime import datetime

import pytest

from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from outreach.models import Message
from tests.api.client import ApiClient, refusal, wrong_fields
from tests.giving import factories
from tests.giving.factories import TO_ELENA, TO_JONAS

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def jonas(business: Business, now: datetime) -> Contact:
    return factories.jonas(business, now)


@pytest.fixture
def elena(business: Business, now: datetime) -> Contact:
    return factories.elena(business, now)


def two(first: Contact, second: Contact) -> dict[str, str]:
    return {
        "first_contact_id": str(first.pk),
        "second_contact_id": str(second.pk),
        "first_words": TO_JONAS,
        "second_words": TO_ELENA,
    }


def test_two_people_are_drafted_looked_at_and_asked(
    api: ApiClient, reader: ApiClient, jonas: Contact, elena: Contact
) -> None:
    drafted = api.post("/given-introductions", two(jonas, elena))
    place = f"/given-introductions/{drafted.json()['id']}"

    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft")
    api.patch(place, {"first_words": "You two should meet."})
    letters = reader.get(f"{place}/preview").json()["letters"]
    assert [one["contact_id"] for one in letters] == [str(jonas.pk), str(elena.pk)]
    assert "You two should meet." in letters[0]["text"]
    assert jonas.email not in letters[1]["text"]
    assert not Message.objects.exists()

    assert api.post(f"{place}/send").json()["state"] == "asked"
    assert Message.objects.filter(kind="given_to_either").count() == 2
    assert refusal(api.post(f"{place}/send")) == (409, "given_already_sent")
    assert refusal(api.patch(place, {"first_words": "Late."})) == (409, "given_already_sent")
    assert refusal(api.post("/given-introductions", two(elena, jonas))) == (409, "pair_asked")


def test_sending_is_undone_and_what_is_asked_is_taken_back(
    api: ApiClient, jonas: Contact, elena: Contact
) -> None:
    place = (
        f"/given-introductions/{api.post('/given-introductions', two(jonas, elena)).json()['id']}"
    )
    api.post(f"{place}/send")

    assert api.post(f"{place}/undo-sending").json()["state"] == "draft"
    assert {one.state for one in Message.objects.all()} == {"cancelled"}
    assert refusal(api.post(f"{place}/undo-sending")) == (409, "not_possible_now")
    assert api.post(f"{place}/send").json()["state"] == "asked"
    assert api.post(f"{place}/withdraw").json()["state"] == "withdrawn"
    assert refusal(api.post(f"{place}/withdraw")) == (409, "not_possible_now")
    assert api.post(f"{place}/take-up").json()["state"] == "asked"
    assert refusal(api.post(f"{place}/take-up")) == (409, "not_possible_now")


def test_whoever_is_with_a_partner_firm_is_the_second(
    api: ApiClient, business: Business, jonas: Contact, now: datetime
) -> None:
    partner = factories.a_partner(business, now)

    given = api.post("/given-introductions", two(partner, jonas)).json()

    assert (given["first_contact_id"], given["second_contact_id"]) == (
        str(jonas.pk),
        str(partner.pk),
    )
    assert (given["first_words"], given["second_words"]) == (TO_ELENA, TO_JONAS)
    assert given["partner_id"] == str(partner.company_id)


def test_what_came_of_it_is_kept_as_it_was_heard(
    api: ApiClient, reader: ApiClient, jonas: Contact, elena: Contact, alice: User, now: datetime
) -> None:
    given = factories.asked(jonas, elena, alice, now)
    place = f"/given-introductions/{given.pk}"
    told = {"outcome": "met", "words": "At the market."}

    assert refusal(api.post(f"{place}/outcome", told)) == (409, "not_possible_now")
    factories.shaken(given, now)
    kept = api.post(f"{place}/outcome", told).json()

    assert (kept["outcome"], kept["outcome_words"], kept["outcome_by"]) == (
        "met",
        "At the market.",
        "",
    )
    [listed] = reader.get(f"/given-introductions?contact_id={elena.pk}").json()["results"]
    assert listed == kept
    assert wrong_fields(api.post(f"{place}/outcome", {"outcome": "great"})) == {
        "outcome": "invalid_choice"
    }


@pytest.mark.parametrize("words", [{"first_words": ""}, {"second_words": " "}])
def test_each_of_the_two_is_written_a_word(
    api: ApiClient, jonas: Contact, elena: Contact, words: dict[str, str]
) -> None:
    given = api.post("/given-introductions", two(jonas, elena) | words).json()

    answer = api.post(f"/given-introductions/{given['id']}/send")

    assert refusal(answer) == (422, "given_words_needed")


def test_nobody_is_introduced_to_themself(api: ApiClient, jonas: Contact) -> None:
    assert refusal(api.post("/given-introductions", two(jonas, jonas))) == (422, "same_person")


def test_a_firm_has_a_profile_and_becomes_a_partner(
    api: ApiClient, reader: ApiClient, elena: Contact
) -> None:
    place = f"/companies/{elena.company_id}"
    profile = {
        "trade": "Law for small firms",
        "good_referral": "Owners who sign a lease.",
        "sphere": ["Property", "property", "Bookkeeping"],
        "partner_since": "2026-01-07",
    }

    assert reader.get("/companies?partner=true").json()["results"] == []
    kept = api.patch(place, profile).json()

    assert kept["name"] == "Rossi Law"
    assert kept["sphere"] == ["property", "bookkeeping"]
    assert reader.get("/companies?partner=true").json()["results"] == [kept]
    assert reader.get(f"/contacts/{elena.pk}").json()["company_id"] == kept["id"]
    assert refusal(api.patch(place, {"partner_since": "2999-01-01"})) == (422, "not_happened_yet")


def test_partner_firms_that_fit_come_first_and_say_why(
    reader: ApiClient, business: Business, jonas: Contact, now: datetime
) -> None:
    partner = factories.a_partner(business, now)
    at = f"/partner-fits?contact_id={jonas.pk}"

    [unsaid] = reader.get(at).json()["results"]
    [said] = reader.get(f"{at}&need=a lease for a shop").json()["results"]

    assert unsaid == {
        "contact_id": str(partner.pk),
        "company_id": str(partner.company_id),
        "because": "",
    }
    assert said["because"] == "“lease” stands in what Rossi Law calls a good referral."
    assert wrong_fields(reader.get("/partner-fits")) == {"contact_id": "required"}


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ({"tags": ["property"]}, "Rossi Law works with “property”, and that is where Jonas is."),
        (
            {"trade": "Bookkeeping"},
            "Rossi Law works with “bookkeeping”, and that is where Jonas is.",
        ),
        ({"tags": ["leases"]}, "Jonas has the tag “leases”, which Rossi Law looks for."),
        ({"tags": ["rowing"]}, ""),
    ],
)
def test_what_is_known_of_somebody_says_whether_a_partner_fits(
    reader: ApiClient,
    api: ApiClient,
    business: Business,
    jonas: Contact,
    now: datetime,
    known: dict[str, list[str] | str],
    because: str,
) -> None:
    factories.a_partner(business, now)
    place = f"/contacts/{jonas.pk}" if "tags" in known else f"/companies/{jonas.company_id}"
    assert api.patch(place, known).status_code == 200

    [fit] = reader.get(f"/partner-fits?contact_id={jonas.pk}").json()["results"]

    assert fit["because"] == because


def test_a_partner_who_cannot_be_written_to_is_not_suggested(
    reader: ApiClient, business: Business, jonas: Contact, now: datetime
) -> None:
    partner = factories.a_partner(business, now)
    partner.email = ""
    partner.save()

    answer = reader.get(f"/partner-fits?contact_id={jonas.pk}&need=a lease")

    assert answer.json()["results"] == []
