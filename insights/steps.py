"""How long it takes from step to step, and what becomes of introductions by how deep they are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q

from activity.models import Event
from insights.gratitude import in_days
from introductions.models import Introduction
from introductions.states import NOT_MADE, Depth, IntroductionState
from referrals.models import Referral
from referrals.states import ReferralState

# A share of fewer than these says nothing.
ENOUGH = 5
# In the order of the board: an introduction asked for, made, agreed to; then the referral's steps.
STEPS = ("introduced", "yes", "talking", "met", "proposed", "won")
# What stands beside these figures.
RULE_OF_DEPTHS = (
    "Counted are introductions made within the time, by how well whoever made them knew the person."
    " Won is what one led to, also where another's leads; of fewer than five no share is told."
)
RULE_OF_STEPS = (
    "Counted are introductions made within the time: the days from the latest step before to the"
    " first time that this one was reached. Told is the one in the middle."
)
_OF_REFERRAL = ("talking", "met", "proposed", "won")


@dataclass(frozen=True, slots=True)
class Took:
    """From the step before to this one: the median in days, over so many that came so far."""

    step: str
    median_days: float | None
    count: int


@dataclass(frozen=True, slots=True)
class OfDepth:
    """What became of the introductions of one depth; an empty one was not said."""

    depth: str
    made: int
    shaken: int
    won: int

    @property
    def share_shaken(self) -> int | None:
        """Per cent that led to a handshake; None where too few are known."""
        return _share(self.shaken, self.made)

    @property
    def share_won(self) -> int | None:
        """Per cent that became business; None where too few are known."""
        return _share(self.won, self.made)


def conversion_by_depth(*, since: datetime, until: datetime) -> Sequence[OfDepth]:
    """Introductions made within these times, from the weakest acquaintance to the closest.

    Won is what an introduction led to, also where another's leads. One query.
    """
    won = Referral.objects.led_to_by(OuterRef("pk")).won()
    made = Introduction.objects.filter(created_at__gte=since, created_at__lt=until)
    rows = (
        made.exclude(state__in=NOT_MADE)
        .values("depth")
        .annotate(
            made=Count("pk"),
            shaken=Count("pk", filter=Q(state=IntroductionState.HANDSHAKE)),
            won=Count("pk", filter=Exists(won)),
        )
        .order_by()
    )
    found = {row["depth"]: OfDepth(**row) for row in rows}
    return [found[depth] for depth in ("", *Depth.values) if depth in found]


def time_between_steps(*, since: datetime, until: datetime) -> Sequence[Took]:
    """How long each step took, for the introductions made within these times. Two queries.

    From the ask, if one led to it, to the introduction; to the yes; and to the first time that each
    step of the referral was reached, from the latest step before it that was reached by then.
    """
    made = Introduction.objects.filter(created_at__gte=since, created_at__lt=until)
    rows = made.exclude(state__in=NOT_MADE).values_list(
        "ask__sent_at", "created_at", "shook_hands_at", "answered_at", "referrals__pk"
    )
    moves = _first_times(since)
    took: dict[str, list[timedelta]] = defaultdict(list)
    for asked, created, shaken, answered, referral in rows.order_by():
        reached = {"asked": asked, "introduced": created, "yes": answered if shaken else None}
        for step, time in _steps_of(reached | dict(moves.get(referral, {}))):
            took[step].append(time)
    return [Took(step, in_days(_median(took[step])), len(took[step])) for step in STEPS]


def _first_times(since: datetime) -> Mapping[UUID, Mapping[str, datetime | None]]:
    """By referral when each step was first reached: its history, grouped by the database."""
    moved = Q(name="referral.moved")
    firsts = {
        step: Min("recorded_at", filter=moved & Q(payload__to=step))
        for step in _OF_REFERRAL
        if step != ReferralState.WON
    }
    rows = (
        Event.objects.filter(
            subject_label="referral",
            recorded_at__gte=since,
            name__in=["referral.moved", "referral.won"],
        )
        .values("subject_id")
        .annotate(**firsts, won=Min("recorded_at", filter=Q(name="referral.won")))
        .order_by()
    )
    return {
        key: dict(zip(_OF_REFERRAL, times, strict=True))
        for key, *times in rows.values_list("subject_id", *_OF_REFERRAL)
    }


def _steps_of(reached: Mapping[str, datetime | None]) -> Iterator[tuple[str, timedelta]]:
    """Each step that was reached after an earlier one, and how long that took."""
    before: list[datetime] = []
    for step in ("asked", *STEPS):
        at = reached.get(step)
        if at is None:
            continue
        earlier = [one for one in before if one <= at]
        if earlier:
            yield step, at - max(earlier)
        before.append(at)


def _median(times: Sequence[timedelta]) -> timedelta | None:
    """The one in the middle; of an even number half-way between the two."""
    if not times:
        return None
    return timedelta(seconds=median(time.total_seconds() for time in times))


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= ENOUGH else None
