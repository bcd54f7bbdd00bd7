"""The fence: what one business has, no other sees, and nobody sees without being let in."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from activity.actors import SYSTEM
from activity.models import Event, Mention
from activity.services import record_event
from businesses import clock
from businesses.models import Business, TenantRow
from businesses.operations import key_name, tenant_keys
from businesses.tenancy import (
    OutsideTransaction,
    UnfitRole,
    across_businesses,
    acting_for,
    acting_for_nobody,
    as_schema_owner,
    current_business_id,
    refuse_unfit_role,
)

pytestmark = pytest.mark.django_db

# Tables that stand outside the fence, each with its reason.
OUTSIDE_THE_FENCE = {
    "businesses.User": "who signs in; a person may belong to several businesses",
    "businesses.Business": "the tenant itself; resolved before the fence can be set",
    "businesses.Membership": "tells which business a user may enter; resolved before the fence",
    "businesses.ApiKey": "tells which business an integration acts for; holds the hash of a key",
    "outreach.Link": "tells which business a mailed link belongs to; holds ids only",
    "outreach.AccountMessage": "letters about an account, which belongs to no business",
    "outreach.MailHold": "whether all mail of the installation is held; no tenant's data",
    "outreach.MailTrouble": "why no letter was taken of late; no tenant's data",
    "outreach.JobRun": "when each sweep last ran; no tenant's data",
}
THIRD_PARTIES = {"admin", "auth", "contenttypes", "sessions", "account", "mfa"}


def our_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in THIRD_PARTIES:
            yield model


def fenced_models() -> list[type[models.Model]]:
    return [model for model in our_models() if issubclass(model, TenantRow)]


def an_event(business: Business) -> Event:
    return record_event(
        business=business, name="test.done", actor=SYSTEM, subject=business, now=clock.now()
    )


def test_every_table_is_fenced_or_says_why_not() -> None:
    unexplained = {
        model._meta.label
        for model in our_models()
        if not issubclass(model, TenantRow) and model._meta.label not in OUTSIDE_THE_FENCE
    }

    assert unexplained == set()


def test_no_reason_outlives_its_table() -> None:
    assert {model._meta.label for model in our_models()} >= set(OUTSIDE_THE_FENCE)


@pytest.mark.parametrize("model", fenced_models(), ids=lambda model: model._meta.label)
def test_a_tenant_table_has_the_policy_and_it_only(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity FROM pg_class WHERE relname = %s", [model._meta.db_table]
        )
        [fenced] = cursor.fetchone()
        cursor.execute(
            "SELECT qual, with_check FROM pg_policies"
            " WHERE tablename = %s AND roles = '{referrals_app}'",
            [model._meta.db_table],
        )
        policies = cursor.fetchall()

    assert fenced
    assert len(policies) == 1
    for rule in policies[0]:
        assert rule.startswith("(business_id = ( SELECT")
        assert "NULLIF(current_setting('app.business'::text, true), ''::text)" in rule
        assert " OR " not in rule


@pytest.mark.parametrize("model", fenced_models(), ids=lambda model: model._meta.label)
def test_keys_between_tenant_rows_name_the_business_too(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [table],
        )
        constraints = dict(cursor.fetchall())

    for field in model._meta.local_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        if issubclass(field.remote_field.model, TenantRow):
            assert field in tenant_keys(model), f"{field} is not a TenantForeignKey"
            rule = constraints[key_name(table, field.column)]
            assert rule.startswith(f"FOREIGN KEY (business_id, {field.column}) REFERENCES")
            assert rule.endswith("(business_id, id)")


@pytest.mark.parametrize("model", fenced_models(), ids=lambda model: model._meta.label)
def test_unique_rules_and_indexes_begin_with_the_business(model: type[models.Model]) -> None:
    """Or a rule would tell a stranger what exists. Sweeps' indexes are partial; keys are ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s",
            [model._meta.db_table],
        )
        found = cursor.fetchall()

    for name, definition in found:
        if name.endswith("_pkey") or name == "event_position_once":
            continue
        inside = definition[definition.index("(") + 1 :]
        if not inside.startswith("business_id"):
            assert " WHERE " in definition, definition
            assert "UNIQUE" not in definition, definition


