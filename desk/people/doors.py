"""The links that somebody was mailed, when a letter came into other hands."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from businesses import clock
from businesses.refusals import Refusal
from contacts.models import Contact
from desk.access import may_write
from desk.requests import DeskRequest
from introductions.services import renew_links_of


@may_write
@require_POST
def renew_links(request: DeskRequest, slug: str, id: UUID) -> HttpResponse:
    contact = get_object_or_404(Contact, pk=id)
    try:
        renew_links_of(contact=contact, by=request.actor, now=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request,
            f"The links that {contact.first_name} was sent lead nowhere from now on. "
            "The next letter has new ones.",
        )
    return redirect("desk:person", slug=slug, id=id)
