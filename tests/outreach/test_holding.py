"""All mail held, as after a restore: nothing leaves before somebody has looked."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from businesses import clock
from businesses.models import Business, User
from outreach.letters import Rendered
from outreach.models import AccountMessage, Message
from outreach.sending import send_due_letters
from outreach.services import hold_all_mail, queue_account_message
from outreach.transports.base import Reply
from outreach.transports.smtp import SmtpTransport
from tests.outreach.factories import a_contact, a_letter, acting, some_letters, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def command(name: str, *given: str) -> str:
    said = StringIO()
    call_command(name, *given, stdout=said)
    return said.getvalue()


def a_code(user: User) -> AccountMessage:
    rendered = Rendered("Your code", "123456\n", "")
    return queue_account_message(to=user.email, rendered=rendered, user=user, now=clock.now())


def test_while_all_mail_is_held_nothing_leaves_and_nothing_is_lost(
    business: Business, other_business: Business, smtp: SmtpServer
) -> None:
    some_letters(business, 3)
    some_letters(other_business, 2)

    assert "All mail is held" in command("hold_all_mail")
    command("hold_all_mail")
    send_due_letters()

    assert smtp.accepted == []
    assert states(business) == {"scheduled": 3}
    command("release_mail", "--yes")
    send_due_letters()
    assert len(smtp.accepted) == 5


def test_who_signs_in_gets_a_code_but_none_from_before_the_hold(
    alice: User, smtp: SmtpServer
) -> None:
    old = a_code(alice)
    command("hold_all_mail")
    new = a_code(alice)

    send_due_letters()

    assert [taken.letter["Message-ID"] for taken in smtp.accepted] == [f"<{new.pk}@localhost>"]
    old.refresh_from_db()
    assert old.state == "scheduled"


def test_a_sweep_that_is_under_way_stops_at_its_next_marker(
    business: Business, smtp: SmtpServer
) -> None:
    some_letters(business, 5)
    offered: list[str] = []

    class HeldAfterTwo(SmtpTransport):
        def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
            offered.extend(addresses)
            if len(offered) == 3:
                with acting(business):
                    hold_all_mail(now=clock.now())
            return super().offer(sender, addresses)

    send_due_letters(open_transport=HeldAfterTwo)

    assert len(smtp.accepted) == 2
    assert states(business) == {"sent": 2, "scheduled": 3}


def test_before_it_is_released_it_says_what_would_go_and_nothing_goes(
    business: Business, other_business: Business, alice: User, smtp: SmtpServer
) -> None:
    oldest = datetime(2026, 5, 4, 9, 30, tzinfo=clock.now().tzinfo)
    with acting(business):
        elena = a_contact(business)
        a_letter(business, elena, due_at=oldest)
        a_letter(business, elena)
        a_letter(business, due_at=clock.now() + timedelta(days=2))
    some_letters(other_business, 1)
    a_code(alice)
    command("hold_all_mail")

    said = command("release_mail")
    send_due_letters()

    assert "3 letters to 2 people would go out at once, of 2 businesses." in said
    assert "The oldest was due 2026-05-04 09:30 UTC." in said
    assert "1 letter about accounts" in said
    assert smtp.accepted == []


def test_what_was_due_long_before_can_be_left_out_and_is_listed(
    business: Business, alice: User, smtp: SmtpServer
) -> None:
    with acting(business):
        old = a_letter(business, due_at=datetime(2026, 5, 4, tzinfo=clock.now().tzinfo))
        new = a_letter(business)
    command("hold_all_mail")

    said = command("release_mail", "--yes", "--leave-out-before", "2026-05-05T00:00")
    send_due_letters()

    assert "1 letter left out" in said
    assert smtp.message_ids() == [f"<{new.pk}@localhost>"]
    with acting(business):
        [failed] = Message.objects.needing_attention()
        assert failed.pk == old.pk
        assert "may have been sent before" in failed.last_reason
    assert states(business) == {"failed": 1, "sent": 1}


def test_what_was_held_at_the_backup_may_have_been_released_and_sent_since(
    business: Business, smtp: SmtpServer
) -> None:
    Business.objects.filter(pk=business.pk).update(sending_paused_at=clock.now())
    with acting(business):
        old = a_letter(business, due_at=datetime(2026, 5, 4, tzinfo=clock.now().tzinfo))
        new = a_letter(business)
    send_due_letters()
    assert states(business) == {"held": 2}
    command("hold_all_mail")

    said = command("release_mail", "--yes", "--leave-out-before", "2026-05-05T00:00")
    command("resume_sending", business.slug)
    send_due_letters()

    assert "1 letter left out" in said
    assert smtp.message_ids() == [f"<{new.pk}@localhost>"]
    with acting(business):
        assert [row.pk for row in Message.objects.needing_attention()] == [old.pk]


def test_a_letter_that_was_being_handed_over_when_the_copy_was_made_is_not_sent_again(
    business: Business, smtp: SmtpServer
) -> None:
    some_letters(business, 1)
    past = clock.now() - timedelta(hours=1)
    with acting(business):
        Message.objects.update(state="in_data", in_data_at=past, lease_until=past)
    command("hold_all_mail")
    assert "1 letter may have been sent" in command("release_mail")

    command("release_mail", "--yes")
    send_due_letters()

    assert smtp.accepted == []
    assert states(business) == {"uncertain": 1}


def test_release_says_when_there_is_nothing_to_release(db: None) -> None:
    assert "Mail is not held." in command("release_mail", "--yes")


def test_a_time_that_is_none_releases_nothing(business: Business, smtp: SmtpServer) -> None:
    command("hold_all_mail")

    with pytest.raises(CommandError, match="Give the time"):
        command("release_mail", "--yes", "--leave-out-before", "yesterday")

    some_letters(business, 1)
    send_due_letters()
    assert smtp.accepted == []
