"""Asking an advocate for an introduction, through the gate."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.conf import settings

from activity.actors import SYSTEM, Actor
from activity.models import Event
from activity.services import Fact, record_event
from businesses import clock
from businesses.models import LONGEST_BLURB, Business, Membership, User
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from contacts.services import refuse_resting
from introductions.gate import AdvocateStopped, obstacles_of
from introductions.messages import ask_to_advocate
from introductions.models import LONGEST_OVERRIDE, Advocate, Ask
from introductions.states import AskState
from outreach.catalogue import ASK, NUDGE
from outreach.letters import NoAddress
from outreach.links import restore_link, withdraw_links
from outreach.models import Link, LinkPurpose, Reminder
from outreach.services import (
    bring_forward,
    cancel_messages,
    close_reminders,
    finish_reminder,
    why_no_mail,
)
from outreach.states import MailKind
from outreach.words import refuse_keyed_addresses


class AddressSuppressed(Refusal):
    message = "This address asked for no more mail, so it cannot be written to."
    code = "address_suppressed"


class AskNeedsSomebody(Refusal):
    message = "Say whom you would like to meet: a person, or a kind of person."
    code = "ask_needs_somebody"
    status = 422


class AskWaiting(Refusal):
    message = "There is an ask to this person that is not answered yet."
    code = "ask_waiting"


class AsksTheBusiness(Refusal):
    message = "This is an address of your own firm. Ask somebody outside it."
    code = "asks_the_business"
    status = 422


class AsksWait(Refusal):
    """`message` says until when."""

    message = "Asks wait while you are full or closed."
    code = "asks_wait"


class AskAlreadySent(Refusal):
    message = "This was already sent."
    code = "ask_already_sent"


class AskAlreadyAnswered(Refusal):
    message = "This was already answered."
    code = "ask_already_answered"


class AskWithdrawn(Refusal):
    message = "This was taken back. There is nothing to do."
    code = "ask_withdrawn"
    status = 410


class AskChanges(TypedDict, total=False):
    """What `change_ask` can change."""

    wanted: str
    named_person: str
    note: str
    blurb: str


def advocate_for(*, contact: Contact, now: datetime) -> Advocate:
    """The contact's row as an advocate, made at the first ask, introduction or person sent."""
    advocate, _ = Advocate.objects.select_related("contact").get_or_create(
        business_id=contact.business_id, contact=contact, defaults={"created_at": now}
    )
    return advocate


def draft_ask(
    *,
    contact: Contact,
    wanted: str = "",
    named_person: str = "",
    note: str = "",
    blurb: str = "",
    by: Actor,
    sender: User,
    now: datetime,
) -> Ask:
    """A letter to look at before it is sent. What only keeps it from being sent is said then.

    Raises `LeftInPeace`, `NoAddress`, `AsksTheBusiness`, `AddressSuppressed` or `AdvocateStopped`
    for somebody who cannot be asked, `AskWaiting` while an earlier ask to them is not answered,
    `AskNeedsSomebody` where nobody is asked for, and `OwnAddressInWords`.
    """
    words = _clean(wanted=wanted, named_person=named_person, note=note, blurb=blurb)
    if not (words["wanted"] or words["named_person"]):
        raise AskNeedsSomebody
    advocate = advocate_for(contact=contact, now=now)
    _refuse_unaskable(advocate, now)
    ask = Ask.objects.create(
        business=contact.business, advocate=advocate, sender=sender, created_at=now, **words
    )
    _record("ask.drafted", ask, by, now)
    return ask


def change_ask(*, ask: Ask, changes: AskChanges, by: Actor, now: datetime) -> Ask:
    """Better words for a draft. The history keeps which fields changed, not what they said.

    Raises `AskAlreadySent`, `AskWithdrawn`, `AskNeedsSomebody` where nobody would be asked for, and
    `OwnAddressInWords`.
    """
    ask = locked(ask)
    if ask.state != AskState.DRAFT:
        raise AskWithdrawn if ask.state == AskState.WITHDRAWN else AskAlreadySent
    words = _clean(**changes)
    changed = sorted(name for name, text in words.items() if getattr(ask, name) != text)
    for name in changed:
        setattr(ask, name, words[name])
    if not (ask.wanted or ask.named_person):
        raise AskNeedsSomebody
    if changed:
        ask.save(update_fields=changed)
        _record("ask.changed", ask, by, now, {"fields": changed})
    return ask


