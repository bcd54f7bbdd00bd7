"""A mail server of ours, and templates to write test letters on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from businesses.models import Business
from tests.outreach.smtp import SmtpServer
from tests.outreach.times import NOON


@pytest.fixture(autouse=True)
def _note_template(settings: Settings) -> None:
    [engine] = settings.TEMPLATES
    here = Path(__file__).parent / "templates"
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], here]}]


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    """The mail server that letters leave by in this test."""
    server = SmtpServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    yield server
    server.close()


@pytest.fixture
def mannered(settings: Settings, business: Business) -> Business:
    """A business that has been sending for a month; its letters keep hours and limits."""
    settings.MANNERS = True
    business.confirmed_at = NOON - timedelta(days=30)
    business.save()
    return business
