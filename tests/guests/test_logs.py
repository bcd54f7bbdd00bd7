"""No log line can be clicked."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog
from django.test import Client
from gunicorn.config import Config

from config.access_log import AccessLog
from config.logs import configure, without_tokens
from introductions.models import Advocate
from outreach.links import PATHS
from tests.guests.factories import prospect_page
from tests.introductions.factories import shared

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("json", [True, False])
def test_a_refused_press_leaves_no_token_in_the_log(
    guest: Client, marta: Advocate, capsys: pytest.CaptureFixture[str], json: bool
) -> None:
    page = prospect_page(shared(marta, marta.created_at))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure({"level": "INFO", "json": json})
        assert guest.post(page + "yes/", {"reach": "jonas@"}).status_code == 422
        assert Client(enforce_csrf_checks=True).post(page + "no/").status_code == 403
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()

    logged = capsys.readouterr().err
    assert "/i/[hidden]/yes/" in logged
    assert "/i/[hidden]/no/" in logged
    assert page.split("/")[2] not in logged


def test_nor_does_the_web_servers_log(guest: Client, marta: Advocate) -> None:
    page = prospect_page(shared(marta, marta.created_at))
    environ = {
        "REQUEST_METHOD": "POST",
        "RAW_URI": page + "yes/",
        "PATH_INFO": page + "yes/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://testserver{page}",
    }
    log = AccessLog(Config())

    request = SimpleNamespace(headers=[("REFERER", f"http://testserver{page}")])
    response = SimpleNamespace(status="303 See Other", headers=[])

    atoms = log.atoms(response, request, environ, timedelta())

    assert atoms["r"] == "POST /i/[hidden]/yes/ HTTP/1.1"
    assert page.split("/")[2] not in str(atoms)


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/accounts/confirm-email/MQ:1vM:x-_9/", "/accounts/confirm-email/[hidden]/"),
        (
            "/accounts/confirm-email/MQ%3A1vM%3Ax-_9/ HTTP/1.1",
            "/accounts/confirm-email/[hidden]/ HTTP",
        ),
        ("/b/boats/people/?q=Tom%C3%A1s+Berg&page=2", "/b/boats/people/?q=[hidden]&page=2"),
        ("/b/boats/people/?page=2&q=Berg HTTP/1.1", "/b/boats/people/?page=2&q=[hidden] HTTP/1.1"),
        ("q=Berg", "q=[hidden]"),
        (
            "/accounts/login/?next=/b/boats/people/%3Fq%3DBerg",
            "next=/b/boats/people/%3Fq%3D[hidden]",
        ),
        ("/accounts/confirm-email/", "/accounts/confirm-email/"),
        ("/b/boats/people/?q=", "/b/boats/people/?q="),
    ],
)
def test_neither_a_key_nor_whom_somebody_looked_for_is_logged(address: str, logged: str) -> None:
    assert logged in without_tokens(address)
    assert "1vM" not in without_tokens(address)
    assert "Berg" not in without_tokens(address)


def test_a_body_too_large_is_a_warning_in_one_line(
    guest: Client, marta: Advocate, capsys: pytest.CaptureFixture[str]
) -> None:
    page = prospect_page(shared(marta, marta.created_at))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure({"level": "INFO", "json": True})
        response = guest.post(page + "yes/", {"reach": "x" * (6 * 1024 * 1024 + 1)})
        many = guest.post(page + "yes/", {f"field{number}": "" for number in range(300)})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()

    logged = capsys.readouterr().err
    assert (response.status_code, many.status_code) == (400, 400)
    assert "We could not make sense of that." in response.content.decode()
    assert '"warning"' in logged
    assert '"error"' not in logged
    assert "Traceback" not in logged


@pytest.mark.parametrize("letter", sorted(PATHS.values()))
def test_the_token_of_each_kind_of_link_is_hidden(letter: str) -> None:
    token = "AaIDO2fbdJeLT0KCAVcRsgABLiCF8OTTl_EsiQa6t9BzPg"

    assert without_tokens(f"GET /{letter}/{token}/") == f"GET /{letter}/[hidden]/"