def send_ask(*, ask: Ask, reason: str = "", fits: bool = False, by: Actor, now: datetime) -> Ask:
    """Queue the letter to the advocate; outreach holds it until the business may send.

    `reason` says why it goes although the gate says no, and is kept; what the advocate has set is
    not opened by it. `fits`: somebody compared the ask with the kinds of people they want to hear
    of. Raises what `draft_ask` raises, `AskAlreadySent` for a second press, `AskWithdrawn`,
    `AsksWait` while the business is full or closed, and what the gate raises: the draft stays.
    """
    # The advocate's row first: of two asks to one person that are sent at once, one waits and sees.
    advocate = locked(ask.advocate)
    ask = locked(ask)
    if ask.state != AskState.DRAFT:
        raise AskWithdrawn if ask.state == AskState.WITHDRAWN else AskAlreadySent
    _refuse_unaskable(advocate, now)
    refuse_waiting(ask.business, now)
    overridden = _pass_gate(ask, advocate, reason, fits, now)
    ask.send(now=now)
    ask.save()
    if overridden:
        _record("ask.overridden", ask, by, now, {"of": overridden})
    event = _record("ask.sent", ask, by, now)
    ask_to_advocate(ask=ask, cause=event, now=now)
    return ask


def let_ask_leave(
    *, ask: Ask, reason: str = "", fits: bool = False, by: Actor, now: datetime
) -> Ask:
    """Its letter was queued, and then something came in its way: it leaves all the same.

    As `send_ask`: with a reason, which is kept, or with the kinds compared. Raises what still
    stands in the way, and `AskAlreadyAnswered` or `AskWithdrawn` where nothing waits any more.
    """
    advocate = locked(ask.advocate)
    ask = locked(ask)
    if ask.state != AskState.SENT:
        raise AskWithdrawn if ask.state == AskState.WITHDRAWN else AskAlreadyAnswered
    overridden = _pass_gate(ask, advocate, reason, fits, now)
    ask.save()
    if overridden:
        _record("ask.overridden", ask, by, now, {"of": overridden})
    bring_forward(subject=ask, now=now)
    return ask


def withdraw_ask(*, ask: Ask, by: Actor, now: datetime) -> Ask:
    """Take back a draft or an unanswered ask; a letter that has not left does not leave."""
    ask = locked(ask)
    _refuse_closed(ask, AskState.WITHDRAWN)
    was_called_back = cancel_messages(subject=ask, kinds=[ASK], now=now) > 0
    cancel_messages(subject=ask, now=now)
    ask.withdraw(now=now, has_left=not was_called_back)
    ask.save()
    _record("ask.withdrawn", ask, by, now)
    withdraw_links(subject=ask, purpose=LinkPurpose.ADVOCATE, now=now)
    return ask


def undo_withdrawal(*, ask: Ask, by: Actor, now: datetime) -> Ask:
    """It was not to be taken back: its link leads on again, and it waits for an answer as before.

    One whose letter was called back is a draft again. Raises `NotPossibleNow` when the undo window
    is over, `AskWaiting` where they were asked anew meanwhile, and `LeftInPeace` where they are to
    be left alone.
    """
    advocate = locked(ask.advocate)
    ask = locked(ask)
    closed_at = ask.closed_at
    refuse_resting(advocate.contact)
    if ask.sent_at:
        _refuse_second_ask(advocate, now)
    ask.take_up_again(now=now, window=settings.UNDO_WINDOW)
    ask.save()
    withdrawn = Link.objects.filter(
        purpose=LinkPurpose.ADVOCATE,
        subject_label=Ask._meta.model_name,
        subject_id=ask.pk,
        withdrawn_at=closed_at,
    )
    for link in withdrawn:
        restore_link(link=link, renewals=0)
    _record("ask.taken_up", ask, by, now)
    return ask


def decline_ask(*, ask: Ask, now: datetime) -> Ask:
    """The advocate says that nobody comes to mind. An introduction later answers it still."""
    ask = locked(ask)
    _refuse_closed(ask, AskState.DECLINED)
    ask.decline(now=now)
    ask.save()
    cancel_messages(subject=ask, kinds=[NUDGE], now=now)
    _record("ask.declined", ask, Actor.advocate(ask.advocate_id), now)
    return ask


def note_answer(*, ask: Ask, by: Actor, now: datetime) -> Ask:
    """They answered the owner elsewhere, in whatever words. An introduction may still follow.

    Nobody is reminded of it any more. A second press finds it so. Raises `NotPossibleNow` for one
    that is not sent, and `AskWithdrawn`.
    """
    ask = locked(ask)
    if ask.state == AskState.DRAFT:
        raise NotPossibleNow
    if ask.state == AskState.WITHDRAWN:
        raise AskWithdrawn
    if ask.can_become(AskState.ANSWERED):
        ask.answer(now=now)
        ask.save()
        cancel_messages(subject=ask, kinds=[NUDGE], now=now)
        close_reminders(subject=ask, now=now)
        _record("ask.answered", ask, by, now)
    return ask


def note_answer_reminded_of(*, reminder: Reminder, by: Actor, now: datetime) -> Reminder:
    """`note_answer` for the ask that this reminder wants to know of; and so it is done.

    Raises `NotPossibleNow` for a reminder of anything else.
    """
    key = reminder.subject_id if reminder.is_about_an_ask else None
    ask = Ask.objects.filter(pk=key).first() if key else None
    if ask is None:
        raise NotPossibleNow
    finished = finish_reminder(reminder=reminder, by=by, now=now)
    note_answer(ask=ask, by=by, now=now)
    return finished


