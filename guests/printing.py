"""A card to print, with the code that leads to an advocate's own page, as PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import segno
from font_roboto import Roboto, RobotoBold
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# A business card, ISO 7810.
_WIDTH, _HEIGHT = 85.6 * mm, 54 * mm
_MARGIN = 6 * mm
_CODE = 34 * mm
_ROOM = _WIDTH - _CODE - 2 * _MARGIN
_LINES = 2
# A phone wants a light border of four modules round the code (ISO/IEC 18004).
_BORDER = 4
_PLAIN, _BOLD = "Roboto", "Roboto-Bold"


def code_as_svg(url: str) -> bytes:
    """The code of an address, dark on light whatever the page's colours are."""
    out = BytesIO()
    segno.make_qr(url).save(
        out, kind="svg", border=_BORDER, dark="#000", light="#fff", scale=4, title=None
    )
    return out.getvalue()


def code_as_png(url: str) -> bytes:
    out = BytesIO()
    segno.make_qr(url).save(out, kind="png", border=_BORDER, scale=10)
    return out.getvalue()


def card_as_pdf(*, url: str, advocate: str, host: str, firm: str, what: str) -> bytes:
    """Who is recommended, by whom, and the code; the same values give the same bytes.

    Roboto has the letters of every European alphabet, and goes into the file.
    """
    _fonts()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(_WIDTH, _HEIGHT), invariant=1)
    canvas.setTitle(f"{host}, by {advocate}")
    _draw_code(canvas, url)
    texts = (
        (host, _BOLD, 13.0),
        (firm if firm != host else "", _PLAIN, 9.5),
        (what, _PLAIN, 8.0),
        (f"{advocate} introduces you", _PLAIN, 8.0),
    )
    for line in placed(texts):
        canvas.setFont(line.font, line.size)
        canvas.drawString(_MARGIN, line.y, line.text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_code(canvas: Canvas, url: str) -> None:
    matrix = segno.make_qr(url).matrix
    module = _CODE / (len(matrix) + 2 * _BORDER)
    left = _WIDTH - _CODE - 2 * mm + _BORDER * module
    top = (_HEIGHT + _CODE) / 2 - _BORDER * module
    for row, modules in enumerate(matrix):
        for column, is_dark in enumerate(modules):
            if is_dark:
                x, y = left + column * module, top - (row + 1) * module
                canvas.rect(x, y, module, module, stroke=0, fill=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words, where it stands, and in what."""

    text: str
    font: str
    size: float
    y: float


def placed(texts: Sequence[tuple[str, str, float]]) -> list[Line]:
    """Each text in two lines at most, one below the other; what is longer is cut."""
    _fonts()
    lines: list[Line] = []
    y = _HEIGHT - _MARGIN - 4 * mm
    for text, font, size in texts:
        broken = _broken(text, font, size)
        if len(broken) > _LINES:
            broken = [*broken[: _LINES - 1], _cut(f"{broken[_LINES - 1]}…", font, size)]
        for line in broken:
            lines.append(Line(line, font, size, y))
            y -= size * 1.3
        y -= 1.5 * mm if broken else 0
    return lines


def _broken(text: str, font: str, size: float) -> list[str]:
    """In lines that fit; a word that is too long by itself is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, font, size) <= _ROOM:
            lines[-1] = longer
        else:
            lines.append(_cut(word, font, size))
    return lines


def _cut(text: str, font: str, size: float) -> str:
    while stringWidth(text, font, size) > _ROOM:
        text = text.rstrip("…")[:-1] + "…"
    return text


@cache
def _fonts() -> None:
    for name, path in ((_PLAIN, Roboto), (_BOLD, RobotoBold)):
        registerFont(TTFont(name, path))
