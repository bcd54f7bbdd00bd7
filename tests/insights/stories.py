"""Introductions made at random: answered or not, by one or by two, and what becomes of each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from activity.actors import SYSTEM
from businesses.models import Business
from introductions.models import Advocate, Ask, Introduction
from introductions.services import decline_introduction, take_back_introduction
from introductions.states import Depth
from referrals.models import Referral
from tests.introductions.factories import an_advocate, came_by_link, shaken, shared
from tests.referrals.factories import lost, moved, won

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
# For how many days from the start on it is asked what became of introductions.
ASKED_FOR = 20


class Story(NamedTuple):
    """What becomes of an introduction."""

    begins: int  # so many days after the time that is asked for begins
    depth: str
    answer: str
    second: str | None  # how well somebody else who introduces the same person knows them
    steps: list[str]
    end: str
    days: list[int]  # between
    asked_before: int | None  # so many days


class Told(NamedTuple):
    """An introduction as it was lived; when each step was first reached."""

    depth: str
    reached: dict[str, datetime]
    is_won: bool = False


STORIES = st.lists(
    st.builds(
        Story,
        begins=st.integers(-3, ASKED_FOR + 3),
        depth=st.sampled_from(["", *Depth.values]),
        answer=st.sampled_from(["yes"] * 4 + ["no", "waits", "taken back", "by link"]),
        second=st.sampled_from([None, *Depth.values]),
        steps=st.lists(st.sampled_from(["talking", "met", "proposed"]), max_size=3, unique=True),
        end=st.sampled_from(["open", "won", "won", "lost"]),
        days=st.lists(st.integers(1, 9), min_size=5, max_size=5),
        asked_before=st.none() | st.integers(0, 20),
    ),
    max_size=6,
)
# Whatever chance leaves out: each answer, and somebody who was introduced by two and buys.
ONE_OF_EACH = [
    Story(
        begins=0,
        depth=Depth.MET,
        answer=answer,
        second=Depth.KNOWS,
        steps=["met"],
        end="won",
        days=[1, 2, 3, 4, 5],
        asked_before=6,
    )
    for answer in ("yes", "no", "waits", "taken back", "by link")
]


def _asked(advocate: Advocate, at: datetime) -> Ask:
    """An ask that was sent then, and answered by an introduction."""
    return Ask.objects.create(
        business=advocate.business,
        advocate=advocate,
        wanted="small workshops",
        state="answered",
        sent_at=at,
        created_at=at,
    )


def live(business: Business, number: int, story: Story) -> list[Told]:
    """Live through it, and tell of each introduction that was made."""
    now = START + timedelta(days=story.begins)
    advocate = an_advocate(business, now, name=f"A {number}", email=f"a{number}@x.example")
    reached = {"introduced": now}
    asked = None
    if story.asked_before is not None:
        reached["asked"] = now - timedelta(days=story.asked_before)
        asked = _asked(advocate, reached["asked"])
    if story.answer == "yes":
        made = shaken(advocate, now, f"q{number}@x.example")
        told = _go_on(made, number, story, Told(story.depth, reached))
    else:
        made = WITHOUT_A_YES[story.answer](advocate, now)
        told = [Told(story.depth, reached)] if story.answer in ("waits", "no") else []
    Introduction.objects.filter(pk=made.pk).update(depth=story.depth, ask=asked)
    return told


def _taken_back(advocate: Advocate, now: datetime) -> Introduction:
    return take_back_introduction(introduction=shared(advocate, now), by=SYSTEM, now=now)


def _declined(advocate: Advocate, now: datetime) -> Introduction:
    return decline_introduction(introduction=shared(advocate, now), now=now)


WITHOUT_A_YES: dict[str, Callable[[Advocate, datetime], Introduction]] = {
    "waits": shared,
    "no": _declined,
    "taken back": _taken_back,
    "by link": came_by_link,
}


def _go_on(made: Introduction, number: int, story: Story, told: Told) -> list[Told]:
    """They said yes, another introduced them, too, and it went on from there."""
    waits = [timedelta(days=each) for each in story.days]
    now = told.reached["yes"] = _answered(made, waits.pop())
    all_told = [told]
    if story.second is not None:
        all_told.append(_introduced_too(made, number, story.second, now + waits[0]))
    referral = Referral.objects.get(introduction=made)
    for step in story.steps:
        now += waits.pop()
        referral = moved(referral, step, now)
        told.reached[step] = now
    now += timedelta(days=1)
    if story.end == "won":
        won(referral, now)
        told.reached["won"] = now
    elif story.end == "lost":
        lost(referral, now)
    return [one._replace(is_won=story.end == "won") for one in all_told]


def _answered(made: Introduction, after: timedelta) -> datetime:
    at = made.created_at + after
    Introduction.objects.filter(pk=made.pk).update(answered_at=at)
    return at


def _introduced_too(made: Introduction, number: int, depth: str, now: datetime) -> Told:
    """By another, while they are talked to: it leads to the referral that there is."""
    email = made.contact.email if made.contact else ""
    advocate = an_advocate(made.business, now, name=f"B {number}", email=f"b{number}@x.example")
    too = shaken(advocate, now, email)
    Introduction.objects.filter(pk=too.pk).update(depth=depth)
    return Told(depth, {"introduced": now, "yes": _answered(too, timedelta(days=number))})