def answer_ask(*, ask: Ask, now: datetime) -> Ask:
    """An introduction was made for it. Raises `AskWithdrawn`; a second introduction is welcome."""
    ask = locked(ask)
    if ask.state in (AskState.DRAFT, AskState.WITHDRAWN):
        raise AskWithdrawn
    if ask.can_become(AskState.ANSWERED):
        ask.answer(now=now)
        ask.save()
        cancel_messages(subject=ask, kinds=[NUDGE], now=now)
        _record("ask.answered", ask, Actor.advocate(ask.advocate_id), now)
    return ask


def expire_ask(*, ask: Ask, now: datetime) -> Ask:
    """No answer came in time. An ask that is not due is left as it is."""
    ask = locked(ask)
    if ask.state == AskState.SENT and ask.due_at is not None and ask.due_at <= now:
        ask.expire(now=now)
        ask.save()
        # Nobody wants to be asked by a letter that waited for two months.
        cancel_messages(subject=ask, now=now)
        _record("ask.expired", ask, SYSTEM, now)
    return ask


def withdraw_asks_to(*, event: Event, now: datetime) -> None:
    """Their contact is left in peace: what was asked of them, or was to be, is taken back."""
    asks = Ask.objects.open().filter(advocate__contact_id=event.subject_id)
    for ask in asks.select_related("advocate__contact", "business").order_by("created_at", "id"):
        withdraw_ask(ask=ask, by=SYSTEM, now=now)


def refuse_waiting(business: Business, now: datetime) -> None:
    """Raise `AsksWait`, saying until when, while the business is full or closed."""
    until = business.asks_wait_until(clock.today(business, now))
    if until is not None:
        how = "closed" if until == business.closed_until else "full"
        raise AsksWait(f"You are {how} until {until.day} {until:%B %Y}. Asks wait until then.")


def _clean(**words: Unpack[AskChanges]) -> dict[str, str]:
    longest = {"wanted": 300, "named_person": 150, "note": 2000, "blurb": LONGEST_BLURB}
    clean = {name: str(text).strip()[: longest[name]] for name, text in words.items()}
    refuse_keyed_addresses(*clean.values())
    return clean


def _pass_gate(ask: Ask, advocate: Advocate, reason: str, fits: bool, now: datetime) -> list[str]:
    """Raise what stands in the way; else the codes of what the reason opened."""
    if fits and advocate.only_about:
        ask.checked_against = advocate.only_about
    found = obstacles_of(ask, now=now)
    reason = " ".join(reason.replace("\0", "").split())[:LONGEST_OVERRIDE]
    for obstacle in found:
        if obstacle.is_binding or not reason:
            raise obstacle
    codes = [obstacle.code for obstacle in found]
    if codes:
        ask.override_reason = reason
        ask.overridden = " ".join([*ask.overridden.split(), *codes])
    return codes


def _refuse_unaskable(advocate: Advocate, now: datetime) -> None:
    contact = advocate.contact
    refuse_resting(contact)
    if not contact.email:
        raise NoAddress(f"{contact.first_name} has no e-mail address here. Add one, or ring.")
    members = Membership.objects.filter(business_id=advocate.business_id)
    if members.filter(user__email__iexact=contact.email).exists():
        raise AsksTheBusiness
    stopped = why_no_mail(contact=contact, kind=MailKind.ASKS)
    if stopped:
        raise AddressSuppressed(stopped)
    if advocate.has_stopped:
        raise AdvocateStopped(f"{contact.first_name} does not want to be asked for introductions.")
    _refuse_second_ask(advocate, now)


def _refuse_second_ask(advocate: Advocate, now: datetime) -> None:
    """One ask at a time: the first rests until it is answered, taken back or over."""
    waiting = Ask.objects.awaiting_answer().filter(advocate=advocate, due_at__gt=now).first()
    if waiting is None or waiting.due_at is None:
        return
    until = waiting.due_at.astimezone(ZoneInfo(advocate.business.timezone))
    raise AskWaiting(
        f"{advocate.contact.first_name} has an ask from you that is not answered yet. It rests "
        f"until {until:%B} {until.day}; take it back first if you want to write another."
    )


def _refuse_closed(ask: Ask, to: AskState) -> None:
    if not ask.can_become(to):
        raise AskWithdrawn if ask.state == AskState.WITHDRAWN else AskAlreadyAnswered


def _record(
    name: str, ask: Ask, by: Actor, now: datetime, payload: Mapping[str, Fact] | None = None
) -> Event:
    return record_event(
        business=ask.business,
        name=name,
        actor=by,
        subject=ask,
        about=[ask.advocate.contact],
        payload=payload,
        now=now,
    )
