"""A business with one of everything, in which each text that a person wrote bears a mark."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from PIL import Image

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.keys import make_api_key
from businesses.models import ApiKey, Business, Membership, TenantRow, User
from businesses.pictures import keep_picture
from businesses.tenancy import acting_for
from contacts.firms import change_firm
from contacts.imports.services import preview_file
from contacts.services import add_contact, log_interaction
from feedback import services as feedback
from giving import services as giving
from giving.states import Place
from introductions import services as introductions
from introductions.states import VOUCH_WITHIN
from outreach.models import ReminderKind, StepKind
from outreach.services import (
    add_cadence,
    add_reminder,
    add_step,
    begin_by_hand,
    keep_words,
    suppress_by_hand,
    take_due_steps,
)
from referrals import services as referrals
from referrals.models import ThankYou
from rewards import services as rewards
from rewards.rules import Rule
from tests.desk.factories import a_letter_that_failed

Rows = Mapping[str, list[UUID]]


def a_world(
    business: Business, owner: User, mark: str, now: datetime, *, promised: str = ""
) -> None:
    """One of everything that a page or an answer can show; `mark` is in all of it.

    `promised`: what is given for an introduction, where the mark is to stand for people alone.
    """
    by = Actor.member(Membership.objects.get(business=business, user=owner))
    make_api_key(business=business, name=f"{mark} key", scope="write", made_by=owner, now=now)
    with acting_for(business):
        advocate_contact = add_contact(
            business=business,
            name=f"{mark} Advocate",
            email=f"{mark}-advocate@world.example".lower(),
            company_name=f"{mark} Firm",
            job_title=f"{mark} title",
            postal_address=f"{mark} Street 1",
            note=f"{mark} note",
            by=by,
            now=now,
        )
        log_interaction(contact=advocate_contact, kind="note", text=f"{mark} said", by=by, now=now)
        _what_they_say(business, owner, advocate_contact, mark, by, now)
        add_reminder(
            business=business,
            kind=ReminderKind.FOLLOW_UP,
            contact=advocate_contact,
            due_on=clock.today(business, now),
            text=f"{mark} reminder",
            by=by,
            now=now,
        )
        a_letter_that_failed(advocate_contact, now)
        keep_picture(business=business, data=a_dot(), now=now)
        suppress_by_hand(
            business=business, address=f"{mark}-stopped@world.example".lower(), by=by, now=now
        )
        ask = introductions.draft_ask(
            contact=advocate_contact,
            wanted=f"{mark} wanted",
            note=f"{mark} ask note",
            by=by,
            sender=owner,
            now=now,
        )
        introductions.send_ask(ask=ask, by=by, now=now)
        _introductions(business, advocate_contact, mark, by, now)
        _what_is_given(business, owner, advocate_contact, mark, by, now)
        _a_plan(business, advocate_contact, mark, by, now)
        _what_is_earned(business, advocate_contact, mark, promised or f"{mark} promise", by, now)
        keep_words(
            business=business,
            key="thanks_to_advocate",
            subject=f"{mark} subject",
            body=f"{mark} says:\n\n{{words}}",
            by=by,
            now=now,
        )
        preview_file(
            business=business,
            data=f"First Name,Last Name,E-mail 1 - Value\n{mark},Imported,\n".encode(),
            file_name=f"{mark}.csv",
            by=by,
            now=now,
        )


def a_dot() -> bytes:
    """The smallest picture."""
    out = BytesIO()
    Image.new("RGB", (1, 1)).save(out, "PNG")
    return out.getvalue()


def _what_they_say(
    business: Business, owner: User, contact: Any, mark: str, by: Actor, now: datetime
) -> None:
    """Asked, answered, words published, a change proposed, and where else to write a review."""
    asked = feedback.ask_for_feedback(contact=contact, by=by, sender=owner, now=now)
    feedback.answer_request(request=asked, score=9, why=f"{mark} why", now=now)
    given = feedback.give_testimonial(
        contact=contact, words=f"{mark} is never late", shown_as="name", photo=a_dot(), now=now
    )
    feedback.publish_testimonial(testimonial=given, by=by, now=now)
    feedback.propose_edit(
        testimonial=given, words=f"{mark} is never ever late", by=by, sender=owner, now=now
    )
    feedback.keep_review_links(
        business=business,
        links=[feedback.NewReviewLink(f"{mark} reviews", "https://reviews.example/")],
        by=by,
        now=now,
    )


def _what_is_given(
    business: Business, owner: User, contact: Any, mark: str, by: Actor, now: datetime
) -> None:
    """Somebody who was sent to a partner firm, and what came of it; and two who are asked."""
    firm = change_firm(
        company=contact.company,
        changes={
            "trade": f"{mark} trade",
            "good_referral": f"{mark} good referral",
            "sphere": [f"{mark} sphere"],
            "partner_since": clock.today(business, now),
        },
        by=by,
        now=now,
    )
    contact.company = firm
    for number, name in enumerate(("Sent", "Asked")):
        other = add_contact(
            business=business,
            name=f"{mark} {name}",
            email=f"{mark}-{name}@world.example".lower(),
            by=by,
            now=now,
        )
        given = giving.give_introduction(
            first=other,
            second=contact,
            first_words=f"{mark} of the other, first",
            second_words=f"{mark} of the other",
            by=by,
            giver=owner,
            now=now,
        )
        if number:
            return
        for place in Place:
            giving.accept_given(given=given, place=place, now=now)
        met = giving.complete_given(given=given, now=now + settings.UNDO_WINDOW)
        giving.tell_outcome(
            given=met, outcome="met", words=f"{mark} outcome", place=Place.SECOND, by=by, now=now
        )


def _what_is_earned(
    business: Business, contact: Any, mark: str, promised: str, by: Actor, now: datetime
) -> None:
    """Terms, an introduction under them, a reward that waits, codes, something worth a look."""
    rewards.publish_terms(
        business=business,
        rules=[Rule("handshake", "both", "code", words=promised, amount=2_000)],
        by=by,
        now=now,
    )
    rewards.add_codes(business=business, codes=[f"{mark}-1", f"{mark}-2"], by=by, now=now)
    sent = referrals.record_sent_someone(
        business=business,
        name=f"{mark} Earner",
        email=f"{mark}-earner@mailinator.com".lower(),
        sender=contact,
        told_of_terms=True,
        by=by,
        now=now,
    )
    opened = Event.objects.get(name="referral.opened", subject_id=sent.pk)
    rewards.earn_by_arrival(event=opened, now=now)
    introductions.share_introduction(
        advocate=introductions.advocate_for(contact=contact, now=now),
        first_name=f"{mark} Waits",
        words=f"{mark} words",
        now=now,
    )
    # So that whoever looks round can still be written to by others.
    rewards.publish_terms(business=business, rules=[], by=by, now=now)


def _a_plan(business: Business, contact: Any, mark: str, by: Actor, now: datetime) -> None:
    """One of their own, with a letter that waits for a look and a step to come."""
    plan = add_cadence(business=business, name=f"{mark} plan", by=by, now=now)
    for days in (0, 30):
        add_step(
            cadence=plan,
            kind=StepKind.LETTER,
            days=days,
            subject=f"{mark} subject",
            words=f"{mark} words to {{first_name}}",
            by=by,
            now=now,
        )
    begin_by_hand(cadence=plan, contact=contact, by=by, now=now)
    take_due_steps(now=now + timedelta(days=2))


def _introductions(business: Business, contact: Any, mark: str, by: Actor, now: datetime) -> None:
    advocate = introductions.advocate_for(contact=contact, now=now)
    introductions.share_introduction(
        advocate=advocate, first_name=f"{mark} Shared", words=f"{mark} words", now=now
    )
    introductions.make_share_link(advocate=advocate, now=now)
    came = introductions.come_by_link(
        advocate=advocate,
        first_name=f"{mark} Came",
        email=f"{mark}-came@world.example".lower(),
        words=f"{mark} wrote",
        now=now,
    )
    introductions.leave_unvouched(introduction=came, now=now + VOUCH_WITHIN)
    offered = introductions.offer_introduction(
        advocate=advocate,
        first_name=f"{mark} Prospect",
        email=f"{mark}-prospect@world.example".lower(),
        words=f"{mark} words",
        now=now,
    )
    introductions.accept_introduction(introduction=offered, now=now)
    shaken = introductions.send_handshake_now(introduction=offered, now=now)
    referral = shaken.referrals.get()
    today = clock.today(business, now)
    won = referrals.win_referral(
        referral=referral, amount=4_200, currency=business.currency, on=today, by=by, now=now
    )
    referrals.record_closed_business(
        contact=won.contact,
        amount=9_900,
        currency=business.currency,
        on=today,
        referral=won,
        note=f"{mark} further",
        by=by,
        now=now,
    )
    business = referrals.change_money(
        business=business, changes={"other_currencies": ["USD"]}, by=by, now=now
    )
    referrals.enter_rate(
        business=business, currency="USD", rate=Decimal("0.9"), since=today, by=by, now=now
    )
    referrals.add_loss_reason(business=business, words=f"{mark} reason", by=by, now=now)
    referrals.claim_credit(
        advocate=advocate,
        referral=won,
        person=f"{mark} Missing",
        words=f"{mark} claim",
        by=by,
        now=now,
    )
    due, *_ = ThankYou.objects.due().filter(advocate=advocate)
    referrals.give_thanks(thank_you=due, how="card", words=f"{mark} thanks", by=by, now=now)
    referrals.ask_for_public_thanks(
        thank_you=due, words=f"{mark} in public", shown_as="first_name", by=by, now=now
    )


def rows_of(business: Business) -> Rows:
    """The ids of all that a business has, by table."""
    found: dict[str, list[UUID]] = {
        "apikey": [*ApiKey.objects.filter(business=business).values_list("pk", flat=True)],
        "membership": [*Membership.objects.filter(business=business).values_list("pk", flat=True)],
    }
    with acting_for(business):
        for model in _fenced():
            keys = [*model._default_manager.order_by("pk").values_list("pk", flat=True)]
            if keys:
                found[str(model._meta.model_name)] = keys
    return found


def contents_of(business: Business) -> Mapping[str, Any]:
    """All that a business has, to be compared with later."""
    with acting_for(business):
        return {
            model._meta.label: [*model._default_manager.order_by("pk").values()]
            for model in _fenced()
        }


def _fenced() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if issubclass(model, TenantRow))
