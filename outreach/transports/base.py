"""What the sender needs of a way out, and what can go wrong there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said: an SMTP code (or its like) and a text that may quote addresses."""

    code: int
    text: str = ""

    @property
    def is_temporary(self) -> bool:
        return 400 <= self.code < 500


class TransportProblem(Exception):
    """Something went wrong on the way out."""


class Unreachable(TransportProblem):
    """No connection, greeting or sign-in: no letter was even offered."""


class Broken(TransportProblem):
    """The connection died before the letter's text left: it can safely be tried again."""


class Refused(TransportProblem):
    """A definite answer: this letter was not taken."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(str(reply.code))


class OutcomeUnknown(TransportProblem):
    """The text left, and no answer came: it may have arrived (RFC 1047)."""


class Transport(Protocol):
    """A connection that takes one letter after another, each in two phases."""

    @property
    def is_open(self) -> bool:
        """Whether a connection is kept from an earlier letter."""

    def open(self) -> None:
        """Connect. Raises `Unreachable`."""

    def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
        """Name the sender and the recipients; the refused recipients with the answers to them.

        Raises `Refused` when the sender is refused, `Broken`. Nothing has been sent afterwards.
        """

    def hand_over(self, letter: bytes) -> None:
        """Send the offered letter's text. Raises `Refused`, `Broken`, `OutcomeUnknown`."""

    def forget(self) -> None:
        """Take back the offer; the connection stays usable, or is closed. Raises nothing."""

    def close(self) -> None:
        """Part politely. Raises nothing."""
