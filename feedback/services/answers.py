"""Keeping an answer, and seeing that a bad one is put right."""

from datetime import datetime, timedelta

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.models import Membership
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import LONGEST_TEXT, Contact
from feedback.models import HIGHEST_SCORE, Feedback, FeedbackRequest
from outreach.models import Reminder, ReminderKind
from outreach.services import add_reminder

# A question can be answered so long, and an answer put in other words so long after the first.
ANSWERABLE_FOR = timedelta(days=90)
CHANGEABLE_FOR = timedelta(days=30)


class ScoreOutOfRange(Refusal):
    message = "Please choose a number from 0 to 10."
    code = "score_out_of_range"
    status = 422


class AnswerFixed(Refusal):
    message = "It has been a while, so this answer stays as it is. You can still write to us."
    code = "answer_fixed"


class AnswerNeeded(Refusal):
    message = "Please answer the question first."
    code = "answer_needed"


class WishNeeded(Refusal):
    message = "Write a few words, or just leave the page."
    code = "wish_needed"
    status = 422


def may_answer(request: FeedbackRequest, now: datetime) -> bool:
    """Whether the question is still open, or its answer can still become another."""
    if request.answered_at is None:
        return now < request.asked_at + ANSWERABLE_FOR
    return now < request.answered_at + CHANGEABLE_FOR


def answer_request(*, request: FeedbackRequest, score: int, why: str, now: datetime) -> Feedback:
    """The customer's answer by their link. Another one later is a row of its own.

    The same answer again is the one that is there. Raises `ScoreOutOfRange`, and `AnswerFixed`
    once it is too late.
    """
    request = locked(request)
    latest = latest_answer(request)
    if latest is not None and (latest.score, latest.why) == (score, _clean(why)):
        return latest
    if not may_answer(request, now):
        raise AnswerFixed
    return record_feedback(
        contact=request.contact,
        score=score,
        why=why,
        request=request,
        by=Actor.contact(request.contact_id),
        now=now,
    )


def latest_answer(request: FeedbackRequest) -> Feedback | None:
    """The answer that holds."""
    return request.answers.order_by("-answered_at", "-id").first()


def record_feedback(
    *,
    contact: Contact,
    score: int,
    why: str = "",
    request: FeedbackRequest | None = None,
    asked_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Feedback:
    """Keep the answer. After one of 0 to 6 the owner is reminded today to put things right.

    What an earlier answer left to be put right is settled by this one: by 7 or more for good, and
    by 0 to 6 because its own reminder stands for both. Raises `ScoreOutOfRange`.
    """
    if not 0 <= score <= HIGHEST_SCORE:
        raise ScoreOutOfRange
    business = contact.business
    feedback = Feedback.objects.create(
        business=business,
        contact=contact,
        request=request,
        score=score,
        why=_clean(why),
        asked_at=request.asked_at if request else asked_at,
        answered_at=now,
        created_at=now,
    )
    if request is not None and request.answered_at is None:
        request.answered_at = now
        request.save(update_fields=["answered_at"])
    record_event(
        business=business,
        name="feedback.answered",
        actor=by,
        subject=feedback,
        about=[contact],
        payload={"score": score},
        now=now,
    )
    whose = _settle_earlier(contact, now)
    if feedback.is_detractor:
        _remind_to_put_right(feedback, whose, by, now)
    return feedback


def _remind_to_put_right(
    feedback: Feedback, whose: Membership | None, by: Actor, now: datetime
) -> None:
    add_reminder(
        business=feedback.business,
        kind=ReminderKind.PUT_RIGHT,
        contact=feedback.contact,
        subject=feedback,
        due_on=clock.today(feedback.business, now),
        assignee=whose,
        dedupe=f"feedback:{feedback.pk}",
        by=by,
        now=now,
    )


def add_wish(*, feedback: Feedback, wish: str, now: datetime) -> Feedback:
    """What would make it better, beside the answer; said once, and again it changes nothing.

    Raises `WishNeeded`, and `AnswerFixed` for other words than those kept.
    """
    wish = _clean(wish)
    if not wish:
        raise WishNeeded
    feedback = locked(feedback)
    if feedback.wish == wish:
        return feedback
    if feedback.wish:
        raise AnswerFixed("You have told us already, and it is read. Thank you.")
    feedback.wish = wish
    feedback.save(update_fields=["wish"])
    record_event(
        business=feedback.business,
        name="feedback.added_to",
        actor=Actor.contact(feedback.contact_id),
        subject=feedback,
        about=[feedback.contact],
        now=now,
    )
    return feedback


def _settle_earlier(contact: Contact, now: datetime) -> Membership | None:
    """Close what earlier answers left to be put right; to whom the last of it was handed."""
    open_ones = Reminder.objects.open().filter(
        contact=contact, kind=ReminderKind.PUT_RIGHT, subject_label=Feedback._meta.model_name
    )
    earlier = list(open_ones.select_related("assignee").order_by("-created_at", "-id"))
    if not earlier:
        return None
    Reminder.objects.filter(pk__in=[one.pk for one in earlier]).update(closed_at=now)
    whose = earlier[0].assignee
    return whose if whose is not None and whose.may_write else None


def _clean(text: str) -> str:
    even = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return even.strip()[:LONGEST_TEXT]
