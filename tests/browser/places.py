"""Where the pages are: those of the owner, those of an account, and those behind mailed links."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

from introductions.states import SECOND_THOUGHT
from tests.journeys.people import Advocate, Owner, Prospect
from tests.journeys.stack import Stack

Guests = dict[str, str]

# Below /b/<slug>/. What stands in braces is a row of the demo, found by the query below.
DESK: dict[str, str] = {
    "today": "",
    "people": "people/",
    "people found": "people/?q=mar",
    "nobody found": "people/?q=zzzz",
    "a person": "people/{marta}/",
    "a person earlier": "people/{hugo}/",
    "what came in": "people/{marta}/came-in/",
    "who brings business": "people/who-brought/",
    "who brought whom": "people/{marta}/lineage/",
    "change a person": "people/{marta}/edit/",
    "a new person": "people/new/",
    "a file of people": "people/import/",
    "someone was sent": "sent/",
    "who sent them": "people/{hugo}/sent-by/",
    "whom to ask": "asks/new/",
    "an ask to write": "asks/new/?contact={marta}",
    "an ask to somebody without address": "asks/new/?contact={unreachable}",
    "who is ready": "asks/ready/",
    "several to ask": "asks/several/?contact={marta}&contact={hugo}",
    "asks to look at": "asks/drafts/",
    "who may know somebody": "asks/who-knows/?person=Jan&firm=Nowhere",
    "an ask not sent": "asks/{ask_draft}/",
    "an ask sent": "asks/{ask_sent}/",
    "an ask answered": "asks/{ask_answered}/",
    "introductions": "introductions/",
    "the board": "introductions/board/",
    "an introduction shared": "introductions/{shared}/",
    "an introduction offered": "introductions/{offered}/",
    "an introduction shaken": "introductions/{handshake}/",
    "an introduction declined": "introductions/{declined}/",
    "what was given": "given/",
    "somebody who was sent": "given/{sent}/",
    "introducing two people": "given/new/",
    "introducing somebody": "given/new/?first={hugo}&need=a%20lease",
    "words to both": "given/new/?first={hugo}&second={marta}",
    "partner firms": "firms/",
    "a partner firm": "firms/{firm}/",
    "a referral open": "referrals/{met}/",
    "a referral won": "referrals/{won}/",
    "a referral lost": "referrals/{lost}/",
    "thank-yous": "thank-yous/",
    "a card": "thank-yous/{due}/?how=card",
    "a letter of thanks": "thank-yous/{due}/?how=mail",
    "a call": "thank-yous/{due}/?how=call",
    "a small gift": "thank-yous/{due}/?how=gift",
    "in public": "thank-yous/{due}/?how=public",
    "thanks given": "thank-yous/{given}/",
    "thanks waived": "thank-yous/{waived}/",
    "all there is to do": "reminders/",
    "all that comes later": "reminders/?later=1",
    "remembering something": "reminders/new/",
    "with whom to speak": "people/?due=1",
    "something to do": "reminders/{reminder}/",
    "last month": "months/",
    "how it was": "feedback/",
    "asking how it was": "people/{hugo}/feedback/",
    "how it was, said aloud": "people/{hugo}/heard/",
    "words to publish": "testimonials/",
    "somebody's words": "testimonials/{words}/",
    "where reviews are written": "settings/reviews/",
    "own mail": "settings/mail/",
    "rewards": "rewards/",
    "what is given": "settings/rewards/",
    "what was given before": "settings/rewards/versions/",
    "rules of rewards": "settings/rewards/rules/",
    "discount codes": "settings/rewards/codes/",
    "settings": "settings/",
    "currencies": "settings/money/",
    "reasons": "settings/reasons/",
    "who letters are from": "settings/sender/",
    "whether letters leave": "settings/health/",
    "how one introduces oneself": "settings/introducing/",
    "when letters leave": "settings/hours/",
    "how to ask": "settings/asking/",
    "who gets no mail": "settings/stopped/",
    "keys": "settings/keys/",
    "plans": "settings/plans/",
    "a plan": "settings/plans/{plan}/",
    "a step of a plan": "settings/plans/{plan}/{step}/",
    "a new step": "settings/plans/{plan}/new/",
    "what letters say": "settings/letters/",
    "words of a letter": "settings/letters/handshake_to_everyone/",
    "the next seven days": "settings/plans/coming/",
    "a letter to look at": "letters/{draft}/",
}

_CONTACT = "SELECT id FROM contacts_contact WHERE"
_BY_STATE = "SELECT id FROM {table} WHERE state = '{state}' ORDER BY id DESC LIMIT 1"

# Of the owner, who is signed in.
ACCOUNT: dict[str, str] = {
    "account address": "/accounts/email/",
    "account password": "/accounts/password/change/",
    "account sign out": "/accounts/logout/",
}

PUBLIC: dict[str, str] = {
    "landing": "/",
    "sign up": "/accounts/signup/",
    "sign in": "/accounts/login/",
    "sign in by code": "/accounts/login/code/",
    "a new password": "/accounts/password/reset/",
    "nowhere": "/nowhere/",
    "an unknown link": "/i/nobody-made-this/",
    "inbox": "/inbox/",
    "what can go wrong with the API": "/api/docs/problems/",
}

# Behind mailed links; `open_guests_pages` makes what they need.
GUESTS: tuple[str, ...] = (
    "advocate asked",
    "advocate's limits",
    "advocate declined",
    "somebody is missing",
    "two brought together",
    "own link shared",
    "letter offered",
    "introduction taken back",
    "prospect asked",
    "prospect said yes",
    "prospect said not now",
    "prospect said no",
    "taken-back link",
    "customer asked",
    "customer very happy",
    "what people say",
    "wall for other sites",
    "thanked by a letter",
    "may thanks be public",
    "thanked in public",
    "the wall of thanks",
    "asked to meet somebody",
    "said yes to meeting",
    "stop letters",
    "letters stopped",
    "a letter",
    "share kit",
    "share page",
    "who came waits",
    "do you know them",
)


class Places:
    """The addresses of the demo's pages."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        # The first one; others come when somebody signs up.
        ((self._business, self.slug),) = stack.rows(
            "SELECT id, slug FROM businesses_business ORDER BY created_at LIMIT 1"
        )
        self._rows: dict[str, str] = {}

    def desk(self, name: str) -> str:
        """The address of one of DESK."""
        path = re.sub(r"{(\w+)}", lambda found: self._row(found[1]), DESK[name])
        return f"/b/{self.slug}/{path}"

    def _row(self, name: str) -> str:
        if name not in self._rows:
            query = _query(name).replace("WHERE", f"WHERE business_id = '{self._business}' AND")
            self._rows[name] = str(self._stack.rows(query)[0][0])
        return self._rows[name]


