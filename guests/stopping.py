"""The page that stops mail: behind every letter, by a button or by RFC 8058's one-click POST."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from activity.actors import Actor
from guests.entry import Visit, behind_link, enter, guarded, see
from outreach.models import Link, LinkPurpose
from outreach.services import has_stopped_mail, resume_mail, stop_mail

PAGE = "guests:unsubscribe"

_act = behind_link(LinkPurpose.UNSUBSCRIBE, acts_for=PAGE)


@behind_link(LinkPurpose.UNSUBSCRIBE)
def _page(visit: Visit) -> HttpResponse:
    return _show(visit)


@csrf_exempt
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The page with the button. A mail program's one-click POST acts at once.

    RFC 8058, 3.1: that POST carries neither cookies nor anything else of ours, so no CSRF token,
    and must not be redirected. What any other POST here wants is not known, so it gets the page.
    """
    if request.method != "POST":
        return _page(request, token)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return enter(request, token, LinkPurpose.UNSUBSCRIBE, _one_click)
    return guarded(see(PAGE, token=token))


@_act
def stop(visit: Visit) -> HttpResponse:
    _stop(visit)
    return visit.back_to(PAGE)


@_act
def undo(visit: Visit) -> HttpResponse:
    """Letters again: whoever holds the link is whom the letters were for."""
    resume_mail(link=visit.link, by=_who(visit.link), now=visit.now)
    return visit.back_to(PAGE)


def _show(visit: Visit) -> HttpResponse:
    context: dict[str, object] = {"stopped": has_stopped_mail(link=visit.link)}
    return visit.page("guests/unsubscribe.html", context)


def _one_click(visit: Visit) -> HttpResponse:
    _stop(visit)
    return _show(visit)


def _stop(visit: Visit) -> None:
    stop_mail(link=visit.link, by=_who(visit.link), now=visit.now)


def _who(link: Link) -> Actor:
    if link.subject_label == "contact":
        return Actor.contact(link.subject_id)
    return Actor.prospect(link.subject_id)
