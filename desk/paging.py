"""Long lists, a page after the other: from behind the last row that was shown, not by counting."""

from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet

from desk.people.ids import id_in_address
from desk.requests import DeskRequest

Row = TypeVar("Row", bound=Model)


def page_behind(
    rows: "QuerySet[Row]", request: DeskRequest, *, by: str, name: str, size: int, **kept: str
) -> tuple[list[Row], str]:
    """So many rows by this column (`-` before it: from the highest down) and then by id; and where
    the next page is, or nothing.

    The address has the last row that was shown as `name`, beside what is `kept` in it. A row that
    is not ours begins anew.
    """
    column, is_down = by.removeprefix("-"), by.startswith("-")
    key, beyond = id_in_address(request, name), "lt" if is_down else "gt"
    last = rows.model._default_manager.filter(pk=key).values_list(column, flat=True)
    at = last.first() if key else None
    if at is not None:
        rows = rows.filter(
            Q(**{f"{column}__{beyond}e": at}),
            Q(**{f"{column}__{beyond}": at}) | Q(**{f"pk__{beyond}": key}),
        )
    found = list(rows.order_by(by, "-id" if is_down else "id")[: size + 1])
    more = urlencode({**kept, name: str(found[size - 1].pk)}) if len(found) > size else ""
    return found[:size], f"?{more}" if more else ""
