"""The page that stops mail: behind every letter, by a button or by RFC 8058's one-click POST."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from activity.actors import Actor
from guests.entry import Visit, behind_link, enter_by_one_click, guarded, see
from outreach.models import Link, LinkPurpose
from outreach.services import resume_mail, stop_mail, stopped_kinds
from outreach.states import MailKind

PAGE = "guests:unsubscribe"

# What can be stopped by itself, and how the page says it.
CHOICES: dict[str, str] = {
    MailKind.ASKS: "Letters that ask whether I could introduce somebody",
    MailKind.NEWS: "News of what became of my introductions",
    MailKind.FRIENDLY: "Thanks and other friendly letters",
}

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
        return enter_by_one_click(request, token, LinkPurpose.UNSUBSCRIBE, _one_click)
    return guarded(see(PAGE, token=token))


@_act
def stop(visit: Visit) -> HttpResponse:
    """No more mail at all, or none of the kind that the button names."""
    kind = _kind(visit)
    if kind is not None:
        stop_mail(link=visit.link, kind=kind, by=_who(visit.link), now=visit.now)
    return visit.back_to(PAGE)


@_act
def undo(visit: Visit) -> HttpResponse:
    """Letters again: whoever holds the link is whom the letters were for."""
    kind = _kind(visit)
    if kind is not None:
        resume_mail(link=visit.link, kind=kind, by=_who(visit.link), now=visit.now)
    return visit.back_to(PAGE)


def _kind(visit: Visit) -> MailKind | None:
    """What the pressed button is about; None for what no button of ours says."""
    given = visit.request.POST.get("kind", MailKind.ALL)
    return MailKind(given) if given in MailKind.values else None


def _show(visit: Visit) -> HttpResponse:
    stopped = stopped_kinds(link=visit.link)
    # A prospect gets one letter and no others, so there is nothing to choose.
    choices = CHOICES if visit.link.subject_label == "contact" else {}
    context: dict[str, object] = {
        "stopped": MailKind.ALL in stopped,
        "choices": [(kind, words, kind in stopped) for kind, words in choices.items()],
    }
    return visit.page("guests/unsubscribe.html", context)


def _one_click(visit: Visit) -> HttpResponse:
    """RFC 8058 knows no kinds: it stops everything."""
    stop_mail(link=visit.link, by=_who(visit.link), now=visit.now)
    return _show(visit)


def _who(link: Link) -> Actor:
    if link.subject_label == "contact":
        return Actor.contact(link.subject_id)
    return Actor.prospect(link.subject_id)
