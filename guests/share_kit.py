"""What an advocate shares instead of an address: their own link, its code, words and a card."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.refusals import Refusal
from guests.advocates import reader_of
from guests.drafting import host_name, when, within_sentence
from guests.entry import Visit, behind_link
from guests.printing import card_as_pdf, code_as_png, code_as_svg
from guests.ready_words import ready_words
from introductions.models import Advocate
from introductions.services import (
    changes_to_undo,
    end_share_link,
    make_share_link,
    renew_share_link,
    share_link_of,
    undo_link_changes,
)
from introductions.terms import disclosure_of, terms_for
from outreach.links import LinkWithdrawn, url_for, use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of

PAGE = "guests:kit"

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@_page
def kit(visit: Visit) -> HttpResponse:
    """The link, if they made one, with what goes with it."""
    return _show(visit)


@_act
def make(visit: Visit) -> HttpResponse:
    reader, _ = reader_of(visit)
    make_share_link(advocate=reader, now=visit.now)
    use_link(visit.link, visit.now)
    return visit.back_to(PAGE)


@_act
def renew(visit: Visit) -> HttpResponse:
    """A new address; the old one leads nowhere any more, also where it is printed."""
    reader, _ = reader_of(visit)
    try:
        with transaction.atomic():
            renew_share_link(advocate=reader, by=Actor.advocate(reader.pk), now=visit.now)
    except Refusal as refusal:
        return _show(visit, refusal)
    return visit.back_to(PAGE)


@_act
def end(visit: Visit) -> HttpResponse:
    reader, _ = reader_of(visit)
    end_share_link(advocate=reader, by=Actor.advocate(reader.pk), now=visit.now)
    return visit.back_to(PAGE)


@_act
def undo(visit: Visit) -> HttpResponse:
    """The address of before, also where it is printed."""
    reader, _ = reader_of(visit)
    try:
        with transaction.atomic():
            undo_link_changes(advocate=reader, by=Actor.advocate(reader.pk), now=visit.now)
    except Refusal as refusal:
        return _show(visit, refusal)
    return visit.back_to(PAGE)


@_page
def code_svg(visit: Visit) -> HttpResponse:
    return HttpResponse(code_as_svg(_own_url(visit)), content_type="image/svg+xml")


@_page
def code_png(visit: Visit) -> HttpResponse:
    return _file(code_as_png(_own_url(visit)), "image/png", "code.png")


@_page
def card(visit: Visit) -> HttpResponse:
    url = _own_url(visit)
    reader, _ = reader_of(visit)
    owner = owner_of(visit.business)
    content = card_as_pdf(
        url=url,
        advocate=reader.contact.name,
        host=owner.name or visit.business.name,
        firm=visit.business.name,
        what=visit.business.tagline,
    )
    return _file(content, "application/pdf", "card.pdf")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _own_url(visit: Visit) -> str:
    """The address of their own page. Raises `LinkWithdrawn` where there is none."""
    reader, _ = reader_of(visit)
    link = share_link_of(reader)
    if link is None:
        raise LinkWithdrawn
    return url_for(link)


def _show(visit: Visit, refusal: Refusal | None = None) -> HttpResponse:
    reader, ask = reader_of(visit)
    owner = owner_of(visit.business)
    host = host_name((ask.sender if ask else None) or owner, visit.business)
    link = share_link_of(reader)
    context: dict[str, object] = {
        "host": host,
        "url": "",
        "what": within_sentence(visit.business.tagline),
        "wrong": refusal.message if refusal else "",
        "undo_text": _can_be_undone(reader, is_there=link is not None, now=visit.now),
    }
    if link is not None:
        context |= _to_share(visit, reader, host, url_for(link))
    status = refusal.status if refusal else 200
    return visit.page("guests/share_kit.html", context, status)


def _can_be_undone(reader: Advocate, *, is_there: bool, now: datetime) -> str:
    """What was done to the link a moment ago, and until when it can be undone; else nothing."""
    changes = changes_to_undo(reader, now)
    if not changes:
        return ""
    soon = when(changes[0].recorded_at + settings.UNDO_WINDOW, now)
    done = "The address is a new one" if is_there else "Your link is ended"
    return f"{done}; the old one leads nowhere. That is final {soon}."


def _to_share(visit: Visit, reader: Advocate, host: str, url: str) -> dict[str, object]:
    words = ready_words(
        host=host,
        business=visit.business,
        url=url,
        disclosure=disclosure_of(terms_for(reader), reader),
    )
    return {
        "url": url,
        "words": words,
        "message": words[0].text,
        "message_title": f"Meet {host}",
    }
