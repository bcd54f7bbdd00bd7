"""SMTP in phases, over one connection for many letters."""

import contextlib
import functools
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings

from outreach.transports.base import (
    Broken,
    NotLetIn,
    OutcomeUnknown,
    Refused,
    Reply,
    Unreachable,
)

# A code and its text.
_Answer = tuple[int, bytes]
_CLOSING = 421
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SmtpTransport:
    """The server of EMAIL_URL. Each answer is waited for at most EMAIL_TIMEOUT seconds."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None

    def open(self) -> None:
        if self._server is not None:
            return
        try:
            self._server = _connect()
        except smtplib.SMTPAuthenticationError as error:
            reply = _reply(error.smtp_code, error.smtp_error)
            unfit = Unreachable(type(error).__name__) if reply.is_temporary else NotLetIn(reply)
            raise unfit from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from None

    def offer(self, sender: str, addresses: Sequence[str]) -> Mapping[str, Reply]:
        # Addresses are envelope addresses by now; smtplib would take each apart once more.
        commands = [f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{address}>" for address in addresses)]
        with self._talking() as server:
            if server.has_extn("pipelining"):
                sender_answer, *answers = _all_at_once(server, commands)
                self._expect_from(sender_answer)
            else:
                self._expect_from(server.docmd(commands[0]))
                answers = []
                for command in commands[1:]:
                    answers.append(server.docmd(command))
                    _refuse_goodbye(answers[-1])
        return {
            address: _reply(code, text)
            for address, (code, text) in zip(addresses, answers, strict=True)
            if code not in (250, 251)
        }

    def hand_over(self, letter: bytes) -> Mapping[str, Reply]:
        with self._talking() as server:
            self._expect(server.docmd("DATA"), wanted=354)
        try:
            server.send(_LEADING_DOT.sub(b"..", letter) + b".\r\n")
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise OutcomeUnknown(type(error).__name__) from None
        if 200 <= code < 300:
            return {}
        if code == _CLOSING or not 400 <= code < 600:
            self._drop()
        if not 400 <= code < 600:
            raise OutcomeUnknown("no answer that can be read")
        raise Refused(_reply(code, text))

    def forget(self) -> None:
        if self._server is None:
            return
        try:
            code, _ = self._server.rset()
        except (OSError, smtplib.SMTPException):
            code = -1
        if code != 250:
            self._drop()

    def close(self) -> None:
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._drop()

    @contextlib.contextmanager
    def _talking(self) -> Iterator[smtplib.SMTP]:
        """Turn a connection that dies into `Broken`."""
        if self._server is None:
            raise Broken("not connected")
        try:
            yield self._server
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Broken(type(error).__name__) from None

    def _expect_from(self, answer: _Answer) -> None:
        """A yes to the sender."""
        try:
            self._expect(answer)
        except Refused as refused:
            raise NotLetIn(refused.reply) if refused.reply.is_about_us else refused from None

    def _expect(self, answer: _Answer, wanted: int = 250) -> None:
        code, text = answer
        if code == wanted:
            return
        _refuse_goodbye(answer)
        raise Refused(_reply(code, text))

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError):
                server.close()


def _connect() -> smtplib.SMTP:
    """Connect, greet, encrypt and sign in as EMAIL_URL says."""
    host, port, timeout = settings.EMAIL_HOST, settings.EMAIL_PORT or 0, settings.EMAIL_TIMEOUT
    server: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        server = smtplib.SMTP_SSL(
            host, port, _own_name(), timeout=timeout, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, _own_name(), timeout=timeout)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _all_at_once(server: smtplib.SMTP, commands: Sequence[str]) -> list[_Answer]:
    """Send commands together and read an answer to each (RFC 2920): one wait instead of several."""
    server.send("".join(f"{command}\r\n" for command in commands))
    answers = []
    for _ in commands:
        answers.append(server.getreply())
        _refuse_goodbye(answers[-1])
    return answers


def _refuse_goodbye(answer: _Answer) -> None:
    """Whoever says goodbye answers nothing further."""
    if answer[0] in (_CLOSING, -1):
        raise smtplib.SMTPServerDisconnected


@functools.cache
def _own_name() -> str:
    """What we greet with. Asked once: where DNS is slow, each question takes seconds."""
    return socket.getfqdn()


def _reply(code: int, text: bytes | str) -> Reply:
    return Reply(code, text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
