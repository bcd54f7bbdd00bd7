"""All settings, read from the environment. What is missing and has no safe default fails loudly.

Each name is explained in docs/settings.md.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# Lets generic classes of Django be subscripted (`QuerySet[Contact]`) at run time as in the stubs.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# Local mode is what `make run` and `make test` use: plain HTTP on this machine, mail that never
# leaves it, a page that shows the letters.
LOCAL = env.bool("LOCAL", default=False)
LOCAL_DIR = Path(env.str("LOCAL_DIR", default=str(BASE_DIR / ".local")))
DEBUG = env.bool("DEBUG", default=False)

SECRET_KEY = env.str("SECRET_KEY")
# Keys of their own, so that rotating one breaks nothing of the others. Both belong in the backup.
LINK_KEY = env.str("LINK_KEY")
SUPPRESSION_KEY = env.str("SUPPRESSION_KEY")

PUBLIC_URL = env.str("PUBLIC_URL").rstrip("/")
_HOST = urlsplit(PUBLIC_URL).hostname
if not _HOST:
    raise ImproperlyConfigured("PUBLIC_URL must be a whole address, such as https://example.com")
ALLOWED_HOSTS = [_HOST, *env.list("ALLOWED_HOSTS", default=[])]
if LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "testserver"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# How many proxies stand in front; only so many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- Parts -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "businesses",
    "activity",
    "contacts",
    "outreach",
    "feedback",
    "introductions",
    "giving",
    "referrals",
    "rewards",
    "demo",
    "desk",
    "guests",
    "api",
]

MIDDLEWARE = [
    "businesses.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "businesses.middleware.TransactionMiddleware",
    "desk.middleware.BusinessMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
            # In place of Django's `url`: the same, quicker.
            "builtins": ["businesses.templatetags.addresses"],
        },
    },
]

# --- PostgreSQL ------------------------------------------------------------------------------


def _database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address.")
    options = dict(parse_qsl(urlsplit(url).query))
    config["HOST"] = options.pop("host", config.get("HOST") or "")
    config["OPTIONS"] = options
    return config


# The application signs in with a login that owns nothing and acts as `referrals_app`, which the
# fence binds. Migrations, roles and backups know the owner's address; nothing else does.
DATABASES = {
    "default": {
        **_database(env.str("DATABASE_URL")),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"]["OPTIONS"]["assume_role"] = "referrals_app"
DATABASE_OWNER = _database(env.str("DATABASE_OWNER_URL")) if "DATABASE_OWNER_URL" in env else None
DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "businesses.User"

# --- Redis (or Valkey) and Celery ------------------------------------------------------------

REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
# What wakes the workers; named, since businesses/ may not import it.
CELERY_APP = "config.celery.app"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# --- Signing in ------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "desk.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# The code comes by the same worker as every letter, so there is time for it.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
# One address each; a new one takes the place of the old when it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "add_email": "desk.accounts.forms.ChangeAddressForm",
    "change_password": "desk.accounts.passwords.AnotherPasswordForm",
    "confirm_login_code": "desk.accounts.forms.SignInCodeForm",
    "confirm_password_reset_code": "desk.accounts.forms.NewPasswordCodeForm",
    "login": "desk.accounts.forms.SignInForm",
    "request_login_code": "desk.accounts.forms.AskForCodeForm",
    "reset_password": "desk.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "desk.accounts.passwords.ForgottenPasswordKeyForm",
    "set_password": "desk.accounts.passwords.ChoosePasswordForm",
    "signup": "desk.accounts.forms.SignUpForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"

# --- Mail ------------------------------------------------------------------------------------

# Only outreach/ sends. EMAIL_URL is smtp://, smtp+tls:// or smtp+ssl://user:password@host:port;
# or EMAIL_PROVIDER names a provider, whose HTTP interface is used instead. Those that are not named
# here may take letters differently: whether they keep the headers for unsubscribing was not tried.
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", default="")
if EMAIL_PROVIDER not in ("", "mailgun", "postmark", "resend"):
    raise ImproperlyConfigured("EMAIL_PROVIDER must be mailgun, postmark or resend.")
if not EMAIL_PROVIDER or "EMAIL_URL" in env:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
# Letters are from people by name, at an address of our own domain: so DMARC holds.
MAIL_FROM = env.str("MAIL_FROM", default="letters@localhost" if LOCAL else "")
DEFAULT_FROM_EMAIL = MAIL_FROM
# Under which name the mail server's or provider's DKIM key stands; only `doctor` asks for it.
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")
# What django-anymail knows of a provider, under the names it has there: ANYMAIL_RESEND_API_KEY…
ANYMAIL: dict[str, Any] = {
    name.removeprefix("ANYMAIL_"): value
    for name, value in os.environ.items()
    # An empty one is none: nothing may be signed with an empty key.
    if name.startswith("ANYMAIL_") and value
}
# `user:password` with which the provider signs in to tell what became of letters; several, with
# commas between them, while it is changed. Without one its addresses are not there.
ANYMAIL["WEBHOOK_SECRET"] = env.list("WEBHOOK_SECRET", default=[])
ANYMAIL["REQUESTS_TIMEOUT"] = EMAIL_TIMEOUT
# Nobody looks whether a letter was opened. Where a provider cannot be told so, it is not asked to.
ANYMAIL["SEND_DEFAULTS"] = {"track_opens": False, "track_clicks": False}
ANYMAIL["IGNORE_UNSUPPORTED_FEATURES"] = True
if not MAIL_FROM:
    raise ImproperlyConfigured(
        "MAIL_FROM must be an address of the domain that letters leave from."
    )

# Who signs in to the demo business. Without a password it is by mailed code.
DEMO_EMAIL = env.str("DEMO_EMAIL", default="elena@lindqvist.example")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")
# What other programs sign in to it with; without one none is made.
DEMO_API_KEY = env.str("DEMO_API_KEY", default="")

# What a guest's button causes waits so long, and can be undone so long.
UNDO_WINDOW = timedelta(seconds=env.int("UNDO_WINDOW", default=600))
# A worker that has not finished a batch of letters by then is taken to be dead.
OUTREACH_LEASE = timedelta(seconds=env.int("OUTREACH_LEASE_SECONDS", default=120))
# Over so many connections at once one process of a worker sends, where there is much to send.
OUTREACH_CONNECTIONS = env.int("OUTREACH_CONNECTIONS", default=4)

# Whether letters keep quiet hours and limits. Not in local mode: mail stays here, at any hour.
MANNERS = env.bool("MANNERS", default=not LOCAL)
# So many letters of one business leave on a day, beside those that answer their reader. A new
# business begins with fewer, and has twice as many every few days until it reaches them.
LETTERS_A_DAY = env.int("LETTERS_A_DAY", default=500)
LETTERS_A_DAY_AT_FIRST = 20
LETTERS_A_DAY_DOUBLED_EVERY = timedelta(days=3)

# What outreach/ must look up but may not import.
LETTER_FILLERS = {
    "prospect": "introductions.sealed.fill_prospect",
    "prospect_address": "introductions.sealed.prospect_address",
}
# What says, just before it leaves, whether an ask may leave at all.
ASK_GATE = "introductions.gate.not_to_leave"
# What says which terms an introduction is made under: what is given for it, and to whom.
REWARD_TERMS = "rewards.terms.in_force_for"
# What keeps when a sweep ran, for those that activity/ has.
JOBS_RECORDED_BY = "outreach.jobs.run_recorded"
# Whether sweeps leave what they would decide.
DECISIONS_WAIT_WHILE = "outreach.services.is_all_mail_held"
# What follows from what: see config/reactions.py.
REACTIONS = "config.reactions"
# What follow-up plans are for: see config/purposes.py.
PURPOSES = "config.purposes"

# --- API -------------------------------------------------------------------------------------

# What a view of ours needs stands on `api.resource.Resource`.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "EXCEPTION_HANDLER": "api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Handshake",
    "VERSION": "1",
    "DESCRIPTION": (
        "Introductions, what becomes of them, and who is thanked. A key is made in Settings and "
        "sent as `Authorization: Bearer KEY`. Amounts are whole minor units with a currency, times "
        "are UTC, days are those of the business."
    ),
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Empty text is part of what may be read.
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "AnswersEnum": "outreach.models.Answers",
        "AskStateEnum": "introductions.states.AskState",
        "EnrolmentStateEnum": "outreach.models.EnrolmentState",
        "GivenAnswerEnum": "giving.states.Answer",
        "GivenOutcomeEnum": "giving.states.Outcome",
        "GivenStateEnum": "giving.states.GivenState",
        "InteractionKindEnum": "contacts.states.InteractionKind",
        "IntroductionStateEnum": "introductions.states.IntroductionState",
        "MailKindEnum": "outreach.states.MailKind",
        "MessageStateEnum": "outreach.states.MessageState",
        "PublicStateEnum": "referrals.states.PublicState",
        "RecipientStateEnum": "outreach.states.RecipientState",
        "ReferralStateEnum": "referrals.states.ReferralState",
        "ReminderKindEnum": "outreach.models.ReminderKind",
        "RestEnum": "contacts.states.Rest",
        "RewardForWhomEnum": "rewards.states.ForWhom",
        "RewardFlagKindEnum": "rewards.states.FlagKind",
        "RewardPersonEnum": "rewards.states.Person",
        "RewardStateEnum": "rewards.states.RewardState",
        "RewardTriggerEnum": "rewards.states.Trigger",
        "RewardWhatEnum": "rewards.states.What",
        "ShownAsEnum": "feedback.models.ShownAs",
        "StepKindEnum": "outreach.models.StepKind",
        "StepOutcomeEnum": "outreach.models.Outcome",
        "SuppressionReasonEnum": "outreach.models.SuppressionReason",
        "ThanksHowEnum": "referrals.states.ThanksHow",
        "ThanksReasonEnum": "referrals.states.ThanksReason",
        "ThanksStateEnum": "referrals.states.ThanksState",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVERS": [{"url": PUBLIC_URL}],
}

# --- Time, language --------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
# A file with seconds to add to the clock. Tests move time with it, also across processes.
CLOCK_FILE = env.str("CLOCK_FILE", default="") if LOCAL else ""

# --- Files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.staticfiles.Storage"},
}
# Locally the finders serve the files as they are, so nothing has to be collected.
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = False
if LOCAL:
    STATIC_ROOT = None
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- Safety ----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SESSION_COOKIE_HTTPONLY = True
# Kept in PostgreSQL, read from Redis: a page costs one query less, and nobody is signed out when
# Redis is away.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- Logs ------------------------------------------------------------------------------------

LOGGING_CONFIG = "config.logs.configure"
LOGGING = {"level": env.str("LOG_LEVEL", default="INFO"), "json": not sys.stderr.isatty()}
