"""The dry run: which steps fall due by when, to whom, in which words. Looking changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from businesses.models import Business
from outreach.cadences import mail_kind_of
from outreach.carried import as_read
from outreach.gate import first_moment
from outreach.models import CadenceStep, Enrolment, Message
from outreach.preview import OWN_LINK
from outreach.querysets import EnrolmentQuerySet
from outreach.services.standing import Standing, standing_of
from outreach.states import MailKind
from outreach.timing import step_due
from outreach.words import filled
from outreach.writing import subject_as_sent


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that will be taken, to whom, in which words; or why not, as things stand.

    It falls due `at`. What leaves by itself does so at `leaves_at`, within hours, limits aside.
    """

    at: datetime
    leaves_at: datetime | None
    enrolment: Enrolment
    step: CadenceStep
    subject: str
    words: str
    why_not: str

    @property
    def told_at(self) -> datetime:
        """When something comes of it: the letter leaves, or it is the owner's turn."""
        return self.leaves_at or self.at


def whose_steps_come(*, until: datetime) -> EnrolmentQuerySet:
    """Those with a step that falls due by then. By `due_at` and `id` they come a page at a time."""
    return Enrolment.objects.due(until).for_list()


def what_is_coming(
    *, business: Business, enrolments: Sequence[Enrolment], now: datetime, until: datetime
) -> Sequence[Coming]:
    """Each step of these that falls due by then, in order, as things stand now.

    What a step further on will be depends on what people do meanwhile, and this supposes nothing.
    """
    standing = standing_of(business=business, enrolments=enrolments, now=now)
    coming = [
        one
        for enrolment in enrolments
        for one in _of(standing[enrolment.pk], business=business, now=now, until=until)
    ]
    return sorted(coming, key=lambda one: one.told_at)


def _of(
    standing: Standing, *, business: Business, now: datetime, until: datetime
) -> Iterator[Coming]:
    """The next step falls due when the plan says so, and each further one counts from that.

    The days of one that they had before it was moved there go by, and nothing is done.
    """
    enrolment = standing.enrolment
    at, is_next = enrolment.due_at or now, True
    for step in enrolment.steps_to_come:
        if not is_next:
            at = step_due(step, business=business, after=at, anchor_on=enrolment.anchor_on)
        is_next = False
        if at > until:
            return
        if step.position not in enrolment.places_had:
            yield _coming(standing, step, max(at, now), business)


def _coming(standing: Standing, step: CadenceStep, at: datetime, business: Business) -> Coming:
    enrolment = standing.enrolment
    kind = mail_kind_of(enrolment.cadence.trigger)
    why_not = standing.over or standing.why_skipped(step)
    letter = Message(is_ask=kind == MailKind.ASKS) if step.automatic and not why_not else None
    zones = [enrolment.contact.timezone]
    return Coming(
        at=at,
        leaves_at=first_moment(letter, business, zones, at) if letter else None,
        enrolment=enrolment,
        step=step,
        subject=subject_as_sent(filled(step.subject, standing.fields), kind),
        words=filled(as_read(step.words, OWN_LINK), standing.fields),
        why_not=why_not,
    )
