"""Whose doing a referral was: the first handshake leads, and the owner may share the credit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from activity.actors import Actor
from activity.models import Event
from activity.services import record_event
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.addresses import mailbox_key
from contacts.models import Contact
from introductions.models import Advocate, Introduction
from introductions.states import Hears, IntroductionState, Wants
from outreach.models import Message
from referrals.messages import ALSO_INTRODUCED, also_introduced_to_advocate
from referrals.models import Credit, Referral, ThankYou
from referrals.services.gratitude import owe_thanks
from referrals.states import ThanksReason

WHOLE = 100
MOST_CREDITED = 10


class SharesNotWhole(Refusal):
    message = "The shares must come to 100 percent, with at least 1 for each who is named."
    code = "shares_not_whole"
    status = 422


class CreditsThemself(Refusal):
    message = "Nobody is credited with having sent themself."
    code = "credits_themself"
    status = 422


class TooManyCredited(Refusal):
    message = f"The credit can be shared among {MOST_CREDITED} people at most."
    code = "too_many_credited"
    status = 422


def split_credit(
    *, referral: Referral, shares: Mapping[UUID, int], by: Actor, now: datetime
) -> Referral:
    """Share the credit among these advocates, by id and in percent; whoever is left out has none.

    Whoever is new among them is owed thanks, as if they had been credited from the first, and is
    told (`tell_other_advocate`). The same shares again change nothing. Raises `SharesNotWhole`,
    `CreditsThemself`, `TooManyCredited`.
    """
    referral = locked(referral)
    # Nobody is credited meanwhile: a handshake, or whoever names a sender, locks them, too.
    locked(referral.contact)
    advocates = Advocate.objects.select_related("contact").filter(pk__in=shares).order_by("pk")
    found = {advocate.pk: advocate for advocate in advocates}
    _refuse_wrong_shares(referral, shares, found)
    before = dict(referral.credits.values_list("advocate_id", "share"))
    if before == dict(shares):
        return referral
    gone = list(Contact.objects.filter(advocates__in=before.keys() - shares.keys()))
    _put(referral, shares, before.keys(), now)
    event = record_event(
        business=referral.business,
        name="referral.credit_split",
        actor=by,
        subject=referral,
        about=[referral.contact, *(one.contact for one in found.values()), *gone],
        payload={
            **shares_of(referral.credits.select_related("advocate").order_by("created_at", "id")),
            "count": len(shares),
        },
        now=now,
    )
    for key, advocate in found.items():
        if key not in before:
            _owe_what_is_due(referral, advocate, event, now)
    return referral


def note_second_introduction(
    *, referral: Referral, advocate: Advocate, by: Actor, now: datetime
) -> Event:
    """Somebody who is talked to already was sent by another advocate, too."""
    return record_event(
        business=referral.business,
        name="referral.introduced_again",
        actor=by,
        subject=referral,
        about=[referral.contact, advocate.contact],
        payload={"advocates": [str(advocate.pk)]},
        now=now,
    )


def tell_other_advocate(*, event: Event, now: datetime) -> None:
    """Later than referral.introduced_again and referral.credit_split: the others are told kindly.

    Whoever leads was told by the handshake. As with news of progress, only an advocate of whom the
    prospect allowed that they hear more; once for each referral; and after the undo window.
    """
    referral = Referral.objects.select_related("business", "contact", "introduction").get(
        pk=event.subject_id
    )
    leads = referral.introduction.advocate_id if referral.introduction else None
    own = own_introductions(referral)
    keys = [UUID(key) for key in event.payload.get("advocates", [])]
    told = Message.objects.regarding(referral).filter(kind=ALSO_INTRODUCED)
    for advocate in Advocate.objects.select_related("contact").filter(pk__in=keys).order_by("pk"):
        introduced = own.get(advocate.pk)
        if advocate.pk == leads or introduced is None or not _hears_more(introduced):
            continue
        contact = advocate.contact
        if contact.email and not told.filter(recipients__contact=contact).exists():
            also_introduced_to_advocate(referral=referral, advocate=advocate, cause=event, now=now)


def _hears_more(introduction: Introduction) -> bool:
    """The prospect lets the advocate hear something, and the advocate would like to."""
    return introduction.advocate_hears != Hears.NOTHING and introduction.wants != Wants.NOTHING


def shares_of(credits: Iterable[Credit]) -> dict[str, list[str]]:
    """Who is credited with how much, as the history keeps it: first who was first."""
    rows = list(credits)
    return {
        "advocates": [str(row.advocate_id) for row in rows],
        "contacts": [str(row.advocate.contact_id) for row in rows],
        "shares": [str(row.share) for row in rows],
    }


def own_introductions(referral: Referral) -> Mapping[UUID, Introduction]:
    """By advocate: how each of them introduced who became this referral's contact, lately."""
    return {row.advocate_id: row for row in _shaken([referral.contact_id])}


def introductions_between(
    *, people: Collection[UUID], advocates: Collection[UUID]
) -> Mapping[tuple[UUID | None, UUID], Introduction]:
    """By contact and by the contact who introduced them: how they did, lately. One query."""
    rows = _shaken(people).filter(advocate__contact__in=advocates)
    return {(row.contact_id, row.advocate.contact_id): row for row in rows}


def _shaken(people: Collection[UUID]) -> QuerySet[Introduction]:
    rows = Introduction.objects.filter(contact__in=people, state=IntroductionState.HANDSHAKE)
    return rows.select_related("advocate__contact").order_by("shook_hands_at", "id")


def _refuse_wrong_shares(
    referral: Referral, shares: Mapping[UUID, int], found: Mapping[UUID, Advocate]
) -> None:
    if sum(shares.values()) != WHOLE or min(shares.values()) < 1 or found.keys() != shares.keys():
        raise SharesNotWhole
    if len(shares) > MOST_CREDITED:
        raise TooManyCredited
    own = mailbox_key(referral.contact.email)
    for contact in (advocate.contact for advocate in found.values()):
        if contact.pk == referral.contact_id or (own and mailbox_key(contact.email) == own):
            raise CreditsThemself


def _put(
    referral: Referral, shares: Mapping[UUID, int], before: Collection[UUID], now: datetime
) -> None:
    """The rows as they are to be; those that stay keep their day, by which they are in order."""
    referral.credits.exclude(advocate__in=shares).delete()
    for key, share in shares.items():
        if key in before:
            referral.credits.filter(advocate=key).update(share=share)
            continue
        Credit.objects.create(
            business_id=referral.business_id,
            referral=referral,
            advocate_id=key,
            share=share,
            created_at=now,
        )


def _owe_what_is_due(referral: Referral, advocate: Advocate, cause: Event, now: datetime) -> None:
    """What they would have been owed, had they been credited before; nothing twice."""
    due = [ThanksReason.INTRODUCTION]
    if referral.is_won:
        due.append(ThanksReason.BUSINESS)
    owed = ThankYou.objects.filter(referral=referral, advocate=advocate)
    known = set(owed.values_list("reason", flat=True))
    for reason in due:
        if reason not in known:
            owe_thanks(advocate=advocate, reason=reason, cause=cause, referral=referral, now=now)
