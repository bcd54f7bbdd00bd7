"""One ask to several people, the words to pass on, who may know somebody, and the one reminder."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM, Actor
from businesses import clock
from businesses.models import Business, User
from contacts.models import Contact
from contacts.services import TagsNotPossible, change_contact
from introductions import services
from introductions.models import Ask
from outreach.models import Message
from tests.contacts.factories import make_contact
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena(business: Business) -> Contact:
    return make_contact(name="Elena Rossi", email="elena@rossi.example", circle="close")


@pytest.fixture
def olle(business: Business) -> Contact:
    return make_contact(name="Olle Ek", email="olle@ek.example", circle="inner")


def left(ask: Ask) -> None:
    Message.objects.regarding(ask).update(state="sent", sent_at=clock.now())


def asked(contact: Contact, alice: User) -> Ask:
    now = clock.now()
    ask = services.draft_ask(contact=contact, wanted="a baker", by=SYSTEM, sender=alice, now=now)
    return services.send_ask(ask=ask, by=SYSTEM, now=now)


def test_each_gets_a_letter_of_their_own_and_nothing_leaves_unseen(
    alice_client: Client, business: Business, elena: Contact, olle: Contact
) -> None:
    at = f"/b/{business.slug}/asks/several/?contact={elena.pk}&contact={olle.pk}"
    assert "Ask 2 people" in alice_client.get(at).text

    page = alice_client.post(at, {"wanted": "a baker", "note": "Hello"}, follow=True).text

    assert Ask.objects.filter(state="draft", wanted="a baker").count() == 2
    assert not Message.objects.exists()
    assert "Elena Rossi" in page
    assert "Olle Ek" in page
    alice_client.post(at, {"wanted": "a baker", "note": "Hello"})
    assert Ask.objects.count() == 2


def test_whoever_cannot_be_asked_is_said_and_the_others_have_their_letter(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    silent = make_contact(name="No Address", email="")
    at = f"/b/{business.slug}/asks/several/?contact={elena.pk}&contact={silent.pk}"

    page = alice_client.post(at, {"wanted": "a baker"}, follow=True).text

    assert "No Address: No has no e-mail address here." in page
    assert Ask.objects.get().advocate.contact == elena


def test_nonsense_in_the_address_leads_to_who_is_ready(
    alice_client: Client, business: Business
) -> None:
    answer = alice_client.get(f"/b/{business.slug}/asks/several/?contact=x")

    assert answer.headers["Location"] == f"/b/{business.slug}/asks/ready/"


def test_words_to_pass_on_are_written_once_and_adjusted_in_the_ask(
    alice_client: Client, business: Business, elena: Contact
) -> None:
    setting = f"/b/{business.slug}/settings/asking/"
    kept = alice_client.post(setting, {"weeks_between_asks": "20", "blurb": "We keep books."})
    assert kept.status_code == 302
    at = f"/b/{business.slug}/asks/new/?contact={elena.pk}"
    assert "We keep books." in alice_client.get(at).text

    alice_client.post(at, {"wanted": "a baker", "note": "Hello", "blurb": "Books for bakers."})

    business.refresh_from_db()
    assert business.weeks_between_asks == 20
    letter = Message.objects.get()
    assert "If you like to pass it on:" in letter.text
    assert "Books for bakers." in letter.text


def test_weeks_that_cannot_be_are_said(alice_client: Client, business: Business) -> None:
    answer = alice_client.post(
        f"/b/{business.slug}/settings/asking/", {"weeks_between_asks": "0", "blurb": "Kept"}
    )

    assert answer.status_code == 422
    assert "One week at least." in answer.text
    assert "Kept" in answer.text


def test_who_may_know_them_is_said_the_surest_first(
    alice_client: Client, business: Business, elena: Contact, olle: Contact
) -> None:
    now = clock.now()
    change_contact(contact=elena, changes={"company_name": "Meyer GmbH"}, by=SYSTEM, now=now)
    make_contact(name="Ida Dahl", email="ida@dahl.example", met_through=elena)
    referral = a_referral(an_advocate(business, now), now)
    change_contact(
        contact=referral.contact,
        changes={"company_name": "Meyer GmbH", "met_through": olle},
        by=SYSTEM,
        now=now,
    )

    page = alice_client.get(f"/b/{business.slug}/asks/who-knows/?person=Jan+Meyer&firm=meyer").text

    said = [
        "Elena is with Meyer GmbH.",
        "Marta introduced Jonas of Meyer GmbH to you.",
        "You met Jonas of Meyer GmbH through Olle.",
        "You met Ida through Elena Rossi of Meyer GmbH.",
    ]
    places = [page.index(one) for one in said]
    assert places == sorted(places)
    assert "named=Jan%20Meyer%20of%20meyer" in page


def test_what_people_have_in_common_is_a_way_too(
    alice_client: Client, business: Business, elena: Contact, olle: Contact
) -> None:
    edit = f"/b/{business.slug}/people/{elena.pk}/edit/"
    whole = {"name": elena.name, "email": elena.email, "circle": "close", "source": "unknown"}
    alice_client.post(edit, {**whole, "tags": "Rowing  Club, Lund, lund"})
    change_contact(contact=olle, changes={"tags": ["Lund"]}, by=SYSTEM, now=clock.now())

    elena.refresh_from_db()
    assert elena.tags == ["rowing club", "lund"]
    by_tag = alice_client.get(f"/b/{business.slug}/asks/who-knows/?tag=Lund").text
    assert "Elena has the tag “lund”, as they do." in by_tag
    by_name = alice_client.get(f"/b/{business.slug}/asks/who-knows/?person=Elena+Rossi").text
    assert "You know Elena Rossi yourself." in by_name
    assert "Olle has the tag “lund”, as they do." in by_name


@pytest.mark.parametrize("tags", [["x" * 41], [str(number) for number in range(21)]])
def test_tags_beyond_reason_are_refused(elena: Contact, tags: list[str]) -> None:
    with pytest.raises(TagsNotPossible):
        change_contact(contact=elena, changes={"tags": tags}, by=SYSTEM, now=clock.now())


def test_nobody_known_is_said_too(alice_client: Client, business: Business) -> None:
    page = alice_client.get(f"/b/{business.slug}/asks/who-knows/?firm=Nowhere").text

    assert "Nobody here is known to be near them." in page


def test_somebody_is_reminded_once_and_never_again(
    alice_client: Client, business: Business, elena: Contact, alice: User
) -> None:
    ask = asked(elena, alice)
    at = f"/b/{business.slug}/asks/{ask.pk}/"
    assert "Remind Elena, once" not in alice_client.get(at).text
    left(ask)
    assert "Remind Elena, once" in alice_client.get(at).text

    seen = alice_client.post(f"{at}nudge/", {"words": "Did it arrive?", "look": "1"}).text
    assert "This is the only time that I remind you." in seen
    assert not Message.objects.filter(kind="nudge_to_advocate").exists()
    alice_client.post(f"{at}nudge/", {"words": "Did it arrive?"})
    again = alice_client.post(f"{at}nudge/", {"words": "Did it arrive?"})

    assert again.status_code == 409
    assert "Remind Elena, once" not in alice_client.get(at).text
    letter = Message.objects.get(kind="nudge_to_advocate")
    assert letter.subject == "A request: about my note"
    assert letter.due_at >= clock.now() + timedelta(days=6)


def test_an_answer_calls_the_reminder_back(elena: Contact, alice: User, by_alice: Actor) -> None:
    ask = asked(elena, alice)
    left(ask)
    services.nudge_ask(ask=ask, by=by_alice, sender=alice, now=clock.now())

    services.decline_ask(ask=ask, now=clock.now())

    assert Message.objects.get(kind="nudge_to_advocate").state == "cancelled"
