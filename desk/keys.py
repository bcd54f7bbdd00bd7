"""API keys: with which other programs may read and write here."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.keys import make_api_key, withdraw_api_key
from businesses.models import ApiKey, Scope
from businesses.refusals import Refusal
from desk.access import may_manage
from desk.forms import PlainForm
from desk.requests import DeskRequest

# In words. A key for everything can wait until there is more than a member may do.
SCOPES: dict[str, str] = {
    Scope.READ: "Look at everything, and change nothing",
    Scope.WRITE: "Look and change, as anybody who works here may",
    Scope.ADMIN: "All that, and when letters leave",
}
KEYS_SHOWN = 100


class KeyForm(PlainForm):
    name = forms.CharField(
        label="What is it for?",
        max_length=75,
        error_messages={"required": "Please say what it is for, to tell it from others later."},
        help_text="Such as the name of the program: each should have a key of its own.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label="What may it do?",
        choices=list(SCOPES.items()),
        initial=Scope.READ,
        error_messages={"required": "Please choose what it may do."},
        widget=forms.RadioSelect,
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@may_manage
def keys(request: DeskRequest, slug: str) -> HttpResponse:
    """The keys there are; a POST makes one and shows it in its answer, there and never again."""
    if request.method != "POST":
        return _page(request)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        key, secret = make_api_key(
            business=request.business,
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            made_by=request.user,
            now=clock.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return _page(request, status=refusal.status)
    return _page(request, made=key, secret=secret)


@require_POST
@may_manage
def withdraw(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The key opens nothing any more; a second press says the same."""
    # Keys stand outside the fence, so that the business must be named here.
    key = get_object_or_404(ApiKey, pk=id, business=request.business)
    withdraw_api_key(key=key, now=clock.now())
    messages.success(request, f"Withdrawn. The key for {key.name} opens nothing any more.")
    return redirect("desk:settings_keys", slug=slug)


def _page(
    request: DeskRequest,
    form: KeyForm | None = None,
    *,
    made: ApiKey | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = (
        request.business.api_keys.select_related("made_by")
        .order_by(F("withdrawn_at").desc(nulls_first=True), "-id")
        .all()[:KEYS_SHOWN]
    )
    context = {
        "keys": [(key, SCOPES.get(key.scope, key.get_scope_display())) for key in rows],
        "form": form or KeyForm(),
        "made": made,
        "secret": secret,
    }
    return render(request, "desk/settings/keys.html", context, status=status)
