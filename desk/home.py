"""The front door: a business's Today for who is signed in, else what this is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from businesses.models import Membership


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        membership = (
            Membership.objects.select_related("business")
            .filter(user=request.user)
            .order_by("created_at")
            .first()
        )
        if membership is not None:
            return redirect("desk:today", slug=membership.business.slug)
    return render(request, "home.html")
