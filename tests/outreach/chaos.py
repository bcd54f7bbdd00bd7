"""Ten ways in which a mail server misbehaves by chance, and ten of a provider with an HTTP
interface; and of each some that strike everything for a while.

What a way may leave in doubt is counted as it happens. Of those that last, few letters may be.
"""

import random
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.outreach import provider, smtp


@dataclass(frozen=True)
class SmtpWay:
    """What is done, in which phases, and to how many in a thousand of those."""

    name: str
    phases: Sequence[smtp.Phase]
    deed: smtp.Deed
    per_mille: int
    reply: str = ""
    seconds: float = 60.0
    # How long it strikes, from the first time on; 0 for always.
    lasts: float = 0.0

    def fault(self, phase: smtp.Phase) -> smtp.Fault:
        return smtp.Fault(phase, self.deed, self.reply, seconds=self.seconds)

    def leaves_doubt(self, phase: smtp.Phase) -> bool:
        """Whether nobody can know whether the letter was taken."""
        if phase != "body" or self.deed == "pause":
            return False
        return self.deed != "reply" or not re.match(r"[245]\d\d\b", self.reply)


_EACH: Sequence[smtp.Phase] = ("mail", "rcpt", "data", "body")
SMTP_WAYS = (
    SmtpWay("refuses to talk", ("connect",), "reply", 600, "554 not today"),
    SmtpWay("closes with 421", _EACH, "reply", 20, "421 closing"),
    SmtpWay("puts off at each phase", _EACH, "reply", 30, "451 come back later"),
    # Without a reason: an address that it does not know would be offered nothing again.
    SmtpWay("refuses at each phase", _EACH, "reply", 30, "554 no"),
    SmtpWay("drops before the text", ("data",), "drop", 50),
    SmtpWay("drops after the text", ("body",), "drop", 50),
    SmtpWay("hangs", _EACH, "hang", 3),
    SmtpWay("answers slowly", _EACH, "pause", 500, seconds=0.05),
    SmtpWay("drops one in two hundred", ("ehlo", *_EACH), "drop", 5),
    SmtpWay("answers garbage", _EACH, "reply", 15, "banana"),
    SmtpWay("drops after every text for a while", ("body",), "drop", 1000, lasts=10.0),
    SmtpWay("lets nobody in for a while", ("mail",), "reply", 1000, "530 5.7.0 no", lasts=10.0),
)


class Spell:
    """How long a way strikes: always, or from the first time on for a while."""

    def __init__(self, lasts: float) -> None:
        self._lasts, self._until = lasts, 0.0

    def is_on(self) -> bool:
        now = time.monotonic()
        self._until = self._until or now + self._lasts
        return not self._lasts or now < self._until


class SmtpChaos(smtp.SmtpServer):
    """The mail server, which misbehaves in one way as long as it has one."""

    way: SmtpWay | None = None
    doubts = 0

    def begin(self, way: SmtpWay | None, seed: str) -> None:
        self._chance, self.way, self.doubts = random.Random(seed), way, 0
        self._spell = Spell(way.lasts if way else 0.0)

    def take_fault(self, phase: smtp.Phase, text: str) -> smtp.Fault | None:
        way = self.way
        if way is None or phase not in way.phases:
            return super().take_fault(phase, text)
        with self._lock:
            if not self._spell.is_on() or self._chance.randrange(1000) >= way.per_mille:
                return None
            self.doubts += way.leaves_doubt(phase)
        return way.fault(phase)


@dataclass(frozen=True)
class HttpWay:
    """What is done to how many in a thousand requests, and whether that leaves doubt."""

    name: str
    deed: provider.Deed
    per_mille: int
    statuses: Sequence[int] = (0,)
    leaves_doubt: bool = True
    seconds: float = 0.0
    lasts: float = 0.0


HTTP_WAYS = (
    HttpWay("is not there for a while", "away", 0, leaves_doubt=False, seconds=3.0),
    HttpWay("has too many requests", "answer", 50, (429,), leaves_doubt=False),
    HttpWay("refuses", "answer", 50, (400, 404, 422), leaves_doubt=False),
    HttpWay("breaks inside", "answer", 50, (500, 502, 503)),
    HttpWay("drops before it took it", "drop", 50),
    HttpWay("drops after it took it", "lose", 50),
    HttpWay("hangs", "hang", 10),
    HttpWay("answers slowly", "pause", 500, leaves_doubt=False, seconds=0.1),
    HttpWay("drops one in two hundred", "lose", 5),
    HttpWay("answers garbage", "garble", 50),
    HttpWay("answers 503 to everything for a while", "answer", 1000, (503,), lasts=10.0),
    HttpWay(
        "lets nobody in for a while",
        "answer",
        1000,
        (401, 402, 403),
        leaves_doubt=False,
        lasts=10.0,
    ),
)


class HttpChaos(provider.Provider):
    """The provider, which misbehaves in one way as long as it has one."""

    way: HttpWay | None = None
    doubts = 0

    def begin(self, way: HttpWay | None, seed: str) -> None:
        self._chance, self.way, self.doubts = random.Random(seed), way, 0
        self._spell = Spell(way.lasts if way else 0.0)
        if way is not None and way.deed == "away":
            self.leave()
            threading.Timer(way.seconds, self.come).start()

    def take_fault(self) -> provider.Fault | None:
        way = self.way
        if way is None:
            return super().take_fault()
        with self._lock:
            if not self._spell.is_on() or self._chance.randrange(1000) >= way.per_mille:
                return None
            self.doubts += way.leaves_doubt
            status = self._chance.choice(way.statuses)
        if way.deed == "pause":
            time.sleep(way.seconds)
            return None
        return provider.Fault(way.deed, status)
