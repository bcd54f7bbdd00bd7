"""All that came in from one person: once or regularly, given back, put right."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from desk.access import may_write
from desk.amounts import came_in
from desk.money_forms import (
    BESIDE_MONEY,
    AmountForm,
    CameInForm,
    CurrencyForm,
    MendForm,
    RefundForm,
)
from desk.requests import DeskRequest
from desk.worth import in_words
from insights.worth import worth_of
from referrals.models import ClosedBusiness
from referrals.services import (
    came_in_again,
    correct_closed_business,
    give_back,
    keep_in_other_currency,
    left_of,
    record_closed_business,
    stands_at,
)


@require_http_methods(["GET", "HEAD", "POST"])
@may_write
def person_came_in(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """What came in from somebody, sent by anybody or not; and more of it."""
    contact = get_object_or_404(Contact, pk=id)
    if request.method != "POST":
        return _page(request, contact, CameInForm(request=request, contact=contact))
    form = CameInForm(request.POST, request=request, contact=contact)
    if not form.is_valid():
        return _page(request, contact, form, status=422)
    return _after(
        request,
        contact,
        form,
        lambda: record_closed_business(
            contact=contact,
            referral=form.referral,
            note=form.cleaned_data["note"],
            every=form.cleaned_data["every"],
            by=request.actor,
            now=clock.now(),
            **form.money(),
        ),
    )


@require_POST
@may_write
def mend(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """A slip in an amount or its day is put right."""
    row = _row(id)
    form = MendForm(request.POST, closed=row, stands=stands_at(row), request=request)
    return _changed(
        request,
        row,
        form,
        lambda: correct_closed_business(
            closed_business=row,
            amount=form.cleaned_data["amount"],
            on=form.cleaned_data["on"],
            by=request.actor,
            now=clock.now(),
        ),
    )


@require_POST
@may_write
def refund(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """Something is given back."""
    row = _row(id)
    form = RefundForm(request.POST, closed=row, left=left_of(row), request=request)
    return _changed(
        request,
        row,
        form,
        lambda: give_back(
            closed_business=row,
            amount=form.cleaned_data["amount"],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=request.actor,
            now=clock.now(),
        ),
    )


@require_POST
@may_write
def other_currency(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """It was in another currency, and is kept in that one."""
    row = _row(id)
    form = CurrencyForm(request.POST, closed=row, left=left_of(row), request=request)
    return _changed(
        request,
        row,
        form,
        lambda: keep_in_other_currency(
            closed_business=row,
            amount=form.cleaned_data["amount"],
            currency=form.currency,
            by=request.actor,
            now=clock.now(),
        ),
    )


@require_POST
@may_write
def again(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    """The same came in once more, today: one tap."""
    row = _row(id)
    return _after(
        request,
        row.contact,
        None,
        lambda: came_in_again(
            closed_business=row,
            on=clock.today(request.business),
            by=request.actor,
            now=clock.now(),
        ),
    )


def _row(key: UUID) -> ClosedBusiness:
    rows = ClosedBusiness.objects.select_related("contact", "business", "referral")
    return get_object_or_404(rows, pk=key)


def _changed(
    request: DeskRequest, row: ClosedBusiness, form: AmountForm, act: Callable[[], object]
) -> HttpResponse:
    if not form.is_valid():
        fresh = CameInForm(request=request, contact=row.contact)
        return _page(request, row.contact, fresh, form, 422)
    return _after(request, row.contact, form, act)


def _after(
    request: DeskRequest, contact: Contact, form: AmountForm | None, act: Callable[[], object]
) -> HttpResponse:
    """The page again: kept; or refused, with the sentence beside its field."""
    try:
        act()
    except Refusal as refusal:
        field = BESIDE_MONEY.get(refusal.code)
        if form is None or field is None:
            messages.error(request, refusal.message)
        else:
            form.add_error(field, refusal.message)
        fresh = CameInForm(request=request, contact=contact)
        further = form if isinstance(form, CameInForm) else fresh
        return _page(request, contact, further, form, refusal.status)
    messages.success(request, "Kept.")
    return redirect("desk:person_came_in", slug=request.business.slug, id=contact.pk)


def _page(
    request: DeskRequest,
    contact: Contact,
    form: CameInForm,
    failed: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = ClosedBusiness.objects.of_contact(contact).order_by("-closed_on", "-id")
    context = {
        "contact": contact,
        "form": form,
        "rows": came_in(list(rows), request, failed),
        "worth": in_words(worth_of(contact, business=request.business), request.business),
    }
    return render(request, "desk/people/came_in.html", context, status=status)
