"""What the sender needs of a way out, and what can go wrong there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

# Where it stands, such a code comes first (RFC 2034).
_ENHANCED = re.compile(r"\W*(5\.\d{1,3}\.\d{1,3})\b")
# RFC 3463: 5.1.x is about an address; of these 5.1.5 is that of a good one, 5.1.7 and 5.1.8 are
# about the sender's. What is about servers and their rules (5.7.x) says nothing of the address.
_NO_SUCH_ADDRESS = re.compile(r"5\.1\.(?!(?:5|7|8)\Z)\d+")
# Said to MAIL FROM, when the other side has heard of nobody but us: sign in first (RFC 4954), or
# anything against its rules.
_ABOUT_US = frozenset({530, 535, 538})
# Without such a code: no mailbox, not here, not a name for one (RFC 5321, 4.2.3). Servers answer
# 550 by their rules, too, and then mostly say so.
_UNKNOWN = frozenset({550, 551, 553})
_BY_RULE = re.compile(r"(?i)relay|block|black|deny|denied|polic|spam|reputation|auth|banned")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said: an SMTP code (or its like) and a text that may quote addresses."""

    code: int
    text: str = ""

    @property
    def is_temporary(self) -> bool:
        return 400 <= self.code < 500

    @property
    def is_about_us(self) -> bool:
        """Said of the sender: whether it would be said of any letter."""
        enhanced = _ENHANCED.match(self.text)
        return self.code in _ABOUT_US or (
            self.code >= 500 and enhanced is not None and enhanced[1].startswith("5.7.")
        )

    @property
    def knows_no_such_address(self) -> bool:
        """Said of a recipient: whether the address does not work, rather than: not from us."""
        enhanced = _ENHANCED.match(self.text)
        if enhanced:
            return _NO_SUCH_ADDRESS.fullmatch(enhanced[1]) is not None
        return self.code in _UNKNOWN and not _BY_RULE.search(self.text)


class TransportProblem(Exception):
    """Something went wrong on the way out."""


class Unreachable(TransportProblem):
    """No connection, greeting or sign-in: no letter was even offered."""


class NotLetIn(Unreachable):
    """The other side takes no letter from us: our name, our key or our account are at fault."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(f"it does not let us in ({reply.code})")


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
        """Connect. Raises `Unreachable`, `NotLetIn`."""

    def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
        """Name the sender and the recipients; the refused recipients with the answers to them.

        Raises `Refused` or `NotLetIn` when the sender is refused, `Broken`. Nothing has been sent
        afterwards.
        """

    def hand_over(self, letter: bytes) -> Mapping[str, Reply]:
        """Send the offered letter's text; whom the other side refused only now, with the answers.

        Raises `Refused`, `NotLetIn`, `Broken`, `OutcomeUnknown`.
        """

    def forget(self) -> None:
        """Take back the offer; the connection stays usable, or is closed. Raises nothing."""

    def close(self) -> None:
        """Part politely. Raises nothing."""
