"""Steps in another order, on a list of one's choice; plans of one's own renamed and removed."""

import re

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from outreach.models import Cadence, CadenceStep, Enrolment, Reminder, StepKind, StepTaken
from outreach.services import add_cadence, add_step, begin_by_hand, move_step
from referrals.models import Referral
from tests.api.client import ApiClient, refusal, with_a_key
from tests.contacts.factories import make_contact
from tests.plans.conftest import Calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(business: Business, alice: User) -> ApiClient:
    return with_a_key(business, alice)


@pytest.fixture
def plan(business: Business, calendar: Calendar) -> Cadence:
    """Ring Ada, two days later Ben, three days later Cem."""
    plan = add_cadence(business=business, name="After the fair", by=SYSTEM, now=calendar.now)
    for days, words in ((1, "Ada"), (2, "Ben"), (3, "Cem")):
        add_step(
            cadence=plan,
            kind=StepKind.REMINDER,
            days=days,
            subject="",
            words=f"Ring {words}",
            by=SYSTEM,
            now=calendar.now,
        )
    return plan


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(business, name="Elena Rossi", email="elena@rossi.example")


def page_of(plan: Cadence) -> str:
    return f"/b/{plan.business.slug}/settings/plans/{plan.pk}/"


def step_of(plan: Cadence, words: str) -> CadenceStep:
    return plan.steps.get(words=f"Ring {words}")


def order_of(api: ApiClient, plan: Cadence) -> list[str]:
    return [step["words"].split()[-1] for step in api.get(f"/plans/{plan.pk}").json()["steps"]]


def press(client: Client, plan: Cadence, label: str, words: str) -> dict[str, str]:
    """Press this button of a step as a browser without JavaScript does; what was sent."""
    page = client.get(page_of(plan)).text
    found = re.search(
        rf'action="([^"]+)">(?:(?!</form>).)*?value="([^"]*)" aria-label="{label}: Ring {words}"',
        page,
        re.DOTALL,
    )
    assert found is not None
    address, told = found[1], {"before": found[2]}
    for _ in range(2):  # A second press of the same button finds it there.
        assert client.post(address, told).status_code == 302
    return told


def put_on(plan: Cadence, contact: Contact, calendar: Calendar) -> Enrolment:
    return begin_by_hand(cadence=plan, contact=contact, by=SYSTEM, now=calendar.now)


def reminded() -> list[str]:
    texts = Reminder.objects.filter(dedupe__startswith="plan:").order_by("created_at", "id")
    return [text.split()[-1] for text in texts.values_list("text", flat=True)]


def test_a_step_goes_earlier_and_later_by_a_button(
    alice_client: Client, api: ApiClient, plan: Cadence
) -> None:
    press(alice_client, plan, "Earlier", "Cem")
    assert order_of(api, plan) == ["Ada", "Cem", "Ben"]

    press(alice_client, plan, "Later", "Ada")
    assert order_of(api, plan) == ["Cem", "Ada", "Ben"]

    press(alice_client, plan, "Later", "Ada")
    assert order_of(api, plan) == ["Cem", "Ben", "Ada"]


def test_an_integrator_puts_a_step_where_it_belongs(
    api: ApiClient, plan: Cadence, business: Business, calendar: Calendar
) -> None:
    place = f"/plans/{plan.pk}/steps/{step_of(plan, 'Cem').pk}/move"
    other = add_cadence(business=business, name="Other", by=SYSTEM, now=calendar.now)
    strange = api.post(
        f"/plans/{other.pk}/steps", {"kind": "reminder", "days": 1, "words": "Ring Dan"}
    ).json()["id"]

    api.post(place, {"before_id": str(step_of(plan, "Ada").pk)})
    assert order_of(api, plan) == ["Cem", "Ada", "Ben"]
    api.post(place, {"before_id": None})
    assert order_of(api, plan) == ["Ada", "Ben", "Cem"]
    assert refusal(api.post(place, {"before_id": strange})) == (422, "step_of_another_plan")


def test_nobody_misses_a_step_or_has_one_twice_when_they_are_moved(
    api: ApiClient, plan: Cadence, elena: Contact, calendar: Calendar
) -> None:
    put_on(plan, elena, calendar)
    calendar.days(2)
    assert reminded() == ["Ada"]

    for words, before in (("Cem", "Ada"), ("Ben", "Ada"), ("Ben", "Cem")):
        move_step(
            step=step_of(plan, words), before=step_of(plan, before), by=SYSTEM, now=calendar.now
        )
    with clock.at(calendar.now):
        coming = api.get("/coming?days=31").json()["results"][0]["steps"]
    calendar.days(20)

    assert [step["words"] for step in coming] == ["Ring Ben", "Ring Cem"]
    assert reminded() == ["Ada", "Ben", "Cem"]
    assert Enrolment.objects.get().state == "finished"
    assert StepTaken.objects.count() == 3


def test_who_is_on_it_goes_on_in_the_new_order_from_its_days(
    plan: Cadence, elena: Contact, calendar: Calendar
) -> None:
    put_on(plan, elena, calendar)

    with clock.at(calendar.now):
        move_step(
            step=step_of(plan, "Cem"), before=step_of(plan, "Ada"), by=SYSTEM, now=calendar.now
        )

    # Begun on Tuesday the 1st: three days, nine in the morning in Stockholm.
    assert str(Enrolment.objects.get().due_at) == "2026-09-04 07:00:00+00:00"
    calendar.days(20)
    assert reminded() == ["Cem", "Ada", "Ben"]


