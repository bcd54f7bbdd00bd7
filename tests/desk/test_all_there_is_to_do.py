"""Nothing due is hidden by what is older: Today says how much there is, a list has it all."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.models import Contact
from introductions.services import advocate_for
from outreach.models import Reminder
from outreach.services import add_reminder
from referrals.models import ThankYou
from tests.contacts.factories import make_contact
from tests.desk.factories import a_friend, a_met_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/"


@pytest.fixture
def today(business: Business) -> date:
    return clock.today(business)


def remember(contact: Contact, due_on: date, text: str = "", kind: str = "follow_up") -> Reminder:
    return add_reminder(
        business=contact.business,
        kind=kind,
        contact=contact,
        due_on=due_on,
        text=text,
        by=SYSTEM,
        now=clock.now(),
    )


@pytest.fixture
def many(business: Business, today: date) -> int:
    """So many things to do for two people, all of them old."""
    people = [make_contact(business, name=name) for name in ("Marta Kovács", "Jonas Weber")]
    for number in range(40):
        remember(people[number % 2], today - timedelta(days=50 - number), f"Old thing {number}.")
    return 40


def texts_of(client: Client, address: str) -> Iterator[str]:
    """What stands on this page of the list, and on those after it."""
    while address:
        page = client.get(address).text
        yield from re.findall(r"<p>(\w+ thing \d+)\.</p>", page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        address = f"{address.split('?')[0]}{more[1].replace('&amp;', '&')}" if more else ""


# --- Today -----------------------------------------------------------------------------------


def test_what_is_to_be_put_right_stands_first_however_much_is_older(
    alice_client: Client, at: str, many: int, today: date
) -> None:
    remember(make_contact(name="Ines Duarte"), today, "The invoice was wrong", kind="put_right")

    page = alice_client.get(at).text

    assert "The invoice was wrong" in page
    assert "One person is waiting for something to be put right." in page
    assert page.index("The invoice was wrong") < page.index("Old thing 0")


def test_today_counts_all_that_is_due_and_people_by_heads(
    alice_client: Client, at: str, many: int
) -> None:
    page = alice_client.get(at).text

    assert "Two people are waiting to hear from you." in page
    assert f'Follow up <span class="badge">{many}</span>' in page
    assert page.count("Old thing") == 12
    assert f'<a href="{at}reminders/">and 28 more</a>' in page


def test_thanks_that_do_not_fit_are_counted(
    alice_client: Client, at: str, business: Business
) -> None:
    now = clock.now()
    for number in range(7):
        advocate = advocate_for(contact=a_friend(business, now, number), now=now)
        for which in (0, 1):
            a_met_person(advocate, now, 10 * number + which)

    page = alice_client.get(at).text

    assert ThankYou.objects.due().count() == 14
    assert "Seven people are waiting to be thanked." in page
    assert f'<a href="{at}thank-yous/">and 2 more</a>' in page


def test_with_whom_to_be_in_touch_is_a_press_away(alice_client: Client, at: str) -> None:
    long_ago = clock.now() - timedelta(days=60)
    for number in range(8):
        make_contact(name=f"Friend {number}", circle="inner", now=long_ago)
    make_contact(name="Lately Seen", circle="inner")

    assert f'<a href="{at}people/?due=1">and 3 more</a>' in alice_client.get(at).text

    page = alice_client.get(f"{at}people/?due=1").text
    assert page.count('class="whole"') == 8
    assert "Lately Seen" not in page


def test_whoever_a_reminder_is_about_already_is_not_named_twice(
    alice_client: Client, at: str, today: date
) -> None:
    long_ago = clock.now() - timedelta(days=60)
    deepa = make_contact(name="Deepa Kaur", circle="inner", now=long_ago)
    reminder = remember(deepa, today, "Ask how the move went", kind="keep_in_touch")

    assert "We met" not in alice_client.get(at).text
    alice_client.post(f"{at}reminders/{reminder.pk}/snooze/", {"days": "7"})
    assert "Deepa Kaur" not in alice_client.get(at).text
    alice_client.post(f"{at}reminders/{reminder.pk}/skip/", {"own": "No need"})
    assert "We met" in alice_client.get(at).text


# --- The list --------------------------------------------------------------------------------


def test_the_list_has_everything_page_by_page_and_back(
    alice_client: Client, at: str, many: int, today: date
) -> None:
    remember(make_contact(name="Ines Duarte"), today, "The invoice was wrong", kind="put_right")

    found = list(texts_of(alice_client, f"{at}reminders/?kind=follow_up"))

    assert found == [f"Old thing {number}" for number in range(many)]
    page = alice_client.get(f"{at}reminders/?kind=follow_up").text
    assert f"{many} things are due" in page
    assert "The invoice was wrong" not in page
    onward = re.search(r'href="([^"]+)" rel="next"', page)
    assert onward
    second = alice_client.get(f"{at}reminders/{onward[1].replace('&amp;', '&')}").text
    back = re.search(r'href="([^"]+)" rel="prev"', second)
    assert back
    first = alice_client.get(f"{at}reminders/{back[1].replace('&amp;', '&')}").text
    assert re.findall(r"Old thing \d+", first) == re.findall(r"Old thing \d+", page)
    assert "41 things are due" in alice_client.get(f"{at}reminders/").text


def test_what_was_put_off_or_is_planned_is_found(
    alice_client: Client, at: str, today: date
) -> None:
    marta = make_contact(name="Marta Kovács")
    soon = remember(marta, today, "Put off thing 1.")
    remember(marta, today + timedelta(days=90), "Planned thing 2.")
    alice_client.post(f"{at}reminders/{soon.pk}/snooze/", {"days": "7"})

    due, later = (alice_client.get(f"{at}reminders/{which}").text for which in ("", "?later=1"))

    assert "Nothing is due" in due
    assert "2 things come later" in later
    assert later.index("Put off thing 1") < later.index("Planned thing 2")


def test_mine_are_seen_alone(
    alice_client: Client, bob_client: Client, bob: User, at: str, today: date
) -> None:
    marta = make_contact(name="Marta Kovács")
    his = remember(marta, today, "Ask about the oven")
    remember(marta, today, "Water the plants")
    of_bob = Membership.objects.get(user=bob)
    alice_client.post(f"{at}reminders/{his.pk}/hand/", {"assignee": of_bob.pk})

    page = bob_client.get(f"{at}reminders/?mine=1").text

    assert "Ask about the oven" in page
    assert "Water the plants" not in page


@pytest.mark.parametrize("asked", ["kind=dance", "after=x", f"after={'0' * 32}", "before=%00"])
def test_nonsense_in_the_address_shows_all(
    alice_client: Client, at: str, many: int, asked: str
) -> None:
    assert f"{many} things are due" in alice_client.get(f"{at}reminders/?{asked}").text


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("done", {}),
        ("done", {"kind": "call"}),
        ("snooze", {"days": "2"}),
        ("snooze", {"until": "2099-01-01"}),
        ("hand", {"assignee": ""}),
        ("skip", {"reason": "It is settled"}),
    ],
)
def test_whatever_is_done_leads_back_to_where_it_was_pressed(
    alice_client: Client, bob: User, at: str, today: date, act: str, sent: dict[str, str]
) -> None:
    in_ten_years = today.replace(year=today.year + 9).isoformat()
    sent = sent | ({"until": in_ten_years} if "until" in sent else {})
    for asked in ("kind=follow_up", "later=1&mine=1", ""):
        reminder = remember(make_contact(name="Marta Kovács"), today, "Ask about the oven")
        press = f"{at}reminders/{reminder.pk}/{act}/"

        from_list = alice_client.post(f"{press}?from=list&{asked}", sent)

        page, _, kept = from_list["Location"].partition("?")
        assert page == f"{at}reminders/"
        assert set(filter(None, asked.split("&"))) <= set(kept.split("&"))
    reminder = remember(make_contact(name="Marta Kovács"), today, "Ask about the oven")
    press = f"{at}reminders/{reminder.pk}/{act}/"
    assert alice_client.post(f"{press}?mine=1", sent)["Location"] == f"{at}?mine=1"


def test_the_buttons_of_the_list_and_of_the_page_behind_it_know_the_way_back(
    alice_client: Client, at: str, today: date
) -> None:
    reminder = remember(make_contact(name="Marta Kovács"), today, "Ask about the oven")
    one = f"{at}reminders/{reminder.pk}/"

    page = alice_client.get(f"{at}reminders/?kind=follow_up").text
    behind = alice_client.get(f"{one}?from=list&kind=follow_up").text

    ends = "?from=list&amp;kind=follow_up"
    assert f'action="{one}done/{ends}"' in page
    assert f'href="{one}{ends}"' in page
    for act in ("done", "snooze", "skip"):
        assert f'action="{one}{act}/{ends}"' in behind


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("", "Please give a day."),
        ("soon", "Please give the day as 2026-04-14."),
        ("2001-01-01", "Please give a day to come."),
        ("9999-12-31", "Please give a day within the next ten years."),
    ],
)
def test_a_day_that_cannot_be_says_why(
    alice_client: Client, at: str, today: date, until: str, said: str
) -> None:
    reminder = remember(make_contact(name="Marta Kovács"), today, "Ask about the oven")

    answer = alice_client.post(f"{at}reminders/{reminder.pk}/snooze/", {"until": until})

    assert answer.status_code == 422
    assert said in answer.text
    reminder.refresh_from_db()
    assert reminder.due_on == today


# --- Added freely ----------------------------------------------------------------------------


def test_something_is_remembered_for_somebody_once_and_stands_on_its_day(
    alice_client: Client, at: str, today: date
) -> None:
    marta = make_contact(name="Marta Kovács")
    begun = alice_client.get(f"{at}reminders/new/?contact={marta.pk}").text
    sent = {
        "contact_name": "Marta Kovács",
        "text": "Send the samples",
        "kind": "follow_up",
        "due_on": (today + timedelta(days=3)).isoformat(),
    }

    answers = [alice_client.post(f"{at}reminders/new/", sent) for _ in range(2)]

    assert 'value="Marta Kovács"' in begun
    assert [answer["Location"] for answer in answers] == [f"{at}reminders/?later=1"] * 2
    assert Reminder.objects.count() == 1
    assert "Send the samples" in alice_client.get(f"{at}reminders/?later=1").text
    assert "Send the samples" not in alice_client.get(at).text
    with clock.at(clock.now() + timedelta(days=3)):
        assert "Send the samples" in alice_client.get(at).text


def test_it_can_be_a_colleagues(alice_client: Client, bob: User, at: str, today: date) -> None:
    make_contact(name="Marta Kovács")
    of_bob = Membership.objects.get(user=bob)
    sent = {"contact_name": "Marta Kovács", "kind": "ask", "due_on": today.isoformat()}

    alice_client.post(f"{at}reminders/new/", sent | {"assignee": str(of_bob.pk)})

    assert Reminder.objects.get().assignee == of_bob


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"contact_name": ""}, "Please say for whom."),
        ({"contact_name": "Nobody Known"}, "Please choose who you mean by “Nobody Known”."),
        ({"due_on": ""}, "Please give a day."),
        ({"due_on": "2001-01-01"}, "Please give today or a day to come."),
        ({"text": "x" * 301}, "Please keep it under 300 characters."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    alice_client: Client, at: str, today: date, sent: dict[str, str], said: str
) -> None:
    make_contact(name="Marta Kovács")
    whole = {
        "contact_name": "Marta Kovács",
        "text": "Send the samples",
        "kind": "reward",
        "due_on": today.isoformat(),
    }

    answer = alice_client.post(f"{at}reminders/new/", whole | sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Send the samples" in answer.text or "text" in sent
    assert not Reminder.objects.exists()


def test_a_viewer_looks_and_adds_nothing(
    bob_client: Client, bob: User, at: str, many: int, today: date
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")

    page = bob_client.get(f"{at}reminders/")
    answer = bob_client.post(f"{at}reminders/new/", {"contact_name": "Marta Kovács"})

    assert "Remember something" not in page.text
    assert answer.status_code == 403
