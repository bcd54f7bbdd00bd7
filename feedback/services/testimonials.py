"""Words that customers let the business publish: given, shown, changed, taken back."""

import hashlib
from datetime import datetime

from django.db.models import Max

from activity.actors import Actor
from activity.models import Event
from activity.services import record_event
from businesses import clock
from businesses.inserting import insert_once
from businesses.models import User
from businesses.moves import NotPossibleNow
from businesses.refusals import Refusal
from businesses.tenancy import locked
from contacts.models import Contact
from feedback.messages import edit_to_customer
from feedback.models import (
    LONGEST_TESTIMONIAL,
    Feedback,
    FeedbackRequest,
    ShownAs,
    Testimonial,
)
from feedback.services.asking import refuse_unreachable
from feedback.services.photos import drop_photo, put_photo
from outreach.models import ReminderKind
from outreach.services import add_reminder, cancel_messages, close_reminders


class TestimonialWordsNeeded(Refusal):
    message = "Write a sentence or two that may be published."
    code = "testimonial_words_needed"
    status = 422


class TestimonialWordsTooLong(Refusal):
    message = f"That is more than fits here: {LONGEST_TESTIMONIAL} characters at most."
    code = "testimonial_words_too_long"
    status = 422


class WordsNotInvited(Refusal):
    message = "Please answer the question first."
    code = "words_not_invited"


class TestimonialWithdrawn(Refusal):
    message = "These words were taken back by whoever wrote them."
    code = "testimonial_withdrawn"
    status = 410


class NothingToChange(Refusal):
    message = "These are their words already."
    code = "nothing_to_change"
    status = 422


class NothingToPublish(Refusal):
    message = "There are no words of yours here."
    code = "nothing_to_publish"


class ProposalChanged(Refusal):
    message = "The words that were proposed have changed meanwhile. Please read them again."
    code = "proposal_changed"


def give_testimonial(
    *, contact: Contact, words: str, shown_as: str, photo: bytes | None = None, now: datetime
) -> Testimonial:
    """The customer lets their words be published, named as they choose; or changes either.

    The business publishes them. Other words than before, or another photo, are shown again only
    once it has looked; another name holds at once. Without a photo the one before stays. Raises
    `WordsNotInvited` for somebody who was not very happy, `TestimonialWordsNeeded`,
    `TestimonialWordsTooLong`, `PictureTooLarge` and `NoPicture`.
    """
    said, shown = _checked(words), ShownAs(shown_as)
    contact = locked(contact)
    known = Testimonial.objects.live().filter(contact=contact).first()
    if known is None:
        return _first_given(contact, said, shown, photo, now)
    testimonial = locked(known)
    signature = signature_of(contact, shown)
    is_other_photo = photo is not None and put_photo(testimonial=testimonial, data=photo, now=now)
    is_other = is_other_photo or testimonial.words != said
    if not is_other and testimonial.signature == signature:
        return testimonial
    testimonial.words, testimonial.shown_as, testimonial.signature = said, shown, signature
    if is_other:
        testimonial.published_at = None
        _drop_proposal(testimonial, now)
    testimonial.save()
    _record("testimonial.changed", testimonial, Actor.contact(contact.pk), now)
    if is_other:
        _remind(testimonial, now)
    return testimonial


def _first_given(
    contact: Contact, words: str, shown: ShownAs, photo: bytes | None, now: datetime
) -> Testimonial:
    latest = Feedback.objects.filter(contact=contact).order_by("-answered_at", "-id").first()
    if latest is None or not latest.is_promoter:
        raise WordsNotInvited
    testimonial = Testimonial(
        business=contact.business,
        contact=contact,
        words=words,
        shown_as=shown,
        signature=signature_of(contact, shown),
        given_at=now,
        created_at=now,
    )
    if not insert_once(testimonial):  # Unlikely: whoever gives words holds the contact's lock.
        raise NotPossibleNow
    if photo is not None:
        put_photo(testimonial=testimonial, data=photo, now=now)
        testimonial.save(update_fields=["photo_key"])
    _record("testimonial.given", testimonial, Actor.contact(contact.pk), now)
    _remind(testimonial, now)
    return testimonial


def take_photo_away(*, testimonial: Testimonial, now: datetime) -> Testimonial:
    """The customer's photo is shown nowhere any more and not kept; their words stay as they are.

    A second press finds it so. Raises `TestimonialWithdrawn`.
    """
    testimonial = _live(testimonial)
    if testimonial.photo_key is None:
        return testimonial
    drop_photo(testimonial=testimonial)
    testimonial.save(update_fields=["photo_key"])
    _record("testimonial.changed", testimonial, Actor.contact(testimonial.contact_id), now)
    return testimonial


def signature_of(contact: Contact, shown_as: ShownAs) -> str:
    """How the customer is named: `Marta Oliveira`, `Marta`, `M. O.`"""
    if shown_as == ShownAs.NAME:
        return contact.name
    if shown_as == ShownAs.FIRST_NAME:
        return contact.first_name
    letters = [word[0] for word in contact.name.replace(",", " ").split() if word[0].isalnum()]
    return " ".join(f"{letter}." for letter in letters[:4]).upper() or "–"


def publish_testimonial(*, testimonial: Testimonial, by: Actor, now: datetime) -> Testimonial:
    """Show it, below those that are shown. A second press finds it so. Raises if taken back."""
    testimonial = _live(testimonial)
    if testimonial.is_published:
        return testimonial
    last = Testimonial.objects.published().aggregate(last=Max("place"))["last"]
    testimonial.published_at = now
    testimonial.place = 0 if last is None else last + 1
    testimonial.save(update_fields=["published_at", "place"])
    _record("testimonial.published", testimonial, by, now)
    close_reminders(subject=testimonial, now=now)
    return testimonial


