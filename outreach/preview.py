"""A letter as its reader will see it, before anything is queued."""

from collections.abc import Mapping

from businesses.models import Business
from outreach.filling import Filler
from outreach.letters import FIRM, POSTAL_ADDRESS, Rendered, render_letter

# Stands where the reader's own link will be: no screen shows a live one.
OWN_LINK = "(a link of their own)"


def preview_letter(
    *, business: Business, owner: str, template: str, context: Mapping[str, object]
) -> Rendered:
    """Subject and text as they will be read; what is not known yet is said in brackets."""
    rendered = render_letter(
        template,
        {
            "business": business,
            "firm": business.name or FIRM,
            "postal_address": POSTAL_ADDRESS,
            "stop_link": OWN_LINK,
            "link": OWN_LINK,
            **context,
        },
    )
    filler = Filler(
        links={},
        firm={
            "name": business.name or "(your firm)",
            "postal_address": business.postal_address or "(your postal address)",
            "owner": owner or "(your name)",
        },
    )
    return Rendered(
        filler.line(rendered.subject), filler.plain(rendered.text), filler.markup(rendered.html)
    )
