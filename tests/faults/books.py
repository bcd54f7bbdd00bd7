"""What was queued, what the mail server took, what is written down: do they agree?"""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from businesses import clock
from tests.faults.findings import Findings
from tests.faults.firms import Firm
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.outreach.smtp import Accepted

# The Message-ID is made of the letter's id.
_LETTER = re.compile(rb"^Message-ID: *<([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)
_LETTERS = "SELECT id, state, business_id FROM outreach_message WHERE business_id = ANY(%s::uuid[])"
_RECIPIENTS = """
SELECT message_id, address, state FROM outreach_messagerecipient
 WHERE business_id = ANY(%s::uuid[])
"""
_EVENTS = """
SELECT subject_id, name FROM activity_event
 WHERE business_id = ANY(%s::uuid[]) AND subject_label = 'message'
"""


@dataclass(frozen=True)
class Row:
    state: str
    business: UUID
    recipients: tuple[tuple[str, str], ...]
    events: Counter[str]


class Books:
    """The letters of these businesses."""

    def __init__(self, ground: Ground, firms: list[Firm]) -> None:
        self._ground = ground
        self._firms = {firm.business.pk: firm for firm in firms}
        self._ids = [str(key) for key in self._firms]
        self._before = len(ground.post.accepted)
        self._offers_before = ground.post.offers

    def accepted_count(self) -> int:
        return len(self._ground.post.accepted) - self._before

    def times_accepted(self) -> dict[UUID, int]:
        return {letter: len(times) for letter, times in self._taken().items()}

    def wait_for_rest(
        self, meanwhile: Callable[[], None] = lambda: None, seconds: float = PATIENCE_SECONDS
    ) -> None:
        """Until no letter waits and none is in a worker's hand."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.unsettled():
                return
            meanwhile()
            time.sleep(0.3)
        raise Stalled(f"After {seconds:.0f} seconds these still wait: {self.unsettled()}")

    def has_due(self) -> bool:
        """Whether anything is due now, or in a worker's hand."""
        [(count,)] = self._ground.rows(
            "SELECT count(*) FROM outreach_message WHERE business_id = ANY(%s::uuid[]) "
            "AND (state IN ('sending', 'in_data') OR (state = 'scheduled' AND due_at <= %s))",
            self._ids,
            clock.now(),
        )
        return bool(count)

    def unsettled(self) -> dict[str, int]:
        """How many still wait or are in a worker's hand, by state."""
        return dict(
            self._ground.rows(
                "SELECT state, count(*) FROM outreach_message "
                "WHERE business_id = ANY(%s::uuid[]) AND state = ANY(%s) GROUP BY state",
                self._ids,
                ["draft", "scheduled", "held", "sending", "in_data"],
            )
        )

    def compare(
        self, findings: Findings, *, uncertain_at_most: int, may_fail: bool = False
    ) -> set[UUID]:
        """Find what contradicts the promises; the letters in doubt, which a person would see.

        With `may_fail` those as well that the mail server refused.
        """
        rows, taken = self._rows(), self._taken()
        failed = {key for key, row in rows.items() if may_fail and row.state == "failed"}
        sent = {key for key, row in rows.items() if row.state == "sent"}
        doubtful = {key for key, row in rows.items() if row.state == "uncertain"}
        settled = sent | doubtful | {key for key, row in rows.items() if row.state == "cancelled"}
        findings.expect_none(set(rows) - settled - failed, "neither sent nor listed as uncertain")
        findings.expect_none(sent - set(taken), "recorded as sent, which nobody received")
        findings.expect_none(set(taken) - set(rows), "received, which nobody queued")
        findings.expect_none({key for key in taken if len(taken[key]) > 1}, "received twice")
        findings.expect_none(set(taken) - sent - doubtful, "received, and not recorded as sent")
        self._compare_recipients(findings, rows, taken)
        self._compare_events(findings, rows)
        unclear = doubtful | failed
        findings.expect_none(unclear - self._listed(unclear, rows), "not on Health")
        findings.expect(
            len(doubtful) <= uncertain_at_most,
            f"{len(doubtful)} are uncertain, and {uncertain_at_most} connections were cut",
        )
        findings.say("sent", f"{len(sent)}, failed {len(failed)}" if may_fail else str(len(sent)))
        findings.say(
            "uncertain",
            f"{len(doubtful)} of at most {uncertain_at_most}; "
            f"{len(doubtful & set(taken))} of them had been accepted",
        )
        offers = self._ground.post.offers - self._offers_before
        findings.say("retried", f"{offers - len(taken)} of {offers} offers to the mail server")
        return unclear

    def compare_times(
        self, findings: Findings, due: dict[UUID, datetime], *, at_most: float
    ) -> None:
        """None may have come later than so many seconds after it was due, and none before."""
        first = {letter: times[0].at for letter, times in self._taken().items()}
        late = {
            letter: first[letter] - moment.timestamp()
            for letter, moment in due.items()
            if letter in first
        }
        findings.say(
            "late", f"{max(late.values()):.1f} s at most, {median(late.values()):.1f} s mostly"
        )
        findings.expect_none(
            {letter for letter, seconds in late.items() if seconds > at_most},
            f"came later than {at_most:.0f} s after they were due",
        )
        findings.expect_none(
            {letter for letter, seconds in late.items() if seconds < 0}, "came before they were due"
        )

    def send_again(self, findings: Findings, doubtful: set[UUID]) -> None:
        """As a person does who found out that they did not arrive: each leaves once more."""
        before = self.times_accepted()
        rows = self._rows()
        for letter in sorted(doubtful):
            self._firms[rows[letter].business].send_again(letter)
        self.wait_for_rest()
        after, rows = self.times_accepted(), self._rows()
        findings.expect_none(
            {
                letter
                for letter in after
                if after[letter] != before.get(letter, 0) + (letter in doubtful)
            },
            "did not leave exactly once more when a person said so",
        )
        findings.expect_none(
            {letter for letter in doubtful if rows[letter].state != "sent"},
            "not recorded as sent after a person sent them again",
        )
        findings.say("by hand", f"{len(doubtful)} sent again by a person's button")

    def _rows(self) -> dict[UUID, Row]:
        recipients: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
        for letter, address, state in self._ground.rows(_RECIPIENTS, self._ids):
            recipients[letter].append((address, state))
        events: dict[UUID, Counter[str]] = defaultdict(Counter)
        for letter, name in self._ground.rows(_EVENTS, self._ids):
            events[letter][name] += 1
        return {
            letter: Row(state, business, tuple(recipients[letter]), events[letter])
            for letter, state, business in self._ground.rows(_LETTERS, self._ids)
        }

    def _taken(self) -> dict[UUID, list[Accepted]]:
        """What the mail server accepted since these books were opened, by letter."""
        taken: dict[UUID, list[Accepted]] = defaultdict(list)
        for accepted in self._ground.post.accepted[self._before :]:
            found = _LETTER.search(accepted.content)
            assert found, "A letter without our Message-ID was received."
            taken[UUID(found[1].decode())].append(accepted)
        return dict(taken)

    def _compare_recipients(
        self, findings: Findings, rows: dict[UUID, Row], taken: dict[UUID, list[Accepted]]
    ) -> None:
        known = {key: row for key, row in rows.items() if key in taken}
        findings.expect_none(
            {
                key
                for key, row in known.items()
                if set(taken[key][0].recipients) != {address for address, _ in row.recipients}
            },
            "did not go to everyone it was for",
        )
        findings.expect_none(
            {
                key
                for key, row in rows.items()
                if row.state in ("sent", "uncertain")
                and {state for _, state in row.recipients} != {row.state}
            },
            "say something else of a recipient than of the letter",
        )

    def _compare_events(self, findings: Findings, rows: dict[UUID, Row]) -> None:
        findings.expect_none(
            {
                key
                for key, row in rows.items()
                if row.events["message.sent"] != (row.state == "sent")
                or row.events["message.uncertain"] != (row.state == "uncertain")
                or row.events["message.queued"] != 1
            },
            "stand in the history otherwise than they are",
        )

    def _listed(self, doubtful: set[UUID], rows: dict[UUID, Row]) -> set[UUID]:
        listed: set[UUID] = set()
        for business, firm in self._firms.items():
            own = {letter for letter in doubtful if rows[letter].business == business}
            if own:
                listed |= firm.listed(own)
        return listed
