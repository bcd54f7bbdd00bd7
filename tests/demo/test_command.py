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
from businesses.services import open_business
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

PASSWORD = "pottery-window-rain"
KEY = "hs_a-key-for-the-demo-of-these-tests-0123456789"
# At the firm's place, Lund.
AFTER_MIDNIGHT = datetime(2027, 1, 31, 23, 4, tzinfo=UTC)
AN_HOUR_WAS_LOST = datetime(2027, 3, 28, 21, 59, tzinfo=UTC)


def _who_opens(secret: str) -> Business | None:
    key = find_api_key(secret)
    return key.business if key else None


def _what_is_told(business: Business) -> tuple[list[str], list[tuple[str, str]], int]:
    with transaction.atomic(), acting_for(business):
        return (
            list(Contact.objects.by_name().values_list("name", flat=True)),
            sorted(Introduction.objects.values_list("advocate__contact__name", "state")),
            # What people did. Plans keep to working days, so theirs differ from day to day.
            Event.objects.exclude(name__regex=r"^(plan|message|reminder)\.").count(),
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


def test_at_any_hour_nothing_is_left_to_send(db: None) -> None:
    _nothing_is_left_to_send(tell_story(now=AN_HOUR_WAS_LOST), AN_HOUR_WAS_LOST)


def _nothing_is_left_to_send(firm: Business, now: datetime) -> None:
    with transaction.atomic(), acting_for(firm):
        assert not Message.objects.filter(state=MessageState.SCHEDULED).exists()
        assert not Event.objects.filter(recorded_at__gt=now).exists()
        assert Introduction.objects.filter(state=IntroductionState.ACCEPTED).count() == 1
        assert Reminder.objects.open().due(clock.today(firm, now)).exists()


def test_reset_makes_it_anew_and_leaves_other_businesses_alone(
    own_copy: None, settings: Settings
) -> None:
    settings.DEMO_PASSWORD = PASSWORD
    settings.DEMO_API_KEY = KEY
    other = _somebody_elses_business()
    first = find_firm()
    assert first is not None
    told = _what_is_told(first)

    with clock.at(AFTER_MIDNIGHT):
        call_command("demo", "--reset")

    second = find_firm()
    assert second is not None
    assert second.pk != first.pk
    assert second.slug == first.slug
    assert _what_is_told(second) == told
    _nothing_is_left_to_send(second, AFTER_MIDNIGHT)
    assert set(Business.objects.all()) == {second, other}
    assert User.objects.filter(email__endswith="@lindqvist.example").count() == 2
    assert Client().login(username=settings.DEMO_EMAIL, password=PASSWORD)
    assert _who_opens(KEY) == second
    with transaction.atomic(), acting_for(other):
        assert Contact.objects.get().name == "Olga"
        assert Event.objects.get().name == "contact.added"


@transaction.atomic
def _somebody_elses_business() -> Business:
    business = open_business(
        user=User.objects.create_user("charlie@stranger.example"),
        tagline="Roofs for old houses",
        timezone="Europe/Stockholm",
        country="SE",
        currency="EUR",
        locale="en_GB",
        now=clock.now(),
    )
    with acting_for(business):
        add_contact(business=business, name="Olga", by=SYSTEM, now=clock.now())
    return business
