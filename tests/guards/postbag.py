"""One of every letter there is, written by what leads to it and sent to a mail server of ours."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count

from django.conf import settings

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from introductions import services as introductions
from introductions.models import Advocate, Ask, Introduction
from outreach.models import (
    AccountMessage,
    Message,
)
from outreach.sending import send_due_letters
from tests.introductions.factories import a_contact
from tests.outreach.smtp import Accepted, SmtpServer

# A Monday at half past ten in Stockholm; within the hours in which letters leave.
NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
WORDS = (
    "Dear Jonas,\n\nyou asked me lately who keeps our books. Alice has for six years, and I have"
    " not worried about a receipt since.\n\nMarta"
)
NOTE = "We have worked together since 2019, and I enjoy it every time."
BLURB = "We keep the books of small workshops, so that they need not."

Row = Message | AccountMessage
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class Arrived:
    """A letter as it came to the mail server, and the row that it was."""

    key: str
    row: Row
    taken: Accepted

    @property
    def letter(self) -> EmailMessage:
        return self.taken.letter

    @property
    def text(self) -> str:
        return self.taken.part("plain")

    @property
    def html(self) -> str:
        return self.taken.part("html")

    @property
    def links(self) -> Sequence[str]:
        """Each web address that a scanner finds in it: text, HTML and headers."""
        anchors = _Anchors()
        anchors.feed(self.html)
        headers = " ".join(str(value) for value in self.letter.values())
        written = [*_WEB_ADDRESS.findall(self.text), *_WEB_ADDRESS.findall(headers)]
        return list(dict.fromkeys([*anchors.found, *(one.rstrip(".,;:!?)]}") for one in written)]))


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = [value for name, value in attrs if name in ("href", "src") and value]
        self.found += [one for one in found if one.startswith(("http://", "https://"))]


class Postbag:
    """A business whose people write each kind of letter once."""

    def __init__(self, business: Business, alice: User, by: Actor, smtp: SmtpServer) -> None:
        self.business, self.alice, self.by, self.smtp = business, alice, by, smtp
        self.now = NOW
        self._numbers = count(1)

    def number(self) -> int:
        """One that was not given before."""
        return next(self._numbers)

    def person(self, name: str = "Marta Oliveira") -> Contact:
        email = f"guest{self.number()}@letters.example"
        return a_contact(self.business, self.now, name=name, email=email)

    def advocate(self, name: str = "Marta Oliveira") -> Advocate:
        return introductions.advocate_for(contact=self.person(name), now=self.now)

    def prospect_address(self) -> str:
        return f"jonas{self.number()}@letters.example"

    def asked(self, **words: str) -> Ask:
        ask = introductions.draft_ask(
            contact=self.person(), by=self.by, sender=self.alice, now=self.now, note=NOTE, **words
        )
        return introductions.send_ask(ask=ask, by=self.by, now=self.now)

    def offered(self) -> Introduction:
        return introductions.offer_introduction(
            advocate=self.advocate(),
            first_name="Jonas",
            email=self.prospect_address(),
            words=WORDS,
            now=self.now,
        )

    def newest(self, kind: str) -> Message:
        return Message.objects.filter(kind=kind).order_by("-created_at", "-id")[0]

    def newest_to_member(self, kind: str) -> AccountMessage:
        return AccountMessage.objects.filter(kind=kind).order_by("-created_at", "-id")[0]

    def wait(self, gap: timedelta) -> None:
        self.now += gap

    def send(self) -> None:
        """All that is due by now, and what waits for the undo window."""
        with clock.at(self.now + settings.UNDO_WINDOW + timedelta(minutes=1)):
            send_due_letters()

    def collect(self, key: str, write: "Write") -> Arrived:
        """Write the letter and send it; it as it arrived."""
        with clock.at(self.now):
            row = write(self)
        self.send()
        self.wait(settings.UNDO_WINDOW * 2)
        [taken] = [one for one in self.smtp.accepted if f"<{row.pk}@" in one.letter["Message-ID"]]
        return Arrived(key, row, taken)


Write = Callable[[Postbag], Row]
