"""Closed business through the API: what came in, and a slip put right."""

from datetime import timedelta
from uuid import uuid4

import pytest

from activity.actors import Actor
from activity.services import number_events
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from referrals.models import ClosedBusiness, Referral
from referrals.services import record_closed_business
from tests.api.client import ApiClient, pages, queries_of, refusal, wrong_fields
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi")


@pytest.fixture
def referral(business: Business) -> Referral:
    """Jonas, introduced by Marta."""
    now = clock.now()
    return a_referral(an_advocate(business, now), now)


@pytest.fixture
def closed(elena: Contact, by_alice: Actor) -> ClosedBusiness:
    """1,850 euros from Elena, yesterday."""
    now = clock.now()
    return record_closed_business(
        contact=elena,
        amount=185_000,
        currency="EUR",
        on=clock.today(elena.business, now) - timedelta(days=1),
        by=by_alice,
        now=now,
    )


def test_what_came_in_is_kept_and_makes_a_customer(api: ApiClient, elena: Contact) -> None:
    answer = api.post(
        "/closed-business",
        {
            "contact_id": elena.pk,
            "amount": 9_900,
            "currency": "EUR",
            "closed_on": "2026-01-31",
            "note": "January",
        },
    )

    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["contact_id"], shown["referral_id"]) == (str(elena.pk), None)
    assert (shown["amount"], shown["currency"], shown["closed_on"], shown["note"]) == (
        9_900,
        "EUR",
        "2026-01-31",
        "January",
    )
    assert api.get(f"/closed-business/{shown['id']}").json() == shown
    assert api.get(f"/contacts/{elena.pk}").json()["customer_since"] == "2026-01-31"


def test_unsaid_it_is_the_businesss_currency_and_today(
    api: ApiClient, elena: Contact, business: Business
) -> None:
    shown = api.post("/closed-business", {"contact_id": elena.pk, "amount": 1}).json()

    assert (shown["currency"], shown["note"]) == ("EUR", "")
    assert shown["closed_on"] == clock.today(business).isoformat()


def test_after_the_win_there_is_further_business(api: ApiClient, referral: Referral) -> None:
    body = {"contact_id": referral.contact_id, "referral_id": referral.pk, "amount": 500}
    assert refusal(api.post("/closed-business", body)) == (409, "not_possible_now")
    won(referral, clock.now())

    answer = api.post("/closed-business", body)

    assert (answer.status_code, answer.json()["referral_id"]) == (201, str(referral.pk))
    found = api.get(f"/closed-business?referral_id={referral.pk}&order=id").json()["results"]
    assert [row["amount"] for row in found] == [185_000, 500]


def test_unsaid_it_belongs_to_what_was_won_by_that_day_and_null_says_to_none(
    api: ApiClient, referral: Referral
) -> None:
    won(referral, clock.now())
    body = {"contact_id": referral.contact_id, "amount": 500}

    unsaid = api.post("/closed-business", body)
    none = api.post("/closed-business", body | {"referral_id": None})
    earlier = api.post("/closed-business", body | {"closed_on": "2026-01-31"})

    assert [one.status_code for one in (unsaid, none, earlier)] == [201, 201, 201]
    told = [one.json()["referral_id"] for one in (unsaid, none, earlier)]
    assert told == [str(referral.pk), None, None]


def test_a_referral_of_somebody_else_is_not_taken(
    api: ApiClient, elena: Contact, referral: Referral
) -> None:
    won(referral, clock.now())

    answer = api.post(
        "/closed-business", {"contact_id": elena.pk, "referral_id": referral.pk, "amount": 5}
    )

    assert refusal(answer) == (409, "not_possible_now")