def _query(name: str) -> str:
    people = {
        "marta": "name = 'Marta Oliveira'",
        "hugo": "name = 'Hugo Renberg'",
        "unreachable": "email = '' LIMIT 1",
    }
    if name in people:
        return f"{_CONTACT} {people[name]}"
    if name.startswith("ask_"):
        return _BY_STATE.format(table="introductions_ask", state=name.removeprefix("ask_"))
    if name in ("shared", "offered", "handshake", "declined"):
        return _BY_STATE.format(table="introductions_introduction", state=name)
    if name in ("due", "given", "waived"):
        return _BY_STATE.format(table="referrals_thankyou", state=name)
    plans = {
        "plan": "SELECT id FROM outreach_cadence WHERE key = 'tell_advocate'",
        "step": "SELECT id FROM outreach_cadencestep WHERE cadence_id IN"
        " (SELECT id FROM outreach_cadence WHERE key = 'tell_advocate') ORDER BY position LIMIT 1",
        "sent": "SELECT id FROM giving_givenintroduction WHERE state = 'handshake' LIMIT 1",
        "firm": "SELECT id FROM contacts_company WHERE partner_since IS NOT NULL LIMIT 1",
        "reminder": "SELECT id FROM outreach_reminder WHERE done_at IS NULL"
        " AND closed_at IS NULL LIMIT 1",
        "words": "SELECT id FROM feedback_testimonial WHERE withdrawn_at IS NULL LIMIT 1",
        "draft": "SELECT id FROM outreach_steptaken WHERE outcome = 'drafted' LIMIT 1",
    }
    return plans.get(name) or _BY_STATE.format(table="referrals_referral", state=name)


