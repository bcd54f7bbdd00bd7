"""Coming by an advocate's link: the prospect says who they are, the advocate that it is true."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from activity.actors import SYSTEM, Actor, ActorKind
from businesses import clock
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_email, clean_phone
from contacts.names import clean_name
from introductions.link_messages import vouch_to_advocate
from introductions.models import Advocate, Consent, Introduction
from introductions.services.answers import AddressNeeded
from introductions.services.checks import (
    prospect_key,
    refuse_unwanted_yes,
    refuse_wrong_person,
)
from introductions.services.offers import (
    IntroductionWithdrawn,
    UndoWindowOver,
    clean_words,
    introduction_link,
    record_introduction,
    withdraw_row,
)
from introductions.states import (
    MOST_TO_CONFIRM,
    TO_CONFIRM,
    ConsentKind,
    Giver,
    IntroductionState,
    Via,
)
from introductions.terms import mark_of, terms_for
from outreach.links import make_link
from outreach.models import LinkPurpose, ReminderKind
from outreach.services import add_reminder, cancel_messages, close_reminders

COMING_WORDS = "I would like to meet you, and say who I am and how to reach me."
VOUCHED_WORDS = "Yes, I know them. All three of us get one e-mail."
# Pressed twice, it is one; later, with the same words, it is another try.
_SAME_WITHIN = timedelta(hours=1)
_MAY_TAKE_BACK = TO_CONFIRM | {IntroductionState.ACCEPTED}


class SayWhatFor(Refusal):
    message = "Say in a sentence or two who you are and what you look for."
    code = "say_what_for"
    status = 422


class TooManyToConfirm(Refusal):
    """So that nobody's mail fills up by a link that went too far."""

    message = (
        "Several people wait for an answer here already. Please try again in a few days, or ask "
        "whoever gave you the link."
    )
    code = "too_many_to_confirm"
    status = 429


class TermsChanged(Refusal):
    """Nobody comes under terms that they have not read."""

    message = (
        "What is given for an introduction has changed since you opened this page. Please read it"
        " anew, and press once more."
    )
    code = "terms_changed"


class WordGiven(Refusal):
    message = "This was answered before."
    code = "word_given"


class CannotVouch(Refusal):
    """`message` says why: it concerns an address that whoever reads this must not learn."""

    message = (
        "This cannot become an introduction: it is your own address, one of the people who would "
        "be met, or somebody you have introduced before."
    )
    code = "cannot_vouch"
    status = 422


def come_by_link(
    *,
    advocate: Advocate,
    first_name: str,
    email: str = "",
    phone: str = "",
    words: str,
    terms_read: str | None = None,
    now: datetime,
) -> Introduction:
    """The prospect asks to be introduced; the advocate is asked whether they know them.

    `terms_read` is the mark of the terms that stood on the page they pressed from (`mark_of`), if
    there was a page. Whatever the address is, the answer is the same: nobody can find out here who
    is known. Raises `NameNeeded`, `NameNotAllowed`, `AddressNeeded`, `InvalidAddress`,
    `InvalidPhone`, `SayWhatFor`, `TermsChanged`, `TooManyToConfirm`.
    """
    typed = _checked_words(advocate, first_name, email, phone, words)
    advocate = locked(advocate)
    waiting = list(
        Introduction.objects.by_advocate(advocate)
        .filter(state__in=TO_CONFIRM)
        .order_by("-created_at", "-id")
    )
    for row in waiting:
        same = all(getattr(row, name) == value for name, value in typed.items())
        if same and row.created_at > now - _SAME_WITHIN:
            return row
    if len(waiting) >= MOST_TO_CONFIRM:
        raise TooManyToConfirm
    terms = terms_for(advocate)
    if terms_read is not None and terms_read != mark_of(terms):
        raise TermsChanged
    return _ask_advocate(advocate, typed, terms, now)


