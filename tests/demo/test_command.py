"""`manage.py demo`: when it makes, when it leaves alone, when it refuses (issue 2, item 9)."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.keys import find_api_key, withdraw_api_key
from businesses.models import ApiKey, Business, User
from businesses.tenancy import acting_for
from contacts.models import Contact
from contacts.services import add_contact
from demo.firm import find_firm, open_firm
from demo.story import tell_story
from introductions.models import Introduction
from introductions.states import IntroductionState
from outreach.models import Message, Reminder
from outreach.past import record_as_sent
from outreach.states import MessageState

PASSWORD = "harbour-lantern-cup"
KEY = "hs_a-key-for-the-demo-of-these-tests-0123456789"


def _who_opens(secret: str) -> Business | None:
    key = find_api_key(secret)
    return key.business if key else None


def _what_is_told(business: Business) -> tuple[list[str], list[tuple[str, str]], int]:
    with transaction.atomic(), acting_for(business):
        return (
            list(Contact.objects.by_name().values_list("name", flat=True)),
            sorted(Introduction.objects.values_list("advocate__contact__name", "state")),
            Event.objects.count(),
        )


def test_it_is_refused_outside_local_mode(settings: Settings) -> None:
    settings.LOCAL = False

    with pytest.raises(CommandError, match="local mode only"):
        call_command("demo")


def test_it_is_refused_where_mail_leaves_this_machine(db: None, settings: Settings) -> None:
    settings.EMAIL_HOST = "smtp.provider.example"

    with pytest.raises(CommandError, match="mail server elsewhere"):
        call_command("demo")


def test_it_is_refused_for_an_address_that_may_be_somebodys(settings: Settings) -> None:
    settings.DEMO_EMAIL = "elena@gmail.com"

    with pytest.raises(CommandError, match=r"\.example"):
        call_command("demo")


def test_letters_are_not_recorded_as_sent_outside_local_mode(
    business: Business, settings: Settings
) -> None:
    settings.LOCAL = False

    with pytest.raises(Exception, match="locally only"):
        record_as_sent(business=business, now=clock.now())


def test_a_second_run_changes_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    firm, _ = open_firm(now=clock.now())
    monkeypatch.delattr("demo.management.commands.demo.tell_story")
    monkeypatch.delattr("demo.management.commands.demo.remove_business")

    call_command("demo")

    assert "there already" in capsys.readouterr().out
    assert Business.objects.get() == firm
    assert User.objects.count() == 2


def test_a_firm_made_before_there_were_api_keys_gets_one(db: None, settings: Settings) -> None:
    firm, _ = open_firm(now=clock.now())
    settings.DEMO_API_KEY = KEY

    call_command("demo")
    call_command("demo")

    assert _who_opens(KEY) == firm
    assert ApiKey.objects.get().made_by == User.objects.get(email=settings.DEMO_EMAIL)


def test_a_key_that_was_withdrawn_stays_so(db: None, settings: Settings) -> None:
    open_firm(now=clock.now())
    settings.DEMO_API_KEY = KEY
    call_command("demo")
    withdraw_api_key(key=ApiKey.objects.get(), now=clock.now())

    call_command("demo")

    assert _who_opens(KEY) is None


@pytest.mark.parametrize(
    "at_night",
    [datetime(2027, 1, 31, 23, 4, tzinfo=UTC), datetime(2027, 3, 28, 21, 59, tzinfo=UTC)],
    ids=["just after midnight in Lund", "on the evening of a day that lost an hour"],
)
def test_at_any_hour_nothing_is_left_to_send(db: None, at_night: datetime) -> None:
    firm = tell_story(now=at_night)

    with acting_for(firm):
        assert not Message.objects.filter(state=MessageState.SCHEDULED).exists()
        assert not Event.objects.filter(recorded_at__gt=at_night).exists()
        assert Introduction.objects.filter(state=IntroductionState.ACCEPTED).count() == 1
        assert Reminder.objects.open().due(clock.today(firm, at_night)).exists()


@pytest.mark.django_db(transaction=True)
def test_reset_makes_it_anew_and_leaves_other_businesses_alone(
    other_business: Business, settings: Settings
) -> None:
    settings.DEMO_PASSWORD = PASSWORD
    settings.DEMO_API_KEY = KEY
    with transaction.atomic(), acting_for(other_business):
        add_contact(business=other_business, name="Olga", by=SYSTEM, now=clock.now())
    call_command("demo")
    first = find_firm()
    assert first is not None
    told = _what_is_told(first)

    call_command("demo", "--reset")

    second = find_firm()
    assert second is not None
    assert second.pk != first.pk
    assert second.slug == first.slug
    assert _what_is_told(second) == told
    assert set(Business.objects.all()) == {second, other_business}
    assert User.objects.filter(email__endswith="@lindqvist.example").count() == 2
    assert Client().login(username=settings.DEMO_EMAIL, password=PASSWORD)
    assert _who_opens(KEY) == second
    with transaction.atomic(), acting_for(other_business):
        assert Contact.objects.get().name == "Olga"
        assert Event.objects.get().name == "contact.added"
