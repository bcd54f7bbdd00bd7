"""Asking customers, and the words they let the business publish, as an integration does it."""

import base64
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image

from businesses import clock
from businesses.models import Business, Scope, User
from contacts.models import Contact
from feedback.services import withdraw_testimonial
from outreach.models import Message
from tests.api.client import ApiClient, queries_of, refusal, with_a_key, wrong_fields
from tests.contacts.factories import make_contact
from tests.feedback.factories import answered, asked, given, published
from tests.guards.worlds import a_dot

NOON = datetime.fromisoformat("2026-05-04T12:00:00Z")


@pytest.fixture
def ines(business: Business) -> Contact:
    return make_contact(name="Ines Duarte", email="ines@world.example")


def test_a_customer_is_asked_and_the_answer_names_the_question(
    api: ApiClient, ines: Contact
) -> None:
    with clock.at(NOON):
        made = api.post("/feedback-requests", {"contact_id": str(ines.pk)})

    assert made.status_code == 201
    told = made.json()
    assert told == {
        "id": told["id"],
        "contact_id": str(ines.pk),
        "asked_at": "2026-05-04T12:00:00Z",
        "answered_at": None,
    }
    assert Message.objects.get(kind="question_to_customer").subject_id.hex == told["id"].replace(
        "-", ""
    )
    with clock.at(NOON + timedelta(days=1)):
        answered(ines.feedback_requests.get(), 8, "Good.")
    [answer] = api.get(f"/feedback?feedback_request_id={told['id']}").json()["results"]
    assert (answer["score"], answer["why"], answer["asked_at"]) == (
        8,
        "Good.",
        "2026-05-04T12:00:00Z",
    )
    assert api.get(f"/feedback-requests/{told['id']}").json()["answered_at"]


def test_nobody_is_asked_twice_in_three_months(api: ApiClient, ines: Contact) -> None:
    with clock.at(NOON):
        asked(ines)

    with clock.at(NOON + timedelta(days=60)):
        again = api.post("/feedback-requests", {"contact_id": str(ines.pk)})

    assert refusal(again) == (409, "feedback_asked_lately")
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", ["cancelled", "suppressed", "failed"])
def test_a_letter_that_never_left_asked_nobody(api: ApiClient, ines: Contact, state: str) -> None:
    with clock.at(NOON):
        first = asked(ines)
        Message.objects.update(state=state)

        again = api.post("/feedback-requests", {"contact_id": str(ines.pk)})

    assert again.status_code == 201
    assert again.json()["id"] != str(first.pk)
    assert Message.objects.filter(state="scheduled").count() == 1


def test_questions_are_narrowed_by_whether_they_are_answered(
    api: ApiClient, business: Business, ines: Contact
) -> None:
    answered(asked(ines))
    olga = make_contact(name="Olga", email="o@world.example")
    asked(olga)

    open_ones = api.get("/feedback-requests?answered=false").json()["results"]

    assert [row["contact_id"] for row in open_ones] == [str(olga.pk)]


def test_how_many_answered_and_what_by_month(
    api: ApiClient, business: Business, ines: Contact
) -> None:
    with clock.at(NOON):
        answered(asked(ines), 3)
        asked(make_contact(name="Olga", email="o@world.example"))
        never = asked(make_contact(name="Per", email="per@world.example"))
    Message.objects.regarding(never).update(state="suppressed")
    with clock.at(NOON + timedelta(days=2)):
        answered(ines.feedback_requests.get(), 9)

        told = api.get("/feedback/summary").json()

    assert (told["asked"], told["answered"], told["response_rate"]) == (2, 1, 50)
    assert len(told["months"]) == 12
    assert told["months"][0] == {
        "month": "2026-05-01",
        "promoters": 1,
        "passives": 0,
        "detractors": 0,
    }


def test_words_are_published_moved_and_taken_off(api: ApiClient, ines: Contact) -> None:
    words = given(ines, "Never late.")
    other = published(make_contact(name="Olga", email="o@world.example"), "Kind.")

    for _ in range(2):
        shown = api.post(f"/testimonials/{words.pk}/publish")
    assert shown.json()["published_at"]
    assert shown.json()["place"] == 1
    moved = api.post(f"/testimonials/{words.pk}/move", {"place": 0}).json()
    assert moved["place"] == 0
    off = api.post(f"/testimonials/{other.pk}/unpublish").json()

    assert off["published_at"] is None
    listed = api.get("/testimonials?published=true").json()["results"]
    assert [row["words"] for row in listed] == ["Never late."]


