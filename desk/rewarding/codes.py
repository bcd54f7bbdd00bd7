"""Settings → Rewards → Codes: lists of discount codes, of which each is given once."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from desk.access import may_manage, only_managers
from desk.requests import DeskRequest
from desk.rewarding.forms import CodesForm
from rewards.models import RewardCode
from rewards.services import add_codes, codes_in, take_away_codes


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def codes(request: DeskRequest, slug: str) -> HttpResponse:
    """How many are left of each list; a POST adds some, all or none."""
    is_told = request.method == "POST"
    form = CodesForm(request.POST, request.FILES) if is_told else CodesForm()
    if is_told and form.is_valid() and _are_kept(request, form):
        return redirect("desk:settings_reward_codes", slug=slug)
    lists = (
        RewardCode.objects.values("list_name")
        .annotate(left=Count("id", filter=Q(reward=None)), given=Count("reward"))
        .order_by("list_name")
    )
    context = {"form": form, "lists": list(lists)}
    return render(request, "desk/rewards/codes.html", context, status=422 if is_told else 200)


@require_POST
@only_managers
def take_away(request: DeskRequest, slug: str) -> HttpResponse:
    """Of one list, all that are left."""
    count = take_away_codes(
        business=request.business,
        list_name=request.POST.get("list_name", ""),
        by=request.actor,
        now=clock.now(),
    ).taken_away
    codes = "1 code is" if count == 1 else f"{count} codes are"
    messages.success(request, f"{codes} taken away. What was given stays.")
    return redirect("desk:settings_reward_codes", slug=slug)


def _are_kept(request: DeskRequest, form: CodesForm) -> bool:
    try:
        with transaction.atomic():
            kept = add_codes(
                business=request.business,
                codes=codes_in(form.typed()),
                list_name=form.cleaned_data["list_name"],
                by=request.actor,
                now=clock.now(),
            )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, f"{kept.added} codes are kept. Each is given once.")
    return True
