"""Whose data the present transaction may see: the fence of PostgreSQL's row-level security.

Every tenant table has a policy that shows only rows of the business set in `app.business`, and
nothing when none is set. `acting_for` sets it for a block; what has `across` in its name is the one
greppable exception, for sweepers that claim due work. Both work inside a transaction only, so that
what they set can never outlive it. `transaction_for` and `transaction_across_businesses` are a
transaction and the setting in one, for work that begins by itself: one statement instead of four.
`execute_for` and `rows_across` are a transaction of one statement, sent with the setting at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, models, transaction

from businesses.refusals import Refusal

if TYPE_CHECKING:
    from businesses.models import Business

APP_ROLE = "referrals_app"
ACROSS_ROLE = "referrals_across"
OWNER_ROLE = "referrals_owner"

Row = TypeVar("Row", bound=models.Model)

# What this thread has set on its connection: (business id or "", role).
_acting: ContextVar[tuple[str, str]] = ContextVar("acting", default=("", APP_ROLE))


class OutsideTransaction(RuntimeError):
    """A business can only be set within a transaction; otherwise it would leak into the next."""


@contextmanager
def acting_for(business: "Business | UUID", *, savepoint: bool = True) -> Iterator[None]:
    """See and write the rows of this business, and no others, for the length of the block.

    On success the former business and role are restored; on an error the block's savepoint is
    rolled back, and the setting with it. With `savepoint=False` an error dooms the `atomic` block
    round this one, as Django's own parameter does: two statements less, for callers that do not
    go on after an error.
    """
    with _set(_as_business(business), savepoint=savepoint):
        yield


@contextmanager
def transaction_for(business: "Business | UUID") -> Iterator[None]:
    """A transaction that acts for this business, all of it; within another, a savepoint of it.

    Nothing has to be restored: what is set for a transaction ends with it.
    """
    with _transaction(_as_business(business)):
        yield


def execute_for(
    business: "Business | UUID", statement: str, values: Mapping[str, Any]
) -> tuple[Any, ...]:
    """Execute one statement in a transaction of its own that acts for this business; its one row.

    One trip to the database instead of four, since PostgreSQL makes one transaction of what comes
    in one message. Within a transaction it is a part of that.
    """
    if connection.in_atomic_block:
        with acting_for(business, savepoint=False), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cast("tuple[Any, ...]", cursor.fetchone())
    setting = dict(zip(("business", "role"), _as_business(business), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(f"{_SET}; {statement}", {**setting, **values})
        return cast("tuple[Any, ...]", cursor.fetchone())


def rows_across(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Read across businesses what is due, in one trip to the database: a sweep that finds nothing
    costs no more. The values by their names, or in the order of their places.
    """
    if connection.in_atomic_block:
        with across_businesses(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())
    across = {"business": "", "role": ACROSS_ROLE}
    with connection.cursor() as cursor:
        if isinstance(values, Mapping):
            cursor.execute(f"{_SET}; {statement}", {**across, **values})
        else:
            cursor.execute(f"{_SET_IN_ORDER}; {statement}", (*across.values(), *values))
        return list(cursor.fetchall())


@contextmanager
def acting_for_nobody() -> Iterator[None]:
    """See no tenant's row: how each request begins, whoever had the connection before."""
    with _set(("", APP_ROLE)):
        yield


@contextmanager
def across_businesses() -> Iterator[None]:
    """See due work of all businesses, with the few columns that sweepers claim by, and no more."""
    with _set(("", ACROSS_ROLE)):
        yield


@contextmanager
def transaction_across_businesses() -> Iterator[None]:
    """`across_businesses` for the whole of a transaction of its own."""
    with _transaction(("", ACROSS_ROLE)):
        yield


def current_business_id() -> UUID | None:
    """The business this transaction acts for, if any."""
    key, _ = _acting.get()
    return UUID(key) if key else None


class GoneMeanwhile(Refusal):
    """The row was there a moment ago: two entries became one, or it was taken away."""

    message = "Somebody has changed this at the same moment. Please open the page again."
    code = "gone_meanwhile"


