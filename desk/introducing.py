"""Settings → How you introduce yourself: what somebody reads who does not know the firm yet."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from businesses import clock
from businesses.models import Membership
from businesses.pictures import (
    has_picture,
    keep_picture,
    picture_response,
    remove_picture,
    uploaded,
)
from businesses.profile import ProfileChanges, change_profile, checked_link, introduce_member
from businesses.refusals import Refusal
from desk.access import may_manage, may_write
from desk.forms import PlainForm
from desk.requests import DeskRequest

_OF_THE_FIRM = ("town", "website", "difference", "first_talk", "booking_link")


class IntroducingForm(PlainForm):
    """The member's own words; and, for the owner and managers, what is said of the firm."""

    self_introduction = forms.CharField(
        label="You, in a sentence or two",
        max_length=500,
        required=False,
        help_text="Stands in the letter that introduces you to somebody. Write it as you would"
        " say it: “I am Anna, and I keep the books of eleven workshops.”",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    picture = forms.FileField(
        label="Your face or your logo",
        required=False,
        help_text="JPEG, PNG or WebP, 5 MB at most. We keep a small copy, without place or camera."
        " Without one your initials stand there.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    difference = forms.CharField(
        label="What is different about you",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first_talk = forms.CharField(
        label="What the first talk gives them",
        max_length=300,
        required=False,
        help_text="“Half an hour, and you know whether your prices hold. It costs nothing.”",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    town = forms.CharField(label="Town", max_length=75, required=False)
    website = forms.CharField(
        label="Website", max_length=200, required=False, widget=forms.URLInput()
    )
    booking_link = forms.CharField(
        label="Where they can choose a time",
        max_length=200,
        required=False,
        help_text="The address of your booking page, if you have one. It stands in the letter that"
        " introduces you.",
        widget=forms.URLInput(),
    )

    def __init__(self, *args: object, member: Membership, **more: object) -> None:
        super().__init__(*args, **more)
        if not member.may_manage:
            for name in (*_OF_THE_FIRM, "picture"):
                del self.fields[name]

    def clean_website(self) -> str:
        return self.checked("website", checked_link)

    def clean_booking_link(self) -> str:
        return self.checked("booking_link", checked_link)

    def clean_picture(self) -> bytes | None:
        """The bytes of a picture; what cannot be one is said beside the field."""
        try:
            return uploaded(self.cleaned_data.get("picture"))
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def introducing(request: DeskRequest, slug: str) -> HttpResponse:
    """What a guest reads of the firm and of whoever meets them, with how it looks."""
    member, business = request.membership, request.business
    initial = {name: getattr(business, name) for name in _OF_THE_FIRM}
    initial["self_introduction"] = member.self_introduction
    form = IntroducingForm(
        request.POST or None, request.FILES or None, initial=initial, member=member
    )
    if request.method == "POST" and form.is_valid():
        _keep(request, form.cleaned_data)
        messages.success(request, "Kept. So you introduce yourself from now on.")
        return redirect("desk:settings_introducing", slug=slug)
    context = {
        "form": form,
        "business": business,
        "has_picture": has_picture(business),
        "host_full": request.user.name or business.name,
        "own_words": member.self_introduction,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/settings/introducing.html", context, status=status)


@require_safe
def picture(request: DeskRequest, slug: str) -> HttpResponse:
    return picture_response(request.business)


@require_POST
@may_manage
def no_picture(request: DeskRequest, slug: str) -> HttpResponse:
    remove_picture(business=request.business)
    messages.success(request, "Your initials stand there now.")
    return redirect("desk:settings_introducing", slug=slug)


def _keep(request: DeskRequest, told: dict[str, object]) -> None:
    with transaction.atomic():
        introduce_member(member=request.membership, words=str(told["self_introduction"]))
        if not request.membership.may_manage:
            return
        changes: ProfileChanges = {
            "town": str(told["town"]),
            "website": str(told["website"]),
            "difference": str(told["difference"]),
            "first_talk": str(told["first_talk"]),
            "booking_link": str(told["booking_link"]),
        }
        change_profile(business=request.business, changes=changes)
        data = told["picture"]
        if isinstance(data, bytes):
            keep_picture(business=request.business, data=data, now=clock.now())
