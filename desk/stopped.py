"""Who gets no mail: who, why and since when, and what the business may take back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from activity.actors import ActorKind
from businesses import clock
from businesses.refusals import Refusal
from desk.access import may_write, refused
from desk.forms import PlainForm
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from outreach.models import OF_THE_ADDRESS, Suppression, SuppressionReason
from outreach.services import lift_suppression, suppress_by_hand
from outreach.states import MailKind

PAGE = 50

# What a lifted stop leads to, said before it is lifted.
_OF_THE_ADDRESS = (
    "Only if you know that the address is right. A wrong one is mended on the person’s page; the "
    "right one is then free by itself."
)
LIFTED: dict[str, str] = {
    SuppressionReason.BY_OWNER: "Letters may go there again, from now on.",
    **dict.fromkeys(OF_THE_ADDRESS, _OF_THE_ADDRESS),
}


class StopForm(PlainForm):
    """Whom to write to no more, and what."""

    email = forms.CharField(
        label="E-mail address",
        max_length=254,
        error_messages={"required": "Please give the address."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label="What shall they not get?",
        choices=[(kind, kind.label[:1].upper() + kind.label[1:]) for kind in MailKind],
        initial=MailKind.ALL,
        error_messages={"required": "Please choose what they shall not get."},
    )


@dataclass(frozen=True, slots=True)
class Stop:
    """One row as the owner reads it."""

    row: Suppression

    @property
    def who(self) -> str:
        """A name where there is one: the address is not kept."""
        if self.row.contact is not None:
            return str(self.row.contact.name)
        if self.row.by_kind == ActorKind.PROSPECT:
            return "Somebody who was introduced to you"
        return "Somebody no longer here"

    @property
    def why(self) -> str:
        return str(self.row.get_why_display())

    @property
    def what(self) -> str:
        """Which letters; empty for all of them."""
        return "" if self.row.kind == MailKind.ALL else self.row.get_kind_display()

    @property
    def lifted(self) -> str:
        return LIFTED.get(self.row.why, "")


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def stopped(request: DeskRequest, slug: str) -> HttpResponse:
    """The list; a POST adds an address by hand."""
    if request.method != "POST":
        return _page(request)
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        suppress_by_hand(
            business=request.business,
            address=form.cleaned_data["email"],
            kind=form.cleaned_data["kind"],
            by=request.actor,
            now=clock.now(),
        )
    except Refusal as refusal:
        form.add_error("email", refusal.message)
        return _page(request, form, status=refusal.status)
    messages.success(request, "Kept. They get no more of these letters.")
    return redirect("desk:settings_stopped", slug=slug)


@require_POST
@may_write
def lift(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Letters may go there again; what the person decided stays."""
    row = get_object_or_404(Suppression.objects.select_related("business", "contact"), pk=id)
    status = refused(
        request,
        lambda: lift_suppression(suppression=row, by=request.actor, now=clock.now()),
        "Lifted. Nothing of yours stands in the way of letters there any more.",
    )
    if status == 200:
        return redirect("desk:settings_stopped", slug=slug)
    return _page(request, status=status)


def _page(request: DeskRequest, form: StopForm | None = None, *, status: int = 200) -> HttpResponse:
    rows = _rows(request)
    older = ""
    if len(rows) > PAGE:
        address = reverse("desk:settings_stopped", kwargs={"slug": request.business.slug})
        older = f"{address}?after={rows[PAGE - 1].pk}"
    context = {
        "stops": [Stop(row) for row in rows[:PAGE]],
        "older": older,
        "form": form or StopForm(),
    }
    return render(request, "desk/settings/stopped.html", context, status=status)


def _rows(request: DeskRequest) -> Sequence[Suppression]:
    """One page and one row more, newest first."""
    rows = Suppression.objects.select_related("contact").order_by("-id")
    after = id_in_address(request, "after")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows[: PAGE + 1])
