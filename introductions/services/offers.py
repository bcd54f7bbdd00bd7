"""The advocate's side: making an introduction, and taking it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import Fact, record_event
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_email
from contacts.names import clean_name
from introductions.messages import TO_PROSPECT, introduction_to_prospect, undelivered
from introductions.models import Advocate, Ask, Consent, Introduction
from introductions.services.asks import answer_ask
from introductions.services.checks import (
    AlreadyIntroduced,
    prospect_key,
    refuse_unwanted_offer,
    refuse_wrong_person,
)
from introductions.states import (
    LINK_LIVES,
    MOST_IN_A_DAY,
    MOST_SENT_IN_A_DAY,
    WAITING,
    ConsentKind,
    Giver,
    IntroductionState,
    Via,
)
from introductions.terms import terms_for
from outreach.links import make_link, withdraw_links
from outreach.models import Link, LinkPurpose, Message, ReminderKind
from outreach.services import add_reminder, cancel_messages, close_reminders
from outreach.states import MessageState

_A_DAY = timedelta(days=1)
SENT_FOR_ME_WORDS = "Send it for me: you may write to this address once, in my name."


class WordsNeeded(Refusal):
    message = "Say in a sentence or two why you two should meet."
    code = "words_needed"
    status = 422


class RewardApplies(Refusal):
    """Rewarding somebody for handing over another's address would spoil the consent."""

    message = "Where something is given for an introduction, please send it yourself."
    code = "reward_applies"
    status = 422


class UndoWindowOver(Refusal):
    message = "It is too late to take this back: it has taken effect."
    code = "undo_window_over"


class IntroductionWithdrawn(Refusal):
    message = "This introduction was taken back. There is nothing to do."
    code = "introduction_withdrawn"
    status = 410


class TooManyIntroductions(Refusal):
    """So that a robot with somebody's link cannot write to half a town in their name."""

    message = "That is very many people within a day. Thank you. Please go on tomorrow."
    code = "too_many_introductions"
    status = 429


def share_introduction(
    *, advocate: Advocate, ask: Ask | None = None, first_name: str, words: str, now: datetime
) -> Introduction:
    """*Send it myself*: one introduction whose link the advocate sends.

    Pressing again, with words changed or not, gives the same one as long as it is unanswered. It
    takes the place of one that we sent and that could not be delivered. Raises `NameNeeded`,
    `NameNotAllowed`, `WordsNeeded`, `AskWithdrawn`, `TooManyIntroductions`.
    """
    first_name, words = clean_name(first_name), clean_words(words)
    advocate = locked(advocate)
    same = _shared_before(advocate, ask, first_name, now)
    if same is not None:
        same.words = words
        same.save(update_fields=["words"])
        return same
    _refuse_too_many(advocate, MOST_IN_A_DAY, [Via.SELF, Via.FOR_ME], now)
    _take_back_undelivered(advocate, first_name, now)
    return _make(advocate, ask, Via.SELF, first_name, words, now)


def offer_introduction(
    *,
    advocate: Advocate,
    ask: Ask | None = None,
    first_name: str,
    email: str,
    words: str,
    now: datetime,
) -> Introduction:
    """*Send it for me*: the letter to the prospect leaves when the undo window is over.

    It takes the place of one to the same person that could not be delivered. Raises what
    `share_introduction` raises, `InvalidAddress`, `IntroducesSelf`,
    `IntroducesTheBusiness`, `AlreadyIntroduced`, `AddressSuppressed`, `RewardApplies`.
    """
    first_name, words = clean_name(first_name), clean_words(words)
    email = clean_email(email)
    advocate = locked(advocate)
    if advocate.is_rewarded:
        raise RewardApplies
    refuse_wrong_person(advocate, email)
    _refuse_too_many(advocate, MOST_SENT_IN_A_DAY, [Via.FOR_ME], now)
    _take_back_undelivered(advocate, first_name, now)
    refuse_unwanted_offer(advocate, email)
    introduction = _make(advocate, ask, Via.FOR_ME, first_name, words, now, email=email)
    Consent.objects.create(
        business=introduction.business,
        introduction=introduction,
        kind=ConsentKind.SENT_FOR_ME,
        given_by=Giver.ADVOCATE,
        words=SENT_FOR_ME_WORDS,
        given_at=now,
        created_at=now,
    )
    return introduction