def test_a_moved_step_goes_back_to_its_own_original_and_the_plan_to_its_order(
    alice_client: Client, api: ApiClient, referral: Referral, calendar: Calendar
) -> None:
    calendar.work()
    plan = Cadence.objects.get(key="follow_up_handshake")
    at_first = [step["words"] for step in api.get(f"/plans/{plan.pk}").json()["steps"]]
    reminder = plan.steps.get(kind="reminder")
    first = plan.steps.get(kind="letter")

    with clock.at(calendar.now):
        api.post(f"/plans/{plan.pk}/steps/{reminder.pk}/move", {"before_id": str(first.pk)})
    api.patch(f"/plans/{plan.pk}/steps/{reminder.pk}", {"words": "Ring {first_name}"})
    told = api.post(f"/plans/{plan.pk}/steps/{reminder.pk}/restore").json()
    assert told["words"] == at_first[1]

    with clock.at(calendar.now):
        alice_client.post(f"{page_of(plan)}restore/")

    steps = api.get(f"/plans/{plan.pk}").json()["steps"]
    assert [step["words"] for step in steps] == at_first
    assert all(step["has_original"] for step in steps)
    calendar.days(30)
    assert StepTaken.objects.filter(enrolment__cadence=plan).count() == 2


def test_only_what_was_there_from_the_start_goes_back_to_an_original(
    alice_client: Client, api: ApiClient, business: Business, plan: Cadence, calendar: Calendar
) -> None:
    alice_client.get(f"/b/{business.slug}/settings/plans/")
    known = Cadence.objects.get(key="follow_up_handshake")
    letter = {"kind": "letter", "days": 3, "subject": "Hi", "words": "Hello"}
    added = api.post(f"/plans/{known.pk}/steps", letter).json()
    there = known.steps.get(position=0)

    assert (added["has_original"], api.get(f"/plans/{known.pk}").json()["steps"][0]) == (
        False,
        api.get(f"/plans/{known.pk}").json()["steps"][0] | {"has_original": True},
    )
    assert "Back to the original" in alice_client.get(f"{page_of(known)}{there.pk}/").text
    own = f"{page_of(known)}{added['id']}/"
    assert "Back to the original" not in alice_client.get(own).text
    answer = alice_client.post(f"{own}restore/", follow=True).text
    assert "Back to what it was at first." not in answer
    assert "You added this step" in answer


def test_a_reminder_stands_on_the_list_that_was_chosen(
    alice_client: Client, api: ApiClient, plan: Cadence, elena: Contact, calendar: Calendar
) -> None:
    ada, ben = step_of(plan, "Ada"), step_of(plan, "Ben")
    form = {"days": "1", "timing": "after", "condition": "always", "words": "Ring Ada"}
    alice_client.post(f"{page_of(plan)}{ada.pk}/", {**form, "reminder_kind": "thank"})
    api.patch(f"/plans/{plan.pk}/steps/{ben.pk}", {"reminder_kind": "ask"})
    new = {**form, "words": "Ring Dan", "reminder_kind": "keep_in_touch"}
    alice_client.post(f"{page_of(plan)}new/?kind=reminder", new)
    put_on(plan, elena, calendar)

    calendar.days(20)

    kinds = dict(Reminder.objects.filter(contact=elena).values_list("text", "kind"))
    assert kinds == {
        "Ring Ada": "thank",
        "Ring Ben": "ask",
        "Ring Cem": "follow_up",
        "Ring Dan": "keep_in_touch",
    }


def test_a_plan_of_ones_own_is_called_otherwise(
    alice_client: Client, api: ApiClient, plan: Cadence
) -> None:
    alice_client.post(f"{page_of(plan)}rename/", {"name": "After the market"})
    assert "After the market" in alice_client.get(page_of(plan)).text

    told = api.patch(f"/plans/{plan.pk}", {"name": "After the fair again"}).json()

    assert (told["name"], told["is_on"]) == ("After the fair again", True)
    assert alice_client.post(f"{page_of(plan)}rename/", {"name": " "}).status_code == 422


@pytest.mark.parametrize("way", ["desk", "api"])
def test_one_that_nobody_was_on_is_removed(
    alice_client: Client, api: ApiClient, plan: Cadence, way: str
) -> None:
    if way == "desk":
        answer = alice_client.post(f"{page_of(plan)}remove/", follow=True)
        assert "The plan “After the fair” is gone." in answer.text
    else:
        assert api.delete(f"/plans/{plan.pk}").status_code == 204

    assert not Cadence.objects.filter(pk=plan.pk).exists()


@pytest.mark.parametrize("way", ["desk", "api"])
def test_one_that_somebody_is_on_is_switched_off_and_it_is_said(
    alice_client: Client,
    api: ApiClient,
    plan: Cadence,
    elena: Contact,
    calendar: Calendar,
    way: str,
) -> None:
    put_on(plan, elena, calendar)

    if way == "desk":
        answer = alice_client.post(f"{page_of(plan)}remove/", follow=True)
        assert "So it is switched off" in answer.text
    else:
        told = api.delete(f"/plans/{plan.pk}")
        assert (told.status_code, told.json()["is_on"]) == (200, False)

    plan.refresh_from_db()
    assert not plan.is_on
    calendar.days(20)
    assert reminded() == ["Ada", "Ben", "Cem"]


def test_what_was_there_from_the_start_is_neither_renamed_nor_removed(
    alice_client: Client, api: ApiClient, business: Business
) -> None:
    alice_client.get(f"/b/{business.slug}/settings/plans/")
    known = Cadence.objects.get(key="follow_up_handshake")

    page = alice_client.get(page_of(known)).text

    assert "Remove this plan" not in page
    assert alice_client.post(f"{page_of(known)}remove/").status_code == 409
    assert refusal(api.delete(f"/plans/{known.pk}")) == (409, "not_your_plan")
    assert refusal(api.patch(f"/plans/{known.pk}", {"name": "Mine"})) == (409, "not_your_plan")
