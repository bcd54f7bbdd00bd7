"""/business, and people left in peace, by API."""

import base64

import pytest

from businesses.models import Business, Picture, Scope, User
from tests.api.client import ApiClient, refusal, with_a_key, wrong_fields
from tests.businesses.test_pictures import a_photograph
from tests.outreach.factories import a_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice, Scope.ADMIN)


def test_a_key_tells_when_letters_leave(reader: ApiClient, business: Business) -> None:
    answer = reader.get("/business")

    assert answer.json() == {
        "id": str(business.pk),
        "name": "Lindqvist Bookkeeping",
        "timezone": "Europe/Stockholm",
        "country": "SE",
        "letters_from": 8,
        "letters_until": 19,
        "letter_days": "12345",
        "keeps_holidays": True,
        "weeks_between_asks": 12,
        "blurb": "",
        "full_until": None,
        "closed_until": None,
        "gift_ceiling": 5_000,
        "shows_values": False,
        "town": "",
        "website": "",
        "difference": "",
        "first_talk": "",
        "booking_link": "",
        "currency": "EUR",
        "other_currencies": [],
        "credit_months": None,
        "card_costs": None,
        "hour_costs": None,
        "minutes_each": None,
        "advertising_a_month": None,
    }


def test_a_key_says_how_the_business_introduces_itself(admin: ApiClient, reader: ApiClient) -> None:
    told = {"town": "Lund", "first_talk": "Half an hour.", "website": "lindqvist.example"}

    answer = admin.patch("/business", {**told, "letters_from": 9})

    assert answer.json()["letters_from"] == 9
    kept = reader.get("/business").json()
    assert (kept["town"], kept["first_talk"]) == ("Lund", "Half an hour.")
    assert kept["website"] == "https://lindqvist.example"
    assert refusal(admin.patch("/business", {"booking_link": "javascript:x"})) == (
        422,
        "link_not_possible",
    )


def test_a_key_puts_a_picture_there_and_takes_it_away(
    admin: ApiClient, api: ApiClient, business: Business
) -> None:
    image = base64.b64encode(a_photograph()).decode()

    assert refusal(api.put("/business/picture", {"image": image})) == (403, "permission_denied")
    assert refusal(admin.put("/business/picture", {"image": "?"})) == (422, "no_picture")
    assert admin.put("/business/picture", {"image": image}).status_code == 204
    assert Picture.objects.filter(business=business).count() == 1

    for _ in range(2):
        assert admin.delete("/business/picture").status_code == 204
    assert not Picture.objects.filter(business=business).exists()


def test_a_key_says_what_a_member_says_of_themself(admin: ApiClient, alice: User) -> None:
    [member] = [
        row for row in admin.get("/members").json()["results"] if row["email"] == alice.email
    ]

    answer = admin.patch(f"/members/{member['id']}", {"self_introduction": "I am Alice."})

    assert answer.json()["self_introduction"] == "I am Alice."


def test_it_is_changed_by_a_key_that_was_made_for_it(admin: ApiClient, api: ApiClient) -> None:
    changes = {"letters_from": 9, "letter_days": "531", "full_until": "2031-02-03"}

    assert refusal(api.patch("/business", changes)) == (403, "permission_denied")
    answer = admin.patch("/business", changes)

    assert answer.status_code == 200
    told = api.get("/business").json()
    assert (told["letters_from"], told["letter_days"]) == (9, "135")
    assert told["full_until"] == "2031-02-03"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"letters_from": 20}, "hours_not_possible"),
        ({"country": "XX"}, "unknown_country"),
        ({"closed_until": "2020-01-01"}, "day_has_come"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    admin: ApiClient, changes: dict[str, object], code: str
) -> None:
    before = admin.get("/business").json()

    assert refusal(admin.patch("/business", changes)) == (422, code)
    assert admin.get("/business").json() == before


def test_days_are_numbers_from_monday(admin: ApiClient) -> None:
    assert wrong_fields(admin.patch("/business", {"letter_days": "08"})) == {
        "letter_days": "invalid"
    }


def test_an_ask_is_refused_while_the_business_is_full(admin: ApiClient, business: Business) -> None:
    admin.patch("/business", {"full_until": "2031-02-03"})
    contact = a_contact(business)
    draft = admin.post("/asks", {"contact_id": str(contact.pk), "wanted": "workshops"}).json()

    answer = admin.post(f"/asks/{draft['id']}/send")

    assert refusal(answer) == (409, "asks_wait")
    assert admin.get(f"/asks/{draft['id']}").json()["state"] == "draft"


def test_somebody_is_left_in_peace_and_taken_up_again(api: ApiClient, business: Business) -> None:
    contact = a_contact(business)

    rests = api.post(f"/contacts/{contact.pk}/rest", {"reason": "moved_away"}).json()
    asked = api.post("/asks", {"contact_id": str(contact.pk), "wanted": "workshops"})
    again = api.post(f"/contacts/{contact.pk}/resume").json()

    assert (rests["rests"], rests["next_touch_on"]) == ("moved_away", None)
    assert refusal(asked) == (409, "left_in_peace")
    assert (again["rests"], again["rests_since"]) == ("", None)
    assert again["next_touch_on"] is not None
