"""Keeping an answer, and seeing that a bad one is put right."""

from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.refusals import Refusal
from contacts.models import LONGEST_TEXT, Contact
from feedback.models import HIGHEST_SCORE, Feedback
from outreach.services import add_reminder


class ScoreOutOfRange(Refusal):
    message = "Please choose a number from 0 to 10."
    code = "score_out_of_range"
    status = 422


def record_feedback(
    *,
    contact: Contact,
    score: int,
    why: str = "",
    asked_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Feedback:
    """Keep the answer. After one of 0 to 6 the owner is reminded today to put things right.

    Raises `ScoreOutOfRange`.
    """
    if not 0 <= score <= HIGHEST_SCORE:
        raise ScoreOutOfRange
    business = contact.business
    feedback = Feedback.objects.create(
        business=business,
        contact=contact,
        score=score,
        why=why.replace("\0", "").strip()[:LONGEST_TEXT],
        asked_at=asked_at,
        answered_at=now,
        created_at=now,
    )
    record_event(
        business=business,
        name="feedback.answered",
        actor=by,
        subject=feedback,
        about=[contact],
        payload={"score": score},
        now=now,
    )
    if feedback.is_detractor:
        add_reminder(
            business=business,
            kind="put_right",
            contact=contact,
            subject=feedback,
            due_on=clock.today(business, now),
            dedupe=f"feedback:{feedback.pk}",
            by=by,
            now=now,
        )
    return feedback
