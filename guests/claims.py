"""*I introduced them, too*: what an advocate misses, and what they were answered."""

from django.db import transaction
from django.http import HttpResponse

from activity.actors import Actor
from businesses.refusals import Refusal
from guests.advocates import reader_of
from guests.drafting import host_name
from guests.entry import Visit, behind_link
from guests.forms import ClaimForm
from outreach.links import use_link
from outreach.models import LinkPurpose
from outreach.senders import owner_of
from referrals.models import CreditClaim
from referrals.services import claim_credit

PAGE = "guests:claims"
_SHOWN = 20

_page = behind_link(LinkPurpose.ADVOCATE)
_act = behind_link(LinkPurpose.ADVOCATE, acts_for=PAGE)


@_page
def claims(visit: Visit) -> HttpResponse:
    """The form, and each answer that was given."""
    return _show(visit, ClaimForm())


@_act
def claim(visit: Visit) -> HttpResponse:
    """It is kept, and the owner is asked to answer."""
    reader, _ = reader_of(visit)
    form = ClaimForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, form, 422)
    try:
        with transaction.atomic():
            claim_credit(
                advocate=reader, by=Actor.advocate(reader.pk), now=visit.now, **form.cleaned_data
            )
            use_link(visit.link, visit.now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(visit, form, refusal.status)
    return visit.back_to(PAGE)


def _show(visit: Visit, form: ClaimForm, status: int = 200) -> HttpResponse:
    reader, ask = reader_of(visit)
    sender = (ask.sender if ask else None) or owner_of(visit.business)
    context: dict[str, object] = {
        "form": form,
        "host": host_name(sender, visit.business),
        "claims": CreditClaim.objects.by_advocate(reader)[:_SHOWN],
    }
    return visit.page("guests/claims.html", context, status)
