"""What a timeline says of thanks: owed, given, waived, undone, and what the advocate says to it."""

from collections.abc import Callable, Mapping

from businesses.money import format_money
from desk.stories import Line, Story
from referrals.models import ThankYou
from referrals.states import ThanksReason


def _for_what(thank_you: ThankYou) -> str:
    met = thank_you.sent_person
    if met is None:
        return str(thank_you.get_reason_display()).lower()
    if thank_you.reason == ThanksReason.BUSINESS:
        return f"for the business with {met.name}"
    return f"for introducing {met.name}"


def _owed(story: Story) -> Line:
    thank_you = story.subject(ThankYou)
    waiting = "is waiting" if thank_you.is_due else "fell due"
    title = f"A thank-you {waiting} {_for_what(thank_you)}"
    return Line(title, thank_you.note, tone="thanks")


def _given(story: Story) -> Line:
    thank_you = story.subject(ThankYou)
    name = thank_you.advocate.contact.first_name
    how = str(thank_you.get_how_display()).lower() if thank_you.how else ""
    if thank_you.gift_cost is not None:
        cost = format_money(thank_you.gift_cost, thank_you.gift_currency, story.business.locale)
        how = f"{how}, {cost}"
    title = story.done(f"thanked {name}", f"{name} was thanked")
    return Line(f"{title} {_for_what(thank_you)}", thank_you.words, "thanks", how)


def _waived(story: Story) -> Line:
    title = story.done("let a thank-you go", "A thank-you was let go")
    return Line(title, story.subject(ThankYou).waived_because)


def _undone(story: Story) -> Line:
    return Line(
        story.done("took back what was kept of a thank-you", "A thank-you is owed again after all")
    )


def _says(words: str, *, tone: str = "") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        name = story.subject(ThankYou).advocate.contact.first_name
        return Line(words.format(name=name), tone=tone)

    return sentence


def _public_asked(story: Story) -> Line:
    thank_you = story.subject(ThankYou)
    name = thank_you.advocate.contact.first_name
    done = f"asked {name} whether you may thank in public"
    title = story.done(done, f"{name} was asked about thanks in public")
    return Line(title, thank_you.public_words)


def _taken_down(story: Story) -> Line:
    done = "took thanks off the wall, or the question back"
    return Line(story.done(done, "Thanks in public were taken down"))


ABOUT_THANKS: Mapping[str, Callable[[Story], Line | None]] = {
    "thanks.owed": _owed,
    "thanks.given": _given,
    "thanks.waived": _waived,
    "thanks.undone": _undone,
    "thanks.welcomed": _says("{name} says: my pleasure", tone="thanks"),
    "thanks.welcome_undone": _says("{name} took “my pleasure” back"),
    "thanks.public_asked": _public_asked,
    "thanks.public_allowed": _says("{name} lets you thank in public", tone="thanks"),
    "thanks.public_declined": _says("{name} would rather not be thanked in public"),
    "thanks.public_taken_down": _taken_down,
}