def open_guests_pages(stack: Stack, owner: Owner, page: Page) -> Guests:
    """Two advocates are asked and introduce; each prospect answers otherwise. All by pages."""
    met = _introduce_two(stack, owner, page)
    asked = owner.ask("Tomás Berg", "tomas@browser.example")
    other = owner.ask("Ines Duarte", "ines@browser.example")
    pages = {"advocate asked": asked.link("/a/"), "advocate declined": other.link("/a/")}
    pages |= met
    pages["advocate's limits"] = f"{pages['advocate asked'].rstrip('/')}/limits/"
    stop = asked.headers.get("List-Unsubscribe", "").strip("<>") or asked.link("/u/")
    pages |= {"stop letters": stop, "letters stopped": other.link("/u/")}

    pages["somebody is missing"] = pages["advocate asked"] + "too/"

    advocate = Advocate(stack, page)
    for name, who in (
        ("prospect asked", "Ruben"),
        ("prospect said yes", "Bartholomew-Maximilian"),
        ("prospect said not now", "Olga"),
        ("prospect said no", "Per"),
        ("taken-back link", "Quentin"),
    ):
        advocate.open(pages["advocate asked"])
        advocate.introduce(who)
        pages[name] = advocate.link_to_send
        pages["introduction taken back" if who == "Quentin" else f"shared with {who}"] = page.url
    pages["own link shared"] = pages["shared with Ruben"]
    advocate.unfold("Take it back")
    advocate.press("Take it back")
    advocate.reads("It is taken back.")
    advocate.open(pages["advocate asked"])
    advocate.introduce_for_me("Wilma", "wilma@browser.example")
    pages["letter offered"] = page.url
    _answer(stack, page, pages)
    _bring_together(stack, page, pages)
    _come_by_link(stack, page, pages)
    _how_it_was(owner, page, pages)
    _thank(owner, page, pages)
    _find_a_letter(page, pages)
    return pages


def _bring_together(stack: Stack, page: Page, pages: Guests) -> None:
    """The letter to all three has left, and this is the day on which they meet."""
    advocate = Advocate(stack, page)
    advocate.open(pages["advocate asked"])
    advocate.introduce("Viktor")
    link, given = advocate.link_to_send, page.url
    advocate.unfold("Add more")
    page.get_by_label("I will bring you together").check()
    today = stack.now().astimezone(ZoneInfo("Europe/Stockholm")).date()
    page.get_by_label("On which day?").fill(today.isoformat())
    advocate.type("Where?", "Café by the harbour")
    advocate.press("Keep this")
    advocate.sees("Kept, thank you.")
    prospect = Prospect(stack, page)
    prospect.open(link)
    prospect.say_yes("viktor@browser.example")
    stack.pass_time(SECOND_THOUGHT)
    prospect.open(page.url)
    prospect.press("Send it now")
    prospect.reads("You have been introduced.")
    pages["two brought together"] = given.replace("/given/", "/meeting/")


def _answer(stack: Stack, page: Page, pages: Guests) -> None:
    prospect = Prospect(stack, page)
    prospect.open(pages["prospect said yes"])
    prospect.say_yes("bart@browser.example")
    prospect.open(pages["prospect said not now"])
    prospect.unfold("Not now, ask me again later")
    page.locator("button[name=until]").first.click()
    prospect.reads("Not just now.")
    for name, button, says in (
        ("prospect said no", "No, thank you", "That is quite all right."),
        ("advocate declined", "Nobody comes to mind", "Thank you for thinking about it."),
        ("letters stopped", "Stop all letters", "No more letters."),
    ):
        prospect.open(pages[name])
        prospect.press(button)
        prospect.reads(says)
        pages[name] = page.url


def _come_by_link(stack: Stack, page: Page, pages: Guests) -> None:
    """An advocate makes a link of their own, and somebody comes by it."""
    advocate = Advocate(stack, page)
    advocate.open(pages["advocate asked"])
    advocate.follow("A link of your own to share")
    advocate.press("Make my link")
    advocate.reads("Your own link")
    pages |= {"share kit": page.url, "share page": advocate.link_to_send}
    prospect = Prospect(stack, page)
    prospect.open(pages["share page"])
    prospect.type("Your first name", "Xenia")
    prospect.type("Who you are, and what you look for", "We sing in one choir.")
    prospect.type("Your e-mail or phone number", "xenia@browser.example")
    prospect.press("Ask Tomás to introduce us")
    prospect.reads("Thank you, Xenia.")
    pages["who came waits"] = page.url
    letter = stack.letter("tomas@browser.example", "See who it is")
    pages["do you know them"] = letter.link("/v/")