def test_an_edit_is_proposed_and_taken_back(api: ApiClient, ines: Contact) -> None:
    words = published(ines, "Never latte.")

    told = api.post(f"/testimonials/{words.pk}/propose", {"words": "Never late."}).json()
    assert (told["words"], told["proposed_words"]) == ("Never latte.", "Never late.")
    same = api.post(f"/testimonials/{words.pk}/propose", {"words": "Never latte."})
    assert refusal(same) == (422, "nothing_to_change")
    told = api.post(f"/testimonials/{words.pk}/unpropose").json()

    assert (told["words"], told["proposed_words"]) == ("Never latte.", "")


def test_what_was_taken_back_shows_nothing_and_cannot_be_published(
    api: ApiClient, ines: Contact
) -> None:
    words = published(ines, "Never late.")
    withdraw_testimonial(testimonial=words, now=clock.now())

    told = api.get(f"/testimonials/{words.pk}").json()

    assert (told["words"], told["signature"], told["published_at"]) == ("", "", None)
    refused = api.post(f"/testimonials/{words.pk}/publish")
    assert refusal(refused) == (410, "testimonial_withdrawn")


def test_words_are_not_written_here(api: ApiClient, ines: Contact) -> None:
    words = given(ines)

    assert refusal(api.post("/testimonials", {"words": "Best"})) == (405, "method_not_allowed")
    changed = api.patch(f"/testimonials/{words.pk}", {"words": "Best"})
    assert refusal(changed) == (405, "method_not_allowed")


def test_links_to_reviews_are_settings(
    api: ApiClient, business: Business, alice: User, ines: Contact
) -> None:
    admin = with_a_key(business, alice, Scope.ADMIN, name="All")
    links = [{"label": "Town", "url": "https://reviews.example/"}]

    assert api.put("/review-links", {"results": links}).status_code == 403
    assert admin.put("/review-links", {"results": links}).json() == {"results": links}
    assert api.get("/review-links").json() == {"results": links}
    wrong = admin.put("/review-links", {"results": [{"label": "T", "url": "http://x.example"}]})
    assert refusal(wrong) == (422, "review_link_unfit")
    four = admin.put("/review-links", {"results": links * 4})
    assert "results" in wrong_fields(four)


def test_another_business_sees_nothing(charlie_api: ApiClient, ines: Contact) -> None:
    words = published(ines)

    assert refusal(charlie_api.get(f"/testimonials/{words.pk}")) == (404, "not_found")
    for path in ("/testimonials", "/feedback-requests"):
        assert charlie_api.get(path).json()["results"] == []
    asking = charlie_api.post("/feedback-requests", {"contact_id": str(ines.pk)})
    assert wrong_fields(asking) == {"contact_id": "unknown"}
    assert charlie_api.get("/feedback/summary").json()["asked"] == 0


def test_a_list_of_many_costs_what_a_list_of_one_does(api: ApiClient, ines: Contact) -> None:
    published(ines)
    with_one = [queries_of(api, path) for path in ("/testimonials", "/feedback-requests")]

    for number in range(6):
        published(make_contact(name=f"N{number}", email=f"n{number}@world.example"))

    assert [queries_of(api, path) for path in ("/testimonials", "/feedback-requests")] == with_one


def test_a_photo_is_looked_at_before_and_found_by_everybody_after(
    api: ApiClient, ines: Contact, business: Business
) -> None:
    row = given(ines, photo=a_dot())

    before = api.get(f"/testimonials/{row.pk}").json()
    image = api.get(f"/testimonials/{row.pk}/photo").json()["image"]
    api.post(f"/testimonials/{row.pk}/publish", {})
    after = api.get(f"/testimonials/{row.pk}").json()

    assert before["photo_url"] is None
    assert Image.open(BytesIO(base64.b64decode(image))).format == "WEBP"
    row.refresh_from_db()
    assert after["photo_url"].endswith(f"/t/{business.slug}/photos/{row.photo_key}/")
    withdraw_testimonial(testimonial=row, now=clock.now())
    assert refusal(api.get(f"/testimonials/{row.pk}/photo"))[0] == 404
