"""Partner firms, and what is known of any firm."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from businesses import clock
from contacts.firms import change_firm
from contacts.models import Company
from desk.access import may_write
from desk.giving.forms import FirmForm
from desk.requests import DeskRequest
from giving.models import GivenIntroduction

MOST_SHOWN = 200
MOST_PEOPLE = 50


@require_safe
def firms(request: DeskRequest, slug: str) -> HttpResponse:
    """The firms with which referrals go both ways, by name."""
    partners = Company.objects.partners().prefetch_related("people")[:MOST_SHOWN]
    return render(request, "desk/giving/firms.html", {"partners": partners})


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def firm(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Its profile, who of your people is there, and whom you sent."""
    company = get_object_or_404(Company.objects.select_related("business"), pk=id)
    form = FirmForm(request.POST or None, initial=_known(company))
    if request.method == "POST" and form.is_valid():
        changes = form.changes(company, clock.today(request.business))
        change_firm(company=company, changes=changes, by=request.actor, now=clock.now())
        messages.success(request, "Kept.")
        return redirect("desk:firm", slug=slug, id=company.pk)
    context = {
        "company": company,
        "form": form,
        "people": company.people.by_name()[:MOST_PEOPLE],
        "sent": GivenIntroduction.objects.to_partner(company).for_list()[:MOST_PEOPLE],
    }
    status = 422 if form.is_bound else 200
    return render(request, "desk/giving/firm.html", context, status=status)


def _known(company: Company) -> dict[str, object]:
    return {
        "is_partner": company.is_partner,
        "trade": company.trade,
        "good_referral": company.good_referral,
        "sphere": ", ".join(company.sphere),
    }
