"""Placeholders in stored letters: live links, the firm's details, and what is sealed.

A stored letter holds `{link:ID}`, `{firm:postal_address}` or `{prospect:name}`; the live address
and the sealed words exist only in the letter that leaves. One pass fills all, so that what is
filled in is never looked at again. `{text:brace}` is a brace that somebody typed before such a
word (`outreach.placeholders`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.conf import settings
from django.utils.html import escape
from django.utils.module_loading import import_string

from outreach.links import address_of
from outreach.models import Link

_LINK = re.compile(r"\{link:([0-9a-f]{8}-[0-9a-f-]{27})\}")
_PLACEHOLDER = re.compile(r"\{(link|firm|prospect|text):([0-9a-z_-]{1,40})\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills the placeholders of one letter."""

    links: dict[str, str]
    firm: dict[str, str]
    introduction_id: UUID | None = None

    def plain(self, text: str) -> str:
        """For the text part."""
        return self._fill(text, str)

    def line(self, text: str) -> str:
        """For a subject or a name in a header: one line, no control characters."""
        return one_line(self._fill(text, one_line))

    def markup(self, html: str) -> str:
        """For the HTML part: what is filled in is escaped, its line breaks are kept."""
        return self._fill(html, _as_markup)

    def _fill(self, text: str, form: Callable[[str], str]) -> str:
        def value(match: re.Match[str]) -> str:
            found = self._look_up(match[1], match[2])
            return match[0] if found is None else form(found)

        return _PLACEHOLDER.sub(value, text) if "{" in text else text

    def _look_up(self, kind: str, name: str) -> str | None:
        """The value; None for what is no placeholder of ours, which then stays as typed."""
        if kind == "link":
            return self.links.get(name)
        if kind == "firm":
            return self.firm.get(name)
        if kind == "text":
            return "{" if name == "brace" else None
        if self.introduction_id is None:
            return None
        fill = cast(
            "Callable[[UUID, str], str]", import_string(settings.LETTER_FILLERS["prospect"])
        )
        return fill(self.introduction_id, name)


def link_ids(*texts: str) -> set[str]:
    """The ids of the links that the texts mention."""
    return {found for text in texts for found in _LINK.findall(text)}


def live_links(ids: Iterable[str]) -> dict[UUID, dict[str, str]]:
    """Their addresses, by business: in a letter another business's link is none."""
    wanted = list(ids)
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    rows = Link.objects.filter(pk__in=wanted).values_list(
        "business_id", "id", "purpose", "generation"
    )
    for business_id, key, purpose, generation in rows if wanted else ():
        found[business_id][str(key)] = address_of(key, purpose, generation)
    return found


def prospect_address(introduction_id: UUID) -> str | None:
    """The sealed address, or None once it was erased."""
    look_up = cast(
        "Callable[[UUID], str | None]", import_string(settings.LETTER_FILLERS["prospect_address"])
    )
    return look_up(introduction_id)


def one_line(text: str) -> str:
    """Safe for a header: no control characters, no line breaks, single spaces."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _as_markup(text: str) -> str:
    return str(escape(text)).replace("\n", "<br>\n")
