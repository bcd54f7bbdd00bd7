"""The wall of thanks: words for those who let them stand there, open to everybody.

A business that thanks nobody in public is not told from one that does not exist. What is taken
back is gone with the next request: nothing here may be kept by a browser or a proxy.
"""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from businesses.models import Business
from businesses.tenancy import acting_for
from guests.entry import closed
from guests.throttling import TooOften, count_visit
from referrals.models import ThankYou

ON_A_PAGE = 100


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, the latest yes first."""
    try:
        count_visit(request)
    except TooOften as refusal:
        return closed(request, refusal)
    business = Business.objects.filter(slug=slug).first()
    response = _shown(request, business) if business else None
    if response is None:
        return render(request, "404.html", status=404)
    response["Cache-Control"] = "no-store"
    return response


def _shown(request: HttpRequest, business: Business) -> HttpResponse | None:
    with acting_for(business), timezone.override(ZoneInfo(business.timezone)):
        rows = list(ThankYou.objects.on_the_wall()[:ON_A_PAGE])
        context = {"business": business, "rows": rows}
        return render(request, "public/thanks.html", context) if rows else None
