"""The gate: what stands in the way of asking somebody, for the page, the API and the worker alike.

Some of it an advocate has set, and it binds everybody; the rest is ours, and a person may ask all
the same with a reason, which is kept at the ask. Everything is looked up in one query, for one
person as for many (`with_facts`), and judged in one place (`what_keeps`).
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from contacts.models import Contact
from feedback.models import FIRST_CONTENT, Feedback
from introductions.models import Ask
from introductions.states import AskState
from outreach.models import Reminder, ReminderKind
from outreach.outgoing import NEVER

# The whole business stops asking when so many people wait for something to be put right, or so
# many of the last answers were not happy ones.
WRONGS_AT_ONCE = 3
LAST_ANSWERS = 10
UNHAPPY_OF_THEM = 4
# What only a person can change is looked at again after so long.
LOOK_AGAIN = timedelta(hours=12)


class KeptBack(Refusal):
    """An ask may not go now. `until` says when it may, where that is known.

    `is_binding`: the advocate has set it, so that no reason opens it.
    """

    message = "Something stands in the way of asking this person just now."
    code = "kept_back"
    is_binding = False

    def __init__(self, message: str | None = None, *, until: date | None = None) -> None:
        super().__init__(message)
        self.until = until


class AdvocateStopped(KeptBack):
    message = "This person does not want to be asked for introductions."
    code = "advocate_stopped"
    is_binding = True


class NotBeforeTheirDay(KeptBack):
    """`message` says until when."""

    message = "This person does not want to be asked before a day that they chose."
    code = "advocate_not_before"
    is_binding = True


class AskedEnough(KeptBack):
    """`message` says how often they may be asked."""

    message = "This person wants to be asked less often."
    code = "advocate_asked_enough"
    is_binding = True


class KindUnchecked(KeptBack):
    """`message` says about whom they want to hear."""

    message = "This person wants to be asked about some kinds of people only: compare them first."
    code = "ask_kind_unchecked"
    is_binding = True


class PutRightFirst(KeptBack):
    """`message` names whom."""

    message = "There is something to put right with this person before anybody asks them."
    code = "put_right_first"


class AskedLately(KeptBack):
    """`message` says when and until when."""

    message = "This person was asked a short time ago."
    code = "asked_lately"


class AsksPaused(KeptBack):
    """`message` says why."""

    message = "Asking pauses: too many people are not happy at the moment."
    code = "asks_paused"


def with_facts(
    contacts: "QuerySet[Contact]", *, besides: AbstractSet[UUID] = frozenset()
) -> "QuerySet[Contact]":
    """The contacts with all that `what_keeps` reads, in the same query.

    Asks in `besides` are looked away from: one that is about to leave is not its own obstacle.
    """
    answers = Feedback.objects.filter(contact=OuterRef("pk")).order_by("-answered_at", "-id")
    wrongs = Reminder.objects.open().filter(contact=OuterRef("pk"), kind=ReminderKind.PUT_RIGHT)
    settled = Reminder.objects.filter(
        subject_label=Feedback._meta.model_name,
        subject_id=OuterRef("last_answer"),
        done_at__isnull=False,
    )
    asks = Ask.objects.filter(advocate__contact=OuterRef("pk"), sent_at__isnull=False)
    if besides:
        asks = asks.exclude(pk__in=besides)
    last_asked = asks.order_by().values("advocate__contact").annotate(at=Max("sent_at"))
    return contacts.annotate(
        last_answer=Subquery(answers.values("id")[:1]),
        last_score=Subquery(answers.values("score")[:1]),
        last_answer_at=Subquery(answers.values("answered_at")[:1]),
        wrong_by_hand=Exists(wrongs.exclude(subject_label=Feedback._meta.model_name)),
        last_settled=Exists(settled),
        last_asked_at=Subquery(last_asked.values("at")),
        stopped_at=F("advocates__stopped_at"),
        their_weeks=F("advocates__weeks_between_asks"),
        only_about=F("advocates__only_about"),
        not_before=F("advocates__not_before"),
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What `with_facts` found about one person."""

    first_name: str
    last_score: int | None
    last_answer_at: datetime | None
    is_to_put_right: bool
    last_asked_at: datetime | None
    stopped_at: datetime | None
    their_weeks: int | None
    only_about: str
    not_before: date | None


