"""Whether work gets done: letters that need somebody to look, sweeps, and what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from activity.models import Reaction
from activity.retrying import retry_reaction
from businesses import clock
from desk.access import may_write, refused
from desk.doubts import SinceForm, doubts, what_was_done
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from desk.troubles import called_unwanted_here, lost_account_letters, what_is_stuck
from desk.workings import jobs, waiting
from introductions.messages import TO_PROSPECT
from introductions.models import Introduction
from outreach.gate import PAUSED, why_held
from outreach.models import Message
from outreach.resting import mail_trouble
from outreach.services import (
    is_all_mail_held,
    last_canary,
    retry_in_doubt,
    retry_message,
    send_canary,
    settle_message,
)
from outreach.states import MessageState
from outreach.undelivered import to_be_mended

LETTERS_SHOWN = 50

LETTERS: dict[str, str] = {
    "ask_to_advocate": "Your ask",
    "introduction_to_prospect": "An introduction",
    "handshake_to_everyone": "The letter that introduces all three",
    "morning_after_to_advocate": "How it was when they brought you together",
    "meeting_moved_to_everyone": "A new day to meet",
    "vouch_to_advocate": "Whether they know who came by their link",
    "unvouched_to_both": "The letter to you and who came by a link",
    "progress_to_advocate": "News of what became of it",
    "step_to_advocate": "News of how it goes",
    "also_introduced_to_advocate": "News that somebody else had the same thought",
    "claim_answered_to_advocate": "Word that you answered what somebody said",
    "thanks_to_advocate": "Your thank-you",
    "public_thanks_to_advocate": "Whether you may thank somebody in public",
    "reward_to_receiver": "What somebody is given, as promised",
    "plan_letter": "Your letter",
    "question_to_customer": "Your question how it was",
    "edit_to_customer": "A change to somebody’s words",
    "given_to_either": "Whether they would like to meet somebody",
    "given_handshake_to_all": "The letter by which you introduce two people",
    "given_nothing_to_either": "The letter that it does not fit just now",
    "given_outcome_to_partner": "What came of somebody you sent",
    "canary": "A letter to yourself",
}
# What follows from something else, by the name of its handler.
FOLLOWS: dict[str, str] = {
    "referrals.services.credits.tell_other_advocate": (
        "The letter to somebody who introduced the same person, too"
    ),
    "referrals.services.progress.tell_advocate_of_progress": (
        "The letter that tells what became of an introduction"
    ),
    "feedback.purposes.begin_with_answer": "A follow-up plan after an answer",
    "introductions.purposes.begin_with_ask": "A follow-up plan after an ask",
    "introductions.purposes.end_with_ask": "The end of a follow-up plan about an ask",
    "outreach.services.erasing.forget_letters_that_left": (
        "The words of a letter that was leaving while somebody was erased"
    ),
    "outreach.services.cadences.note_letter": "The end of follow-up plans after you wrote",
    "outreach.services.cadences.note_touch": "The end of follow-up plans after you were in touch",
    "referrals.purposes.begin_with_business": "A follow-up plan for a new customer",
    "referrals.purposes.begin_with_referral": "A follow-up plan after an introduction",
    "referrals.purposes.begin_with_thanks": "A follow-up plan about thanks",
    "referrals.purposes.end_with_thanks": "The end of a follow-up plan about thanks",
    "referrals.purposes.follow_credit": "Who hears how it goes when credit is shared",
    "referrals.purposes.follow_referral": "What follow-up plans do after a step",
    "rewards.services.doubts.look_again": "What is worth a look since somebody's entry changed",
    "rewards.services.earning.earn_by_introducing": "What is earned by an introduction",
    "rewards.services.earning.earn_by_handshake": "What is earned when hands were shaken",
    "rewards.services.earning.earn_by_arrival": "What is earned by sending somebody",
    "rewards.services.earning.earn_by_step": "What is earned when you have met",
    "rewards.services.earning.earn_by_telling": "What is earned by whoever knows of it now",
    "rewards.services.earning.earn_by_win": "What is earned when somebody becomes a customer",
    "rewards.services.room.reckon_by_room": "What is earned when a ceiling has room again",
    "rewards.services.sales.reckon_by_amount": "What a reward comes to after a refund",
    "rewards.services.sales.reckon_by_credit": "What a reward comes to when credit is shared",
    "rewards.services.sales.reckon_by_rate": "What a reward comes to at a new rate",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that needs somebody to look, without a word of what a prospect told."""

    message: Message
    what: str
    to: str
    why: str
    # Whose address has to be mended.
    mend: UUID | None = None
    # Whose letter to a prospect it is: the advocate and a first name are no secret.
    introduction: Introduction | None = None

    @property
    def is_uncertain(self) -> bool:
        return self.message.state == MessageState.UNCERTAIN

    @property
    def can_be_settled(self) -> bool:
        """Not a prospect's that failed: the advocate is told so until they send it or mend it."""
        return self.is_uncertain or self.introduction is None

    @property
    def is_undeliverable(self) -> bool:
        """Because of the address."""
        return self.mend is not None or self.message.state == MessageState.BOUNCED

    @property
    def has_left(self) -> bool:
        """To some, or to everybody and came back: to leave it so makes nothing unsent."""
        return self.message.state in (MessageState.SENT, MessageState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Followed:
    """What should have followed from something and did not, though it was tried again and again."""

    reaction: Reaction
    what: str


@require_safe
def health(request: DeskRequest, slug: str) -> HttpResponse:
    return _page(request)


@require_POST
@may_write
def retry(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Send it again, to those whom it did not surely reach."""
    message = get_object_or_404(Message.objects.select_related("business"), pk=id)
    status = refused(
        request,
        lambda: retry_message(message=message, by=request.actor, now=clock.now()),
        "It is on its way again.",
    )
    return redirect("desk:health", slug=slug) if status == 200 else _page(request, status)


@require_POST
@may_write
def settle(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It arrived, or it was settled in another way: nobody has to look at it any more."""
    message = get_object_or_404(Message.objects.select_related("business"), pk=id)
    status = refused(
        request,
        lambda: settle_message(message=message, by=request.actor, now=clock.now()),
        "Kept. Nobody has to look at that letter any more.",
    )
    return redirect("desk:health", slug=slug) if status == 200 else _page(request, status)


@require_POST
@may_write
def retry_doubts(request: DeskRequest, slug: str) -> HttpResponse:
    """Send again all that is in doubt since a moment."""
    form = SinceForm(request.POST)
    if not form.is_valid():
        return _page(request, 400, form)
    since = form.cleaned_data["since"]
    messages.success(
        request, what_was_done(retry_in_doubt(since=since, by=request.actor, now=clock.now()))
    )
    return redirect("desk:health", slug=slug)


@require_POST
@may_write
def canary(request: DeskRequest, slug: str) -> HttpResponse:
    """A letter to oneself, by the way that all letters go."""
    message = send_canary(member=request.membership, now=clock.now())
    if message.state in (MessageState.HELD, MessageState.SUPPRESSED) or is_all_mail_held():
        messages.warning(request, "It does not leave just now, and says below why.")
    else:
        messages.success(request, f"On its way to {request.user.email}.")
    return redirect("desk:health", slug=slug)


@require_POST
@may_write
def retry_followed(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Let what did not follow be tried again."""
    reaction = get_object_or_404(Reaction, pk=id)
    status = refused(
        request,
        lambda: retry_reaction(reaction=reaction, now=clock.now()),
        "It is tried again now.",
    )
    return redirect("desk:health", slug=slug) if status == 200 else _page(request, status)


def _page(request: DeskRequest, status: int = 200, since: SinceForm | None = None) -> HttpResponse:
    now = clock.now()
    waits, sweeps, letters = waiting(now), jobs(now), _letters(request)
    older = ""
    if len(letters) > LETTERS_SHOWN:
        address = reverse("desk:health", kwargs={"slug": request.business.slug})
        older = f"{address}?after={letters[LETTERS_SHOWN - 1].message.pk}"
    in_doubt = doubts()
    failed = Reaction.objects.failed().select_related("event").order_by("due_at")
    context = {
        "letters": letters[:LETTERS_SHOWN],
        "older": older,
        "doubts": in_doubt,
        "since": since or (in_doubt and SinceForm(initial={"since": in_doubt.since})),
        "letters_in_all": Message.objects.needing_attention().count(),
        "stuck": what_is_stuck(request.business, now),
        "account_letters": lost_account_letters(request.business, now),
        "unwanted": [
            (LETTERS.get(row.message.kind, "A letter"), row) for row in called_unwanted_here(now)
        ],
        "queues": waits.queues,
        "later": Message.objects.filter(state=MessageState.SCHEDULED, due_at__gt=now).count(),
        "held_since": waits.held_since,
        "trouble": mail_trouble(),
        "is_late": bool(waits.late) or any(job.is_late for job in sweeps),
        "jobs": sweeps,
        "canary": last_canary(member=request.membership),
        "held": Message.objects.held().count(),
        "held_for_complaints": why_held(request.business) == PAUSED,
        "failed": [
            Followed(reaction, FOLLOWS.get(reaction.handler, "Something"))
            for reaction in failed[:LETTERS_SHOWN]
        ],
    }
    return render(request, "desk/settings/health.html", context, status=status)


def _letters(request: DeskRequest) -> Sequence[Letter]:
    """The newest, or those older than the one in the address; one more than a page shows."""
    asking = Message.objects.needing_attention()
    key = id_in_address(request, "after")
    start = Message.objects.filter(pk=key).first() if key else None
    if start is not None:
        same_moment = Q(created_at=start.created_at, pk__lt=start.pk)
        asking = asking.filter(same_moment | Q(created_at__lt=start.created_at))
    found = asking.prefetch_related("recipients").order_by("-created_at", "-id")[
        : LETTERS_SHOWN + 1
    ]
    about = [message.subject_id for message in found if message.kind == TO_PROSPECT]
    introductions = Introduction.objects.for_list().in_bulk(about)
    mend = to_be_mended().filter(message__in=[message.pk for message in found])
    people = dict(mend.order_by("-position").values_list("message_id", "contact_id"))
    return [
        _letter(message, introductions.get(message.subject_id), people.get(message.pk))
        for message in found
    ]


def _letter(message: Message, introduction: Introduction | None, mend: UUID | None) -> Letter:
    recipients = list(message.recipients.all())
    reasons = [recipient.reason for recipient in recipients if recipient.reason]
    return Letter(
        message,
        LETTERS.get(message.kind, "A letter"),
        ", ".join(recipient.label for recipient in recipients),
        message.last_reason or next(iter(reasons), ""),
        mend=mend,
        introduction=introduction,
    )
