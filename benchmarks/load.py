"""Eight clients that keep their connections: as little work for each answer as Python allows."""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CLIENTS = 8


class WrongAnswer(RuntimeError):
    """What was to be measured does not answer as it should."""


@dataclass
class _Client:
    """One connection, with the request on its way and what has come back of the answer."""

    connection: socket.socket
    answer: bytearray = field(default_factory=bytearray)
    expected: int = 0

    def send(self, request: bytes) -> None:
        self.answer.clear()
        self.expected = 0
        self.connection.sendall(request)

    def receive(self) -> bool:
        """Take what is there; whether the answer is whole."""
        part = self.connection.recv(1 << 17)
        if not part:
            raise WrongAnswer("The connection was closed; it should be kept.")
        self.answer += part
        if not self.expected and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            self.expected = end + 4 + _length_of(bytes(self.answer[:end]))
        return 0 < self.expected <= len(self.answer)


def requests_a_second(
    port: int, next_request: Callable[[], bytes], *, status: int, seconds: float
) -> float:
    """How many answers came in a second, with eight requests always under way.

    It waits for the first one also past `seconds`, so that a rate is never zero.
    """
    selector = selectors.DefaultSelector()
    try:
        for _ in range(CLIENTS):
            client = _Client(socket.create_connection(("127.0.0.1", port)))
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.send(next_request())
        wanted = f"HTTP/1.1 {status} ".encode()
        return _count(selector, next_request, wanted, seconds)
    finally:
        for key in list(selector.get_map().values()):
            key.data.connection.close()
        selector.close()


def one_answer(port: int, request: bytes) -> bytes:
    """The whole answer to one request."""
    client = _Client(socket.create_connection(("127.0.0.1", port)))
    with client.connection:
        client.send(request)
        while not client.receive():
            pass
        return bytes(client.answer)


def _count(
    selector: selectors.BaseSelector,
    next_request: Callable[[], bytes],
    wanted: bytes,
    seconds: float,
) -> float:
    done = 0
    started = time.perf_counter()
    until = started + seconds
    while not done or time.perf_counter() < until:
        for key, _ in selector.select(timeout=10):
            client: _Client = key.data
            if client.receive():
                if not client.answer.startswith(wanted):
                    raise WrongAnswer(client.answer[:2000].decode("utf-8", "replace"))
                done += 1
                client.send(next_request())
    return done / (time.perf_counter() - started)


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise WrongAnswer("An answer without Content-Length.")
