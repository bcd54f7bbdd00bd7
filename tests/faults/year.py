"""A year of referrals through all plans, workers killed all the while, beside a model of it."""

import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from django.utils.module_loading import import_string

from businesses import clock
from businesses.tenancy import acting_for
from outreach.purposes import begun_by_day
from tests.faults.crew import Crew
from tests.faults.findings import NAMED, Findings
from tests.faults.firms import Firm
from tests.faults.ground import PATIENCE_SECONDS, Ground, Stalled
from tests.faults.sending import Break, tell_breaks
from tests.faults.wishes import Wishes
from tests.faults.year_model import Model
from tests.faults.year_owner import Owner, differences
from tests.faults.year_script import DAYS, Script, Visit, a_script

PROMISE = "the same letters on the same days as the model says, each once; the same steps"
KILLS = 60
WORKERS = 2
# For so many letters one referral.
LETTERS, LETTERS_EACH = 2000, 2
NUDGE_SECONDS = 0.5
# What is due by now or in a moment, and the sweep that does it. Letters last: whether one had left
# when a step was taken would be open otherwise, and having written to somebody is a reason to skip.
_DUE = """
SELECT (SELECT count(*) FROM introductions_ask
         WHERE business_id = %(firm)s AND state = 'sent' AND due_at <= %(soon)s),
       (SELECT count(*) FROM activity_reaction
         WHERE business_id = %(firm)s AND state = 'waiting' AND due_at <= %(soon)s),
       (SELECT count(*) FROM outreach_enrolment
         WHERE business_id = %(firm)s AND state = 'active' AND due_at <= %(soon)s),
       (SELECT count(*) FROM outreach_message
         WHERE business_id = %(firm)s AND (state IN ('sending', 'in_data')
                                           OR state = 'scheduled' AND due_at <= %(soon)s))
"""
_SWEEPS = (
    "introductions.tasks.expire_unanswered",
    "activity.tasks.run_later_reactions",
    "outreach.tasks.take_due_steps",
    "outreach.tasks.send_due_letters",
)
SOON = timedelta(seconds=3)


def run(ground: Ground, wishes: Wishes) -> Findings:
    """MANNERS are on: hours, working days and holidays of the reader, one letter a day for each."""
    script = a_script(wishes.seed, referrals=max(10, (wishes.letters or LETTERS) // LETTERS_EACH))
    with override_settings(MANNERS=True):
        year = Year(ground, script, wishes)
        try:
            year.live()
        finally:
            year.crew.disband()
        return year.findings()


class Year:
    """Moves the clock from visit to visit, and waits until nothing is due."""

    def __init__(self, ground: Ground, script: Script, wishes: Wishes) -> None:
        self._ground, self._script = ground, script
        self._chance = wishes.chance()
        ground.post.slowness_seconds = 0.0
        self._move_clock(Visit(0).instant - timedelta(hours=1))
        firm = Firm(f"Year {wishes.seed}", keeps_hours=True)
        self._business = firm.business
        self._owner = Owner(firm.business, firm.owner, script)
        self._arrived_before = len(ground.post.accepted)
        times = wishes.times or KILLS
        self._moments = sorted(self._chance.randrange(2 * DAYS - 20) for _ in range(times))
        self._breaks: list[Break] = []
        self._doubts = 0
        self._celery = import_string(settings.CELERY_APP)
        # What is due is hinted at here, in an order, and not by a beat at any moment.
        self.crew = Crew(ground, workers=WORKERS, beats=0, MANNERS="1")

    def live(self) -> None:
        self._owner.begin()
        self.crew.start()
        for number in range(2 * self._script.days):
            self._visit = Visit(number)
            self._move_clock(self._visit.instant)
            self._wait(by_day=True)
            while self._owner.look_at_drafts(self._visit):
                self._wait()
            if self._owner.do(self._visit):
                self._wait()
        connection.close()

    def findings(self) -> Findings:
        findings = Findings(PROMISE)
        shown = self._owner.books()
        model = Model(self._script, owner=self._owner.user.email, left=dict(shown.letters))
        model.live()
        found = differences(model, shown)
        days = f"{self._script.days} days from {Visit(0).day}"
        findings.say("lived", f"{len(model.referrals)} referrals in {days}")
        findings.say("done", f"{len(self._script.deeds)} things by the owner, beside drafts")
        findings.say("letters", f"{len(shown.letters)} arrived")
        findings.say("plans", f"{len(shown.plans)} begun, {len(shown.steps)} steps taken")
        tell_breaks(findings, self._breaks)
        findings.say("in doubt", f"{self._doubts}, each settled by the owner")
        if found:
            findings.broken += [f"{len(found)} differences, the first of them:", *found[:NAMED]]
        return findings

    def _move_clock(self, to: datetime) -> None:
        self._ground.move_clock((to - datetime.now(UTC)).total_seconds())

    def _wait(self, *, by_day: bool = False) -> None:
        """Until workers have nothing to do; what is to be done first is hinted at."""
        until = time.monotonic() + PATIENCE_SECONDS
        hinted, hinted_at = "", 0.0
        while time.monotonic() < until:
            # First the plans, since beginning them makes steps due.
            sweeps = self._plans_of_the_day() if by_day else []
            sweeps += self._due()
            if not sweeps and not self._settle_doubts():
                return
            self.crew.start_again()
            is_next = sweeps[:1] != [hinted]
            if sweeps and (is_next or time.monotonic() - hinted_at > NUDGE_SECONDS):
                hinted, hinted_at = sweeps[0], time.monotonic()
                self._celery.send_task(hinted, expires=30, retry=False)
            if sweeps and self._moments and self._visit.number >= self._moments[0]:
                self._kill()
            time.sleep(0.02)
        raise Stalled(f"After {PATIENCE_SECONDS:.0f} seconds on {self._visit}: {self._due()}")

    def _due(self) -> list[str]:
        values = {"firm": str(self._business.pk), "soon": clock.now() + SOON}
        with connection.cursor() as cursor, transaction.atomic(), acting_for(self._business):
            cursor.execute(_DUE, values)
            counts = cursor.fetchone()
        return [sweep for sweep, count in zip(_SWEEPS, counts, strict=True) if count]

    def _plans_of_the_day(self) -> list[str]:
        """Whether the day begins any that are not begun; what is begun here is taken back."""
        now = clock.now()
        today = clock.today(self._business, now)
        with transaction.atomic(), acting_for(self._business):
            count = sum(
                begin(business=self._business, today=today, now=now) for begin in begun_by_day()
            )
            transaction.set_rollback(True)
        return ["outreach.tasks.begin_plans_by_day"] if count else []

    def _settle_doubts(self) -> int:
        self._owner.note_arrivals(self._ground.post.accepted[self._arrived_before :], self._visit)
        count = self._owner.settle_doubts()
        self._doubts += count
        return count

    def _kill(self) -> None:
        time.sleep(self._chance.random() * 0.3)
        kill = self.crew.kill_one_at_work(self._chance)
        kill = kill or self.crew.kill_one_that_is_up(self._chance)
        if kill is not None:
            self._moments.pop(0)
            what = "a whole worker" if kill.whole else "one of its processes"
            self._breaks.append(Break(what, kill.connections))
