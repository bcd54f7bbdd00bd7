"""*I introduced them, too*: kept as an advocate says it, and answered so that they can read it."""

from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.names import clean_name
from contacts.services import refuse_erased_by_now
from introductions.models import Advocate
from outreach.models import ReminderKind
from outreach.services import add_reminder, close_reminders
from referrals.messages import claim_answered_to_advocate
from referrals.models import CreditClaim, Referral

MOST_OPEN = 5


class TooManyClaims(Refusal):
    message = "Some of what you said before is not answered yet. It will be; please wait for it."
    code = "too_many_claims"


class AnswerNeedsWords(Refusal):
    message = "Write a line or two: whoever said it reads your answer."
    code = "answer_needs_words"
    status = 422


def claim_credit(
    *,
    advocate: Advocate,
    person: str,
    words: str = "",
    referral: Referral | None = None,
    by: Actor,
    now: datetime,
) -> CreditClaim:
    """Keep that this advocate introduced somebody, too; the owner is asked to answer today.

    It changes no credit by itself. The same name again, while it is not answered, is the same
    claim. Raises `NameNeeded`, `NameNotAllowed`, `TooManyClaims` for an advocate with five that
    are not answered, and `WasErased` where it is said by, or of, somebody who was erased.
    """
    person = clean_name(person)
    for contact in [advocate.contact, *([referral.contact] if referral else [])]:
        refuse_erased_by_now(contact)
    advocate = locked(advocate)
    waiting = list(CreditClaim.objects.by_advocate(advocate).open())
    for claim in waiting:
        if claim.person.casefold() == person.casefold():
            return claim
    if len(waiting) >= MOST_OPEN:
        raise TooManyClaims
    claim = CreditClaim.objects.create(
        business=advocate.business,
        advocate=advocate,
        referral=referral,
        person=person,
        words=words.replace("\r\n", "\n").strip()[:500],
        created_at=now,
    )
    _record("credit.claimed", claim, by, now)
    add_reminder(
        business=advocate.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=advocate.contact,
        subject=claim,
        due_on=clock.today(advocate.business, now),
        text=f"{advocate.contact.first_name} says they introduced {person}, too",
        dedupe=f"claim:{claim.pk}",
        by=by,
        now=now,
    )
    return claim


def answer_claim(*, claim: CreditClaim, words: str, by: Actor, now: datetime) -> CreditClaim:
    """Answer it in words that the advocate reads on their page; they may be changed later.

    The first answer is told by a letter, where there is an address: it answers what they said, so
    it leaves by itself. Sharing the credit is another step (`split_credit`). Raises
    `AnswerNeedsWords`.
    """
    words = words.replace("\r\n", "\n").strip()[:1000]
    if not words:
        raise AnswerNeedsWords
    claim = locked(claim)
    if claim.answer == words:
        return claim
    is_first = claim.is_open
    claim.give_answer(words=words, now=now)
    claim.save(update_fields=["answer", "answered_at"])
    event = _record("credit.claim_answered", claim, by, now)
    if is_first and claim.advocate.contact.email:
        claim_answered_to_advocate(claim=claim, by=by, cause=event, now=now)
    close_reminders(subject=claim, now=now)
    return claim


def _record(name: str, claim: CreditClaim, by: Actor, now: datetime) -> Event:
    about = [claim.advocate.contact]
    if claim.referral is not None:
        about.append(claim.referral.contact)
    return record_event(
        business=claim.business, name=name, actor=by, subject=claim, about=about, now=now
    )
