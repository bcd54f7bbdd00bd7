"""Asking: who may be asked, and what becomes of it."""

from datetime import datetime, timedelta

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import Business, User
from contacts.models import Contact
from introductions import services
from introductions.models import Advocate, Ask
from introductions.states import AskState
from outreach.models import Link, Message
from outreach.services import suppress_address
from tests.introductions.factories import a_contact, shared

pytestmark = pytest.mark.django_db


def drafted(contact: Contact, alice: User, now: datetime, wanted: str = "a baker") -> Ask:
    return services.draft_ask(
        contact=contact, wanted=wanted, note="You know people.", by=SYSTEM, sender=alice, now=now
    )


def test_an_ask_is_drafted_and_sent_as_one_letter(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    ask = drafted(marta.contact, alice, now)

    ask = services.send_ask(ask=ask, by=by_alice, now=now)

    letter = Message.objects.get(kind="ask_to_advocate")
    assert ask.state == AskState.SENT
    assert letter.recipients.get().address == "marta@oliveira.example"
    assert "You know people." in letter.text
    assert "This is a business note" in letter.text
    assert "{link:" in letter.text
    names = Event.objects.about(marta.contact).values_list("name", flat=True)
    assert {"ask.drafted", "ask.sent"} <= set(names)


def test_an_ask_is_sent_before_the_owner_confirmed_and_its_letter_is_held(
    business: Business, marta: Advocate, alice: User, now: datetime
) -> None:
    business.confirmed_at = None
    business.save()
    ask = drafted(Contact.objects.get(pk=marta.contact_id), alice, now)

    ask = services.send_ask(ask=ask, by=SYSTEM, now=now)

    assert ask.state == AskState.SENT
    assert Message.objects.get().state == "held"


def test_a_second_press_sends_nothing(marta: Advocate, alice: User, now: datetime) -> None:
    ask = drafted(marta.contact, alice, now)
    services.send_ask(ask=ask, by=SYSTEM, now=now)

    with pytest.raises(services.AskAlreadySent):
        services.send_ask(ask=ask, by=SYSTEM, now=now)

    assert Message.objects.count() == 1


def test_nobody_without_an_address_is_asked(business: Business, alice: User, now: datetime) -> None:
    contact = a_contact(business, now, name="Olle", email="", phone="+46701234567")

    with pytest.raises(services.NoAddress, match="Olle has no e-mail address"):
        drafted(contact, alice, now)


def test_nobody_who_wants_no_mail_is_asked(
    business: Business, marta: Advocate, alice: User, now: datetime
) -> None:
    ask = drafted(marta.contact, alice, now)
    suppress_address(
        business=business,
        address="MARTA@oliveira.example",
        why="unsubscribed",
        by=SYSTEM,
        now=now,
    )

    with pytest.raises(services.AddressSuppressed, match="Marta asked for no more mail"):
        services.send_ask(ask=ask, by=SYSTEM, now=now)

    ask.refresh_from_db()
    assert ask.state == AskState.DRAFT


def test_nobody_who_said_stop_is_asked_by_anybody(
    marta: Advocate, alice: User, now: datetime
) -> None:
    draft = drafted(marta.contact, alice, now)
    sent = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)

    services.stop_asking(advocate=marta, now=now)

    draft.refresh_from_db()
    sent.refresh_from_db()
    assert (draft.state, sent.state) == (AskState.WITHDRAWN, AskState.DECLINED)
    assert Message.objects.get().state == "cancelled"
    with pytest.raises(services.AdvocateStopped):
        drafted(marta.contact, alice, now)


def test_a_stop_that_a_scanner_pressed_is_taken_back(
    marta: Advocate, alice: User, now: datetime
) -> None:
    services.stop_asking(advocate=marta, now=now)
    services.resume_asking(advocate=marta, now=now)

    assert drafted(marta.contact, alice, now).state == AskState.DRAFT


def test_an_ask_is_for_somebody(marta: Advocate, alice: User, now: datetime) -> None:
    with pytest.raises(services.AskNeedsSomebody):
        drafted(marta.contact, alice, now, wanted=" ")


