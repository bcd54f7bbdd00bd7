"""The business's side: who is brought together in which words, asking both, taking it back."""

from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.db import transaction

from activity.actors import SYSTEM, Actor
from activity.models import Event
from businesses.models import User
from businesses.moves import NotPossibleNow
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Company, Contact
from giving.messages import given_to_either
from giving.models import LONGEST_WORDS, GivenIntroduction
from giving.services.checks import GivenWordsNeeded, refuse_known_pair, refuse_wrong_people
from giving.services.recording import record_given, tell_who_said_yes
from giving.states import MAY_WITHDRAW, GivenState
from outreach.catalogue_of_giving import GIVEN, GIVEN_NOTHING
from outreach.links import withdraw_links
from outreach.models import Message
from outreach.services import cancel_messages
from outreach.states import LEFT, MessageState


class LetterLeft(Refusal):
    message = "A letter has left already, so it cannot be undone. You can take it back."
    code = "letter_left"


class GivenAlreadySent(Refusal):
    message = "Both were asked already."
    code = "given_already_sent"


class GivenChanges(TypedDict, total=False):
    """What `change_given` can change."""

    first_words: str
    second_words: str


def draft_given(
    *,
    first: Contact,
    second: Contact,
    first_words: str = "",
    second_words: str = "",
    by: Actor,
    giver: User,
    now: datetime,
) -> GivenIntroduction:
    """Two letters to look at before both are asked.

    Where one of the two is with a partner firm, that one is kept as the second: the first is the
    customer who is sent there. The same again at once is a second press. Raises what
    `refuse_wrong_people` and `refuse_known_pair` raise.
    """
    first, second = _locked_people(first, second)
    refuse_wrong_people(first, second)
    refuse_known_pair(first, second)
    words = _clean({"first_words": first_words, "second_words": second_words})
    first, second, words = _partner_second(first, second, words)
    pressed = GivenIntroduction.objects.filter(
        first=first,
        second=second,
        state=GivenState.DRAFT,
        created_at__gt=now - SAME_PRESS,
        **words,
    ).first()
    if pressed is not None:
        return pressed
    given = GivenIntroduction.objects.create(
        business=first.business,
        giver=giver,
        first=first,
        second=second,
        partner=_partner(second),
        created_at=now,
        **words,
    )
    record_given("given.drafted", given, by, now)
    return given


def change_given(
    *, given: GivenIntroduction, changes: GivenChanges, by: Actor, now: datetime
) -> GivenIntroduction:
    """Better words for a draft. Raises `GivenAlreadySent`, and `NotPossibleNow` for one that is
    over."""
    given = locked(given)
    _refuse_sent(given)
    words = _clean(changes)
    changed = sorted(name for name, text in words.items() if getattr(given, name) != text)
    for name in changed:
        setattr(given, name, words[name])
    if changed:
        given.save(update_fields=changed)
        record_given("given.changed", given, by, now, {"fields": changed})
    return given


def send_given(*, given: GivenIntroduction, by: Actor, now: datetime) -> GivenIntroduction:
    """Ask both at the same time, each by a letter of their own.

    The letters leave when the undo window is over. Raises `GivenWordsNeeded`, `GivenAlreadySent`,
    what `draft_given` raises, and `NotPossibleNow` for one that was taken back.
    """
    _locked_people(given.first, given.second)
    given = locked(given)
    _refuse_sent(given)
    if not (given.first_words and given.second_words):
        raise GivenWordsNeeded
    refuse_wrong_people(given.first, given.second)
    refuse_known_pair(given.first, given.second)
    given.send(now=now)
    given.save()
    event = record_given("given.asked", given, by, now)
    for side in given.sides:
        due_at = now + settings.UNDO_WINDOW
        given_to_either(given=given, side=side, cause=event, due_at=due_at, now=now)
    return given


def give_introduction(
    *,
    first: Contact,
    second: Contact,
    first_words: str,
    second_words: str,
    by: Actor,
    giver: User,
    now: datetime,
) -> GivenIntroduction:
    """Write and ask in one; the same again at once is a second press, and changes nothing.

    What is refused leaves nothing. Raises as `draft_given` and `send_given` do.
    """
    with transaction.atomic():
        first, second = _locked_people(first, second)
        words = _clean({"first_words": first_words, "second_words": second_words})
        one, other, words = _partner_second(first, second, words)
        pressed = GivenIntroduction.objects.filter(
            first=one,
            second=other,
            state=GivenState.ASKED,
            asked_at__gt=now - SAME_PRESS,
            **words,
        ).first()
        if pressed is not None:
            return pressed
        given = draft_given(
            first=first,
            second=second,
            first_words=first_words,
            second_words=second_words,
            by=by,
            giver=giver,
            now=now,
        )
        return send_given(given=given, by=by, now=now)


