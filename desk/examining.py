"""What `doctor` says of one business: the same as its Health, in words for who runs it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from activity.models import Reaction
from businesses.models import Business
from desk.troubles import RECENT, what_is_stuck
from desk.workings import TOO_LONG, Queue
from outreach.gate import NOT_CONFIRMED, SENDER_MISSING, why_held
from outreach.models import AccountMessage, Message, MessageRecipient
from outreach.sending_domain import Finding, Found
from outreach.services import CANARY
from outreach.states import WAITING, MessageState, RecipientState

# What the business has to do itself is nothing wrong with the installation.
_UNTIL = {
    SENDER_MISSING: "until it says who its letters are from",
    NOT_CONFIRMED: "until its owner has confirmed the address",
}


def of_business(business: Business, late: Queue | None, now: datetime) -> Iterator[Finding]:
    """What is overdue, and what somebody has to look at; nothing where all is well."""

    def say(what: str, found: Found = Found.WRONG) -> Finding:
        return Finding(found, f"/b/{business.slug}/: {what}")

    if late and late.since:
        yield say(f"{late.name.lower()} due since {late.since:%Y-%m-%d %H:%M} UTC.")
    if business.is_paused:
        yield say("paused after complaints; see `resume_sending`.")
    held, until = Message.objects.held().count(), _UNTIL.get(why_held(business))
    if held:
        found = Found.GOOD if until else Found.WRONG
        yield say(_counted(f"held {until or 'back'}")(held), found)
    yield from map(say, _letters())
    yield from map(say, _work(business, now))


def _letters() -> Iterator[str]:
    for state, words in _TROUBLES.items():
        rows = Message.objects.filter(state=state)
        count = rows.count()
        if count:
            yield f"{words(count)}{_why(rows.latest('created_at').last_reason)}"
    refused = MessageRecipient.objects.filter(
        state=RecipientState.FAILED, message__state=MessageState.SENT
    )
    count = refused.count()
    if count:
        who = "1 recipient" if count == 1 else f"{count} recipients"
        why = _why(refused.latest("created_at").reason)
        yield f"{who} refused a letter that others have.{why}"


def _work(business: Business, now: datetime) -> Iterator[str]:
    failed = Reaction.objects.failed()
    count = failed.count()
    if count:
        things = "1 thing" if count == 1 else f"{count} things"
        why = _why(failed.latest("due_at").last_problem)
        yield f"{things} did not follow, tried again and again.{why}"
    for stuck in what_is_stuck(business, now):
        since = f"{stuck.row.created_at:%Y-%m-%d %H:%M}"
        what = f"{stuck.what} ({stuck.row.row_id})"
        yield f"{what} goes no further since {since} UTC: {stuck.row.problem}."
    waits = Message.objects.filter(kind=CANARY, state__in=WAITING - {MessageState.HELD})
    canary = waits.filter(created_at__lt=now - TOO_LONG).order_by("created_at").first()
    if canary:
        yield f"a letter to oneself waits since {canary.created_at:%Y-%m-%d %H:%M} UTC."


def account_letters(now: datetime) -> Iterator[Finding]:
    """Those of the last days that did not leave, or perhaps did, to whomever."""
    rows = AccountMessage.objects.filter(
        state__in=[MessageState.FAILED, MessageState.UNCERTAIN], created_at__gte=now - RECENT
    )
    count = rows.count()
    if count:
        letters = "1 letter" if count == 1 else f"{count} letters"
        why = _why(rows.latest("created_at").last_reason)
        yield Finding(Found.WRONG, f"{letters} about accounts did not surely leave.{why}")


def _why(reason: str) -> str:
    return f" The last: {reason}" if reason else ""


def _counted(words: str) -> Callable[[int], str]:
    return lambda count: f"{count} {'letter' if count == 1 else 'letters'} {words}."


_TROUBLES: dict[MessageState, Callable[[int], str]] = {
    MessageState.FAILED: _counted("could not be sent"),
    MessageState.UNCERTAIN: _counted("may or may not have arrived"),
    MessageState.BOUNCED: _counted("came back"),
}
