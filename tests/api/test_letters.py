"""/letters: what each says, put in other words, put back, and read with somebody's name."""

import pytest

from businesses.models import Business, Scope, User
from tests.api.client import ApiClient, refusal, with_a_key
from tests.outreach.factories import a_contact

pytestmark = pytest.mark.django_db

ASK = "/letters/ask_to_advocate"


@pytest.fixture
def admin(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice, Scope.ADMIN)


def test_all_letters_are_told_with_their_fields(reader: ApiClient) -> None:
    letters = reader.get("/letters").json()["results"]

    assert [one["key"] for one in letters] == [
        "ask_to_advocate",
        "nudge_to_advocate",
        "introduction_to_prospect",
        "handshake_to_everyone",
        "vouch_to_advocate",
        "unvouched_to_both",
        "morning_after_to_advocate",
        "meeting_moved_to_everyone",
        "talking_to_advocate",
        "met_to_advocate",
        "proposed_to_advocate",
        "won_to_advocate",
        "not_now_to_advocate",
        "lost_to_advocate",
        "also_introduced_to_advocate",
        "claim_answered_to_advocate",
        "thanks_to_advocate",
        "public_thanks_to_advocate",
        "reward_to_receiver",
        "question_to_customer",
        "edit_to_customer",
        "given_to_either",
        "given_handshake_to_all",
        "given_nothing_to_either",
        "given_outcome_to_partner",
    ]
    asking = letters[0]
    assert (asking["subject"], asking["is_own"], asking["mail_kind"]) == (
        "{question}",
        False,
        "asks",
    )
    needed = {one["name"] for one in asking["may_name"] if one["needed"]}
    assert needed == {"note", "request", "business_note", "introduction_link", "they_decide"}


def test_one_is_put_in_other_words_and_back(
    admin: ApiClient, api: ApiClient, business: Business
) -> None:
    found = admin.get(ASK).json()
    told = {
        "subject": "for {first_name}",
        "body": found["body"].replace("Hello", "Ciao"),
        "version": found["version"],
    }

    assert refusal(api.put(ASK, told)) == (403, "permission_denied")
    kept = admin.put(ASK, told)
    again = admin.put(ASK, told)
    stale = admin.put(ASK, told | {"subject": "other"})
    gone = admin.delete(ASK)

    assert (kept.status_code, kept.json()["is_own"]) == (200, True)
    assert again.json() == kept.json()
    assert refusal(stale) == (409, "letter_changed_meanwhile")
    assert gone.status_code == 204
    assert admin.get(ASK).json() == found


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("Hi", "{nothing}", "unknown_field"),
        ("Hi", "No button.", "field_missing"),
        ("Hi", "Hello {first_name", "brace_left_open"),
        ("{request}", None, "field_not_in_subject"),
        ("Hi\nBcc: x@y.example", None, "subject_unfit"),
        ("Hi", "http://testserver/a/x/", "own_address_in_words"),
    ],
)
def test_what_is_wrong_has_a_code(
    admin: ApiClient, subject: str, body: str | None, code: str
) -> None:
    body = admin.get(ASK).json()["body"] if body is None else body

    assert refusal(admin.put(ASK, {"subject": subject, "body": body})) == (422, code)


def test_it_is_read_with_a_contacts_name(reader: ApiClient, business: Business) -> None:
    elena = a_contact(business, "Elena Rossi")

    letter = reader.get(f"/letters/thanks_to_advocate/preview?contact_id={elena.pk}").json()

    assert letter["subject"] == "Thank you, Elena"
    assert "href" not in letter["html"]
    assert refusal(reader.get("/letters/nothing/preview")) == (404, "unknown_letter")