def facts_of(contact: Contact) -> Facts:
    """From a row that `with_facts` brought. A bad answer stands until it is put right, or another
    answer is better."""
    row = vars(contact)
    score = row["last_score"]
    unhappy = score is not None and score < FIRST_CONTENT and not row["last_settled"]
    return Facts(
        first_name=contact.first_name,
        last_score=score,
        last_answer_at=row["last_answer_at"],
        is_to_put_right=unhappy or row["wrong_by_hand"],
        last_asked_at=row["last_asked_at"],
        stopped_at=row["stopped_at"],
        their_weeks=row["their_weeks"],
        only_about=row["only_about"] or "",
        not_before=row["not_before"],
    )


def what_keeps(facts: Facts, *, business: Business, now: datetime) -> Sequence[KeptBack]:
    """What stands in the way of asking this person, the gravest first; nothing for who may be.

    Whether their kinds of people were compared, and whether the whole business pauses, is not
    about the person alone: `KindUnchecked` and `pause_of` say that.
    """
    found = [
        _stopped(facts),
        _put_right(facts),
        _not_before(facts, clock.today(business, now)),
        _asked(facts, business, now),
    ]
    return [one for one in found if one is not None]


def may_be_asked(contact: Contact, *, now: datetime) -> bool:
    """Whether nothing at all stands in the way, for an invitation that no person looks at.

    Whoever wants to hear of some kinds of people only is asked by somebody who compares. Two
    queries.
    """
    facts = facts_of(with_facts(Contact.objects.filter(pk=contact.pk)).get())
    return (
        not facts.only_about
        and not what_keeps(facts, business=contact.business, now=now)
        and pause_of(contact.business) is None
    )


def pause_of(business: Business) -> AsksPaused | None:
    """Why the whole business does not ask just now; None while it may. One query."""
    return _business_and_pause(business.pk)[1]


def _business_and_pause(key: UUID) -> tuple[Business, AsksPaused | None]:
    wrongs, unhappy = counts_of_unhappy()
    business = Business.objects.annotate(wrongs=wrongs, unhappy=unhappy).get(pk=key)
    return business, pause_from(vars(business)["wrongs"], vars(business)["unhappy"])


def counts_of_unhappy() -> tuple[Subquery, Subquery]:
    """What `pause_from` wants to know, as two columns of a query about the business."""
    answers = Feedback.objects.order_by("-answered_at", "-id")
    unhappy = answers.filter(pk__in=answers.values("pk")[:LAST_ANSWERS], score__lt=FIRST_CONTENT)
    return _count(_open_wrongs(), "contact"), _count(unhappy, "pk")


def pause_from(wrongs: int | None, bad: int | None) -> AsksPaused | None:
    """Why asking pauses, with so many people to put something right with, and so many of the last
    answers not happy ones; None while it does not."""
    wrongs, bad = wrongs or 0, bad or 0
    if wrongs >= WRONGS_AT_ONCE:
        return AsksPaused(
            f"Asking pauses: {_in_words(wrongs)} people wait for something to be put right."
        )
    if bad >= UNHAPPY_OF_THEM:
        return AsksPaused(
            f"Asking pauses: {_in_words(bad)} of the last answers you got were not happy ones."
        )
    return None


def refuse_at_gate(ask: Ask, *, now: datetime) -> None:
    """Raise the first `KeptBack` that stands in the way of this ask and was not overridden."""
    for obstacle in obstacles_of(ask, now=now):
        raise obstacle


def obstacles_of(ask: Ask, *, now: datetime) -> Sequence[KeptBack]:
    """Everything that stands in the way of this ask, what was overridden left out."""
    contacts = Contact.objects.filter(pk=ask.advocate.contact_id)
    facts = facts_of(with_facts(contacts, besides={ask.pk}).get())
    return _standing_in_way(ask, ask.business, facts, pause_of(ask.business), now)


