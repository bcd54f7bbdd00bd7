"""Pressing opposite buttons at the same moment, in transactions that are really committed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from threading import Barrier, Thread
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from businesses.models import Business, User
from businesses.refusals import Refusal
from businesses.services import open_business
from businesses.tenancy import transaction_for
from tests.copying import again, copies_of
from tests.thorough import RACES

Press = Callable[[], object]
Made = TypeVar("Made")


def a_business(owner: User, now: datetime) -> Business:
    """For one race alone: what others leave behind holds nobody up in it."""
    with transaction.atomic():
        return open_business(
            user=owner,
            tagline="A race of its own",
            timezone="Europe/Stockholm",
            country="SE",
            currency="EUR",
            locale="en_GB",
            now=now,
        )


def committed(business: Business | UUID, make: Callable[[], Made]) -> Made:
    """What `make` returns, when its transaction is committed."""
    with transaction_for(business):
        return make()


def grounds(
    owner: User, now: datetime, begin: Callable[[Business], Made]
) -> Iterator[tuple[Business, Made]]:
    """A business for each race, with what `begin` makes in it: a row, or several.

    The services make the first one; the others are copies of it.
    """
    first = a_business(owner, now)
    made = committed(first, partial(begin, first))
    with copies_of(first) as copies:
        yield first, made
        for number in range(1, RACES):
            copies.make(number)
            with transaction.atomic():
                own = Business.objects.get(pk=copies.key_of(first.pk, number))
            yield own, committed(own, partial(again, made, copies, number))


def race(business: Business | UUID, *presses: Press) -> list[BaseException | None]:
    """Run the presses at once, each in its own transaction; what each one raised."""
    outcomes: list[BaseException | None] = [None] * len(presses)
    barrier = Barrier(len(presses))
    done: SimpleQueue[int] = SimpleQueue()

    def run(place: int, press: Press) -> None:
        try:
            barrier.wait(10)
            committed(business, press)
        except BaseException as error:
            outcomes[place] = error
        finally:
            done.put(place)

    while len(_racers) < len(presses):
        _racers.append(_Racer())
    for racer, pair in zip(_racers, enumerate(presses), strict=False):
        racer.jobs.put(partial(run, *pair))
    for _ in presses:
        done.get(timeout=30)
    return outcomes


class _Racer:
    """A thread that keeps its connection from race to race: to open one takes longer than a press.

    As long as all is done in one database; a copy or the demo's has racers of its own.
    """

    def __init__(self) -> None:
        self.jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        database = ""
        while True:
            job = self.jobs.get()
            now_in = str(settings.DATABASES["default"]["NAME"])
            if database != now_in or connection.connection is None or not connection.is_usable():
                connection.close()
                connection.settings_dict["NAME"] = database = now_in
            job()


_racers: list[_Racer] = []


def assert_one_won(outcomes: list[BaseException | None]) -> None:
    """All but one were refused, with a sentence."""
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == len(outcomes) - 1, outcomes
    assert_refused(refused)


def assert_refused(outcomes: list[BaseException]) -> None:
    assert all(isinstance(outcome, Refusal) for outcome in outcomes), outcomes
