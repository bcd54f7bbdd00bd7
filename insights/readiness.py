"""Who is ready to be asked for an introduction, and why: in words, never as a number.

What stands in the way is judged by the gate itself (`introductions.gate`), so that a page never
says *ready* of somebody whom the gate would keep back. The rest is what is known: that they are
happy with us, when we last spoke, whether we thanked them and told them how it went.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Case, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from businesses import clock
from businesses.models import Business
from contacts.models import Contact, Interaction
from contacts.states import Circle, InteractionKind
from feedback.models import FIRST_CONTENT, FIRST_PROMOTING
from introductions.gate import (
    AsksPaused,
    Facts,
    KeptBack,
    facts_of,
    pause_of,
    what_keeps,
    with_facts,
)
from introductions.models import Advocate, Ask, Introduction
from introductions.states import NOT_MADE, OPEN, AskState, Hears, Wants
from outreach.models import Message, Reminder, ReminderKind, Suppression
from outreach.services.suppression import address_hash
from outreach.states import LEFT, MailKind
from referrals.messages import PROGRESS
from referrals.models import Referral, ThankYou
from referrals.states import ReferralState

YEAR = timedelta(days=365)
# A rest that is over so soon is said as *soon*.
ALMOST = timedelta(weeks=2)
# So long we may be silent before a friend should hear something else from us than an ask.
SILENT = timedelta(days=180)
LATELY = timedelta(days=90)
# Beyond this nobody reads a list of people to ask.
MOST_SHOWN = 200

_CLOSED = (ReferralState.WON, ReferralState.LOST)


class Readiness(StrEnum):
    """How it stands with asking somebody."""

    READY = "ready"
    SOON = "soon"
    REST = "rest"
    PUT_RIGHT = "put_right"
    YOU_DECIDE = "you_decide"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody is ready to be asked, and why, in sentences."""

    contact: Contact
    readiness: Readiness
    reasons: Sequence[str]
    last_asked_at: datetime | None
    # What they want to be asked about, in their words; a person compares it with the ask.
    only_about: str = ""
    # What the gate says, of which the reasons tell.
    kept: Sequence[KeptBack] = ()

    @property
    def contact_id(self) -> UUID:
        return self.contact.pk


def standing_of(contact: Contact, *, business: Business, now: datetime) -> Standing:
    """How it stands with one person. Three queries."""
    rows = Contact.objects.filter(pk=contact.pk)
    [found] = standings(rows, business=business, pause=pause_of(business), now=now)
    return found


def standings(
    contacts: "QuerySet[Contact]", *, business: Business, pause: AsksPaused | None, now: datetime
) -> list[Standing]:
    """How it stands with each, in their order. Two queries, however many there are."""
    rows = with_known(contacts, now=now)
    return standings_of_rows(list(rows), business=business, pause=pause, now=now)


def standings_of_rows(
    rows: Sequence[Contact], *, business: Business, pause: AsksPaused | None, now: datetime
) -> list[Standing]:
    """`standings` for rows that `with_known` brought. One query."""
    stopped = _stopped_mail(business, rows)
    return [
        judged(row, business=business, pause=pause, wants_no_mail=row.pk in stopped, now=now)
        for row in rows
    ]


def askable() -> "QuerySet[Contact]":
    """Those whom somebody may think of asking: the two nearest circles, and all advocates."""
    advocates = Advocate.objects.values("contact")
    near = Q(circle__in=[Circle.INNER, Circle.CLOSE]) | Q(pk__in=advocates)
    return Contact.objects.filter(near).exclude(circle=Circle.PASSING).filter(rests="")