def vouch_for(*, introduction: Introduction, words: str, now: datetime) -> Introduction:
    """The advocate knows them: the handshake follows when the undo window is over.

    Also after the owner was told that no word came. Raises `WordsNeeded`, `WordGiven`,
    `IntroductionWithdrawn`, and `CannotVouch` for the advocate themself, a member, or somebody they
    introduced before.
    """
    words = clean_words(words)
    introduction = _to_confirm(introduction)
    key = _checked(introduction)
    introduction.vouch(words=words, prospect_hash=key, now=now, window=settings.UNDO_WINDOW)
    introduction.save()
    _settle(introduction, now)
    by = Actor.advocate(introduction.advocate_id)
    record_introduction("introduction.vouched", introduction, by, now)
    _keep_consent(introduction, ConsentKind.VOUCHED, Giver.ADVOCATE, VOUCHED_WORDS, now)
    return introduction


def say_unknown(*, introduction: Introduction, now: datetime) -> Introduction:
    """The advocate does not know them. When the undo window is over, nothing of it is kept.

    Raises `WordGiven`, `IntroductionWithdrawn`.
    """
    introduction = _to_confirm(introduction)
    introduction.be_unknown(now=now, window=settings.UNDO_WINDOW)
    introduction.save()
    _settle(introduction, now)
    by = Actor.advocate(introduction.advocate_id)
    record_introduction("introduction.unknown", introduction, by, now)
    return introduction


