"""What introductions and asks hold of somebody who is erased, as advocate and as prospect."""

from datetime import datetime

from django.db.models import Q

from activity.actors import Actor
from activity.models import Event
from businesses.tenancy import locked
from contacts.models import Contact
from introductions.models import Advocate, Ask, Consent, Introduction
from introductions.services.checks import prospect_key
from introductions.services.offers import withdraw_row
from introductions.states import OPEN, IntroductionState
from outreach.services import end_links, forget_written_about

# Whom somebody was asked for, by name.
SOMEBODY = "Somebody"


def forget_introductions(*, contact: Contact, cause: Event, now: datetime) -> None:
    """Those that are open are withdrawn, by the advocate or naming the person; of those that were
    made it stays that they were, without a word."""
    by = Actor.of(cause.actor_kind, cause.actor_id)
    # The advocate's row first, as where one is made: what is being made is there by then.
    advocate = Advocate.objects.filter(contact=contact).first()
    if advocate is not None:
        advocate = locked(advocate)
        advocate.only_about = ""
        advocate.save(update_fields=["only_about"])
    _withdraw_open(contact, advocate, by, now)
    theirs = Introduction.objects.filter(Q(contact=contact) | Q(advocate__contact=contact))
    for introduction in theirs.filter(contact=contact).select_for_update(of=("self",), no_key=True):
        introduction.erase(now=now)
        introduction.save()
    said = theirs.exclude(contact=contact)
    said.update(words="")
    said.exclude(met="").update(met_words="")
    keys = list(theirs.values_list("pk", flat=True))
    Consent.objects.filter(introduction__in=keys).update(words="")
    forget_written_about(label="introduction", keys=keys, now=now)
    asks = Ask.objects.filter(advocate__contact=contact)
    asks.update(note="", override_reason="", checked_against="")
    Ask.objects.filter(named_person__iexact=contact.name).update(named_person=SOMEBODY)
    forget_written_about(label="ask", keys=asks.values_list("pk", flat=True), now=now)
    end_links(Q(subject_label="introduction", subject_id__in=keys), contact, now)
    if advocate is not None:
        end_links(Q(subject_label="advocate", subject_id=advocate.pk), contact, now)


def _withdraw_open(contact: Contact, advocate: Advocate | None, by: Actor, now: datetime) -> None:
    """Open ones by them, and those in which somebody else just introduces them."""
    keys = {prospect_key(contact.email, ""), prospect_key("", contact.phone)} - {""}
    named = Q(prospect_hash__in=keys)
    if contact.email:
        named |= Q(prospect_email__iexact=contact.email)
    mine = Q(advocate=advocate) if advocate is not None else Q(pk=None)
    may_go = Q(state__in=OPEN) | Q(state=IntroductionState.WITHDRAWN, erased_at=None)
    rows = Introduction.objects.filter(named | mine).filter(may_go)
    for introduction in rows.select_for_update(of=("self",), no_key=True).order_by("id"):
        withdraw_row(introduction, by, now)
