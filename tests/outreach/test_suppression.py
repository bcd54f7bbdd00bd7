"""A stop of one kind of letter keeps back that kind and no other, until the very last moment."""

import pytest

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from outreach import sending
from outreach.models import Suppression, SuppressionReason
from outreach.outgoing import Outgoing
from outreach.sending import send_due_letters
from outreach.services import (
    is_suppressed,
    lift_suppression,
    suppress_address,
    suppress_by_hand,
)
from outreach.services.suppression import TheirOwnWord
from outreach.states import MailKind
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
