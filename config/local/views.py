"""/inbox/: what the local mail catcher kept, as a person reads it and as a script does."""

import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.local.letters import Letter, find_letter, newest_first

# A page this long is read by nobody; the JSON has all of them.
LETTERS_ON_A_PAGE = 200

# No script, no form, nothing from elsewhere; links open in a window of their own, unhindered.
_FRAME = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    f"frame-ancestors 'self'; form-action 'none'; base-uri 'self'; sandbox {_FRAME}"
)
# Where a <base> may stand, best first; without any of them, in front.
_PLACES = [
    re.compile(rf"<{tag}(?:\s[^>]*)?>", re.IGNORECASE) for tag in ("head", "html", "!doctype")
]


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """All letters, newest first."""
    letters = newest_first(_directory())
    context = {
        "letters": letters[:LETTERS_ON_A_PAGE],
        "older_count": max(0, len(letters) - LETTERS_ON_A_PAGE),
    }
    return _private(render(request, "local/inbox.html", context))


@require_safe
def letter(request: HttpRequest, letter_id: str) -> HttpResponse:
    """One letter: its HTML in a frame, its text beside it."""
    return _private(
        render(request, "local/letter.html", {"letter": _letter_or_404(letter_id), "frame": _FRAME})
    )


@require_safe
@xframe_options_sameorigin
def letter_html(_request: HttpRequest, letter_id: str) -> HttpResponse:
    """The HTML alone, for the frame, under a policy of its own."""
    response = HttpResponse(_opening_outside(_letter_or_404(letter_id).html))
    response["Content-Security-Policy"] = _LETTER_POLICY
    return _private(response)


@require_safe
def messages(request: HttpRequest) -> JsonResponse:
    """The letters for scripts, newest first; `?to=` keeps those that this address received."""
    wanted = request.GET.get("to", "").strip().casefold()
    letters = [
        letter
        for letter in newest_first(_directory())
        if not wanted or wanted in {address.casefold() for address in letter.delivered_to}
    ]
    response = JsonResponse([_as_json(letter) for letter in letters], safe=False)
    response["Cache-Control"] = "no-store"
    return response


def _directory() -> Path:
    return Path(settings.LOCAL_DIR) / "letters"


def _letter_or_404(letter_id: str) -> Letter:
    found = find_letter(_directory(), letter_id)
    if found is None:
        raise Http404("There is no such letter.")
    return found


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _opening_outside(html: str) -> str:
    """The letter with its links opening in a new window, as a mail program does it."""
    found = next(filter(None, (place.search(html) for place in _PLACES)), None)
    at = found.end() if found else 0
    return f'{html[:at]}<base target="_blank">{html[at:]}'


def _as_json(letter: Letter) -> dict[str, object]:
    return {
        "id": letter.id,
        "to": letter.to,
        "delivered_to": letter.delivered_to,
        "from": letter.sender,
        "reply_to": letter.reply_to,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
        "links": letter.links,
        "date": letter.received_at.isoformat(),
        "headers": dict(letter.headers),
    }
