"""Large changes that touch many rows, and let whoever is busy with one of them go first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected, ForeignKeyViolation, LockNotAvailable

from businesses.refusals import Refusal
from businesses.tenancy import GoneMeanwhile

Done = TypeVar("Done")

# Less than PostgreSQL waits before it looks for a deadlock (1 s): where two wait for each other,
# the one that gives way is ours, never the press of somebody's button.
PATIENCE = "400ms"
TRIES = 20


class BusyElsewhere(Refusal):
    message = "Something about them is being written at this moment. Please press again."
    code = "busy_elsewhere"


def giving_way(act: Callable[[], Done]) -> Done:
    """Do it in a savepoint; where a row is held by somebody else, begin anew when they are done.

    Nothing of a try that gave way stays. Raises `BusyElsewhere` after eight seconds.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic(), _not_waiting_long():
                return act()
        except OperationalError as error:
            if not isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
                raise
    raise BusyElsewhere


@contextmanager
def _not_waiting_long() -> Iterator[None]:
    """An error rolls the setting back with its savepoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        former = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [former])


def as_refusal(error: BaseException) -> Refusal | None:
    """What a button says whose row names one that is gone since a moment ago; None for all else."""
    if isinstance(error, Refusal):
        return error
    return GoneMeanwhile() if isinstance(error.__cause__, ForeignKeyViolation) else None
