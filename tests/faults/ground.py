"""Servers of the faults' own, which may be broken: PostgreSQL, Valkey, mail, and the clock."""

import atexit
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2
import redis

from config.local import parts
from config.local.servers import get_server, pg_ctl, start_postgres, start_valkey
from tests.outreach.chaos import SmtpChaos
from tests.outreach.smtp import Fault, Phase

# Long enough for a busy machine to renew it, short enough to be waited for.
LEASE_SECONDS = 6
UNDO_SECONDS = 1
PATIENCE_SECONDS = 180.0


class Stalled(Exception):
    """What should have happened by itself did not."""


class Post(SmtpChaos):
    """The mail server, which counts what it is offered.

    It can take its time to answer, so that what breaks meets every phase of a letter.
    """

    offers = 0
    slowness_seconds = 0.0

    def take_fault(self, phase: Phase, text: str) -> Fault | None:
        self.offers += phase == "mail"
        if phase in ("rcpt", "data", "body"):
            time.sleep(self.slowness_seconds * random.random())
        return super().take_fault(phase, text)


class Ground:
    """Servers that begin empty in a directory that goes away, and the environment of all processes.

    Nothing is tuned: a commit waits for the disk, as on a real host.
    """

    def __init__(self) -> None:
        # Short, because a Unix socket's path may not be long.
        self.directory = Path(tempfile.mkdtemp(prefix="faults-"))
        (self.directory / "logs").mkdir()
        self.keeps_directory = False
        self._valkey: subprocess.Popen[bytes] | None = None
        atexit.register(self._clear)
        self._postgres = self.directory / "postgres"
        admin_url = start_postgres(self._postgres)
        redis_url, self._valkey = start_valkey(self.directory / "valkey", keep=False)
        self._redis = redis.Redis.from_url(redis_url)
        self.post = Post()
        self.environment = {
            **parts.keep_secrets(self.directory),
            **parts.database_urls(admin_url),
            "LOCAL": "1",
            # Limits are counted as in life, and let all letters through.
            "MANNERS": "1",
            "LETTERS_A_DAY": "1000000",
            "LOCAL_DIR": str(self.directory),
            "PUBLIC_URL": "http://testserver",
            "REDIS_URL": redis_url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}",
            "EMAIL_TIMEOUT": "20",
            "CLOCK_FILE": str(self.directory / "clock"),
            "OUTREACH_LEASE_SECONDS": str(LEASE_SECONDS),
            "UNDO_WINDOW": str(UNDO_SECONDS),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEMO": "0",
        }
        os.environ.update(self.environment)
        subprocess.run(
            [sys.executable, "-m", "config.local.prepare"],
            cwd=parts.ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def logs(self, name: str) -> list[Path]:
        """What all workers, or all beats, have logged so far."""
        return [*self.directory.glob(f"crew*/logs/{name}.log")]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database really holds, seen past the fence."""
        link = psycopg2.connect(os.environ["DATABASE_ADMIN_URL"], dbname="referrals")
        with contextlib.closing(link), link.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def crash_postgres(self, *, away_seconds: float) -> None:
        """End it as a crash would; after a while it starts again and recovers from its log."""
        server = get_server(self._postgres, cleanup_mode="stop")
        command = ["-w", "-m", "immediate", "stop"]
        pg_ctl(command, pgdata=self._postgres, user=server.system_user)
        time.sleep(away_seconds)
        server.ensure_postgres_running()

    def flush_valkey(self) -> None:
        """Take everything from it: the hints on their way, the sessions, the counters."""
        self._redis.flushall()

    def crash_valkey(self, *, away_seconds: float) -> None:
        """End it with -9; after a while an empty one stands in its place."""
        assert self._valkey is not None
        self._valkey.kill()
        self._valkey.wait()
        time.sleep(away_seconds)
        with (self.directory / "valkey" / "valkey.log").open("ab") as log:
            self._valkey = subprocess.Popen(
                self._valkey.args, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with contextlib.suppress(redis.ConnectionError):
                self._redis.ping()
                return
            time.sleep(0.05)
        raise Stalled("Valkey did not start again.")

    def move_clock(self, seconds: float) -> None:
        """Every process lives so much later from now on."""
        fresh = self.directory / "clock.new"
        fresh.write_text(str(seconds))
        fresh.replace(self.directory / "clock")

    def _clear(self) -> None:
        """At the very end, after the wheel of PostgreSQL has stopped that."""
        if self._valkey is not None:
            self._valkey.kill()
            self._valkey.wait()
        if not self.keeps_directory:
            shutil.rmtree(self.directory, ignore_errors=True)
