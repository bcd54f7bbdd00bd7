"""What a run was asked for, and the one source of its chances."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Wishes:
    """How much to do. The same seed breaks things after the same letters."""

    suite: str
    seed: int
    letters: int | None
    times: int | None
    keeps_logs: bool = False

    def chance(self) -> random.Random:
        return random.Random(f"{self.suite} {self.seed}")

    def moments(self, chance: random.Random, times: int, letters: int) -> list[int]:
        """After how many accepted letters something breaks: all while there is work left."""
        return sorted(chance.randrange(letters * 9 // 10) for _ in range(times))
