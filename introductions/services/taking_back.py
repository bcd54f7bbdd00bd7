"""The business takes an introduction back, and takes it up again where that was a mistake."""

from datetime import datetime

from django.conf import settings

from activity.actors import Actor
from activity.models import Event
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from contacts.services import refuse_resting
from introductions.link_messages import vouch_to_advocate
from introductions.messages import TO_PROSPECT, introduction_to_prospect
from introductions.models import Introduction
from introductions.services.checks import AlreadyIntroduced
from introductions.services.doors import pressed_lately
from introductions.services.offers import (
    UndoWindowOver,
    introduction_link,
    keep_withdrawn,
    record_introduction,
    to_withdraw,
)
from introductions.states import WAITING, IntroductionState
from outreach import catalogue_of_handshakes as handshakes
from outreach.links import live_link, renew_link, restore_link
from outreach.models import Link, LinkPurpose, Message
from outreach.services import reopen_closed_reminders
from outreach.states import MessageState

_RENEWED = "introduction.link_renewed"


class NoLinkToRenew(NotPossibleNow):
    message = "There is no link to renew: it was answered, or has run out."
    code = "no_link_to_renew"


def take_back_introduction(*, introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """It leads nowhere from now on; when the undo window is over nothing of the prospect is kept.

    Raises `IntroductionWithdrawn` the second time, `NotPossibleNow` after an answer.
    """
    introduction = to_withdraw(introduction)
    introduction.take_back(now=now, window=settings.UNDO_WINDOW)
    return keep_withdrawn(introduction, by, now)


def take_up_introduction(*, introduction: Introduction, by: Actor, now: datetime) -> Introduction:
    """It was not to be taken back: its link leads on again, and what was called back is written
    anew.

    Raises `UndoWindowOver` once nothing of it is kept, `NotPossibleNow` where it was not taken
    back, `LeftInPeace` where the advocate is to be left alone, and `AlreadyIntroduced` where they
    introduced the same person anew meanwhile.
    """
    # The advocate's row first, as where they make one: two of the same person meet here.
    advocate = locked(introduction.advocate)
    introduction = locked(introduction)
    if introduction.state != IntroductionState.WITHDRAWN:
        raise NotPossibleNow
    if not introduction.can_be_taken_up(now):
        raise UndoWindowOver
    refuse_resting(advocate.contact)
    _refuse_made_anew(introduction)
    taken_back_at = _since(introduction)
    introduction.take_up_again(now=now)
    introduction.save()
    event = record_introduction("introduction.taken_up", introduction, by, now)
    for link in Link.objects.filter(
        purpose=LinkPurpose.INTRODUCTION,
        subject_label=Introduction._meta.model_name,
        subject_id=introduction.pk,
        withdrawn_at=taken_back_at,
    ):
        restore_link(link=link, renewals=0)
    reopen_closed_reminders(subject=introduction, closed_at=taken_back_at)
    _write_anew(introduction, event, now)
    return introduction


def erase_taken_back(*, introduction: Introduction, now: datetime) -> Introduction:
    """The undo window is over: nothing of it is kept. Safe to repeat."""
    introduction = locked(introduction)
    is_over = introduction.due_at is not None and introduction.due_at <= now
    if introduction.state == IntroductionState.WITHDRAWN and is_over:
        introduction.withdraw(now=now)
        introduction.save()
    return introduction


def renew_introduction_link(
    *, introduction: Introduction, by: Actor, now: datetime
) -> Introduction:
    """A new address for the prospect's page; those sent so far lead nowhere from now on.

    A letter that has not left has the new one. Otherwise the advocate finds it on their page and
    passes it on: we were allowed to write to the prospect once. A second press within a minute
    finds it done. Raises `NoLinkToRenew`.
    """
    introduction = locked(introduction)
    link = live_link(purpose=LinkPurpose.INTRODUCTION, subject=introduction)
    if link is None or introduction.state not in WAITING or introduction.has_expired(now):
        raise NoLinkToRenew
    if not pressed_lately(introduction, _RENEWED, now):
        renew_link(link=link)
        record_introduction(_RENEWED, introduction, by, now)
    return introduction


def _since(introduction: Introduction) -> datetime | None:
    return introduction.due_at - settings.UNDO_WINDOW if introduction.due_at else None


def _refuse_made_anew(introduction: Introduction) -> None:
    if not introduction.prospect_hash:
        return
    same = Introduction.objects.of_address(introduction.prospect_hash).open()
    if same.by_advocate(introduction.advocate).exists():
        raise AlreadyIntroduced


def _write_anew(introduction: Introduction, cause: Event, now: datetime) -> None:
    """The letter that the taking back had called back; one that has left is not sent twice."""
    kinds = {
        IntroductionState.OFFERED: TO_PROSPECT,
        IntroductionState.VOUCHING: handshakes.VOUCH,
    }
    kind = kinds.get(IntroductionState(introduction.state))
    letters = Message.objects.regarding(introduction).filter(kind=kind)
    newest = letters.order_by("-created_at", "-id").values_list("state", flat=True).first()
    if newest != MessageState.CANCELLED:
        return
    if kind == TO_PROSPECT:
        link = introduction_link(introduction=introduction, now=now)
        due_at = max(now, introduction.created_at + settings.UNDO_WINDOW)
        introduction_to_prospect(
            introduction=introduction, link=link, cause=cause, due_at=due_at, now=now
        )
    else:
        vouch = live_link(purpose=LinkPurpose.VOUCH, subject=introduction)
        if vouch is not None:
            vouch_to_advocate(introduction=introduction, link=vouch, cause=cause, now=now)
