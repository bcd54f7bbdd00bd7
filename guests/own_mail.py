"""The pages that stop a member's morning and monthly letters: by a button, or by one click."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from businesses.models import Membership
from guests.entry import Visit, behind_link, enter_by_one_click, guarded, see
from outreach.links import LinkWithdrawn
from outreach.models import LinkPurpose
from outreach.services import MONTH, MORNING, member_behind, set_member_letter


class Stopping:
    """The page of one kind of letter, and what its buttons do."""

    def __init__(self, purpose: LinkPurpose, kind: str, page: str) -> None:
        self._purpose, self._kind, self._page = purpose, kind, page
        act = behind_link(purpose, acts_for=page)
        self._look = behind_link(purpose)(self._show)
        self.stop: Callable[..., HttpResponse] = act(self._set(wanted=False))
        self.undo: Callable[..., HttpResponse] = act(self._set(wanted=True))
        self.entry: Callable[..., HttpResponse] = csrf_exempt(self._entry)

    def _entry(self, request: HttpRequest, token: str) -> HttpResponse:
        """The page. A mail program's one-click POST (RFC 8058) acts at once."""
        if request.method != "POST":
            return self._look(request, token)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return enter_by_one_click(request, token, self._purpose, self._one_click)
        return guarded(see(self._page, token=token))

    def _show(self, visit: Visit) -> HttpResponse:
        member = _member(visit)
        is_morning = self._kind == MORNING
        context: dict[str, object] = {
            "is_morning": is_morning,
            "is_wanted": member.morning_letter if is_morning else member.month_letter,
            "hour": member.morning_hour,
            "stop_page": f"guests:stop_{visit.link.purpose}",
            "undo_page": f"guests:undo_{visit.link.purpose}",
            "slug": visit.business.slug,
        }
        return visit.page("guests/own_mail.html", context)

    def _one_click(self, visit: Visit) -> HttpResponse:
        self._change(visit, wanted=False)
        return self._show(visit)

    def _set(self, *, wanted: bool) -> Callable[[Visit], HttpResponse]:
        def act(visit: Visit) -> HttpResponse:
            self._change(visit, wanted=wanted)
            return visit.back_to(self._page)

        return act

    def _change(self, visit: Visit, *, wanted: bool) -> None:
        set_member_letter(member=_member(visit), kind=self._kind, wanted=wanted, now=visit.now)


def _member(visit: Visit) -> Membership:
    """Whose letters they are. Raises `LinkWithdrawn` once they work here no more."""
    member = member_behind(visit.link)
    if member is None:
        raise LinkWithdrawn
    return member


mornings = Stopping(LinkPurpose.MORNINGS, MORNING, "guests:mornings")
months = Stopping(LinkPurpose.MONTHS, MONTH, "guests:months")
