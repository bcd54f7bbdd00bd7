"""The product's settings with nothing round a view; as the schema owner, whom no fence binds."""

from config.settings import *  # noqa: F403
from config.settings import (
    BASE_DIR,
    DATABASE_OWNER,
    DATABASES,
    INSTALLED_APPS,
    MIDDLEWARE,
    TEMPLATES,
)

# The models that the views read, and what these need.
INSTALLED_APPS[:] = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "businesses",
    "activity",
    "contacts",
]
MIDDLEWARE.clear()
ROOT_URLCONF = "benchmarks.floor.urls"
WSGI_APPLICATION = "benchmarks.floor.wsgi.application"
assert DATABASE_OWNER is not None
DATABASES["default"] = {**DATABASE_OWNER, "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 600}
TEMPLATES[0]["DIRS"] = [BASE_DIR / "benchmarks" / "floor" / "templates"]
TEMPLATES[0]["APP_DIRS"] = False
TEMPLATES[0]["OPTIONS"] = {}
