"""Words that customers let us publish: read, shown, put in order, and changed with their yes."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from businesses import clock
from businesses.models import Business
from businesses.pictures import image_response
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.requests import DeskRequest
from feedback import services
from feedback.models import LONGEST_TESTIMONIAL, Testimonial

GONE_SHOWN = 20
_ROWS = Testimonial.objects.select_related("contact", "business")


class EditForm(PlainForm):
    """How the owner would like the words to read."""

    words = forms.CharField(
        label="How it might read",
        max_length=LONGEST_TESTIMONIAL,
        error_messages={"required": "Write how their words might read."},
        help_text="Correct a slip or leave something out. What they mean stays theirs.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@require_safe
def testimonials(request: DeskRequest, slug: str) -> HttpResponse:
    """Those to be read, those on the page in their order, and what was taken back."""
    return _page(request)


def _page(request: DeskRequest, status: int = 200) -> HttpResponse:
    live = list(_ROWS.live().order_by("place", "-given_at", "id"))
    shown = [row for row in live if row.is_published]
    context = {
        "waiting": [row for row in live if not row.is_published],
        "shown": [(row, place, place + 1 < len(shown)) for place, row in enumerate(shown)],
        "gone": _ROWS.exclude(withdrawn_at=None).order_by("-withdrawn_at", "id")[:GONE_SHOWN],
        **_addresses(request.business),
    }
    return render(request, "desk/feedback/testimonials.html", context, status=status)


def _addresses(business: Business) -> dict[str, str]:
    """Where everybody reads them, and what is copied into another site."""
    page, wall, data = (
        f"{settings.PUBLIC_URL}{reverse(f'public:{name}', args=[business.slug])}"
        for name in ("testimonials", "wall", "testimonials_json")
    )
    # Markup to be read, so it is plain text here and escaped once more on the page.
    snippet = (
        f'<iframe src="{wall}" title="What people say about {escape(business.name)}" width="100%"'
        ' height="480" loading="lazy" style="border: 0"></iframe>'
    )
    return {"page_url": page, "json_url": data, "snippet": snippet}


@require_POST
@may_write
def publish(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    row = _row(id)
    return _acted(
        request,
        refused(
            request,
            lambda: services.publish_testimonial(
                testimonial=row, by=request.actor, now=clock.now()
            ),
            f"Published. {row.contact.first_name} can take it back at any time.",
        ),
    )


@require_POST
@may_write
def unpublish(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    row = _row(id)
    return _acted(
        request,
        refused(
            request,
            lambda: services.unpublish_testimonial(
                testimonial=row, by=request.actor, now=clock.now()
            ),
            "It is off the page.",
        ),
    )


@require_POST
@may_write
def move(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """To the place that the button names: pressed twice, it moves once."""
    row = _row(id)
    said = request.POST.get("place", "")
    place = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0
    return _acted(
        request,
        refused(
            request,
            lambda: services.move_testimonial(
                testimonial=row, place=place, by=request.actor, now=clock.now()
            ),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def testimonial(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """One of them. A POST asks its writer whether it may read otherwise."""
    row = _row(id)
    form = EditForm(request.POST or None, initial={"words": row.proposed_words or row.words})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = refused(
                request,
                lambda: services.propose_edit(
                    testimonial=row,
                    words=form.cleaned_data["words"],
                    by=request.actor,
                    sender=request.user,
                    now=clock.now(),
                ),
                f"{row.contact.first_name} is asked. Until the yes nothing changes.",
            )
        if status == 200:
            return redirect("desk:testimonial", slug=slug, id=id)
    context = {"row": _row(id), "form": form}
    return render(request, "desk/feedback/testimonial.html", context, status=status)


@require_safe
def photo(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The face beside the words, also before they are published."""
    return image_response(services.photo_of(_row(id)))


@require_POST
@may_write
def drop_edit(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The proposed words are taken back; theirs stand as they are."""
    row = _row(id)
    status = refused(
        request,
        lambda: services.settle_edit(
            testimonial=row, accept=False, by=request.actor, now=clock.now()
        ),
        "Taken back. The words stay as they are.",
    )
    if status == 200:
        return redirect("desk:testimonial", slug=slug, id=id)
    return _page(request, status)


def _acted(request: DeskRequest, status: int) -> HttpResponse:
    if status == 200:
        return redirect("desk:testimonials", slug=request.business.slug)
    return _page(request, status)


def _row(key: UUID) -> Testimonial:
    return get_object_or_404(_ROWS, pk=key)