def unpublish_testimonial(*, testimonial: Testimonial, by: Actor, now: datetime) -> Testimonial:
    """Show it no more, at once; the customer's yes stays. A second press finds it so."""
    testimonial = _live(testimonial)
    if testimonial.is_published:
        testimonial.published_at = None
        testimonial.save(update_fields=["published_at"])
        _record("testimonial.unpublished", testimonial, by, now)
    return testimonial


def move_testimonial(
    *, testimonial: Testimonial, place: int, by: Actor, now: datetime
) -> Testimonial:
    """To this place among the published ones, counted from 0; further than the last is the last.

    Raises `NotPossibleNow` for one that is not published.
    """
    rows = Testimonial.objects.published().select_for_update(of=("self",), no_key=True)
    order = list(rows)
    moved = next((one for one in order if one.pk == testimonial.pk), None)
    if moved is None:
        raise NotPossibleNow
    order.remove(moved)
    order.insert(min(max(place, 0), len(order)), moved)
    changed = [one for number, one in enumerate(order) if one.place != number]
    for number, one in enumerate(order):
        one.place = number
    if changed:
        Testimonial.objects.bulk_update(changed, ["place"])
        _record("testimonial.moved", moved, by, now)
    return moved


def propose_edit(
    *, testimonial: Testimonial, words: str, by: Actor, sender: User, now: datetime
) -> Testimonial:
    """Ask the customer whether their words may read so. Until their yes nothing changes.

    Raises `NothingToChange`, `TestimonialWordsNeeded`, `TestimonialWordsTooLong`,
    `TestimonialWithdrawn`, and what says why no letter can go to them.
    """
    proposed = _checked(words)
    testimonial = _live(testimonial)
    if testimonial.proposed_words == proposed:
        return testimonial
    if testimonial.words == proposed:
        raise NothingToChange
    contact = testimonial.contact
    refuse_unreachable(contact)
    request = FeedbackRequest.objects.filter(contact=contact).order_by("-asked_at", "-id").first()
    if request is None:
        raise NotPossibleNow
    cancel_messages(subject=testimonial, now=now)
    testimonial.proposed_words, testimonial.proposed_at = proposed, now
    testimonial.save(update_fields=["proposed_words", "proposed_at"])
    cause = _record("testimonial.edit_proposed", testimonial, by, now)
    edit_to_customer(testimonial=testimonial, request=request, sender=sender, cause=cause, now=now)
    return testimonial


def proposal_seen(testimonial: Testimonial) -> str:
    """Tells one proposal from another: a yes is to the words that were read."""
    return hashlib.sha256(testimonial.proposed_words.encode()).hexdigest()[:16]


def settle_edit(
    *, testimonial: Testimonial, accept: bool, seen: str = "", by: Actor, now: datetime
) -> Testimonial:
    """The customer says yes to the proposed words, or no; or the business takes them back.

    A second press finds it settled. Raises `ProposalChanged` where `seen` is another proposal,
    and `TestimonialWithdrawn`.
    """
    testimonial = _live(testimonial)
    if not testimonial.has_proposal:
        return testimonial
    if accept and seen != proposal_seen(testimonial):
        raise ProposalChanged
    if accept:
        testimonial.words = testimonial.proposed_words
    _drop_proposal(testimonial, now)
    testimonial.save(update_fields=["words", "proposed_words", "proposed_at"])
    name = "testimonial.edit_accepted" if accept else "testimonial.edit_dropped"
    _record(name, testimonial, by, now)
    return testimonial


def withdraw_testimonial(*, testimonial: Testimonial, now: datetime) -> Testimonial:
    """The customer takes their words back: shown nowhere from this moment, and not kept here.

    A second press finds it so.
    """
    testimonial = locked(testimonial)
    if testimonial.is_withdrawn:
        return testimonial
    testimonial.words = testimonial.signature = ""
    testimonial.published_at = None
    testimonial.withdrawn_at = now
    drop_photo(testimonial=testimonial)
    _drop_proposal(testimonial, now)
    testimonial.save()
    _record("testimonial.withdrawn", testimonial, Actor.contact(testimonial.contact_id), now)
    close_reminders(subject=testimonial, now=now)
    return testimonial


def _drop_proposal(testimonial: Testimonial, now: datetime) -> None:
    if testimonial.has_proposal:
        cancel_messages(subject=testimonial, now=now)
    testimonial.proposed_words, testimonial.proposed_at = "", None


def _live(testimonial: Testimonial) -> Testimonial:
    testimonial = locked(testimonial)
    if testimonial.is_withdrawn:
        raise TestimonialWithdrawn
    return testimonial


def _checked(words: str) -> str:
    even = words.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not even:
        raise TestimonialWordsNeeded
    if len(even) > LONGEST_TESTIMONIAL:
        raise TestimonialWordsTooLong
    return even


def _remind(testimonial: Testimonial, now: datetime) -> None:
    """The owner reads the words before anybody else does, and thanks for them."""
    contact = testimonial.contact
    add_reminder(
        business=testimonial.business,
        kind=ReminderKind.FOLLOW_UP,
        contact=contact,
        subject=testimonial,
        due_on=clock.today(testimonial.business, now),
        text=f"Read what {contact.first_name} lets you publish, and say thank you",
        dedupe=f"testimonial:{testimonial.pk}:{now.isoformat()}",
        by=Actor.contact(contact.pk),
        now=now,
    )


def _record(name: str, testimonial: Testimonial, by: Actor, now: datetime) -> Event:
    return record_event(
        business=testimonial.business,
        name=name,
        actor=by,
        subject=testimonial,
        about=[testimonial.contact],
        payload={"shown_as": testimonial.shown_as},
        now=now,
    )
