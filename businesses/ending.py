"""Whether this worker is told to end, for each of its processes to ask.

Celery tells its main process alone, and then waits for what the others have in hand. They were
forked from it and share this byte, so asking costs next to nothing, also before each letter.
"""

import mmap
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_told = mmap.mmap(-1, 1)
# By a signal of its own: this process alone.
_signalled = threading.Event()


def tell_to_end() -> None:
    """All processes of this worker, from now on. Safe within a signal's handler."""
    _told[0] = 1


def is_told_to_end() -> bool:
    """Whether to begin nothing more."""
    return _told[0] == 1 or _signalled.is_set()


@contextmanager
def heeding_sigterm() -> Iterator[None]:
    """While this lasts SIGTERM cuts nothing off: it is told by `is_told_to_end`, and comes again
    afterwards.

    Not where the whole worker is told to end, as by systemd or `make run`, which signal all of its
    processes: then the main process ends this one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, _note)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
        if _signalled.is_set():
            _signalled.clear()
            if not _told[0]:
                os.kill(os.getpid(), signal.SIGTERM)


def _note(number: int, frame: FrameType | None) -> None:
    _signalled.set()
