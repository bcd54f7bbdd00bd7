"""Telling the story: every scene at its time, and between the scenes what follows by itself."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from businesses import clock
from businesses.models import Business
from businesses.tenancy import acting_for
from contacts.firms import change_firm
from contacts.services import ensure_company
from demo import first_year, giving, lately, rewarding, second_year
from demo.acts import arrives, keeps, pays
from demo.between import Between
from demo.calendar import Calendar
from demo.firm import open_firm
from demo.neighbours import FAMILIES, PASSING, WIDER
from demo.people import CLOSE, FIRST_DAY, INNER, Person
from demo.stage import Scene, Stage, on

# Hours of the day at which something is written down, spread over people without chance.
HOURS = ("09:20", "10:45", "11:30", "13:10", "14:25", "15:40", "16:55")
PARTNER = "Dahl & Ohlsson Law"


@transaction.atomic
def tell_story(*, now: datetime) -> Business:
    """Make the demo business, as of `now`. All or nothing."""
    opened_at = Calendar(now, ZoneInfo("Europe/Stockholm"), settings.UNDO_WINDOW).instant(
        FIRST_DAY, "08:00"
    )
    business, members = open_firm(now=opened_at)
    calendar = Calendar(now, ZoneInfo(business.timezone), settings.UNDO_WINDOW)
    stage = Stage(business, calendar, members)
    with acting_for(business):
        between = Between(business)
        for instant, scene in _in_order(calendar):
            between.pass_until(instant)
            with clock.at(instant):
                scene.act(stage)
            if scene.has_sequel:
                between.look()
        between.pass_until(now)
    return business


def _in_order(calendar: Calendar) -> list[tuple[datetime, Scene]]:
    """All scenes with their instants. Those of one instant stay in the order of the telling."""
    chapters = (first_year, second_year, lately, giving, rewarding)
    scenes = [*_everyday(), *(scene for chapter in chapters for scene in chapter.SCENES)]
    dated = [(calendar.instant(scene.days_ago, scene.clock), scene) for scene in scenes]
    return sorted(dated, key=lambda pair: pair[0])


def _everyday() -> Iterator[Scene]:
    """People arrive, are spoken to, and pay."""
    people = [*INNER, *CLOSE, *WIDER, *FAMILIES, *PASSING]
    for place, person in enumerate(people):
        hour = HOURS[place % len(HOURS)]
        yield from on(person.added, f"08:{5 + place:02d}", arrives(person), has_sequel=False)
        yield from _life_with(person, hour)
    yield from on(690, "12:00", _become_partners, has_sequel=False)


def _life_with(person: Person, hour: str) -> Iterable[Scene]:
    for days_ago, kind, text in person.touches:
        by = "Nadia" if days_ago < 300 and days_ago % 3 == 0 else "Elena"
        kept = keeps(person.name, kind, text, by=by)
        yield from on(days_ago, hour, kept, has_sequel=False)
    for days_ago, euros, what in person.paid:
        payment = pays(person.name, euros, what)
        yield from on(days_ago, f"17:{hour[3:]}", payment, has_sequel=False)


def _become_partners(stage: Stage) -> None:
    """Referrals go both ways with this firm."""
    firm = ensure_company(business=stage.business, name=PARTNER, now=clock.now())
    assert firm is not None
    firm.website = "https://dahlohlsson.example"
    firm.save()
    change_firm(
        company=firm,
        changes={
            "trade": "Law for small firms",
            "good_referral": (
                "Owners who are about to sign a lease, take on a partner, or hand over"
            ),
            "sphere": ["bookkeeping", "banking", "property"],
            "partner_since": clock.today(stage.business),
        },
        by=stage.actor(),
        now=clock.now(),
    )
