"""A letter as its reader will see it, before anything is queued, and what a queued one says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from businesses.models import Business
from outreach.filling import Filler, link_ids
from outreach.letters import FIRM, POSTAL_ADDRESS, Rendered
from outreach.models import Message
from outreach.states import MailKind
from outreach.writing import words_for, write_letter

# Stands where the reader's own link will be: no screen shows a live one.
OWN_LINK = "(a link of their own)"
_SEALED = re.compile(r"\{prospect:([a-z_]{1,40})\}")
_ONLY_THEIRS = {"name": "(their first name)", "words": "(the words written to them)"}
_ADDRESS = re.compile(r'(?<=<a) href="[^"]*"')


def preview_letter(
    *,
    business: Business,
    owner: str,
    template: str,
    context: Mapping[str, object],
    mail_kind: MailKind,
) -> Rendered:
    """Subject and text as they will be read; what is not known yet is said in brackets."""
    words = words_for(business, [template])
    rendered = write_letter(template, {**around(business), **context}, mail_kind, words)
    return filled_for(rendered, business=business, owner=owner)


def around(business: Business) -> dict[str, object]:
    """What stands round the words of every letter."""
    return {
        "business": business,
        "firm": business.name or FIRM,
        "postal_address": POSTAL_ADDRESS,
        "stop_link": OWN_LINK,
    }


def preview_of(message: Message, *, owner: str) -> Rendered:
    """A letter that is queued or has left, in the words it has; its links are left out."""
    kept = Rendered(message.subject, message.text, message.html)
    links = dict.fromkeys(link_ids(message.subject, message.text, message.html), OWN_LINK)
    return filled_for(kept, business=message.business, owner=owner, links=links)


def without_addresses(html: str) -> str:
    """The letter's look, in which nothing leads anywhere."""
    return _ADDRESS.sub("", html)


def filled_for(
    rendered: Rendered, *, business: Business, owner: str, links: Mapping[str, str] | None = None
) -> Rendered:
    """With what is filled in as a letter leaves."""
    filler = Filler(links=dict(links or {}), firm=_firm(business, owner))
    return Rendered(
        filler.line(rendered.subject), filler.plain(rendered.text), filler.markup(rendered.html)
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """What a queued or sent letter says, for the eyes of the business."""

    from_name: str
    subject: str
    text: str


def stored_letter(*, message: Message, owner: str) -> Stored:
    """A letter of the outbox as its reader sees it, without a link that works.

    What a prospect told, and what an advocate wrote to them, is named in brackets: it is filled in
    only when the letter leaves.
    """
    filler = Filler(
        links=dict.fromkeys(link_ids(message.text), OWN_LINK),
        firm=_firm(message.business, owner),
    )
    is_sealed = any(row.introduction_id for row in message.recipients.all())
    text = _SEALED.sub(_named, message.text) if is_sealed else message.text
    subject = _SEALED.sub(_named, message.subject) if is_sealed else message.subject
    return Stored(filler.line(message.from_name), filler.line(subject), filler.plain(text))


def _named(found: re.Match[str]) -> str:
    return _ONLY_THEIRS.get(found[1], "(what only they read)")


def _firm(business: Business, owner: str) -> dict[str, str]:
    return {
        "name": business.name or "(your firm)",
        "postal_address": business.postal_address or "(your postal address)",
        "owner": owner or "(your name)",
    }
