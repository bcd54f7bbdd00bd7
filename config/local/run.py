"""`make run`: the whole product on this machine, as the processes a real host has.

Prints, each on its own line, `Ready: URL`, `Sign in: EMAIL PASSWORD`, `Letters: URL` and
`API key: KEY`. Whatever a person can mend is one sentence on stderr and exit code 1.
"""

import contextlib
import errno
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import psutil

from config.local import parts, servers
from config.local.supervisor import (
    CannotRun,
    Child,
    Stopped,
    Supervisor,
    adopt_orphans,
    end_descendants,
    end_leftovers,
)

READY_SECONDS = 60.0


class Signals:
    """Counts requests to stop: the first stops, a second one does not wait."""

    def __init__(self, *, with_parent: bool) -> None:
        self.count = 0
        self._parent = os.getppid() if with_parent else None
        self._parent_catches = self._catches_interrupts()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._received)

    def _received(self, number: int, frame: FrameType | None) -> None:
        self.count += 1

    def should_stop(self) -> bool:
        """Also when `make` is gone, or was interrupted alone: it keeps SIGINT from its children."""
        if self.count == 0 and self._parent is not None:
            alone = os.getppid() != self._parent
            if alone or (self._parent_catches and not self._catches_interrupts()):
                self.count = 1
        return self.count > 0

    def is_hurried(self) -> bool:
        return self.count > 1

    def _catches_interrupts(self) -> bool:
        """Whether the parent has a handler for SIGINT: make drops its own once it was called."""
        with contextlib.suppress(OSError, ValueError):
            for line in Path(f"/proc/{self._parent}/status").read_text().splitlines():
                if line.startswith("SigCgt:"):
                    return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
        return False


def main(arguments: list[str]) -> int:
    signals = Signals(with_parent="--with-parent" in arguments)
    try:
        run(parts.Wishes.read(os.environ), signals)
    except Stopped:
        return 0
    except CannotRun as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def run(wishes: parts.Wishes, signals: Signals) -> None:
    """Start everything, say so, and watch it until someone asks us to stop."""
    directory = wishes.directory
    with _claimed(directory):
        adopt_orphans()
        end_leftovers(directory / "processes.json")
        _refuse_taken_port(wishes.port)
        supervisor = Supervisor(directory / "processes.json", signals.should_stop, _say)
        postgres = None if wishes.database_url else directory / "postgres"
        try:
            environment = _start_servers(wishes, supervisor, postgres)
            supervisor.pause(0)
            works = _serve(wishes, supervisor, environment)
            _announce(wishes, environment, works)
            supervisor.watch(lambda: _refuse_lost_postgres(postgres))
        except (subprocess.SubprocessError, RuntimeError, OSError) as error:
            if signals.should_stop():  # Ctrl-C reaches what the servers' starters run, too.
                raise Stopped from error
            raise CannotRun(f"A server did not start: {error} (See {directory}.)") from error
        finally:
            supervisor.stop(signals.is_hurried)
            if postgres is not None:
                _stop_postgres(postgres)
            end_descendants()


def _serve(
    wishes: parts.Wishes, supervisor: Supervisor, environment: dict[str, str]
) -> dict[str, bool]:
    """Prepare the database and start what serves; return which of the demo's keys work.

    A database that was prepared before is prepared beside the starting web, which says that it is
    not ready while migrations are pending: that halves a later start.
    """
    directory = wishes.directory
    web = parts.web(directory, environment, wishes.port)
    prepared = directory / "prepared"
    if prepared.exists() and wishes.database_url is None:
        supervisor.start(web)
    works = _prepare(supervisor, directory, environment)
    if web.process is None:
        supervisor.start(web)
        prepared.touch()
    _wait_until_ready(supervisor, web, wishes.port)
    for child in parts.background(directory, environment):
        supervisor.start(child)
    return works


@contextlib.contextmanager
def _claimed(directory: Path) -> Iterator[None]:
    """Hold the directory for this run alone; the lock goes with the process, however it ends."""
    try:
        (directory / "logs").mkdir(parents=True, exist_ok=True)
        lock = (directory / "run.lock").open("a+")
    except OSError as error:
        raise CannotRun(f"The directory {directory} cannot be written: {error.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(
                f"It is already running from {directory}: {lock.read().strip()}. "
                "LOCAL_DIR and PORT start another one beside it."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}")
        lock.flush()
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotRun(
                    f"Port {port} is in use; PORT={port + 1} make run takes another."
                ) from None
            raise CannotRun(f"Port {port} cannot be used: {error.strerror}.") from None


