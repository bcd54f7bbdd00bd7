"""Settings → Your mail: the morning letter and the monthly one, each member's own choice."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.models import EARLIEST_MORNING, LATEST_MORNING, Membership
from desk.accounts.proof import is_proven
from desk.forms import PlainForm
from desk.mornings import write_morning
from desk.requests import DeskRequest
from desk.zones import zones_by_part
from outreach.services import OwnMailChanges, change_own_mail

_HOURS = [(hour, f"{hour}:00") for hour in range(EARLIEST_MORNING, LATEST_MORNING + 1)]


class OwnMailForm(PlainForm):
    morning_letter = forms.BooleanField(
        label="Tell me in the morning what is due",
        required=False,
        help_text="On working days, and only when there is something.",
    )
    morning_hour = forms.TypedChoiceField(label="At", coerce=int, choices=_HOURS)
    timezone = forms.ChoiceField(label="By the clock of", required=False)
    month_letter = forms.BooleanField(
        label="Tell me once a month how it went",
        required=False,
        help_text="On the first working morning, and only when something happened.",
    )

    def __init__(self, *args: Any, member: Membership, **more: Any) -> None:
        super().__init__(*args, **more)
        clocks = self.fields["timezone"]
        assert isinstance(clocks, forms.ChoiceField)
        of_the_firm = f"{member.business.timezone}, as the firm"
        clocks.choices = zones_by_part(empty=of_the_firm, also=member.timezone)

        if not member.may_write:
            # Nothing is theirs to do, so there is nothing to tell them in the morning.
            del self.fields["morning_letter"]

    def changes(self) -> OwnMailChanges:
        told = {name: self.cleaned_data[name] for name in self.fields}
        changes: OwnMailChanges = told  # type: ignore[assignment]  # these fields, cleaned
        return changes


@require_POST
def one_now(request: DeskRequest, slug: str) -> HttpResponse:
    """A morning letter at once, to see how it reads. A second press finds it on its way."""
    member = request.membership
    if is_proven(request.user) and member.may_write:
        write_morning(member=member, now=clock.now())
        messages.success(request, "If anything is due, the letter is on its way to you.")
    return redirect("desk:settings_mail", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def own_mail(request: DeskRequest, slug: str) -> HttpResponse:
    """Whoever may only look, too: it is their own mail."""
    member = request.membership
    initial = {name: getattr(member, name) for name in OwnMailForm.base_fields}
    form = OwnMailForm(request.POST or None, initial=initial, member=member)
    if request.method == "POST" and form.is_valid():
        change_own_mail(member=member, changes=form.changes(), now=clock.now())
        messages.success(request, "Kept. It holds from the next morning on.")
        return redirect("desk:settings_mail", slug=slug)
    context = {"form": form, "is_proven": is_proven(request.user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/own_mail.html", context, status=status)
