"""What came of a suite."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

# All in trouble are counted, and so many named.
NAMED = 5


@dataclass
class Findings:
    """What came of it: rows for people to read, and the promises that were broken."""

    promise: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def say(self, label: str, text: str) -> None:
        self.rows.append((label, text))

    def expect_none(self, found: Collection[UUID], trouble: str) -> None:
        """Something is broken if there are any."""
        if found:
            named = ", ".join(str(letter) for letter in sorted(found)[:NAMED])
            self.broken.append(f"{len(found)} {trouble}: {named}")

    def expect(self, is_so: bool, trouble: str) -> None:
        if not is_so:
            self.broken.append(trouble)
