"""Until the yes, what is known of a prospect is in the sealed columns and nowhere else."""

import logging
from datetime import datetime, timedelta

import pytest
from django.db import connection

from businesses.models import Business
from businesses.tenancy import acting_for
from introductions import services
from introductions.models import Advocate, Introduction
from introductions.sealed import fill_prospect, prospect_address
from introductions.states import VOUCH_WITHIN
from outreach.models import Message
from tests.introductions.factories import WORDS, offered

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a@sealed.example"
CANARY_NAME = "Canarina"


def told(advocate: Advocate, now: datetime) -> Introduction:
    return services.offer_introduction(
        advocate=advocate,
        first_name=CANARY_NAME,
        email=CANARY,
        words="Dear Canarina, write to her at the canary cage.",
        now=now,
    )


def everything_but_the_sealed_row() -> str:
    """All text of every table but the introductions', as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "AND table_type = 'BASE TABLE' AND table_name <> 'introductions_introduction'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT t::text FROM "{table}" AS t')
                texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def test_before_a_yes_no_other_table_and_no_log_holds_the_prospect(
    marta: Advocate, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    introduction = told(marta, now)
    services.postpone_introduction(
        introduction=introduction, until=(now + timedelta(days=9)).date(), now=now
    )
    services.bring_back(introduction=introduction, now=now + timedelta(days=9))
    introduction = services.accept_introduction(
        introduction=introduction, now=now + timedelta(days=9)
    )

    found = (everything_but_the_sealed_row() + caplog.text).casefold()

    assert Message.objects.filter(kind="introduction_to_prospect").count() == 2
    assert str(introduction.pk) in found
    assert "canar" not in found


def test_after_a_no_no_table_holds_the_prospect(marta: Advocate, now: datetime) -> None:
    introduction = told(marta, now)
    services.decline_introduction(introduction=introduction, now=now)

    services.erase_declined(introduction=introduction, now=now + timedelta(minutes=10))

    row = Introduction.objects.filter(pk=introduction.pk).values_list()[0]
    assert "canar" not in str(row).casefold()
    assert prospect_address(introduction.pk) is None
    assert fill_prospect(introduction.pk, "name") == ""


def test_a_letter_is_filled_with_the_name_the_words_and_the_address(
    marta: Advocate, now: datetime
) -> None:
    introduction = offered(marta, now, email=CANARY)

    assert fill_prospect(introduction.pk, "name") == "Jonas"
    assert fill_prospect(introduction.pk, "words") == WORDS
    assert fill_prospect(introduction.pk, "phone") == ""
    assert prospect_address(introduction.pk) == CANARY


def test_another_business_fills_in_nothing(
    marta: Advocate, other_business: Business, now: datetime
) -> None:
    introduction = offered(marta, now, email=CANARY)

    with acting_for(other_business):
        assert prospect_address(introduction.pk) is None
        assert fill_prospect(introduction.pk, "words") == ""


def test_who_came_by_a_link_is_in_no_other_table_either_until_the_letter_leaves(
    marta: Advocate, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    came = services.come_by_link(
        advocate=marta,
        first_name=CANARY_NAME,
        email=CANARY,
        words="I live in the canary cage.",
        now=now,
    )
    services.leave_unvouched(introduction=came, now=now + VOUCH_WITHIN)
    services.vouch_for(introduction=came, words="From the canary cage.", now=now + VOUCH_WITHIN)

    texts = everything_but_the_sealed_row() + caplog.text

    for secret in (CANARY, CANARY_NAME, "canary cage"):
        assert secret not in texts
