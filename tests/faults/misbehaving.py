"""A mail server, and a provider, that misbehave in twelve ways each, to a thousand letters."""

import json
import time
from typing import Any

from tests.faults.books import Books
from tests.faults.crew import Crew
from tests.faults.findings import Findings
from tests.faults.firms import queue_letters, some_firms
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.faults.wishes import Wishes
from tests.outreach.chaos import HTTP_WAYS, SMTP_WAYS, HttpChaos, HttpWay, SmtpChaos, SmtpWay
from tests.outreach.provider import Fault
from tests.outreach.smtp import Accepted

PROMISE = "none lost, none twice; what failed or is in doubt is listed, and goes by a button"
LETTERS = 1000
# Long enough that a busy machine answers in time: only who hangs is late.
TIMEOUT_SECONDS = 8
# As in life, a lease is longer than any answer is waited for.
LEASE_SECONDS = 60
# All that is put off is due again after so long; after two days nothing is tried any more.
LATER_SECONDS = 6 * 3600.0
# Of what strikes every letter for a while: three, and one for each connection under way by then.
MOST_IN_DOUBT = 3 + 15
# Nine tries, of which the last wait for a day.
MOST_ROUNDS = 24


class Later:
    """The clock, which is only ever moved on."""

    def __init__(self, ground: Ground) -> None:
        self._ground, self._seconds = ground, 0.0

    def move(self) -> None:
        self._seconds += LATER_SECONDS
        self._ground.move_clock(self._seconds)


class HttpPost(HttpChaos):
    """The provider; what it takes stands in the same list as what the mail server takes."""

    def __init__(self, ground: Ground) -> None:
        super().__init__()
        self._ground = ground

    def take(self, letter: dict[str, Any]) -> None:
        key = json.loads(letter["headers"]["X-Metadata"])["letter"]
        content = f"Message-ID: <{key}@>\r\n".encode()
        to = [address.rpartition("<")[2].rstrip(">") for address in letter["to"]]
        self._ground.post.accepted.append(Accepted(letter["from"], tuple(to), content, 0))

    def take_fault(self) -> Fault | None:
        self._ground.post.offers += 1
        return super().take_fault()


def run(ground: Ground, wishes: Wishes) -> Findings:
    findings = Findings(PROMISE)
    times = Later(ground)
    ground.post.slowness_seconds = 0.0
    provider = HttpPost(ground)
    by_http = {
        "EMAIL_PROVIDER": "resend",
        "ANYMAIL_RESEND_API_KEY": "re_secret",
        "ANYMAIL_RESEND_API_URL": provider.address,
    }
    for environment, server, ways in (
        ({}, ground.post, SMTP_WAYS),
        (by_http, provider, HTTP_WAYS),
    ):
        crew = Crew(
            ground,
            workers=2,
            EMAIL_TIMEOUT=str(TIMEOUT_SECONDS),
            OUTREACH_LEASE_SECONDS=str(LEASE_SECONDS),
            **environment,
        )
        crew.start()
        try:
            for way in ways:
                _meets(ground, wishes, crew, server, way, findings, times)
        finally:
            server.begin(None, "")
            crew.disband()
    return findings


def _meets(
    ground: Ground,
    wishes: Wishes,
    crew: Crew,
    server: SmtpChaos | HttpChaos,
    way: SmtpWay | HttpWay,
    findings: Findings,
    times: Later,
) -> None:
    """So many letters meet a server that misbehaves, until nothing is tried any more."""
    by = "http" if isinstance(way, HttpWay) else "smtp"
    firms, letters = some_firms(f"{by} {way.name}", 2), wishes.letters or LETTERS
    books, found = Books(ground, firms), Findings()
    server.begin(way, f"{wishes.seed} {by} {way.name}")
    queue_letters(firms, letters, wishes.chance(), to=1)
    rounds = 0
    while books.unsettled():
        rounds += 1
        if rounds > MOST_ROUNDS:
            raise Stalled(f"Much later these still wait: {books.unsettled()}")
        _wait_until_nothing_is_due(books, crew)
        times.move()
    doubts = server.doubts
    server.begin(None, "")
    unclear = books.compare(found, uncertain_at_most=doubts, may_fail=True)
    if way.lasts:
        found.expect(doubts <= MOST_IN_DOUBT, f"it struck {doubts} times")
        found.expect(len(unclear) <= doubts, "some failed of a fault that was over")
    books.send_again(found, unclear)
    told = "; ".join(f"{label} {text}" for label, text in found.rows)
    findings.say(by, f"{way.name}: {told}; {rounds} rounds")
    findings.broken += [f"{by}, {way.name}: {trouble}" for trouble in found.broken]


def _wait_until_nothing_is_due(books: Books, crew: Crew) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while books.has_due():
        if time.monotonic() > until:
            raise Stalled(f"These stay due: {books.unsettled()}")
        crew.start_again()
        time.sleep(0.3)
