"""The story, apart: a few weeks in which something small was given for introductions.

They end before anybody asks to be written for again: where something is given, nobody is.
"""

from businesses import clock
from demo.stage import Act, Scene, Stage, on
from rewards import services
from rewards.models import Reward
from rewards.rules import Rule
from rewards.states import ForWhom, Trigger, What

_A_WHILE = 14
CODE = Rule(
    Trigger.INTRODUCTION,
    ForWhom.ADVOCATE,
    What.CODE,
    words="off your next bill",
    amount=1_000,
    hold_days=_A_WHILE,
)
HONEY = Rule(
    Trigger.TAKING_PART,
    ForWhom.ADVOCATE,
    What.GIFT,
    words="a jar of honey",
    amount=800,
    hold_days=_A_WHILE,
)


def publishes(*rules: Rule) -> Act:
    """What is given for an introduction from now on; nothing where no rule is named."""
    return lambda stage: services.publish_terms(
        business=stage.business, rules=rules, ceiling=5_000, by=stage.actor(), now=clock.now()
    )


def uploads_codes(*codes: str) -> Act:
    return lambda stage: services.add_codes(
        business=stage.business, codes=codes, by=stage.actor(), now=clock.now()
    )


def approves(name: str, what: What) -> Act:
    return lambda stage: services.approve_reward(
        reward=_reward(stage, name, what), by=stage.actor(), now=clock.now()
    )


def gives(name: str, what: What) -> Act:
    return lambda stage: services.give_reward(
        reward=_reward(stage, name, what), by=stage.actor(), now=clock.now()
    )


def gives_nothing(name: str, what: What, reason: str) -> Act:
    return lambda stage: services.void_reward(
        reward=_reward(stage, name, what), reason=reason, by=stage.actor(), now=clock.now()
    )


def _reward(stage: Stage, name: str, what: What) -> Reward:
    return Reward.objects.get(contact=stage.contact(name), what=what)


SCENES: list[Scene] = [
    *on(
        45,
        "16:20",
        publishes(CODE, HONEY),
        uploads_codes("LUND-7Q4", "LUND-2XK", "LUND-9TM", "LUND-5RB", "LUND-8WD"),
    ),
    *on(6, "09:10", gives_nothing("Deepa Kaur", What.GIFT, "No honey for bees' sake, she says.")),
    *on(6, "09:15", approves("Deepa Kaur", What.CODE)),
    *on(6, "09:20", gives("Deepa Kaur", What.CODE)),
    *on(5, "16:40", approves("Henrik Dahl", What.GIFT)),
    *on(5, "16:50", publishes()),
]