def test_a_shop_that_sells_the_same_twice_keeps_both(api: ApiClient, elena: Contact) -> None:
    """What is merely sent again says so, by its Idempotency-Key."""
    body = {"contact_id": elena.pk, "amount": 1_500}

    two = [api.post("/closed-business", body).json()["id"] for _ in range(2)]
    repeated = [api.post("/closed-business", body, key="sale-3").json()["id"] for _ in range(2)]

    assert len({*two}) == 2
    assert len({*repeated}) == 1
    assert len(api.get("/closed-business").json()["results"]) == 3


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        ({"amount": 0}, (422, "amount_not_positive")),
        ({"amount": -1}, (422, "amount_not_positive")),
        ({"currency": "USD"}, (422, "currency_not_used")),
        ({"closed_on": "2199-01-01"}, (422, "day_not_possible")),
        ({"closed_on": "0001-01-01"}, (422, "day_not_possible")),
    ],
)
def test_what_cannot_have_come_in_is_refused(
    api: ApiClient, elena: Contact, sent: dict[str, object], refused: tuple[int, str]
) -> None:
    answer = api.post("/closed-business", {"contact_id": elena.pk, "amount": 5} | sent)

    assert refusal(answer) == refused


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"contact_id": str(uuid4())}, {"contact_id": "unknown"}),
        ({"contact_id": None}, {"contact_id": "null"}),
        ({"referral_id": "none"}, {"referral_id": "invalid"}),
        ({"currency": "eur"}, {"currency": "invalid"}),
        ({"closed_on": "31.1.2026"}, {"closed_on": "invalid"}),
        ({"note": "x" * 301}, {"note": "max_length"}),
        ({"price": 5}, {"price": "unknown_field"}),
    ],
)
def test_what_cannot_be_understood_is_named(
    api: ApiClient, elena: Contact, sent: dict[str, object], wrong: dict[str, str]
) -> None:
    answer = api.post("/closed-business", {"contact_id": elena.pk, "amount": 5} | sent)

    assert wrong_fields(answer) == wrong


def test_a_slip_in_the_amount_or_the_day_is_mended(api: ApiClient, closed: ClosedBusiness) -> None:
    at = f"/closed-business/{closed.pk}"

    assert api.patch(at, {"amount": 158_000}).json()["left"] == 158_000
    answer = api.patch(at, {"closed_on": "2026-01-31"})

    assert answer.status_code == 200
    assert (answer.json()["left"], answer.json()["closed_on"]) == (158_000, "2026-01-31")
    assert api.get(at).json() == answer.json()
    customer = api.get(f"/contacts/{closed.contact_id}").json()
    assert customer["customer_since"] == "2026-01-31"


def test_what_was_mended_stands_as_a_row_beside_what_was_written_first(
    api: ApiClient, closed: ClosedBusiness
) -> None:
    at = f"/closed-business/{closed.pk}"
    api.patch(at, {"amount": 158_000})
    api.patch(at, {"amount": 200_000, "closed_on": "2026-01-31"})

    rows = api.get("/closed-business?order=id").json()["results"]

    told = [(row["kind"], row["amount"], row["closed_on"]) for row in rows]
    assert told == [
        ("sale", 185_000, "2026-01-31"),
        ("correction", -27_000, "2026-01-31"),
        ("correction", 42_000, "2026-01-31"),
    ]
    assert {row["refers_to_id"] for row in rows[1:]} == {str(closed.pk)}
    assert api.get(at).json()["left"] == 200_000 == sum(row["amount"] for row in rows)


def test_a_refund_lessens_what_it_refers_to_and_is_never_larger(
    api: ApiClient, closed: ClosedBusiness
) -> None:
    at = f"/closed-business/{closed.pk}"

    answer = api.post(f"{at}/refund", {"amount": 85_000, "note": "The oven came late"})

    assert answer.status_code == 201
    refund = answer.json()
    assert (refund["kind"], refund["amount"], refund["currency"]) == ("refund", -85_000, "EUR")
    assert (refund["refers_to_id"], refund["contact_id"]) == (
        str(closed.pk),
        str(closed.contact_id),
    )
    assert api.get(at).json()["left"] == 100_000
    more = api.post(f"{at}/refund", {"amount": 100_001})
    assert refusal(more) == (422, "more_than_is_left")
    assert more.json()["detail"] == "Only €1,000 of it is left."
    assert refusal(api.patch(at, {"amount": 84_999})) == (422, "more_than_is_left")
    assert refusal(api.post(f"{at}/refund", {"amount": 0})) == (422, "amount_not_positive")
    early = api.post(f"{at}/refund", {"amount": 1, "closed_on": "2020-01-01"})
    assert refusal(early) == (422, "day_not_possible")
    again = api.post(f"/closed-business/{refund['id']}/refund", {"amount": 1})
    assert refusal(again) == (409, "not_possible_now")
    assert api.post(f"{at}/refund", {"amount": 100_000}).status_code == 201
    assert refusal(api.post(f"{at}/refund", {"amount": 1})) == (422, "more_than_is_left")
    rows = api.get(f"/closed-business?refers_to_id={closed.pk}&kind=refund").json()["results"]
    assert len(rows) == 2


