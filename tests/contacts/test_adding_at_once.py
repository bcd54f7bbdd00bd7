"""Two people add somebody with one address at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.imports.services import preview_file, run_import
from contacts.models import Contact, ContactImport
from contacts.services import ContactExists
from tests.contacts.factories import make_contact


def _at_once(business: Business, act: Callable[[], object]) -> list[object]:
    """What came of doing it twice at the same moment, each in a transaction of its own."""
    together = Barrier(2)

    def one() -> object:
        try:
            with transaction.atomic(), acting_for(business):
                together.wait(10)
                return act()
        except ContactExists as exists:
            return exists
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return [turn.result() for turn in [pool.submit(one), pool.submit(one)]]


@pytest.mark.django_db(transaction=True)
def test_one_adds_and_the_other_is_told_who_is_there(business: Business) -> None:
    for number in range(10):
        address = f"marta{number}@bakery.example"

        first, second = _at_once(business, lambda: make_contact(business, email=address))  # noqa: B023

        added, refused = sorted((first, second), key=lambda one: isinstance(one, ContactExists))
        assert isinstance(refused, ContactExists)
        assert refused.contact == added


@pytest.mark.django_db(transaction=True)
def test_one_import_pressed_twice_at_once_imports_once(business: Business) -> None:
    with transaction.atomic(), acting_for(business):
        contact_import = preview_file(
            business=business,
            data=b"First Name,E-mail 1 - Value\nMarta,marta@bakery.example\n",
            file_name="x.csv",
            by=SYSTEM,
            now=clock.now(),
        )

    _at_once(
        business, lambda: run_import(contact_import=contact_import, by=SYSTEM, now=clock.now())
    )

    with transaction.atomic(), acting_for(business):
        assert Contact.objects.count() == 1
        assert ContactImport.objects.get().created_count == 1
