"""Ten ways in which a mail server misbehaves, and ten of a provider with an HTTP interface.

Each way strikes a share of what it is offered, by chance from a seed. What it may leave in doubt is
counted as it happens.
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
    SmtpWay("hangs for a minute", _EACH, "hang", 3),
    SmtpWay("answers slowly", _EACH, "pause", 500, seconds=0.05),
    SmtpWay("drops one in two hundred", ("ehlo", *_EACH), "drop", 5),
    SmtpWay("answers garbage", _EACH, "reply", 15, "banana"),
)


class SmtpChaos(smtp.SmtpServer):
    """The mail server, which misbehaves in one way as long as it has one."""

    way: SmtpWay | None = None
    doubts = 0

    def begin(self, way: SmtpWay | None, seed: str) -> None:
        self._chance, self.way, self.doubts = random.Random(seed), way, 0

    def take_fault(self, phase: smtp.Phase, text: str) -> smtp.Fault | None:
        way = self.way
        if way is None or phase not in way.phases:
            return super().take_fault(phase, text)
        with self._lock:
            if self._chance.randrange(1000) >= way.per_mille:
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


HTTP_WAYS = (
    HttpWay("is not there for a while", "away", 0, leaves_doubt=False, seconds=3.0),
    HttpWay("has too many requests", "answer", 50, (429,), leaves_doubt=False),
    HttpWay("refuses", "answer", 50, (400, 404, 422), leaves_doubt=False),
    HttpWay("breaks inside", "answer", 50, (500, 502, 503)),
    HttpWay("drops before it took it", "drop", 50),
    HttpWay("drops after it took it", "lose", 50),
    HttpWay("hangs for a minute", "hang", 10),
    HttpWay("answers slowly", "pause", 500, leaves_doubt=False, seconds=0.1),
    HttpWay("drops one in two hundred", "lose", 5),
    HttpWay("answers garbage", "garble", 50),
)


class HttpChaos(provider.Provider):
    """The provider, which misbehaves in one way as long as it has one."""

    way: HttpWay | None = None
    doubts = 0

    def begin(self, way: HttpWay | None, seed: str) -> None:
        self._chance, self.way, self.doubts = random.Random(seed), way, 0
        if way is not None and way.deed == "away":
            self.leave()
            threading.Timer(way.seconds, self.come).start()

    def take_fault(self) -> provider.Fault | None:
        way = self.way
        if way is None:
            return super().take_fault()
        with self._lock:
            if self._chance.randrange(1000) >= way.per_mille:
                return None
            self.doubts += way.leaves_doubt
            status = self._chance.choice(way.statuses)
        if way.deed == "pause":
            time.sleep(way.seconds)
            return None
        return provider.Fault(way.deed, status)
