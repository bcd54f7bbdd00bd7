"""Icons, each drawn once a process: the library parses, copies and writes its SVG at every use."""

from functools import cache

import lucide as icons
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int = 24, **attributes: object) -> SafeString:
    """In place of the library's own tag, with its arguments."""
    return _drawn(str(name), size, tuple((key, str(value)) for key, value in attributes.items()))


@cache
def _drawn(name: str, size: int, attributes: tuple[tuple[str, str], ...]) -> SafeString:
    # All of it stands in our templates: no more of them are ever kept than are written there.
    return mark_safe(icons._render_icon(name, size, **dict(attributes)))  # noqa: S308
