"""People at their browsers, who do everything through pages; what it costs them is counted."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request, Response, expect

from tests.journeys.stack import Letter, Stack, eventually

OpenPage = Callable[..., Page]
SETTLED = "elena@lindqvist-books.example"
Guest = TypeVar("Guest", bound="Person")

# A line so slow that a second press finds the page still there, and one that is not.
SLOW, FAST = (
    {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    for latency in (2000, 0)
)
# Where a press leads; a late one hears a sentence, on the page as it stands or instead of it.
KIND_ANSWERS = (200, 302, 303, 409, 410)

# What a phone's own share sheet is handed, kept so that a test can read it.
RECORD_SHARING = """
window.handedOver = [];
Object.defineProperty(navigator, "canShare", { value: () => true });
Object.defineProperty(navigator, "share", { value: async (what) => { handedOver.push(what); } });
"""


class Person:
    """Somebody at a browser, whose screens, taps and typed characters are counted."""

    def __init__(self, stack: Stack, page: Page) -> None:
        self.stack = stack
        self.page = page
        self.start_counting()
        page.on("domcontentloaded", lambda _: self._count_screen())
        page.on("request", lambda request: self._count_press(request))

    def start_counting(self) -> None:
        """From here on."""
        self.screens = self.taps = self.presses = 0
        self.typed: list[str] = []

    def _count_screen(self) -> None:
        self.screens += 1

    def _count_press(self, request: Request) -> None:
        self.presses += _is_press(request)

    @property
    def characters(self) -> int:
        return sum(map(len, self.typed))

    def costs(self) -> dict[str, int]:
        return {
            "screens": self.screens,
            "fields": len(self.typed),
            "characters": self.characters,
            "taps": self.taps,
        }

    def open(self, link: str) -> int:
        """Open a mailed link, which is a tap; return its status."""
        self.taps += 1
        answer = self.page.goto(link)
        assert answer is not None
        return answer.status

    def button(self, name: str) -> Locator:
        return self.page.locator("main").get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        self.taps += 1
        self.button(name).first.click()

    def press_for_answer(self, name: str) -> Response:
        """Press, and return what the server said to that very press."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            self.press(name)
        return answer.value

    def press_twice(self, name: str) -> None:
        """A double click without scripts: the server gets both presses, and answers kindly.

        The second comes while the first is under way, and the page shows the answer to it. Of two
        presses in one instant, as `dblclick` makes them, Chromium sends a single one.
        """
        place = self._place_of(name)
        with self._slow_line():
            self._send_by_click(place)
            second = self._send_by_click(place)
        answer = second.response()
        assert answer is not None
        assert answer.status in KIND_ANSWERS, (name, answer.status)
        self.page.wait_for_load_state()

    def press_twice_with_scripts(self, name: str) -> None:
        """A double click whose second press the browser keeps to itself."""
        place = self._place_of(name)
        before = self.presses
        with self._slow_line():
            first = self._send_by_click(place)
            self.page.mouse.click(*place)
        answer = first.response()
        assert answer is not None
        assert answer.status in KIND_ANSWERS, (name, answer.status)
        self.page.wait_for_load_state()
        assert self.presses == before + 1

    def _place_of(self, name: str) -> tuple[float, float]:
        """Where on the screen the button is."""
        button = self.button(name).first
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    @contextmanager
    def _slow_line(self) -> Iterator[None]:
        """The browser holds answers back until this is over."""
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)
        yield
        line.send("Network.emulateNetworkConditions", FAST)
        line.detach()

    def _send_by_click(self, place: tuple[float, float]) -> Request:
        with self.page.expect_request(_is_press) as sent:
            self.page.mouse.click(*place)
        return sent.value

    def follow(self, name: str) -> None:
        self.taps += 1
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def unfold(self, name: str) -> None:
        self.taps += 1
        self.page.locator("summary", has_text=name).click()

    def type(self, label: str, text: str) -> None:
        """Tap a field and type into it."""
        self.taps += 1
        self.typed.append(text)
        fields = self.page.locator("main").locator("input, textarea")
        fields.and_(self.page.get_by_label(label)).fill(text)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait for this text on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Wait for the page whose heading says so."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def does_not_see(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)


