"""The demo business, told once for all tests that look at it, since telling it takes seconds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.test import override_settings

from demo.story import tell_story
from tests import database

# A year when nobody has written this yet: the story is always of today.
NOW = datetime(2028, 3, 9, 14, 30, tzinfo=UTC)
PASSWORD = "harbour-lantern-cup"


@contextmanager
def a_database() -> Iterator[str]:
    """One with the demo in it as of NOW, to look at or to copy; its name. Goes away."""
    url = settings.DATABASE_ADMIN_URL
    with database.copied(url, database.migrated(url), f"told_{os.getpid()}") as name:
        with database.used(url, name), override_settings(DEMO_PASSWORD=PASSWORD):
            tell_story(now=NOW)
        yield name


def secrets() -> dict[str, str]:
    """What a product must keep to itself in order to go on with the story."""
    return {
        "LINK_KEY": settings.LINK_KEY,
        "SUPPRESSION_KEY": settings.SUPPRESSION_KEY,
        "DEMO_PASSWORD": PASSWORD,
    }
