"""A person's history: the events that are shown, with the rows they speak of, in few queries.

What each event says is in `desk/sentences.py`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from activity.actors import ActorKind
from activity.models import Event, Mention
from businesses.models import ApiKey, Business, Membership
from contacts.models import Company, Contact, ContactImport, Interaction
from desk.sentences import QUIET, SENTENCES
from desk.stories import Line, Story
from feedback.models import Feedback, FeedbackRequest, Testimonial
from giving.models import GivenIntroduction
from introductions.models import Ask, Introduction
from outreach.models import Enrolment, Message, Reminder, Suppression
from referrals.models import ClosedBusiness, Referral, ThankYou
from rewards.models import Reward, RewardFlag

PAGE = 30

# What an event of each subject needs to be told, by the subject's label.
SUBJECTS: Mapping[str, Callable[[], "QuerySet[Model]"]] = {
    "business": lambda: Business.objects.all(),
    "contact": lambda: Contact.objects.all(),
    "contactimport": lambda: ContactImport.objects.defer("rows", "problems", "header"),
    "interaction": lambda: Interaction.objects.all(),
    "feedback": lambda: Feedback.objects.all(),
    "feedbackrequest": lambda: FeedbackRequest.objects.all(),
    "testimonial": lambda: Testimonial.objects.all(),
    "ask": lambda: Ask.objects.select_related("advocate__contact"),
    "introduction": lambda: Introduction.objects.select_related("advocate__contact", "contact"),
    "givenintroduction": lambda: GivenIntroduction.objects.select_related("first", "second"),
    "company": lambda: Company.objects.all(),
    "referral": lambda: Referral.objects.with_reasons().select_related("contact"),
    "closedbusiness": lambda: ClosedBusiness.objects.select_related("contact"),
    "reward": lambda: Reward.objects.all(),
    "rewardflag": lambda: RewardFlag.objects.all(),
    "thankyou": lambda: ThankYou.objects.with_people(),
    "enrolment": lambda: Enrolment.objects.select_related("cadence"),
    "reminder": lambda: Reminder.objects.select_related("contact", "assignee__user"),
    "message": lambda: Message.objects.only("id", "kind", "state"),
    "suppression": lambda: Suppression.objects.all(),
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a history, newest first; `older` is the event to go on from, if there is more."""

    lines: Sequence[Line]
    older: UUID | None


def timeline_of(person: Contact, *, viewer: Membership, before: UUID | None = None) -> Timeline:
    """What happened with this person, as the member `viewer` reads it."""
    mentions = list(_mentions(person, before)[: PAGE + 1])
    events = [mention.event for mention in mentions[:PAGE]]
    lines = _lines(events, person, viewer)
    return Timeline(lines, events[-1].pk if len(mentions) > PAGE else None)


def history_of(referral: Referral, *, viewer: Membership) -> Sequence[Line]:
    """How somebody came and what became of it, newest first: the referral and its introduction."""
    told = Q(subject_label="referral", subject_id=referral.pk)
    if referral.introduction_id is not None:
        told |= Q(subject_label="introduction", subject_id=referral.introduction_id)
    events = Event.objects.filter(told).exclude(name__in=QUIET).order_by("-recorded_at", "-id")
    return _lines(list(events[:PAGE]), referral.contact, viewer)


def history_of_money(*, viewer: Membership) -> Sequence[Line]:
    """How currencies and the window of credit were changed, newest first."""
    events = Event.objects.filter(name="money.changed").order_by("-recorded_at", "-id")
    # It concerns nobody: none of these sentences asks whose page it is told on.
    return _lines(list(events[:PAGE]), Contact(), viewer)


def _lines(events: Sequence[Event], person: Contact, viewer: Membership) -> Sequence[Line]:
    rows = _rows(events)
    names = _names(events)
    lines = []
    for event in events:
        story = Story(
            event=event,
            row=rows.get((event.subject_label, event.subject_id)),
            person=person,
            business=viewer.business,
            who=_who(event, viewer, names),
        )
        line = tell(story)
        if line is not None:
            lines.append(line)
    return lines


def tell(story: Story) -> Line | None:
    """The event in words; None where another line says it, or what it spoke of is gone."""
    sentence = SENTENCES.get(story.event.name)
    if sentence is None or story.row is None:
        return None
    line = sentence(story)
    return line and replace(line, at=line.at or story.event.recorded_at)


def _mentions(person: Contact, before: UUID | None) -> "QuerySet[Mention]":
    mentions = (
        Mention.objects.filter(label="contact", about_id=person.pk)
        .exclude(event__name__in=QUIET)
        .select_related("event")
        .order_by("-recorded_at", "-event_id")
    )
    if before is None:
        return mentions
    since = Event.objects.filter(pk=before).values_list("recorded_at", flat=True).first()
    if since is None:
        return mentions.none()
    return mentions.filter(Q(recorded_at__lt=since) | Q(recorded_at=since, event_id__lt=before))


def _rows(events: Iterable[Event]) -> dict[tuple[str, UUID], Model]:
    """The subjects of the events: one query for each kind that occurs."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        wanted[event.subject_label].add(event.subject_id)
    return {
        (label, row.pk): row
        for label, keys in wanted.items()
        if label in SUBJECTS
        for row in SUBJECTS[label]().filter(pk__in=keys)
    }


def _names(events: Collection[Event]) -> dict[UUID, str]:
    """Members by name, and integrations by that of their key: a query for each kind there is."""
    doers: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        if event.actor_id is not None:
            doers[event.actor_kind].add(event.actor_id)
    members = Membership.objects.filter(pk__in=doers[ActorKind.MEMBER])
    keys = ApiKey.objects.filter(pk__in=doers[ActorKind.INTEGRATION])
    return {
        key: name or email
        for key, name, email in members.values_list("pk", "user__name", "user__email")
    } | {key: f"{name} (integration)" for key, name in keys.values_list("pk", "name")}


def _who(event: Event, viewer: Membership, names: Mapping[UUID, str]) -> str:
    if event.actor_kind not in (ActorKind.MEMBER, ActorKind.INTEGRATION) or event.actor_id is None:
        return ""
    return "You" if event.actor_id == viewer.pk else names.get(event.actor_id, "Somebody")
