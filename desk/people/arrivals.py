"""*Someone was sent to me*: the commonest referral comes by phone or at the counter."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from businesses import clock
from businesses.presses import SAME_PRESS
from contacts.models import Contact
from desk.access import may_write
from desk.people.forms import SomeoneSentForm
from desk.people.ids import id_in_address
from desk.requests import DeskRequest
from referrals.models import Credit, Referral, ThankYou
from referrals.services import SentThemself, record_sent_someone
from referrals.states import ReferralState


@may_write
@require_http_methods(["GET", "HEAD", "POST"])
def someone_sent(request: DeskRequest, slug: str) -> HttpResponse:
    """One screen: who came, how to reach them, who sent them. Pressing twice records one."""
    if request.method == "POST":
        form = SomeoneSentForm(request.POST, business=request.business)
        if form.is_valid():
            try:
                now = clock.now()
                referral = _record(request, form, now)
            except SentThemself as refusal:
                form.add_error("sender_name", refusal.message)
            else:
                messages.success(request, _what_was_kept(referral, now))
                return redirect("desk:person", slug=slug, id=referral.contact_id)
    else:
        form = SomeoneSentForm(business=request.business, initial=_sender(request))
    return render(
        request,
        "desk/people/someone_sent.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def _record(request: DeskRequest, form: SomeoneSentForm, now: datetime) -> Referral:
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
            told=form.told,
            by=request.actor,
            now=now,
        )


def _what_was_kept(referral: Referral, now: datetime) -> str:
    """Of two presses the second says what the first has said."""
    name = referral.contact.name
    just_now = now - SAME_PRESS
    credit = referral.credits.select_related("advocate__contact").order_by("created_at").first()
    sender = credit.advocate.contact.first_name if credit else ""
    if referral.created_at <= just_now:
        again = referral.state == ReferralState.TALKING and referral.moved_at > just_now
        kept = f"{name} was known already.{' You are talking again.' if again else ''}"
    elif referral.contact.created_at == referral.created_at:
        kept = f"{name} is kept, and a reminder to follow up."
    else:
        kept = f"{name} was known already. A reminder to follow up is kept."
    if credit is None:
        return kept
    if credit.created_at <= just_now:
        return f"{kept} {sender} had sent them.{_owed_too(referral, credit, just_now)}"
    return f"{kept} You owe {sender} a thank-you."


def _owed_too(referral: Referral, credit: Credit, just_now: datetime) -> str:
    """Of another sender than the one who is credited."""
    owed = ThankYou.objects.due().filter(referral=referral, created_at__gt=just_now)
    another = owed.exclude(advocate=credit.advocate_id).with_people().order_by("-owed_at").first()
    return f" You owe {another.advocate.contact.first_name} a thank-you, too." if another else ""


def _sender(request: DeskRequest) -> dict[str, object]:
    """The sender whose page led here, filled in."""
    key = id_in_address(request, "sender")
    sender = Contact.objects.filter(pk=key).first() if key else None
    return {"sender": sender.pk, "sender_name": sender.name} if sender else {}
