"""Referrals through the API: people who were sent, each step, and how it ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from activity.models import Event
from businesses import clock
from businesses.models import Business
from introductions.models import Advocate
from outreach.models import Reminder
from referrals.models import Referral, ThankYou
from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, lost, moved, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(business: Business) -> Advocate:
    return an_advocate(business, clock.now())


@pytest.fixture
def referral(marta: Advocate) -> Referral:
    """Jonas, introduced by Marta."""
    return a_referral(marta, clock.now())


def test_whoever_was_sent_is_kept_with_credit_and_thanks(api: ApiClient, marta: Advocate) -> None:
    answer = api.post(
        "/referrals", {"name": "Jonas Falk", "phone": "040 12 34 56", "sender_id": marta.contact_id}
    )

    assert answer.status_code == 201
    shown = answer.json()
    assert shown["state"] == "talking"
    assert (shown["introduction_id"], shown["won_at"], shown["lost_reason"]) == (None, None, "")
    assert shown["credits"] == [{"advocate_id": str(marta.pk), "share": 100}]
    contact = api.get(f"/contacts/{shown['contact_id']}").json()
    assert (contact["name"], contact["phone"], contact["source"]) == (
        "Jonas Falk",
        "+4640123456",
        "sent",
    )
    [thanks] = api.get(f"/thank-yous?referral_id={shown['id']}").json()["results"]
    assert (thanks["advocate_id"], thanks["state"]) == (str(marta.pk), "due")


def test_who_sent_them_may_be_new_too(api: ApiClient) -> None:
    answer = api.post("/referrals", {"name": "Jonas Falk", "sender_name": "Tove Lund"})

    [credit] = answer.json()["credits"]
    sender = Advocate.objects.select_related("contact").get(pk=credit["advocate_id"])
    assert sender.contact.name == "Tove Lund"


def test_whoever_is_talked_to_already_keeps_their_referral(api: ApiClient, marta: Advocate) -> None:
    sent = {"name": "Jonas Falk", "email": "jonas@falk.example", "sender_id": marta.contact_id}
    first = api.post("/referrals", sent)

    again = api.post("/referrals", sent)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(api.get("/thank-yous").json()["results"]) == 1


def test_whoever_sent_them_too_is_thanked_and_the_credit_stays(
    api: ApiClient, marta: Advocate
) -> None:
    sent = {"name": "Jonas Falk", "email": "jonas@falk.example"}
    first = api.post("/referrals", {**sent, "sender_id": marta.contact_id}).json()

    answers = [api.post("/referrals", {**sent, "sender_name": "Walter Holm"}) for _ in range(2)]

    assert [(one.status_code, one.json()) for one in answers] == [(200, first)] * 2
    thanks = api.get("/thank-yous").json()["results"]
    assert {one["referral_id"] for one in thanks} == {first["id"]}
    names = ThankYou.objects.values_list("advocate__contact__name", flat=True)
    assert sorted(names) == ["Marta Oliveira", "Walter Holm"]
    assert Event.objects.filter(name="referral.introduced_again").count() == 1


@pytest.mark.parametrize(
    ("verb", "body"), [("lose", {"reason": "price"}), ("move", {"to": "not_now"})]
)
def test_whoever_is_sent_again_is_talked_with_again(
    api: ApiClient, marta: Advocate, verb: str, body: dict[str, str]
) -> None:
    sent = {"name": "Jonas Falk", "email": "jonas@falk.example", "sender_id": marta.contact_id}
    first = api.post("/referrals", sent).json()
    api.post(f"/referrals/{first['id']}/{verb}", body)
    assert not Reminder.objects.open().filter(kind="follow_up").exists()

    again = api.post("/referrals", sent)

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert again.json()["state"] == "talking"
    assert Reminder.objects.open().filter(kind="follow_up").count() == 1
    assert ThankYou.objects.count() == 1


def test_nobody_sends_themself_and_nothing_of_it_stays(api: ApiClient) -> None:
    answer = api.post("/referrals", {"name": "Jonas Falk", "sender_name": "Jonas Falk"})

    assert refusal(answer) == (422, "sent_themself")
    assert api.get("/contacts").json()["results"] == []


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"name": "required"}),
        ({"name": "Jo", "sender_id": str(uuid4())}, {"sender_id": "unknown"}),
        ({"name": "Jo", "sender": "Tove"}, {"sender": "unknown_field"}),
        ({"name": "Jo", "state": "won"}, {"state": "unknown_field"}),
    ],
)
def test_what_cannot_be_understood_is_named(
    api: ApiClient, sent: dict[str, str], wrong: dict[str, str]
) -> None:
    assert wrong_fields(api.post("/referrals", sent)) == wrong


def test_a_sender_is_named_in_one_way(api: ApiClient, marta: Advocate) -> None:
    answer = api.post(
        "/referrals", {"name": "Jo", "sender_id": marta.contact_id, "sender_name": "Tove Lund"}
    )

    assert wrong_fields(answer) == {"sender_name": "invalid"}


def test_it_moves_between_the_open_steps(api: ApiClient, referral: Referral) -> None:
    for step in ("met", "proposed", "talking", "not_now"):
        answer = api.post(f"/referrals/{referral.pk}/move", {"to": step})

        assert (answer.status_code, answer.json()["state"]) == (200, step)
        assert api.get(f"/referrals/{referral.pk}").json() == answer.json()

    assert refusal(api.post(f"/referrals/{referral.pk}/move", {"to": "met"})) == (
        409,
        "not_possible_now",
    )
    assert api.post(f"/referrals/{referral.pk}/reopen").json()["state"] == "talking"


def test_it_is_not_won_by_a_move(api: ApiClient, referral: Referral) -> None:
    answer = api.post(f"/referrals/{referral.pk}/move", {"to": "won"})

    assert wrong_fields(answer) == {"to": "invalid_choice"}


def test_a_win_keeps_the_amount_and_owes_thanks(
    api: ApiClient, referral: Referral, business: Business
) -> None:
    answer = api.post(f"/referrals/{referral.pk}/win", {"amount": 185_050})

    assert answer.status_code == 200
    assert answer.json()["state"] == "won"
    assert answer.json()["won_at"].endswith("Z")
    [closed] = api.get(f"/closed-business?referral_id={referral.pk}").json()["results"]
    assert (closed["amount"], closed["currency"]) == (185_050, "EUR")
    assert closed["closed_on"] == clock.today(business).isoformat()
    owed = api.get(f"/thank-yous?referral_id={referral.pk}&state=due").json()["results"]
    assert [thanks["reason"] for thanks in owed] == ["introduction", "business"]


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"amount": 0}, (422, "amount_not_positive")),
        ({"amount": -5}, (422, "amount_not_positive")),
        ({"amount": 5, "currency": "SEK"}, (422, "currency_not_used")),
        ({"amount": 5, "closed_on": "2199-01-01"}, (422, "day_not_possible")),
        ({"amount": 5, "closed_on": "2001-01-01"}, (422, "day_not_possible")),
    ],
)
def test_a_win_that_cannot_be_changes_nothing(
    api: ApiClient, referral: Referral, sent: dict[str, object], refused: tuple[int, str]
) -> None:
    assert refusal(api.post(f"/referrals/{referral.pk}/win", sent)) == refused

    assert api.get(f"/referrals/{referral.pk}").json()["state"] == "introduced"
    assert api.get("/closed-business").json()["results"] == []


@pytest.mark.parametrize("amount", [None, "much", 10**13, 10**30, 1.5, True])
def test_an_amount_is_a_whole_number_that_can_be_kept(
    api: ApiClient, referral: Referral, amount: object
) -> None:
    answer = api.post(f"/referrals/{referral.pk}/win", {"amount": amount})

    assert [*wrong_fields(answer)] == ["amount"]


def test_it_is_won_once(api: ApiClient, referral: Referral) -> None:
    won(referral, clock.now())

    assert refusal(api.post(f"/referrals/{referral.pk}/win", {"amount": 5})) == (409, "already_won")


def test_it_is_lost_for_a_reason_and_taken_up_again(api: ApiClient, referral: Referral) -> None:
    at = f"/referrals/{referral.pk}"
    assert refusal(api.post(f"{at}/lose", {"reason": "bored"})) == (422, "lost_reason_needed")

    answer = api.post(f"{at}/lose", {"reason": "price"})

    assert (answer.json()["state"], answer.json()["lost_reason"]) == ("lost", "price")
    again = api.post(f"{at}/reopen").json()
    assert (again["state"], again["lost_reason"]) == ("talking", "")
    assert refusal(api.post(f"{at}/reopen")) == (409, "not_possible_now")


@pytest.mark.parametrize("ended", ["lost", "not_now"])
def test_of_somebody_who_came_again_the_first_is_not_reopened(
    api: ApiClient, referral: Referral, ended: str
) -> None:
    at = f"/referrals/{referral.pk}"
    api.post(f"{at}/lose", {"reason": "price"})
    if ended == "not_now":
        api.post(f"{at}/reopen")
        api.post(f"{at}/move", {"to": "not_now"})
    came = {"name": referral.contact.name, "email": referral.contact.email}
    second = api.post("/referrals", {**came, "sender_name": "Walter Holm"})

    answer = api.post(f"{at}/reopen")

    assert second.status_code == 201
    assert refusal(answer) == (409, "followed_already")
    assert answer.json()["referral_id"] == second.json()["id"]
    assert api.get(at).json()["state"] == ended


def test_a_key_that_reads_moves_nothing(reader: ApiClient, referral: Referral) -> None:
    at = f"/referrals/{referral.pk}"

    assert reader.get(at).status_code == 200
    for verb in ("move", "win", "lose", "reopen"):
        assert reader.post(f"{at}/{verb}").status_code == 403


def test_the_list_is_narrowed(api: ApiClient, marta: Advocate) -> None:
    now = clock.now()
    open_one = a_referral(marta, now, "one@prospects.example")
    lost_one = lost(a_referral(marta, now, "two@prospects.example"), now)

    def found(query: str) -> list[str]:
        return [row["id"] for row in api.get(f"/referrals?{query}").json()["results"]]

    assert found("state=lost") == [str(lost_one.pk)]
    assert found(f"contact_id={open_one.contact_id}") == [str(open_one.pk)]
    assert found(f"introduction_id={lost_one.introduction_id}") == [str(lost_one.pk)]
    assert found(f"contact_id={open_one.contact_id}&state=lost") == []
    assert wrong_fields(api.get("/referrals?state=gone")) == {"state": "invalid_choice"}
    assert wrong_fields(api.get("/referrals?owner=me")) == {"owner": "unknown_field"}


@pytest.mark.parametrize("order", ["id", "-id", "moved_at", "-moved_at"])
def test_pages_hold_each_once_though_all_moved_at_one_moment(
    api: ApiClient, business: Business, order: str
) -> None:
    now = clock.now()
    for number in range(7):
        contact = make_contact(business)
        Referral.objects.create(
            business=business,
            contact=contact,
            state="talking",
            moved_at=now - timedelta(days=number // 4),
            created_at=now,
        )

    walked = pages(api, f"/referrals?order={order}", 2)

    rows = [row for page in walked for row in page]
    assert [len(page) for page in walked] == [2, 2, 2, 1]
    name = order.removeprefix("-")
    keys = [(row[name], row["id"]) for row in rows]
    assert keys == sorted(set(keys), reverse=order.startswith("-"))


def test_a_cursor_belongs_to_one_persons_list(api: ApiClient, business: Business) -> None:
    """Also where two people have one name."""
    now = clock.now()
    people = [make_contact(business, name="Ann Moss") for _ in range(2)]
    for contact in [*people, people[0]]:
        Referral.objects.create(
            business=business, contact=contact, state="talking", moved_at=now, created_at=now
        )
    first = api.get(f"/referrals?contact_id={people[0].pk}&limit=1").json()["next"]

    answer = api.get(first.replace(str(people[0].pk), str(people[1].pk)))

    assert wrong_fields(answer) == {"cursor": "invalid"}


def test_fifty_need_no_more_queries_than_one(api: ApiClient, marta: Advocate) -> None:
    now = clock.now()
    moved(a_referral(marta, now), "met", now)
    few = queries_of(api, "/referrals")
    for number in range(49):
        a_referral(marta, now - timedelta(days=60 - number), f"p{number}@prospects.example")

    assert len(api.get("/referrals").json()["results"]) == 50
    assert queries_of(api, "/referrals") == few


def test_another_business_sees_and_moves_nothing(
    charlie_api: ApiClient, api: ApiClient, referral: Referral, marta: Advocate
) -> None:
    at = f"/referrals/{referral.pk}"
    for answer in (
        charlie_api.get(at),
        charlie_api.post(f"{at}/move", {"to": "met"}),
        charlie_api.post(f"{at}/win", {"amount": 5}),
        charlie_api.post(f"{at}/lose", {"reason": "price"}),
        charlie_api.post(f"{at}/reopen"),
    ):
        assert refusal(answer) == (404, "not_found")
    sent = charlie_api.post("/referrals", {"name": "Jo", "sender_id": marta.contact_id})
    assert wrong_fields(sent) == {"sender_id": "unknown"}
    for name in ("contact_id", "introduction_id"):
        asked = charlie_api.get(f"/referrals?{name}={getattr(referral, name)}")
        assert wrong_fields(asked) == {name: "unknown"}
    assert charlie_api.get("/referrals").json()["results"] == []
    assert api.get(at).json()["state"] == "introduced"


def test_what_is_done_here_shows_in_the_browser(
    api: ApiClient, alice_client: Client, business: Business, referral: Referral
) -> None:
    api.post(f"/referrals/{referral.pk}/move", {"to": "met"})

    page = alice_client.get(f"/b/{business.slug}/referrals/{referral.pk}/").content.decode()

    assert "You and Jonas met" in page


def test_the_credit_is_shared(api: ApiClient, business: Business, referral: Referral) -> None:
    [first] = api.get(f"/referrals/{referral.pk}").json()["credits"]
    walter = an_advocate(business, clock.now(), name="Walter Holm", email="walter@holm.example")
    parts = [
        {"advocate_id": first["advocate_id"], "share": 60},
        {"advocate_id": str(walter.pk), "share": 40},
    ]

    for _ in range(2):
        answer = api.post(f"/referrals/{referral.pk}/split", {"credits": parts})
        assert answer.json()["credits"] == parts

    split = f"/referrals/{referral.pk}/split"
    assert refusal(api.post(split, {"credits": parts[:1]})) == (422, "shares_not_whole")
    twice = [parts[0] | {"share": 50}] * 2
    assert wrong_fields(api.post(split, {"credits": twice})) == {"credits": "invalid"}
    assert api.post(split, {"credits": []}).status_code == 400
    assert api.get(f"/referrals/{referral.pk}").json()["credits"] == parts


def test_anybody_who_is_known_is_credited_and_becomes_an_advocate(
    api: ApiClient, business: Business, referral: Referral
) -> None:
    [first] = api.get(f"/referrals/{referral.pk}").json()["credits"]
    ines = make_contact(name="Ines Duarte", email="ines@duarte.example")
    split = f"/referrals/{referral.pk}/split"
    part = {"contact_id": str(ines.pk), "share": 40}

    both = part | {"advocate_id": first["advocate_id"]}
    whole = api.post(split, {"credits": [first, part]})
    refused = [
        api.post(split, {"credits": [first | {"share": 60}, wrong]}).status_code
        for wrong in (both, {"share": 40})
    ]
    assert not Advocate.objects.filter(contact=ines).exists()
    answer = api.post(split, {"credits": [first | {"share": 60}, part]})

    assert refusal(whole) == (422, "shares_not_whole")
    assert refused == [400, 400]
    new = Advocate.objects.get(contact=ines)
    assert answer.json()["credits"] == [
        first | {"share": 60},
        {"advocate_id": str(new.pk), "share": 40},
    ]


def test_no_part_goes_to_the_mailbox_of_whoever_was_sent_however_it_is_spelt(
    api: ApiClient, business: Business, referral: Referral
) -> None:
    [first] = api.get(f"/referrals/{referral.pk}").json()["credits"]
    address = "Jonas+Shop@shoebox.example"
    twin = an_advocate(business, clock.now(), name="J. Falk", email=address)
    parts = [first | {"share": 1}, {"advocate_id": str(twin.pk), "share": 99}]

    answer = api.post(f"/referrals/{referral.pk}/split", {"credits": parts})

    assert refusal(answer) == (422, "credits_themself")
    assert api.get(f"/referrals/{referral.pk}").json()["credits"] == [first]


def test_what_comes_next_is_kept_and_the_reminder_moves_there(
    api: ApiClient, referral: Referral, business: Business
) -> None:
    at = f"/referrals/{referral.pk}"
    day = clock.today(business) + timedelta(days=3)

    answer = api.patch(
        at,
        {
            "next_step": "Show the oven",
            "next_on": day.isoformat(),
            "expected_amount": 185_000,
            "note": "Rings after six",
        },
    )

    shown = answer.json()
    assert (shown["next_step"], shown["next_on"]) == ("Show the oven", day.isoformat())
    assert (shown["expected_amount"], shown["expected_currency"]) == (185_000, "EUR")
    assert shown["note"] == "Rings after six"
    [reminder] = [row for row in api.get("/reminders").json()["results"] if not row["closed_at"]]
    assert (reminder["text"], reminder["due_on"]) == ("Show the oven", day.isoformat())
    api.post(f"{at}/move", {"to": "met"})
    [reminder] = [row for row in api.get("/reminders").json()["results"] if not row["closed_at"]]
    assert reminder["due_on"] == day.isoformat()
    assert api.patch(at, {"expected_amount": None}).json()["expected_currency"] == ""


def test_what_was_expected_in_a_currency_that_is_used_no_more_is_sent_back_as_it_was_read(
    admin: ApiClient, api: ApiClient, referral: Referral
) -> None:
    at, expected = f"/referrals/{referral.pk}", {"expected_amount": 5_000}
    admin.patch("/business", {"other_currencies": ["USD"]})
    api.patch(at, {**expected, "expected_currency": "USD"})
    admin.patch("/business", {"other_currencies": []})

    same = api.patch(at, {**api.get(at).json(), "next_step": "Ring"})
    unsaid = api.patch(at, {**expected, "note": "Rings after six"})
    more = api.patch(at, {"expected_amount": 6_000, "expected_currency": "USD"})

    assert (same.status_code, same.json()["next_step"]) == (200, "Ring")
    assert (unsaid.status_code, unsaid.json()["expected_currency"]) == (200, "USD")
    assert refusal(more) == (422, "currency_not_used")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"expected_amount": 0}, "amount_not_positive"),
        ({"expected_amount": -5}, "amount_not_positive"),
        ({"expected_amount": 5, "expected_currency": "JPY"}, "currency_not_used"),
        ({"next_on": "2020-01-01"}, "step_has_passed"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    api: ApiClient, referral: Referral, sent: dict[str, object], code: str
) -> None:
    assert refusal(api.patch(f"/referrals/{referral.pk}", sent)) == (422, code)


@pytest.mark.parametrize("ended", ["lose", "win"])
def test_after_the_end_a_note_is_kept_and_nothing_else(
    api: ApiClient, referral: Referral, ended: str
) -> None:
    at = f"/referrals/{referral.pk}"
    ends = {"lose": {"reason": "price"}, "win": {"amount": 500, "currency": "EUR"}}
    api.patch(at, {"next_step": "Show the oven", "expected_amount": 185_000})
    api.post(f"{at}/{ended}", ends[ended])
    day = clock.today(referral.business) + timedelta(days=12)
    names = ("next_step", "next_on", "expected_amount", "expected_currency")
    before = {name: api.get(at).json()[name] for name in names}

    for sent in (
        {"next_step": "Ring"},
        {"next_on": day.isoformat()},
        {"expected_amount": 5, "note": "No"},
    ):
        assert refusal(api.patch(at, sent)) == (409, "nothing_follows")
    noted = api.patch(at, {**before, "note": "Sold the house"})

    assert noted.status_code == 200
    shown = api.get(at).json()
    assert {name: shown[name] for name in names} == before
    assert shown["note"] == "Sold the house"


def test_a_business_words_its_reasons_and_loses_none_that_was_used(
    admin: ApiClient, api: ApiClient, referral: Referral
) -> None:
    own = admin.post("/loss-reasons", {"words": "Too far away"}).json()
    assert (own["words"], own["is_offered"], own["is_usual"]) == ("Too far away", True, False)
    api.post(f"/referrals/{referral.pk}/lose", {"reason": own["key"]})

    gone = admin.patch(f"/loss-reasons/{own['key']}", {"is_offered": False})
    price = admin.patch("/loss-reasons/price", {"words": "More than they had"})

    assert gone.json()["is_offered"] is False
    assert (price.json()["key"], price.json()["words"]) == ("price", "More than they had")
    kept = {row["key"]: row for row in api.get("/loss-reasons").json()["results"]}
    assert kept[own["key"]]["words"] == "Too far away"
    assert api.get(f"/referrals/{referral.pk}").json()["lost_reason"] == own["key"]
    assert api.post("/loss-reasons", {"words": "No"}).status_code == 403
    assert refusal(admin.patch("/loss-reasons/bored", {"words": "x"})) == (404, "reason_unknown")
    # What is offered no longer is taken up again by its words.
    assert admin.post("/loss-reasons", {"words": "too far AWAY"}).json()["key"] == own["key"]
