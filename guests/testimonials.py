"""What customers let a business publish: a page, a wall for other sites' frames, and JSON.

A business without anything published is not told from one that does not exist. What is taken back
is gone with the next request: nothing here may be kept by a browser or a proxy.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from businesses.models import Business
from businesses.pictures import image_response
from businesses.tenancy import acting_for
from feedback.models import Testimonial
from feedback.services import published_photo
from feedback.testimonials import published
from guests.entry import closed
from guests.throttling import TooOften, count_visit

Shown = Callable[[HttpRequest, Business | None, Sequence[Testimonial]], HttpResponse]
View = Callable[..., HttpResponse]

# On a wall, which stands on somebody else's page.
ON_A_WALL = 12
_IN_FRAMES = {
    "frame-ancestors": ["*"],
    "script-src": [NONE],
    "connect-src": [NONE],
    "form-action": [NONE],
}
_framed = cast(Callable[[View], View], csp_replace(_IN_FRAMES))


def _public(*, at_most: int) -> Callable[[Shown], View]:
    """Let the view show what is published by the business in the address; None: nothing is."""

    def decorate(view: Shown) -> View:
        @require_safe
        @wraps(view)
        def shown(request: HttpRequest, slug: str) -> HttpResponse:
            try:
                count_visit(request)
            except TooOften as refusal:
                return closed(request, refusal)
            business = Business.objects.filter(slug=slug).first()
            if business is None:
                response = view(request, None, [])
            else:
                with acting_for(business), timezone.override(ZoneInfo(business.timezone)):
                    rows = published(business, at_most)
                    response = view(request, business if rows else None, rows)
            response["Cache-Control"] = "no-store"
            return response

        return shown

    return decorate


@_public(at_most=100)
def page(
    request: HttpRequest, business: Business | None, rows: Sequence[Testimonial]
) -> HttpResponse:
    """All of them, in the business's order."""
    if business is None:
        return render(request, "404.html", status=404)
    return render(request, "public/testimonials.html", {"business": business, "rows": rows})


@_framed
@xframe_options_exempt
@_public(at_most=ON_A_WALL)
def wall(
    request: HttpRequest, business: Business | None, rows: Sequence[Testimonial]
) -> HttpResponse:
    """The first of them, for a frame on any site: the one page of ours that may stand in one.

    It holds no button, no form and nothing of whoever looks at it.
    """
    context = {"business": business, "rows": rows}
    return render(request, "public/wall.html", context, status=200 if business else 404)


@_public(at_most=100)
def as_json(
    request: HttpRequest, business: Business | None, rows: Sequence[Testimonial]
) -> HttpResponse:
    """The same for scripts of any site."""
    if business is None:
        response = JsonResponse({"testimonials": []}, status=404)
    else:
        address = reverse("public:testimonials", args=[business.slug])
        response = JsonResponse(
            {
                "business": business.name,
                "page": f"{settings.PUBLIC_URL}{address}",
                "testimonials": [_told(business.slug, row) for row in rows],
            }
        )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def photo(request: HttpRequest, slug: str, key: UUID) -> HttpResponse:
    """The face beside words that are published, for any site; for others the plain 404."""
    try:
        count_visit(request)
    except TooOften as refusal:
        return closed(request, refusal)
    business = Business.objects.filter(slug=slug).first()
    image = None
    if business is not None:
        with acting_for(business):
            image = published_photo(key)
    if image is None:
        return render(request, "404.html", status=404)
    response = image_response(image, on_any_site=True)
    response["Cache-Control"] = "no-store"
    return response


def _photo_at(slug: str, row: Testimonial) -> str:
    return reverse("public:photo", args=[slug, row.photo_key])


def _told(slug: str, row: Testimonial) -> Mapping[str, Any]:
    return {
        "words": row.words,
        "name": row.signature,
        "photo": f"{settings.PUBLIC_URL}{_photo_at(slug, row)}" if row.photo_key else None,
        "given_on": timezone.localtime(row.given_at).date().isoformat(),
    }
