"""Plans that a day begins, not an event: looked for by a sweep, each begun once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q

from activity.actors import SYSTEM
from businesses.models import Business
from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from contacts.states import Circle
from outreach.models import Enrolment, EnrolmentState, Reminder, StepTaken, Trigger
from outreach.querysets import EnrolmentQuerySet
from outreach.services.cadences import FORMER, enrol, plans_that_begin

# So long after the day itself a letter is proposed: until then Today says so, and that is enough.
OVERDUE = timedelta(days=7)
QUIET = timedelta(days=60)
# Nobody is put on such a plan again before.
REST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Beginner:
    """Somebody for whom a day begins a plan; `anchor_on` is that day, where it is known before."""

    contact: Contact
    dedupe: str
    anchor_on: date | None = None


def begin_overdue_touches(*, business: Business, today: date, now: datetime) -> int:
    """People of the inner circle who have waited for a week; how many plans began."""
    waiting = Contact.objects.filter(circle=Circle.INNER, next_touch_on__lte=today - OVERDUE)
    return _begin(business, Trigger.TOUCH_DUE, waiting, today, now)


def begin_quiet_partners(*, business: Business, today: date, now: datetime) -> int:
    """At each partner firm that is quiet the person last spoken with, or any where nobody was.

    Not one who is left in peace: then another of the firm.
    """
    partners = Contact.objects.filter(company__partner_since__lte=today - QUIET)
    spoken = Contact.objects.filter(company=OuterRef("company"), last_touch_on__gt=today - QUIET)
    quiet = partners.filter(~Exists(spoken), rests="")
    latest = quiet.order_by("company_id", F("last_touch_on").desc(nulls_last=True), "id")
    nearest = latest.distinct("company_id")
    people = Contact.objects.filter(pk__in=nearest.values("pk"))
    return _begin(business, Trigger.PARTNER_QUIET, people, today, now)


def begin_for_all(
    *, business: Business, trigger: Trigger, who: Callable[[], Iterable[Beginner]], now: datetime
) -> int:
    """Put each on every plan that begins with this, once for the same `dedupe`; how many began.

    Where no such plan is on nobody is looked for, and whoever was on it for the same costs nothing.
    """
    plans = plans_that_begin(business=business, trigger=trigger, now=now)
    if not plans:
        return 0
    people = list(who())
    rows = Enrolment.objects.filter(cadence__in=plans, dedupe__in=[one.dedupe for one in people])
    known = set(rows.values_list("cadence_id", "dedupe"))
    begun = [
        enrol(
            cadence=plan,
            contact=one.contact,
            subject=one.contact,
            dedupe=one.dedupe,
            anchor_on=one.anchor_on,
            by=SYSTEM,
            now=now,
        )
        for one in people
        for plan in plans
        if (plan.pk, one.dedupe) not in known
    ]
    return sum(enrolment is not None for enrolment in begun)


def _begin(
    business: Business, trigger: Trigger, people: ContactQuerySet, today: date, now: datetime
) -> int:
    def who() -> Iterable[Beginner]:
        found = people.filter(~Exists(_resting(business, trigger, today))).order_by("id")
        return [Beginner(contact, f"{contact.pk}:{today}") for contact in found]

    return begin_for_all(business=business, trigger=trigger, who=who, now=now)


def _resting(business: Business, trigger: Trigger, today: date) -> EnrolmentQuerySet:
    """Who was put on such a plan lately, is on it, or still has waiting what it made; and for whom
    somebody stopped it, until they were in touch."""
    then = datetime.combine(today - REST, time.max, ZoneInfo(business.timezone))
    waiting = Reminder.objects.open().filter(pk=OuterRef("reminder"))
    made = StepTaken.objects.filter(Exists(waiting), enrolment=OuterRef("pk"))
    was_stopped = Q(state=EnrolmentState.STOPPED) & ~Q(dedupe__contains=FORMER)
    last_touch_on = F("contact__last_touch_on")
    is_untouched = Q(contact__last_touch_on=None) | Q(created_at__date__gt=last_touch_on)
    return Enrolment.objects.filter(
        Q(created_at__gt=then)
        | Q(state=EnrolmentState.ACTIVE)
        | Exists(made)
        | (was_stopped & is_untouched),
        contact=OuterRef("pk"),
        cadence__trigger=trigger,
    )
