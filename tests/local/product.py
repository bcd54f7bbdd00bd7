"""`make run` as a test sees it: a process, what it prints, and what it starts."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2

from config.local.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90
STOP_SECONDS = 30
# The tests' own servers are in the environment; a product under test must not find them.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "XDG_RUNTIME_DIR")
RUN = (sys.executable, "-m", "config.local.run")
MAKE = ("make", "--silent", "run")


class Product:
    """One run of the product from a directory of its own."""

    def __init__(
        self, directory: Path, port: int | None = None, by: tuple[str, ...] = RUN, **more: str
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
        environment |= {"LOCAL_DIR": str(directory), "PORT": str(self.port), "DEMO": "0", **more}
        self.process = subprocess.Popen(
            by,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.says: dict[str, str] = {}

    def started(self) -> "Product":
        """Wait until it has said that it is ready, and all that it says then."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, _, value = line.rstrip("\n").partition(": ")
            self.says[name] = value
            if name == "API key":
                return self
        said = self.process.communicate()[1]
        logs = [path.read_text()[-2000:] for path in (self.directory / "logs").glob("*.log")]
        raise AssertionError("\n".join([f"It did not start: {said}", *logs]))

    def refused(self) -> str:
        """What it says on stderr when it does not start, after leaving with 1."""
        said, complaint = self.process.communicate(timeout=START_SECONDS)
        assert self.process.returncode == 1, (said, complaint)
        assert said == ""
        return complaint

    def descendants(self) -> list[psutil.Process]:
        """Every process below it. Where it adopts orphans, its PostgreSQL is one of them."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str) -> psutil.Process:
        """The child whose command line has these words."""
        for process in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if all(word in " ".join(process.cmdline()) for word in words):
                    return process
        raise AssertionError(f"No child runs {words}.")

    def stop(self, number: int = signal.SIGTERM) -> str:
        """Stop it by a signal and return what it said on stderr meanwhile."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.communicate(timeout=STOP_SECONDS)[1]

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()

    def letters(self, to: str = "") -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.get(f"/inbox/messages.json?to={to}")[1])
        return found

    def query(self, statement: str, login: str = "DATABASE_OWNER_URL") -> list[tuple[object, ...]]:
        """Run a statement in its database."""
        with closing(psycopg2.connect(self.environment()[login])) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def environment(self) -> dict[str, str]:
        """What `make manage` would run with."""
        lines = (self.directory / "environment").read_text().splitlines()
        pairs = (line.partition("=") for line in lines)
        return {name: shlex.split(value)[0] if value else "" for name, _, value in pairs}


def at_work(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that are alive. The dead of a killed parent wait for the system to collect them."""
    found = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those of them that are not gone a moment later."""
    return psutil.wait_procs(processes, timeout=3)[1]


def wait_for(question: "object", seconds: float = 20) -> None:
    """Wait until the callable says yes."""
    assert callable(question)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if question():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come to pass in time.")