class Owner(Person):
    """The owner of a small business."""

    email = ""

    def sign_up(self, email: str, tagline: str) -> None:
        """Two fields on the front page."""
        self.email = email
        self.page.goto("/")
        self.type("Your e-mail", email)
        self.type("What do you do, and for whom?", tagline)
        self.press("Begin")
        self.page.wait_for_url("**/b/**")

    @property
    def desk(self) -> str:
        """`/b/<slug>/`, wherever the owner is."""
        found = re.match(r"/b/[^/]+/", urlsplit(self.page.url).path)
        assert found, self.page.url
        return found[0]

    def go(self, place: str = "") -> None:
        """To a page of the desk; without a place to Today."""
        self.page.goto(self.desk + place)

    def begin_ask(self, name: str, email: str) -> None:
        """From Today while it is new: whom to ask first."""
        self.type("Their name", name)
        self.type("Their e-mail", email)
        self.press("Write to them")
        self.reads(f"Ask {name.split()[0]} for an introduction")

    def say_who_it_is_from(self, name: str, firm: str, postal_address: str) -> None:
        self.type("Your name", name)
        self.type("Your firm", firm)
        self.type("Postal address", postal_address)

    def confirmation(self) -> str:
        """The link in the letter that asks whether the address is right."""
        return self.stack.letter(self.email, "Is this your address?").link("/confirm-email/")

    def confirm_address(self) -> None:
        here = self.page.url
        self.page.goto(self.confirmation())
        self.press("Yes, it is mine")
        self.page.wait_for_url("**/b/**")
        self.page.goto(here)

    def ask(self, name: str, email: str) -> Letter:
        """Ask somebody who is new here; return the letter they got."""
        self.go("asks/new/")
        self.type("Name", name)
        self.type("E-mail", email)
        self.press("Write to them")
        self.press(f"Send it to {name.split()[0]}")
        self.reads("You asked")
        return self.stack.letter(email, "business note")

    def move(self, step: str) -> None:
        """On the page of a referral: it has come so far."""
        self.press(step)
        expect(self.page.locator("[aria-current=step]")).to_have_text(step)

    def has_waiting(self, section: str, sentence: str | re.Pattern[str]) -> None:
        """Wait until Today has this row under this heading."""

        def shown() -> bool:
            self.go()
            part = self.page.locator("section", has=self.page.get_by_role("heading", name=section))
            return part.filter(has_text=sentence).count() == 1

        eventually(shown)


class Advocate(Person):
    """Somebody who knows the owner and others, at a phone, and never signs in."""

    def introduce(self, first_name: str) -> None:
        """On their page: a name, and *Send it myself*."""
        self.type("Their first name", first_name)
        self.press("Send it myself")
        self.reads(f"Now send it to {first_name}.")

    def introduce_for_me(self, first_name: str, email: str) -> None:
        self.type("Their first name", first_name)
        self.unfold("Or send it for me")
        self.type("Their e-mail address", email)
        self.press("Send it for me")
        self.reads("Thank you")

    @property
    def link_to_send(self) -> str:
        return self.page.get_by_label("Or copy the link").input_value()

    def handed_over(self) -> list[dict[str, str]]:
        """What the phone's share sheet was given."""
        found: list[dict[str, str]] = self.page.evaluate("window.handedOver")
        return found


class Prospect(Person):
    """Somebody who is introduced, at a phone, and never signs in."""

    def say_yes(self, reach: str = "") -> None:
        if reach:
            self.type("Your e-mail or phone number", reach)
        self.press("Yes, introduce us")
        self.reads(re.compile("It is a yes|You have been introduced"))


class Circle:
    """Everybody of one journey, each in a browser of their own; addresses are this journey's."""

    def __init__(self, stack: Stack, open_page: OpenPage, name: str) -> None:
        self.stack = stack
        self._open_page = open_page
        self._name = name

    def address(self, who: str) -> str:
        return f"{who}@{self._name}.example"

    def owner(self, **browser: bool) -> Owner:
        """Nobody here knows them yet."""
        return Owner(self.stack, self._open_page(**browser))

    def settled_owner(self, **browser: bool) -> Owner:
        """Signed up, with a confirmed address, able to send: one for all journeys of a stack."""
        known = self.stack.settled_owner
        if known is None:
            known = self.stack.settled_owner = self._settle()
        place, cookies = known
        owner = Owner(self.stack, self._open_page(**browser, cookies=cookies))
        owner.email = SETTLED
        owner.page.goto(place)
        owner.start_counting()
        return owner

    def again(self, owner: Owner, **browser: bool) -> Owner:
        """The same owner on the same page in another browser, signed in there, too."""
        cookies = owner.page.context.cookies()
        same = Owner(self.stack, self._open_page(**browser, cookies=cookies))
        same.email = owner.email
        same.page.goto(owner.page.url)
        return same

    def _settle(self) -> tuple[str, list[Any]]:
        owner = self.owner()
        owner.sign_up(SETTLED, "Bookkeeping for small workshops")
        owner.go("settings/sender/")
        owner.say_who_it_is_from("Elena Lindqvist", "Lindqvist Books", "Quay 1\n222 22 Lund")
        owner.press("Keep")
        owner.sees("Kept. Your letters say so from now on.")
        owner.confirm_address()
        return owner.desk, [*owner.page.context.cookies()]

    def advocate(
        self, link: str = "", *, shares: bool = False, javascript: bool = True
    ) -> Advocate:
        """At a phone; `shares` gives it a share sheet."""
        page = self._open_page(phone=True, javascript=javascript)
        if shares:
            page.add_init_script(RECORD_SHARING)
        return _arrived(Advocate(self.stack, page), link)

    def prospect(self, link: str = "", *, javascript: bool = False) -> Prospect:
        return _arrived(
            Prospect(self.stack, self._open_page(phone=True, javascript=javascript)), link
        )


def _is_press(request: Request) -> bool:
    return request.method == "POST"


def _arrived(guest: Guest, link: str) -> Guest:
    if link:
        assert guest.open(link) == 200
    return guest
