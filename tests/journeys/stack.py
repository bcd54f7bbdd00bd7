"""The whole product as processes, started as a newcomer starts it, and its post."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import getaddresses
from pathlib import Path
from typing import Any, TypeVar

from celery import Celery

from config.local.parts import write_private
from config.local.servers import free_port
from tests import database
from tests.outreach.smtp import Accepted, SmtpServer

Found = TypeVar("Found")

PATIENCE_SECONDS = 30.0
UNDO_SECONDS = 2
QUIET_SECONDS = 4.0


@dataclass(frozen=True)
class Letter:
    """One letter as its recipient has it."""

    to: list[str]
    subject: str
    text: str
    links: list[str]
    headers: dict[str, str]

    def link(self, kind: str) -> str:
        """The link of that kind: `/a/`, `/i/`, `/accounts/confirm-email/`…"""
        return next(link for link in self.links if kind in link)


class Stack:
    """`make run` without make, in a directory and on a database of its own that go with it.

    The database is a copy, on the tests' PostgreSQL, of one that was prepared: to migrate takes
    longer than all else. `tests/local` starts the product from nothing.
    """

    email = password = api_key = ""
    # The desk and the cookies of the owner whom most journeys share.
    settled_owner: tuple[str, list[Any]] | None = None

    def __init__(
        self,
        *,
        template: str | None = None,
        secrets: Mapping[str, str] | None = None,
        ahead: timedelta = timedelta(),
        **environment: str,
    ) -> None:
        # Not pytest's tmp_path: a Unix socket's path must be short.
        self.directory = Path(tempfile.mkdtemp(prefix="referrals-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.directory / "run.out"
        self._ahead = timedelta()
        self.pass_time(ahead)
        self._server = os.environ["DATABASE_ADMIN_URL"]
        self._database = f"stack_{os.getpid()}_{self.port}"
        database.copy(self._server, template or database.migrated(self._server), self._database)
        if secrets is not None:
            (self.directory / "d").mkdir()
            write_private(self.directory / "d" / "secrets.json", json.dumps(dict(secrets)))
        ours = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours |= {"LOCAL_DIR": str(self.directory / "d"), "PORT": str(self.port)}
        ours |= {"DEMO": "0", "UNDO_WINDOW": str(UNDO_SECONDS)}
        ours |= {"CLOCK_FILE": str(self.directory / "clock")}
        ours |= database.addresses(self._server, self._database)
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.local.run", "--with-parent"],
                cwd=database.ROOT,
                env=ours | environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            eventually(self._is_announced, 120)
        except BaseException:
            self.stop()
            raise

    def _is_announced(self) -> bool:
        told = self.log.read_text()
        assert self.process.poll() is None, told
        if line := re.search(r"^Sign in: (\S+@\S+) (\S+)$", told, re.MULTILINE):
            self.email, self.password = line[1], line[2]
        if line := re.search(r"^API key: (.+)$", told, re.MULTILINE):
            self.api_key = line[1]
        return bool(self.api_key)

    def letters(self, to: str = "") -> list[Letter]:
        """What was delivered to this address, or to all, newest first."""
        address = f"{self.url}/inbox/messages.json?to={to}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            rows: list[dict[str, Any]] = json.load(answer)
        return [
            Letter(
                to=row["to"],
                subject=row["subject"],
                text=row["text"],
                links=row["links"],
                headers=row["headers"],
            )
            for row in rows
        ]

    def letter(self, to: str, about: str = "") -> Letter:
        """The newest letter to this address whose subject or text says `about`; waits for it."""

        def arrived() -> Letter | None:
            for letter in self.letters(to):
                if about in letter.subject or about in letter.text:
                    return letter
            return None

        return eventually(arrived)

    def no_letter(self, to: str, seconds: float) -> None:
        """Watch for so long that nothing reaches this address."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.letters(to) == []
            time.sleep(0.3)

    def now(self) -> datetime:
        """What time it is for every process."""
        return datetime.now(UTC) + self._ahead

    def pass_time(self, more: timedelta) -> None:
        """Every process lives so much later from now on; time never goes back."""
        self._ahead += more
        (self.directory / "clock").write_text(str(self._ahead.total_seconds()))

    def run(self, task: str) -> None:
        """Have the worker run it now instead of when beat would; return when it has."""
        broker = re.search(r"^REDIS_URL=(\S+)$", self._told("environment"), re.MULTILINE)
        assert broker is not None
        with Celery(broker=broker[1], set_as_current=False) as sender:
            sent = sender.send_task(task)
        eventually(lambda: f"{task}[{sent.id}] succeeded" in self._told("logs/worker.log"))

    def _told(self, file: str) -> str:
        return (self.directory / "d" / file).read_text()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database really holds, seen past the fence."""
        with database.administrator(self._server, self._database) as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def contents(self) -> dict[str, str]:
        """A fingerprint of each table, but for the sweepers' own notes: when they ran, and when
        they look at a member next, which is once an hour at first."""
        tables = self.rows(
            "SELECT quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> 'outreach_jobrun' ORDER BY 1"
        )
        parts = [
            f"SELECT '{name}', md5(string_agg(row::text, '|' ORDER BY row::text)) "
            f"FROM (SELECT to_jsonb(t) - 'letters_due_at' AS row FROM {name} t) AS rows"
            for (name,) in tables
        ]
        return dict(self.rows(" UNION ALL ".join(parts)))

    def at_rest(self) -> dict[str, str]:
        """The contents once nothing has moved for longer than the sweepers take to come round."""
        seen, since = self.contents(), time.monotonic()
        until = since + PATIENCE_SECONDS
        while time.monotonic() < until:
            if time.monotonic() - since > QUIET_SECONDS:
                return seen
            time.sleep(0.5)
            now = self.contents()
            if now != seen:
                seen, since = now, time.monotonic()
        raise AssertionError("The database did not come to rest.")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            database.drop(self._server, self._database)
            shutil.rmtree(self.directory, ignore_errors=True)


class PatientStack(Stack):
    """One in which nobody is in a hurry: everything can be undone for ten minutes.

    Its letters go to `post`, a mail server that a test can have refuse them.
    """

    def __init__(self) -> None:
        self.post = SmtpServer()
        super().__init__(UNDO_WINDOW="600", EMAIL_URL=f"smtp://127.0.0.1:{self.post.port}")

    def letters(self, to: str = "") -> list[Letter]:
        taken = reversed(self.post.accepted)
        return [_as_letter(one) for one in taken if not to or to in one.recipients]

    def stop(self) -> None:
        super().stop()
        self.post.close()


def _as_letter(taken: Accepted) -> Letter:
    headers = {name: str(value) for name, value in taken.letter.items()}
    text = taken.part("plain")
    return Letter(
        to=[address for _, address in getaddresses([headers["To"]])],
        subject=headers["Subject"],
        text=text,
        links=re.findall(r"https?://\S+", text),
        headers=headers,
    )


def eventually(look: Callable[[], Found | None], seconds: float = PATIENCE_SECONDS) -> Found:
    """What `look` finds at last. Other processes do the work; this only waits for them."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"Nothing came within {seconds:.0f} seconds.")
