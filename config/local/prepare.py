"""Brings a local database in order: roles, migrations, the demo business where nothing is yet.

`python -m config.local.prepare`: one process for all of it, since each start of Django costs a
second. Ends with one line of JSON that says whether the demo's sign-in works.
"""

import json
import os
import sys
from collections.abc import Callable

import django
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError

# Tells run.py that stderr ends with a sentence for the person at the terminal.
EXPLAINED = 3


def prepare() -> bool:
    """Return whether the demo's owner can sign in."""
    django.setup()
    redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3).ping()
    if settings.DATABASE_ADMIN_URL:
        call_command("roles")
    call_command("migrate", interactive=False)
    if os.environ.get("DEMO") != "0" and _is_empty() and "demo" in get_commands():
        call_command("demo")
    return _demo_owner_exists()


def _is_empty() -> bool:
    return not django.apps.apps.get_model("businesses", "Business").objects.exists()


def _demo_owner_exists() -> bool:
    users = django.apps.apps.get_model("businesses", "User").objects
    return bool(users.filter(email=os.environ.get("DEMO_EMAIL", "")).exists())


def explained(act: Callable[[], bool]) -> bool:
    """Run it, and turn what a person can mend into one sentence."""
    try:
        return act()
    except OperationalError as error:
        sentence = f"The database cannot be used: {_one_line(error)}"
    except redis.RedisError as error:
        sentence = f"REDIS_URL cannot be used: {_one_line(error)}"
    except (CommandError, ImproperlyConfigured) as error:
        sentence = _one_line(error)
    print(sentence, file=sys.stderr)
    sys.exit(EXPLAINED)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    print(json.dumps({"demo": explained(prepare)}))
