"""An advocate's own link: what they give to people, instead of giving away an address."""

from datetime import datetime

from activity.actors import Actor
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from introductions.models import Advocate
from outreach.links import live_link, make_link, renew_link, withdraw_links
from outreach.models import Link, LinkPurpose


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
        _record("advocate.link_made", advocate, Actor.advocate(advocate.pk), now)
    return link


def renew_share_link(*, advocate: Advocate, by: Actor, now: datetime) -> Link:
    """A new address in place of the old, which leads nowhere from now on. Raises `NoShareLink`."""
    advocate = locked(advocate)
    link = share_link_of(advocate)
    if link is None:
        raise NoShareLink
    link = renew_link(link=link)
    _record("advocate.link_renewed", advocate, by, now)
    return link


def end_share_link(*, advocate: Advocate, by: Actor, now: datetime) -> None:
    """Nobody comes by it any more, also where it is printed. Safe to repeat."""
    advocate = locked(advocate)
    if withdraw_links(subject=advocate, purpose=LinkPurpose.SHARE, now=now):
        _record("advocate.link_ended", advocate, by, now)


def _record(name: str, advocate: Advocate, by: Actor, now: datetime) -> None:
    record_event(
        business=advocate.business,
        name=name,
        actor=by,
        subject=advocate,
        about=[advocate.contact],
        now=now,
    )