def with_known(contacts: "QuerySet[Contact]", *, now: datetime) -> "QuerySet[Contact]":
    """The contacts with all that `judged` reads, in one query."""
    person = OuterRef("pk")
    waiting = Ask.objects.filter(advocate__contact=person, state=AskState.SENT, due_at__gt=now)
    later = Reminder.objects.open().filter(contact=person, kind=ReminderKind.ASK)
    wrongs = Reminder.objects.open().filter(contact=person, kind=ReminderKind.PUT_RIGHT)
    thanks = ThankYou.objects.filter(advocate__contact=person)
    given = thanks.filter(closed_at__isnull=False).exclude(how="").order_by()
    gifts = Interaction.objects.filter(contact=person, kind=InteractionKind.GIFT).order_by()
    made = Introduction.objects.filter(advocate__contact=person)
    last = made.exclude(state__in=NOT_MADE).order_by("-created_at", "-id")
    referral = Referral.objects.filter(introduction=OuterRef("last_introduction"))
    # News of how it ended, to this person: what told of an earlier step was written before.
    told = Message.objects.filter(
        subject_label=Referral._meta.model_name,
        subject_id=OuterRef("last_referral"),
        recipients__contact=person,
        kind=PROGRESS,
        created_at__gte=OuterRef("last_moved_at"),
        state__in=LEFT,
    )
    return with_facts(contacts).annotate(
        is_waiting=Exists(waiting),
        is_on_list=Exists(wrongs),
        ask_later_on=Subquery(
            later.order_by().values("contact").annotate(d=Min("due_on")).values("d")
        ),
        is_owed_thanks=Exists(thanks.due()),
        thanked_at=Subquery(
            given.values("advocate__contact").annotate(at=Max("closed_at")).values("at")
        ),
        gift_at=Subquery(gifts.values("contact").annotate(at=Max("occurred_at")).values("at")),
        last_introduction=Subquery(last.values("id")[:1]),
        last_introduction_state=Subquery(last.values("state")[:1]),
        last_wants=Subquery(last.values("wants")[:1]),
        last_hears=Subquery(last.values("advocate_hears")[:1]),
        last_referral=Subquery(referral.values("id")[:1]),
        last_referral_state=Subquery(referral.values("state")[:1]),
        last_moved_at=Subquery(referral.values("moved_at")[:1]),
        was_told=Exists(told),
    )


def judged(
    row: Contact,
    *,
    business: Business,
    pause: AsksPaused | None,
    wants_no_mail: bool = False,
    now: datetime,
) -> Standing:
    """From a row that `with_known` brought."""
    facts, today = facts_of(row), clock.today(business, now)
    kept = [*what_keeps(facts, business=business, now=now), *([pause] if pause else [])]
    resting = _why_left_alone(row, today, wants_no_mail=wants_no_mail)
    first = _to_do_first(row, facts, today)
    good = _speaks_for_it(row, facts, today, now)
    readiness = _readiness(kept, resting, first, good, today)
    reasons = [*(one.message for one in kept), *resting, *first]
    if readiness in (Readiness.READY, Readiness.YOU_DECIDE, Readiness.SOON):
        reasons += [*good, *_besides(row, facts, today)]
    if readiness == Readiness.YOU_DECIDE and not reasons:
        reasons = [f"Nothing is known yet of how {row.first_name} finds you."]
    return Standing(row, readiness, reasons, facts.last_asked_at, facts.only_about, kept)


def _readiness(
    kept: Sequence[KeptBack],
    resting: Sequence[str],
    first: Sequence[str],
    good: Sequence[str],
    today: date,
) -> Readiness:
    if any(one.code == "put_right_first" for one in kept):
        return Readiness.PUT_RIGHT
    if resting or any(one.until is None or one.until > today + ALMOST for one in kept):
        return Readiness.REST
    if kept or first:
        return Readiness.SOON
    return Readiness.READY if good else Readiness.YOU_DECIDE


def _why_left_alone(row: Contact, today: date, *, wants_no_mail: bool) -> list[str]:
    """What is not the gate's to say: an ask would not reach them, or somebody chose to wait."""
    name, known = row.first_name, vars(row)
    says: list[str] = []
    if row.rests:
        says.append(f"{name} is left in peace.")
    elif not row.email:
        says.append(f"There is no e-mail address of {name} here.")
    elif wants_no_mail:
        says.append(f"{name} wants no mail that asks.")
    if known["is_waiting"]:
        says.append(f"{name} has an ask from you that is not answered yet.")
    later: date | None = known["ask_later_on"]
    if later is not None and later > today:
        says.append(f"You wanted to leave {name} alone until {_said(later)}.")
    return says


