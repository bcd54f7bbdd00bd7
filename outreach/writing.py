"""Writing a letter: the business's words, or the original's, with this letter's fields filled."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from html import escape
from typing import cast

from businesses.models import Business
from outreach.catalogue import ASKS_BEGIN, EDITABLE, LETTERS
from outreach.filling import one_line
from outreach.frames import frame
from outreach.letter_texts import LetterText, Words
from outreach.letters import Rendered, render_letter, tidy
from outreach.models import OwnWords
from outreach.placeholders import literal
from outreach.sources import Value, Writer, names_in
from outreach.states import MailKind

# Around a letter's words; all else in a context are fields.
_AROUND = frozenset({"business", "firm", "postal_address", "stop_link"})


def write_letter(
    template: str, context: Mapping[str, object], mail_kind: MailKind, words: Mapping[str, Words]
) -> Rendered:
    """The letter in these words (`words_for`), with placeholders in it.

    `template` is a letter of the catalogue, whose fields are in `context`, or a folder of
    templates. The subject of an ask begins by saying that it is one, whoever wrote it.
    """
    letter = LETTERS.get(template)
    if letter is None:
        rendered = render_letter(template, context)
    else:
        rendered = compose(letter, words[template], context)
    return replace(rendered, subject=subject_as_sent(rendered.subject, mail_kind))


def subject_as_sent(subject: str, mail_kind: MailKind) -> str:
    """The subject; that of an ask says in front that it is a request."""
    says = ASKS_BEGIN.strip().casefold()
    if mail_kind != MailKind.ASKS or subject.casefold().startswith(says):
        return subject
    return f"{ASKS_BEGIN}{subject}"


def words_for(business: Business, templates: Collection[str]) -> Mapping[str, Words]:
    """The business's words for those that are letters of the catalogue: its own, else the original.

    One query, if any of them can be own.
    """
    letters = {key: LETTERS[key] for key in templates if key in LETTERS}
    editable = letters.keys() & set(EDITABLE)
    rows = OwnWords.objects.filter(business=business, letter__in=editable) if editable else ()
    own = {row.letter: row for row in rows}
    return {key: fitting(letter, own.get(key)) for key, letter in letters.items()}


def words_of(business: Business, letter: LetterText) -> Words:
    """`words_for` one letter."""
    return words_for(business, [letter.key])[letter.key]


def fitting(letter: LetterText, own: OwnWords | None) -> Words:
    """The own words, unless they name a field that the letter has no longer."""
    if own is None or not names_in(f"{own.subject} {own.body}") <= set(letter.names):
        return letter.original
    return Words(own.subject, own.body)


def compose(letter: LetterText, words: Words, context: Mapping[str, object]) -> Rendered:
    """The letter in these words. Text that people wrote becomes no header and no markup."""
    around = {name: str(context[name]) for name in ("postal_address", "stop_link")}
    firm = cast(str, context["firm"])
    shape = frame(has_stop_link=bool(around["stop_link"]))
    values = {name: cast(Value, context[name]) for name in context if name not in _AROUND}
    writer = Writer(values | {"firm": firm}, letter.forms, letter.labels, shape.styles)
    as_markup = {name: escape(text) for name, text in around.items()}
    return Rendered(
        subject=one_line(writer.line(words.subject)),
        text=tidy(shape.text(writer.text(words.body), firm=literal(firm), **around)),
        html=shape.html(writer.html(words.body), firm=escape(literal(firm)), **as_markup),
    )
