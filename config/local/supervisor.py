"""Child processes that end when we end: started, watched, started again, stopped."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# A second Ctrl-C does not wait.
GRACE_SECONDS = 10.0
# A child that dies more often than this within a minute will not get well by itself.
RESTARTS_A_MINUTE = 4
_POLL_SECONDS = 0.1
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


class CannotRun(Exception):
    """A sentence for the person at the terminal; `main` prints it and leaves with 1."""


class Stopped(Exception):
    """Someone asked us to stop, by Ctrl-C or a signal."""


@dataclass
class Child:
    """One process of ours, leader of a session of its own, with a log of its own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_again_at: float = 0.0
    # How long it may take to end.
    grace_seconds: float = GRACE_SECONDS

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def signal(self, number: int) -> None:
        """Signal the child and what it started, also when the child itself is dead already."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children in order and stops them in reverse, whatever happened in between."""

    def __init__(
        self, pids: Path, should_stop: Callable[[], bool], say: Callable[[str], None]
    ) -> None:
        self._pids = pids
        self._should_stop = should_stop
        self._say = say
        self._children: list[Child] = []

    def start(self, child: Child) -> None:
        """Start it, unless it comes with a running process."""
        if child.process is None:
            child.start()
        self._children.append(child)
        self._remember()

    def run(self, child: Child) -> int:
        """Run a child that ends by itself; return its exit code."""
        self.start(child)
        while child.is_running:
            self.pause()
        self._children.remove(child)
        self._remember()
        assert child.process is not None
        return child.process.returncode

    def pause(self, seconds: float = _POLL_SECONDS) -> None:
        """Wait a little, and raise `Stopped` if someone asked us to stop."""
        time.sleep(seconds)
        self._collect_adopted()
        if self._should_stop():
            raise Stopped

    def _collect_adopted(self) -> None:
        """Collect the dead that we adopted; `_tend` sees to our own children."""
        own = {child.process.pid for child in self._children if child.process}
        with contextlib.suppress(ChildProcessError):
            peek = os.WEXITED | os.WNOHANG | os.WNOWAIT
            while (dead := os.waitid(os.P_ALL, 0, peek)) and dead.si_pid not in own:
                os.waitpid(dead.si_pid, 0)

    def watch(self, also: Callable[[], None]) -> None:
        """Start again what dies by itself, until someone asks us to stop."""
        while True:
            self.pause()
            also()
            for child in self._children:
                self._tend(child, time.monotonic())

    def _tend(self, child: Child, now: float) -> None:
        if child.is_running:
            return
        if child.start_again_at:
            if now >= child.start_again_at:
                child.start_again_at = 0.0
                child.start()
                self._remember()
            return
        child.signal(signal.SIGKILL)  # What it started must not go on beside its successor.
        child.deaths = [*(death for death in child.deaths if now - death < 60), now]
        if len(child.deaths) > RESTARTS_A_MINUTE:
            raise CannotRun(f"The {child.name} keeps stopping, so all is stopped; see {child.log}.")
        self._say(f"The {child.name} stopped by itself and is started again; see {child.log}.")
        child.start_again_at = now + 0.5 * 2 ** (len(child.deaths) - 1)

    def stop(self, hurried: Callable[[], bool]) -> None:
        """End every child: first those started last. `hurried` ends the waiting."""
        for child in reversed(self._children):
            child.signal(signal.SIGTERM)
            until = time.monotonic() + child.grace_seconds
            while child.is_running and time.monotonic() < until and not hurried():
                time.sleep(_POLL_SECONDS / 2)
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        self._children.clear()
        self._pids.unlink(missing_ok=True)

    def _remember(self) -> None:
        """Write down who runs, for the case that we are killed and cannot stop them."""
        running = [child.process for child in self._children if child.process and child.is_running]
        rows = []
        for process in running:
            with contextlib.suppress(psutil.NoSuchProcess):
                rows.append([process.pid, psutil.Process(process.pid).create_time()])
        fresh = self._pids.with_suffix(".new")
        fresh.write_text(json.dumps(rows))
        fresh.replace(self._pids)


def adopt_orphans() -> None:
    """Become the parent of whatever our descendants leave behind, PostgreSQL among them (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants() -> None:
    """Kill what is still below us and collect it, so that nothing is left, not even a zombie."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def end_leftovers(pids: Path) -> None:
    """End the children of a former run that was killed before it could.

    A process is ours only if it also began when ours began: numbers are given out again.
    """
    try:
        rows = json.loads(pids.read_text())
    except (OSError, ValueError):
        return
    left = []
    for pid, began in rows:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if abs(process.create_time() - began) < 1:
                left.append(process)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, number)
        until = time.monotonic() + GRACE_SECONDS / 2
        while any(map(_is_alive, left)) and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
    pids.unlink(missing_ok=True)


def _is_alive(process: psutil.Process) -> bool:
    """Whether it still does anything; the dead of others are for their parents to collect."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
