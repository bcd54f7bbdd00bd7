"""Workers are killed while events are numbered and while what follows from them is done."""

import random
import threading
import time
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.test import override_settings

from businesses import clock
from referrals.models import Referral
from tests.faults.books import Books
from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.firms import Firm, some_firms
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.faults.sending import Break, tell_breaks
from tests.faults.wishes import Wishes
from tests.introductions.factories import an_advocate
from tests.outreach.factories import acting
from tests.referrals.factories import a_referral, moved, won

PROMISE = "no gap, no reader missed an event, everything that follows was done once"
LETTERS = 2000
KILLS = 20
WORKERS = 3
# For so many letters one referral; it is moved and won, and its advocate hears of both.
LETTERS_EACH = 10
# A transaction that stays open for a while commits after others that began later.
LATEST_COMMIT_SECONDS = 0.3


@override_settings(MANNERS=False)  # Advocates hear of both on one day.
def run(ground: Ground, wishes: Wishes) -> Findings:
    findings, chance = Findings(PROMISE), wishes.chance()
    firms = some_firms("Events", 3)
    books, reader = Books(ground, firms), Reader(ground)
    ground.post.slowness_seconds = 0.0
    each = max(1, (wishes.letters or LETTERS) // LETTERS_EACH // len(firms))
    referrals = {firm: _some_referrals(firm, each) for firm in firms}
    crew = Crew(ground, workers=WORKERS, MANNERS="0")
    writers = [
        threading.Thread(target=_write, args=(firm, rows, random.Random(chance.random())))
        for firm, rows in referrals.items()
    ]
    crew.start()
    try:
        for writer in writers:
            writer.start()
        breaks = [_kill(crew, reader, chance) for _ in range(wishes.times or KILLS)]
        for writer in writers:
            writer.join()
        _wait_until_done(ground, crew, reader)  # Of this letters come,
        books.wait_for_rest(crew.start_again)  # and of these events.
        _wait_until_done(ground, crew, reader)
        reader.read()
        tell_breaks(findings, breaks)
        _compare(ground, findings, reader, 2 * sum(map(len, referrals.values())))
        books.compare(findings, uncertain_at_most=sum(b.connections for b in breaks))
    finally:
        crew.disband()
    return findings


class Reader:
    """Reads the history by position, as feeds and webhooks do, and remembers only how far it is."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._position = 0
        self.seen: list[UUID] = []

    def read(self) -> None:
        found = self._ground.rows(
            "SELECT id, position FROM activity_event WHERE position > %s ORDER BY position",
            self._position,
        )
        self.seen += [event for event, _ in found]
        self._position = found[-1][1] if found else self._position


def _some_referrals(firm: Firm, count: int) -> list[Referral]:
    """Handshakes; each advocate has introduced one person."""
    made = []
    for nth in range(count):
        with acting(firm.business):
            now = clock.now()
            advocate = an_advocate(firm.business, now, email=f"marta{nth}@{firm.slug}.example")
            made.append(a_referral(advocate, now, f"jonas{nth}@{firm.slug}.example"))
    return made


def _write(firm: Firm, referrals: Sequence[Referral], chance: random.Random) -> None:
    """What people do meanwhile."""
    for referral in referrals:
        for step in (lambda row, now: moved(row, "met", now), won):
            with acting(firm.business):
                step(referral, clock.now())
                time.sleep(chance.random() * LATEST_COMMIT_SECONDS)
    connection.close()


def _kill(crew: Crew, reader: Reader, chance: random.Random) -> Break:
    until = time.monotonic() + PATIENCE_SECONDS
    time.sleep(chance.random())
    while time.monotonic() < until:
        reader.read()
        crew.start_again()
        if kill := crew.kill_one_that_is_up(chance):
            return Break("a whole worker" if kill.whole else "a process", kill.connections)
        time.sleep(0.05)
    raise Stalled("No worker came up.")


def _wait_until_done(ground: Ground, crew: Crew, reader: Reader) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        [left] = ground.rows(
            "SELECT (SELECT count(*) FROM activity_event WHERE position IS NULL), "
            "(SELECT count(*) FROM activity_reaction WHERE state = 'waiting')"
        )
        if left == (0, 0):
            return
        reader.read()
        crew.start_again()
        time.sleep(0.3)
    raise Stalled(f"Events without a number and reactions that wait: {left}")


def _compare(ground: Ground, findings: Findings, reader: Reader, expected: int) -> None:
    events = ground.rows("SELECT id, position FROM activity_event ORDER BY position")
    numbers = [position for _, position in events]
    findings.expect(
        numbers == list(range(1, len(events) + 1)), "the positions have gaps or doubles"
    )
    findings.expect(
        reader.seen == [event for event, _ in events], "a reader missed events, or saw some twice"
    )
    findings.say("events", f"{len(events)}, numbered without a gap; a reader saw each once")
    undone = ground.rows("SELECT id FROM activity_reaction WHERE state <> 'done'")
    findings.expect_none({key for (key,) in undone}, "did not follow")
    [(reactions,)] = ground.rows("SELECT count(*) FROM activity_reaction")
    told = ground.rows(
        "SELECT e.id, count(m.id) FROM activity_event e LEFT JOIN outreach_message m "
        "ON m.cause_id = e.id AND m.kind IN ('step_to_advocate', 'progress_to_advocate') "
        "WHERE e.name IN ('referral.moved', 'referral.won') GROUP BY e.id"
    )
    findings.expect(len(told) == expected, f"{len(told)} steps instead of {expected}")
    findings.expect_none({key for key, count in told if count != 1}, "were not told just once")
    findings.say(
        "reactions", f"{reactions}, each done; of {len(told)} steps each advocate heard once"
    )
