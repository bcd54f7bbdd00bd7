"""An advocate's own link: what they give to people, instead of giving away an address."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from activity.actors import Actor, ActorKind
from activity.models import Event
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Formerly
from introductions.models import Advocate
from introductions.services.offers import UndoWindowOver
from outreach.links import live_link, make_link, renew_link, restore_link, withdraw_links
from outreach.models import Link, LinkPurpose

_MADE, _RENEWED, _ENDED, _RESTORED = (
    f"advocate.link_{done}" for done in ("made", "renewed", "ended", "restored")
)


class NoShareLink(Refusal):
    message = "There is no link of their own to renew: they have not made one."
    code = "no_share_link"


def share_link_of(advocate: Advocate) -> Link | None:
    """Their link, if they made one. Changes nothing."""
    return live_link(purpose=LinkPurpose.SHARE, subject=advocate)


def make_share_link(*, advocate: Advocate, now: datetime) -> Link:
    """The advocate's own link; asking again gives the same."""
    advocate = locked(advocate)
    link = share_link_of(advocate)
    if link is None:
        link = make_link(
            business=advocate.business, purpose=LinkPurpose.SHARE, subject=advocate, now=now
        )
        _record(_MADE, advocate, Actor.advocate(advocate.pk), now)
    return link


def renew_share_link(*, advocate: Advocate, by: Actor, now: datetime) -> Link:
    """A new address in place of the old, which leads nowhere from now on. Raises `NoShareLink`."""
    advocate = locked(advocate)
    link = share_link_of(advocate)
    if link is None:
        raise NoShareLink
    _end_former(advocate, now)
    link = renew_link(link=link)
    _record(_RENEWED, advocate, by, now)
    return link


def end_share_link(*, advocate: Advocate, by: Actor, now: datetime) -> None:
    """Nobody comes by it any more, also where it is printed. Safe to repeat."""
    advocate = locked(advocate)
    _end_former(advocate, now)
    if withdraw_links(subject=advocate, purpose=LinkPurpose.SHARE, now=now):
        _record(_ENDED, advocate, by, now)


def _end_former(advocate: Advocate, now: datetime) -> None:
    """Links that they made under another entry of theirs, before the two became one."""
    former = Formerly.objects.filter(contact=advocate.contact_id, label=Formerly.OF_ADVOCATE)
    Link.objects.filter(
        business_id=advocate.business_id,
        purpose=LinkPurpose.SHARE,
        subject_id__in=former.values_list("former_id", flat=True),
        withdrawn_at=None,
    ).update(withdrawn_at=now)


def changes_to_undo(advocate: Advocate, now: datetime) -> Sequence[Event]:
    """The advocate's own renewals and ending of it, as long as they can be undone; newest first."""
    events = Event.objects.filter(
        subject_label=Advocate._meta.model_name,
        subject_id=advocate.pk,
        name__in=[_MADE, _RENEWED, _ENDED, _RESTORED],
        recorded_at__gt=now - settings.UNDO_WINDOW,
    )
    own: list[Event] = []
    for event in events.order_by("-recorded_at", "-id"):
        is_change = event.name in (_RENEWED, _ENDED)
        if not is_change or event.actor_kind != ActorKind.ADVOCATE:
            break
        own.append(event)
    return own


def undo_link_changes(*, advocate: Advocate, by: Actor, now: datetime) -> Link:
    """The address of before leads on again, however often it was renewed; and it is not ended.

    A program that presses every button does harm to nothing that is printed. Raises
    `UndoWindowOver`.
    """
    advocate = locked(advocate)
    changes = changes_to_undo(advocate, now)
    links = Link.objects.filter(
        purpose=LinkPurpose.SHARE, subject_label="advocate", subject_id=advocate.pk
    )
    link = links.order_by("-created_at", "-id").first()
    if not changes or link is None:
        raise UndoWindowOver
    renewals = sum(change.name == _RENEWED for change in changes)
    link = restore_link(link=link, renewals=renewals)
    _record(_RESTORED, advocate, by, now)
    return link


def _record(name: str, advocate: Advocate, by: Actor, now: datetime) -> None:
    record_event(
        business=advocate.business,
        name=name,
        actor=by,
        subject=advocate,
        about=[advocate.contact],
        now=now,
    )
