"""Letters of follow-up plans that wait for somebody's look: changed, sent, or left unsent."""

from collections.abc import Sequence
from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from activity.services import Occurrence, record_events
from businesses.models import Business, User
from businesses.moves import NotPossibleNow
from businesses.tenancy import locked
from contacts.services import refuse_resting
from outreach.cadences import fields_of, mail_kind_of
from outreach.carried import FIELD, carries, questions, with_button
from outreach.catalogue import PLAN
from outreach.letters import FIRM, Party
from outreach.models import Message, Outcome, StepTaken
from outreach.purposes import purpose_of
from outreach.senders import name_of
from outreach.services.outbox import NewLetter, queue_messages
from outreach.services.queueing import AddressStopped
from outreach.services.reminders import close_reminders
from outreach.services.suppression import why_no_mail
from outreach.states import MailKind
from outreach.words import checked_words

KIND = "plan_letter"


def change_draft(*, draft: StepTaken, subject: str, words: str, now: datetime) -> StepTaken:
    """Other words for this one letter. Raises `NotPossibleNow`, `WordsMissing`, `UnknownField`."""
    draft = _waiting(draft)
    # The fields of a draft are filled; of a button it keeps the place.
    may_carry = FIELD in fields_of(draft.enrolment.cadence.trigger) and carries(words)
    draft.subject = " ".join(checked_words(subject, ()).split())[:200]
    draft.words = checked_words(words, (FIELD,) if may_carry else ())
    draft.save(update_fields=["subject", "words"])
    return draft


def send_draft(*, draft: StepTaken, by: Actor, sender: User, now: datetime) -> StepTaken:
    """Let the letter leave, in the sender's name. Raises `NotPossibleNow` on a second press.

    Raises `LeftInPeace` or `AddressStopped` where it would reach nobody.
    """
    draft = _waiting(draft)
    _refuse_unwanted(draft)
    # First of all, since it may be refused, and then the draft waits on.
    send_words(taken=draft, by=by, sender=sender, now=now)
    draft.outcome = Outcome.SENT
    _settle(draft, now)
    return draft


def _refuse_unwanted(draft: StepTaken) -> None:
    """Who was written to when the draft was made may want no letter by now."""
    contact, trigger = draft.enrolment.contact, draft.enrolment.cadence.trigger
    refuse_resting(contact)
    stopped = why_no_mail(contact=contact, kind=mail_kind_of(trigger))
    # What is delivered in another way is refused there.
    if stopped and purpose_of(trigger).deliver is None:
        raise AddressStopped(stopped)


def dismiss_draft(*, draft: StepTaken, reason: str = "", by: Actor, now: datetime) -> StepTaken:
    """It is not sent; the plan goes on. A second press finds it so."""
    draft = locked(draft)
    if draft.outcome == Outcome.DISMISSED:
        return draft
    draft = _waiting(draft)
    draft.outcome = Outcome.DISMISSED
    draft.reason = reason.replace("\0", "").strip()[:200]
    _settle(draft, now)
    return draft


def _waiting(draft: StepTaken) -> StepTaken:
    draft = locked(draft)
    if draft.outcome != Outcome.DRAFTED:
        raise NotPossibleNow
    return draft


def _settle(draft: StepTaken, now: datetime) -> None:
    draft.settled_at = now
    draft.save(update_fields=["outcome", "reason", "message", "settled_at"])
    close_reminders(subject=draft, now=now)


def send_words(*, taken: StepTaken, by: Actor, sender: User, now: datetime) -> None:
    """Queue the letter of a step, or do with its words what the plan is for (thanks are given).

    `message` is set, and not saved.
    """
    deliver = purpose_of(taken.enrolment.cadence.trigger).deliver
    if deliver is not None:
        deliver(
            enrolment=taken.enrolment,
            subject=taken.subject,
            words=taken.words,
            by=by,
            sender=sender,
            now=now,
        )
        about = taken.enrolment.about
        letters = Message.objects.filter(subject_label=about.label, subject_id=about.id)
        taken.message = letters.order_by("-created_at", "-id").first()
        return
    queue_words(business=taken.business, steps=[taken], by=by, sender=sender, now=now)


def queue_words(
    *, business: Business, steps: Sequence[StepTaken], by: Actor, sender: User, now: datetime
) -> None:
    """Queue the letters of these steps, in as few statements as for one; `message` is set."""
    if not steps:
        return
    name = name_of(sender, business)
    told = [
        Occurrence(
            "plan.letter_sent",
            by,
            taken.enrolment,
            about=[taken.enrolment.contact],
            payload={"plan": taken.enrolment.cadence.key or "own"},
        )
        for taken in steps
    ]
    causes = record_events(business=business, occurrences=told, now=now)
    asking = [taken.enrolment.contact for taken in steps if carries(taken.words)]
    links = questions().ask(business=business, contacts=asking, by=by, now=now) if asking else {}
    letters = [
        _letter(taken, cause, name, sender, links.get(taken.enrolment.contact_id, ""), now)
        for taken, cause in zip(steps, causes, strict=True)
    ]
    messages = queue_messages(business=business, letters=letters, now=now)
    for taken, message in zip(steps, messages, strict=True):
        taken.message = message


def _letter(
    taken: StepTaken, cause: Event, name: str, sender: User, link: str, now: datetime
) -> NewLetter:
    enrolment, contact = taken.enrolment, taken.enrolment.contact
    mail_kind = mail_kind_of(enrolment.cadence.trigger)
    return NewLetter(
        kind=KIND,
        mail_kind=mail_kind,
        is_ask=mail_kind == MailKind.ASKS,
        template=PLAN,
        context={**with_button(taken.words, link), "subject": taken.subject, "sender": name},
        to=[Party(name=contact.name, contact=contact)],
        cause=cause,
        subject=enrolment,
        from_name=f"{name}, {FIRM}",
        reply_to=sender.email,
        due_at=now,
    )