def _to_do_first(row: Contact, facts: Facts, today: date) -> list[str]:
    """What a friend should get before they are asked for more."""
    name, known = row.first_name, vars(row)
    says: list[str] = []
    if known["is_on_list"] and not facts.is_to_put_right:
        says.append(f"To put something right with {name} is still on your list.")
    if known["is_owed_thanks"]:
        says.append(f"{name} waits to be thanked: do that first.")
    if known["last_referral_state"] in _CLOSED and _waits_to_hear(row):
        says.append(f"{name} has not heard how the last introduction ended: tell them first.")
    elif known["last_introduction_state"] in OPEN:
        says.append(f"The last introduction by {name} is still under way.")
    if row.last_touch_on is not None and row.last_touch_on < today - SILENT:
        says.append(f"You have not spoken since {_said(row.last_touch_on)}: be in touch first.")
    if _is_content_only(row, facts):
        says.append(f"{name} was content, not more: ask first what would make it better.")
    return says


def _speaks_for_it(row: Contact, facts: Facts, today: date, now: datetime) -> list[str]:
    """That they are happy with us: they said so, one of us knows, or they stayed for years."""
    name = row.first_name
    score, answered_at = facts.last_score, facts.last_answer_at
    if score is not None and answered_at is not None and score >= FIRST_PROMOTING:
        if answered_at >= now - timedelta(days=31):
            return [f"{name} was very happy with you this month."]
        if answered_at >= now - YEAR:
            return [f"{name} was very happy with you when you last asked."]
    if row.happy_on is not None and row.happy_on > today - YEAR:
        return [f"You know that {name} is happy, since {_said(row.happy_on)}."]
    if score is None and row.customer_since and row.circle == Circle.INNER:
        since = row.customer_since.year
        return [f"{name} has been a customer since {since} and is in your inner circle."]
    return []


def _waits_to_hear(row: Contact) -> bool:
    """Whether news of how it ended is owed: wanted, allowed, and not told yet."""
    known = vars(row)
    is_wanted = known["last_hears"] == Hears.OUTCOME and known["last_wants"] != Wants.NOTHING
    if known["was_told"] or not is_wanted:
        return False
    # Whoever has no address hears it from you.
    spoken = row.last_touch_on is not None and row.last_touch_on >= known["last_moved_at"].date()
    return bool(row.email) or not spoken


def _besides(row: Contact, facts: Facts, today: date) -> list[str]:
    """What else is good to know before asking."""
    known = vars(row)
    says: list[str] = []
    if row.circle == Circle.PASSING:
        says.append("You know each other only in passing, so nobody proposes it.")
    if row.last_touch_on is not None and row.last_touch_on >= today - LATELY:
        says.append(f"You were in touch on {_said(row.last_touch_on)}.")
    done = max(filter(None, (known["thanked_at"], known["gift_at"])), default=None)
    if done is not None and done.date() >= today - YEAR:
        what = "gave them something" if done == known["gift_at"] else "thanked them"
        says.append(f"You {what} on {_said(done.date())}.")
    if facts.only_about:
        says.append(f"{row.first_name} wants to be asked only about: {facts.only_about}")
    return says


def _is_content_only(row: Contact, facts: Facts) -> bool:
    """7 or 8 at last, and nobody of us knows better since."""
    score, at = facts.last_score, facts.last_answer_at
    if score is None or at is None or not FIRST_CONTENT <= score < FIRST_PROMOTING:
        return False
    return row.happy_on is None or row.happy_on < at.date()


def _stopped_mail(business: Business, rows: Iterable[Contact]) -> set[UUID]:
    """Whose address gets no mail that asks."""
    hashes = {address_hash(row.email): row.pk for row in rows if row.email}
    stopped = Suppression.objects.stopping(MailKind.ASKS).filter(
        business=business, address_hash__in=hashes
    )
    return {hashes[one] for one in stopped.values_list("address_hash", flat=True)}


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def by_readiness(found: Iterable[Standing]) -> Mapping[Readiness, list[Standing]]:
    """The same, in groups: who is ready first, then what is to be put right, and so on."""
    order = (
        Readiness.READY,
        Readiness.SOON,
        Readiness.YOU_DECIDE,
        Readiness.PUT_RIGHT,
        Readiness.REST,
    )
    together: dict[Readiness, list[Standing]] = {one: [] for one in order}
    for one in found:
        together[one.readiness].append(one)
    return together


def nearest_first(contacts: "QuerySet[Contact]") -> "QuerySet[Contact]":
    """The inner circle, then the close one, then the others; each by name."""
    near = Case(
        When(circle=Circle.INNER, then=Value(0)),
        When(circle=Circle.CLOSE, then=Value(1)),
        default=Value(2),
    )
    return contacts.order_by(near, "name_key", "id")