def _refuse_too_many(advocate: Advocate, most: int, ways: Sequence[Via], now: datetime) -> None:
    """Raise `TooManyIntroductions`. The last that still goes tells the owner, once a day."""
    lately = Introduction.objects.by_advocate(advocate).filter(
        via__in=ways, created_at__gt=now - _A_DAY
    )
    made = lately.count()
    if made >= most and Via.SELF in ways:
        raise TooManyIntroductions
    if made >= most:
        raise TooManyIntroductions(
            "That is very many people within a day. Thank you. Please go on tomorrow, or send it"
            " yourself."
        )
    if made == most - 1:
        contact, today = advocate.contact, clock.today(advocate.business, now)
        add_reminder(
            business=advocate.business,
            kind=ReminderKind.FOLLOW_UP,
            contact=contact,
            due_on=today,
            text=(
                f"{contact.first_name} has introduced {most} people within a day. Ask whether it"
                " was them: somebody else may have their link."
            ),
            dedupe=f"many:{advocate.pk}:{today}",
            by=SYSTEM,
            now=now,
        )


def change_offer(
    *, advocate: Advocate, first_name: str, email: str, words: str, now: datetime
) -> Introduction:
    """Pressed again for the same address, with words changed or not, before the letter has left.

    Raises `AlreadyIntroduced` where there is no such offer, the undo window is over, or its letter
    has left.
    """
    first_name, words = clean_name(first_name), clean_words(words)
    advocate = locked(advocate)
    offers = Introduction.objects.by_advocate(advocate).of_address(
        prospect_key(clean_email(email), "")
    )
    found = offers.filter(state=IntroductionState.OFFERED, came_back_at=None).first()
    if found is None:
        raise AlreadyIntroduced
    introduction = locked(found)
    over = now >= introduction.created_at + settings.UNDO_WINDOW
    if introduction.state != IntroductionState.OFFERED or over:
        raise AlreadyIntroduced
    if (introduction.prospect_first_name, introduction.words) == (first_name, words):
        return introduction
    _refuse_left(introduction)
    introduction.prospect_first_name, introduction.words = first_name, words
    introduction.save(update_fields=["prospect_first_name", "words"])
    return introduction


def introduction_link(*, introduction: Introduction, now: datetime) -> Link:
    """The prospect's link; asking again gives the same."""
    return make_link(
        business=introduction.business,
        purpose=LinkPurpose.INTRODUCTION,
        subject=introduction,
        expires_at=introduction.created_at + LINK_LIVES,
        now=now,
    )


def undo_offer(*, introduction: Introduction, now: datetime) -> Introduction:
    """The advocate takes an offer (or a share) back before the undo window is over.

    Raises `UndoWindowOver`, or `NotPossibleNow` once it was answered or taken back.
    """
    introduction = locked(introduction)
    if introduction.state not in WAITING:
        raise NotPossibleNow
    if now >= introduction.created_at + settings.UNDO_WINDOW:
        raise UndoWindowOver
    return withdraw_row(introduction, Actor.advocate(introduction.advocate_id), now)


