"""What stands round a letter's words, and how its parts look: taken once from the templates.

Styles are written into the elements, since mail programs drop style sheets. That takes longer than
all the rest of writing a letter, so it is done once for all letters and not for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import css_inline
from django.template import Context
from django.template.loader import get_template

_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
# They stand in the templates where something is put later; nobody types them.
_CUT, _FIRM, _POSTAL, _STOP = "\ue000", "\ue001", "\ue002", "\ue003"


def inlined(html: str) -> str:
    """The page with its styles written into the elements."""
    return _INLINER.inline(html)


@dataclass(frozen=True, slots=True)
class Styles:
    """The parts of a letter in HTML. What is given to it is markup already."""

    paragraphs: tuple[str, str]
    # The box, a paragraph in it, its end, the last paragraph, and the end of both.
    quotes: tuple[str, str, str, str, str]
    lists: tuple[str, str, str]
    buttons: tuple[str, str, str]
    addresses: tuple[str, str, str]

    def paragraph(self, words: str) -> str:
        return words.join(self.paragraphs)

    def quote(self, paragraphs: Sequence[str]) -> str:
        begin, one, end, last, close = self.quotes
        *earlier, final = paragraphs
        return "".join([begin, *(f"{one}{words}{end}\n" for words in earlier), last, final, close])

    def items(self, lines: Sequence[str]) -> str:
        begin, between, end = self.lists
        return f"{begin}{between.join(lines)}{end}"

    def button(self, url: str, label: str) -> str:
        begin, middle, end = self.buttons
        return f"{begin}{url}{middle}{label}{end}"

    def mailto(self, address: str) -> str:
        begin, middle, end = self.addresses
        return f"{begin}{address}{middle}{address}{end}"


@dataclass(frozen=True, slots=True)
class Frame:
    """The head and the foot of every letter of one make, and its styles."""

    styles: Styles
    above: str
    below: str
    foot: str

    def html(self, words: str, firm: str, postal_address: str, stop_link: str) -> str:
        """A whole page; all of it is markup already."""
        known = (firm, postal_address, stop_link)
        return f"{_put(self.above, *known)}{words}{_put(self.below, *known)}"

    def text(self, words: str, firm: str, postal_address: str, stop_link: str) -> str:
        """The words with the foot below them."""
        return words + _put(self.foot, firm, postal_address, stop_link)


@lru_cache(maxsize=2)
def frame(*, has_stop_link: bool) -> Frame:
    """With or without a line that leads to *no more letters*."""
    context = {
        "cut": _CUT,
        "firm": _FIRM,
        "postal_address": _POSTAL,
        "stop_link": _STOP if has_stop_link else "",
    }
    pieces = inlined(get_template("emails/letter.html").render(context)).split(_CUT)
    text = get_template("emails/letter.txt").template  # type: ignore[attr-defined]  # Django's own
    above, *parts, below = pieces
    (p, p_end, q, q_one, q_end, q_last, q_close, li, li_end, *rest) = parts
    button, button_label, button_end, mail, mail_words, mail_end = rest
    return Frame(
        styles=Styles(
            paragraphs=(p, p_end),
            quotes=(q, q_one, q_end, q_last, q_close),
            lists=(li, f"</li>\n{li[li.index('<li') :]}", li_end),
            buttons=(button, button_label, button_end.strip()),
            addresses=(mail, mail_words, mail_end),
        ),
        above=above,
        below=below,
        foot=str(text.render(Context(context, autoescape=False))).split(_CUT)[1],
    )


def _put(text: str, firm: str, postal_address: str, stop_link: str) -> str:
    return text.replace(_FIRM, firm).replace(_POSTAL, postal_address).replace(_STOP, stop_link)