def test_withdrawing_calls_the_letter_and_its_link_back(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)

    services.withdraw_ask(ask=ask, by=SYSTEM, now=now)

    assert Message.objects.get().state == "cancelled"
    assert Link.objects.get(purpose="advocate").withdrawn_at == now
    with pytest.raises(services.AskWithdrawn):
        services.decline_ask(ask=ask, now=now)


def test_an_introduction_answers_the_ask_and_a_second_one_is_welcome(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)

    for name in ("Jonas", "Ida"):
        services.share_introduction(
            advocate=marta, ask=ask, first_name=name, words="You two should meet.", now=now
        )

    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED
    assert ask.introductions.count() == 2
    with pytest.raises(services.AskAlreadyAnswered):
        services.decline_ask(ask=ask, now=now)


def test_somebody_may_come_to_mind_after_a_no(marta: Advocate, alice: User, now: datetime) -> None:
    ask = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)
    services.decline_ask(ask=ask, now=now)

    services.share_introduction(
        advocate=marta, ask=ask, first_name="Jonas", words="You two should meet.", now=now
    )

    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED


def test_a_withdrawn_ask_leads_to_no_introduction(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)
    services.withdraw_ask(ask=ask, by=SYSTEM, now=now)

    with pytest.raises(services.AskWithdrawn):
        services.share_introduction(
            advocate=marta, ask=ask, first_name="Jonas", words="Meet.", now=now
        )


def test_an_ask_without_an_answer_expires_after_sixty_days(
    marta: Advocate, alice: User, now: datetime
) -> None:
    ask = services.send_ask(ask=drafted(marta.contact, alice, now), by=SYSTEM, now=now)

    early = services.expire_ask(ask=ask, now=now + timedelta(days=59))
    late = services.expire_ask(ask=ask, now=now + timedelta(days=60))

    assert (early.state, late.state) == (AskState.SENT, AskState.EXPIRED)


def test_an_advocate_is_one_row_however_often_asked(marta: Advocate, now: datetime) -> None:
    assert services.advocate_for(contact=marta.contact, now=now) == marta
    assert shared(marta, now).advocate == marta


def test_a_draft_can_be_put_in_better_words(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    draft = drafted(marta.contact, alice, now)

    ask = services.change_ask(
        ask=draft,
        changes={"wanted": "", "named_person": " Jonas of the mill ", "note": "You know people."},
        by=by_alice,
        now=now,
    )

    kept = Ask.objects.get()
    assert (kept.wanted, kept.named_person, kept.note) == (
        "",
        "Jonas of the mill",
        "You know people.",
    )
    changed = Event.objects.get(name="ask.changed", subject_id=ask.pk)
    assert changed.payload == {"fields": ["named_person", "wanted"]}


def test_the_same_words_again_are_no_change(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    draft = drafted(marta.contact, alice, now)

    services.change_ask(ask=draft, changes={"wanted": "a baker"}, by=by_alice, now=now)

    assert not Event.objects.filter(name="ask.changed").exists()


def test_a_draft_goes_on_asking_for_somebody(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    draft = drafted(marta.contact, alice, now)

    with pytest.raises(services.AskNeedsSomebody):
        services.change_ask(ask=draft, changes={"wanted": " "}, by=by_alice, now=now)

    assert Ask.objects.get().wanted == "a baker"


def test_what_was_sent_or_taken_back_keeps_its_words(
    marta: Advocate, alice: User, by_alice: Actor, now: datetime
) -> None:
    sent = services.send_ask(ask=drafted(marta.contact, alice, now), by=by_alice, now=now)
    with pytest.raises(services.AskAlreadySent):
        services.change_ask(ask=sent, changes={"note": "More."}, by=by_alice, now=now)
    services.withdraw_ask(ask=sent, by=by_alice, now=now)
    with pytest.raises(services.AskWithdrawn):
        services.change_ask(ask=sent, changes={"note": "More."}, by=by_alice, now=now)

    assert Ask.objects.get().note == "You know people."
