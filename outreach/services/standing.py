"""How it stands with people on follow-up plans: what is over, and what a step would say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from businesses.models import Business
from contacts.models import Interaction
from contacts.states import TOUCHES
from outreach.cadences import fields_of, mail_kind_of
from outreach.carried import FIELD, carries, questions
from outreach.models import (
    CadenceStep,
    Condition,
    Enrolment,
    StepKind,
    StepTaken,
    Suppression,
)
from outreach.purposes import Stand, purpose_of
from outreach.senders import owner_of
from outreach.services.suppression import address_hash
from outreach.states import MailKind

IN_TOUCH = "You were in touch."
REMINDER_DONE = "You did what you were reminded of."
IN_PEACE = "Left in peace."


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one enrolment, now."""

    enrolment: Enrolment
    over: str
    fields: Mapping[str, str]
    is_in_touch: bool
    wants_no_mail: bool
    was_asked_lately: bool = False
    is_reminder_done: bool = False

    def why_skipped(self, step: CadenceStep) -> str:
        """Why this step would not be taken; empty when it would."""
        contact = self.enrolment.contact
        if step.condition == Condition.NO_TOUCH and self.is_in_touch:
            return IN_TOUCH
        if step.condition == Condition.NO_TOUCH and self.is_reminder_done:
            return REMINDER_DONE
        if step.kind == StepKind.LETTER and not contact.email:
            return "There is no e-mail address."
        if step.kind == StepKind.LETTER and self.wants_no_mail:
            return f"{contact.first_name} wants no mail."
        if self.was_asked_lately and carries(step.words):
            return f"{contact.first_name} was asked how it was, or answered, within three months."
        return ""


def standing_of(
    *, business: Business, enrolments: Sequence[Enrolment], now: datetime
) -> Mapping[UUID, Standing]:
    """How it stands with each; few queries, however many there are."""
    stands = _stands(enrolments)
    touched, done = touched_since(enrolments), _whose_reminder_is_done(enrolments)
    hashes = {one.pk: address_hash(one.contact.email) for one in enrolments if one.contact.email}
    stopped = set(
        Suppression.objects.filter(
            business=business, address_hash__in=set(hashes.values())
        ).values_list("address_hash", "kind")
    )
    resting = _asked_lately(enrolments, now)
    common = {"firm": business.name, "sender": owner_of(business).first_name}
    return {
        one.pk: Standing(
            enrolment=one,
            over=stands[one.pk].over,
            fields=_known(one, {**common, **stands[one.pk].fields}),
            is_in_touch=one.pk in touched,
            wants_no_mail=any(
                (hashes.get(one.pk), kind) in stopped
                for kind in (MailKind.ALL, mail_kind_of(one.cadence.trigger))
            ),
            was_asked_lately=one.contact_id in resting,
            is_reminder_done=one.pk in done,
        )
        for one in enrolments
    }


def what_is_over(enrolments: Sequence[Enrolment]) -> Mapping[UUID, str]:
    """Why each is over; empty while it is not."""
    return {key: stand.over for key, stand in _stands(enrolments).items()}


def touched_since(enrolments: Sequence[Enrolment]) -> set[UUID]:
    """Those with whose person the owner was in touch after it had begun."""
    latest: dict[UUID, datetime] = dict(
        Interaction.objects.filter(
            contact__in={one.contact_id for one in enrolments}, kind__in=TOUCHES
        )
        .order_by()
        .values("contact_id")
        .annotate(latest=Max("occurred_at"))
        .values_list("contact_id", "latest")
    )
    return {
        one.pk
        for one in enrolments
        if one.touched_at is not None
        or ((at := latest.get(one.contact_id)) is not None and at >= one.created_at)
    }


def _whose_reminder_is_done(enrolments: Sequence[Enrolment]) -> set[UUID]:
    """Those that reminded of ringing or meeting somebody, and it was said to be done."""
    done = StepTaken.objects.filter(enrolment__in=enrolments, reminder__done_at__isnull=False)
    return set(done.to_be_in_touch().values_list("enrolment_id", flat=True))


def until_touched(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    """For plans whose whole purpose is to be in touch again."""
    touched = touched_since(enrolments)
    return {one.pk: Stand(over=IN_TOUCH if one.pk in touched else "") for one in enrolments}


def _stands(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    by_trigger: dict[str, list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        by_trigger[enrolment.cadence.trigger].append(enrolment)
    found: dict[UUID, Stand] = {}
    for trigger, together in by_trigger.items():
        found.update(purpose_of(trigger).look(together))
    resting = {one.pk: Stand(over=IN_PEACE) for one in enrolments if one.contact.rests}
    return found | resting


def _asked_lately(enrolments: Sequence[Enrolment], now: datetime) -> set[UUID]:
    """Whom a step that asks how it was would ask too early; no query where none can."""
    asking = {one.contact_id for one in enrolments if FIELD in fields_of(one.cadence.trigger)}
    return questions().asked_lately(contacts=asking, now=now) if asking else set()


def _known(enrolment: Enrolment, fields: Mapping[str, str]) -> Mapping[str, str]:
    known = fields_of(enrolment.cadence.trigger)
    named = {"first_name": enrolment.contact.first_name, **fields}
    return {name: value for name, value in named.items() if name in known}
