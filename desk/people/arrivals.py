"""*Someone was sent to me*: the commonest referral comes by phone or at the counter."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from contacts.models import Contact
from desk.access import may_write
from desk.people.forms import SomeoneSentForm
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from referrals.models import Referral
from referrals.services import SentThemself, record_sent_someone


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def someone_sent(request: DeskRequest, slug: str) -> HttpResponse:
    """One screen: who came, how to reach them, who sent them. Pressing twice records one."""
    if request.method == "POST":
        form = SomeoneSentForm(request.POST, business=request.business)
        if form.is_valid():
            try:
                referral = _record(request, form)
            except SentThemself as refusal:
                form.add_error("sender_name", refusal.message)
            else:
                messages.success(request, _what_was_kept(referral))
                return redirect("desk:person", slug=slug, id=referral.contact_id)
    else:
        form = SomeoneSentForm(business=request.business, initial=_sender(request))
    return render(
        request,
        "desk/people/someone_sent.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def _record(request: DeskRequest, form: SomeoneSentForm) -> Referral:
    sender = form.cleaned_data["known_sender"]
    # A refusal takes back what was made before it: the sender who turned out to be the same.
    with transaction.atomic():
        return record_sent_someone(
            business=request.business,
            name=form.cleaned_data["name"],
            email=form.email,
            phone=form.phone,
            sender=sender,
            sender_name="" if sender else form.cleaned_data["sender_name"],
            by=request.actor,
            now=clock.now(),
        )


def _what_was_kept(referral: Referral) -> str:
    credit = referral.credits.select_related("advocate__contact").order_by("created_at").first()
    kept = f"{referral.contact.name} is kept, and a reminder to follow up."
    if credit is None:
        return kept
    return f"{kept} You owe {credit.advocate.contact.first_name} a thank-you."


def _sender(request: DeskRequest) -> dict[str, object]:
    """The sender whose page led here, filled in."""
    key = id_in_address(request, "sender")
    sender = Contact.objects.filter(pk=key).first() if key else None
    return {"sender": sender.pk, "sender_name": sender.name} if sender else {}
