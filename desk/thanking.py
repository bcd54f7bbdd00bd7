"""Words to begin a thank-you with: nobody should face an empty page, everybody changes them."""

from referrals.models import ThankYou
from referrals.services import thanks_that_may_tell
from referrals.states import ThanksReason

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def number(count: int) -> str:
    """As a sentence begins: in words up to nine."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def may_tell_outcome(thanks: ThankYou) -> bool:
    """Whether the person who was introduced lets this advocate hear how it ended."""
    return thanks.pk in thanks_that_may_tell([thanks])


def letter(thanks: ThankYou) -> str:
    """A short letter, without a signature: the sender's name stands below it."""
    return f"Dear {thanks.advocate.contact.first_name},\n\n{_for_what(thanks)}"


def card(thanks: ThankYou, sender: str) -> str:
    """What one could write by hand."""
    words = f"Dear {thanks.advocate.contact.first_name},\n{_for_what(thanks)}"
    return f"{words}\n{sender}" if sender else words


def in_public(thanks: ThankYou) -> str:
    """What could stand on the wall of thanks: it names nobody but the advocate."""
    name = thanks.advocate.contact.first_name
    return f"Thank you, {name}. {_IN_PUBLIC.get(thanks.reason, _FOR_SENDING)}"


_FOR_SENDING = "You think of us when somebody needs what we do, and that means a great deal."
_IN_PUBLIC: dict[str, str] = {
    ThanksReason.SPEAKING_UP: "You spoke up for us, and people listened.",
    ThanksReason.HELPING: "You helped another customer of ours, unasked. That is rare.",
    ThanksReason.REVIEW: "You took the time to write about us, and others found us by it.",
    ThanksReason.STORY: "You let us tell your story, and it gave others heart.",
}
_FOR_KINDNESS: dict[str, str] = {
    ThanksReason.SPEAKING_UP: "thank you for speaking up for us. It means a great deal to hear it"
    " from you.",
    ThanksReason.HELPING: "thank you for helping another customer of ours. Nobody asked you to,"
    " and you did.",
    ThanksReason.REVIEW: "thank you for the review you wrote. It takes time, and I know that you"
    " have little of it.",
    ThanksReason.STORY: "thank you for letting us tell your story. It says better than I could what"
    " we do.",
}


def _for_what(thanks: ThankYou) -> str:
    person = thanks.sent_person
    name = person.first_name if person else "somebody"
    if thanks.reason in _FOR_KINDNESS:
        return _FOR_KINDNESS[thanks.reason]
    if thanks.reason == ThanksReason.BUSINESS and may_tell_outcome(thanks):
        return (
            f"you sent {name} to me, and now we work together. "
            f"Without you we would not have met. Thank you."
        )
    return (
        f"thank you for bringing {name} and me together. "
        "Whatever comes of it, it was kind of you to think of us."
    )
