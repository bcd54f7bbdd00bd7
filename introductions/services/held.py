"""What is held about a prospect, in the prospect's own hands: put right, or erased."""

from datetime import datetime

from activity.actors import Actor
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from contacts.addresses import clean_email, clean_phone
from contacts.names import clean_name
from introductions.models import Introduction
from introductions.services.answers import (
    IntroductionExpired,
    decline_introduction,
    erase_declined,
)
from introductions.services.asks import AddressSuppressed
from introductions.services.checks import (
    prospect_key,
    refuse_unwanted_yes,
    refuse_wrong_person,
)
from introductions.services.coming import take_back_coming
from introductions.services.handshake import refuse_hasty
from introductions.services.offers import (
    IntroductionWithdrawn,
    UndoWindowOver,
    record_introduction,
)
from introductions.states import TO_CONFIRM, Giver, IntroductionState

_LEFT = "The letter that introduces you has left. Answer it, and a person will see to it."


def correct_held(
    *, introduction: Introduction, first_name: str, email: str = "", phone: str = "", now: datetime
) -> Introduction:
    """Put right the name, and the address or number where any is held; what is empty stays.

    An answer changes nothing by it, and no letter leaves. Whoever corrects an address is known by
    the new one from then on. Who came by a link and waits for the advocate's word takes it back
    instead (`NotPossibleNow`). Raises `UndoWindowOver` once the letter to all three has left, what
    a late answer raises, and what is refused of an address: `InvalidAddress`, `IntroducesSelf`,
    `IntroducesTheBusiness`, `AlreadyIntroduced`, `AddressSuppressed`.
    """
    # The advocate's row first, as with a yes: one person has one open introduction by them.
    locked(introduction.advocate)
    introduction = locked(introduction)
    _refuse_closed(introduction, now)
    was = _held(introduction)
    if first_name.strip():
        introduction.prospect_first_name = clean_name(first_name)
    if not introduction.needs_address:
        _take_address(introduction, email, phone)
    fields = [name for name, value in _held(introduction).items() if value != was[name]]
    if fields:
        introduction.save()
        by = Actor.prospect(introduction.pk)
        record_introduction("introduction.corrected", introduction, by, now, {"fields": fields})
    return introduction


def erase_held(*, introduction: Introduction, now: datetime) -> Introduction:
    """Nothing is to be kept: it counts as a no, and a yes that led to nothing yet is taken back.

    As after any no, the details go when the undo window is over, since mail scanners press buttons,
    too; pressed again a minute later, they go at once. Who came by a link takes that back with it.
    Raises `TooSoon` before that, `UndoWindowOver` once the letter to all three has left. Safe to
    repeat.
    """
    introduction = locked(introduction)
    if introduction.is_erased:
        return introduction
    if introduction.state == IntroductionState.HANDSHAKE:
        raise UndoWindowOver(_LEFT)
    if introduction.state == IntroductionState.DECLINED:
        refuse_hasty(introduction, now)
        introduction.due_at = now
        introduction.save(update_fields=["due_at"])
        return erase_declined(introduction=introduction, now=now)
    if introduction.came_by_link:
        return take_back_coming(introduction=introduction, now=now)
    if introduction.state == IntroductionState.ACCEPTED:
        _take_back_yes(introduction, now)
    return decline_introduction(introduction=introduction, now=now)


def _take_back_yes(introduction: Introduction, now: datetime) -> None:
    key, undone = introduction.prospect_hash, introduction.state
    introduction.undo_answer()
    # By it nobody asks them again, also where the advocate sent the link and the yes brought it.
    introduction.prospect_hash = key
    introduction.save()
    introduction.consents.filter(given_by=Giver.PROSPECT, withdrawn_at=None).update(
        withdrawn_at=now
    )
    record_introduction(
        "introduction.answer_undone",
        introduction,
        Actor.prospect(introduction.pk),
        now,
        {"from": undone, "to": introduction.state},
    )


def _refuse_closed(introduction: Introduction, now: datetime) -> None:
    if introduction.state == IntroductionState.HANDSHAKE:
        raise UndoWindowOver(_LEFT)
    if introduction.state == IntroductionState.WITHDRAWN:
        raise IntroductionWithdrawn
    if introduction.has_expired(now):
        raise IntroductionExpired
    # Before the advocate's word no key of an address is kept: what is wrong is taken back instead.
    if not introduction.is_open or introduction.state in TO_CONFIRM:
        raise NotPossibleNow


def _take_address(introduction: Introduction, email: str, phone: str) -> None:
    country = introduction.business.country
    email = clean_email(email) if email.strip() else introduction.prospect_email
    phone = clean_phone(phone, country) if phone.strip() else introduction.prospect_phone
    key = prospect_key(email, phone)
    if key != introduction.prospect_hash:
        refuse_wrong_person(introduction.advocate, email)
        refuse_unwanted_yes(introduction, email, key)
        _refuse_asked_before(introduction, key)
    introduction.prospect_email, introduction.prospect_phone = email, phone
    introduction.prospect_hash = key


def _refuse_asked_before(introduction: Introduction, key: str) -> None:
    """Before a yes we may yet write to the address: to nobody who said no to anybody."""
    if introduction.state == IntroductionState.ACCEPTED:
        return
    if Introduction.objects.of_address(key).closed_to_offers().exists():
        raise AddressSuppressed("We cannot write to this address. Give another one.")


def _held(introduction: Introduction) -> dict[str, str]:
    return {
        "name": introduction.prospect_first_name,
        "email": introduction.prospect_email,
        "phone": introduction.prospect_phone,
    }
