"""A mail server that misbehaves in each way; docs/letters.md says what becomes of the letter."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.faults.books import Books
from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.firms import Firm
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.faults.wishes import Wishes
from tests.outreach.factories import a_contact, a_letter, acting
from tests.outreach.smtp import Deed, Phase

PROMISE = "each became what docs/letters.md says; none was lost, none came twice"
TIMEOUT_SECONDS = 2
SLOW = {"seconds": 3.0 * TIMEOUT_SECONDS}
# Later than the first retry, however it is spread.
A_RETRY_LATER = 120.0
# Later than the last of all retries.
DAYS_LATER = 4 * 86_400.0
# Long enough for two sweeps.
QUIET_SECONDS = 8.0

LATER, FAILED, UNCERTAIN, PARTLY = "tried again", "failed", "uncertain", "sent to the others"


@dataclass(frozen=True)
class Way:
    """What the server does to one letter, and what must become of that."""

    name: str
    phase: Phase
    deed: Deed
    becomes: str
    reply: str = ""
    people: int = 1
    more: dict[str, Any] = field(default_factory=dict)


WAYS = [
    Way("refuses at the greeting", "connect", "reply", LATER, "554 not today"),
    Way("refuses the sender", "mail", "reply", FAILED, "550 not you"),
    Way("answers garbage to the sender", "mail", "reply", LATER, "banana"),
    Way("refuses the recipient", "rcpt", "reply", FAILED, "550 no such person"),
    Way("puts the recipient off", "rcpt", "reply", LATER, "450 greylisted"),
    Way("refuses one of three", "rcpt", "reply", PARTLY, "550 no such person", people=3),
    Way("answers a recipient too late", "rcpt", "pause", LATER, more=SLOW),
    Way("drops the connection before the text", "data", "drop", LATER),
    Way("puts the text off", "body", "reply", LATER, "451 come back later"),
    Way("refuses the text", "body", "reply", FAILED, "554 looks like spam"),
    Way("drops the connection after the text", "body", "drop", UNCERTAIN),
    Way("answers the text too late", "body", "pause", UNCERTAIN, more=SLOW),
    Way("answers garbage to the text", "body", "reply", UNCERTAIN, "banana"),
]


@dataclass(frozen=True)
class Now:
    """How a letter stands."""

    state: str
    attempts: int
    refused: int

    @property
    def is_moving(self) -> bool:
        """Not yet tried, or in a worker's hand."""
        return self.state in ("sending", "in_data") or (
            self.state == "scheduled" and self.attempts == 0
        )

    @property
    def became(self) -> str:
        if self.state == "sent":
            return PARTLY if self.refused else "sent"
        return LATER if self.state == "scheduled" else self.state


def run(ground: Ground, wishes: Wishes) -> Findings:
    findings, firm = Findings(PROMISE), Firm("Smtp")
    books = Books(ground, [firm])
    ground.post.slowness_seconds = 0.0
    crew = Crew(ground, workers=1, EMAIL_TIMEOUT=str(TIMEOUT_SECONDS))
    letters: dict[UUID, Way] = {}
    crew.start()
    try:
        for way in WAYS:
            letter = _meets(ground, firm, way)
            letters[letter] = way
            became = _wait(ground, letter).became
            findings.say("the server", f"{way.name}: {became}")
            findings.expect(
                became == way.becomes, f"When it {way.name}: {became}, not {way.becomes}"
            )
            ground.post.behave()
        listed = firm.listed(set(letters))
        ground.move_clock(A_RETRY_LATER)
        _settle(ground, books, findings, letters)
        ground.move_clock(DAYS_LATER)
        time.sleep(QUIET_SECONDS)
        _settle(ground, books, findings, letters)
    finally:
        crew.disband()
    wanted = {letter for letter, way in letters.items() if way.becomes != LATER}
    findings.expect(listed == wanted, "Health does not list just those that need somebody to look")
    findings.say(
        "listed", f"{len(listed)} on Settings → Health, each other one was sent once, later"
    )
    return findings


def _meets(ground: Ground, firm: Firm, way: Way) -> UUID:
    """Queue a letter for the server to misbehave to."""
    with acting(firm.business):
        people = [a_contact(firm.business) for _ in range(way.people)]
        matching = people[-1].email if way.phase == "rcpt" else ""
        ground.post.fault(way.phase, way.deed, way.reply, matching=matching, **way.more)
        letter: UUID = a_letter(firm.business, *people).pk
    return letter


def _wait(ground: Ground, letter: UUID) -> Now:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        now = _now(ground, letter)
        if not now.is_moving:
            return now
        time.sleep(0.1)
    raise Stalled(f"A letter stayed as it was: {_now(ground, letter)}")


def _now(ground: Ground, letter: UUID) -> Now:
    [row] = ground.rows(
        "SELECT state, attempts, (SELECT count(*) FROM outreach_messagerecipient "
        "WHERE message_id = m.id AND state = 'failed') FROM outreach_message m WHERE id = %s",
        str(letter),
    )
    return Now(*row)


def _settle(ground: Ground, books: Books, findings: Findings, letters: dict[UUID, Way]) -> None:
    """When its time has come, what was put off is sent once; all else stays as it was."""
    books.wait_for_rest()
    accepted = books.times_accepted()
    for letter, way in letters.items():
        now, times = _now(ground, letter).became, accepted.get(letter, 0)
        if way.becomes == LATER:
            findings.expect(
                (now, times) == ("sent", 1), f"After it {way.name}: {now}, accepted {times} times"
            )
        else:
            most = {FAILED: 0, UNCERTAIN: 1, PARTLY: 1}[way.becomes]
            findings.expect(
                now == way.becomes and times <= most,
                f"After it {way.name}: {now}, accepted {times} times",
            )
