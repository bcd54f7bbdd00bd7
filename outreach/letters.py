"""Writing a letter: from its three templates to the text that is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.template import Context
from django.template.loader import get_template

from businesses.refusals import Refusal
from contacts.models import Contact
from outreach.filling import one_line
from outreach.frames import inlined
from outreach.placeholders import Placeholder

# Filled when the letter is sent: a held letter leaves with what was written down meanwhile.
FIRM = Placeholder("{firm:name}")
POSTAL_ADDRESS = Placeholder("{firm:postal_address}")
OWNER = Placeholder("{firm:owner}")

# Between the words and the foot: templates/emails/base.txt.
_FOOT = "\n--\n"


class NoAddress(Refusal):
    """Nobody can be written to without an address."""

    message = "There is no e-mail address to write to."
    code = "no_address"
    status = 422


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a letter goes to.

    A contact; or, before their yes, a prospect by the introduction's id alone; or (the owner)
    a name with an address.
    """

    name: str = ""
    contact: Contact | None = None
    introduction_id: UUID | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. Placeholders are still in it."""

    subject: str
    text: str
    html: str

    @property
    def words(self) -> str:
        """The text above its foot."""
        above, foot, _ = self.text.rpartition(_FOOT)
        return above if foot else self.text

    @property
    def foot(self) -> str:
        """Which firm it is, where, and how to hear no more; empty for a letter without a foot."""
        _, foot, below = self.text.rpartition(_FOOT)
        return below if foot else ""


def render_letter(template_dir: str, context: Mapping[str, object]) -> Rendered:
    """Render `templates/emails/<template_dir>/{subject.txt,body.txt,body.html}`.

    Text that people wrote cannot become a header (the subject is one line) or markup (the HTML is
    escaped). Styles are written into the elements, since mail programs drop style sheets.
    """
    stem = f"emails/{template_dir}"
    return Rendered(
        subject=one_line(_render_text(f"{stem}/subject.txt", context)),
        text=tidy(_render_text(f"{stem}/body.txt", context)),
        html=inlined(get_template(f"{stem}/body.html").render(dict(context))),
    )


def _render_text(name: str, context: Mapping[str, object]) -> str:
    """A plain-text template: nothing is escaped, since nothing there is markup."""
    template = get_template(name).template  # type: ignore[attr-defined]  # Django's own engine
    return str(template.render(Context(dict(context), autoescape=False)))


def tidy(text: str) -> str:
    """Without the blank lines and trailing spaces that template tags leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept) + "\n"