def locked(row: Row) -> Row:
    """The same row, fresh, and locked until the transaction ends: the one way to a transition.

    Rows that merely refer to it can be written meanwhile: a full FOR UPDATE would stop those, and
    two services that lock in opposite directions through foreign keys would kill each other.
    Raises `GoneMeanwhile`.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise GoneMeanwhile
    return found


def _as_business(business: "Business | UUID") -> tuple[str, str]:
    return str(business if isinstance(business, UUID) else business.pk), APP_ROLE


@contextmanager
def _transaction(wanted: tuple[str, str]) -> Iterator[None]:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            _apply(wanted)
            with _known_as(wanted):
                yield
        else:
            with _set(wanted, savepoint=False):
                yield


@contextmanager
def _set(wanted: tuple[str, str], *, savepoint: bool = True) -> Iterator[None]:
    if not connection.in_atomic_block:
        raise OutsideTransaction("Open a transaction before acting for a business.")
    former = _acting.get()
    if former == wanted:
        yield
        return
    with transaction.atomic(savepoint=savepoint):
        _apply(wanted)
        with _known_as(wanted):
            yield
        # What is marked to be rolled back takes no further query, and the rollback restores it.
        if not connection.needs_rollback:
            _apply(former)


@contextmanager
def _known_as(wanted: tuple[str, str]) -> Iterator[None]:
    token = _acting.set(wanted)
    try:
        yield
    finally:
        _acting.reset(token)


def _apply(setting: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, dict(zip(("business", "role"), setting, strict=True)))


_SET = "SELECT set_config('app.business', %(business)s, true), set_config('role', %(role)s, true)"
_SET_IN_ORDER = _SET % {"business": "%s", "role": "%s"}


@contextmanager
def as_schema_owner() -> Iterator[None]:
    """Let the default connection be the schema owner's for a while: migrations, and tests' flush.

    The closed connection of the application is opened anew afterwards.
    """
    if settings.DATABASE_OWNER is None:
        raise ImproperlyConfigured("DATABASE_OWNER_URL must be set for this command.")
    settings_dict = connections["default"].settings_dict
    former = {key: settings_dict[key] for key in settings.DATABASE_OWNER if key in settings_dict}
    owner = {key: value for key, value in settings.DATABASE_OWNER.items() if key != "NAME"}
    connection.close()
    settings_dict.update({**owner, "OPTIONS": {**settings.DATABASE_OWNER["OPTIONS"]}})
    try:
        yield
    finally:
        connection.close()
        settings_dict.update(former)


class UnfitRole(RuntimeError):
    """The database login could see past the fence. Nothing may start with it."""


def refuse_unfit_role() -> None:
    """Raise `UnfitRole` unless the connection acts as the fenced application role.

    Called before the web, a worker or beat serve anything. What is checked: the acting role, that
    neither it nor the login is a superuser, bypasses row security or owns tables here, and that the
    login inherits neither application role (with an inherited role its policy applies as well,
    and the fence is open).
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROLE_FACTS)
        acting, powerful, owning, inheriting = cursor.fetchone()
    connection.close()
    if acting != APP_ROLE:
        raise UnfitRole(f"The database must be used as {APP_ROLE}, not as {acting}.")
    if powerful:
        raise UnfitRole("The database login is a superuser or bypasses row security.")
    if owning:
        raise UnfitRole("The database login owns tables, so the fence does not bind it.")
    if inheriting:
        raise UnfitRole("The database login inherits an application role; see `manage.py roles`.")


_ROLE_FACTS = """
SELECT current_user,
       (SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles
         WHERE rolname IN (session_user, current_user)),
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
         JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind = 'r' AND n.nspname = 'public'
           AND r.rolname IN (session_user, current_user)),
       EXISTS (SELECT 1 FROM pg_auth_members m
         JOIN pg_roles member ON member.oid = m.member JOIN pg_roles role ON role.oid = m.roleid
         WHERE role.rolname IN ('referrals_app', 'referrals_across', 'referrals_owner')
           AND (m.inherit_option OR member.rolname IN ('referrals_app', 'referrals_across'))
           AND member.rolname IN (session_user, 'referrals_app', 'referrals_across'))
"""
