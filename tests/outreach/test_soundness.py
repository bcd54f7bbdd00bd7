"""What the database keeps true of every letter and recipient, whoever writes the row."""

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError
from uuid_utils.compat import uuid7

from businesses import clock
from businesses.models import Business
from outreach.models import Message, MessageRecipient
from outreach.states import LEASED, MailKind, MessageState, RecipientState
from tests.outreach.factories import acting, some_letters

pytestmark = pytest.mark.django_db

NOW = clock.now()


@pytest.mark.parametrize(
    "values",
    [
        {"state": "nonsense"},
        {"state": "sending"},
        {"lease_until": NOW},
        {"state": "in_data", "lease_until": NOW},
        {"state": "uncertain"},
        {"state": "sent"},
        {"state": "held"},
        {"hold_reason": "address_not_confirmed"},
        {"mail_kind": "nonsense"},
    ],
)
def test_the_database_keeps_what_must_always_be_true(
    values: dict[str, Any], business: Business
) -> None:
    some_letters(business, 1)

    with pytest.raises(IntegrityError, match="message_is_sound"), acting(business):
        Message.objects.update(**values)


def test_the_database_knows_each_state_and_kind_of_a_letter(business: Business) -> None:
    some_letters(business, 1)

    with acting(business):
        for state, kind in product(MessageState, MailKind):
            Message.objects.update(
                state=state,
                mail_kind=kind,
                lease_until=NOW if state in LEASED else None,
                in_data_at=NOW,
                sent_at=NOW,
                hold_reason="address_not_confirmed" if state == MessageState.HELD else "",
            )


def test_the_database_knows_each_state_of_a_recipient(business: Business) -> None:
    some_letters(business, 1)

    with acting(business):
        for state in RecipientState:
            MessageRecipient.objects.update(state=state)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "nonsense"},
        {"address": ""},
        {"introduction_id": uuid7()},
        {"introduction_id": uuid7(), "address": "", "name": "", "contact_id": uuid7()},
    ],
)
def test_a_sealed_recipient_is_named_by_nothing(values: dict[str, Any], business: Business) -> None:
    some_letters(business, 1)

    with pytest.raises(IntegrityError, match="recipient_is_sound"), acting(business):
        MessageRecipient.objects.update(**values)
