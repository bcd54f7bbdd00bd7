"""Celery workers as they run in life: processes of their own, which can be killed and stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2
SWEEP = "outreach.tasks.send_due_letters"
TELL_MEMBERS = "desk.tasks.write_member_letters"


class Worker:
    """`celery worker` on the test's database, in a process group of its own."""

    def __init__(
        self, smtp_port: int, directory: Path, *, app: str = "config", **environment: str
    ) -> None:
        # A queue of its own: other tests wake workers too.
        self.queue = f"outreach-{os.getpid()}"
        self._log = directory / f"worker-{time.monotonic_ns()}.log"
        log = self._log.open("wb")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", app, "worker"),
                *("--concurrency=1", "--loglevel=INFO", f"--queues={self.queue}"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
                "EMAIL_TIMEOUT": "20",
                "OUTREACH_LEASE_SECONDS": str(LEASE_SECONDS),
                **environment,
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def kill(self) -> None:
        """At once and wholly, as a lost machine would: parent and children."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    def end(
        self,
        number: signal.Signals = signal.SIGTERM,
        *,
        with_children: bool = False,
        seconds: float = 20.0,
    ) -> int:
        """As an upgrade does; its exit code."""
        tell = os.killpg if with_children else os.kill
        tell(self._process.pid, number)
        return self._process.wait(seconds)

    def told(self) -> str:
        """What it has logged so far."""
        return self._log.read_text()

    def stop(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def sweep(self, task: str = SWEEP) -> None:
        """Ask for one sweep, as beat does every few seconds."""
        app.send_task(task, queue=self.queue, expires=5)

    def sweep_until(
        self, reached: Callable[[], bool], seconds: float = 40.0, also: str = ""
    ) -> None:
        """Sweep like beat until it is so; with `also` that sweep, too."""
        until = time.monotonic() + seconds
        while not reached():
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < until, "the workers never got there"
            self.sweep()
            if also:
                self.sweep(also)
            time.sleep(0.25)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, number)
