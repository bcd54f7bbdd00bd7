"""A mail provider of ours, with an HTTP interface, that does as it is told, also badly.

It takes letters as Resend does; as Postmark and Mailgun do it takes them too, and keeps the text.
"""

import contextlib
import json
import socket
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

# `drop` closes the connection before the letter was taken, `lose` after; `hang` never answers.
# `pause` and `away`, as if nobody listened, are for who misbehaves by chance (chaos.py).
Deed = Literal["answer", "drop", "lose", "hang", "garble", "redirect", "pause", "away"]


# What each of them answers to a letter that it took, in one.
TAKEN = '{"id": "an-id", "message": "Queued.", "ErrorCode": 0, "Message": "OK", "MessageID": "1"}'


@dataclass(frozen=True)
class Fault:
    deed: Deed
    status: int = 0
    body: str = '{"message": "no"}'


class Provider:
    """Listens on a free loopback port, one thread for each connection."""

    _server: ThreadingHTTPServer

    def __init__(self) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.requests = 0
        self.keys: set[str] = set()
        self._faults: deque[Fault] = deque()
        self._released = threading.Event()
        self._lock = threading.Lock()
        self.port = 0
        self.come()

    def come(self) -> None:
        """Listen, where it listened before."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _Handler)
        self._server.daemon_threads = True
        self._server.provider = self  # type: ignore[attr-defined]  # for the handler
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def leave(self) -> None:
        """Be away, as if nobody listened."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def fault(self, deed: Deed, status: int = 0, *, times: int = 1, **more: str) -> None:
        """Misbehave at the next request, or at so many."""
        self._faults.extend([Fault(deed, status, **more)] * times)

    def forgive(self) -> None:
        """Misbehave no more."""
        self._faults.clear()

    def take_fault(self) -> Fault | None:
        with contextlib.suppress(IndexError):
            return self._faults.popleft()
        return None

    def take(self, letter: dict[str, Any]) -> None:
        """It is taken, whatever is said then."""
        self.accepted.append(letter)

    def hang(self) -> None:
        self._released.wait(30)

    def letters(self) -> list[str]:
        """The id that went along with each letter that was taken."""
        return [json.loads(taken["headers"]["X-Metadata"])["letter"] for taken in self.accepted]

    def close(self) -> None:
        self._released.set()
        self.leave()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        provider: Provider = self.server.provider  # type: ignore[attr-defined]  # see above
        provider.requests += 1
        fault = provider.take_fault()
        if fault is not None and fault.deed == "drop":
            return self._drop()
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        provider.keys.add(self.headers["Authorization"] or self.headers["X-Postmark-Server-Token"])
        letter = json.loads(sent) if self.path == "/emails" else {"raw": sent}
        if fault is None:
            provider.take(letter)
            return self._say(200, TAKEN)
        return self._misbehave(provider, fault, letter)

    def _misbehave(self, provider: Provider, fault: Fault, letter: dict[str, Any]) -> None:
        if fault.deed == "answer":
            return self._say(fault.status, fault.body)
        if fault.deed == "redirect":
            return self._say(307, "{}", Location=f"{provider.address}elsewhere")
        # Whatever follows, the letter was taken: it must not be sent again.
        provider.take(letter)
        if fault.deed == "garble":
            return self._say(200, "<html>welcome to the hotel network</html>")
        if fault.deed == "hang":
            provider.hang()
        return self._drop()

    def _say(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests read what was taken."""
