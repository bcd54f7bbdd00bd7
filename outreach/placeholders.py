"""Placeholders of ours in stored letters, told apart from braces that people type."""

import re

# What `outreach.filling` fills when the letter leaves.
_LIKE_OURS = re.compile(r"\{(?=(?:link|firm|prospect|text):)")
_BRACE = "{text:brace}"


class Placeholder(str):
    """Stands in a stored letter for what is filled in when it leaves: `{firm:name}`."""

    __slots__ = ()


def literal(text: str) -> str:
    """The text so that it stays as it was typed, when what is ours in the letter is filled."""
    if isinstance(text, Placeholder) or "{" not in text:
        return text
    return _LIKE_OURS.sub(_BRACE, text)