def test_nothing_shows_when_no_business_is_set(business: Business) -> None:
    an_event(business)

    with acting_for_nobody():
        assert not Event.objects.exists()


def test_another_business_sees_nothing(business: Business, other_business: Business) -> None:
    event = an_event(business)

    with acting_for(other_business):
        assert not Event.objects.filter(pk=event.pk).exists()
        assert not Mention.objects.filter(event_id=event.pk).exists()


def test_a_row_cannot_be_written_into_another_business(
    business: Business, other_business: Business
) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), acting_for(other_business):
        an_event(business)


def test_a_row_cannot_name_another_business_row(
    business: Business, other_business: Business
) -> None:
    event = an_event(business)

    with pytest.raises(IntegrityError), acting_for(other_business):
        Mention.objects.create(
            business=other_business,
            event_id=event.pk,
            label="event",
            about_id=event.pk,
            recorded_at=clock.now(),
        )


def test_history_cannot_be_edited_or_deleted(business: Business) -> None:
    event = an_event(business)

    for change in (lambda: Event.objects.update(name="x"), lambda: event.delete()):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


def test_the_block_restores_the_former_business(
    business: Business, other_business: Business
) -> None:
    with acting_for(other_business):
        assert current_business_id() == other_business.pk

    assert current_business_id() == business.pk
    assert an_event(business)


def test_an_error_restores_the_former_business(
    business: Business, other_business: Business
) -> None:
    with pytest.raises(ZeroDivisionError), acting_for(other_business):
        1 / 0  # noqa: B018

    assert an_event(business)


def test_across_businesses_cannot_read_what_it_need_not(business: Business) -> None:
    an_event(business)

    with across_businesses():
        assert Event.objects.values_list("id").exists()
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            list(Event.objects.values_list("payload"))
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Event.objects.update(name="x")
    assert current_business_id() == business.pk


@pytest.mark.django_db(transaction=True)
def test_a_business_is_set_within_a_transaction_only(business: Business) -> None:
    with pytest.raises(OutsideTransaction), acting_for(business):
        pass
    with pytest.raises(OutsideTransaction), across_businesses():
        pass


@pytest.mark.django_db(transaction=True)
def test_the_setting_ends_with_its_transaction(business: Business) -> None:
    with transaction.atomic(), acting_for(business):
        an_event(business)

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_starts_as_the_schema_owner(business: Business) -> None:
    with as_schema_owner(), pytest.raises(UnfitRole):
        refuse_unfit_role()


@pytest.mark.django_db(transaction=True)
def test_the_fenced_role_may_start() -> None:
    refuse_unfit_role()


def test_no_role_inherits_another() -> None:
    """With an inherited role the other's policy would apply as well: every row was visible."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role.rolname, member.rolname, inherit_option, set_option"
            " FROM pg_auth_members m JOIN pg_roles role ON role.oid = roleid"
            " JOIN pg_roles member ON member.oid = m.member WHERE role.rolname LIKE 'referrals%'"
        )
        grants = set(cursor.fetchall())

    assert grants == {
        ("referrals_app", "referrals_web", False, True),
        ("referrals_across", "referrals_web", False, True),
    }


def test_the_application_is_no_superuser_and_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'referrals%'"
            " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
        )
        powerful = cursor.fetchall()
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = relowner"
            " WHERE rolname IN ('referrals_app', 'referrals_across', 'referrals_web')"
        )
        owned = cursor.fetchall()

    assert powerful == []
    assert owned == []


def test_no_function_of_the_owner_can_be_lured_by_a_search_path() -> None:
    """SECURITY DEFINER functions pin theirs, or a caller could put other tables in the way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef AND NOT EXISTS ("
            " SELECT 1 FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')"
        )
        assert cursor.fetchall() == []
