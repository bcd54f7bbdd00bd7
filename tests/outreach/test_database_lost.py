"""PostgreSQL crashes while letters are on their way: what the mail server answered is kept."""

import os
import socket
import struct
from collections.abc import Callable, Mapping, Sequence

import pytest
from django.db import OperationalError, connection

from businesses.models import Business
from outreach.claiming import Claim
from outreach.outgoing import Outgoing, load
from outreach.sending import send_due_letters
from outreach.transports.base import Reply
from outreach.transports.smtp import SmtpTransport
from tests.outreach.factories import some_letters, states
from tests.outreach.smtp import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def hang_up() -> None:
    """The server is gone without a word."""
    _put_in_place(b"")


def crash() -> None:
    """The server takes its leave, as it does when it crashes, and is gone."""
    fields = b"SWARNING\0VWARNING\0C57P02\0Mterminating connection because of crash\0\0"
    _put_in_place(b"N" + struct.pack("!I", len(fields) + 4) + fields)


def _put_in_place(last_words: bytes) -> None:
    """Let the connection's socket be one on which this is the last that can be read."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(last_words)
        os.dup2(ours.fileno(), connection.connection.fileno())


class BreakingAfterEach(SmtpTransport):
    """The real way out; the database is lost each time a letter was taken."""

    def __init__(self, lose: Callable[[], None]) -> None:
        super().__init__()
        self._lose = lose

    def hand_over(self, letter: bytes) -> Mapping[str, Reply]:
        refused = super().hand_over(letter)
        self._lose()
        return refused


@pytest.mark.parametrize("lose", [hang_up, crash])
def test_a_lost_database_is_asked_again_so_no_answer_is_forgotten(
    business: Business, smtp: SmtpServer, lose: Callable[[], None]
) -> None:
    some_letters(business, 3)

    send_due_letters(open_transport=lambda: BreakingAfterEach(lose))

    assert states(business) == {"sent": 3}
    assert len(smtp.accepted) == 3


def test_what_was_in_hand_when_the_database_went_away_is_due_again_at_once(
    business: Business, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost between taking letters in hand and reading them: the mail server is not to blame."""
    some_letters(business, 3)

    def lose_and_load(claims: Sequence[Claim]) -> list[Outgoing]:
        monkeypatch.undo()
        hang_up()
        return load(claims)

    monkeypatch.setattr("outreach.sending.load", lose_and_load)
    with pytest.raises(OperationalError):
        send_due_letters()
    waiting = states(business)
    send_due_letters()

    assert waiting == {"scheduled": 3}
    assert states(business) == {"sent": 3}
    assert len(smtp.accepted) == 3