def undo_sending(*, given: GivenIntroduction, by: Actor, now: datetime) -> GivenIntroduction:
    """Neither letter has left: both are called back, and it is a draft again.

    Raises `LetterLeft`, and `NotPossibleNow` where nobody is being asked.
    """
    # Called back first, so that none leaves in between; what is refused leaves nothing.
    with transaction.atomic():
        given = locked(given)
        if given.state != GivenState.ASKED:
            raise NotPossibleNow
        letters = Message.objects.regarding(given).filter(kind=GIVEN)
        cancel_messages(subject=given, kinds=[GIVEN], now=now)
        if letters.filter(state__in=LEFT, created_at__gte=given.asked_at).exists():
            raise LetterLeft
        given.return_to_draft()
        given.save()
        withdraw_links(subject=given, now=now)
        record_given("given.undone", given, by, now)
        return given


def withdraw_given(*, given: GivenIntroduction, by: Actor, now: datetime) -> GivenIntroduction:
    """Taken back, until the letter to all three has left. Whoever had said yes hears of it kindly,
    when it can no longer be taken up again.

    Raises `NotPossibleNow` afterwards, and after a no.
    """
    given = locked(given)
    if given.state not in MAY_WITHDRAW:
        raise NotPossibleNow
    given.withdraw(now=now)
    given.save()
    event = record_given("given.withdrawn", given, by, now)
    tell_who_said_yes(given, event, due_at=now + settings.UNDO_WINDOW, now=now)
    return given


def take_up_given(*, given: GivenIntroduction, by: Actor, now: datetime) -> GivenIntroduction:
    """It was not to be taken back: all is as it was, and a question that was called back is asked.

    Nobody has heard of it by then. Raises `NotPossibleNow` when the undo window is over, and what
    `send_given` raises about the two people, who may have changed meanwhile.
    """
    _locked_people(given.first, given.second)
    given = locked(given)
    given.take_up_again(now=now, window=settings.UNDO_WINDOW)
    if given.is_open:
        refuse_wrong_people(given.first, given.second)
        refuse_known_pair(given.first, given.second)
    given.save()
    cancel_messages(subject=given, kinds=[GIVEN_NOTHING], now=now)
    event = record_given("given.taken_up", given, by, now)
    if given.is_open:
        _ask_anew(given, event, now)
    return given


def _ask_anew(given: GivenIntroduction, cause: Event, now: datetime) -> None:
    """Who has not answered, and whose letter was called back, gets it after all."""
    assert given.asked_at is not None
    letters = Message.objects.regarding(given).filter(kind=GIVEN, created_at__gte=given.asked_at)
    reached = set(
        letters.exclude(state=MessageState.CANCELLED).values_list("recipients__contact", flat=True)
    )
    due_at = max(now, given.asked_at + settings.UNDO_WINDOW)
    for side in given.sides:
        if not side.answer and side.contact.pk not in reached:
            given_to_either(given=given, side=side, cause=cause, due_at=due_at, now=now)


def withdraw_given_naming(*, event: Event, now: datetime) -> None:
    """Somebody is left in peace: whom they were to meet is not waited for any more."""
    contact = Contact.objects.get(pk=event.subject_id)
    rows = GivenIntroduction.objects.naming(contact).filter(state__in=MAY_WITHDRAW)
    for given in rows.order_by("created_at", "id"):
        withdraw_given(given=given, by=SYSTEM, now=now)


def _partner(contact: Contact) -> Company | None:
    company: Company | None = contact.company
    return company if company is not None and company.is_partner else None


def _partner_second(
    first: Contact, second: Contact, words: dict[str, str]
) -> tuple[Contact, Contact, dict[str, str]]:
    """In the order in which they are kept."""
    if _partner(first) is None or _partner(second) is not None:
        return first, second, words
    swapped = {"first_words": words["second_words"], "second_words": words["first_words"]}
    return second, first, swapped


def _locked_people(first: Contact, second: Contact) -> tuple[Contact, Contact]:
    """Both as they are by now, with their firms. Locked in one order, so that two who bring the
    same people together come one after the other."""
    rows = Contact.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("company", "business").filter(pk__in={first.pk, second.pk})
    found = {contact.pk: contact for contact in rows.order_by("pk")}
    return found[first.pk], found[second.pk]


def _refuse_sent(given: GivenIntroduction) -> None:
    if given.state == GivenState.WITHDRAWN:
        raise NotPossibleNow
    if given.state != GivenState.DRAFT:
        raise GivenAlreadySent


def _clean(words: GivenChanges) -> dict[str, str]:
    return {
        name: str(text).replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST_WORDS]
        for name, text in words.items()
    }
