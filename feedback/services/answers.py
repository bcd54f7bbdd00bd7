"""Keeping an answer, and seeing that a bad one is put right."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from activity.actors import Actor
from activity.services import record_event
from businesses import clock
from businesses.models import Membership
from businesses.presses import SAME_PRESS
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import LONGEST_TEXT, Contact
from feedback.models import FIRST_CONTENT, HIGHEST_SCORE, Feedback, FeedbackRequest
from outreach.models import Reminder, ReminderKind
from outreach.services import add_reminder, look_again_at_asks

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


class HeardOnNotPossible(Refusal):
    message = "Choose today or a day of the last ninety."
    code = "heard_on_not_possible"
    status = 422


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


def keep_heard_answer(
    *,
    contact: Contact,
    score: int,
    why: str = "",
    heard_on: date | None = None,
    heard_by: Membership | None = None,
    by: Actor,
    now: datetime,
) -> Feedback:
    """An answer that came by phone or at the counter, with the consequences of the customer's own.

    It answers the question that is open for them, if there is one, so that the page behind its link
    goes on from here and nobody is invited twice. `heard_on` is a day of the last ninety, today if
    it is left out. One that is older than their latest answer is kept as history, and nothing
    follows from it. Pressed twice it is kept once. Raises `ScoreOutOfRange`,
    `HeardOnNotPossible`.
    """
    contact = locked(contact)
    heard_at = _moment_of(contact, heard_on, now)
    same = Feedback.objects.filter(contact=contact, score=score, why=_clean(why), heard_by=heard_by)
    known = same.filter(created_at__gt=now - SAME_PRESS).first()
    if known is not None:
        return known
    return record_feedback(
        contact=contact,
        score=score,
        why=why,
        request=_open_question(contact, heard_at),
        heard_by=heard_by,
        answered_at=heard_at,
        by=by,
        now=now,
    )


def _moment_of(contact: Contact, day: date | None, now: datetime) -> datetime:
    """Today's is now; of an earlier day nobody knows the hour, so it is noon."""
    today = clock.today(contact.business, now)
    if day is None or day == today:
        return now
    if not today - ANSWERABLE_FOR < day < today:
        raise HeardOnNotPossible
    noon = datetime.combine(day, time(12), ZoneInfo(contact.business.timezone))
    return noon.astimezone(UTC)


def _open_question(contact: Contact, at: datetime) -> FeedbackRequest | None:
    asked = FeedbackRequest.objects.filter(contact=contact, asked_at__lte=at)
    latest = asked.select_for_update(no_key=True).order_by("-asked_at", "-id").first()
    return latest if latest is not None and may_answer(latest, at) else None


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
    answered_at: datetime | None = None,
    heard_by: Membership | None = None,
    by: Actor,
    now: datetime,
) -> Feedback:
    """Keep the answer. After one of 0 to 6 the owner is reminded today to put things right.

    What an earlier answer left to be put right is settled by this one: by 7 or more for good, and
    by 0 to 6 because its own reminder stands for both. `answered_at` is now, or for one that was
    heard the time before; a newer answer there already is the one that counts. Raises
    `ScoreOutOfRange`.
    """
    if not 0 <= score <= HIGHEST_SCORE:
        raise ScoreOutOfRange
    business = contact.business
    at = answered_at or now
    is_latest = not Feedback.objects.filter(contact=contact, answered_at__gt=at).exists()
    feedback = Feedback.objects.create(
        business=business,
        contact=contact,
        request=request,
        score=score,
        why=_clean(why),
        asked_at=request.asked_at if request else asked_at,
        answered_at=at,
        heard_by=heard_by,
        created_at=now,
    )
    if request is not None and request.answered_at is None:
        request.answered_at = at
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
    if score < FIRST_CONTENT:
        look_again_at_asks(business=business, now=now)
    if not is_latest:
        return feedback
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
