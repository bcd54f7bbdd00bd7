"""Bad company at the doors of guests: who may not be introduced, and who comes far too often."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business
from guests import throttling
from introductions import services, tasks
from introductions.models import Advocate, Introduction
from introductions.states import (
    EXPIRES_AFTER,
    MOST_IN_A_DAY,
    MOST_SENT_IN_A_DAY,
    MOST_TO_CONFIRM,
    IntroductionState,
)
from outreach.models import Message, Reminder
from outreach.sending import send_due_letters
from outreach.services import suppress_address
from tests.guests.factories import own_page, prospect_page, share_page, vouch_page
from tests.introductions.factories import JONAS, an_advocate, offered, shared
from tests.outreach.conftest import smtp
from tests.outreach.smtp import SmtpServer

__all__ = ["smtp"]

pytestmark = pytest.mark.django_db

S = IntroductionState
WORDS = "Alice has kept our books for six years."
SOON = timedelta(minutes=11)


@pytest.fixture(autouse=True)
def _from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A robot with many addresses and patience: counting visits does not stop it."""
    for name in ("VISITS_FROM_AN_ADDRESS", "VISITS_TO_A_LINK", "COMING_FROM_AN_ADDRESS"):
        monkeypatch.setattr(throttling, name, 10_000)


def offer(guest: Client, page: str, email: str, first_name: str = "Jonas") -> tuple[int, str]:
    typed = {"first_name": first_name, "words": WORDS, "email": email}
    answer = guest.post(f"{page}offer/", typed)
    return answer.status_code, said(answer.content)


