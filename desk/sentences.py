"""What each event says on a timeline: one sentence an event.

A person who was introduced is named only once hands were shaken: until then they are "somebody".
"""

from collections.abc import Callable, Mapping

from contacts.models import Contact, ContactImport, Interaction
from contacts.states import InteractionKind, Rest, Source
from desk.sentences_of_feedback import ABOUT_FEEDBACK, QUIET_ABOUT_FEEDBACK
from desk.sentences_of_giving import ABOUT_GIVING, QUIET_ABOUT_GIVING
from desk.sentences_of_letters import ABOUT_LETTERS
from desk.sentences_of_money import ABOUT_MONEY, QUIET_ABOUT_MONEY
from desk.sentences_of_rewards import ABOUT_REWARDS, QUIET_ABOUT_REWARDS
from desk.sentences_of_thanks import ABOUT_THANKS
from desk.stories import Line, Story
from introductions.models import Ask, Introduction
from introductions.states import Met
from referrals.models import CreditClaim, Referral
from referrals.states import ReferralState

# --- People ------------------------------------------------------------------------------------

_FIELDS = {
    "name": "the name",
    "email": "the e-mail address",
    "phone": "the phone number",
    "company": "the firm",
    "job_title": "what they do there",
    "postal_address": "the postal address",
    "note": "the note",
    "circle": "the circle",
    "keep_in_touch_days": "how often to be in touch",
    "source": "how they found you",
    "met_through": "through whom you met",
    "customer_since": "the day they became a customer",
    "timezone": "the time zone",
    "may_be_asked": "whether they may be asked",
    "tags": "the tags",
    "happy_on": "that they are known to be happy",
}


def _contact_added(story: Story) -> Line | None:
    added = story.subject(Contact)
    source = "" if added.source == Source.UNKNOWN else added.get_source_display()
    if added.pk != story.person.pk:
        if added.source == Source.SENT:
            return None  # The referral says it.
        return Line(f"You met {added.name} through {story.person.first_name}")
    return Line(story.done(f"added {added.name}", f"{added.name} was added"), note=source)


def _contact_changed(story: Story) -> Line | None:
    fields = [_FIELDS.get(str(name), str(name)) for name in story.fact("fields") or []]
    if fields == [_FIELDS["customer_since"]]:
        return None  # What they bought says it.
    if fields == [_FIELDS["may_be_asked"]]:
        return Line(f"{story.person.first_name} changed whether to be asked")
    what = _listed(fields) or "something"
    return Line(story.done(f"changed {what}", f"Changed: {what}"))


_RESTS = {
    Rest.DIED: "has died",
    Rest.MOVED_AWAY: "has moved away",
    Rest.LEAVE_ME_BE: "wants to be left in peace",
}


def _contact_erased(story: Story) -> Line:
    return Line(story.done("erased what was known", "What was known was erased"))


def _contact_merged(story: Story) -> Line:
    return Line(
        story.done("put two entries together", "Two entries of one person were put together")
    )


def _contact_left_in_peace(story: Story) -> Line:
    return Line(f"{story.person.first_name} {_RESTS[Rest(story.fact('why'))]}")


def _contact_resumed(story: Story) -> Line:
    name = story.person.first_name
    return Line(story.done(f"took {name} up again", f"{name} was taken up again"))


def _contacts_imported(story: Story) -> Line:
    name = story.person.first_name
    file = story.subject(ContactImport).file_name
    return Line(story.done(f"brought {name} in", f"{name} came in") + f" from the file {file}")


def _interaction_logged(story: Story) -> Line:
    interaction = story.subject(Interaction)
    title = str(interaction.get_kind_display())
    if interaction.minutes:
        title += f", {interaction.minutes} minutes"
    tone = "thanks" if interaction.kind == InteractionKind.GIFT else ""
    by = "" if story.who in ("", "You") else f"by {story.who}"
    return Line(title, interaction.text, tone, by, at=interaction.occurred_at)


# --- Asking and introducing --------------------------------------------------------------------


