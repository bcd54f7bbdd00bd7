"""Who may be introduced by whom: asked of an offer at once, of a shared introduction at the yes."""

from businesses.models import Membership
from businesses.refusals import Refusal
from businesses.secrets import email_key, keyed_hash
from contacts.addresses import mailbox_key
from introductions.models import Advocate, Introduction
from introductions.services.asks import AddressSuppressed
from introductions.states import OPEN, IntroductionState
from outreach.services import is_suppressed

HASH_PURPOSE = "prospect"


class AlreadyIntroduced(Refusal):
    message = "You have introduced this person before. Once is enough."
    code = "already_introduced"


class IntroducesSelf(Refusal):
    message = "An introduction needs two people: this is the address of whoever introduces."
    code = "introduces_self"
    status = 422


class IntroducesTheBusiness(Refusal):
    message = "This address belongs to the people you are introducing somebody to."
    code = "introduces_the_business"
    status = 422


def prospect_key(email: str, phone: str) -> str:
    """The keyed hash by which a prospect is known again: of the address, else of the number."""
    if email:
        return keyed_hash(email_key(email), HASH_PURPOSE)
    return keyed_hash(f"tel:{phone}", HASH_PURPOSE) if phone else ""


def refuse_wrong_person(advocate: Advocate, email: str) -> None:
    """Raise `IntroducesSelf` or `IntroducesTheBusiness`.

    Nobody is refused for a number: a household shares one. Where something is given it is flagged,
    for a person to judge (`rewards/services/doubts.py`).
    """
    contact = advocate.contact
    if email and contact.email and mailbox_key(email) == mailbox_key(contact.email):
        raise IntroducesSelf
    members = Membership.objects.filter(business_id=advocate.business_id)
    if email and members.filter(user__email__iexact=email).exists():
        raise IntroducesTheBusiness


def refuse_unwanted_offer(advocate: Advocate, email: str) -> None:
    """Raise `AlreadyIntroduced`, or `AddressSuppressed` for somebody who must not be asked.

    Whoever said no to anybody, or let an offer run out, is not asked again; the advocate does not
    learn which of these it was.
    """
    known = Introduction.objects.of_address(prospect_key(email, ""))
    # What the business took back can be made anew before it is emptied.
    if known.by_advocate(advocate).exclude(state=IntroductionState.WITHDRAWN).exists():
        raise AlreadyIntroduced
    if known.closed_to_offers().exists() or is_suppressed(
        business=advocate.business, address=email
    ):
        raise AddressSuppressed(
            "We cannot write to this address for you. You can still send it yourself."
        )


def refuse_unwanted_yes(introduction: Introduction, email: str, prospect_hash: str) -> None:
    """Raise `AlreadyIntroduced` where another introduction by the same advocate stands.

    An earlier no does not stand in the way of one's own yes; an address that wants no mail does.
    """
    others = (
        Introduction.objects.of_address(prospect_hash)
        .by_advocate(introduction.advocate)
        .filter(state__in=OPEN | {IntroductionState.HANDSHAKE})
        .exclude(pk=introduction.pk)
    )
    if others.exists():
        name = introduction.advocate.contact.first_name
        raise AlreadyIntroduced(f"You already have an introduction from {name}; one is enough.")
    if email and is_suppressed(business=introduction.business, address=email):
        raise AddressSuppressed(
            "We cannot write to this address. Give another one, or a phone number."
        )
