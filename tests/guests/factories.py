"""Asks that were sent, and the addresses of guests' pages."""

from datetime import datetime
from urllib.parse import urlsplit

from activity.actors import Actor
from businesses import clock
from businesses.models import User
from contacts.models import Contact
from introductions import services
from introductions.models import Advocate, Ask, Introduction
from outreach.links import make_link, url_for
from outreach.models import Link, LinkPurpose


def sent_ask(contact: Contact, sender: User, by: Actor, now: datetime, **more: str) -> Ask:
    wanted = {"wanted": "workshops that keep receipts in a shoe box"}
    ask = services.draft_ask(contact=contact, sender=sender, by=by, now=now, **(more or wanted))
    return services.send_ask(ask=ask, by=by, now=now)


def ask_link(ask: Ask) -> Link:
    return Link.objects.get(purpose=LinkPurpose.ADVOCATE, subject_id=ask.pk)


def ask_page(ask: Ask) -> str:
    """Where the link in an ask's letter leads."""
    return path_of(ask_link(ask))


def own_page(advocate: Advocate) -> str:
    """Where the link in a progress or thank-you letter leads."""
    return path_of(
        make_link(
            business=advocate.business,
            purpose=LinkPurpose.ADVOCATE,
            subject=advocate,
            contact=advocate.contact,
            now=clock.now(),
        )
    )


def prospect_link(introduction: Introduction) -> Link:
    return Link.objects.get(purpose=LinkPurpose.INTRODUCTION, subject_id=introduction.pk)


def prospect_page(introduction: Introduction) -> str:
    """Where the prospect's link leads."""
    return path_of(prospect_link(introduction))


def stop_page(row: Contact | Introduction) -> str:
    """Where the link that stops mail leads, in letters to this contact or prospect."""
    link = make_link(
        business=row.business, purpose=LinkPurpose.UNSUBSCRIBE, subject=row, now=clock.now()
    )
    return path_of(link)


def path_of(link: Link) -> str:
    return urlsplit(url_for(link)).path


def share_page(advocate: Advocate) -> str:
    """Where the link leads that an advocate shares."""
    return path_of(services.make_share_link(advocate=advocate, now=clock.now()))


def vouch_page(introduction: Introduction) -> str:
    """Where the advocate says whether they know who came by their link."""
    return path_of(Link.objects.get(purpose=LinkPurpose.VOUCH, subject_id=introduction.pk))
