"""A POST with an Idempotency-Key does its deed once, however often it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from api import idempotency
from api.models import IdempotentAnswer
from api.tasks import forget_old_answers
from businesses import clock
from businesses.models import Business, Scope, User
from businesses.tenancy import acting_for, locked, transaction_for
from contacts.models import Company, Contact, Interaction
from outreach.models import JobRun
from tests.api.client import ApiClient, refusal, with_a_key
from tests.api.racing import PATIENCE, at_once, begin
from tests.contacts.factories import make_contact

MARTA = {"name": "Marta Oliveira", "note": "Äpfel & Öl"}


def test_a_repeated_request_is_answered_as_the_first_time(api: ApiClient) -> None:
    first = api.post("/contacts", MARTA, key="one")
    second = api.post("/contacts", MARTA, key="one")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Contact.objects.count() == 1
    assert Event.objects.count() == 1


def test_without_a_key_or_with_another_it_is_another_request(api: ApiClient) -> None:
    for key in ("", "", "one", "two"):
        assert "Idempotent-Replayed" not in api.post("/contacts", MARTA, key=key).headers

    assert Contact.objects.count() == 4


def test_a_verb_that_was_repeated_is_no_refusal(api: ApiClient) -> None:
    make_contact(email="marta@oliveira.example")
    ask = {"contact_id": str(Contact.objects.get().pk), "wanted": "a baker"}
    at = f"/asks/{api.post('/asks', ask).json()['id']}/send"

    first, second = api.post(at, key="go"), api.post(at, key="go")

    assert (second.status_code, second.json()) == (200, first.json())
    assert refusal(api.post(at)) == (409, "ask_already_sent")


@pytest.mark.parametrize(
    ("path", "body"), [("/contacts", {"name": "Elena"}), ("/contacts?x=1", MARTA), ("/asks", MARTA)]
)
def test_a_key_is_for_one_request(api: ApiClient, path: str, body: dict[str, str]) -> None:
    api.post("/contacts", MARTA, key="one")

    answer = api.post(path, body, key="one")

    assert refusal(answer) == (422, "idempotency_key_used_otherwise")
    assert Contact.objects.count() == 1


def test_what_was_refused_may_be_mended_and_sent_again(api: ApiClient) -> None:
    assert api.post("/contacts", {"name": ""}, key="one").status_code == 400
    assert api.post("/contacts", {"name": "https://x.example"}, key="one").status_code == 422

    assert api.post("/contacts", MARTA, key="one").status_code == 201


def test_a_refused_request_leaves_nothing(api: ApiClient) -> None:
    """The firm is made before the address is found to be taken."""
    make_contact(email="marta@oliveira.example")
    taken = {"name": "M", "email": "marta@oliveira.example", "company_name": "Oliveira & Daughters"}

    assert api.patch(f"/contacts/{make_contact().pk}", taken).status_code == 409

    assert not Company.objects.exists()


def test_after_a_day_a_key_is_forgotten(api: ApiClient) -> None:
    api.post("/contacts", MARTA, key="one")
    api.post("/contacts", MARTA, key="other")

    with clock.at(clock.now() + timedelta(hours=25)):
        again = api.post("/contacts", MARTA, key="one")

    assert "Idempotent-Replayed" not in again.headers
    assert Contact.objects.count() == 3
    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["one"]


@pytest.mark.django_db(transaction=True)
def test_old_answers_are_forgotten_also_of_who_sends_nothing_any_more(
    business: Business,
    other_business: Business,
    api: ApiClient,
    charlie_api: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        charlie_api.post("/contacts", MARTA, key=f"theirs-{number}")
    monkeypatch.setattr(idempotency, "MOST_SWEPT", 2)
    later = clock.now() + timedelta(hours=25)
    with clock.at(later - timedelta(hours=1)):
        api.post("/contacts", MARTA, key="young")

    with clock.at(later):
        forget_old_answers()
        with CaptureQueriesContext(connection) as quiet:
            assert idempotency.forget_all_old(now=later) == 0

    for own, left in ((business, ["young"]), (other_business, [])):
        with transaction_for(own):
            assert [answer.key for answer in IdempotentAnswer.objects.all()] == left
    assert JobRun.objects.get(name="api.tasks.forget_old_answers").last_count == 3
    assert len(quiet) == 1


@pytest.mark.parametrize("key", [" ", "a b", "x" * 256, "schön", "a\tb", "\x7f"])
def test_a_key_that_cannot_be_used(api: ApiClient, key: str) -> None:
    answer = api.post("/contacts", MARTA, key=key)

    assert refusal(answer) == (400, "idempotency_key_not_usable")
    assert not Contact.objects.exists()


def test_an_empty_key_is_not_none(api: ApiClient) -> None:
    answer = api.post("/contacts", MARTA, headers={"Idempotency-Key": ""})

    assert refusal(answer) == (400, "idempotency_key_not_usable")


@pytest.mark.parametrize("key", ["x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "!~"])
def test_a_key_may_be_any_word(api: ApiClient, key: str) -> None:
    api.post("/contacts", MARTA, key=key)

    assert api.post("/contacts", MARTA, key=key).headers["Idempotent-Replayed"] == "true"


def test_two_businesses_may_choose_the_same_key(api: ApiClient, charlie_api: ApiClient) -> None:
    ours = api.post("/contacts", MARTA, key="one")
    theirs = charlie_api.post("/contacts", MARTA, key="one")

    assert "Idempotent-Replayed" not in theirs.headers
    assert theirs.json()["id"] != ours.json()["id"]


def test_a_key_that_only_reads_is_told_nothing_of_what_was_answered(
    api: ApiClient, reader: ApiClient
) -> None:
    api.post("/contacts", MARTA, key="one")

    assert refusal(reader.post("/contacts", MARTA, key="one")) == (403, "permission_denied")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_it(business: Business, alice: User) -> None:
    clients = [with_a_key(business, alice, name=f"Till {number}") for number in range(8)]

    for number in range(3):
        answers = at_once(
            [partial(client.post, "/contacts", MARTA, key=f"race{number}") for client in clients]
        )

        made = [answer for answer in answers if answer.status_code == 201]
        assert {answer.json()["id"] for answer in made} == {made[0].json()["id"]}
        assert sum("Idempotent-Replayed" not in answer.headers for answer in made) == 1
        for answer in answers:
            assert answer in made or refusal(answer) == (409, "request_under_way")
        assert api_count(clients[0]) == number + 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_without_a_key_one_gets_the_address(
    business: Business, alice: User
) -> None:
    clients = [with_a_key(business, alice, name=f"Till {number}") for number in range(6)]
    body = MARTA | {"email": "marta@oliveira.example"}

    answers = at_once([partial(client.post, "/contacts", body) for client in clients])

    [made] = [answer for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer is not made:
            assert refusal(answer) == (409, "contact_exists")
            assert answer.json()["contact_id"] == made.json()["id"]


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_under_way_the_second_is_told_so_at_once(
    business: Business, alice: User
) -> None:
    api = with_a_key(business, alice)
    with transaction_for(business):
        marta = make_contact(business)
    at, call = f"/contacts/{marta.pk}/interactions", {"kind": "call", "text": "The oven."}

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), acting_for(business):
            locked(marta)  # The first request waits for this person, with its key in hand.
            first = begin(lambda: api.post(at, call, key="one"), pool)
            wait_for_the_key()
            second = begin(lambda: api.post(at, call, key="one"), pool).result(PATIENCE)
            other = begin(lambda: api.get("/contacts"), pool).result(PATIENCE)
            assert not first.done()
        done = first.result(PATIENCE)

    assert refusal(second) == (409, "request_under_way")
    assert other.status_code == 200
    assert done.status_code == 201
    assert api.post(at, call, key="one").json() == done.json()
    with transaction_for(business):
        assert Interaction.objects.count() == 1


def wait_for_the_key() -> None:
    """Until another connection holds the key of a request under way."""
    deadline = clock.now() + timedelta(seconds=PATIENCE)
    while clock.now() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
                "WHERE locktype = 'advisory' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    raise AssertionError("No request took its key.")


def api_count(client: ApiClient) -> int:
    return len(client.get("/contacts?limit=100").json()["results"])


def test_answers_about_somebody_who_is_erased_are_forgotten_and_no_others(
    business: Business, alice: User
) -> None:
    api = with_a_key(business, alice, Scope.ADMIN)
    marta = {"name": 'Märta "Mo" Oliveira', "email": "mo@oliveira.example"}
    key = api.post("/contacts", marta, key="theirs").json()["id"]
    api.post("/asks", {"contact_id": key, "wanted": "a baker"}, key="about")
    elena = api.post("/contacts", {"name": "Elena"}, key="another").json()
    assert IdempotentAnswer.objects.count() == 3

    api.post(f"/contacts/{key}/erase", key="erasing")

    kept = {row.key: row.body for row in IdempotentAnswer.objects.all()}
    assert set(kept) == {"another", "erasing"}
    assert "liveira" not in kept["erasing"]
    assert api.post("/contacts", {"name": "Elena"}, key="another").json() == elena
