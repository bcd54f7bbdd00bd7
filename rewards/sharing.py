"""Sharing an amount by percent, in whole minor units that come to the whole."""

from collections.abc import Iterable

from rewards.states import WHOLE


def shared(amount: int, shares: Iterable[int]) -> list[int]:
    """Each one's part of the amount, in order; what the shares leave of 100 is nobody's.

    Everybody has the whole units of their share; those that remain go one by one to the largest
    remainders, and of equal ones to whoever comes first.
    """
    told = list(shares)
    told.append(WHOLE - sum(told))
    parts = [amount * share // WHOLE for share in told]
    by_remainder = sorted(range(len(told)), key=lambda place: -(amount * told[place] % WHOLE))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts[:-1]
