"""Letters, as an integration may read them, and what it may do about those that are in trouble."""

from datetime import timedelta

import pytest

from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Introduction
from outreach.catalogue import PLAN
from outreach.models import Message
from tests.api.client import ApiClient, pages, queries_of, refusal
from tests.introductions.factories import JONAS, WORDS, an_advocate, offered
from tests.outreach import factories
from tests.outreach.factories import a_contact


def a_letter(business: Business, *to: Contact) -> Message:
    context = {"subject": "Hello", "words": "Just a few words.", "sender": "Alice"}
    return factories.a_letter(business, *to, template=PLAN, context=context)


@pytest.fixture
def elena(business: Business) -> Contact:
    return a_contact(business, email="elena@rossi.example")


@pytest.fixture
def letter(business: Business, elena: Contact) -> Message:
    return a_letter(business, elena)


@pytest.fixture
def offer(business: Business) -> Introduction:
    now = clock.now()
    return offered(an_advocate(business, now), now)


def left_in(letter: Message, state: str) -> Message:
    letter.state, letter.in_data_at = state, clock.now()
    letter.last_reason = "The mailbox does not exist." if state == "failed" else ""
    letter.save()
    letter.recipients.update(state=state)
    return letter


def test_a_letter_is_read_with_what_became_of_it(
    api: ApiClient, letter: Message, elena: Contact
) -> None:
    left_in(letter, "failed")

    told = api.get(f"/messages/{letter.pk}").json()

    assert (told["state"], told["reason"]) == ("failed", "The mailbox does not exist.")
    assert told["from_name"] == "Alice Lindqvist, Lindqvist Bookkeeping"
    assert "Just a few words." in told["text"]
    assert told["recipients"] == [
        {
            "contact_id": str(elena.pk),
            "introduction_id": None,
            "name": "Elena Rossi",
            "address": "elena@rossi.example",
            "state": "failed",
            "reason": "",
        }
    ]


def test_no_link_in_it_works(api: ApiClient, letter: Message) -> None:
    assert "{link:" in letter.text

    told = api.get(f"/messages/{letter.pk}").json()

    assert "(a link of their own)" in told["text"]
    assert "{" not in told["text"]
    assert "http" not in told["text"]
    assert "Harbour Street 1" in told["text"]


def test_of_a_prospect_it_says_which_introduction_and_nothing_else(
    api: ApiClient, offer: Introduction
) -> None:
    letter = Message.objects.get(kind="introduction_to_prospect")

    listed, whole = api.get("/messages"), api.get(f"/messages/{letter.pk}")

    for answer in (listed, whole):
        assert JONAS not in answer.text
        assert "Jonas" not in answer.text
        assert WORDS not in answer.text
    [recipient] = whole.json()["recipients"]
    assert recipient["introduction_id"] == str(offer.pk)
    assert "(the words written to them)" in whole.json()["text"]


def test_the_list_is_narrowed(api: ApiClient, letter: Message, elena: Contact) -> None:
    other = left_in(a_letter(letter.business), "failed")
    later = (clock.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")

    def found(query: str) -> list[str]:
        return [one["id"] for one in api.get(f"/messages?{query}").json()["results"]]

    assert found("state=failed") == [str(other.pk)]
    assert found(f"contact_id={elena.pk}") == [str(letter.pk)]
    assert found("mail_kind=asks") == []
    assert found("kind=note") == [str(letter.pk), str(other.pk)]
    assert found(f"since={later}") == []


def test_all_pages_have_each_letter_once_and_need_few_queries(
    api: ApiClient, business: Business
) -> None:
    a_letter(business)
    few = queries_of(api, "/messages")
    for _ in range(4):
        a_letter(business)

    walked = [one["id"] for page in pages(api, "/messages", 2) for one in page]

    assert len(walked) == len(set(walked)) == 5
    assert queries_of(api, "/messages") == few


def test_a_failed_letter_is_sent_again_to_the_mended_address(
    api: ApiClient, letter: Message, elena: Contact
) -> None:
    left_in(letter, "failed")
    api.patch(f"/contacts/{elena.pk}", {"email": "elena@mended.example"})

    told = api.post(f"/messages/{letter.pk}/retry").json()

    assert told["state"] == "scheduled"
    assert told["recipients"][0]["address"] == "elena@mended.example"
    assert refusal(api.post(f"/messages/{letter.pk}/retry")) == (409, "not_possible_now")


@pytest.mark.parametrize(("state", "becomes"), [("uncertain", "sent"), ("failed", "cancelled")])
def test_a_letter_is_settled_once(
    api: ApiClient, letter: Message, state: str, becomes: str
) -> None:
    left_in(letter, state)

    assert api.post(f"/messages/{letter.pk}/settle").json()["state"] == becomes

    assert refusal(api.post(f"/messages/{letter.pk}/settle")) == (409, "not_possible_now")


def test_all_that_is_in_doubt_since_then_is_sent_again(
    api: ApiClient, reader: ApiClient, charlie_api: ApiClient, business: Business
) -> None:
    began = clock.now() - timedelta(hours=2)
    before, *during = [left_in(a_letter(business), "uncertain") for _ in range(3)]
    Message.objects.filter(pk=before.pk).update(in_data_at=began - timedelta(hours=1))
    body = {"since": began.isoformat()}

    assert reader.post("/messages/retry-in-doubt", body).status_code == 403
    assert charlie_api.post("/messages/retry-in-doubt", body).json() == {"sent": 0, "left": 0}
    assert api.post("/messages/retry-in-doubt", body).json() == {"sent": 2, "left": 0}
    assert api.post("/messages/retry-in-doubt", {}).status_code == 400

    assert api.get(f"/messages/{before.pk}").json()["state"] == "uncertain"
    assert {api.get(f"/messages/{one.pk}").json()["state"] for one in during} == {"scheduled"}


def test_a_prospects_lost_letter_is_left_to_the_advocate(
    api: ApiClient, offer: Introduction
) -> None:
    letter = left_in(Message.objects.get(kind="introduction_to_prospect"), "failed")

    answer = api.post(f"/messages/{letter.pk}/settle")

    assert refusal(answer) == (409, "advocate_is_told")


def test_a_key_that_reads_and_a_stranger_do_nothing(
    reader: ApiClient, charlie_api: ApiClient, letter: Message
) -> None:
    left_in(letter, "uncertain")

    assert reader.get(f"/messages/{letter.pk}").status_code == 200
    assert reader.post(f"/messages/{letter.pk}/settle").status_code == 403
    assert charlie_api.get(f"/messages/{letter.pk}").status_code == 404
    assert charlie_api.get("/messages").json()["results"] == []