def _ask(did: str, was_done: str, *, tone: str = "") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        ask = story.subject(Ask)
        name = ask.advocate.contact.first_name
        title = story.done(did.format(name=name), was_done.format(name=name))
        wanted = ask.named_person or ask.wanted
        return Line(title, wanted, tone)

    return sentence


def _ask_overridden(story: Story) -> Line:
    """Why somebody asked although the gate said no."""
    ask = story.subject(Ask)
    name = ask.advocate.contact.first_name
    title = story.done(f"asked {name} all the same", f"{name} was asked all the same")
    return Line(title, ask.override_reason, "repair")


def _introduction(words: str, *, tone: str = "") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        introduction = story.subject(Introduction)
        return Line(_capital(words.format(**_both(introduction))), tone=tone)

    return sentence


def _meeting_told(story: Story) -> Line:
    introduction = story.subject(Introduction)
    both = _both(introduction)
    if story.fact("met") == Met.NOT:
        return Line(f"Meeting {both['somebody']} did not come about, says {both['advocate']}")
    said = f"{both['advocate']} brought you and {both['somebody']} together"
    return Line(said, introduction.met_words, "step")


def _link(words: str) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        return Line(words.format(name=story.person.first_name))

    return sentence


def _both(introduction: Introduction) -> dict[str, str]:
    advocate = introduction.advocate.contact
    met: Contact | None = introduction.contact
    return {
        "advocate": advocate.name,
        "somebody": met.name if met else "somebody",
        "they": met.first_name if met else f"the person {advocate.first_name} introduced",
    }


# --- Referrals ---------------------------------------------------------------------------------


def _referral_opened(story: Story) -> Line:
    contact = story.subject(Referral).contact
    if contact.pk == story.person.pk:
        return Line(f"You and {contact.first_name} began to talk", tone="step")
    return Line(f"{contact.name} came to you through {story.person.first_name}", tone="step")


def _introduced_again(story: Story) -> Line:
    contact = story.subject(Referral).contact
    if contact.pk == story.person.pk:
        return Line(f"Somebody else introduced {contact.first_name}, too")
    return Line(f"{story.person.first_name} introduced {contact.name}, too")


def _claimed(story: Story) -> Line:
    claim = story.subject(CreditClaim)
    name = claim.advocate.contact.first_name
    return Line(f"{name} introduced {claim.person}, too, as {name} says", claim.words)


def _claim_answered(story: Story) -> Line:
    claim = story.subject(CreditClaim)
    done = f"answered {claim.advocate.contact.first_name} about {claim.person}"
    return Line(story.done(done, f"An answer about {claim.person} was given"), claim.answer)


def _credit_split(story: Story) -> Line:
    name = story.subject(Referral).contact.first_name
    done = f"shared the credit for {name}"
    return Line(story.done(done, f"The credit for {name} was shared"))


_STEPS = {
    ReferralState.TALKING: "You are talking with {name}",
    ReferralState.MET: "You and {name} met",
    ReferralState.PROPOSED: "{name} has your proposal",
    ReferralState.NOT_NOW: "{name} would rather come back to it later",
}


def _referral_moved(story: Story) -> Line:
    name = story.subject(Referral).contact.first_name
    words = _STEPS.get(story.fact("to"), "It went on with {name}")
    return Line(words.format(name=name), tone="step")


def _referral(words: str, *, tone: str = "step") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        return Line(words.format(name=story.subject(Referral).contact.first_name), tone=tone)

    return sentence


def _referral_lost(story: Story) -> Line:
    referral = story.subject(Referral)
    return Line(f"It came to nothing with {referral.contact.first_name}", referral.lost_words)


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


