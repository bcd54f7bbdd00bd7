"""Words on guests' pages that depend on whom they are about: drafts, the message, outcomes."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from businesses.models import Business, User
from businesses.templatetags.said import say_when
from contacts.models import Contact
from introductions.models import Ask, Introduction
from introductions.states import Hears, IntroductionState
from referrals.states import ReferralState

_MET = frozenset({ReferralState.MET, ReferralState.PROPOSED, ReferralState.WON})

UNDELIVERED = (
    "The letter could not be delivered. Perhaps the address has a slip; you can send it yourself."
)
_OUTCOMES = {
    ReferralState.INTRODUCED: "You introduced them. They will be talking soon.",
    ReferralState.TALKING: "They are talking.",
    ReferralState.MET: "They have met.",
    ReferralState.PROPOSED: "They have met, and there is a proposal.",
    ReferralState.WON: "They work together now.",
    ReferralState.LOST: "They talked. It did not lead to more this time.",
    ReferralState.NOT_NOW: "They talked. It is not the right time just now.",
}


def drafted_words(*, host: str, firm: str, tagline: str, contact: Contact, ask: Ask | None) -> str:
    """A short message in the advocate's voice, to be changed: who, why I say so, why you."""
    whom = f"{host} from {firm}" if firm and firm != host else host
    parts = [f"I would like you to meet {whom}{_what_they_do(tagline)}."]
    if contact.customer_since:
        parts.append(
            f"I have been a customer since {contact.customer_since.year} and would send any friend "
            "there."
        )
    else:
        parts.append(f"I know {host} and would send any friend there.")
    if ask is not None and ask.named_person:
        parts.append(f"{host} would like to get to know you, and I said I would ask.")
    elif ask is not None and ask.wanted:
        parts.append(f"When {host} asked me about {within_sentence(ask.wanted)}, I thought of you.")
    return " ".join(parts)


def drafted_sentence(*, name: str, host: str, advocate: str) -> str:
    """A sentence in the prospect's voice for the letter that introduces them, to be changed."""
    return f"Hello {host}, I am {name}. {advocate} told me of you, and I would like to hear more."


def message_to_send(*, introduction: Introduction, host: str, url: str) -> str:
    """What the advocate sends: a greeting, their own words, the prospect's link, the disclosure."""
    words = introduction.words
    if not greets(words, introduction.prospect_first_name):
        words = f"Hello {introduction.prospect_first_name},\n{words}"
    return (
        f"{words}\n\nHere you can read about {host}, and say yes or no:\n{url}\n\n"
        f"{introduction.disclosure()}"
    )


def host_name(user: User, business: Business) -> str:
    """What a guest calls whoever is on the business's side."""
    return user.first_name or business.name


def greets(words: str, name: str) -> bool:
    """Whether the words begin with a line that calls the reader by name."""
    return bool(name) and name.casefold() in words.split("\n", 1)[0][:60].casefold()


def signs(words: str, name: str) -> bool:
    """Whether the words end with the writer's own name."""
    return words.rstrip().rsplit("\n", 1)[-1].strip(" .,-–—").casefold() == name.casefold()


def what_became(
    introduction: Introduction,
    outcome: str | None,
    now: datetime,
    *,
    is_undelivered: bool = False,
    worth: str = "",
) -> str:
    """What the advocate hears of an introduction, as far as the prospect lets them.

    An answer that can be taken back is not told, a yes not before the letter to all three has
    left. `worth`: what it came to, where the advocate may read it. A no and a silence read the
    same. A letter that could not be delivered is told: the
    advocate alone can mend the address.
    """
    if is_undelivered:
        return UNDELIVERED
    if introduction.came_by_link and introduction.state == IntroductionState.ACCEPTED:
        return "They came by your link. A letter is about to leave."
    if introduction.can_be_undone(now, settings.UNDO_WINDOW):
        return f"Waiting for an answer from {introduction.prospect_first_name}."
    if introduction.state == IntroductionState.NOT_NOW:
        return "Not just now, perhaps later."
    if introduction.state in (IntroductionState.DECLINED, IntroductionState.EXPIRED):
        return "Nothing came of it this time. It was kind of you all the same."
    if introduction.state != IntroductionState.HANDSHAKE:
        return f"Waiting for an answer from {introduction.prospect_first_name}."
    state = ReferralState(outcome) if outcome else ReferralState.INTRODUCED
    if introduction.advocate_hears == Hears.OUTCOME and (
        state != ReferralState.INTRODUCED or not introduction.goes_on_unvouched
    ):
        came_to = f" It came to {worth} so far." if worth and state == ReferralState.WON else ""
        return f"{_OUTCOMES[state]}{came_to}"
    if introduction.advocate_hears == Hears.MET and state in _MET:
        return _OUTCOMES[ReferralState.MET]
    if introduction.goes_on_unvouched:
        return "They came by your link, and have been introduced."
    return "You introduced them to each other."


def when(due_at: datetime, now: datetime) -> str:
    """`in a moment`, `in about 9 minutes, at 14:32`, `on Monday at 8:00`.

    Soon is right also for a reader in another place; what is later waits for a morning.
    """
    minutes = round((due_at - now).total_seconds() / 60)
    if minutes < 1:
        return "in a moment"
    if minutes > 90:
        return say_when(due_at)
    exact = timezone.localtime(due_at).strftime("%H:%M")
    return f"in about {minutes} minute{'s' if minutes > 1 else ''}, at {exact}"


def masked(address: str) -> str:
    """Enough to know one's own address by, and too little to write to it: a link gets forwarded."""
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"…{address[-3:]}" if address else ""


def one_line_place(postal_address: str) -> str:
    """A postal address on one line."""
    return ", ".join(filter(None, (line.strip(" ,") for line in postal_address.splitlines())))


def _what_they_do(tagline: str) -> str:
    what = within_sentence(tagline)
    return f": {what}" if what else ""


def within_sentence(text: str) -> str:
    """Without its full stop, and small at the beginning unless it is an abbreviation or "I"."""
    text = " ".join(text.split()).rstrip(".!")
    if len(text) > 1 and text[0].isupper() and text[1].islower():
        return text[0].lower() + text[1:]
    return text
