"""What follow-up plans that begin with an answer are for, and what begins them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from activity.models import Event
from feedback.models import Feedback
from outreach.models import Answers, Enrolment, Trigger
from outreach.purposes import Purpose, Stand
from outreach.services import begin_plans, stop_what_is_over


def begin_with_answer(*, event: Event, now: datetime) -> None:
    """Later than feedback.answered: a newer answer ends what the one before began.

    One that was heard before the latest, and kept only now, begins and ends nothing.
    """
    answer = Feedback.objects.select_related("business", "contact").get(pk=event.subject_id)
    rows = Feedback.objects.filter(contact=answer.contact_id)
    if rows.filter(answered_at__gt=answer.answered_at).exists():
        return
    for earlier in _answers_before(answer):
        stop_what_is_over(subject=earlier, now=now)
    begin_plans(
        business=answer.business,
        trigger=Trigger.FEEDBACK,
        contact=answer.contact,
        subject=answer,
        dedupe=f"feedback:{answer.pk}",
        answer=_which(answer),
        since=event.recorded_at,
        now=now,
    )


def _which(answer: Feedback) -> Answers:
    if answer.is_promoter:
        return Answers.PROMOTER
    return Answers.PASSIVE if answer.is_passive else Answers.DETRACTOR


def _answers_before(answer: Feedback) -> Sequence[Feedback]:
    """Those that began a plan; of one that came to its end a letter may still wait for a look."""
    begun = Enrolment.objects.filter(
        contact=answer.contact_id, subject_label=Feedback._meta.model_name
    )
    return list(Feedback.objects.filter(pk__in=begun.values("subject_id")).exclude(pk=answer.pk))


def _look(enrolments: Sequence[Enrolment]) -> Mapping[UUID, Stand]:
    answers = Feedback.objects.in_bulk([one.subject_id for one in enrolments])
    latest = dict(
        Feedback.objects.filter(contact__in={one.contact_id for one in enrolments})
        .order_by()
        .values("contact_id")
        .annotate(latest=Max("answered_at"))
        .values_list("contact_id", "latest")
    )
    return {
        one.pk: Stand(
            "They answered again."
            if latest[one.contact_id] > answers[one.subject_id].answered_at
            else ""
        )
        for one in enrolments
    }


ANSWERED = Purpose(look=_look)
