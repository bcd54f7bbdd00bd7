"""Brings a local database in order: roles, migrations, the demo business where nothing is yet.

`python -m config.local.prepare`: one process for all of it, since each start of Django costs a
second. Ends with one line of JSON that says which of the demo's keys work.
"""

import json
import os
import sys
from collections.abc import Callable

import django
import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils.module_loading import import_string

# Tells run.py that stderr ends with a sentence for the person at the terminal.
EXPLAINED = 3


def prepare() -> dict[str, bool]:
    """Return whether the demo's owner can sign in, and whether its API key opens anything."""
    django.setup()
    redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=3).ping()
    if settings.DATABASE_ADMIN_URL:
        call_command("roles")
    call_command("migrate", interactive=False)
    # By their names: models can be imported only now.
    find_firm = import_string("demo.firm.find_firm")
    find_api_key = import_string("businesses.keys.find_api_key")
    # Where the demo is there, the command sees to it that it has its key.
    if find_firm() is not None or (os.environ.get("DEMO") != "0" and _is_empty()):
        call_command("demo")
    return {
        "demo": find_firm() is not None,
        "api_key": find_api_key(settings.DEMO_API_KEY) is not None,
    }


def _is_empty() -> bool:
    return not django.apps.apps.get_model("businesses", "Business").objects.exists()


def explained(act: Callable[[], dict[str, bool]]) -> dict[str, bool]:
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
    print(json.dumps(explained(prepare)))
