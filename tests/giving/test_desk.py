"""What the owner does to introduce two people, and what stands there afterwards."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.actors import Actor
from activity.models import Event
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import leave_in_peace
from giving import services
from giving.models import GivenIntroduction
from giving.states import GivenState, Place
from outreach.models import Message
from outreach.services import suppress_by_hand
from tests.giving import factories
from tests.giving.factories import TO_ELENA, TO_JONAS

pytestmark = pytest.mark.django_db

S = GivenState
WORDS = {"first_words": TO_JONAS, "second_words": TO_ELENA}


@pytest.fixture
def desk(business: Business) -> str:
    return f"/b/{business.slug}/"


def new(desk: str, first: Contact, second: Contact) -> str:
    return f"{desk}given/new/?first={first.pk}&second={second.pk}"


def test_two_are_chosen_by_name_and_lead_to_the_composer(
    alice_client: Client, desk: str, jonas: Contact, elena: Contact
) -> None:
    names = {"one_name": "Jonas Weber", "other_name": "Elena Rossi"}

    answer = alice_client.post(f"{desk}given/new/", names)

    assert answer.status_code == 302
    assert answer["Location"] == new(desk, jonas, elena)
    page = alice_client.get(answer["Location"]).text
    assert "To Jonas, about Elena" in page
    assert "you two would have something to say to each other" in page


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"one_name": "Jonas Weber", "other_name": "Jonas Weber"}, "the same person twice"),
        ({"one_name": "Jonas Weber", "other_name": "Zacharias"}, "Nobody here is called that."),
        ({"one_name": "Jonas Weber", "other_name": ""}, "Please give a name."),
    ],
)
def test_who_is_meant_is_said_in_a_sentence(
    alice_client: Client, desk: str, jonas: Contact, names: dict[str, str], says: str
) -> None:
    answer = alice_client.post(f"{desk}given/new/", names)

    assert answer.status_code == 422
    assert says in answer.text
    assert "Jonas Weber" in answer.text


def test_of_two_with_one_name_each_can_be_chosen_without_a_script(
    alice_client: Client, desk: str, business: Business, jonas: Contact, now: datetime
) -> None:
    two = [factories.elena(business, now, f"elena{number}@x.example") for number in range(2)]
    names = {"one_name": "Jonas Weber", "other_name": "Elena Rossi"}

    answer = alice_client.post(f"{desk}given/new/", names)

    assert answer.status_code == 422
    assert "Please choose who you mean by “Elena Rossi”." in answer.text
    for each in two:
        assert f'href="?first={jonas.pk}&amp;second={each.pk}"' in answer.text
    names = {"one_name": "Elena Rossi", "other_name": "Jonas Weber"}
    other = alice_client.post(f"{desk}given/new/", names).text
    assert f'href="?first={two[0].pk}"' in other


def test_both_letters_are_looked_at_before_anything_is_kept(
    alice_client: Client, desk: str, jonas: Contact, elena: Contact
) -> None:
    page = alice_client.post(new(desk, jonas, elena), WORDS | {"look": "1"}).text

    assert "What Jonas will read" in page
    assert "What Elena will read" in page
    assert "Alice Lindqvist would like you to meet Elena of Rossi Law" in page
    assert not GivenIntroduction.objects.exists()


def test_both_are_asked_and_a_second_press_changes_nothing(
    alice_client: Client, desk: str, jonas: Contact, elena: Contact
) -> None:
    first, second = (alice_client.post(new(desk, jonas, elena), WORDS) for _ in range(2))

    given = GivenIntroduction.objects.get()
    assert given.state == S.ASKED
    assert first["Location"] == second["Location"] == f"{desk}given/{given.pk}/"
    assert Message.objects.filter(kind="given_to_either").count() == 2
    page = alice_client.get(first["Location"]).text
    assert "Jonas and Elena are asked" in page
    assert "Undo" in page


def test_a_draft_is_kept_put_in_better_words_and_sent(
    alice_client: Client, desk: str, jonas: Contact, elena: Contact
) -> None:
    alice_client.post(new(desk, jonas, elena), WORDS | {"keep": "1"})
    given = GivenIntroduction.objects.get()
    assert given.state == S.DRAFT
    assert not Message.objects.exists()

    at = f"{desk}given/{given.pk}/"
    alice_client.post(f"{at}words/", WORDS | {"first_words": "Better.", "keep": "1"})
    assert "Better." in alice_client.get(at).text
    alice_client.post(f"{at}send/")

    assert Message.objects.filter(kind="given_to_either", text__contains="Better.").count() == 1
    assert alice_client.get(f"{at}words/").status_code == 302
    assert alice_client.post(f"{at}send/").status_code == 409


def test_what_was_sent_is_called_back_before_it_leaves(
    alice_client: Client, desk: str, given: GivenIntroduction
) -> None:
    at = f"{desk}given/{given.pk}/"

    called = alice_client.post(f"{at}undo/", follow=True).text

    assert "Called back. Nobody was asked." in called
    assert "not sent yet" in called
    assert {one.state for one in Message.objects.all()} == {"cancelled"}


def test_once_a_letter_has_left_it_cannot_be_undone_only_taken_back(
    alice_client: Client, desk: str, given: GivenIntroduction, now: datetime
) -> None:
    at = f"{desk}given/{given.pk}/"
    one, other = Message.objects.order_by("id")
    Message.objects.filter(pk=one.pk).update(state="sent", sent_at=now)

    refused = alice_client.post(f"{at}undo/")

    assert refused.status_code == 409
    assert "A letter has left already" in refused.text
    other.refresh_from_db()
    assert other.state == "scheduled"
    taken = alice_client.post(f"{at}withdraw/", follow=True).text
    assert "You took this back" in taken
    other.refresh_from_db()
    assert other.state == "cancelled"


def test_what_was_taken_back_by_mistake_stands_again_and_nobody_heard_of_it(
    alice_client: Client, desk: str, given: GivenIntroduction, now: datetime
) -> None:
    at = f"{desk}given/{given.pk}/"
    services.accept_given(given=given, place=Place.FIRST, now=now)
    taken = alice_client.post(f"{at}withdraw/", follow=True).text

    undone = alice_client.post(f"{at}take-up/", follow=True).text

    assert "Nobody has heard of it yet" in taken
    assert "It stands again." in undone
    assert "Jonas said yes, Elena has not answered yet" in undone
    assert not Message.objects.filter(kind="given_nothing_to_either", state="scheduled").exists()
    # Elena's letter had been called back with it, and leaves after all.
    asked = Message.objects.filter(kind="given_to_either", state="scheduled")
    assert list(asked.values_list("recipients__contact__email", flat=True)) == [
        "elena@rossi.example"
    ]


def test_after_ten_minutes_it_stays_taken_back(
    alice_client: Client, desk: str, given: GivenIntroduction, now: datetime
) -> None:
    at = f"{desk}given/{given.pk}/"
    alice_client.post(f"{at}withdraw/")
    GivenIntroduction.objects.update(closed_at=now - timedelta(minutes=10))

    assert alice_client.post(f"{at}take-up/").status_code == 409
    assert GivenIntroduction.objects.get().state == "withdrawn"


def test_the_owner_sees_who_said_what(
    alice_client: Client, desk: str, given: GivenIntroduction, elena: Contact, now: datetime
) -> None:
    at = f"{desk}given/{given.pk}/"
    services.accept_given(given=given, place=Place.SECOND, now=now)
    assert "Elena said yes, Jonas has not answered yet" in alice_client.get(at).text

    services.decline_given(given=given, place=Place.FIRST, now=now)
    assert "It did not fit for Jonas just now" in alice_client.get(at).text
    history = alice_client.get(f"{desk}people/{elena.pk}/").text
    assert "Jonas would rather not meet Elena just now" in history
    assert "Elena would like to meet Jonas" in history


def test_what_came_of_it_stands_on_its_page_and_in_both_histories(
    alice_client: Client, desk: str, sent: GivenIntroduction, now: datetime
) -> None:
    factories.shaken(sent, now)
    services.tell_outcome(
        given=sent,
        outcome="met",
        words="On Tuesday.",
        place=Place.SECOND,
        by=factories.SYSTEM,
        now=now,
    )

    page = alice_client.get(f"{desk}given/{sent.pk}/").text
    assert "Elena says: “We have met”." in page
    assert "On Tuesday." in page
    for contact in (sent.first, sent.second):
        assert (
            "Elena on Jonas: “We have met”" in alice_client.get(f"{desk}people/{contact.pk}/").text
        )


def test_the_owner_keeps_what_was_heard_by_hand(
    alice_client: Client, desk: str, sent: GivenIntroduction, now: datetime
) -> None:
    at = f"{desk}given/{sent.pk}/"
    assert alice_client.post(f"{at}outcome/", {"outcome": "met"}).status_code == 409
    factories.shaken(sent, now)

    unchosen = alice_client.post(f"{at}outcome/", {"words": "Well."})
    assert unchosen.status_code == 422
    assert "Well." in unchosen.text
    for _ in range(2):
        alice_client.post(f"{at}outcome/", {"outcome": "together", "words": "They signed."})

    page = alice_client.get(at).text
    assert "They work together." in page
    assert "They signed." in page
    assert Event.objects.filter(name="given.outcome_told").count() == 1


def test_who_cannot_be_written_to_is_said_in_a_sentence(
    alice_client: Client,
    desk: str,
    business: Business,
    jonas: Contact,
    elena: Contact,
    by_alice: Actor,
    now: datetime,
) -> None:
    suppress_by_hand(business=business, address=elena.email, by=by_alice, now=now)
    assert (
        "You decided to write to Elena no more." in alice_client.get(new(desk, jonas, elena)).text
    )
    refused = alice_client.post(new(desk, jonas, elena), WORDS)
    assert refused.status_code == 409
    assert TO_JONAS in refused.text

    jonas.email = ""
    jonas.save()
    assert "Jonas has no e-mail address here" in alice_client.get(new(desk, jonas, elena)).text
    assert not GivenIntroduction.objects.exists()


def test_whoever_works_here_is_not_introduced(
    alice_client: Client, desk: str, business: Business, jonas: Contact, now: datetime
) -> None:
    bob = factories.elena(business, now, "bob@lindqvist.example")

    refused = alice_client.post(new(desk, jonas, bob), WORDS)

    assert refused.status_code == 422
    assert "an address of your own firm" in refused.text


def test_two_who_met_or_of_whom_one_said_no_are_not_asked_again(
    alice_client: Client, desk: str, given: GivenIntroduction, now: datetime
) -> None:
    turned = new(desk, given.second, given.first)
    with clock.at(now + timedelta(hours=1)):
        assert alice_client.post(turned, WORDS).status_code == 409
        services.decline_given(given=given, place=Place.FIRST, now=clock.now())
        refused = alice_client.post(turned, WORDS)

    assert refused.status_code == 409
    assert "One of these two said no to it before." in refused.text
    assert GivenIntroduction.objects.count() == 1


def test_of_somebody_left_in_peace_nobody_waits_any_more(
    given: GivenIntroduction, jonas: Contact, elena: Contact, by_alice: Actor, now: datetime
) -> None:
    services.accept_given(given=given, place=Place.SECOND, now=now)

    leave_in_peace(contact=jonas, why="leave_me_be", by=by_alice, now=now)

    assert GivenIntroduction.objects.get().state == S.WITHDRAWN
    [letter] = Message.objects.filter(kind="given_nothing_to_either")
    assert letter.recipients.get().contact == elena
    open_letters = Message.objects.filter(recipients__contact=jonas).exclude(state="cancelled")
    assert not open_letters.exists()


def test_given_stands_beside_received(
    alice_client: Client, desk: str, given: GivenIntroduction
) -> None:
    received, listed = (alice_client.get(desk + at).text for at in ("introductions/", "given/"))

    assert f'href="{desk}given/"' in received
    assert "Jonas Weber and Elena Rossi" in listed
    assert "both are asked" in listed


def test_a_firm_becomes_a_partner_and_is_suggested_with_a_reason(
    alice_client: Client, desk: str, jonas: Contact, elena: Contact
) -> None:
    firm = f"{desk}firms/{elena.company_id}/"
    profile = {
        "is_partner": "on",
        "trade": "Law for small firms",
        "good_referral": "Owners who sign a lease",
        "sphere": "Property, bookkeeping",
    }

    kept = alice_client.post(firm, profile, follow=True).text
    for page in (kept, alice_client.get(f"{desk}firms/").text):
        assert "Law for small firms" in page
    assert "property, bookkeeping" in kept

    at = f"{desk}given/new/?first={jonas.pk}"
    assert "A good referral for them: Owners who sign a lease" in alice_client.get(at).text
    asked = alice_client.get(f"{at}&need=a+lease").text
    assert "“lease” stands in what Rossi Law calls a good referral." in asked
    assert f"second={elena.pk}" in asked
    alice_client.post(firm, profile | {"is_partner": ""})
    assert "No partner firm" in alice_client.get(firm).text


def test_a_firm_with_too_many_trades_keeps_what_was_typed(
    alice_client: Client, desk: str, elena: Contact
) -> None:
    many = ", ".join(f"trade {number}" for number in range(21))

    refused = alice_client.post(f"{desk}firms/{elena.company_id}/", {"sphere": many})

    assert refused.status_code == 422
    assert "Twenty trades at most" in refused.text
    assert "trade 20" in refused.text


def test_a_colleague_who_may_only_look_changes_nothing(
    business: Business, desk: str, given: GivenIntroduction, bob: User
) -> None:
    bob.memberships.update(role="viewer")
    viewer = Client()
    viewer.force_login(bob)

    page = viewer.get(f"{desk}given/{given.pk}/")
    press = viewer.post(f"{desk}given/{given.pk}/withdraw/")

    assert page.status_code == 200
    assert "Take it back" not in page.text
    assert press.status_code == 403
    assert GivenIntroduction.objects.get().state == S.ASKED


def test_no_page_makes_more_queries_for_more_rows(
    alice_client: Client, desk: str, business: Business, alice: User, now: datetime
) -> None:
    def one(number: int) -> GivenIntroduction:
        first = factories.jonas(business, now, f"j{number}@x.example")
        second = factories.a_partner(business, now, f"e{number}@x.example")
        factories.drafted(first, factories.elena(business, now, f"d{number}@x.example"), alice, now)
        return factories.shaken(factories.asked(first, second, alice, now), now)

    first = one(1)
    drafted = GivenIntroduction.objects.get(state=S.DRAFT)
    pages = [
        "given/",
        f"given/{first.pk}/",
        f"given/{drafted.pk}/",
        f"given/{drafted.pk}/words/",
        f"given/new/?first={first.first_id}",
        f"given/new/?first={first.first_id}&second={drafted.second_id}",
        "firms/",
        f"firms/{first.partner_id}/",
        f"people/{first.first_id}/",
    ]
    few = {page: queries_of(alice_client, desk + page) for page in pages}

    for number in range(2, 5):
        one(number)

    assert {page: queries_of(alice_client, desk + page) for page in pages} == few
    assert max(few.values()) <= 30


def queries_of(client: Client, at: str) -> int:
    client.get(at)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(at).status_code == 200, at
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)