def not_to_leave(keys: Mapping[UUID, bool], now: datetime) -> Mapping[UUID, datetime]:
    """Of asks whose letters are about to leave: which may not, and when to look again; `NEVER` for
    one that was answered or closed.

    `keys` are ids of asks, each with whether it is its reminder that leaves, for which the weeks
    between two asks do not count. Called for one business at a time; three queries, of the few
    columns that are wanted.
    """
    found = Ask.objects.filter(pk__in=keys).annotate(about=F("advocate__contact"))
    all_asks = list(found.only("business", "overridden", "checked_against", "state"))
    asks = [ask for ask in all_asks if ask.state == AskState.SENT]
    kept = {ask.pk: NEVER for ask in all_asks if ask.state != AskState.SENT}
    if not asks:
        return kept
    people = Contact.objects.filter(pk__in={vars(ask)["about"] for ask in asks}).only("name")
    facts = {row.pk: facts_of(row) for row in with_facts(people, besides=frozenset(keys))}
    business, pause = _business_and_pause(asks[0].business_id)
    for ask in asks:
        met = _standing_in_way(ask, business, facts[vars(ask)["about"]], pause, now)
        if keys[ask.pk]:
            met = [one for one in met if not isinstance(one, AskedLately | AskedEnough)]
        if met:
            kept[ask.pk] = max(_next_look(one, business, now) for one in met)
    return kept


def _standing_in_way(
    ask: Ask, business: Business, facts: Facts, pause: AsksPaused | None, now: datetime
) -> list[KeptBack]:
    found = [*what_keeps(facts, business=business, now=now)]
    if pause is not None:
        found.append(pause)
    if facts.only_about and facts.only_about != ask.checked_against:
        found.append(_unchecked(facts))
    return [one for one in found if one.is_binding or not ask.overrides(one.code)]


def _next_look(obstacle: KeptBack, business: Business, now: datetime) -> datetime:
    if obstacle.until is None:
        return now + LOOK_AGAIN
    day = datetime.combine(obstacle.until, time(), ZoneInfo(business.timezone))
    return max(day, now + timedelta(minutes=1))


def _stopped(facts: Facts) -> KeptBack | None:
    if facts.stopped_at is None:
        return None
    return AdvocateStopped(f"{facts.first_name} does not want to be asked for introductions.")


def _put_right(facts: Facts) -> KeptBack | None:
    if not facts.is_to_put_right:
        return None
    return PutRightFirst(
        f"There is something to put right with {facts.first_name} first. Until then nobody asks."
    )


def _not_before(facts: Facts, today: date) -> KeptBack | None:
    day = facts.not_before
    if day is None or day <= today:
        return None
    return NotBeforeTheirDay(
        f"{facts.first_name} does not want to be asked before {_said(day)}.", until=day
    )


def _asked(facts: Facts, business: Business, now: datetime) -> KeptBack | None:
    """The longer of the two rests counts; of two alike, the advocate's own."""
    if facts.last_asked_at is None:
        return None
    asked_on = clock.today(business, facts.last_asked_at)
    today = clock.today(business, now)
    theirs, ours = facts.their_weeks or 0, business.weeks_between_asks
    weeks = max(theirs, ours)
    until = asked_on + timedelta(weeks=weeks)
    if until <= today:
        return None
    if theirs and asked_on + timedelta(weeks=theirs) > today:
        until = asked_on + timedelta(weeks=theirs)
        often = "once a week" if theirs == 1 else f"once in {theirs} weeks"
        return AskedEnough(
            f"{facts.first_name} wants to be asked {often} at most: from {_said(until)} on.",
            until=until,
        )
    return AskedLately(
        f"{facts.first_name} was asked on {_said(asked_on)}. An ask rests until {_said(until)}.",
        until=until,
    )


def _unchecked(facts: Facts) -> KindUnchecked:
    return KindUnchecked(
        f"{facts.first_name} wants to be asked only about: {facts.only_about}. Say that this ask "
        "is about such people."
    )


def _open_wrongs() -> "QuerySet[Reminder]":
    """What is to be put right, less what a better answer has settled since."""
    last = Feedback.objects.filter(contact=OuterRef("contact_id"))
    newest = last.order_by("-answered_at", "-id").values("score")[:1]
    rows = Reminder.objects.open().filter(kind=ReminderKind.PUT_RIGHT)
    return rows.annotate(newest=Subquery(newest)).exclude(
        Q(subject_label=Feedback._meta.model_name) & Q(newest__gte=FIRST_CONTENT)
    )


def _count(rows: "QuerySet[Any]", what: str) -> Subquery:
    """How many different ones, over the whole business; null where there are none."""
    counted = rows.order_by().values("business_id").annotate(n=Count(what, distinct=True))
    return Subquery(counted.values("n"))


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _in_words(number: int) -> str:
    names = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return names[number] if number < len(names) else str(number)
