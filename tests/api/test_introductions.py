"""Advocates and what they have begun, as an integration may read it; and taking one back."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.services import number_events
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.states import VOUCH_WITHIN
from introductions.tasks import erase_answered
from outreach.links import url_for
from outreach.models import Link, Message
from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_contact
from tests.introductions.factories import (
    JONAS,
    WORDS,
    accepted,
    an_advocate,
    came_by_link,
    offered,
    shaken,
    shared,
)

NOON = datetime.fromisoformat("2026-05-04T12:00:00Z")


@pytest.fixture
def marta(business: Business) -> Advocate:
    return an_advocate(business, NOON)


@pytest.fixture
def offer(marta: Advocate) -> Introduction:
    return offered(marta, NOON)


def test_an_advocate_is_read_with_the_limits_they_set(api: ApiClient, marta: Advocate) -> None:
    services.stop_asking(advocate=marta, now=NOON)

    answer = api.get(f"/advocates/{marta.pk}")

    assert answer.json() == {
        "id": str(marta.pk),
        "contact_id": str(marta.contact_id),
        "stopped_at": "2026-05-04T12:00:00Z",
        "weeks_between_asks": None,
        "only_about": "",
        "not_before": None,
        "has_share_link": False,
        "created_at": "2026-05-04T12:00:00Z",
    }


def test_advocates_are_found_by_person_and_by_whether_they_may_be_asked(
    api: ApiClient, marta: Advocate
) -> None:
    other = services.advocate_for(contact=make_contact(), now=NOON)
    services.stop_asking(advocate=other, now=NOON)

    def found(query: str) -> list[str]:
        return [row["id"] for row in api.get(f"/advocates?{query}").json()["results"]]

    assert found("order=-id") == [str(other.pk), str(marta.pk)]
    assert found("stopped=true") == [str(other.pk)]
    assert found("stopped=false") == [str(marta.pk)]
    assert found(f"contact_id={marta.contact_id}") == [str(marta.pk)]
    assert wrong_fields(api.get("/advocates?stopped=perhaps")) == {"stopped": "invalid"}


def test_an_advocate_is_not_made_or_changed_by_hand(api: ApiClient, marta: Advocate) -> None:
    assert refusal(api.post("/advocates", {})) == (405, "method_not_allowed")
    assert refusal(api.patch(f"/advocates/{marta.pk}", {})) == (405, "method_not_allowed")


def test_before_the_yes_there_is_a_first_name_and_the_advocates_words(
    api: ApiClient, offer: Introduction
) -> None:
    answer = api.get(f"/introductions/{offer.pk}")

    assert answer.json() == {
        "id": str(offer.pk),
        "advocate_id": str(offer.advocate_id),
        "ask_id": None,
        "contact_id": None,
        "referral_id": None,
        "state": "offered",
        "via": "for_me",
        "depth": "",
        "meets_on": None,
        "meets_at": None,
        "met": "",
        "advocate_hears": None,
        "terms_version": None,
        "met_told_at": None,
        "meets_place": "",
        "met_words": "",
        "vouched_at": None,
        "created_at": "2026-05-04T12:00:00Z",
        "expires_at": "2026-06-03T12:00:00Z",
        "answered_at": None,
        "comes_back_on": None,
        "came_back_at": None,
        "shook_hands_at": None,
        "erased_at": None,
        "prospect_first_name": "Jonas",
        "words": WORDS,
        "prospect_sentence": "",
    }


def test_what_they_added_to_a_yes_comes_with_the_handshake(api: ApiClient, marta: Advocate) -> None:
    introduction = accepted(marta, NOON)
    services.add_to_answer(introduction=introduction, sentence="After harvest, please.", now=NOON)
    at = f"/introductions/{introduction.pk}"

    before = api.get(at).json()
    services.send_handshake_now(introduction=introduction, now=NOON)
    after = api.get(at).json()

    assert (before["contact_id"], before["prospect_sentence"]) == (None, "")
    assert after["prospect_sentence"] == "After harvest, please."
    assert after["shook_hands_at"] == "2026-05-04T12:00:00Z"
    assert api.get(f"/contacts/{after['contact_id']}").json()["email"] == "jonas@shoebox.example"


def test_what_the_advocate_may_hear_comes_with_the_handshake(
    api: ApiClient, marta: Advocate
) -> None:
    introduction = accepted(marta, NOON)
    services.add_to_answer(introduction=introduction, advocate_hears="nothing", now=NOON)
    at = f"/introductions/{introduction.pk}"

    before, [listed] = api.get(at).json(), api.get("/introductions").json()["results"]
    services.send_handshake_now(introduction=introduction, now=NOON)

    assert (before["advocate_hears"], listed["advocate_hears"]) == (None, None)
    assert api.get(at).json()["advocate_hears"] == "nothing"


def test_what_became_of_it_is_named_also_where_two_introduced_one_person(
    api: ApiClient, marta: Advocate, business: Business
) -> None:
    tomas = an_advocate(business, NOON, name="Tomás Reyes", email="tomas@reyes.example")
    introductions = [shaken(marta, NOON), shaken(tomas, NOON)]
    offered(marta, NOON, email="lena@shoebox.example")
    [referral] = api.get("/referrals").json()["results"]

    listed = api.get(f"/introductions?referral_id={referral['id']}").json()["results"]

    assert {row["id"] for row in listed} == {str(one.pk) for one in introductions}
    assert {row["referral_id"] for row in listed} == {referral["id"]}
    for one in introductions:
        assert api.get(f"/introductions/{one.pk}").json()["referral_id"] == referral["id"]
    assert len(api.get("/introductions").json()["results"]) == 3


def test_a_not_now_says_when_it_comes_back(api: ApiClient, offer: Introduction) -> None:
    day = (NOON + timedelta(days=30)).date()
    services.postpone_introduction(introduction=offer, until=day, now=NOON)

    read = api.get(f"/introductions/{offer.pk}").json()

    assert (read["state"], read["comes_back_on"]) == ("not_now", "2026-06-03")


def test_a_list_names_nobody(api: ApiClient, offer: Introduction) -> None:
    listed = api.get("/introductions")

    assert [row["id"] for row in listed.json()["results"]] == [str(offer.pk)]
    assert b"Jonas" not in listed.content
    assert b"words" not in listed.content


LISTS = (
    "contacts",
    "advocates",
    "asks",
    "introductions",
    "referrals",
    "closed-business",
    "thank-yous",
    "reminders",
    "feedback",
    "events",
)
CANARY, NAME = "canary-3b@sealed.example", "Canarina"


def test_before_the_yes_no_answer_says_how_to_reach_them(
    api: ApiClient, marta: Advocate, business: Business
) -> None:
    """Every list there is, and the introduction itself."""
    introduction = services.offer_introduction(
        advocate=marta, first_name=NAME, email=CANARY, words="Meet Alice.", now=NOON
    )
    number_events()
    services.accept_introduction(introduction=introduction, now=NOON)
    key = Introduction.objects.get().prospect_hash
    assert key

    secret = {CANARY, key}
    for path in LISTS:
        text = api.get(f"/{path}").text
        assert [word for word in {NAME, *secret} if word in text] == [], path
    whole = api.get(f"/introductions/{introduction.pk}").text
    assert NAME in whole
    assert [word for word in secret if word in whole] == []


def test_after_a_no_nothing_is_left_to_read(api: ApiClient, offer: Introduction) -> None:
    services.decline_introduction(introduction=offer, now=NOON)
    services.erase_declined(introduction=offer, now=NOON + timedelta(hours=1))

    read = api.get(f"/introductions/{offer.pk}").json()

    assert read["erased_at"] == "2026-05-04T13:00:00Z"
    assert (read["prospect_first_name"], read["words"]) == ("", "")


def test_taking_one_back_calls_its_letter_back_and_soon_keeps_nothing_of_it(
    api: ApiClient, offer: Introduction
) -> None:
    answer = api.post(f"/introductions/{offer.pk}/withdraw")

    assert answer.status_code == 200
    assert answer.json()["state"] == "withdrawn"
    assert Message.objects.get(kind="introduction_to_prospect").state == "cancelled"
    Introduction.objects.update(due_at=NOON)
    erase_answered()
    read = api.get(f"/introductions/{offer.pk}").json()
    assert (read["prospect_first_name"], read["words"]) == ("", "")
    assert read["erased_at"]


def test_one_that_was_taken_back_is_taken_up_again_for_ten_minutes(
    api: ApiClient, offer: Introduction
) -> None:
    assert refusal(api.post(f"/introductions/{offer.pk}/take-up")) == (409, "not_possible_now")
    api.post(f"/introductions/{offer.pk}/withdraw")

    answer = api.post(f"/introductions/{offer.pk}/take-up")

    assert (answer.json()["state"], answer.json()["prospect_first_name"]) == ("offered", "Jonas")
    api.post(f"/introductions/{offer.pk}/withdraw")
    Introduction.objects.update(due_at=NOON)
    assert refusal(api.post(f"/introductions/{offer.pk}/take-up")) == (409, "undo_window_over")


def test_its_link_is_renewed_until_it_is_answered(api: ApiClient, marta: Advocate) -> None:
    waiting, answered = shared(marta, clock.now(), "Elena"), accepted(marta, NOON)
    former = url_for(Link.objects.get(purpose="introduction", subject_id=waiting.pk))

    answer = api.post(f"/introductions/{waiting.pk}/renew-link")

    assert answer.status_code == 200
    assert Client().get(former).status_code == 410
    refused = api.post(f"/introductions/{answered.pk}/renew-link")
    assert refusal(refused) == (409, "no_link_to_renew")


def test_what_was_answered_or_taken_back_is_not_taken_back(api: ApiClient, marta: Advocate) -> None:
    answered, taken = accepted(marta, NOON), shared(marta, NOON, "Elena")
    api.post(f"/introductions/{taken.pk}/withdraw")

    assert refusal(api.post(f"/introductions/{answered.pk}/withdraw")) == (
        409,
        "not_possible_now",
    )
    assert refusal(api.post(f"/introductions/{taken.pk}/withdraw")) == (
        410,
        "introduction_withdrawn",
    )


def test_an_introduction_is_not_made_here(api: ApiClient, offer: Introduction) -> None:
    assert refusal(api.post("/introductions", {})) == (405, "method_not_allowed")
    assert refusal(api.patch(f"/introductions/{offer.pk}", {})) == (405, "method_not_allowed")


def test_introductions_are_narrowed_by_state_and_by_what_they_lead_to(
    api: ApiClient, business: Business, alice: User, marta: Advocate
) -> None:
    elena = make_contact(name="Elena")
    ask = services.draft_ask(contact=elena, wanted="a baker", by=SYSTEM, sender=alice, now=NOON)
    ask = services.send_ask(ask=ask, by=SYSTEM, now=NOON)
    asked = services.share_introduction(
        advocate=ask.advocate, ask=ask, first_name="Ida", words=WORDS, now=NOON
    )
    met = shaken(marta, NOON)

    def found(query: str) -> list[str]:
        return [row["id"] for row in api.get(f"/introductions?{query}").json()["results"]]

    assert found("") == [str(asked.pk), str(met.pk)]
    assert found("state=handshake") == [str(met.pk)]
    assert found(f"advocate_id={marta.pk}") == [str(met.pk)]
    assert found(f"contact_id={met.contact_id}") == [str(met.pk)]
    assert found(f"ask_id={ask.pk}") == [str(asked.pk)]
    assert found(f"ask_id={ask.pk}&state=declined") == []
    assert wrong_fields(api.get("/introductions?state=lost")) == {"state": "invalid_choice"}


def test_another_business_sees_and_changes_nothing(
    charlie_api: ApiClient, offer: Introduction
) -> None:
    for answer in (
        charlie_api.get(f"/advocates/{offer.advocate_id}"),
        charlie_api.get(f"/introductions/{offer.pk}"),
        charlie_api.post(f"/introductions/{offer.pk}/withdraw"),
    ):
        assert refusal(answer) == (404, "not_found")
    contact_id = Contact.objects.get().pk
    for path, parameter, key in (
        ("advocates", "contact_id", contact_id),
        ("introductions", "contact_id", contact_id),
        ("introductions", "advocate_id", offer.advocate_id),
    ):
        answer = charlie_api.get(f"/{path}?{parameter}={key}")
        assert wrong_fields(answer) == {parameter: "unknown"}
        assert charlie_api.get(f"/{path}").json()["results"] == []
    offer.refresh_from_db()
    assert offer.state == "offered"


def test_a_key_that_reads_takes_nothing_back(reader: ApiClient, offer: Introduction) -> None:
    answer = reader.post(f"/introductions/{offer.pk}/withdraw")

    assert refusal(answer) == (403, "permission_denied")


@pytest.mark.parametrize("path", ["/introductions", "/advocates"])
def test_a_list_of_many_costs_what_a_list_of_one_does(
    api: ApiClient, marta: Advocate, offer: Introduction, path: str
) -> None:
    with_one = queries_of(api, path)

    for number in range(49):
        other = services.advocate_for(contact=make_contact(), now=clock.now())
        offered(other, clock.now(), f"prospect{number}@x.example")

    assert queries_of(api, path) == with_one
    assert [len(page) for page in pages(api, path, 20)] == [20, 20, 10]


def test_who_came_by_a_link_is_sealed_until_the_business_has_to_decide(
    api: ApiClient, marta: Advocate
) -> None:
    came = came_by_link(marta, NOON)
    waiting = api.get(f"/introductions/{came.pk}").json()
    services.leave_unvouched(introduction=came, now=NOON + VOUCH_WITHIN)

    unvouched = api.get(f"/introductions/{came.pk}")

    assert (waiting["state"], waiting["via"], waiting["prospect_sentence"]) == (
        "vouching",
        "link",
        "",
    )
    assert unvouched.json()["state"] == "unvouched"
    assert unvouched.json()["prospect_sentence"] == "We run together on Sundays."
    assert JONAS not in unvouched.content.decode()
    assert "We run" not in api.get("/introductions").content.decode()


def test_the_business_goes_on_unvouched_and_takes_that_back(
    api: ApiClient, marta: Advocate
) -> None:
    came = came_by_link(marta, NOON)
    assert refusal(api.post(f"/introductions/{came.pk}/go-on")) == (409, "not_possible_now")
    services.leave_unvouched(introduction=came, now=NOON + VOUCH_WITHIN)

    gone_on = api.post(f"/introductions/{came.pk}/go-on")
    back = api.post(f"/introductions/{came.pk}/undo-going-on")

    assert (gone_on.json()["state"], gone_on.json()["vouched_at"]) == ("accepted", None)
    assert back.json()["state"] == "unvouched"


def test_the_advocates_word_is_not_the_businesss_to_take_back(
    api: ApiClient, marta: Advocate
) -> None:
    came = came_by_link(marta, NOON)
    services.vouch_for(introduction=came, words="I know him.", now=clock.now())

    answer = api.post(f"/introductions/{came.pk}/undo-going-on")

    assert refusal(answer) == (409, "not_possible_now")


def test_a_link_of_an_advocates_own_is_renewed_and_never_shown(
    api: ApiClient, marta: Advocate
) -> None:
    path = f"/advocates/{marta.pk}/renew-share-link"
    assert refusal(api.post(path)) == (409, "no_share_link")
    link = services.make_share_link(advocate=marta, now=NOON)

    answer = api.post(path)

    assert answer.json()["has_share_link"] is True
    link.refresh_from_db()
    assert link.generation == 2
    assert "/s/" not in answer.content.decode()
