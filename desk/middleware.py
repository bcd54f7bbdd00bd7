"""Which business a signed-in user acts for: the one in the address, not one in the session."""

import re
from collections.abc import Callable
from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from activity.actors import Actor
from businesses.giving_way import as_refusal
from businesses.models import Membership, Role
from businesses.tenancy import acting_for
from desk.requests import DeskRequest

# Others of the same business who can do something.
_COLLEAGUES = (
    Membership.objects.filter(business=OuterRef("business"))
    .exclude(pk=OuterRef("pk"))
    .exclude(role=Role.VIEWER)
)
_PLACE = re.compile(r"^/b/([-a-zA-Z0-9_]+)/")


class BusinessMiddleware:
    """Sets the business of `/b/<slug>/…` behind the fence, for its members alone.

    A stranger's answer is the same 404 whether the business exists or not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        place = _PLACE.match(request.path_info)
        if place is None:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        membership = (
            Membership.objects.select_related("business")
            .annotate(has_colleagues=Exists(_COLLEAGUES))
            .filter(business__slug=place[1], user=request.user)
            .first()
        )
        if membership is None:
            raise Http404
        membership.user = request.user
        inside = cast(DeskRequest, request)
        inside.membership = membership
        inside.has_colleagues = membership.has_colleagues
        inside.business = membership.business
        inside.actor = Actor.member(membership)
        with (
            acting_for(membership.business, savepoint=False),
            timezone.override(membership.business.timezone),
        ):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What no page has words of its own for: an old page's button, or a lost race; a guest's,
        too. The API has its own way to say it.
        """
        is_for_people = not request.path_info.startswith("/api/")
        refusal = as_refusal(exception) if is_for_people else None
        if refusal is None:
            return None
        return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)