def said(page: bytes) -> str:
    """What is on it, without what differs each time."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode())
    return re.sub(r"/a/[\w-]+/", "/a/…/", text)


# --- An advocate who introduces themself, or the owner ------------------------------------------


@pytest.mark.parametrize(
    "spelling", ["marta@oliveira.example", "MARTA@Oliveira.Example", " marta@oliveira.example "]
)
def test_an_advocate_who_introduces_themself_by_either_way(
    guest: Client, marta: Advocate, now: datetime, spelling: str
) -> None:
    status, page = offer(guest, own_page(marta), spelling)
    yes = guest.post(prospect_page(shared(marta, now)) + "yes/", {"reach": spelling})

    assert (status, yes.status_code) == (422, 422)
    for text in (page, yes.content.decode()):
        assert "An introduction needs two people" in text
    assert Introduction.objects.get().state == S.SHARED
    assert not Message.objects.filter(kind="introduction_to_prospect").exists()


def test_an_advocate_who_comes_by_their_own_link_is_not_introduced_to_themself(
    guest: Client, marta: Advocate
) -> None:
    typed = {"first_name": "Marta", "words": "Me.", "reach": "Marta@Oliveira.example"}
    guest.post(f"{share_page(marta)}come/", typed)
    came = Introduction.objects.get()

    answer = guest.post(f"{vouch_page(came)}yes/")

    assert answer.status_code == 422
    assert "This cannot become an introduction" in answer.content.decode()
    assert Introduction.objects.get().state == S.VOUCHING


@pytest.mark.parametrize("address", ["alice@lindqvist.example", "ALICE@LINDQVIST.EXAMPLE"])
def test_an_advocate_who_introduces_the_owner(
    guest: Client, marta: Advocate, now: datetime, address: str
) -> None:
    status, page = offer(guest, own_page(marta), address, "Alice")
    yes = guest.post(prospect_page(shared(marta, now)) + "yes/", {"reach": address})

    assert (status, yes.status_code) == (422, 422)
    for text in (page, yes.content.decode()):
        assert "This address belongs to the people" in text
    assert Introduction.objects.get().state == S.SHARED


# --- A competitor's robot ----------------------------------------------------------------------


def test_a_robot_that_sends_for_me_200_times_by_one_link(
    guest: Client, marta: Advocate, now: datetime, smtp: SmtpServer
) -> None:
    page = own_page(marta)

    answers = [offer(guest, page, f"robot{number}@net.example") for number in range(200)]
    with clock.at(now + SOON):
        send_due_letters()

    statuses = [status for status, _ in answers]
    assert statuses == [303] * MOST_SENT_IN_A_DAY + [429] * (200 - MOST_SENT_IN_A_DAY)
    assert "Please go on tomorrow, or send it yourself." in answers[-1][1]
    assert 'value="robot199@net.example"' in answers[-1][1]
    assert WORDS in answers[-1][1]
    assert len(smtp.accepted) == MOST_SENT_IN_A_DAY
    assert Introduction.objects.filter(state=S.OFFERED).count() == MOST_SENT_IN_A_DAY


def test_the_owner_is_told_once_of_the_robot_and_can_take_all_of_it_back(
    guest: Client, marta: Advocate, business: Business, by_alice: Actor, now: datetime
) -> None:
    for number in range(MOST_SENT_IN_A_DAY + 5):
        offer(guest, own_page(marta), f"robot{number}@net.example")

    reminder = Reminder.objects.get(contact=marta.contact)
    assert reminder.text.startswith("Marta has introduced 20 people within a day.")
    for row in Introduction.objects.all():
        services.withdraw_introduction(introduction=row, by=by_alice, now=now)
    assert not Message.objects.filter(kind="introduction_to_prospect", state="scheduled").exists()
    assert set(Introduction.objects.values_list("prospect_email", flat=True)) == {""}


def test_a_robot_that_sends_it_itself_200_times_by_one_link(guest: Client, marta: Advocate) -> None:
    statuses = []
    for number in range(200):
        typed = {"first_name": f"Robot {number}", "words": WORDS}
        statuses.append(guest.post(f"{own_page(marta)}share/", typed).status_code)

    assert statuses == [303] * MOST_IN_A_DAY + [429] * (200 - MOST_IN_A_DAY)
    assert Introduction.objects.count() == MOST_IN_A_DAY
    assert Reminder.objects.filter(contact=marta.contact).count() == 1


def test_after_the_robot_the_advocate_goes_on_the_next_day(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    page = own_page(marta)
    for number in range(MOST_SENT_IN_A_DAY):
        offer(guest, page, f"robot{number}@net.example")

    with clock.at(now + timedelta(days=1, minutes=1)):
        status, _ = offer(guest, page, JONAS)
    others, _ = offer(
        guest, own_page(an_advocate(marta.business, now, name="Ove", email="o@x.example")), JONAS
    )

    assert (status, others) == (303, 303)


def test_a_robot_that_comes_200_times_by_a_shared_link(guest: Client, marta: Advocate) -> None:
    page = share_page(marta)
    typed = {"first_name": "Robot", "words": "Hello."}

    statuses = [
        guest.post(f"{page}come/", {**typed, "reach": f"robot{number}@net.example"}).status_code
        for number in range(200)
    ]

    assert statuses == [303] * MOST_TO_CONFIRM + [429] * (200 - MOST_TO_CONFIRM)
    assert Message.objects.filter(kind="vouch_to_advocate").count() == MOST_TO_CONFIRM


# --- The same person under three spellings -----------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ("jonas@shoebox.example", "JONAS@shoebox.example", "  jonas@SHOEBOX.Example  "),
        ("jo@bäckerei.example", "jo@xn--bckerei-5wa.example", "jo@BÄCKEREI.example"),
        ("jo@ba\u0308ckerei.example", "jo@bäckerei.example", "Jo@b\u00e4ckerei.example"),
        ("jo@\uff42akery.example", "jo@bakery.example", "jo@\uff22AKERY.example"),
    ],
)
def test_the_same_person_under_three_spellings_is_one(
    guest: Client, marta: Advocate, now: datetime, spellings: tuple[str, ...]
) -> None:
    first, *others = spellings
    before, _ = offer(guest, own_page(marta), first)

    with clock.at(now + SOON):
        answers = [offer(guest, own_page(marta), spelling, "J") for spelling in others]

    assert before == 303
    for status, page in answers:
        assert status == 409
        assert "You have introduced this person before." in page
    assert Introduction.objects.count() == 1


def test_the_same_number_under_three_spellings_says_yes_once(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    rows = [shared(marta, now, first_name=name) for name in ("Jonas", "J.", "Mr Lind")]
    spellings = ("070-123 45 67", "+46 70 123 45 67", "0046 (70) 1234567")

    statuses = [
        guest.post(f"{prospect_page(row)}yes/", {"reach": spelling}).status_code
        for row, spelling in zip(rows, spellings, strict=True)
    ]

    assert statuses == [303, 409, 409]


@pytest.mark.parametrize(
    "names", [("José", "JOSE\u0301", " josé "), ("Zoë Ek", "zoe\u0308  ek", "ZOË EK")]
)
def test_the_same_name_under_three_spellings_is_one_link(
    guest: Client, marta: Advocate, names: tuple[str, ...]
) -> None:
    for name in names:
        guest.post(f"{own_page(marta)}share/", {"first_name": name, "words": WORDS})

    assert Introduction.objects.count() == 1


@pytest.mark.parametrize(
    "looks_like", ["j\u043enas@shoebox.example", "jonas\u200b@shoebox.example"]
)
def test_a_spelling_that_only_looks_the_same_is_no_address(
    guest: Client, marta: Advocate, looks_like: str
) -> None:
    status, page = offer(guest, own_page(marta), looks_like)

    assert status == 422
    assert "This does not look like an e-mail address." in page


# --- Somebody on the never-contact list --------------------------------------------------------


def _never(marta: Advocate, address: str, now: datetime) -> None:
    by = Actor.advocate(marta.pk)
    suppress_address(business=marta.business, address=address, why="never", by=by, now=now)


def _said_no(marta: Advocate, address: str, now: datetime) -> None:
    other = an_advocate(marta.business, now, name="Ove", email="ove1@x.example")
    services.decline_introduction(introduction=offered(other, now, address), now=now)


def _did_not_answer(marta: Advocate, address: str, now: datetime) -> None:
    long_ago = now - EXPIRES_AFTER
    other = an_advocate(marta.business, now, name="Ove", email="ove2@x.example")
    services.expire_introduction(introduction=offered(other, long_ago, address), now=now)


def test_of_a_person_on_the_never_contact_list_the_advocate_learns_nothing(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    pages = []
    for number, why in enumerate((_never, _said_no, _did_not_answer)):
        address = f"jonas{number}@shoebox.example"
        why(marta, address, now)

        status, page = offer(guest, own_page(marta), address)

        assert status == 409
        pages.append(page.replace(address, "…"))
    assert pages[0] == pages[1] == pages[2]
    assert "We cannot write to this address for you. You can still send it yourself." in pages[0]


def test_a_person_on_the_never_contact_list_gets_no_letter_by_any_way(
    guest: Client, marta: Advocate, now: datetime, smtp: SmtpServer
) -> None:
    _never(marta, JONAS, now)

    offer(guest, own_page(marta), JONAS)
    yes = guest.post(f"{prospect_page(shared(marta, now))}yes/", {"reach": JONAS})
    typed = {"first_name": "Jonas", "words": "Hello.", "reach": JONAS}
    came = guest.post(f"{share_page(marta)}come/", typed)
    guest.post(f"{vouch_page(Introduction.objects.get(via='link'))}yes/")
    with clock.at(now + SOON):
        tasks.complete_due_handshakes()
        send_due_letters()

    assert yes.status_code == 409
    assert "We cannot write to this address." in yes.content.decode()
    assert came.status_code == 303
    assert JONAS not in {address for one in smtp.accepted for address in one.recipients}


def test_the_page_tells_who_comes_by_a_link_the_same_whether_they_may_be_written_to_or_not(
    guest: Client, marta: Advocate, now: datetime
) -> None:
    _never(marta, JONAS, now)
    page, pages = share_page(marta), []

    for address in (JONAS, "jana@shoebox.example"):
        typed = {"first_name": "Jonas", "words": "Hello.", "reach": address}
        answer = guest.post(f"{page}come/", typed, follow=True)
        text = re.sub(r"/i/[\w-]+/", "/i/…/", said(answer.content))
        pages.append(text.replace(address, "…"))

    assert pages[0] == pages[1]
