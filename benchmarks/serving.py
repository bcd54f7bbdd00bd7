"""The web processes of `make run`, once with the product and once with the floor's views."""

import contextlib
import http.client
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from celery import Celery
from django.conf import settings
from django.utils.module_loading import import_string

from config.local import parts
from config.local.servers import free_port
from config.local.supervisor import Child


@contextmanager
def product(directory: Path) -> Iterator[int]:
    """gunicorn as `make run` starts it; its port."""
    port = free_port()
    with _running(parts.web(directory, os.environ, port), port):
        yield port


@contextmanager
def floor(directory: Path) -> Iterator[int]:
    """The same gunicorn with the floor's views instead."""
    port = free_port()
    web = parts.web(directory, os.environ, port)
    swap = {"config.wsgi": "benchmarks.floor.wsgi"}
    command = [swap.get(word, word) for word in web.command]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.floor.settings"}
    log = directory / "logs" / "floor.log"
    child = replace(web, name="floor", command=command, environment=environment, log=log)
    with _running(child, port):
        yield port


@contextmanager
def worker(directory: Path) -> Iterator[None]:
    """One Celery worker as `make run` starts it, ready to work. No beat: it works when woken."""
    child, _ = parts.background(directory, os.environ)
    child.start()
    try:
        _answers(child)
        yield
    finally:
        _end(child)


def wait_until(is_done: Callable[[], bool], *, every: float) -> None:
    """Look until it is, every so many seconds: looking costs what is measured something too."""
    until = time.monotonic() + 300
    while not is_done():
        if time.monotonic() > until:
            raise RuntimeError("The worker does not come to an end; see its log.")
        time.sleep(every)


def _answers(child: Child) -> None:
    until = time.monotonic() + 60
    app: Celery = import_string(settings.CELERY_APP)
    while time.monotonic() < until and child.is_running:
        if app.control.ping(timeout=0.5):
            return
    raise RuntimeError(f"The {child.name} did not start; see {child.log}.")


def kept_by(directory: Path) -> Path:
    """Where the sink of this directory keeps the letters that it took."""
    return directory / "taken"


@contextmanager
def sink(directory: Path) -> Iterator[int]:
    """A mail server that takes everything; its port."""
    port = free_port()
    # By its path: the package would load what a mail server does not need.
    script = str(parts.ROOT / "benchmarks" / "sink.py")
    command = [sys.executable, "-P", script, str(port), str(kept_by(directory))]
    with _running(Child("sink", command, os.environ, directory / "logs" / "sink.log"), port):
        yield port


@contextmanager
def _running(child: Child, port: int) -> Iterator[None]:
    child.start()
    try:
        _wait(child, port)
        yield
    finally:
        _end(child)


def _end(child: Child) -> None:
    child.signal(signal.SIGTERM)
    if child.process is not None:
        child.process.wait(15)


def _wait(child: Child, port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and child.is_running:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError):
            connection.connect()
            connection.close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The {child.name} did not start; see {child.log}.")
