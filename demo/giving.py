"""What the firm gives: a customer goes to a partner firm, and two who sell at markets may meet."""

from activity.actors import Actor
from businesses import clock
from demo.stage import Act, Scene, Stage, on
from giving import services
from giving.models import GivenIntroduction
from giving.states import Outcome, Place


def introduces(key: str, first: str, second: str, *, to_first: str, to_second: str) -> Act:
    """Both are asked."""

    def act(stage: Stage) -> None:
        stage.given[key] = services.give_introduction(
            first=stage.contact(first),
            second=stage.contact(second),
            first_words=to_first,
            second_words=to_second,
            by=stage.actor(),
            giver=stage.member("Elena").user,
            now=clock.now(),
        )

    return act


def would_like_to(key: str, place: Place) -> Act:
    """One of the two says yes."""
    return lambda stage: services.accept_given(
        given=_given(stage, key), place=place, now=clock.now()
    )


def tells(key: str, outcome: Outcome, words: str) -> Act:
    """The partner firm tells what came of it, by the link in the letter."""

    def act(stage: Stage) -> None:
        given = _given(stage, key)
        services.tell_outcome(
            given=given,
            outcome=outcome,
            words=words,
            place=Place.SECOND,
            by=Actor.contact(given.second_id),
            now=clock.now(),
        )

    return act


def _given(stage: Stage, key: str) -> GivenIntroduction:
    return GivenIntroduction.objects.get(pk=stage.given[key].pk)


SCENES: list[Scene] = [
    *on(
        371,
        "11:10",
        introduces(
            "a lease",
            "Oskar Wennberg",
            "Henrik Dahl",
            to_first="Henrik reads leases as you read beans. Show him yours before you sign it.",
            to_second="Oskar roasts coffee and is about to sign a lease that is a horror. I think "
            "that he is one for you.",
        ),
    ),
    *on(371, "15:20", would_like_to("a lease", Place.SECOND)),
    *on(370, "07:40", would_like_to("a lease", Place.FIRST)),
    *on(352, "09:30", tells("a lease", Outcome.TOGETHER, "The lease is signed, and no horror.")),
    *on(
        4,
        "11:00",
        introduces(
            "the market",
            "Joona Lehtinen",
            "Edvin Strand",
            to_first="Edvin makes the knives that your bread deserves, and sells at the same "
            "markets. You two should share a stand.",
            to_second="Joona bakes, speaks more than you, and sells at the same markets. You two "
            "should share a stand.",
        ),
    ),
    *on(3, "06:15", would_like_to("the market", Place.FIRST)),
]
