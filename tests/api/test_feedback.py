"""What customers answered, as an integration reads and keeps it."""

from datetime import datetime

from businesses import clock
from businesses.models import Business, Membership
from feedback.models import Feedback
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
        "heard_by_id": None,
    }


def test_answers_are_narrowed_to_a_person(api: ApiClient, business: object) -> None:
    marta, elena = make_contact(), make_contact()
    for contact, score in ((marta, 9), (elena, 3), (marta, 10)):
        make_feedback(contact, score)

    listed = api.get(f"/feedback?contact_id={marta.pk}&order=-id").json()["results"]

    assert [row["score"] for row in listed] == [10, 9]


def test_an_answer_that_was_heard_is_kept_as_if_it_had_been_written(
    api: ApiClient, business: Business, membership: Membership
) -> None:
    marta = make_contact()
    said = {"contact_id": str(marta.pk), "score": 3, "why": "It leaks.", "heard_on": "2026-05-02"}

    with clock.at(NOON):
        kept = api.post("/feedback", said | {"heard_by_id": str(membership.pk)})

    told = kept.json()
    assert kept.status_code == 201
    assert (told["score"], told["why"], told["answered_at"][:10]) == (3, "It leaks.", "2026-05-02")
    assert told["heard_by_id"] == str(membership.pk)
    assert api.get(f"/feedback/{told['id']}").json() == told
    [reminder] = api.get(f"/reminders?contact_id={marta.pk}").json()["results"]
    assert (reminder["kind"], reminder["due_on"]) == ("put_right", "2026-05-04")


def test_what_cannot_have_been_heard_is_refused(
    api: ApiClient, charlie_api: ApiClient, business: Business
) -> None:
    marta = {"contact_id": str(make_contact().pk)}

    with clock.at(NOON):
        assert wrong_fields(api.post("/feedback", marta | {"score": 11})) == {"score": "max_value"}
        assert wrong_fields(api.post("/feedback", marta)) == {"score": "required"}
        for day in ("2026-05-05", "2025-05-04"):
            late = api.post("/feedback", marta | {"score": 9, "heard_on": day})
            assert refusal(late) == (422, "heard_on_not_possible")
        stranger = charlie_api.post("/feedback", marta | {"score": 9})

    assert wrong_fields(stranger) == {"contact_id": "unknown"}
    assert not Feedback.objects.exists()


def test_an_answer_is_not_changed_here(api: ApiClient, business: object) -> None:
    feedback = make_feedback(make_contact(), 9)

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
