"""Words to begin a thank-you with: nobody should face an empty page, everybody changes them."""

from introductions.states import Hears
from referrals.models import ThankYou
from referrals.states import ThanksReason

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def number(count: int) -> str:
    """As a sentence begins: in words up to nine."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def may_tell_outcome(thanks: ThankYou) -> bool:
    """Whether the person who was introduced lets the advocate hear how it ended."""
    referral = thanks.referral
    introduction = thanks.introduction or (referral.introduction if referral else None)
    return introduction is None or introduction.advocate_hears == Hears.OUTCOME


def letter(thanks: ThankYou) -> str:
    """A short letter, without a signature: the sender's name stands below it."""
    return f"Dear {thanks.advocate.contact.first_name},\n\n{_for_what(thanks)}"


def card(thanks: ThankYou, sender: str) -> str:
    """What one could write by hand."""
    words = f"Dear {thanks.advocate.contact.first_name},\n{_for_what(thanks)}"
    return f"{words}\n{sender}" if sender else words


def _for_what(thanks: ThankYou) -> str:
    person = thanks.sent_person
    name = person.first_name if person else "somebody"
    if thanks.reason == ThanksReason.SPEAKING_UP:
        return "thank you for speaking up for us. It means a great deal to hear it from you."
    if thanks.reason == ThanksReason.BUSINESS and may_tell_outcome(thanks):
        return (
            f"you sent {name} to me, and now we work together. "
            f"Without you we would not have met. Thank you."
        )
    return (
        f"thank you for bringing {name} and me together. "
        "Whatever comes of it, it was kind of you to think of us."
    )