def test_what_comes_regularly_is_kept_each_time(api: ApiClient, elena: Contact) -> None:
    body = {"contact_id": elena.pk, "amount": 9_900, "closed_on": "2026-01-31", "every": "month"}
    first = api.post("/closed-business", body).json()

    second = api.post(f"/closed-business/{first['id']}/again", {"closed_on": "2026-02-28"})
    third = api.post(f"/closed-business/{second.json()['id']}/again", {"amount": 10_900})

    assert first["every"] == "month"
    told = [(row.json()["kind"], row.json()["amount"]) for row in (second, third)]
    assert told == [("again", 9_900), ("again", 10_900)]
    assert {row.json()["refers_to_id"] for row in (second, third)} == {first["id"]}
    before = api.post(f"/closed-business/{first['id']}/again", {"closed_on": "2026-01-30"})
    assert refusal(before) == (422, "day_not_possible")


def test_a_currency_that_is_used_no_more_does_not_come_in_again(
    admin: ApiClient, api: ApiClient, elena: Contact
) -> None:
    admin.patch("/business", {"other_currencies": ["USD"]})
    body = {"contact_id": elena.pk, "amount": 9_900, "currency": "USD", "every": "month"}
    first = api.post("/closed-business", body).json()
    admin.patch("/business", {"other_currencies": []})

    again = api.post(f"/closed-business/{first['id']}/again")

    assert refusal(again) == (422, "currency_not_used")
    # What there is can still be given back.
    back = api.post(f"/closed-business/{first['id']}/refund", {"amount": 9_900})
    assert back.status_code == 201


def test_no_mended_day_puts_what_comes_regularly_in_the_wrong_order(
    api: ApiClient, elena: Contact
) -> None:
    body = {"contact_id": elena.pk, "amount": 9_900, "closed_on": "2026-01-31", "every": "month"}
    first = api.post("/closed-business", body).json()["id"]
    again = f"/closed-business/{first}/again"
    second, _ = (
        api.post(again, {"closed_on": day}).json()["id"] for day in ("2026-02-28", "2026-03-31")
    )

    for key, day in ((second, "2026-01-30"), (first, "2026-03-01")):
        early = api.patch(f"/closed-business/{key}", {"closed_on": day})
        assert refusal(early) == (422, "day_not_possible")

    assert api.patch(f"/closed-business/{first}", {"closed_on": "2026-02-28"}).status_code == 200
    assert api.patch(f"/closed-business/{second}", {"closed_on": "2026-04-30"}).status_code == 200
    assert api.patch(f"/closed-business/{first}", {"closed_on": "2026-03-31"}).status_code == 200


def test_the_first_time_stays_the_first_in_another_currency(
    admin: ApiClient, api: ApiClient, elena: Contact
) -> None:
    admin.patch("/business", {"other_currencies": ["USD"]})
    body = {"contact_id": elena.pk, "amount": 9_900, "closed_on": "2026-01-31", "every": "month"}
    at = f"/closed-business/{api.post('/closed-business', body).json()['id']}"
    again = api.post(f"{at}/again", {"closed_on": "2026-02-28"}).json()["id"]
    for currency in ("USD", "EUR"):
        kept = api.post(f"{at}/other-currency", {"amount": 9_900, "currency": currency}).json()
        at = f"/closed-business/{kept['id']}"

    late = api.patch(at, {"closed_on": "2026-03-01"})
    early = api.patch(f"/closed-business/{again}", {"closed_on": "2026-01-30"})

    assert refusal(late) == refusal(early) == (422, "day_not_possible")


def test_another_currency_is_taken_once_the_business_uses_it(
    admin: ApiClient, api: ApiClient, elena: Contact
) -> None:
    body = {"contact_id": elena.pk, "amount": 5, "currency": "USD"}
    assert refusal(api.post("/closed-business", body)) == (422, "currency_not_used")

    assert admin.patch("/business", {"other_currencies": ["USD", "CHF"]}).status_code == 200

    assert api.post("/closed-business", body).json()["currency"] == "USD"
    unknown = admin.patch("/business", {"other_currencies": ["QQQ"]})
    assert refusal(unknown) == (422, "currency_unknown")


