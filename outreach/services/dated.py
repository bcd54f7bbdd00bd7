"""Plans that a day begins, not an event: looked for by a sweep, each begun once."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from businesses.models import Business
from contacts.models import Contact
from contacts.querysets import ContactQuerySet
from contacts.states import Circle
from outreach.models import Enrolment, Trigger
from outreach.services.cadences import begin_plans

# So long after the day itself a letter is proposed: until then Today says so, and that is enough.
OVERDUE = timedelta(days=7)
QUIET = timedelta(days=60)
# Nobody is put on such a plan again before.
REST = timedelta(days=60)


def begin_overdue_touches(*, business: Business, today: date, now: datetime) -> int:
    """People of the inner circle who have waited for a week; how many plans began."""
    waiting = Contact.objects.filter(circle=Circle.INNER, next_touch_on__lte=today - OVERDUE)
    return _begin(business, Trigger.TOUCH_DUE, waiting, now)


def begin_quiet_partners(*, business: Business, today: date, now: datetime) -> int:
    """At each partner firm the person last spoken with, where that was long ago."""
    partners = Contact.objects.filter(
        company__partner_since__lte=today - QUIET, last_touch_on__isnull=False
    )
    latest = partners.order_by("company_id", "-last_touch_on", "id").distinct("company_id")
    quiet = Contact.objects.filter(pk__in=latest.values("pk"), last_touch_on__lte=today - QUIET)
    return _begin(business, Trigger.PARTNER_QUIET, quiet, now)


def _begin(business: Business, trigger: Trigger, people: ContactQuerySet, now: datetime) -> int:
    lately = Enrolment.objects.filter(
        contact=OuterRef("pk"), cadence__trigger=trigger, created_at__gt=now - REST
    )
    found: Iterable[Contact] = people.filter(~Exists(lately)).order_by("id")
    return sum(
        len(
            begin_plans(
                business=business,
                trigger=trigger,
                contact=contact,
                subject=contact,
                dedupe=f"{contact.pk}:{contact.last_touch_on or ''}",
                now=now,
            )
        )
        for contact in found
    )
