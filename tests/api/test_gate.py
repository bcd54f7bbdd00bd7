"""The gate and readiness through the API: the same rules, in the same words."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, Scope, User
from contacts.models import Contact
from feedback.services import record_feedback
from introductions.models import Advocate, Ask
from introductions.services import set_limits
from outreach.models import Message
from tests.api.client import ApiClient, queries_of, refusal, with_a_key
from tests.contacts.factories import make_contact
from tests.guests.factories import sent_ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(business: Business) -> Contact:
    return make_contact(name="Marta Oliveira", email="marta@oliveira.example", circle="inner")


@pytest.fixture
def draft(api: ApiClient, marta: Contact) -> str:
    answer = api.post("/asks", {"contact_id": str(marta.pk), "wanted": "a baker"})
    return f"/asks/{answer.json()['id']}"


def an_unhappy(contact: Contact) -> None:
    record_feedback(contact=contact, score=3, by=SYSTEM, now=clock.now())


def test_an_ask_to_somebody_unhappy_is_refused_and_stays_a_draft(
    api: ApiClient, marta: Contact, draft: str
) -> None:
    an_unhappy(marta)

    answer = api.post(f"{draft}/send")

    assert refusal(answer) == (409, "put_right_first")
    assert api.get(draft).json()["state"] == "draft"


def test_a_reason_sends_it_and_is_kept(api: ApiClient, marta: Contact, draft: str) -> None:
    an_unhappy(marta)

    answer = api.post(f"{draft}/send", {"reason": "She offered it"})

    assert answer.status_code == 200
    assert answer.json()["override_reason"] == "She offered it"


def test_the_advocates_own_limits_are_read_and_no_reason_opens_them(
    api: ApiClient, marta: Contact, draft: str
) -> None:
    day = (clock.now() + timedelta(days=30)).date()
    set_limits(
        advocate=Advocate.objects.get(),
        weeks_between_asks=26,
        only_about="Bakers",
        not_before=day,
        now=clock.now(),
    )

    [shown] = api.get(f"/advocates?contact_id={marta.pk}").json()["results"]
    answer = api.post(f"{draft}/send", {"reason": "Urgent", "fits_their_limits": True})

    assert (shown["weeks_between_asks"], shown["only_about"]) == (26, "Bakers")
    assert shown["not_before"] == day.isoformat()
    assert refusal(answer) == (409, "advocate_not_before")


def test_kinds_of_people_are_compared_first(api: ApiClient, draft: str) -> None:
    set_limits(
        advocate=Advocate.objects.get(),
        weeks_between_asks=None,
        only_about="Bakers",
        not_before=None,
        now=clock.now(),
    )

    unchecked = api.post(f"{draft}/send", {"reason": "Urgent"})
    checked = api.post(f"{draft}/send", {"fits_their_limits": True})

    assert refusal(unchecked) == (409, "ask_kind_unchecked")
    assert checked.status_code == 200


def test_a_letter_that_waits_at_the_gate_is_released_with_a_reason(
    api: ApiClient, marta: Contact, alice: User, by_alice: Actor
) -> None:
    ask = sent_ask(marta, alice, by_alice, clock.now())
    an_unhappy(ask.advocate.contact)

    refused = api.post(f"/asks/{ask.pk}/release")
    released = api.post(f"/asks/{ask.pk}/release", {"reason": "We spoke"})

    assert refusal(refused) == (409, "put_right_first")
    assert released.json()["override_reason"] == "We spoke"


def test_somebody_is_reminded_once(
    api: ApiClient, marta: Contact, alice: User, by_alice: Actor
) -> None:
    ask = sent_ask(marta, alice, by_alice, clock.now())

    too_soon = api.post(f"/asks/{ask.pk}/nudge")
    Message.objects.update(state="sent", sent_at=clock.now())
    first = api.post(f"/asks/{ask.pk}/nudge", {"words": "Did my note arrive?"})
    second = api.post(f"/asks/{ask.pk}/nudge")

    assert refusal(too_soon) == (409, "nudge_too_soon")
    assert first.json()["nudged_at"]
    assert refusal(second) == (409, "already_nudged")
    letter = Message.objects.get(kind="nudge_to_advocate")
    assert "Did my note arrive?" in letter.text
    assert "This is the only time that I remind you." in letter.text
    assert letter.due_at >= (Ask.objects.get().sent_at or clock.now()) + timedelta(days=7)


def test_who_is_ready_is_said_in_words(api: ApiClient, business: Business, marta: Contact) -> None:
    api.patch(f"/contacts/{marta.pk}", {"happy_on": clock.today(business).isoformat()})
    other = make_contact(name="Olle Ek", email="olle@ek.example", circle="close")
    unhappy = make_contact(name="Ida Dahl", email="ida@dahl.example", circle="close")
    an_unhappy(unhappy)

    found = api.get("/readiness").json()["results"]

    assert {row["contact_id"]: row["readiness"] for row in found} == {
        str(marta.pk): "ready",
        str(other.pk): "you_decide",
        str(unhappy.pk): "put_right",
    }
    [told] = [row for row in found if row["contact_id"] == str(marta.pk)]
    assert told["reasons"][0].startswith("You know that Marta is happy")
    assert not any(isinstance(value, int | float) for row in found for value in row.values())


def test_somebody_known_to_be_happy_is_so_on_a_day_that_has_come(
    api: ApiClient, business: Business, marta: Contact
) -> None:
    tomorrow = clock.today(business) + timedelta(days=1)

    answer = api.patch(f"/contacts/{marta.pk}", {"happy_on": tomorrow.isoformat()})

    assert refusal(answer) == (422, "not_happened_yet")


def test_a_page_of_fifty_costs_what_a_page_of_one_does(api: ApiClient, marta: Contact) -> None:
    of_one = queries_of(api, "/readiness")
    for number in range(8):
        make_contact(name=f"Friend {number}", email=f"f{number}@x.example", circle="inner")

    assert queries_of(api, "/readiness") == of_one


def test_ways_to_somebody_are_named_the_surest_first(api: ApiClient, marta: Contact) -> None:
    api.patch(f"/contacts/{marta.pk}", {"company_name": "Meyer GmbH"})
    olle = make_contact(name="Olle Ek", email="olle@ek.example", met_through=marta)

    found = api.get("/paths", {"firm": "Meyer"}).json()["results"]

    assert found == [
        {"contact_id": str(marta.pk), "because": "Marta is with Meyer GmbH."},
        {
            "contact_id": str(olle.pk),
            "because": "You met Olle through Marta Oliveira of Meyer GmbH.",
        },
    ]
    assert api.get("/paths").json() == {"results": []}
    assert api.get("/paths", {"company": "Meyer"}).status_code == 400


def test_how_long_an_ask_rests_and_whom_we_help_is_set_with_a_key_for_everything(
    business: Business, alice: User, marta: Contact
) -> None:
    admin = with_a_key(business, alice, Scope.ADMIN)
    changed = admin.patch("/business", {"weeks_between_asks": 26, "blurb": "We keep books."})
    begun = admin.post("/asks", {"contact_id": str(marta.pk), "wanted": "a baker"})

    assert (changed.json()["weeks_between_asks"], changed.json()["blurb"]) == (26, "We keep books.")
    assert begun.json()["blurb"] == "We keep books."
    assert admin.patch("/business", {"weeks_between_asks": 0}).status_code == 400
