"""A mail server that keeps every letter in a directory and delivers none.

`python config/local/catcher.py DIRECTORY PORT`. Real SMTP, so what is tried locally is what a real
server sees. A letter appears whole or not at all, and names sort in the order of arrival.
"""

import asyncio
import itertools
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

# A host name is looked up otherwise, which takes seconds where there is no resolver.
_HOSTNAME = "localhost"
_MAX_LETTER_BYTES = 50 * 1024 * 1024


class Keeper:
    """Writes each letter to a file, with the envelope in two headers in front."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._numbers = itertools.count()

    # aiosmtpd's name and arguments.
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        name = f"{time.time_ns():020d}-{next(self._numbers):06d}"
        head = f"X-Envelope-From: {envelope.mail_from or ''}\r\n"
        head += f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        body = envelope.original_content or b""
        fresh = self._directory / f"{name}.new"
        fresh.write_bytes(head.encode() + body)
        fresh.rename(self._directory / f"{name}.eml")
        return "250 Kept"


async def catch(directory: Path, port: int) -> None:
    """Listen until SIGTERM."""
    directory.mkdir(parents=True, exist_ok=True)
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    keeper = Keeper(directory)
    server = await loop.create_server(
        lambda: SMTP(
            keeper,
            data_size_limit=_MAX_LETTER_BYTES,
            enable_SMTPUTF8=True,
            hostname=_HOSTNAME,
            loop=loop,
        ),
        "127.0.0.1",
        port,
    )
    async with server:
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(catch(Path(sys.argv[1]), int(sys.argv[2])))
