"""Settings → Why things come to nothing: the list that the business keeps."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from desk.access import may_manage, refused
from desk.requests import DeskRequest
from referrals.services import add_loss_reason, change_loss_reason, loss_reasons


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def reasons(request: DeskRequest, slug: str) -> HttpResponse:
    """The list; one more reason for it; or one worded anew, offered no longer, or again."""
    if request.method != "POST":
        return _page(request)
    key, words = request.POST.get("reason", ""), request.POST.get("words", "")
    status = refused(request, lambda: _keep(request, key, words), "Kept.")
    if status == 200:
        return redirect("desk:settings_reasons", slug=slug)
    return _page(request, "" if key else words, status)


def _keep(request: DeskRequest, key: str, words: str) -> None:
    business, by, now = request.business, request.actor, clock.now()
    if not key:
        add_loss_reason(business=business, words=words, by=by, now=now)
        return
    is_offered = {"yes": True, "no": False}.get(request.POST.get("offered", ""))
    change_loss_reason(
        business=business,
        key=key,
        words=words if is_offered is None else None,
        is_offered=is_offered,
        by=by,
        now=now,
    )


def _page(request: DeskRequest, words: str = "", status: int = 200) -> HttpResponse:
    context = {"reasons": loss_reasons(), "words": words}
    return render(request, "desk/settings/reasons.html", context, status=status)