def go_on_unvouched(*, introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """No word came, and the owner would like to meet them all the same.

    Raises `NotPossibleNow` unless it is unvouched, and `CannotVouch`.
    """
    introduction = locked(introduction)
    if introduction.state != IntroductionState.UNVOUCHED:
        raise NotPossibleNow
    key = _checked(introduction)
    introduction.go_on(prospect_hash=key, now=now, window=settings.UNDO_WINDOW)
    introduction.save()
    _settle(introduction, now)
    record_introduction("introduction.went_on", introduction, by, now)
    return introduction


def undo_word(*, introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """Whoever spoke takes it back within the undo window.

    The advocate theirs, the business its own: neither undoes what the other said. Raises
    `UndoWindowOver`, `NotPossibleNow`.
    """
    introduction = locked(introduction)
    if not introduction.came_by_link or introduction.state in TO_CONFIRM:
        raise NotPossibleNow
    if not introduction.word_can_be_undone(now, settings.UNDO_WINDOW):
        raise UndoWindowOver
    is_advocates = introduction.state == IntroductionState.UNKNOWN or bool(introduction.vouched_at)
    if is_advocates != (by.kind == ActorKind.ADVOCATE):
        raise NotPossibleNow
    undone = introduction.state
    introduction.undo_word()
    introduction.save()
    introduction.consents.filter(kind=ConsentKind.VOUCHED, withdrawn_at=None).update(
        withdrawn_at=now
    )
    record_introduction(
        "introduction.word_undone",
        introduction,
        by,
        now,
        {"from": undone, "to": introduction.state},
    )
    return introduction


def take_back_coming(*, introduction: Introduction, now: datetime) -> Introduction:
    """The prospect who came by a link would rather not, until the letter to all three has left.

    Nothing is kept. Raises `UndoWindowOver` after that, `NotPossibleNow` where nothing waits.
    """
    introduction = locked(introduction)
    if introduction.state == IntroductionState.HANDSHAKE:
        raise UndoWindowOver
    if not introduction.came_by_link or introduction.state not in _MAY_TAKE_BACK:
        raise NotPossibleNow
    introduction.consents.filter(withdrawn_at=None).update(withdrawn_at=now)
    return withdraw_row(introduction, Actor.prospect(introduction.pk), now)


def leave_unvouched(*, introduction: Introduction, now: datetime) -> Introduction:
    """No word in time: the owner decides, and is reminded. Safe to repeat."""
    introduction = locked(introduction)
    if introduction.state != IntroductionState.VOUCHING or not _is_due(introduction, now):
        return introduction
    introduction.remain_unvouched()
    introduction.save()
    record_introduction("introduction.unvouched", introduction, SYSTEM, now)
    advocate = introduction.advocate.contact
    add_reminder(
        business=introduction.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=advocate,
        subject=introduction,
        due_on=clock.today(introduction.business, now),
        text=f"Somebody came by {advocate.first_name}'s link, and nobody has confirmed it.",
        dedupe=f"unvouched:{introduction.pk}",
        by=SYSTEM,
        now=now,
    )
    return introduction


def end_unvouched(*, introduction: Introduction, now: datetime) -> Introduction:
    """Nobody went on, or the advocate does not know them: nothing is kept. Safe to repeat."""
    introduction = locked(introduction)
    if not _is_due(introduction, now):
        return introduction
    if introduction.state == IntroductionState.UNVOUCHED:
        introduction.expire(now=now)
        introduction.save()
        _settle(introduction, now)
        record_introduction("introduction.expired", introduction, SYSTEM, now)
    elif introduction.state == IntroductionState.UNKNOWN:
        introduction.erase(now=now)
        introduction.save()
    return introduction


def _checked_words(
    advocate: Advocate, first_name: str, email: str, phone: str, words: str
) -> dict[str, str]:
    """What was typed, by the columns in which it is kept."""
    typed = {
        "prospect_first_name": clean_name(first_name),
        "prospect_email": clean_email(email) if email.strip() else "",
        "prospect_phone": clean_phone(phone, advocate.business.country) if phone.strip() else "",
        "prospect_sentence": words.replace("\r\n", "\n").strip()[:500],
    }
    if not (typed["prospect_email"] or typed["prospect_phone"]):
        raise AddressNeeded
    if not typed["prospect_sentence"]:
        raise SayWhatFor
    return typed


def _ask_advocate(
    advocate: Advocate, typed: dict[str, str], terms: Mapping[str, Any], now: datetime
) -> Introduction:
    introduction = Introduction(
        business=advocate.business,
        advocate=advocate,
        state=IntroductionState.VOUCHING,
        via=Via.LINK,
        terms=dict(terms),
        created_at=now,
        **typed,
    )
    introduction.wait_for_vouching(now=now)
    introduction.save(force_insert=True)
    by = Actor.prospect(introduction.pk)
    event = record_introduction("introduction.vouching", introduction, by, now)
    _keep_consent(introduction, ConsentKind.INTRODUCED, Giver.PROSPECT, COMING_WORDS, now)
    introduction_link(introduction=introduction, now=now)
    # It stands on the advocate's own page, too, where there is no address to write to.
    link = make_link(
        business=advocate.business,
        purpose=LinkPurpose.VOUCH,
        subject=introduction,
        expires_at=introduction.expires_at,
        now=now,
    )
    if advocate.contact.email:
        vouch_to_advocate(introduction=introduction, link=link, cause=event, now=now)
    return introduction


def _to_confirm(introduction: Introduction) -> Introduction:
    # The advocate's row first, as at a yes: two words about one person come one after the other.
    locked(introduction.advocate)
    introduction = locked(introduction)
    if introduction.state in (IntroductionState.WITHDRAWN, IntroductionState.EXPIRED):
        raise IntroductionWithdrawn
    if introduction.state not in TO_CONFIRM:
        raise WordGiven
    return introduction


def _checked(introduction: Introduction) -> str:
    """The hash by which they are known again. Raises `CannotVouch`."""
    email, phone = introduction.prospect_email, introduction.prospect_phone
    key = prospect_key(email, phone)
    try:
        refuse_wrong_person(introduction.advocate, email)
        # Whether the address wants no mail is seen when the letter goes: the others still get it.
        refuse_unwanted_yes(introduction, "", key)
    except Refusal as refusal:
        raise CannotVouch from refusal
    return key


def _settle(introduction: Introduction, now: datetime) -> None:
    """Nobody waits for a word any more."""
    cancel_messages(subject=introduction, now=now)
    close_reminders(subject=introduction, now=now)


def _keep_consent(
    introduction: Introduction, kind: ConsentKind, giver: Giver, words: str, now: datetime
) -> None:
    Consent.objects.create(
        business=introduction.business,
        introduction=introduction,
        kind=kind,
        given_by=giver,
        words=words,
        given_at=now,
        created_at=now,
    )


def _is_due(introduction: Introduction, now: datetime) -> bool:
    return introduction.due_at is not None and introduction.due_at <= now
