"""Settings → Why things come to nothing: the list that the business keeps."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from desk.access import may_manage, refused
from desk.requests import DeskRequest
from referrals.services import add_loss_reason, change_loss_reason, loss_reasons


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def reasons(request: DeskRequest, slug: str) -> HttpResponse:
    """The list, and one more reason for it."""
    words = request.POST.get("words", "")
    if request.method != "POST":
        return _page(request)
    status = refused(
        request,
        lambda: add_loss_reason(
            business=request.business, words=words, by=request.actor, now=clock.now()
        ),
        "Kept.",
    )
    if status == 200:
        return redirect("desk:settings_reasons", slug=slug)
    return _page(request, words, status)


@require_POST
@may_manage
def change(request: DeskRequest, slug: str) -> HttpResponse:
    """Word a reason anew, offer it no longer, or again. Where it was used it stays."""
    told = request.POST
    is_offered = {"yes": True, "no": False}.get(told.get("offered", ""))
    status = refused(
        request,
        lambda: change_loss_reason(
            business=request.business,
            key=told.get("reason", ""),
            words=told.get("words") if is_offered is None else None,
            is_offered=is_offered,
            by=request.actor,
            now=clock.now(),
        ),
        "Kept.",
    )
    if status == 200:
        return redirect("desk:settings_reasons", slug=slug)
    return _page(request, status=status)


def _page(request: DeskRequest, words: str = "", status: int = 200) -> HttpResponse:
    context = {"reasons": loss_reasons(), "words": words}
    return render(request, "desk/settings/reasons.html", context, status=status)
