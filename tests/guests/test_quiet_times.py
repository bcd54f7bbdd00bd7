"""What guests read while the firm is full, closed, or asleep."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from giving.models import GivenIntroduction
from giving.services import accept_given
from giving.states import Place
from introductions.models import Advocate, Introduction
from outreach.models import Link, LinkPurpose, Message
from referrals.models import ThankYou
from referrals.services import give_thanks, record_kindness
from tests.feedback.factories import answered, asked, question_page
from tests.giving.conftest import page_of
from tests.giving.factories import asked as asked_to_meet
from tests.guests.factories import own_page, path_of, prospect_page, share_page, vouch_page
from tests.introductions.factories import a_contact, accepted, came_by_link, offered, shaken

pytestmark = pytest.mark.django_db

Pages = Mapping[str, Callable[[], str]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"full_until": date(2026, 5, 20)}, "has its hands full until 20 May"),
        ({"closed_until": date(2026, 5, 12)}, "is closed until 12 May"),
        (
            {"full_until": date(2026, 5, 20), "closed_until": date(2026, 5, 12)},
            "is closed until 12 May",
        ),
    ],
)
def test_guests_are_told_kindly_and_can_act_all_the_same(
    guest: Client,
    business: Business,
    marta: Advocate,
    now: datetime,
    changes: dict[str, date],
    said: str,
) -> None:
    pages = [own_page(marta), prospect_page(offered(marta, now))]
    Business.objects.filter(pk=business.pk).update(**changes)

    told = [" ".join(guest.get(page).text.split()) for page in pages]

    for page in told:
        assert f"Lindqvist Bookkeeping {said}" in page
        assert "<button" in page


@pytest.fixture
def pages(
    marta: Advocate, alice: User, by_alice: Actor, business: Business, now: datetime
) -> Pages:
    """Every page on which a guest acts or waits to hear from the firm."""

    def owed(how: str) -> ThankYou:
        thanks = record_kindness(contact=marta.contact, reason="helping", by=by_alice, now=now)
        return give_thanks(thank_you=thanks, how=how, words="Thank you.", by=by_alice, now=now)

    def given() -> tuple[GivenIntroduction, Contact]:
        one = a_contact(business, now, "Jonas Weber", "jonas@given.example")
        other = a_contact(business, now, "Elena Rossi", "elena@given.example")
        return asked_to_meet(one, other, alice, now), one

    def said_yes_to_given() -> str:
        introduction, one = given()
        accept_given(given=introduction, place=Place.FIRST, now=now)
        return page_of(introduction, one)

    def meeting() -> str:
        shook = shaken(marta, now)
        day = clock.today(business, now) + timedelta(days=1)
        Introduction.objects.filter(pk=shook.pk).update(meets_on=day, meets_place="the café")
        return f"{own_page(marta)}meeting/{shook.pk}/"

    def answered_low() -> str:
        question = asked(marta.contact)
        answered(question, score=3)
        return question_page(question)

    return {
        "the advocate's own": lambda: own_page(marta),
        "the prospect's": lambda: prospect_page(offered(marta, now)),
        "after the yes": lambda: prospect_page(accepted(marta, now)),
        "after the handshake": lambda: prospect_page(shaken(marta, now)),
        "a link that is shared": lambda: share_page(marta),
        "having come by a link": lambda: prospect_page(came_by_link(marta, now)),
        "vouching": lambda: vouch_page(came_by_link(marta, now)),
        "one of two to be introduced": lambda: page_of(*given()),
        "having said yes to that": said_yes_to_given,
        "thanked": lambda: path_of(
            Link.objects.get(purpose=LinkPurpose.THANKS, subject_id=owed("mail").pk)
        ),
        "a meeting": meeting,
        "how it was": lambda: question_page(asked(marta.contact)),
        "it was not well": answered_low,
        "somebody is missing": lambda: f"{own_page(marta)}too/",
    }


WHERE = (
    "the advocate's own",
    "the prospect's",
    "after the yes",
    "after the handshake",
    "a link that is shared",
    "having come by a link",
    "vouching",
    "one of two to be introduced",
    "having said yes to that",
    "thanked",
    "a meeting",
    "how it was",
    "it was not well",
    "somebody is missing",
)


@pytest.mark.parametrize("where", WHERE)
def test_it_is_said_wherever_somebody_acts_or_waits(
    guest: Client, business: Business, pages: Pages, where: str
) -> None:
    page = pages[where]()
    before = guest.get(page)
    Business.objects.filter(pk=business.pk).update(closed_until=date(2026, 5, 12))

    told = " ".join(guest.get(page).text.split())

    assert before.status_code == 200
    assert "is closed until" not in before.text
    assert told.count("Lindqvist Bookkeeping is closed until 12 May 2026.") == 1
    assert "reads this today" not in told


def test_nothing_is_said_once_the_day_has_come(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    page = own_page(marta)
    Business.objects.filter(pk=business.pk).update(full_until=clock.today(business, now))

    assert "hands full" not in guest.get(page).text


def test_who_introduces_somebody_at_night_reads_when_the_letter_leaves_and_can_take_it_back(
    guest: Client, business: Business, marta: Advocate, now: datetime, settings: Settings
) -> None:
    settings.MANNERS = True
    friday_night = now + timedelta(days=(4 - now.weekday()) % 7)
    friday_night = friday_night.replace(hour=21)
    with clock.at(friday_night):
        page = own_page(marta)
        form = {"first_name": "Jonas", "email": "jonas@prospects.example", "words": "Do meet."}

        said = guest.post(f"{page}offer/", form, follow=True)
        given = said.redirect_chain[-1][0]
    with clock.at(friday_night + timedelta(hours=1)):
        later = guest.get(given).text
        guest.post(f"{given}undo/")

    for text in (said.text, later):
        assert "The letter to Jonas leaves on Monday at 8:00." in " ".join(text.split())
    assert Introduction.objects.get().state == "withdrawn"
    assert Message.objects.get().state == "cancelled"
