"""State machines as tables of allowed moves."""

from collections.abc import Collection, Mapping

from businesses.refusals import Refusal


class NotPossibleNow(Refusal):
    """The row is in a state that does not lead to the wanted one (a late click, a lost race)."""

    message = "That is no longer possible: somebody was quicker, or it was done before."
    code = "not_possible_now"


def guard_move(moves: Mapping[str, Collection[str]], current: str, to: str) -> None:
    """Raise `NotPossibleNow` unless the table allows the move from `current` to `to`."""
    if to not in moves.get(current, ()):
        raise NotPossibleNow
