"""Writes the tables and diagrams of docs/introductions.md from the states of the code.

`python -m config.local.moves`, which `make fix` runs. A test compares the page with the code.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from config.local.parts import ROOT
from giving.states import GIVEN_MOVES, GivenState
from introductions.states import ASK_MOVES, MOVES, AskState, IntroductionState
from referrals.states import MOVES as REFERRAL_MOVES
from referrals.states import THANKS_MOVES, ReferralState, ThanksState
from rewards.states import REWARD_MOVES, RewardState

PAGE = ROOT / "docs" / "introductions.md"


@dataclass(frozen=True)
class Machine:
    """States, the moves between them, and where a row begins."""

    moves: Mapping[str, Collection[str]]
    begins: Collection[str]

    def written(self) -> str:
        """The diagram, then the table."""
        lines = [
            "```mermaid",
            "stateDiagram-v2",
            *(f"    [*] --> {state}" for state in map(str, self.begins)),
            *(f"    {state} --> {to}" for state, to in self._each()),
            *(f"    {state} --> [*]" for state, to in self.moves.items() if not to),
            "```",
            "",
            "| from | to |",
            "|---|---|",
            *(f"| {state} | {', '.join(sorted(to)) or '–'} |" for state, to in self.moves.items()),
        ]
        return "\n".join(lines)

    def _each(self) -> list[tuple[str, str]]:
        return [(state, to) for state, all_to in self.moves.items() for to in sorted(all_to)]


# By the name between the page's marks.
MACHINES = {
    "asks": Machine(ASK_MOVES, [AskState.DRAFT]),
    "introductions": Machine(MOVES, [IntroductionState.SHARED, IntroductionState.OFFERED]),
    "giving": Machine(GIVEN_MOVES, [GivenState.DRAFT]),
    "referrals": Machine(REFERRAL_MOVES, [ReferralState.INTRODUCED, ReferralState.TALKING]),
    "thank-yous": Machine(THANKS_MOVES, [ThanksState.DUE]),
    "rewards": Machine(REWARD_MOVES, [RewardState.EARNED]),
}
_MARKED = re.compile(r"(<!-- states: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_states(page: str) -> str:
    """The page with what is between its marks as the code has it."""
    return _MARKED.sub(
        lambda found: f"{found[1]}\n{MACHINES[found[2]].written()}\n\n{found[3]}", page
    )


def marked(page: str) -> list[str]:
    """What the page has marks for."""
    return [name for _, name, _ in _MARKED.findall(page)]


if __name__ == "__main__":
    PAGE.write_text(with_states(PAGE.read_text()))
