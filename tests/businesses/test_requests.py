"""What happens round every request."""

import json
import os
import subprocess
import sys

import pytest
from django.test import Client

from businesses.models import Business
from businesses.tenancy import current_business_id

pytestmark = pytest.mark.django_db


def test_it_is_alive_without_a_database(client: Client) -> None:
    response = client.get("/healthz")

    assert response.json() == {"alive": True}


def test_it_is_ready_when_every_migration_is_there(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, {"database": "ok", "redis": "ok"})


def test_it_says_that_it_is_not_ready_when_the_database_is_away() -> None:
    told = in_a_process(
        "from django.test import Client\n"
        "answer = Client().get('/readyz')\n"
        "alive = Client().get('/healthz')\n"
        "print(answer.status_code, answer.json()['database'], alive.status_code)",
        DATABASE_URL="postgresql://referrals_web@127.0.0.1:1/nowhere",
    )

    assert told.stdout.strip() == "503 unreachable 200"


def test_each_answer_has_an_id_that_a_proxy_may_give(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abcd-1234"})["X-Request-Id"] == (
        "abcd-1234"
    )
    assert client.get("/healthz")["X-Request-Id"] != client.get("/healthz")["X-Request-Id"]


@pytest.mark.parametrize("forged", ["a", "x" * 65, 'a" level="x', "a\tb-longer"])
def test_an_id_that_could_forge_a_log_line_is_replaced(client: Client, forged: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": forged})["X-Request-Id"] != forged


def test_no_script_or_style_may_stand_in_a_page(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_stranger_cannot_tell_which_businesses_exist(
    charlie_client: Client, business: Business
) -> None:
    theirs = charlie_client.get(f"/b/{business.slug}/")
    none = charlie_client.get("/b/no-such-business/")

    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content


def test_who_is_not_signed_in_is_asked_to(client: Client, business: Business) -> None:
    response = client.get(f"/b/{business.slug}/")

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next=/b/{business.slug}/"


def test_a_request_begins_acting_for_nobody(alice_client: Client, business: Business) -> None:
    """Also where the connection was used for a business a moment ago."""
    assert current_business_id() == business.pk

    assert alice_client.get("/readyz").status_code == 200
    assert current_business_id() == business.pk


def test_an_unreachable_broker_costs_a_log_line(business: Business) -> None:
    told = in_a_process(
        "from django.db import transaction\n"
        "from businesses.wake import wake\n"
        "with transaction.atomic(): wake('activity.tasks.number_events')\n"
        "print('committed')",
        REDIS_URL="redis://127.0.0.1:1/0",
    )

    assert told.stdout.strip() == "committed"
    assert json.loads(told.stderr)["event"] == "wake.unreachable"


def in_a_process(script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{script}"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


def test_logs_are_one_object_a_line(business: Business) -> None:
    told = in_a_process(
        "import structlog; structlog.contextvars.bind_contextvars(request_id='r-1')\n"
        "structlog.get_logger('x').info('letter.sent', kind='ask')"
    )

    line = json.loads(told.stderr)
    assert (line["event"], line["request_id"], line["kind"]) == ("letter.sent", "r-1", "ask")
