"""A stop of one kind of letter keeps back that kind and no other, until the very last moment."""

from collections.abc import Mapping, Sequence

import pytest

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from contacts.services import leave_in_peace
from outreach import sending
from outreach.links import make_link
from outreach.models import LinkPurpose, Suppression, SuppressionReason
from outreach.outgoing import Outgoing
from outreach.sending import send_due_letters
from outreach.services import (
    is_suppressed,
    lift_suppression,
    suppress_address,
    suppress_by_hand,
)
from outreach.services.suppression import TheirOwnWord, stop_mail
from outreach.states import MailKind
from outreach.transports.base import Reply
from outreach.transports.smtp import SmtpTransport
from tests.introductions.factories import an_advocate, offered
from tests.outreach.factories import a_contact, a_letter, acting, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)

ELENA = "elena@rossi.example"


def stop(business: Business, kind: str, why: str = SuppressionReason.UNSUBSCRIBED) -> Suppression:
    return suppress_address(
        business=business, address=ELENA, why=why, kind=kind, by=SYSTEM, now=clock.now()
    )


def one_of_each_kind(business: Business) -> Contact:
    elena = a_contact(business, email=ELENA)
    for kind in MailKind:
        a_letter(business, elena, words=f"About {kind}.", mail_kind=kind)
    return elena


def kinds_that_left(smtp: SmtpServer) -> set[str]:
    texts = " ".join(taken.part("plain") for taken in smtp.accepted)
    return {kind for kind in MailKind.values if f"About {kind}." in texts}


@pytest.mark.parametrize("kind", ["asks", "news", "friendly"])
def test_a_stop_of_one_kind_keeps_back_that_kind_only(
    business: Business, smtp: SmtpServer, kind: str
) -> None:
    with acting(business):
        one_of_each_kind(business)
        stop(business, kind)

    send_due_letters()

    assert kinds_that_left(smtp) == set(MailKind.values) - {kind}
    assert states(business) == {"sent": 3, "suppressed": 1}


def test_a_stop_of_all_mail_keeps_back_every_kind(business: Business, smtp: SmtpServer) -> None:
    with acting(business):
        one_of_each_kind(business)
        stop(business, MailKind.ALL)

    send_due_letters()

    assert smtp.accepted == []
    assert states(business) == {"suppressed": 4}


def test_a_letter_queued_after_the_stop_waits_for_nothing(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        stop(business, MailKind.NEWS)
        one_of_each_kind(business)

    assert states(business) == {"scheduled": 3, "suppressed": 1}


@pytest.mark.parametrize(("stopped", "left"), [("news", 0), ("all", 0), ("asks", 1)])
def test_who_stops_a_kind_while_the_letter_is_being_offered_does_not_get_it(
    business: Business,
    smtp: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
    stopped: str,
    left: int,
) -> None:
    with acting(business):
        a_letter(business, a_contact(business, email=ELENA), mail_kind=MailKind.NEWS)
    mark = sending.write_down

    def stopped_just_before(results: object, marking: Outgoing | None, **more: object) -> bool:
        if marking is not None:
            with acting(business):
                stop(business, stopped)
        return mark(results, marking, **more)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(sending, "write_down", stopped_just_before)

    send_due_letters()

    assert len(smtp.accepted) == left


def test_what_the_business_decided_it_can_take_back(business: Business, by_alice: Actor) -> None:
    with acting(business):
        row = suppress_by_hand(business=business, address=ELENA, by=by_alice, now=clock.now())
        lift_suppression(suppression=row, by=by_alice, now=clock.now())

        assert not is_suppressed(business=business, address=ELENA)


@pytest.mark.parametrize("why", ["unsubscribed", "never", "complained"])
def test_a_persons_own_word_stays_even_if_the_business_had_stopped_them_before(
    business: Business, by_alice: Actor, why: str
) -> None:
    with acting(business):
        own = suppress_by_hand(business=business, address=ELENA, by=by_alice, now=clock.now())
        theirs = stop(business, MailKind.ALL, why)
        lift_suppression(suppression=own, by=by_alice, now=clock.now())

        with pytest.raises(TheirOwnWord):
            lift_suppression(suppression=theirs, by=by_alice, now=clock.now())

        assert is_suppressed(business=business, address=ELENA)


def test_it_survives_erasure_and_a_new_import(business: Business, smtp: SmtpServer) -> None:
    with acting(business):
        elena = a_contact(business, email=ELENA)
        row = suppress_address(
            business=business, address=ELENA, why="unsubscribed", by=SYSTEM, now=clock.now()
        )
        assert row.contact == elena
        elena.delete()
        row.refresh_from_db()
        assert row.contact is None
        a_letter(business, a_contact(business, email="Elena@Rossi.example"))

    send_due_letters()

    assert smtp.accepted == []


def test_a_link_of_somebody_who_is_gone_stops_no_prospects_mail(
    business: Business, smtp: SmtpServer
) -> None:
    now = clock.now()
    with acting(business):
        offered(an_advocate(business, now), now)
        gone = a_contact(business, email=ELENA)
        link = make_link(business=business, purpose=LinkPurpose.UNSUBSCRIBE, subject=gone, now=now)
        Contact.objects.filter(pk=gone.pk).delete()

        stop_mail(link=link, by=SYSTEM, now=now)

        assert not Suppression.objects.exists()


def test_whoever_is_left_in_peace_while_a_letter_to_several_is_in_hand_does_not_get_it(
    business: Business, smtp: SmtpServer
) -> None:
    with acting(business):
        elena, jonas = a_contact(business, email=ELENA), a_contact(business, "Jonas Falk")
        a_letter(business, elena, jonas, one_click=False)

    class InPeaceMeanwhile(SmtpTransport):
        """The worker has read to whom it goes, and has not marked it."""

        def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
            with acting(business):
                leave_in_peace(contact=elena, why="died", by=SYSTEM, now=clock.now())
            return super().offer(sender, addresses)

    send_due_letters(open_transport=InPeaceMeanwhile)
    send_due_letters()

    [taken] = smtp.accepted
    assert taken.recipients == (jonas.email,)
    assert "elena" not in str(taken.letter["To"]).casefold()
    assert states(business) == {"sent": 1}
