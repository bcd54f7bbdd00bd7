"""The letters about people whom the business introduces to each other: one function each."""

from datetime import datetime

from activity.models import Event
from businesses.models import Business, User
from contacts.addresses import show_phone
from contacts.models import Contact
from giving.models import GivenIntroduction, Side
from giving.states import LINK_LIVES
from outreach import catalogue_of_giving as texts
from outreach.letters import FIRM, Party, Rendered
from outreach.links import make_link, placeholder
from outreach.models import Link, LinkPurpose, Message
from outreach.preview import OWN_LINK, preview_letter
from outreach.senders import name_of, owner_of
from outreach.services import NewLetter, queue_message
from outreach.states import MailKind


def giver_of(given: GivenIntroduction) -> User:
    """In whose name its letters leave: whoever gives it, else the owner."""
    return given.giver or owner_of(given.business)


def called(contact: Contact) -> str:
    """Who it is before both said yes: by first name and firm."""
    firm = contact.company_name
    return f"{contact.first_name} of {firm}" if firm else contact.first_name


def told_of(contact: Contact) -> str:
    """`called`, with what the firm does if that is known."""
    trade = trade_of(contact)
    return f"{called(contact)}: {_within_sentence(trade)}" if trade else called(contact)


def trade_of(contact: Contact) -> str:
    """What their firm does, where that is known."""
    return contact.company.trade if contact.company else ""


def _within_sentence(text: str) -> str:
    """Small at the beginning, unless it is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def page_link(*, given: GivenIntroduction, side: Side, now: datetime) -> Link:
    """The link to this one's page; the same each time."""
    return make_link(
        business=given.business,
        purpose=LinkPurpose.GIVEN,
        subject=given,
        contact=side.contact,
        expires_at=now + LINK_LIVES,
        now=now,
    )


def given_to_either(
    *, given: GivenIntroduction, side: Side, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """Asks one of the two whether they would like to meet the other."""
    name = _name(given)
    link = placeholder(page_link(given=given, side=side, now=now))
    return _to_one(
        given,
        side,
        texts.GIVEN,
        _question(given, side, name, link),
        MailKind.ALL,
        cause,
        due_at,
        now,
    )


def previews_of(given: GivenIntroduction) -> list[tuple[Side, Rendered]]:
    """What each of the two will read; the row need not be saved."""
    business = given.business
    owner, name = owner_of(business).name, _name(given)
    return [
        (
            side,
            preview_letter(
                business=business,
                owner=owner,
                template=texts.GIVEN,
                context=_question(given, side, name, OWN_LINK),
                mail_kind=MailKind.ALL,
            ),
        )
        for side in given.sides
    ]


def _question(given: GivenIntroduction, side: Side, sender: str, link: str) -> dict[str, object]:
    other = given.other(side).contact
    return {
        "first_name": side.contact.first_name,
        "other": called(other),
        "about_other": told_of(other),
        "words": side.words,
        "answer_link": link,
        "both_first": texts.BOTH_FIRST,
        "other_first": other.first_name,
        "sender": sender,
    }


def given_handshake_to_all(*, given: GivenIntroduction, cause: Event, now: datetime) -> Message:
    """Introduces the two, with how they reach each other; the giver is the third in the thread."""
    business, giver, name = given.business, giver_of(given), _name(given)
    first, second = given.sides
    readers = [side for side in given.sides if side.contact.email]
    letter = NewLetter(
        kind=texts.GIVEN_HANDSHAKE,
        template=texts.GIVEN_HANDSHAKE,
        context={
            "first": first.contact.first_name,
            "second": second.contact.first_name,
            "about_first": _whole(first.contact),
            "about_second": _whole(second.contact),
            "to_first": texts.TO_FIRST,
            "to_second": texts.TO_SECOND,
            "first_words": first.words,
            "second_words": second.words,
            **_reach(given),
            "next_step": texts.ALL_ANSWER if len(readers) == 2 else texts.SENDER_SEES_TO_IT,
            "sender": name,
        },
        to=[
            Party(name=giver.name, address=giver.email),
            *(Party(name=side.contact.name, contact=side.contact) for side in readers),
        ],
        cause=cause,
        subject=given,
        from_name=_from(name),
        mail_kind=MailKind.ALL,
        reply_to=giver.email,
        due_at=now,
        answers_recipient=True,
        one_click=False,
    )
    return queue_message(business=business, letter=letter, now=now)


def _whole(contact: Contact) -> str:
    """Who it is after both said yes: by whole name and firm."""
    firm = contact.company_name
    return f"{contact.name} of {firm}" if firm else contact.name


def _reach(given: GivenIntroduction) -> dict[str, object]:
    known = [
        {"email": bool(side.contact.email), "phone": bool(side.contact.phone)}
        for side in given.sides
    ]
    ways = {f"{side.place}_email": side.contact.email for side in given.sides} | {
        f"{side.place}_phone": show_phone(side.contact.phone) for side in given.sides
    }
    return {
        "both_reach": texts.both_reach(first=known[0], second=known[1]),
        "reach": "How to reach each other",
        **ways,
    }


def given_nothing_to_either(
    *, given: GivenIntroduction, side: Side, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """To whoever had said yes: it does not fit just now. Never why, and never whose no it was."""
    context: dict[str, object] = {
        "first_name": side.contact.first_name,
        "other": called(given.other(side).contact),
        "sender": _name(given),
    }
    return _to_one(given, side, texts.GIVEN_NOTHING, context, MailKind.NEWS, cause, due_at, now)


def given_outcome_to_partner(
    *, given: GivenIntroduction, cause: Event, due_at: datetime, now: datetime
) -> Message:
    """Asks the partner firm, once, what came of the customer who was sent there."""
    first, second = given.sides
    link = page_link(given=given, side=second, now=now)
    context: dict[str, object] = {
        "first_name": second.contact.first_name,
        "other": called(first.contact),
        "outcome_link": placeholder(link),
        "sender": _name(given),
    }
    return _to_one(
        given, second, texts.GIVEN_OUTCOME, context, MailKind.FRIENDLY, cause, due_at, now
    )


def _to_one(
    given: GivenIntroduction,
    side: Side,
    kind: str,
    context: dict[str, object],
    mail_kind: MailKind,
    cause: Event,
    due_at: datetime,
    now: datetime,
) -> Message:
    business: Business = given.business
    letter = NewLetter(
        kind=kind,
        template=kind,
        context=context,
        to=[Party(name=side.contact.name, contact=side.contact)],
        cause=cause,
        subject=given,
        from_name=_from(_name(given)),
        mail_kind=mail_kind,
        reply_to=giver_of(given).email,
        due_at=due_at,
    )
    return queue_message(business=business, letter=letter, now=now)


def _name(given: GivenIntroduction) -> str:
    return name_of(giver_of(given), given.business)


def _from(name: str) -> str:
    return f"{name}, {FIRM}"
