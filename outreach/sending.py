"""The sender: claims due letters and sends each in phases.

Exactly once is impossible over SMTP (RFC 1047). What is promised: no letter is lost without a word,
none is sent twice by itself, and each that may or may not have arrived is listed. So:

- A batch is claimed with a lease and a new fencing number, in a short transaction of its own.
- Just before a letter's text leaves, the row is committed as `in_data`. What breaks before that is
  tried again; what breaks after it without an answer is uncertain.
- The result of one letter is written with the next one's marker, in one commit: half the commits,
  at the price that a kill can leave one answered letter uncertain. A marker never waits for another
  letter's: so a kill leaves at most one uncertain letter for each connection.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, Error, InterfaceError, OperationalError, connection

from businesses import clock
from businesses.ending import heeding_sigterm, is_told_to_end
from businesses.sweeping import RUN_SECONDS
from businesses.wake import wake
from outreach import verdicts
from outreach.claiming import Claim, claim_batch, hand_back, is_anything_due, renew
from outreach.gate import Hold, Later, Useless, after_their_day, limits_of, obstacle
from outreach.mime import UnfitAddress
from outreach.models import AccountMessage, Message
from outreach.outgoing import Built, NothingToSend, Outgoing, build, load
from outreach.recording import Marked, write_down
from outreach.resting import PATIENCE, REST, Trouble
from outreach.services.queueing import SEND
from outreach.spreading import DaysToCome
from outreach.states import MessageState
from outreach.transports.base import (
    Broken,
    NotLetIn,
    OutcomeUnknown,
    Refused,
    Reply,
    Transport,
    TransportProblem,
    Unreachable,
)
from outreach.transports.choosing import chosen_transport
from outreach.verdicts import Verdict

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

BATCH = 200


class ServerUnwell(Exception):
    """The server cannot be worked with now: stop, and leave the rest for later."""


def send_due_letters(*, open_transport: Callable[[], Transport] = chosen_transport) -> int:
    """Send what is due, account letters first; how many letters were taken in hand.

    Over one connection, or over OUTREACH_CONNECTIONS where a batch is not all of it; then further
    processes are called as well. The clock is read along the way, since a sweep lasts. Must not run
    inside a transaction.
    """
    is_due, troubles = is_anything_due(now=clock.now())
    if not is_due:
        return 0
    others = max(1, settings.OUTREACH_CONNECTIONS - 1)
    with heeding_sigterm(), ThreadPoolExecutor(others, "sending") as beside:
        sweep = _Sweep(open_transport, beside, Trouble(troubles))
        handled = sweep.over_one_connection(on_plenty=sweep.call_others) + sweep.by_others()
    if sweep.is_out_of_time:
        wake(SEND)
    return handled


class _Sweep:
    """One run of the sender: a connection, and others beside it where there is much to send.

    What a letter costs is mostly waiting, for the mail server's answers and for the disk under
    PostgreSQL: several connections wait at the same time, and their commits share the disk.
    """

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        beside: ThreadPoolExecutor,
        trouble: Trouble,
    ) -> None:
        self._open_transport = open_transport
        self._beside = beside
        self._trouble = trouble
        self._until = time.monotonic() + RUN_SECONDS
        self._others: list[Future[int]] = []
        self.is_out_of_time = False

    def over_one_connection(self, *, on_plenty: Callable[[], None] | None = None) -> int:
        """Send batch after batch until nothing is due; how many letters were taken in hand."""
        transport = self._open_transport()
        handled = 0
        try:
            while not self._is_over():
                claims = _claim(1 if self._trouble.is_known else BATCH)
                if not claims:
                    return handled
                if len(claims) == BATCH and on_plenty is not None:
                    on_plenty()
                    on_plenty = None
                handled += len(claims)
                Batch(claims, transport, self._trouble, self._is_over).send()
        except ServerUnwell as unwell:
            log.warning("sending.paused", reason=str(unwell))
            return handled
        finally:
            transport.close()
        self.is_out_of_time = True
        return handled

    def _is_over(self) -> bool:
        """Whether its time is up, or the worker is told to end. Asked before each letter: with a
        slow mail server a batch would last until the worker is killed for it, with a letter on each
        connection.
        """
        return time.monotonic() > self._until or is_told_to_end()

    def call_others(self) -> None:
        """Let further threads claim and send, each with connections of its own; and a process that
        has nothing to do now.
        """
        wake(SEND)
        for _ in range(settings.OUTREACH_CONNECTIONS - 1):
            self._others.append(self._beside.submit(copy_context().run, self._as_another))

    def by_others(self) -> int:
        """Wait for them; how many letters they took in hand. What stopped one of them is raised."""
        return sum(other.result() for other in self._others)

    def _as_another(self) -> int:
        try:
            return self.over_one_connection()
        finally:
            connection.close()


def _claim(limit: int) -> list[Claim]:
    """People wait for sign-in codes: account letters do not queue behind a thousand others."""
    return claim_batch(AccountMessage, limit=limit, now=clock.now()) or claim_batch(
        Message, limit=limit, now=clock.now()
    )


class Batch:
    """One claimed batch on its way through one connection."""

    def __init__(
        self,
        claims: Sequence[Claim],
        transport: Transport,
        trouble: Trouble,
        is_over: Callable[[], bool],
    ) -> None:
        self._claims = list(claims)
        self._transport = transport
        self._waiting: list[Outgoing] = []
        self._trouble = trouble
        self._is_over = is_over
        self._unwritten: list[tuple[Outgoing, Verdict]] = []
        self._lost_connections = 0
        # Businesses that have sent as much as they may today: no more of theirs is offered.
        self._full: dict[UUID, DaysToCome] = {}
        self._renewed_at = time.monotonic()

    def send(self) -> None:
        """Send every letter, or give back what was not reached."""
        try:
            self._waiting = load(self._claims)[::-1]
            while self._waiting and not self._is_over():
                self._renew_lease()
                self._take(self._waiting.pop())
            self._write_down()
            hand_back([letter.claim for letter in self._waiting])
        except BaseException as error:
            self._leave_behind(error)
            raise

    def _leave_behind(self, error: BaseException) -> None:
        """Write down what is known and give back the rest, as far as that is still possible.

        A database that was away is no letter's fault, and no reason to leave the mail server alone.
        """
        is_lost = _is_lost_connection(error)
        unreached = self._claims if is_lost else [letter.claim for letter in self._waiting]
        due_at = None if is_lost else clock.now() + REST
        try:
            self._write_down()
            _patiently(lambda: hand_back(unreached, due_at=due_at))
        except Error as again:
            log.warning("sending.left_to_the_lease", error=_name(again))

    def _renew_lease(self) -> None:
        """A slow server must not make the letters at the end of the batch look abandoned."""
        if time.monotonic() - self._renewed_at > _lease_seconds() / 3:
            renew([letter.claim for letter in self._waiting], now=clock.now())
            self._renewed_at = time.monotonic()

    def _take(self, letter: Outgoing) -> None:
        claim = letter.claim
        if claim.was_in_data:
            self._settle(letter, verdicts.uncertain(letter.waiting, verdicts.WORKER_DIED))
        elif claim.is_deadly:
            self._settle(letter, verdicts.failed(letter, verdicts.DEADLY))
        else:
            if claim.crashes:
                self._write_down()  # So that this letter's death takes no other's result along.
            verdict = self._not_to_be_sent(letter) or self._send(letter)
            if verdict is not None:
                self._settle(letter, verdict)

    def _not_to_be_sent(self, letter: Outgoing) -> Verdict | None:
        now = clock.now()
        met = obstacle(letter, now=now)
        if met is None and letter.claim.business_id in self._full and limits_of(letter, now=now):
            met = self._on_a_later_day(letter, now)
        if met is None:
            return None
        if isinstance(met, Hold):
            return Verdict(MessageState.HELD, met.reason)
        if isinstance(met, Later):
            return Verdict(MessageState.SCHEDULED, due_at=met.due_at)
        if isinstance(met, Useless):
            return Verdict(MessageState.CANCELLED)
        return Verdict(MessageState.SUPPRESSED)

    def _send(self, letter: Outgoing) -> Verdict | None:
        """One letter through all phases; None when it was taken from us on the way."""
        try:
            built = build(letter, now=clock.now())
        except UnfitAddress:
            return verdicts.failed(letter, verdicts.UNFIT)
        except NothingToSend:
            return Verdict(MessageState.CANCELLED)
        except Exception as error:  # One bad letter must not keep the others.
            if _is_lost_connection(error):
                raise
            log.error("letter.unbuildable", message=str(letter.claim.id), error=_name(error))
            return verdicts.put_off_or_failed(letter, verdicts.UNBUILDABLE)
        try:
            refused = self._offer(built)
        except TransportProblem as problem:
            return self._not_offered(letter, problem)
        if len(refused) == len(built.addresses):
            self._transport.forget()
            return verdicts.refused_by_all(letter, built, refused)
        if not self._mark(letter):
            self._transport.forget()
            return None
        return self._hand_over(letter, built, refused)

    def _offer(self, built: Built) -> Mapping[str, Reply]:
        """Offer the letter; once more if a connection kept from earlier letters has gone."""
        kept = self._transport.is_open
        if not kept:
            self._write_down()  # Connecting may take long.
            self._transport.open()
        addresses = list(built.addresses)
        try:
            return self._transport.offer(settings.MAIL_FROM, addresses)
        except Broken:
            if not kept:
                raise
            self._write_down()
            self._transport.open()
            return self._transport.offer(settings.MAIL_FROM, addresses)

    def _not_offered(self, letter: Outgoing, problem: TransportProblem) -> Verdict:
        if isinstance(problem, Refused):
            self._transport.forget()
            return verdicts.refused_letter(letter, problem.reply)
        if isinstance(problem, NotLetIn):
            return self._turned_away(letter, problem.reply)
        if isinstance(problem, Unreachable):
            self._put_off_all([letter, *self._waiting[::-1]])
            raise ServerUnwell(verdicts.UNREACHABLE)
        self._count_lost_connection(letter)
        return verdicts.put_off_or_failed(letter, verdicts.BROKEN)

    def _mark(self, letter: Outgoing) -> bool:
        """Commit the marker with the former letter's result; whether the text may leave now."""
        started = time.monotonic()
        marked = self._write_down(marking=letter)
        if marked == Marked.LOST:
            # Cancelled, another sweeper's, or suppressed meanwhile: the next claim will tell.
            hand_back([letter.claim], due_at=clock.now())
            return False
        if marked != Marked.SET:
            self._put_off(letter, marked)
            return False
        if time.monotonic() - started > _lease_seconds() / 2:
            # We were stopped, or the database was: the lease may run out while the text leaves.
            self._settle(letter, Verdict(MessageState.SCHEDULED, due_at=clock.now()))
            return False
        return True

    def _put_off(self, letter: Outgoing, marked: Marked) -> None:
        """Quiet hours began, or a limit is reached: it leaves at the next possible moment."""
        now = clock.now()
        if marked == Marked.QUIET:
            met = obstacle(letter, now=now)
            due_at = met.due_at if isinstance(met, Later) else now
        else:
            of_business = marked == Marked.BUSINESS
            later = self._on_a_later_day if of_business else after_their_day
            due_at = later(letter, now).due_at
        self._settle(letter, Verdict(MessageState.SCHEDULED, due_at=due_at))

    def _on_a_later_day(self, letter: Outgoing, now: datetime) -> Later:
        """The business has reached its limit: the first day that has room."""
        business = letter.business
        assert business is not None
        if business.pk not in self._full:
            self._full[business.pk] = DaysToCome(business, now)
        return Later(self._full[business.pk].place(letter))

    def _hand_over(
        self, letter: Outgoing, built: Built, refused: Mapping[str, Reply]
    ) -> Verdict | None:
        try:
            refused = {**refused, **self._transport.hand_over(built.content)}
        except Refused as problem:
            # Where the text was refused before it began, sender and recipients still stand there.
            self._transport.forget()
            return verdicts.refused_letter(letter, problem.reply)
        except NotLetIn as problem:
            return self._turned_away(letter, problem.reply)
        except Broken:
            # The text had not begun to leave, so this is as safe as before the marker.
            self._count_lost_connection(letter)
            return verdicts.put_off_or_failed(letter, verdicts.BROKEN)
        except OutcomeUnknown:
            in_question = [r for address, r in built.addresses.items() if address not in refused]
            self._settle(letter, verdicts.uncertain(in_question, verdicts.NO_ANSWER))
            if self._trouble.goes_on(verdicts.NO_ANSWER, now=clock.now()):
                raise ServerUnwell(verdicts.NO_ANSWER) from None
            return None
        self._lost_connections = 0
        self._trouble.is_over()
        if len(refused) == len(built.addresses):
            return verdicts.refused_by_all(letter, built, refused)
        return verdicts.accepted(letter, built, refused)

    def _turned_away(self, letter: Outgoing, reply: Reply) -> Verdict:
        """It would be said of every letter, so all wait; said once more of one while others are let
        in, it is about that one alone.
        """
        now = clock.now()
        verdict = verdicts.turned_away(reply, now + REST)
        if letter.letter.last_reason == verdict.reason and not self._trouble.has_begun:
            self._transport.forget()
            return verdicts.put_off_or_failed(letter, verdict.reason)
        self._settle(letter, verdict)
        self._trouble.goes_on(verdict.reason, now=now, patience=1)
        raise ServerUnwell(verdict.reason)

    def _count_lost_connection(self, letter: Outgoing) -> None:
        self._lost_connections += 1
        if self._lost_connections >= PATIENCE:
            self._settle(letter, verdicts.put_off_or_failed(letter, verdicts.BROKEN))
            raise ServerUnwell(verdicts.BROKEN)

    def _put_off_all(self, letters: Sequence[Outgoing]) -> None:
        for letter in letters:
            self._unwritten.append(
                (letter, verdicts.put_off_or_failed(letter, verdicts.UNREACHABLE))
            )
        self._waiting = []
        self._write_down()

    def _settle(self, letter: Outgoing, verdict: Verdict) -> None:
        """Keep a "sent" for the next marker's commit; write anything else down at once."""
        self._unwritten.append((letter, verdict))
        if verdict.state != MessageState.SENT:
            self._write_down()

    def _write_down(self, *, marking: Outgoing | None = None) -> Marked:
        """Commit the results that wait and, with them, one marker; what came of that.

        What the mail server answered must not be forgotten because the database went away.
        """
        if not self._unwritten and marking is None:
            return Marked.LOST
        marked = _patiently(lambda: write_down(self._unwritten, marking, now=clock.now()))
        self._unwritten.clear()
        return marked


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask a database that went away again, for half as long as the lease lasts."""
    give_up = time.monotonic() + _lease_seconds() / 2
    while True:
        try:
            return ask()
        except Error as error:
            if (
                connection.in_atomic_block
                or not _is_lost_connection(error)
                or time.monotonic() > give_up
            ):
                raise
            connection.close()
            time.sleep(0.2)


def _is_lost_connection(error: BaseException) -> bool:
    """Whether the database went away; when it crashes, psycopg2 has no better name for that."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # Whatever the server itself says has a code.
    is_nameless = type(error) is DatabaseError
    return is_nameless and getattr(error.__cause__, "pgcode", "") is None


def _lease_seconds() -> float:
    return settings.OUTREACH_LEASE.total_seconds()


def _name(error: BaseException) -> str:
    """Its kind only: the text of an error may quote an address."""
    return type(error).__name__