def test_the_window_and_currencies_are_told_as_they_were_and_as_they_are(
    admin: ApiClient, business: Business
) -> None:
    changes = {"other_currencies": ["USD"], "credit_months": 12}

    for _ in range(2):
        assert admin.patch("/business", changes).status_code == 200
    number_events()

    [told] = admin.get("/events?name=money.changed").json()["results"]
    assert (told["subject_label"], told["subject_id"]) == ("business", str(business.pk))
    assert told["payload"] == {
        "from_months": None,
        "to_months": 12,
        "from_currencies": [],
        "to_currencies": ["USD"],
    }


def test_a_rate_is_entered_with_its_day_and_put_right_on_it(
    admin: ApiClient, business: Business
) -> None:
    assert refusal(admin.post("/exchange-rates", {"currency": "USD", "rate": "0.9"})) == (
        422,
        "currency_not_used",
    )
    admin.patch("/business", {"other_currencies": ["USD"]})

    for rate in ("0.9", "0.92"):
        body = {"currency": "USD", "rate": rate, "since": "2026-01-01"}
        assert admin.post("/exchange-rates", body).status_code == 201

    [kept] = admin.get("/exchange-rates").json()["results"]
    assert (kept["currency"], float(kept["rate"]), kept["since"]) == ("USD", 0.92, "2026-01-01")
    for wrong in ("0", "-1"):
        answer = admin.post("/exchange-rates", {"currency": "USD", "rate": wrong})
        assert refusal(answer) == (422, "rate_not_possible")
    later = {"currency": "USD", "rate": "1", "since": "2199-01-01"}
    assert refusal(admin.post("/exchange-rates", later)) == (422, "day_not_possible")


def test_a_rate_for_a_wrong_day_is_removed(
    admin: ApiClient, api: ApiClient, business: Business
) -> None:
    admin.patch("/business", {"other_currencies": ["USD"]})
    body = {"currency": "USD", "rate": "0.9", "since": "2026-01-01"}
    at = f"/exchange-rates/{admin.post('/exchange-rates', body).json()['id']}"
    admin.patch("/business", {"other_currencies": []})

    assert api.delete(at).status_code == 403
    assert admin.delete(at).status_code == 204

    assert admin.get("/exchange-rates").json()["results"] == []
    assert refusal(admin.delete(at)) == (404, "not_found")
    number_events()
    [told] = admin.get("/events?name=exchange_rate.removed").json()["results"]
    assert told["payload"] == {"currency": "USD", "rate": "0.90000000", "since": "2026-01-01"}


def test_what_was_in_another_currency_is_kept_in_it_once(
    admin: ApiClient, api: ApiClient, closed: ClosedBusiness
) -> None:
    at = f"/closed-business/{closed.pk}"
    dollars = {"amount": 200_000, "currency": "USD"}
    assert refusal(api.post(f"{at}/other-currency", dollars)) == (422, "currency_not_used")
    admin.patch("/business", {"other_currencies": ["USD"]})

    answer = api.post(f"{at}/other-currency", dollars)
    again = api.post(f"{at}/other-currency", dollars)

    assert answer.status_code == 201
    kept = answer.json()
    assert (kept["amount"], kept["currency"], kept["kind"]) == (200_000, "USD", "sale")
    assert (kept["contact_id"], kept["closed_on"]) == (
        str(closed.contact_id),
        closed.closed_on.isoformat(),
    )
    former = api.get(at).json()
    assert (former["amount"], former["left"], former["instead_id"]) == (185_000, 0, kept["id"])
    assert refusal(again) == (409, "kept_in_other_currency")
    for verb, body in (("refund", {"amount": 1}), ("again", {})):
        assert refusal(api.post(f"{at}/{verb}", body)) == (409, "kept_in_other_currency")
    assert refusal(api.patch(at, {"amount": 5})) == (409, "kept_in_other_currency")
    same = api.post(f"/closed-business/{kept['id']}/other-currency", dollars)
    assert refusal(same) == (422, "same_currency")
    none = {"amount": 0, "currency": "EUR"}
    wrong = api.post(f"/closed-business/{kept['id']}/other-currency", none)
    assert refusal(wrong) == (422, "amount_not_positive")
    rows = api.get("/closed-business?order=id").json()["results"]
    assert [(row["currency"], row["amount"]) for row in rows] == [
        ("EUR", 185_000),
        ("USD", 200_000),
        ("EUR", -185_000),
    ]


