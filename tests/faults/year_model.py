"""What the nine plans should do in a year: the model that the product is compared with.

Plain Python that walks from visit to visit. Of the product it reads the steps of the plans, which
are data, and the list of public holidays; when, whether and why it says in words of its own.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

from outreach.cadences import PLANS, Step
from tests.faults.year_cast import (
    A_MONTH,
    FREE,
    Enrolment,
    Letter,
    Referral,
    Someone,
    Taken,
    anniversary,
    belongs_to,
    due_day,
    outcome_of,
    someone,
    thanks_plan,
)
from tests.faults.year_script import (
    NOT_WANTED,
    PLACE,
    Deed,
    Script,
    Visit,
    address_of,
)

STEPS = {plan.key: plan.steps for plan in PLANS}
# Why a plan about a referral is over, once that stands elsewhere.
NOW = {
    "talking": "You are talking.",
    "met": "You have met.",
    "proposed": "You have made a proposal.",
    "won": "It became business.",
    "lost": "Nothing came of it.",
    "not_now": "It is not the time.",
}
IN_TOUCH = "You were in touch."
OVERTAKEN = frozenset({"talking", "proposed"})
A_WEEK, TWO_MONTHS = timedelta(days=7), timedelta(days=60)


class Model:
    """Lives through the script; then `letters`, `steps` and `plans` say what was to happen.

    Of several that wait for one reader one leaves a day, and which of them first is open: a worker
    may have died with one in hand. `left` says when each did, by its name, and only there counts.
    """

    def __init__(self, script: Script, *, owner: str, left: Mapping[str, str]) -> None:
        self.script, self._owner, self._left = script, owner, left
        self.people = {one.key: someone(one) for one in script.people}
        self.referrals: dict[str, Referral] = {}
        self.asks: dict[str, tuple[str, datetime]] = {}
        self.enrolments: list[Enrolment] = []
        self._active: list[Enrolment] = []
        self._concerning: dict[str, list[Enrolment]] = defaultdict(list)
        self._drafts: list[tuple[str, Enrolment, Taken]] = []
        self.waiting: list[Letter] = []
        self.all_letters: list[Letter] = []
        self.handshakes: dict[str, Visit] = {}
        self._begun: set[tuple[str, str, str]] = set()
        self._last_day: dict[str, date] = {}

    def live(self) -> None:
        for number in range(2 * self.script.days):
            self.visit = Visit(number)
            self._what_the_day_begins()
            self._expire_asks()
            self._work()
            while self._look_at_drafts():
                self._work()
            for deed in self.script.at(self.visit):
                getattr(self, f"_{deed.what}")(deed)
            self._work()

    # --- What the product should show at the end -----------------------------------------------

    @property
    def letters(self) -> dict[str, str]:
        left = {one.name: str(one.left) for one in self.all_letters if one.left}
        return left | {name: str(visit) for name, visit in self.handshakes.items()}

    @property
    def steps(self) -> dict[str, str]:
        return {
            f"step {nth} of {one}": " ".join((taken.outcome, str(taken.visit), taken.reason))
            for one in self.enrolments
            for nth, taken in enumerate(one.taken)
        }

    @property
    def plans(self) -> dict[str, str]:
        return {str(one): f"{one.state} {one.reason}" for one in self.enrolments}

    # --- What people do ------------------------------------------------------------------------

    def _introduce(self, deed: Deed) -> None:
        advocate = self.people[deed.by]
        prospect = Someone(deed.who, "Jonas", address_of(deed.who))
        self.people[deed.who] = prospect
        self.referrals[deed.who] = Referral(prospect, advocate, deed.how, "introduced")
        advocate.introduced_first = advocate.introduced_first or self.visit.day
        # It answers its readers, so it waits for nothing.
        to = {self._owner, prospect.address}
        if advocate.address and not advocate.wants_no_mail:
            to.add(advocate.address)
        name = f"handshake_to_everyone about {deed.who} to {' '.join(sorted(to))}"
        self.handshakes[name] = self.visit
        self._begin("follow_up_handshake", prospect, deed.who)
        if deed.how == "outcome":
            self._begin("tell_advocate", advocate, deed.who)
        self._owe_thanks(deed.who, "introduction")

    def _move(self, deed: Deed) -> None:
        self._stands(deed.who, deed.how)

    def _win(self, deed: Deed) -> None:
        self._stands(deed.who, "won")
        self._owe_thanks(deed.who, "business")
        self._begin("welcome_customer", self.people[deed.who], deed.who)

    def _lose(self, deed: Deed) -> None:
        self._stands(deed.who, "lost")

    def _stands(self, prospect: str, state: str) -> None:
        referral = self.referrals[prospect]
        referral.state = state
        # A step that the next one overtakes before its letter has left is not told.
        about = f"about {prospect}"
        steps = [one for one in self.waiting if one.name.startswith("step_to_advocate ")]
        self._cancel([one for one in steps if one.name.endswith(about)])
        heard = {"met": ("outcome", "met")}
        if referral.hears in heard.get(state, ("outcome",)) and referral.advocate.address:
            kind = "step_to_advocate" if state in OVERTAKEN else "progress_to_advocate"
            self._write(f"{kind} {state} about {prospect}", referral.advocate)
        self._end_what_is_over("follow_up_handshake", "tell_advocate", about=prospect)
        if state in ("talking", "met", "proposed"):
            self._silence_begins_anew(prospect)

    def _silence_begins_anew(self, prospect: str) -> None:
        """The advocate has just heard of it."""
        for one in self._concerning[prospect]:
            if one.plan == "tell_advocate" and one.about == prospect and one.state == "active":
                one.due = due_day(STEPS[one.plan][len(one.taken)], self.visit.day, None)

    def _thank(self, deed: Deed) -> None:
        """By a card, if that was not done before."""
        referral = self.referrals[deed.who]
        if deed.how in referral.thanks_due:
            self._was_in_touch(referral.advocate)
        self._thanked(deed.who, deed.how)

    def _thanked(self, prospect: str, reason: str) -> None:
        self.referrals[prospect].thanks_due.discard(reason)
        self._end_what_is_over(thanks_plan(reason), about=prospect)

    def _owe_thanks(self, prospect: str, reason: str) -> None:
        referral = self.referrals[prospect]
        referral.thanks_due.add(reason)
        self._begin(thanks_plan(reason), referral.advocate, prospect)
        self._end_what_is_over(thanks_plan(reason), about=prospect)

    def _call(self, deed: Deed) -> None:
        self._was_in_touch(self.people[deed.who])

    def _was_in_touch(self, person: Someone, letter: Letter | None = None) -> None:
        """For all their plans, but for that to which the letter belongs."""
        person.last_touch = self.visit.day
        person.next_touch = self.visit.day + A_MONTH
        for one in self._concerning[person.key]:
            if one.person is not person or (letter and belongs_to(letter, one)):
                continue
            one.is_in_touch = True
            for taken in one.taken:
                if taken.outcome == "drafted" and taken.step.condition == "no_touch":
                    taken.outcome, taken.reason = "dismissed", IN_TOUCH
        self._end_what_is_over("inner_circle", "wake_partner", about=person.key)

    def _ask(self, deed: Deed) -> None:
        person = self.people[deed.who]
        if not person.address or person.wants_no_mail:
            return
        self.asks[deed.who] = ("sent", self.visit.instant)
        self._write(f"ask_to_advocate about {deed.who}", person, is_personal=True)
        self._begin("unanswered_ask", person, deed.who)

    def _answer(self, deed: Deed) -> None:
        self._close_ask(deed.who, "answered")

    def _decline(self, deed: Deed) -> None:
        self._close_ask(deed.who, "declined")

    def _withdraw(self, deed: Deed) -> None:
        self._close_ask(deed.who, "withdrawn")

    def _expire_asks(self) -> None:
        for key, (_, sent_at) in list(self.asks.items()):
            if self.visit.instant >= sent_at + TWO_MONTHS:
                self._close_ask(key, "expired")

    def _close_ask(self, key: str, state: str) -> None:
        """Nobody is asked any more: not by what follows it, nor by a letter that still waits."""
        if self.asks.get(key, ("", None))[0] != "sent":
            return
        self.asks[key] = (state, self.asks[key][1])
        self._end_what_is_over("unanswered_ask", about=key)
        self._cancel([one for one in self.waiting if one.name == f"ask_to_advocate about {key}"])

    def _stop_mail(self, deed: Deed) -> None:
        person = self.people[deed.who]
        if not person.address:
            return
        person.wants_no_mail = True
        self._cancel([one for one in self.waiting if one.reader is person])

    def _look_at_drafts(self) -> bool:
        """One of each person's: having written is a reason to leave the next unsent."""
        later, looked = [], set()
        for name, one, taken in sorted(self._drafts, key=itemgetter(0)):
            habit = self.script.habit(name)
            if taken.outcome != "drafted":
                continue
            is_early = self.visit.number < taken.visit.number + habit.visits
            if is_early or one.person.key in looked:
                later.append((name, one, taken))
                continue
            looked.add(one.person.key)
            if habit.deed == "drop":
                taken.outcome, taken.reason = "dismissed", NOT_WANTED
            elif habit.deed == "send":
                self._approve(one, taken, name)
        self._drafts = later
        return bool(looked)

    def _approve(self, one: Enrolment, taken: Taken, name: str) -> None:
        if one.person.wants_no_mail:
            return  # It is refused, and waits on.
        taken.outcome = "sent"
        if one.plan.startswith("thank_"):
            reason = "business" if one.plan == "thank_win" else "introduction"
            name = f"thanks_to_advocate {reason} about {one.about}"
            self._write(name, one.person, is_personal=True)
            self._thanked(one.about, reason)
        elif one.plan == "unanswered_ask":
            self._write(f"nudge_to_advocate about {one.about}", one.person, one, is_personal=True)
        else:
            self._write(f"plan_letter {name}", one.person, one, is_personal=True)

    # --- Plans ---------------------------------------------------------------------------------

    def _what_the_day_begins(self) -> None:
        today = self.visit.day
        for one in self.people.values():
            if one.is_inner and one.next_touch and one.next_touch + A_WEEK <= today:
                self._begin_rarely("inner_circle", one)
            if one.is_partner and (not one.last_touch or one.last_touch + TWO_MONTHS <= today):
                self._begin_rarely("wake_partner", one)
            if one.is_inner and one.introduced_first:
                day = anniversary(one.introduced_first, today)
                is_near = one.introduced_first < day <= today + A_MONTH
                if is_near and self._once("yearly_letter", one, str(day)):
                    self._enrol("yearly_letter", one, "", day)

    def _begin_rarely(self, plan: str, person: Someone) -> None:
        """Once in two months, as long as it is quiet; not beside what waits for the owner."""
        begun = [one for one in self._concerning[person.key] if one.plan == plan]
        if not any(
            self._waits(one) or one.begun.day > self.visit.day - TWO_MONTHS for one in begun
        ):
            self._enrol(plan, person, "")

    def _waits(self, one: Enrolment) -> bool:
        """Nobody in this year presses *Done*: a reminder goes once they were in touch."""
        made = {taken.outcome for taken in one.taken}
        return (
            one.state == "active"
            or "drafted" in made
            or ("reminded" in made and not one.is_in_touch)
        )

    def _begin(self, plan: str, person: Someone, about: str) -> None:
        if self._once(plan, person, about):
            self._enrol(plan, person, about)

    def _once(self, plan: str, person: Someone, because: str) -> bool:
        key = (plan, person.key, because)
        if key in self._begun:
            return False
        self._begun.add(key)
        return True

    def _enrol(self, plan: str, person: Someone, about: str, anchor: date | None = None) -> None:
        due = due_day(STEPS[plan][0], self.visit.day, anchor)
        one = Enrolment(plan, person, about, self.visit, due, anchor)
        self.enrolments.append(one)
        self._active.append(one)
        for key in {person.key, about}:
            self._concerning[key].append(one)

    def _over(self, one: Enrolment) -> str:
        if one.plan in ("inner_circle", "wake_partner"):
            return IN_TOUCH if one.is_in_touch else ""
        if one.plan == "unanswered_ask":
            closed = "The ask is closed."
            answers = {"sent": "", "answered": "They answered.", "declined": "They answered."}
            return answers.get(self.asks[one.about][0], closed)
        if one.plan in ("yearly_letter", "welcome_customer"):
            return ""
        referral = self.referrals[one.about]
        if one.plan.startswith("thank_"):
            reason = "business" if one.plan == "thank_win" else "introduction"
            if reason not in referral.thanks_due:
                return "They were thanked."
            is_kept = reason == "business" and referral.hears != "outcome"
            return "They would rather not have it told." if is_kept else ""
        wanted = {
            "follow_up_handshake": ("introduced",),
            "tell_advocate": ("introduced", "talking", "met", "proposed"),
        }
        return "" if referral.state in wanted[one.plan] else NOW[referral.state]

    def _end_what_is_over(self, *plans: str, about: str) -> None:
        """`about` whom they are, or what."""
        for one in self._concerning[about]:
            reason = (
                self._over(one)
                if one.plan in plans and about == (one.about or one.person.key)
                else ""
            )
            if reason:
                self._end(one, reason)

    def _end(self, one: Enrolment, reason: str) -> None:
        if one.state == "active":
            one.state, one.reason = "stopped", reason
        for taken in one.taken:
            if taken.outcome == "drafted":
                taken.outcome, taken.reason = "dismissed", reason
        self._cancel([letter for letter in self.waiting if letter.of is one])

    # --- What workers do -----------------------------------------------------------------------

    def _work(self) -> None:
        for one in self._active:
            while one.state == "active" and one.due <= self.visit.day:
                self._take_step(one)
        self._active = [one for one in self._active if one.state == "active"]
        self._send()

    def _take_step(self, one: Enrolment) -> None:
        steps = STEPS[one.plan]
        nth = len(one.taken)
        step = steps[nth]
        reason = self._why_skipped(one, step)
        taken = Taken(step, outcome_of(step, reason), reason, self.visit)
        one.taken.append(taken)
        name = f"step {nth} of {one}"
        if taken.outcome == "sent":
            self._write(f"plan_letter {name}", one.person, one)
        elif taken.outcome == "drafted":
            self._drafts.append((name, one, taken))
        if nth + 1 == len(steps):
            one.state = "finished"
        else:
            one.due = due_day(steps[nth + 1], self.visit.day, one.anchor)

    def _why_skipped(self, one: Enrolment, step: Step) -> str:
        if step.condition == "no_touch" and one.is_in_touch:
            return IN_TOUCH
        if step.kind == "letter" and not one.person.address:
            return "There is no e-mail address."
        if step.kind == "letter" and one.person.wants_no_mail:
            return f"{one.person.first_name} wants no mail."
        return ""

    def _write(
        self, name: str, reader: Someone, of: Enrolment | None = None, *, is_personal: bool = False
    ) -> None:
        letter = Letter(name, reader, of, is_personal)
        self.all_letters.append(letter)
        if not reader.wants_no_mail:
            self.waiting.append(letter)

    def _cancel(self, letters: list[Letter]) -> None:
        for letter in letters:
            letter.is_cancelled = True
        self.waiting = [one for one in self.waiting if not one.is_cancelled]

    def _send(self) -> None:
        """Within hours on a working day, one a day for each reader."""
        by_reader: dict[str, list[Letter]] = defaultdict(list)
        for letter in self.waiting:
            if self._may_leave(letter.reader):
                by_reader[letter.reader.key].append(letter)
        for key, letters in by_reader.items():
            now = str(self.visit)
            one = next((one for one in letters if self._left.get(one.name) == now), letters[0])
            one.left = self.visit
            self._last_day[key] = self._wall(one.reader).date()
            if one.is_personal:
                self._was_in_touch(one.reader, one)
        self.waiting = [one for one in self.waiting if one.left is None]

    def _may_leave(self, reader: Someone) -> bool:
        wall = self._wall(reader)
        works = wall.weekday() < 5 and wall.date() not in FREE
        return works and 8 <= wall.hour < 19 and self._last_day.get(reader.key) != wall.date()

    def _wall(self, reader: Someone) -> datetime:
        return self.visit.instant.astimezone(ZoneInfo(reader.zone) if reader.zone else PLACE)