SENTENCES: Mapping[str, Callable[[Story], Line | None]] = {
    "contact.added": _contact_added,
    "contact.changed": _contact_changed,
    "contact.left_in_peace": _contact_left_in_peace,
    "contact.resumed": _contact_resumed,
    "contact.erased": _contact_erased,
    "contact.merged": _contact_merged,
    "contact.links_renewed": _link("Links sent to {name} before lead nowhere"),
    "contacts.imported": _contacts_imported,
    "interaction.logged": _interaction_logged,
    "ask.drafted": _ask("began to write to {name}", "A letter to {name} was begun"),
    "ask.changed": _ask("changed the letter to {name}", "The letter to {name} was changed"),
    "ask.sent": _ask("asked {name} for an introduction", "{name} was asked", tone="step"),
    "ask.overridden": _ask_overridden,
    "ask.nudged": _ask("reminded {name} of your ask, once", "{name} was reminded, once"),
    "ask.answered": _ask("kept the answer of {name}", "{name} answered with an introduction"),
    "ask.declined": _ask("kept the answer of {name}", "Nobody comes to mind, says {name}"),
    "ask.withdrawn": _ask("took the request back", "The request was taken back"),
    "ask.taken_up": _ask("did not take the request back after all", "The request stands again"),
    "ask.expired": _ask("closed the request", "The request ended without an answer"),
    "introduction.vouching": _introduction("Somebody came by the link of {advocate}"),
    "introduction.vouched": _introduction("{advocate} confirmed who came by the link", tone="step"),
    "introduction.unknown": _introduction("{advocate} does not know who came; nothing stays"),
    "introduction.unvouched": _introduction("{advocate} has not confirmed who came by the link"),
    "introduction.went_on": _introduction("You went on with somebody who came by a link"),
    "introduction.word_undone": _introduction("What was said of {somebody} was taken back"),
    "introduction.added_to": _introduction("{advocate} added to the introduction"),
    "introduction.meeting_told": _meeting_told,
    "introduction.meeting_moved": _introduction("{advocate} moved the day on which you meet"),
    "advocate.link_made": _link("{name} made a link of their own to share"),
    "advocate.link_renewed": _link("The link that {name} shares was renewed"),
    "advocate.link_ended": _link("The link that {name} shared was ended"),
    "advocate.link_restored": _link("The link that {name} shares is as it was before"),
    "introduction.shared": _introduction("{advocate} is passing your name on to {somebody}"),
    "introduction.offered": _introduction("{advocate} is introducing {somebody} to you"),
    "introduction.accepted": _introduction("{they} said yes", tone="step"),
    "introduction.corrected": _introduction("{they} put right what is held of them"),
    "introduction.answer_undone": _introduction("{they} took the answer back"),
    "introduction.shook_hands": _introduction(
        "Handshake between you, {somebody} and {advocate}", tone="step"
    ),
    "introduction.postponed": _introduction("{they} would rather come back to it later"),
    "introduction.declined": _introduction("{they} said no; nothing of them stays"),
    "introduction.expired": _introduction("{they} did not answer; nothing of them stays"),
    "introduction.withdrawn": _introduction("The introduction by {advocate} was taken back"),
    "introduction.taken_up": _introduction("The introduction by {advocate} stands again"),
    "introduction.link_renewed": _introduction("The link to answer {advocate} was renewed"),
    "referral.opened": _referral_opened,
    "credit.claimed": _claimed,
    "credit.claim_answered": _claim_answered,
    "referral.introduced_again": _introduced_again,
    "referral.credit_split": _credit_split,
    "referral.moved": _referral_moved,
    "referral.won": _referral("{name} became a customer", tone="thanks"),
    "referral.lost": _referral_lost,
    "referral.joined": _referral(
        "{name} was here twice; the introduction that came further goes on"
    ),
    "referral.reopened": _referral("You and {name} are talking again"),
    **ABOUT_FEEDBACK,
    **ABOUT_GIVING,
    **ABOUT_LETTERS,
    **ABOUT_MONEY,
    **ABOUT_THANKS,
    **ABOUT_REWARDS,
}

# Steps of the machinery: another line beside them says what they mean for the person.
QUIET = frozenset(
    {
        "ask.drafted",
        "ask.changed",
        "message.queued",
        "message.sent",
        "message.cancelled",
        "plan.changed",
        "plan.letter_sent",
        "message.delivered",
        "reminder.added",
        "reminder.snoozed",
        *QUIET_ABOUT_FEEDBACK,
        *QUIET_ABOUT_GIVING,
        *QUIET_ABOUT_MONEY,
        *QUIET_ABOUT_REWARDS,
    }
)