def test_each_time_of_what_comes_regularly_is_in_the_other_currency_from_then_on(
    admin: ApiClient, api: ApiClient, elena: Contact
) -> None:
    admin.patch("/business", {"other_currencies": ["USD"]})
    body = {"contact_id": elena.pk, "amount": 9_900, "closed_on": "2026-01-31", "every": "month"}
    first = api.post("/closed-business", body).json()
    second = api.post(f"/closed-business/{first['id']}/again").json()
    dollars = {"amount": 9_900, "currency": "USD"}

    kept = api.post(f"/closed-business/{first['id']}/other-currency", dollars).json()
    third = api.post(f"/closed-business/{second['id']}/again").json()

    assert kept["every"] == "month"
    assert (third["refers_to_id"], third["currency"]) == (kept["id"], "USD")


def test_nothing_else_of_it_can_be_changed(api: ApiClient, closed: ClosedBusiness) -> None:
    at = f"/closed-business/{closed.pk}"

    for name, value in {"currency": "SEK", "note": "?", "contact_id": str(uuid4())}.items():
        assert wrong_fields(api.patch(at, {name: value})) == {name: "unknown_field"}
    assert refusal(api.patch(at, {"amount": 0})) == (422, "amount_not_positive")
    assert refusal(api.patch(at, {"closed_on": "2199-01-01"})) == (422, "day_not_possible")


def test_a_key_that_reads_keeps_and_mends_nothing(
    reader: ApiClient, closed: ClosedBusiness
) -> None:
    at = f"/closed-business/{closed.pk}"

    assert reader.get(at).status_code == 200
    assert reader.patch(at, {"amount": 1}).status_code == 403
    assert (
        reader.post(
            "/closed-business", {"contact_id": str(closed.contact_id), "amount": 1}
        ).status_code
        == 403
    )


@pytest.mark.parametrize("order", ["id", "-id", "closed_on", "-closed_on"])
def test_pages_hold_each_once_though_all_closed_on_one_day(
    api: ApiClient, elena: Contact, order: str
) -> None:
    for number in range(7):
        api.post("/closed-business", {"contact_id": elena.pk, "amount": number + 1})

    walked = pages(api, f"/closed-business?contact_id={elena.pk}&order={order}", 2)

    rows = [row for page in walked for row in page]
    assert [len(page) for page in walked] == [2, 2, 2, 1]
    keys = [(row[order.removeprefix("-")], row["id"]) for row in rows]
    assert keys == sorted(set(keys), reverse=order.startswith("-"))


def test_fifty_need_no_more_queries_than_one(
    api: ApiClient, elena: Contact, closed: ClosedBusiness
) -> None:
    few = queries_of(api, "/closed-business")
    for number in range(49):
        api.post("/closed-business", {"contact_id": elena.pk, "amount": number + 1})

    assert len(api.get("/closed-business").json()["results"]) == 50
    assert queries_of(api, "/closed-business") == few


def test_another_business_sees_and_mends_nothing(
    charlie_api: ApiClient, api: ApiClient, closed: ClosedBusiness, referral: Referral
) -> None:
    at = f"/closed-business/{closed.pk}"

    assert refusal(charlie_api.get(at)) == (404, "not_found")
    assert refusal(charlie_api.patch(at, {"amount": 1})) == (404, "not_found")
    for name, key in {"contact_id": closed.contact_id, "referral_id": referral.pk}.items():
        asked = charlie_api.get(f"/closed-business?{name}={key}")
        assert wrong_fields(asked) == {name: "unknown"}
        sent = charlie_api.post("/closed-business", {name: key, "amount": 1})
        assert wrong_fields(sent)[name] == "unknown"
    assert charlie_api.get("/closed-business").json()["results"] == []
    assert api.get(at).json()["amount"] == 185_000
