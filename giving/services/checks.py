"""Who may be introduced to whom: asked when it is written, and again when both are asked."""

from businesses.models import Membership
from businesses.refusals import Refusal
from contacts.models import Contact
from contacts.services import refuse_resting
from giving.models import GivenIntroduction
from giving.states import GivenState
from outreach.letters import NoAddress
from outreach.services import why_no_mail
from outreach.services.queueing import AddressStopped
from outreach.states import MailKind


class SamePerson(Refusal):
    message = "That is the same person twice. An introduction needs two."
    code = "same_person"
    status = 422


class GivesOwnFirm(Refusal):
    message = "This is an address of your own firm. You introduce other people here."
    code = "gives_own_firm"
    status = 422


class GivenWordsNeeded(Refusal):
    message = "Write to each of the two in a sentence or two why they should meet."
    code = "given_words_needed"
    status = 422


class PairAsked(Refusal):
    message = "These two are asked already, and it is not answered yet."
    code = "pair_asked"


class PairSettled(Refusal):
    """`message` says whether they have met, or one of them said no."""

    message = "You have introduced these two to each other before."
    code = "pair_settled"


def refuse_wrong_people(first: Contact, second: Contact) -> None:
    """Raise what says why these two cannot be written to: `SamePerson`, `LeftInPeace`,
    `NoAddress`, `GivesOwnFirm`, `AddressStopped`."""
    if first.pk == second.pk:
        raise SamePerson
    for contact in (first, second):
        refuse_resting(contact)
        if not contact.email:
            raise NoAddress(
                f"{contact.first_name} has no e-mail address here, and both are asked by letter."
            )
        members = Membership.objects.filter(business_id=contact.business_id)
        if members.filter(user__email__iexact=contact.email).exists():
            raise GivesOwnFirm
        stopped = why_no_mail(contact=contact, kind=MailKind.ALL)
        if stopped:
            raise AddressStopped(stopped)


def refuse_known_pair(first: Contact, second: Contact) -> None:
    """Raise `PairAsked` or `PairSettled` where the two were brought together before."""
    known = GivenIntroduction.objects.between(first, second)
    if known.open().exists():
        raise PairAsked
    states = set(known.settled().values_list("state", flat=True))
    if GivenState.HANDSHAKE in states:
        raise PairSettled
    if states:
        raise PairSettled("One of these two said no to it before. Nobody is asked again.")
