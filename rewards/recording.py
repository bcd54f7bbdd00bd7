"""An event of a reward: on the timeline of whoever it is for, as long as they are there."""

from collections.abc import Mapping
from datetime import datetime

from activity.actors import Actor
from activity.models import Event
from activity.services import Fact, record_event
from rewards.models import Reward


def record_reward(
    name: str,
    reward: Reward,
    by: Actor,
    now: datetime,
    payload: Mapping[str, Fact] | None = None,
) -> Event:
    facts: dict[str, Fact] = {
        "what": str(reward.what),
        "amount": reward.amount,
        "currency": reward.currency,
    }
    return record_event(
        business=reward.business,
        name=name,
        actor=by,
        subject=reward,
        about=[reward.contact] if reward.contact else [],
        payload={**facts, **(payload or {})},
        now=now,
    )
