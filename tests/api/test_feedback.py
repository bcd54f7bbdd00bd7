"""What customers answered, as an integration reads it."""

from datetime import datetime

from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_contact
from tests.feedback.factories import make_feedback

NOON = datetime.fromisoformat("2026-05-04T12:00:00Z")


def test_an_answer_is_read_as_it_was_given(api: ApiClient, business: object) -> None:
    marta = make_contact()
    feedback = make_feedback(marta, 9, why="Never late.", now=NOON)

    answer = api.get(f"/feedback/{feedback.pk}")

    assert answer.json() == {
        "id": str(feedback.pk),
        "contact_id": str(marta.pk),
        "feedback_request_id": None,
        "score": 9,
        "why": "Never late.",
        "wish": "",
        "asked_at": None,
        "answered_at": "2026-05-04T12:00:00Z",
    }


def test_answers_are_narrowed_to_a_person(api: ApiClient, business: object) -> None:
    marta, elena = make_contact(), make_contact()
    for contact, score in ((marta, 9), (elena, 3), (marta, 10)):
        make_feedback(contact, score)

    listed = api.get(f"/feedback?contact_id={marta.pk}&order=-id").json()["results"]

    assert [row["score"] for row in listed] == [10, 9]


def test_feedback_is_only_read_here(api: ApiClient, business: object) -> None:
    feedback = make_feedback(make_contact(), 9)

    assert refusal(api.post("/feedback", {})) == (405, "method_not_allowed")
    assert refusal(api.patch(f"/feedback/{feedback.pk}", {})) == (405, "method_not_allowed")


def test_another_business_sees_nothing(charlie_api: ApiClient, business: object) -> None:
    feedback = make_feedback(make_contact(), 9)

    assert refusal(charlie_api.get(f"/feedback/{feedback.pk}")) == (404, "not_found")
    assert charlie_api.get("/feedback").json()["results"] == []
    about = charlie_api.get(f"/feedback?contact_id={feedback.contact_id}")
    assert wrong_fields(about) == {"contact_id": "unknown"}


def test_a_list_of_many_costs_what_a_list_of_one_does(api: ApiClient, business: object) -> None:
    marta = make_contact()
    make_feedback(marta, 9, now=NOON)
    with_one = queries_of(api, "/feedback")

    for _ in range(49):
        make_feedback(marta, 8, now=NOON)

    assert queries_of(api, "/feedback") == with_one
    assert [len(page) for page in pages(api, "/feedback", 30)] == [30, 20]
