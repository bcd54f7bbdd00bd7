"""What a timeline says of rewards, their terms, codes, and what was worth a look."""

from collections.abc import Callable, Mapping

from businesses.money import format_money
from desk.stories import Line, Story
from rewards.models import Reward, RewardFlag
from rewards.rules import what_is_given
from rewards.states import FlagKind, Person


def _reward(did: str, was_done: str, *, why: bool = False) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        reward = story.subject(Reward)
        given = what_is_given(reward.promised, reward.currency, story.business.locale)
        names = {"name": story.person.first_name, "given": given}
        title = story.done(did.format(**names), was_done.format(**names))
        return Line(title, reward.void_because if why else reward.note, "thanks")

    return sentence


def _reckoned(words: str) -> Callable[[Story], Line]:
    """What it came to, and what it comes to."""

    def sentence(story: Story) -> Line:
        reward = story.subject(Reward)
        former, amount = (
            format_money(int(story.fact(end)), reward.currency, story.business.locale)
            for end in ("from", "to")
        )
        title = words.format(name=story.person.first_name, amount=amount)
        return Line(title, f"It was {former} before." if former != amount else "", "thanks")

    return sentence


def _flag_raised(story: Story) -> Line:
    kind = FlagKind(story.fact("kind")).label
    return Line("Worth a look before anything is given", str(kind), "care")


def _flag_settled(story: Story) -> Line:
    title = story.done("looked at it", "Somebody looked at it")
    return Line(title, story.subject(RewardFlag).words)


def _told(story: Story) -> Line:
    return Line("Told what is given for an introduction", str(Person(story.fact("person")).label))


def _said(words: str) -> Callable[[Story], Line]:
    def sentence(story: Story) -> Line:
        return Line(words)

    return sentence


ABOUT_REWARDS: Mapping[str, Callable[[Story], Line | None]] = {
    "reward.earned": _reward("noted that {name} earned {given}", "{name} earned {given}"),
    "reward.approved": _reward("approved {given} for {name}", "{given} for {name} was approved"),
    "reward.given": _reward("gave {name} {given}", "{name} was given {given}"),
    "reward.voided": _reward(
        "called off {given} for {name}", "{name} is not given {given}", why=True
    ),
    "reward.reckoned": _reckoned("What {name} earned was worked out anew: {amount}"),
    "reward.restored": _reckoned("{name} earned {amount} after all"),
    "reward_flag.raised": _flag_raised,
    "reward_flag.settled": _flag_settled,
    "referral.told": _told,
    "reward_terms.published": _said("What is given for an introduction was published"),
    "reward_codes.added": _said("Discount codes were added"),
    "reward_codes.taken_away": _said("Discount codes that were left were taken away"),
}

# What stands on the page of the terms.
QUIET_ABOUT_REWARDS = frozenset(
    {"reward_terms.published", "reward_codes.added", "reward_codes.taken_away"}
)