def withdraw_introduction(*, introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """The advocate takes it back before it was answered; nothing of the prospect is kept.

    Raises `IntroductionWithdrawn` the second time, `NotPossibleNow` after an answer.
    """
    return withdraw_row(to_withdraw(introduction), by, now)


def to_withdraw(introduction: Introduction) -> Introduction:
    """Locked, if it may still be taken back; raises as `withdraw_introduction` does."""
    introduction = locked(introduction)
    if introduction.state == IntroductionState.WITHDRAWN:
        raise IntroductionWithdrawn
    if introduction.state == IntroductionState.ACCEPTED:
        raise NotPossibleNow
    return introduction


def record_introduction(
    name: str,
    introduction: Introduction,
    by: Actor,
    now: datetime,
    payload: Mapping[str, Fact] | None = None,
) -> Event:
    """An event of this introduction, on its advocate's timeline and, once known, the contact's."""
    people = [introduction.advocate.contact]
    if introduction.contact is not None:
        people.append(introduction.contact)
    return record_event(
        business=introduction.business,
        name=name,
        actor=by,
        subject=introduction,
        about=people,
        payload=payload,
        now=now,
    )


def _refuse_left(introduction: Introduction) -> None:
    """Raise `AlreadyIntroduced` unless its letter waits, and keep it waiting: the row is locked."""
    letters = Message.objects.regarding(introduction).filter(kind=TO_PROSPECT)
    letter = letters.select_for_update(of=("self",), no_key=True).first()
    if letter is None or letter.state not in (MessageState.SCHEDULED, MessageState.HELD):
        raise AlreadyIntroduced(
            "You have introduced this person before, and the letter has left with the words it had."
        )


def _take_back_undelivered(advocate: Advocate, first_name: str, now: datetime) -> None:
    """What we could not deliver to this person makes way for another try."""
    offers = Introduction.objects.by_advocate(advocate).filter(state=IntroductionState.OFFERED)
    named = [
        row
        for row in offers.order_by("created_at")
        if row.prospect_first_name.casefold() == first_name.casefold()
    ]
    lost = undelivered(named)
    for row in named:
        if row.pk in lost:
            withdraw_introduction(introduction=row, by=Actor.advocate(row.advocate_id), now=now)


def _shared_before(
    advocate: Advocate, ask: Ask | None, first_name: str, now: datetime
) -> Introduction | None:
    shared = Introduction.objects.select_for_update(of=("self",), no_key=True).filter(
        advocate=advocate, ask=ask, state=IntroductionState.SHARED, expires_at__gt=now
    )
    # Few rows, and names are compared here: lower() would use no index behind the fence.
    for row in shared.order_by("created_at"):
        if row.prospect_first_name.casefold() == first_name.casefold():
            return row
    return None


def _make(
    advocate: Advocate,
    ask: Ask | None,
    via: Via,
    first_name: str,
    words: str,
    now: datetime,
    email: str = "",
) -> Introduction:
    if ask is not None:
        answer_ask(ask=ask, now=now)
    state = IntroductionState.SHARED if via == Via.SELF else IntroductionState.OFFERED
    introduction = Introduction(
        business=advocate.business,
        advocate=advocate,
        ask=ask,
        state=state,
        via=via,
        prospect_first_name=first_name,
        prospect_email=email,
        prospect_hash=prospect_key(email, ""),
        words=words,
        terms=dict(terms_for(advocate)),
        created_at=now,
    )
    introduction.wait_for_answer(now=now)
    introduction.save(force_insert=True)
    actor = Actor.advocate(advocate.pk)
    event = record_introduction(f"introduction.{state.value}", introduction, actor, now)
    link = introduction_link(introduction=introduction, now=now)
    if via == Via.FOR_ME:
        introduction_to_prospect(
            introduction=introduction,
            link=link,
            cause=event,
            due_at=now + settings.UNDO_WINDOW,
            now=now,
        )
    return introduction


def withdraw_row(introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """Empty the locked row and call back all that waits for it."""
    introduction.withdraw(now=now)
    return keep_withdrawn(introduction, by, now)


def keep_withdrawn(introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """Save what was withdrawn; letters and reminders are called back, and the link ends."""
    introduction.save()
    record_introduction("introduction.withdrawn", introduction, by, now)
    cancel_messages(subject=introduction, now=now)
    close_reminders(subject=introduction, now=now)
    withdraw_links(subject=introduction, purpose=LinkPurpose.INTRODUCTION, now=now)
    return introduction


def clean_words(words: str) -> str:
    """The advocate's words as they are kept. Raises `WordsNeeded`."""
    words = words.replace("\r\n", "\n").strip()[:2000]
    if not words:
        raise WordsNeeded
    return words
