"""The one way into a guest's page: a token proved, its business set, kind pages for refusals."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from zoneinfo import ZoneInfo

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from businesses import clock
from businesses.models import Business
from businesses.refusals import Refusal
from businesses.tenancy import acting_for
from guests.throttling import (
    WINDOW_SECONDS,
    TooOften,
    count_link,
    count_visit,
    count_wrong_token,
)
from outreach.links import LinkExpired, LinkWithdrawn, UnknownLink, open_link
from outreach.models import Link, LinkPurpose

View = Callable[..., HttpResponse]

# The status of a refusal after which there is nothing left to do on the page.
GONE = 410

_SAFE = ("GET", "HEAD")

# What a closed door says: a heading, and what to do next.
_CLOSED = {
    LinkExpired.code: (
        "This link has run out.",
        "Whoever sent it to you can send a new one: answering the letter it came in is enough.",
    ),
    LinkWithdrawn.code: (
        "This link is no longer used.",
        "It was taken back, or a newer one was sent. There is nothing you have to do. If you have "
        "a question, answer the letter it came in: a person reads it.",
    ),
    "introduction_expired": (
        "This introduction has run out.",
        "Nobody pressed a button in time, so what was kept about you is gone. If you would like to "
        "be introduced after all, tell the person who sent you the link.",
    ),
    "introduction_withdrawn": (
        "This introduction was taken back.",
        "There is nothing you have to do, and nothing is kept about you.",
    ),
    "ask_withdrawn": (
        "This request was taken back.",
        "There is nothing you have to do. Thank you for looking.",
    ),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request behind a right token, with the business set for as long as the view runs."""

    request: HttpRequest
    token: str
    link: Link
    now: datetime

    @property
    def business(self) -> Business:
        return self.link.business

    def page(self, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
        """The page, rendered here and now: afterwards the business is no longer set."""
        today = clock.today(self.business, self.now)
        known = {"token": self.token, "business": self.business, "today": today}
        return render(self.request, template, known | context, status=status)

    def back_to(self, name: str, **more: object) -> HttpResponse:
        """After a press: on to the page that shows what it led to."""
        return see(name, token=self.token, **more)


def behind_link(purpose: LinkPurpose, *, acts_for: str = "") -> Callable[[View], View]:
    """Let the view run for a right token of this purpose, and with its business set.

    A view that acts names the page it belongs to (`acts_for`): only POST reaches it, and whoever
    merely opens its address (a mail scanner, a reload) is led to that page. Refusals that the view
    does not show itself become a kind page, and nothing it did stays.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def entered(request: HttpRequest, token: str, **more: object) -> HttpResponse:
            if acts_for and request.method in _SAFE:
                return guarded(see(acts_for, token=token, **more))
            if request.method not in (("POST",) if acts_for else _SAFE):
                return guarded(HttpResponseNotAllowed(["POST"] if acts_for else list(_SAFE)))
            return enter(request, token, purpose, view, **more)

        return entered

    return decorate


def enter(
    request: HttpRequest, token: str, purpose: LinkPurpose, view: View, **more: object
) -> HttpResponse:
    """Prove the token and run the view behind it; the method is the caller's concern."""
    return _enter(request, token, purpose, view, is_counted=True, **more)


def enter_by_one_click(
    request: HttpRequest, token: str, purpose: LinkPurpose, view: View
) -> HttpResponse:
    """`enter` for a mail program's POST that stops letters (RFC 8058), however many there were.

    They come from few addresses of the large mailbox providers, for all who use one of them, and
    may not be made again: a 429 would lose somebody's wish. Wrong tokens count as ever.
    """
    return _enter(request, token, purpose, view, is_counted=False)


def _enter(
    request: HttpRequest,
    token: str,
    purpose: LinkPurpose,
    view: View,
    *,
    is_counted: bool,
    **more: object,
) -> HttpResponse:
    now = clock.now()
    try:
        link = _opened(request, token, purpose, now, is_counted=is_counted)
        with acting_for(link.business), timezone.override(ZoneInfo(link.business.timezone)):
            response: HttpResponse = view(Visit(request, token, link, now), **more)
    except Refusal as refusal:
        response = closed(request, refusal)
    return guarded(response)


def closed(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page for a door that does not open. A token that proves nothing gets the plain 404."""
    if isinstance(refusal, UnknownLink):
        return render(request, "404.html", status=404)
    if isinstance(refusal, TooOften):
        response = render(request, "429.html", status=429)
        response["Retry-After"] = str(WINDOW_SECONDS)
        return response
    heading, text = _CLOSED.get(refusal.code, (refusal.message, "Nothing was changed."))
    context = {"heading": heading, "text": text}
    return render(request, "guests/closed.html", context, status=refusal.status)


def see(name: str, **where: object) -> HttpResponse:
    """303: look there, with GET, whatever the method was (RFC 9110, 15.4.4)."""
    return HttpResponseRedirect(reverse(name, kwargs=where), status=303)


def guarded(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by no search engine; no other site hears the address."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response


def _opened(
    request: HttpRequest, token: str, purpose: LinkPurpose, now: datetime, *, is_counted: bool
) -> Link:
    if is_counted:
        count_visit(request)
    try:
        link = open_link(token, purpose, now=now)
    except UnknownLink:
        if not is_counted:
            count_visit(request)
        count_wrong_token(request)
        raise
    if is_counted:
        count_link(link)
    return link
