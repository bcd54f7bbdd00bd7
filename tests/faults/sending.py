"""Letters of several businesses are due, workers send them, and meanwhile something breaks."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.celery import SWEEP_SECONDS
from tests.faults.books import Books
from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.firms import Firm, queue_letters, some_firms
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.faults.wishes import Wishes

PROMISE = "none lost, none twice, nothing stuck, what is in doubt is listed"
LETTERS = 2000
# So many letters a second fall due where they do so one after another.
EASY_RATE = 25.0
# A sweep and a minute.
LATEST_SECONDS = SWEEP_SECONDS + 60.0
# How long the mail server takes at most to answer, in each phase of a letter.
SLOWNESS_SECONDS = 0.01


@dataclass(frozen=True)
class Break:
    """Something was broken, and each of so many connections may have left one letter in doubt."""

    what: str
    connections: int


# Breaks something now; None if nothing was there to break.
Breaker = Callable[[Ground, Crew, random.Random], Break | None]


def run_sending(
    ground: Ground,
    wishes: Wishes,
    *,
    workers: int,
    beats: int = 1,
    times: int = 0,
    breaker: Breaker = lambda *_: None,
    letters: int = LETTERS,
    queue_meanwhile: bool = False,
    slowness_seconds: float = SLOWNESS_SECONDS,
    may_fail: bool = False,
    **environment: str,
) -> Findings:
    """Break something so many times while letters leave, then see whether the promises hold.

    With `queue_meanwhile` the letters fall due one after another while the workers are there, no
    faster than these can send; then none may be late. With `may_fail` letters over which three
    workers died may rest as failed, listed like those in doubt.
    """
    letters = wishes.letters or letters
    findings, chance = Findings(PROMISE), wishes.chance()
    firms = some_firms(wishes.suite.capitalize())
    books = Books(ground, firms)
    ground.post.slowness_seconds = slowness_seconds
    crew = Crew(ground, workers=workers, beats=beats, **environment)
    try:
        if queue_meanwhile:
            crew.start()
        due = _queue(findings, firms, letters, chance, ahead=queue_meanwhile)
        began = time.monotonic()
        crew.start()
        moments = wishes.moments(chance, times, letters)
        met = [_break_after(moment, ground, crew, books, chance, breaker) for moment in moments]
        breaks = [broken for broken in met if broken]
        tell_breaks(findings, breaks)
        findings.expect(len(breaks) == times, "too few letters to break something so many times")
        books.wait_for_rest(crew.start_again)
        findings.say("all done", f"{time.monotonic() - began:.1f} s later")
        if crew.deaths:
            findings.say("died", f"{crew.deaths} by themselves of it, and were started again")
        if queue_meanwhile:
            books.compare_times(findings, due, at_most=LATEST_SECONDS)
        cut = sum(broken.connections for broken in breaks)
        doubtful = books.compare(findings, uncertain_at_most=cut, may_fail=may_fail)
        ground.post.slowness_seconds = SLOWNESS_SECONDS
        books.send_again(findings, doubtful)
    finally:
        crew.disband()
    return findings


def _queue(
    findings: Findings, firms: list[Firm], letters: int, chance: random.Random, *, ahead: bool
) -> dict[UUID, datetime]:
    """When each letter is due: now, or `ahead` one after another."""
    began = time.monotonic()
    seconds = letters / EASY_RATE if ahead else 0.0
    due = queue_letters(firms, letters, chance, within_seconds=seconds)
    took, of = time.monotonic() - began, f"letters of {len(firms)} businesses"
    findings.say("queued", f"{letters} {of} in {took:.1f} s")
    return due


def _break_after(
    moment: int,
    ground: Ground,
    crew: Crew,
    books: Books,
    chance: random.Random,
    breaker: Breaker,
) -> Break | None:
    """Once so many letters were accepted, and a little later; None if all left before."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        crew.start_again()
        if books.accepted_count() >= moment:
            time.sleep(chance.random() * 2 * SLOWNESS_SECONDS)
            if broken := breaker(ground, crew, chance):
                return broken
            if not books.unsettled():
                return None
        time.sleep(0.01)
    raise Stalled(f"After {PATIENCE_SECONDS:.0f} seconds these still wait: {books.unsettled()}")


def tell_breaks(findings: Findings, breaks: Sequence[Break]) -> None:
    """How often what was broken."""
    if not breaks:
        return
    counts = dict.fromkeys(sorted({broken.what for broken in breaks}), 0)
    for broken in breaks:
        counts[broken.what] += 1
    told = ", ".join(f"{count} × {what}" for what, count in counts.items())
    cut = sum(broken.connections for broken in breaks)
    findings.say("broken", f"{told}; {cut} connections cut")
