"""The prospect's side: yes, not now, no, and taking an answer back."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import clean_email, clean_phone
from contacts.models import Contact
from introductions.messages import introduction_to_prospect
from introductions.models import Consent, Introduction
from introductions.services.checks import (
    prospect_key,
    refuse_unwanted_yes,
    refuse_wrong_person,
)
from introductions.services.offers import (
    IntroductionWithdrawn,
    UndoWindowOver,
    introduction_link,
    record_introduction,
)
from introductions.states import (
    ANSWERED,
    LONGEST_POSTPONEMENT,
    WAITING,
    ConsentKind,
    Giver,
    Hears,
    IntroductionState,
)
from outreach.models import SuppressionReason
from outreach.services import cancel_messages, suppress_address

YES_WORDS = "Yes, introduce us. All three of us get one e-mail."
COMES_BACK_AT = time(9)


class AddressNeeded(Refusal):
    message = "Give an e-mail address or a phone number, so that you can be reached."
    code = "address_needed"
    status = 422


class IntroductionAnswered(Refusal):
    message = "You have already answered this introduction."
    code = "introduction_answered"


class IntroductionExpired(Refusal):
    message = "This introduction has run out, and what was kept about you is gone."
    code = "introduction_expired"
    status = 410


class DayNotPossible(Refusal):
    message = "Choose a day within the coming year."
    code = "day_not_possible"
    status = 422


def accept_introduction(
    *, introduction: Introduction, email: str = "", phone: str = "", now: datetime
) -> Introduction:
    """Yes. The handshake follows when the undo window is over, or on *Send now*.

    An address or number is needed where none is known, and ignored where one is. Raises
    `AddressNeeded`, `InvalidAddress`, `IntroducesSelf`, `IntroducesTheBusiness`,
    `AlreadyIntroduced`, `AddressSuppressed`; and what every late answer raises:
    `IntroductionAnswered`, `IntroductionExpired`, `IntroductionWithdrawn`.
    """
    # The advocate's row first: two yeses of one person to one advocate come one after the other.
    locked(introduction.advocate)
    introduction = locked(introduction)
    _refuse_late(introduction, now)
    email, phone = _how_to_reach(introduction, email, phone)
    key = introduction.prospect_hash or prospect_key(email, phone)
    refuse_wrong_person(introduction.advocate, email)
    refuse_unwanted_yes(introduction, email, key)
    introduction.accept(
        email=email, phone=phone, prospect_hash=key, now=now, window=settings.UNDO_WINDOW
    )
    introduction.save()
    cancel_messages(subject=introduction, now=now)
    record_introduction("introduction.accepted", introduction, _prospect(introduction), now)
    _keep_consent(introduction, ConsentKind.INTRODUCED, YES_WORDS, now)
    return introduction


def add_to_answer(
    *,
    introduction: Introduction,
    sentence: str = "",
    reach_by: str = "",
    advocate_hears: str = Hears.OUTCOME,
    now: datetime,
) -> Introduction:
    """What may follow a yes, as long as the letter has not left; raises `UndoWindowOver` then."""
    introduction = locked(introduction)
    if introduction.state == IntroductionState.HANDSHAKE:
        raise UndoWindowOver("The letter that introduces you has left. Answer it to add something.")
    if introduction.state != IntroductionState.ACCEPTED:
        raise NotPossibleNow
    hears = Hears(advocate_hears)
    if hears != introduction.advocate_hears:
        _keep_consent(
            introduction,
            ConsentKind.HEARS,
            f"{_advocate_name(introduction)} may hear: {hears.label}",
            now,
        )
    introduction.prospect_sentence = sentence.replace("\r\n", "\n").strip()[:500]
    introduction.reach_by = " ".join(reach_by.split())[:200]
    introduction.advocate_hears = hears
    introduction.save()
    return introduction


def postpone_introduction(
    *, introduction: Introduction, until: date | None = None, now: datetime
) -> Introduction:
    """Not now. It comes back once, on the day the prospect chose; without a day it is a no.

    Raises `DayNotPossible` for a day that is not within the coming year, and as a late answer does.
    """
    if until is None:
        return decline_introduction(introduction=introduction, now=now)
    introduction = locked(introduction)
    _refuse_late(introduction, now)
    today = clock.today(introduction.business, now)
    if not today < until <= today + LONGEST_POSTPONEMENT:
        raise DayNotPossible
    if introduction.state == IntroductionState.NOT_NOW:
        raise IntroductionAnswered
    if introduction.came_back_at is not None:
        return decline_introduction(introduction=introduction, now=now)
    introduction.postpone(until=until, back_at=_morning(introduction.business, until), now=now)
    introduction.save()
    cancel_messages(subject=introduction, now=now)
    record_introduction("introduction.postponed", introduction, _prospect(introduction), now)
    return introduction


def decline_introduction(
    *, introduction: Introduction, never: bool = False, now: datetime
) -> Introduction:
    """No. When the undo window is over the sealed details are erased, and with `never` the
    address is suppressed. Raises as a late answer does."""
    introduction = locked(introduction)
    _refuse_late(introduction, now)
    introduction.decline(never=never, now=now, window=settings.UNDO_WINDOW)
    introduction.save()
    cancel_messages(subject=introduction, now=now)
    record_introduction(
        "introduction.declined", introduction, _prospect(introduction), now, {"never": never}
    )
    return introduction


def undo_answer(*, introduction: Introduction, now: datetime) -> Introduction:
    """Take the answer back within the undo window: all is as it was before.

    Raises `UndoWindowOver` once it has taken effect, `NotPossibleNow` where nothing was answered.
    """
    introduction = locked(introduction)
    if introduction.state == IntroductionState.HANDSHAKE:
        raise UndoWindowOver
    if introduction.state not in ANSWERED or introduction.came_by_link:
        raise NotPossibleNow
    if not introduction.can_be_undone(now, settings.UNDO_WINDOW):
        raise UndoWindowOver
    undone = introduction.state
    introduction.undo_answer()
    introduction.save()
    introduction.consents.filter(given_by=Giver.PROSPECT, withdrawn_at=None).update(
        withdrawn_at=now
    )
    record_introduction(
        "introduction.answer_undone",
        introduction,
        _prospect(introduction),
        now,
        {"from": undone, "to": introduction.state},
    )
    return introduction


def erase_declined(*, introduction: Introduction, now: datetime) -> Introduction:
    """After a no, when the undo window is over: only the keyed hash stays. Safe to repeat."""
    introduction = locked(introduction)
    if introduction.state != IntroductionState.DECLINED or not _is_due(introduction, now):
        return introduction
    if introduction.never and introduction.prospect_email:
        suppress_address(
            business=introduction.business,
            address=introduction.prospect_email,
            why=SuppressionReason.NEVER,
            by=_prospect(introduction),
            now=now,
        )
    introduction.erase(now=now)
    introduction.save()
    return introduction


def expire_introduction(*, introduction: Introduction, now: datetime) -> Introduction:
    """No answer in time: nothing is kept but the hash. Safe to repeat."""
    introduction = locked(introduction)
    if introduction.state in WAITING and _is_due(introduction, now):
        introduction.expire(now=now)
        introduction.save()
        cancel_messages(subject=introduction, now=now)
        record_introduction("introduction.expired", introduction, SYSTEM, now)
    return introduction


def bring_back(*, introduction: Introduction, now: datetime) -> Introduction:
    """The day that goes with *not now* has come: ask once more. Safe to repeat."""
    introduction = locked(introduction)
    if introduction.state != IntroductionState.NOT_NOW or not _is_due(introduction, now):
        return introduction
    introduction.come_back(now=now)
    introduction.save()
    event = record_introduction(
        f"introduction.{introduction.state}", introduction, SYSTEM, now, {"again": True}
    )
    if introduction.prospect_email:
        link = introduction_link(introduction=introduction, now=now)
        introduction_to_prospect(
            introduction=introduction, link=link, cause=event, due_at=now, now=now
        )
    return introduction


def _refuse_late(introduction: Introduction, now: datetime) -> None:
    if introduction.state == IntroductionState.WITHDRAWN:
        raise IntroductionWithdrawn
    if introduction.has_expired(now):
        raise IntroductionExpired
    if not introduction.can_be_answered:
        raise IntroductionAnswered


def _how_to_reach(introduction: Introduction, email: str, phone: str) -> tuple[str, str]:
    if not introduction.needs_address:
        return introduction.prospect_email, introduction.prospect_phone
    email = clean_email(email) if email.strip() else ""
    phone = clean_phone(phone, introduction.business.country) if phone.strip() else ""
    if not (email or phone):
        raise AddressNeeded
    return email, phone


def _keep_consent(introduction: Introduction, kind: ConsentKind, words: str, now: datetime) -> None:
    Consent.objects.create(
        business=introduction.business,
        introduction=introduction,
        kind=kind,
        given_by=Giver.PROSPECT,
        words=words,
        given_at=now,
        created_at=now,
    )


def _morning(business: Business, day: date) -> datetime:
    return datetime.combine(day, COMES_BACK_AT, ZoneInfo(business.timezone))


def _is_due(introduction: Introduction, now: datetime) -> bool:
    return introduction.due_at is not None and introduction.due_at <= now


def _prospect(introduction: Introduction) -> Actor:
    return Actor.prospect(introduction.pk)


def _advocate_name(introduction: Introduction) -> str:
    advocate: Contact = introduction.advocate.contact
    return advocate.first_name
