"""One source for a letter: plain words with named fields, made into text and into HTML.

A blank line parts paragraphs, lines that all begin with `- ` are a list, and `{first_name}` is a
field. Nothing else is markup: what looks like it stays as it was typed. A field's value is put in
its place and not looked at again, so braces that a person typed stay braces.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape

from outreach.frames import Styles
from outreach.placeholders import literal

FIELD = re.compile(r"\{([a-z_]{1,40})\}")
_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ITEM = "- "


class Form(StrEnum):
    """How a field stands in the letter."""

    WORDS = "words"
    STRONG = "strong"
    ADDRESS = "address"
    # These stand on a line of their own.
    QUOTE = "quote"
    PART = "part"
    BUTTON = "button"


ALONE = frozenset({Form.QUOTE, Form.PART, Form.BUTTON})


@dataclass(frozen=True, slots=True)
class Part:
    """A field's value that is a source itself, with the fields of the same letter."""

    source: str


Value = str | Part


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field stands."""

    name: str


Line = tuple[str | Spot, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list."""

    lines: tuple[Line, ...]
    is_list: bool = False

    @property
    def only(self) -> str:
        """The name of the field, where one is all there is."""
        if len(self.lines) == 1 and len(self.lines[0]) == 1:
            [piece] = self.lines[0]
            return piece.name if isinstance(piece, Spot) else ""
        return ""


@lru_cache(maxsize=2048)
def parsed(source: str) -> tuple[Block, ...]:
    """The source's paragraphs and lists; kept, since each is written many times."""
    return tuple(_block(part) for part in _paragraphs(source))


@lru_cache(maxsize=2048)
def pieces_of(line: str) -> Line:
    """One line's words and fields."""
    found = FIELD.split(line)
    # Every second one is the name of a field.
    pieces = [Spot(part) if place % 2 else part for place, part in enumerate(found)]
    return tuple(piece for piece in pieces if piece != "")


def names_in(source: str) -> frozenset[str]:
    """The names of the fields in it."""
    return frozenset(FIELD.findall(source))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes sources with one letter's values. `forms` says how a field stands, if not as words."""

    values: Mapping[str, Value]
    forms: Mapping[str, Form]
    labels: Mapping[str, str]
    styles: Styles

    def line(self, source: str) -> str:
        """A subject: one line of words."""
        return self._words(pieces_of(source))

    def text(self, source: str) -> str:
        """The text part."""
        return "\n\n".join(filter(None, map(self._block_as_text, parsed(source))))

    def html(self, source: str) -> str:
        """The inside of the HTML part; what is filled in is escaped."""
        return "\n".join(filter(None, map(self._block_as_html, parsed(source))))

    def _block_as_text(self, block: Block) -> str:
        name = block.only
        if name:
            value, form = self.values[name], self.forms.get(name, Form.WORDS)
            if isinstance(value, Part):
                return self.text(value.source)
            if form == Form.BUTTON and value:
                return f"{self.labels[name]}:\n{literal(value)}"
            return literal(value).strip()
        lines = [self._words(line) for line in block.lines]
        lead = _ITEM if block.is_list else ""
        return "\n".join(lead + line for line in lines if line.strip())

    def _block_as_html(self, block: Block) -> str:
        name = block.only
        if name:
            return self._alone_as_html(name)
        lines = [line for line in map(self._markup, block.lines) if line.strip()]
        if not lines:
            return ""
        return self.styles.items(lines) if block.is_list else self.styles.paragraph(_br(lines))

    def _alone_as_html(self, name: str) -> str:
        value, form = self.values[name], self.forms.get(name, Form.WORDS)
        if isinstance(value, Part):
            return self.html(value.source)
        if not value.strip():
            return ""
        if form == Form.BUTTON:
            return self.styles.button(escape(value), escape(self.labels[name]))
        paragraphs = [self._shown(form, one) for one in _paragraphs(literal(value))]
        if form == Form.QUOTE:
            return self.styles.quote(paragraphs)
        return "\n".join(map(self.styles.paragraph, paragraphs))

    def _words(self, line: Line) -> str:
        return "".join(
            piece if isinstance(piece, str) else self._value(piece.name) for piece in line
        )

    def _value(self, name: str) -> str:
        value = self.values[name]
        return literal(value) if isinstance(value, str) else self._words(pieces_of(value.source))

    def _markup(self, line: Line) -> str:
        return "".join(
            escape(piece) if isinstance(piece, str) else self._field_as_markup(piece.name)
            for piece in line
        )

    def _field_as_markup(self, name: str) -> str:
        value = self.values[name]
        if isinstance(value, Part):
            return self._markup(pieces_of(value.source))
        return self._shown(self.forms.get(name, Form.WORDS), literal(value))

    def _shown(self, form: Form, text: str) -> str:
        words = _br(escape(text).split("\n"))
        if form == Form.STRONG and words:
            return f"<strong>{words}</strong>"
        if form == Form.ADDRESS and words:
            return self.styles.mailto(words)
        return words


def _paragraphs(text: str) -> list[str]:
    return [part for part in _BETWEEN_PARAGRAPHS.split(text.strip()) if part.strip()]


def _block(paragraph: str) -> Block:
    lines = [line.strip() for line in paragraph.split("\n")]
    is_list = all(line.startswith(_ITEM) for line in lines)
    if is_list:
        lines = [line.removeprefix(_ITEM).strip() for line in lines]
    return Block(tuple(pieces_of(line) for line in lines), is_list)


def _br(lines: Sequence[str]) -> str:
    return "<br>\n".join(lines)
