"""A mail server that takes every letter: `python benchmarks/sink.py PORT FILE`.

It keeps them in the file, a line of JSON each: from whom, to whom, and the bytes as Latin-1.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """aiosmtpd's names and arguments."""

    def __init__(self, kept: TextIO) -> None:
        self._kept = kept

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, said: list[str]
    ) -> list[str]:
        """It takes several commands at once, and says so, as nearly every mail server does."""
        session.host_name = name
        return [*said[:-1], "250-PIPELINING", said[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = (envelope.original_content or b"").decode("latin-1")
        print(json.dumps([envelope.mail_from, envelope.rcpt_tos, content]), file=self._kept)
        self._kept.flush()
        return "250 Taken"


async def serve(port: int, kept: TextIO) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Sink(kept), hostname="localhost", loop=loop), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w") as file:
        asyncio.run(serve(int(sys.argv[1]), file))
