"""Requests that really come at the same time, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Made = TypeVar("Made")

# Nothing here takes a second; what hangs fails.
PATIENCE = 20


def begin(act: Callable[[], Made], pool: ThreadPoolExecutor) -> "Future[Made]":
    """Start it in a thread, which leaves no connection behind."""

    def run() -> Made:
        try:
            return act()
        finally:
            connections.close_all()

    return pool.submit(run)


def in_a_thread(act: Callable[[], Made]) -> Made:
    """Do it on a connection of its own, and wait for it, but not for ever."""
    pool = ThreadPoolExecutor(1)
    try:
        return begin(act, pool).result(PATIENCE)
    finally:
        pool.shutdown(wait=False)


def at_once(acts: Sequence[Callable[[], Made]]) -> list[Made]:
    """Do all of them at the same moment."""
    barrier = Barrier(len(acts))

    def after_the_others(act: Callable[[], Made]) -> Callable[[], Made]:
        def run() -> Made:
            barrier.wait(PATIENCE)
            return act()

        return run

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [begin(after_the_others(act), pool) for act in acts]
        return [future.result(PATIENCE) for future in futures]
