"""Pressing opposite buttons at the same moment, in transactions that are really committed."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connection, transaction

from businesses.models import Business, User
from businesses.refusals import Refusal
from businesses.services import open_business
from businesses.tenancy import acting_for

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


def committed(business: Business, make: Callable[[], Made]) -> Made:
    """What `make` returns, when its transaction is committed."""
    with transaction.atomic(), acting_for(business):
        return make()


def race(business: Business, *presses: Press) -> list[BaseException | None]:
    """Run the presses at once, each in its own transaction; what each one raised."""
    outcomes: list[BaseException | None] = [None] * len(presses)
    barrier = Barrier(len(presses))

    def run(place: int, press: Press) -> None:
        try:
            barrier.wait(10)
            committed(business, press)
        except BaseException as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def assert_one_won(outcomes: list[BaseException | None]) -> None:
    """All but one were refused, with a sentence."""
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert len(refused) == len(outcomes) - 1, outcomes
    assert_refused(refused)


def assert_refused(outcomes: list[BaseException]) -> None:
    assert all(isinstance(outcome, Refusal) for outcome in outcomes), outcomes
