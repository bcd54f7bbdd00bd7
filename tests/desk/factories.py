"""A desk with so many of everything on it, made by the services."""

from datetime import datetime, timedelta

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import add_contact
from contacts.states import Circle
from introductions import services as introductions
from introductions.models import Advocate
from outreach.models import Message, MessageRecipient
from outreach.services import suppress_by_hand
from outreach.states import MessageState, RecipientState
from referrals import services as referrals
from referrals.models import Referral, ThankYou
from tests.feedback.factories import make_feedback
from tests.outreach.factories import a_contact, a_letter

WORDS = "Alice has kept our books for six years. You two should meet."


def a_friend(business: Business, now: datetime, number: int, **more: str) -> Contact:
    """A happy customer of the inner circle, never asked."""
    friend = add_contact(
        business=business,
        name=f"Friend {number}",
        email=f"friend{number}@friends.example",
        circle=Circle.INNER,
        customer_since=(now - timedelta(days=900)).date(),
        by=SYSTEM,
        now=now,
        **more,
    )
    make_feedback(friend, 10, now=now)
    return friend


def a_complaint(business: Business, now: datetime, number: int) -> None:
    """Somebody whose answer calls for something to be put right today."""
    contact = add_contact(
        business=business, name=f"Unhappy {number}", circle=Circle.CLOSE, by=SYSTEM, now=now
    )
    make_feedback(contact, 4, why="Late twice.", now=now)


def a_met_person(advocate: Advocate, now: datetime, number: int) -> Referral:
    """Somebody introduced by this advocate, with a thank-you and a follow-up due."""
    introduction = introductions.offer_introduction(
        advocate=advocate,
        first_name=f"Prospect {number}",
        email=f"prospect{number}@elsewhere.example",
        words=WORDS,
        now=now,
    )
    introductions.accept_introduction(introduction=introduction, now=now)
    introductions.send_handshake_now(introduction=introduction, now=now)
    return Referral.objects.get(introduction=introduction)


def everything(business: Business, alice: User, by: Actor, now: datetime, number: int) -> Referral:
    """One more of everything that a page of the desk lists; the referral is won."""
    friend = a_friend(business, now, 10 * number)
    a_complaint(business, now, number)
    asked = a_friend(business, now, 10 * number + 1)
    advocate = introductions.advocate_for(contact=asked, now=now)
    ask = introductions.draft_ask(
        contact=asked, wanted="small workshops", by=by, sender=alice, now=now
    )
    reason = "They asked me to."  # So many complaints pause asking.
    introductions.send_ask(ask=ask, reason=reason, by=by, now=now)
    introductions.share_introduction(
        advocate=advocate, first_name=f"Shared {number}", words=WORDS, now=now
    )
    declined = introductions.share_introduction(
        advocate=advocate, first_name=f"Declined {number}", words=WORDS, now=now
    )
    introductions.decline_introduction(introduction=declined, now=now)
    a_met_person(advocate, now, 100 * number)
    lost = a_met_person(advocate, now, 100 * number + 1)
    referrals.lose_referral(referral=lost, reason="price", by=by, now=now)
    won = a_met_person(advocate, now, 100 * number + 2)
    referrals.win_referral(
        referral=won,
        amount=185_000,
        currency="EUR",
        on=clock.today(business, now),
        by=by,
        now=now,
    )
    _thanks_of_each_kind(advocate, by, now)
    a_letter_that_failed(friend, now)
    suppress_by_hand(business=business, address=f"stopped{number}@friends.example", by=by, now=now)
    return won


def _thanks_of_each_kind(advocate: Advocate, by: Actor, now: datetime) -> None:
    """Of what is owed to them one is given, one is waived and the rest stays owed."""
    given, waived, *_ = ThankYou.objects.due().filter(advocate=advocate).order_by("id")
    referrals.give_thanks(thank_you=given, how="call", by=by, now=now)
    referrals.waive_thanks(thank_you=waived, reason="They would rather not", by=by, now=now)


def a_thank_you_letter(business: Business, due_at: datetime) -> Message:
    """A letter to somebody, due then."""
    contact = a_contact(business)
    context = {"sender": "Alice", "first_name": contact.first_name, "answer_link": ""}
    return a_letter(
        business,
        contact,
        template="thanks_to_advocate",
        context=context,
        due_at=due_at,
    )


def a_letter_that_failed(contact: Contact, now: datetime) -> None:
    message = Message.objects.create(
        business=contact.business,
        kind="note",
        subject_label="contact",
        subject_id=contact.pk,
        cause_id=contact.pk,
        dedupe_key=f"failed:{contact.pk}"[:64],
        state=MessageState.FAILED,
        last_reason="The mailbox does not exist.",
        due_at=now,
        subject="A note",
        text="A note",
        created_at=now,
    )
    MessageRecipient.objects.create(
        business=contact.business,
        message=message,
        contact=contact,
        name=contact.name,
        address=contact.email,
        address_hash=str(contact.pk.hex),
        state=RecipientState.FAILED,
        reason="550 no such user",
        created_at=now,
    )
