"""What a timeline says of people whom the business introduces to each other."""

from collections.abc import Callable, Mapping

from contacts.models import Company, Contact
from desk.stories import Line, Story
from giving.models import GivenIntroduction
from giving.states import Outcome, Place


def _two(story: Story) -> tuple[Contact, Contact]:
    """Whose page it is told on, and the other of the two."""
    given = story.subject(GivenIntroduction)
    if story.person.pk == given.second_id:
        return given.second, given.first
    return given.first, given.second


def _deed(did: str, was_done: str, *, tone: str = "") -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        person, other = _two(story)
        names = {"name": person.first_name, "other": other.name}
        return Line(story.done(did.format(**names), was_done.format(**names)), tone=tone)

    return sentence


def _answered(words: str, *, tone: str = "") -> Callable[[Story], Line]:
    """One of the two answered: which, the event says."""

    def sentence(story: Story) -> Line:
        who, other = _who(story)
        return Line(words.format(who=who.first_name, other=other.first_name), tone=tone)

    return sentence


def _who(story: Story) -> tuple[Contact, Contact]:
    given = story.subject(GivenIntroduction)
    if story.fact("place") == Place.SECOND:
        return given.second, given.first
    return given.first, given.second


def _told(story: Story) -> Line:
    given = story.subject(GivenIntroduction)
    outcome = str(Outcome(story.fact("outcome")).label)
    # The words are those of the last time it was told.
    is_latest = given.outcome == story.fact("outcome")
    words = given.outcome_words if is_latest else ""
    if not story.fact("place"):
        title = f"What came of {given.first.first_name} and {given.second.first_name}: “{outcome}”"
    else:
        who, other = _who(story)
        title = f"{who.first_name} on {other.first_name}: “{outcome}”"
    return Line(title, words, "step")


def _firm_changed(story: Story) -> Line:
    name = story.subject(Company).name
    return Line(story.done(f"changed what is known of {name}", f"{name} was changed"))


ABOUT_GIVING: Mapping[str, Callable[[Story], Line | None]] = {
    "given.drafted": _deed(
        "began to write to {name} and {other}", "Letters to {name} and {other} were begun"
    ),
    "given.changed": _deed(
        "changed the letters to {name} and {other}",
        "The letters to {name} and {other} were changed",
    ),
    "given.asked": _deed(
        "asked {name} and {other} whether they would like to meet",
        "{name} and {other} were asked whether they would like to meet",
    ),
    "given.undone": _deed(
        "called the letters to {name} and {other} back",
        "The letters to {name} and {other} were called back",
    ),
    "given.accepted": _answered("{who} would like to meet {other}", tone="step"),
    "given.declined": _answered("{who} would rather not meet {other} just now"),
    "given.answer_undone": _answered("{who} took back the answer about meeting {other}"),
    "given.shook_hands": _deed(
        "introduced {name} and {other}", "You introduced {name} and {other}", tone="step"
    ),
    "given.expired": _deed(
        "ended it", "{name} and {other} did not meet: there was no answer in time"
    ),
    "given.withdrawn": _deed(
        "took back what {name} and {other} were asked",
        "What {name} and {other} were asked was taken back",
    ),
    "given.taken_up": _deed(
        "did not take it back after all", "What {name} and {other} were asked stands again"
    ),
    "given.outcome_told": _told,
    "firm.changed": _firm_changed,
}

# Steps before anybody was asked, and what stands on the firm's own page.
QUIET_ABOUT_GIVING = frozenset({"given.drafted", "given.changed", "given.undone", "firm.changed"})
