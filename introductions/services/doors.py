"""The pages that somebody was mailed links to, all given new addresses at once."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from activity.actors import Actor
from activity.models import Event
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from feedback.models import FeedbackRequest
from introductions.models import Introduction
from outreach.models import Link, LinkPurpose

_RENEWED = "contact.links_renewed"
_A_PRESS = timedelta(minutes=1)
_OF_THEIRS = (LinkPurpose.ADVOCATE, LinkPurpose.VOUCH, LinkPurpose.FEEDBACK, LinkPurpose.GIVEN)


class NoLinks(Refusal):
    message = "There is no page of theirs yet: no letter with a link was written to them."
    code = "no_links"


def pressed_lately(row: models.Model, name: str, now: datetime) -> bool:
    """Whether this was done to the row within the last minute: then it is a second press."""
    events = Event.objects.filter(
        subject_label=row._meta.model_name,
        subject_id=row.pk,
        name=name,
        recorded_at__gt=now - _A_PRESS,
    )
    return events.exists()


def renew_links_of(*, contact: Contact, by: Actor, now: datetime) -> int:
    """New addresses for all pages of this person, as when a letter was read by somebody else; how
    many.

    The links they were mailed lead nowhere from now on. Letters that have not left, and those to
    come, have the new ones. What stops mail works as before, and so does the link that they share,
    which is renewed by itself (`renew_share_link`). A second press within a minute finds it done.
    Raises `NoLinks`.
    """
    contact = locked(contact)
    if pressed_lately(contact, _RENEWED, now):
        return 0
    requests = FeedbackRequest.objects.filter(contact=contact)
    came = Introduction.objects.filter(advocate__contact=contact)
    links = Link.objects.filter(
        Q(contact_id=contact.pk, purpose__in=_OF_THEIRS)
        | Q(purpose=LinkPurpose.FEEDBACK, subject_id__in=requests.values("pk"))
        | Q(purpose=LinkPurpose.VOUCH, subject_id__in=came.values("pk")),
        business=contact.business_id,
        withdrawn_at=None,
    )
    count = links.update(generation=F("generation") + 1)
    if not count:
        raise NoLinks
    record_event(
        business=contact.business,
        name=_RENEWED,
        actor=by,
        subject=contact,
        about=[contact],
        now=now,
    )
    return count
