"""The tables of moves in the docs are those of the code."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from introductions.states import ASK_MOVES, MOVES
from referrals.states import MOVES as REFERRAL_MOVES
from referrals.states import THANKS_MOVES

DOCS = Path(__file__).parents[2] / "docs" / "introductions.md"


@pytest.mark.parametrize(
    ("heading", "moves"),
    [
        ("## Asks", ASK_MOVES),
        ("## Introductions", MOVES),
        ("## Referrals", REFERRAL_MOVES),
        ("## Thank-yous", THANKS_MOVES),
    ],
)
def test_the_docs_show_the_moves_of_the_code(
    heading: str, moves: Mapping[str, Collection[str]]
) -> None:
    section = DOCS.read_text().split(f"\n{heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][1:]

    expected = [f"| {state} | {', '.join(sorted(to)) or '–'} |" for state, to in moves.items()]
    assert rows == expected
