"""Asking somebody for an introduction, from the first word to what came of it."""

import pytest
from django.conf import settings
from django.test import Client

from activity.actors import SYSTEM
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.models import Ask
from introductions.services import draft_ask, stop_asking
from introductions.states import AskState
from outreach.models import Link, Message, SuppressionReason
from outreach.services import suppress_address
from outreach.states import MessageState
from tests.contacts.factories import make_contact
from tests.guests.factories import path_of
from tests.introductions.factories import an_advocate

pytestmark = pytest.mark.django_db

WORDS = {"wanted": "somebody who runs a workshop", "note": "Thank you for the kiln story."}


@pytest.fixture
def marta(business: Business) -> Contact:
    return make_contact(name="Marta Oliveira", email="marta@oliveira.example")


def composer(business: Business, contact: Contact) -> str:
    return f"/b/{business.slug}/asks/new/?contact={contact.pk}"


def test_it_begins_with_words_to_change(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    page = alice_client.get(composer(business, marta)).content.decode()

    assert "Ask Marta for an introduction" in page
    assert "somebody who needs bookkeeping for small workshops" in page


def test_the_letter_can_be_looked_at_before(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    page = alice_client.post(composer(business, marta), {**WORDS, "look": "1"})

    assert "What Marta will read" in page.content.decode()
    assert "it is fine if nobody comes to mind" in page.content.decode()
    assert "/a/" not in page.content.decode()
    assert not Ask.objects.exists()


def test_a_letter_is_shown_with_its_foot_apart(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    page = alice_client.post(composer(business, marta), {**WORDS, "note": "A\n--\nB", "look": "1"})

    above, foot = page.content.decode().split("<footer>")
    assert "A<br>--<br>B" in above
    assert business.postal_address in foot
    assert "--" not in foot


def test_pressed_twice_it_is_one_ask_and_one_letter(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    answers = [alice_client.post(composer(business, marta), WORDS) for _ in range(2)]

    ask = Ask.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/b/{business.slug}/asks/{ask.pk}/"] * 2
    assert ask.state == AskState.SENT
    assert Message.objects.get().state == MessageState.SCHEDULED


def test_before_the_sender_is_known_it_is_asked_who_writes(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    Business.objects.filter(pk=business.pk).update(name="", postal_address="", confirmed_at=None)

    answer = alice_client.post(composer(business, marta), WORDS)

    assert answer["Location"].startswith(f"/b/{business.slug}/settings/sender/?next=")
    assert Message.objects.get().state == MessageState.HELD


def test_somebody_new_is_kept_and_written_to(alice_client: Client, business: Business) -> None:
    place = f"/b/{business.slug}/asks/new/"
    told = {"name": "Marta Oliveira", "email": "Marta@Oliveira.example"}

    answers = [alice_client.post(place, told) for _ in range(2)]

    marta = Contact.objects.get()
    assert [answer["Location"] for answer in answers] == [composer(business, marta)] * 2


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": "", "email": "m@o.example"}, "Please give a name."),
        ({"name": "Marta", "email": ""}, "An ask goes by e-mail"),
        ({"name": "Marta", "email": "marta at home"}, "marta at home"),
        ({"name": "see http://spam.example", "email": "m@o.example"}, "see http://spam.example"),
    ],
)
def test_what_cannot_be_right_is_said_and_kept(
    alice_client: Client, business: Business, told: dict[str, str], sentence: str
) -> None:
    answer = alice_client.post(f"/b/{business.slug}/asks/new/", told)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "errorlist" in answer.content.decode()
    assert not Contact.objects.exists()


def test_nobody_is_asked_for_nothing(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    answer = alice_client.post(composer(business, marta), {"wanted": " ", "note": "Hello"})

    assert answer.status_code == 422
    assert "Say whom you would like to meet" in answer.content.decode()


def test_whoever_wants_no_mail_is_not_asked(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    suppress_address(
        business=business,
        address=marta.email,
        why=SuppressionReason.NEVER,
        by=SYSTEM,
        now=clock.now(),
    )

    answer = alice_client.post(composer(business, marta), WORDS)

    assert answer.status_code == 409
    assert "Marta asked for no more mail from you." in answer.content.decode()
    assert "somebody who runs a workshop" in answer.content.decode()
    assert not Message.objects.exists()


def test_whoever_said_stop_is_not_asked(alice_client: Client, business: Business) -> None:
    advocate = an_advocate(business, clock.now())
    stop_asking(advocate=advocate, now=clock.now())

    answer = alice_client.post(composer(business, advocate.contact), WORDS)

    assert answer.status_code == 409
    assert "does not want to be asked" in answer.content.decode()


def test_without_an_address_one_is_asked_for(alice_client: Client, business: Business) -> None:
    walter = make_contact(name="Walter Holm", email="")
    page = alice_client.get(composer(business, walter)).content.decode()
    assert "there is no address of Walter here yet" in page

    wrong = alice_client.post(
        f"/b/{business.slug}/people/{walter.pk}/address/", {"email": "walter at home"}
    )
    right = alice_client.post(
        f"/b/{business.slug}/people/{walter.pk}/address/", {"email": "walter@holm.example"}
    )

    assert wrong.status_code == 422
    assert right["Location"] == composer(business, walter)


def test_it_can_be_taken_back_once(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    alice_client.post(composer(business, marta), WORDS)
    here = f"/b/{business.slug}/asks/{Ask.objects.get().pk}/"

    first = alice_client.post(f"{here}withdraw/")
    second = alice_client.post(f"{here}withdraw/")

    assert (first.status_code, second.status_code) == (302, 410)
    assert "This was taken back" in second.content.decode()
    assert Message.objects.get().state == MessageState.CANCELLED


def test_taking_it_back_is_undone_for_ten_minutes(
    alice_client: Client, guest: Client, business: Business, marta: Contact
) -> None:
    alice_client.post(composer(business, marta), WORDS)
    here = f"/b/{business.slug}/asks/{Ask.objects.get().pk}/"
    page = path_of(Link.objects.get(purpose="advocate"))
    Message.objects.update(state=MessageState.SENT, sent_at=clock.now())

    alice_client.post(f"{here}withdraw/")
    assert guest.get(page).status_code == 410
    assert "It stands again." in alice_client.post(f"{here}take-up/", follow=True).text

    assert guest.get(page).status_code == 200
    assert Ask.objects.get().state == "sent"
    alice_client.post(f"{here}withdraw/")
    with clock.at(clock.now() + settings.UNDO_WINDOW):
        assert f"{here}take-up/" not in alice_client.get(here).text
        assert alice_client.post(f"{here}take-up/").status_code == 409
    assert guest.get(page).status_code == 410


def test_one_that_had_not_left_is_a_draft_again_and_can_be_sent(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    alice_client.post(composer(business, marta), WORDS)
    here = f"/b/{business.slug}/asks/{Ask.objects.get().pk}/"
    alice_client.post(f"{here}withdraw/")

    alice_client.post(f"{here}take-up/")

    assert Ask.objects.get().state == "draft"
    alice_client.post(f"{here}send/")
    assert Ask.objects.get().state == "sent"
    assert sorted(Message.objects.values_list("state", flat=True)) == ["cancelled", "scheduled"]


def test_a_draft_is_sent_from_its_page(
    alice_client: Client, business: Business, marta: Contact
) -> None:
    ask = draft_ask(
        contact=marta,
        by=SYSTEM,
        sender=business.memberships.get(role="owner").user,
        now=clock.now(),
        **WORDS,
    )
    here = f"/b/{business.slug}/asks/{ask.pk}/"

    statuses = [alice_client.post(f"{here}send/").status_code for _ in range(2)]

    assert statuses == [302, 409]
    assert Message.objects.count() == 1


def test_a_viewer_may_look_but_not_ask(
    bob_client: Client, business: Business, marta: Contact
) -> None:
    business.memberships.filter(role="member").update(role="viewer")

    assert bob_client.get(composer(business, marta)).status_code == 200
    assert bob_client.post(composer(business, marta), WORDS).status_code == 403


def test_another_business_sees_neither_the_ask_nor_whom(
    charlie_client: Client, other_business: Business, business: Business, marta: Contact
) -> None:
    assert charlie_client.get(composer(other_business, marta)).status_code == 404


@pytest.mark.parametrize(
    ("field", "longest"), [("wanted", 300), ("named_person", 150), ("note", 2000)]
)
def test_what_is_too_long_is_said_in_plain_words(
    alice_client: Client, business: Business, marta: Contact, field: str, longest: int
) -> None:
    answer = alice_client.post(composer(business, marta), WORDS | {field: "x" * (longest + 1)})

    assert answer.status_code == 422
    assert f"Please keep it under {longest} characters." in answer.content.decode()
    assert not Ask.objects.exists()


def test_one_ask_at_a_time(alice_client: Client, business: Business, marta: Contact) -> None:
    other = WORDS | {"wanted": "somebody who keeps bees"}
    alice_client.post(composer(business, marta), WORDS)

    second = alice_client.post(composer(business, marta), other)

    assert second.status_code == 409
    assert "Marta has an ask from you that is not answered yet. It rests until" in (
        second.content.decode()
    )
    assert Message.objects.count() == 1

    alice_client.post(f"/b/{business.slug}/asks/{Ask.objects.get().pk}/withdraw/")

    assert alice_client.post(composer(business, marta), other).status_code == 302


def test_nobody_asks_their_own_firm(alice_client: Client, business: Business) -> None:
    bob = make_contact(name="Bob Berg", email="Bob@lindqvist.example")

    answer = alice_client.post(composer(business, bob), WORDS)

    assert answer.status_code == 422
    assert "This is an address of your own firm." in answer.content.decode()
    assert not Message.objects.exists()
