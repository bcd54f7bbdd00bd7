"""What an advocate says to thanks: "My pleasure", and whether they may be thanked in public."""

from datetime import datetime

from activity.actors import SYSTEM, Actor
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from feedback.models import ShownAs
from feedback.services import signature_of
from outreach.services import cancel_messages
from referrals.messages import PUBLIC_THANKS, public_thanks_to_advocate
from referrals.models import ThankYou
from referrals.services.gratitude import record_thanks, refuse_unsendable, sender_of
from referrals.states import PublicState, ThanksHow, ThanksState
from referrals.thanks import LONGEST_PUBLIC


class PublicWordsChanged(Refusal):
    message = "These words were changed since you opened the page. Please read them once more."
    code = "public_words_changed"
    status = 409


def welcome_thanks(*, thank_you: ThankYou, now: datetime) -> ThankYou:
    """The advocate says "My pleasure". A second press finds it said.

    Raises `NotPossibleNow` while nobody has thanked them.
    """
    thank_you = locked(thank_you)
    if thank_you.pleased_at is not None:
        return thank_you
    if thank_you.state != ThanksState.GIVEN:
        raise NotPossibleNow
    thank_you.pleased_at = now
    thank_you.save(update_fields=["pleased_at"])
    record_thanks("thanks.welcomed", thank_you, Actor.advocate(thank_you.advocate_id), now)
    return thank_you


def undo_welcome(*, thank_you: ThankYou, now: datetime) -> ThankYou:
    """They did not mean to press it. A second press finds it so."""
    thank_you = locked(thank_you)
    if thank_you.pleased_at is None:
        return thank_you
    thank_you.pleased_at = None
    thank_you.save(update_fields=["pleased_at"])
    record_thanks("thanks.welcome_undone", thank_you, Actor.advocate(thank_you.advocate_id), now)
    return thank_you


def ask_for_public_thanks(
    *, thank_you: ThankYou, words: str, shown_as: str, by: Actor, now: datetime
) -> ThankYou:
    """Ask the advocate whether these words may stand on the wall of thanks, by a letter.

    Until their yes they stand nowhere, and what is owed stays owed. Raises `NotPossibleNow` where
    they were asked before or no thanks are needed, and what `give_thanks` says of letters.
    """
    thank_you = locked(thank_you)
    if thank_you.state == ThanksState.WAIVED:
        raise NotPossibleNow
    words = words.replace("\r\n", "\n").replace("\0", "").strip()[:LONGEST_PUBLIC]
    refuse_unsendable(thank_you, words)
    name = signature_of(thank_you.advocate.contact, ShownAs(shown_as))
    thank_you.ask_in_public(words=words, name=name, now=now)
    thank_you.save()
    event = record_thanks("thanks.public_asked", thank_you, by, now)
    sender = sender_of(thank_you, by)
    public_thanks_to_advocate(thank_you=thank_you, sender=sender, cause=event, now=now)
    return thank_you


def answer_public_thanks(
    *, thank_you: ThankYou, allow: bool, seen: str = "", now: datetime
) -> ThankYou:
    """The advocate lets the words stand in public, or would rather not, also later.

    A yes gives what is still owed. A second press finds it so. Raises `PublicWordsChanged` where
    `seen` are other words, and `NotPossibleNow` where nobody asks.
    """
    thank_you = locked(thank_you)
    state = PublicState.ALLOWED if allow else PublicState.DECLINED
    if thank_you.public_state == state:
        return thank_you
    if allow and seen != thank_you.public_seen:
        raise PublicWordsChanged if thank_you.public_state else NotPossibleNow
    thank_you.answer_in_public(state, now=now)
    gives = allow and thank_you.is_due
    if gives:
        thank_you.give(how=ThanksHow.PUBLIC, words=thank_you.public_words, now=now)
    thank_you.save()
    name = "thanks.public_allowed" if allow else "thanks.public_declined"
    record_thanks(name, thank_you, Actor.advocate(thank_you.advocate_id), now)
    if gives:
        record_thanks("thanks.given", thank_you, SYSTEM, now, {"how": str(ThanksHow.PUBLIC)})
    return thank_you


def take_down_public_thanks(*, thank_you: ThankYou, by: Actor, now: datetime) -> ThankYou:
    """The business takes its question back, or the words off the wall, at once.

    A second press finds it so. Raises `NotPossibleNow` where the advocate would rather not: that
    is kept, so that nobody asks them again.
    """
    thank_you = locked(thank_you)
    if thank_you.public_state == PublicState.NONE:
        return thank_you
    thank_you.forget_public()
    thank_you.save()
    cancel_messages(subject=thank_you, kinds=[PUBLIC_THANKS], now=now)
    record_thanks("thanks.public_taken_down", thank_you, by, now)
    return thank_you