def _start_servers(
    wishes: parts.Wishes, supervisor: Supervisor, postgres: Path | None
) -> dict[str, str]:
    """Start what the user does not bring; return the environment of all processes."""
    directory = wishes.directory
    environment = {
        **os.environ,
        **parts.keep_secrets(directory),
        "LOCAL": "1",
        "LOCAL_DIR": str(directory),
        "PUBLIC_URL": wishes.public_url,
        "DEMO_EMAIL": parts.DEMO_EMAIL,
        "PYTHONUNBUFFERED": "1",
    }
    if postgres is not None:
        environment |= parts.database_urls(_start_postgres(postgres))
    if wishes.redis_url is None:
        environment["REDIS_URL"], valkey = servers.start_valkey(directory / "valkey")
        log = directory / "valkey" / "valkey.log"
        assert isinstance(valkey.args, list)
        command = [str(word) for word in valkey.args]
        supervisor.start(Child("Valkey", command, os.environ, log, valkey))
    if wishes.email_url is None:
        port = _remembered_port(directory / "catcher-port")
        environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        supervisor.start(parts.catcher(directory, environment, port))
    parts.write_environment(directory, environment)
    return environment


def _start_postgres(data: Path) -> str:
    """Start the embedded PostgreSQL; data half made, when a first start was killed, is not used."""
    # The wheel calls useradd when it runs as root, and cron or `env -i` leave sbin out of PATH.
    os.environ["PATH"] = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    if not data.exists():
        fresh = data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        servers.start_postgres(fresh)
        servers.stop_postgres(fresh)
        fresh.rename(data)
    elif (pid := _postmaster(data)) and not _is_postgres(pid):
        (data / "postmaster.pid").unlink()
    return servers.start_postgres(data)


def _stop_postgres(data: Path) -> None:
    for directory in (data, data.with_name("postgres.new")):
        pid = _postmaster(directory)
        if pid and _is_postgres(pid):
            servers.stop_postgres(directory)


def _postmaster(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_postgres(pid: int) -> bool:
    """Whether this number is still a PostgreSQL's: after a power cut it may be anyone's."""
    try:
        return bool(psutil.Process(pid).name().startswith("postgres"))
    except psutil.NoSuchProcess:
        return False


def _refuse_lost_postgres(data: Path | None) -> None:
    if data is None:
        return
    pid = _postmaster(data)
    if pid is None or not _is_postgres(pid):
        raise CannotRun(f"PostgreSQL stopped by itself, so all is stopped; see {data / 'log'}.")


def _remembered_port(file: Path) -> int:
    """The same port as last time where it is free, so that a script may know it."""
    with contextlib.suppress(OSError, ValueError):
        port = int(file.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        return port
    port = servers.free_port()
    file.write_text(str(port))
    return port


def _prepare(
    supervisor: Supervisor, directory: Path, environment: dict[str, str]
) -> dict[str, bool]:
    """Roles, migrations, demo; return which of the demo's keys work."""
    child = parts.preparation(directory, environment)
    child.log.write_bytes(b"")
    code = supervisor.run(child)
    last = (child.log.read_text().strip().splitlines() or [""])[-1]
    if code == 3:
        raise CannotRun(last)
    if code:
        raise CannotRun(f"The database could not be prepared; see {child.log}.")
    works: dict[str, bool] = json.loads(last)
    return works


def _wait_until_ready(supervisor: Supervisor, web: Child, port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and web.is_running:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        supervisor.pause()
    raise CannotRun(f"The web did not become ready; see {web.log}.")


def _announce(wishes: parts.Wishes, environment: dict[str, str], works: dict[str, bool]) -> None:
    own = f"with a new address of your own, at {wishes.public_url}/accounts/signup/"
    demo = f"{environment['DEMO_EMAIL']} {environment['DEMO_PASSWORD']}"
    key = environment["DEMO_API_KEY"] if works["api_key"] else "one of your own, made in Settings"
    print(f"Ready: {wishes.public_url}/")
    print(f"Sign in: {demo if works['demo'] else own}")
    print(f"Letters: {wishes.letters_url}")
    print(f"API key: {key}", flush=True)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
