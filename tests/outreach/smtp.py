"""An SMTP server of ours that does as it is told, also badly, and keeps what it accepted."""

import contextlib
import email
import email.policy
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal

Phase = Literal["connect", "ehlo", "mail", "rcpt", "data", "body", "answered", "rset"]
Deed = Literal["drop", "hang", "reply", "pause"]


@dataclass
class Fault:
    """What to do when a phase is reached: so many times, and only for what matches."""

    phase: Phase
    deed: Deed
    reply: str = ""
    times: int = 1
    matching: str = ""
    seconds: float = 60.0
    met: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Accepted:
    sender: str
    recipients: tuple[str, ...]
    content: bytes
    connection: int
    at: float = field(default_factory=time.time)

    @property
    def letter(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    def part(self, subtype: str) -> str:
        body = self.letter.get_body((subtype,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


class Dropped(Exception):
    """The connection was closed on purpose."""


class SmtpServer:
    """Listens on a free loopback port, one thread for each connection."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.accepted: list[Accepted] = []
        self.connections = 0
        self.delay = 0.0
        self._faults: deque[Fault] = deque()
        self._lock = threading.Lock()
        self._released = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def fault(self, phase: Phase, deed: Deed, reply: str = "", **more: Any) -> Fault:
        """Misbehave in this phase; the fault's `met` tells when it happened."""
        fault = Fault(phase, deed, reply, **more)
        self._faults.append(fault)
        return fault

    def behave(self) -> None:
        """Forget the faults that have not happened, and let go of whoever hangs."""
        self._faults.clear()
        self._released.set()
        self._released = threading.Event()

    def message_ids(self) -> list[str]:
        return [str(taken.letter["Message-ID"]) for taken in self.accepted]

    def wait_for(self, count: int, seconds: float = 20.0) -> None:
        until = time.monotonic() + seconds
        while len(self.accepted) < count:
            assert time.monotonic() < until, f"{len(self.accepted)} of {count} letters arrived"
            time.sleep(0.02)

    def close(self) -> None:
        self.behave()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            talk = _Talk(self, client, self.connections)
            threading.Thread(target=talk.run, daemon=True).start()

    def take_fault(self, phase: Phase, text: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.phase == phase and re.search(fault.matching, text):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    return fault
        return None

    def hang(self, seconds: float) -> None:
        self._released.wait(seconds)


class _Talk:
    """One connection."""

    def __init__(self, server: SmtpServer, client: socket.socket, number: int) -> None:
        self._server, self._client, self._number = server, client, number
        self._lines = client.makefile("rb")
        self._forget()

    def run(self) -> None:
        with contextlib.suppress(OSError, Dropped, ValueError), self._client:
            self._answer("connect", "", "220 ready")
            for line in self._lines:
                self._command(line.decode("latin-1").strip())

    def _forget(self) -> None:
        self._sender = ""
        self._recipients: list[str] = []

    def _command(self, line: str) -> None:
        verb = line[:4].upper()
        if verb in ("EHLO", "HELO"):
            # Every second connection takes commands together (RFC 2920), as most servers do.
            offered = "250-at your service\r\n250 PIPELINING"
            plain = "250 at your service"
            self._answer("ehlo", line, offered if self._number % 2 else plain)
        elif verb == "MAIL" and self._sender:
            self._say("503 a letter has begun already")
        elif verb == "MAIL":
            if self._answer("mail", line, "250 ok"):
                self._sender = _address(line)
        elif verb == "RCPT" and not self._sender:
            self._say("503 from whom?")
        elif verb == "RCPT":
            if self._answer("rcpt", line, "250 ok"):
                self._recipients.append(_address(line))
        elif verb == "DATA":
            if self._answer("data", line, "354 go on"):
                self._take_body()
        elif verb == "RSET":
            self._forget()
            self._answer("rset", line, "250 forgotten")
        elif verb == "QUIT":
            self._say("221 bye")
            raise Dropped
        else:
            self._say("500 what?")

    def _take_body(self) -> None:
        content = b"".join(self._body_lines())
        time.sleep(self._server.delay)
        fault = self._server.take_fault("body", content.decode("latin-1"))
        if fault is not None and fault.deed == "reply":
            self._forget()
            fault.met.set()
            self._say(fault.reply)
            return
        # Whatever follows, this server has taken the letter: a lost answer doubles if it is resent.
        taken = Accepted(self._sender, tuple(self._recipients), content, self._number)
        self._server.accepted.append(taken)
        self._forget()
        if fault is not None:
            self._misbehave(fault)
        self._say("250 taken")
        self._answer("answered", "", "")

    def _body_lines(self) -> Iterator[bytes]:
        for line in self._lines:
            if line == b".\r\n":
                return
            yield line[1:] if line.startswith(b".") else line
        raise Dropped

    def _answer(self, phase: Phase, text: str, reply: str) -> bool:
        """Say the reply, or do as a fault tells; whether the other side heard a yes."""
        fault = self._server.take_fault(phase, text)
        if fault is not None:
            if fault.deed == "reply":
                fault.met.set()
                self._say(fault.reply)
                return False
            self._misbehave(fault)
        if reply:
            self._say(reply)
        return True

    def _misbehave(self, fault: Fault) -> None:
        fault.met.set()
        if fault.deed in ("hang", "pause"):
            self._server.hang(fault.seconds)
        if fault.deed in ("hang", "drop"):
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)
            raise Dropped

    def _say(self, text: str) -> None:
        self._client.sendall(text.encode() + b"\r\n")


def _address(line: str) -> str:
    found = re.search(r"<([^>]*)>", line)
    return found[1] if found else ""
