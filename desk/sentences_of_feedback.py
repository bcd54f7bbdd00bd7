"""What a timeline says of questions, answers, and words that may be published."""

from collections.abc import Callable, Mapping

from desk.stories import Line, Story
from feedback.models import HIGHEST_SCORE, Feedback, Testimonial


def _asked(story: Story) -> Line:
    name = story.person.first_name
    return Line(story.done(f"asked {name} how it was", f"{name} was asked how it was"))


def _answered(story: Story) -> Line:
    feedback = story.subject(Feedback)
    kind, tone = "Not happy", "repair"
    if feedback.is_promoter:
        kind, tone = "Very happy", "care"
    elif feedback.is_passive:
        kind, tone = "Content", ""
    heard = f", as {'you' if story.who == 'You' else story.who} heard it" if story.who else ""
    note = f"{feedback.score} of {HIGHEST_SCORE}{heard}"
    return Line(kind, feedback.why, tone, note)


def _added_to(story: Story) -> Line:
    name = story.person.first_name
    return Line(f"{name} said what would make it better", story.subject(Feedback).wish)


def _words(said: str, *, tone: str = "", with_words: bool = False) -> Callable[[Story], Line]:
    """What the customer did with their words, or what was done with them."""

    def sentence(story: Story) -> Line:
        words = story.subject(Testimonial).words if with_words else ""
        return Line(said.format(name=story.person.first_name), words, tone)

    return sentence


def _deed(did: str, was_done: str) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        name = story.person.first_name
        return Line(story.done(did.format(name=name), was_done.format(name=name)))

    return sentence


def _review_links_changed(story: Story) -> Line:
    did = "changed where reviews can be written"
    return Line(story.done(did, "The places for reviews were changed"))


ABOUT_FEEDBACK: Mapping[str, Callable[[Story], Line | None]] = {
    "feedback.asked": _asked,
    "feedback.answered": _answered,
    "feedback.added_to": _added_to,
    "testimonial.given": _words(
        "{name} lets you publish these words", tone="care", with_words=True
    ),
    "testimonial.changed": _words("{name} changed the words that you may publish"),
    "testimonial.published": _deed(
        "published the words of {name}", "The words of {name} were published"
    ),
    "testimonial.unpublished": _deed(
        "took the words of {name} off the page", "The words of {name} were taken off the page"
    ),
    "testimonial.moved": _deed(
        "gave the words of {name} another place", "The words of {name} have another place"
    ),
    "testimonial.edit_proposed": _deed(
        "asked {name} for a change in their words", "{name} was asked for a change in their words"
    ),
    "testimonial.edit_accepted": _words("{name} said yes to the change in their words"),
    "testimonial.edit_dropped": _words("The words of {name} stay as they are"),
    "testimonial.withdrawn": _words("{name} took their words back; they are shown nowhere"),
    "review_links.changed": _review_links_changed,
}

# Settled in Settings, or a mere matter of order.
QUIET_ABOUT_FEEDBACK = frozenset({"review_links.changed", "testimonial.moved"})
