"""What acting for a business costs, and that nothing of it is left behind, whatever goes wrong."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from activity.actors import SYSTEM
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.models import Business
from businesses.tenancy import (
    acting_for,
    acting_for_nobody,
    current_business_id,
    execute_for,
    rows_across,
    transaction_across_businesses,
    transaction_for,
)

pytestmark = pytest.mark.django_db(transaction=True)


def an_event(business: Business) -> Event:
    return record_event(
        business=business, name="test.done", actor=SYSTEM, subject=business, now=clock.now()
    )


def set_in_the_database() -> tuple[str, str]:
    """What PostgreSQL itself holds, whatever we believe."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.business', true), current_user")
        business, role = cursor.fetchone()
    return business or "", role


def test_a_transaction_for_a_business_costs_one_statement(business: Business) -> None:
    with CaptureQueriesContext(connection) as queries, transaction_for(business):
        pass

    assert [q["sql"] for q in queries if "set_config" not in q["sql"]] == ["BEGIN", "COMMIT"]
    assert len(queries) == 3


def test_a_transaction_for_a_business_leaves_nothing_behind(business: Business) -> None:
    with transaction_for(business):
        an_event(business)
        assert set_in_the_database() == (str(business.pk), "referrals_app")

    assert current_business_id() is None
    assert set_in_the_database() == ("", "referrals_app")


def test_an_error_in_it_undoes_all_of_it(business: Business) -> None:
    with suppress(ZeroDivisionError), transaction_for(business):
        an_event(business)
        raise ZeroDivisionError

    assert current_business_id() is None
    assert set_in_the_database() == ("", "referrals_app")
    with transaction_for(business):
        assert not Event.objects.exists()


def test_within_another_transaction_it_is_undone_by_itself(
    business: Business, other_business: Business
) -> None:
    with transaction_for(business):
        an_event(business)
        with suppress(ZeroDivisionError), transaction_for(other_business):
            an_event(other_business)
            raise ZeroDivisionError
        assert set_in_the_database() == (str(business.pk), "referrals_app")
        assert current_business_id() == business.pk
        with transaction_for(business):
            an_event(business)

    with transaction_for(business):
        assert Event.objects.count() == 2
    with transaction_for(other_business):
        assert not Event.objects.exists()


def test_across_businesses_ends_with_its_transaction(business: Business) -> None:
    with transaction_across_businesses():
        assert set_in_the_database() == ("", "referrals_across")
    assert set_in_the_database() == ("", "referrals_app")

    with transaction_for(business):
        with transaction_across_businesses():
            assert set_in_the_database() == ("", "referrals_across")
        assert set_in_the_database() == (str(business.pk), "referrals_app")


def test_without_a_savepoint_two_statements_are_saved(business: Business) -> None:
    with (
        transaction.atomic(),
        CaptureQueriesContext(connection) as queries,
        acting_for(business, savepoint=False),
    ):
        pass

    assert len([q for q in queries if "set_config" in q["sql"]]) == 2
    assert not [q for q in queries if "SAVEPOINT" in q["sql"]]


def test_without_a_savepoint_an_error_dooms_what_is_round_it(business: Business) -> None:
    """Whoever catches the error can neither read with what was set, nor commit its half."""
    with transaction.atomic():
        with suppress(ZeroDivisionError), acting_for(business, savepoint=False):
            an_event(business)
            raise ZeroDivisionError
        with pytest.raises(TransactionManagementError):
            Event.objects.exists()

    assert set_in_the_database() == ("", "referrals_app")
    with transaction_for(business):
        assert not Event.objects.exists()


@pytest.mark.parametrize("savepoint", [True, False])
def test_an_error_caught_round_a_savepoint_gives_the_former_business_back(
    business: Business, other_business: Business, savepoint: bool
) -> None:
    with transaction_for(business):
        with (
            suppress(DatabaseError),
            transaction.atomic(),
            acting_for(other_business, savepoint=savepoint),
        ):
            an_event(business)  # Refused: another business's row.

        assert set_in_the_database() == (str(business.pk), "referrals_app")
        assert an_event(business)


@pytest.mark.parametrize("savepoint", [True, False])
def test_what_is_marked_to_be_rolled_back_is_given_back_too(
    business: Business, other_business: Business, savepoint: bool
) -> None:
    """As a web framework does that turns an error into an answer."""
    with transaction_for(business):
        with transaction.atomic(), acting_for(other_business, savepoint=savepoint):
            an_event(other_business)
            transaction.set_rollback(True)

        assert set_in_the_database() == (str(business.pk), "referrals_app")
        assert not Event.objects.exists()


def test_nobody_within_somebody_sees_nothing(business: Business) -> None:
    with transaction_for(business):
        an_event(business)
        with acting_for_nobody():
            assert not Event.objects.exists()
        assert Event.objects.exists()


_WHO = "SELECT current_setting('app.business', true), current_user"


def test_one_statement_for_a_business_leaves_nothing_behind(business: Business) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert execute_for(business, _WHO, {}) == (str(business.pk), "referrals_app")
    assert len(queries) == 1
    assert set_in_the_database() == ("", "referrals_app")

    with pytest.raises(DatabaseError):
        execute_for(business, "SELECT 1 / 0", {})
    assert set_in_the_database() == ("", "referrals_app")

    assert rows_across(_WHO, {}) == [("", "referrals_across")]
    assert set_in_the_database() == ("", "referrals_app")


def test_within_a_transaction_one_statement_is_a_part_of_it(
    business: Business, other_business: Business
) -> None:
    with transaction_for(business):
        assert execute_for(other_business, _WHO, {})[0] == str(other_business.pk)
        assert rows_across(_WHO, {}) == [("", "referrals_across")]
        assert set_in_the_database() == (str(business.pk), "referrals_app")
