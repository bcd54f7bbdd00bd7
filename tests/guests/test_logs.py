"""No log line can be clicked."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog
from django.test import Client
from gunicorn.config import Config

from config.access_log import AccessLog
from config.logs import configure
from introductions.models import Advocate
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