def _how_it_was(owner: Owner, page: Page, pages: Guests) -> None:
    """Two customers are asked how it was, and one has answered. The demo has words on its page."""
    for name, email in (("Cora Blix", "cora@browser.example"), ("Dag Ness", "dag@browser.example")):
        owner.go("people/new/")
        owner.type("Name", name)
        owner.type("E-mail", email)
        owner.press("Add")
        owner.follow(f"Ask {name.split()[0]} how it was")
        owner.press(f"Send it to {name.split()[0]}")
        link = owner.stack.letter(email, "One question").link("/f/")
        pages["customer asked" if "customer asked" not in pages else "customer very happy"] = link
    page.goto(pages["customer very happy"])
    page.get_by_label("10", exact=True).check()
    page.get_by_label("Why?").fill("Never late.")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("button", name="You may publish this").wait_for()
    slug = owner.desk.split("/")[2]
    pages |= {"what people say": f"/t/{slug}/", "wall for other sites": f"/t/{slug}/wall/"}


def _thank(owner: Owner, page: Page, pages: Guests) -> None:
    """One is thanked by a letter; two are asked whether it may be public, and one says yes."""
    for name, email, how, button in (
        ("Dag Ness", "dag@browser.example", "mail", "Send it to Dag"),
        ("Tomás Berg", "tomas@browser.example", "public", "Ask Tomás"),
        ("Cora Blix", "cora@browser.example", "public", "Ask Cora"),
    ):
        owner.go(f"people/?q={name.split()[1]}")
        owner.follow(name)
        owner.follow(f"{name.split()[0]} did you a kindness")
        owner.page.get_by_label("Spoke up for you").check()
        owner.press(f"Thank {name.split()[0]}")
        owner.page.goto(f"{owner.page.url.partition('?')[0]}?how={how}")
        owner.press(button)
        owner.sees("is asked" if how == "public" else "is thanked")
        about = "in public" if how == "public" else "Thank you, Dag"
        link = owner.stack.letter(email, about).link("/k/")
        pages["thanked by a letter" if how == "mail" else f"asked of {name}"] = link
    pages["may thanks be public"] = pages["asked of Tomás Berg"]
    pages["thanked in public"] = pages["asked of Cora Blix"]
    page.goto(pages["thanked in public"])
    page.get_by_label("Yes, you may").check()
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="Change my answer").wait_for()
    pages["the wall of thanks"] = f"/t/{owner.desk.split('/')[2]}/thanks/"


def _introduce_two(stack: Stack, owner: Owner, page: Page) -> Guests:
    """The owner asks both, and one has said yes. First of all, for it takes ten minutes."""
    pages: Guests = {}
    for name in ("Ylva Moretti", "Zeno Weber"):
        owner.go("people/new/")
        owner.type("Name", name)
        owner.type("E-mail", f"{name.split()[0].lower()}@browser.example")
        owner.press("Add")
    owner.follow("Introduce Zeno to somebody")
    owner.type("To whom?", "Ylva Moretti")
    owner.press("Write to both")
    owner.type("To Zeno, about Ylva", "Ylva reads leases as others read novels.")
    owner.type("To Ylva, about Zeno", "Zeno opens a second shop and has a lease to sign.")
    owner.press("Ask both")
    owner.reads("are asked")
    stack.pass_time(timedelta(minutes=11))
    for who, what in (("zeno", "asked to meet somebody"), ("ylva", "said yes to meeting")):
        letter = stack.letter(f"{who}@browser.example", "would like you to meet")
        pages[what] = letter.link("/g/")
    page.goto(pages["said yes to meeting"])
    page.get_by_role("button", name="Yes, introduce us").click()
    page.get_by_role("heading", name="It is a yes").wait_for()
    return pages


def _find_a_letter(page: Page, pages: Guests) -> None:
    """The oldest: the ask."""
    page.goto("/inbox/")
    address = page.locator("main a[href^='/inbox/']:not([href$='.json'])").last
    pages["a letter"] = str(address.get_attribute("href"))
    pages["a letter as mailed"] = f"{pages['a letter']}html/"
