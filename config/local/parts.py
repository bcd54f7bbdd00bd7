"""What runs locally, with which commands and which environment."""

import json
import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from config.local.supervisor import CannotRun, Child

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO_EMAIL = "elena@lindqvist.example"
# How many random bytes each has. An API key begins as `businesses.keys` has it.
_SECRETS = {
    "SECRET_KEY": 48,
    "LINK_KEY": 48,
    "SUPPRESSION_KEY": 48,
    "DEMO_PASSWORD": 9,
    "DEMO_API_KEY": 32,
}
_BEGINS = {"DEMO_API_KEY": "hs_"}
# A worker ends with the letters that it is at, however slowly the mail server answers.
_LETTER_SECONDS = 90.0
_PREPARE_ONLY = ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")


@dataclass(frozen=True)
class Wishes:
    """What the environment asks for; None where we bring a server of our own."""

    directory: Path
    port: int
    database_url: str | None
    redis_url: str | None
    email_url: str | None
    public_url: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Wishes":
        """Raise `CannotRun` with a sentence where the wishes make no sense."""
        text = environment.get("PORT") or "8000"
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise CannotRun(f"PORT must be a number from 1 to 65535, not {text!r}.")
        database_url = environment.get("DATABASE_URL") or None
        if database_url and not environment.get("DATABASE_OWNER_URL"):
            raise CannotRun(
                "DATABASE_URL needs DATABASE_OWNER_URL beside it: "
                "the schema owner's address, which migrates (docs/running.md)."
            )
        if environment.get("DATABASE_OWNER_URL") and not database_url:
            raise CannotRun("DATABASE_OWNER_URL needs DATABASE_URL beside it (docs/running.md).")
        return cls(
            directory=Path(environment.get("LOCAL_DIR") or ROOT / ".local").absolute(),
            port=int(text),
            database_url=database_url,
            redis_url=environment.get("REDIS_URL") or None,
            email_url=environment.get("EMAIL_URL") or None,
            public_url=(environment.get("PUBLIC_URL") or f"http://127.0.0.1:{text}").rstrip("/"),
        )

    @property
    def letters_url(self) -> str:
        """Where letters can be read; with a mail server of the user's, the server, unsigned."""
        if self.email_url is None:
            return f"{self.public_url}/inbox/"
        parts = urlsplit(self.email_url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def keep_secrets(directory: Path) -> dict[str, str]:
    """The local keys, the demo's password and API key: made once, readable by this user only."""
    kept = directory / "secrets.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    if missing := [name for name in _SECRETS if name not in known]:
        known |= {
            name: _BEGINS.get(name, "") + secrets.token_urlsafe(_SECRETS[name]) for name in missing
        }
        write_private(kept, json.dumps(known, indent=2) + "\n")
    return known


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, at no moment."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(path)


def database_urls(admin_url: str) -> dict[str, str]:
    """Addresses on the embedded server, which trusts whoever reaches its socket."""
    host = quote(parse_qs(urlsplit(admin_url).query)["host"][0], safe="/")
    return {
        "DATABASE_ADMIN_URL": f"postgresql://postgres@/postgres?host={host}",
        "DATABASE_OWNER_URL": f"postgresql://referrals_owner@/referrals?host={host}",
        "DATABASE_URL": f"postgresql://referrals_web@/referrals?host={host}",
    }


def write_environment(directory: Path, environment: Mapping[str, str]) -> None:
    """For `make manage`: what the processes run with, as a file a shell can read."""
    ours = {key: value for key, value in environment.items() if os.environ.get(key) != value}
    lines = [f"{key}={shlex.quote(value)}\n" for key, value in sorted(ours.items())]
    write_private(directory / "environment", "".join(lines))


def preparation(directory: Path, environment: Mapping[str, str]) -> Child:
    """Roles, migrations, demo: the only part that knows the schema owner's address."""
    return _child("preparation", ["-m", "config.local.prepare"], directory, environment)


def catcher(directory: Path, environment: Mapping[str, str], port: int) -> Child:
    # By its path: the package would load Django and Celery for nothing.
    script = str(ROOT / "config" / "local" / "catcher.py")
    command = ["-P", script, str(directory / "letters"), str(port)]
    return _child("mail catcher", command, directory, environment)


def web(directory: Path, environment: Mapping[str, str], port: int) -> Child:
    command = ["-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    command += ["--threads", "4", "--keep-alive", "5", "--graceful-timeout", "5", "--preload"]
    command += ["--no-control-socket", "--access-logfile", "-"]
    command += ["--logger-class", "config.access_log.AccessLog"]
    return _child("web", command, directory, _serving(environment))


def background(directory: Path, environment: Mapping[str, str]) -> list[Child]:
    """A worker and a beat: with the web, the processes of docker-compose.yml, smaller."""
    celery = ["-m", "celery", "-A", "config"]
    worker = [*celery, "worker", "--concurrency", "2", "--prefetch-multiplier", "1"]
    worker += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--schedule", str(directory / "beat-schedule"), "--loglevel", "INFO"]
    serving = _serving(environment)
    sender = _child("worker", worker, directory, serving)
    sender.grace_seconds = _LETTER_SECONDS
    return [
        sender,
        _child("beat", [*beat, "--pidfile", ""], directory, serving),
    ]


def _serving(environment: Mapping[str, str]) -> dict[str, str]:
    """What serves knows neither the schema owner's address nor the administrator's."""
    return {key: value for key, value in environment.items() if key not in _PREPARE_ONLY}


def _child(name: str, command: list[str], directory: Path, environment: Mapping[str, str]) -> Child:
    log = directory / "logs" / f"{name.replace(' ', '-')}.log"
    return Child(name, [sys.executable, *command], environment, log)
