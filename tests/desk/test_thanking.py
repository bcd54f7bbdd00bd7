"""Thanking somebody: from the list, by a card, a letter or another way, or not at all."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import Actor
from businesses import clock
from businesses.models import Business, Membership, User
from contacts.services import change_contact
from introductions.models import Advocate
from outreach.models import Message
from referrals.models import Referral, ThankYou
from tests.introductions.factories import an_advocate
from tests.referrals.factories import a_referral, won


@pytest.fixture
def now() -> datetime:
    return clock.now() - timedelta(days=3)


@pytest.fixture
def marta(business: Business, now: datetime) -> Advocate:
    return an_advocate(business, now)


@pytest.fixture
def referral(marta: Advocate, now: datetime) -> Referral:
    return a_referral(marta, now)


@pytest.fixture
def thanks(referral: Referral) -> ThankYou:
    return ThankYou.objects.get()


@pytest.fixture
def all_of_them(business: Business) -> str:
    return f"/b/{business.slug}/thank-yous/"


@pytest.fixture
def at(all_of_them: str, thanks: ThankYou) -> str:
    return f"{all_of_them}{thanks.pk}/"


def _letters() -> int:
    return Message.objects.filter(kind="thanks_to_advocate").count()


def test_what_is_owed_says_to_whom_for_what_and_since_when(
    alice_client: Client, all_of_them: str, at: str
) -> None:
    text = " ".join(alice_client.get(all_of_them).text.split())

    assert "Marta is waiting to be thanked" in text
    assert "Marta Oliveira</a></strong> sent you" in text
    assert "Waiting 3 days" in text
    for way in ("card", "mail", "call"):
        assert f'href="{at}?how={way}"' in text


def test_the_longest_owed_comes_first(
    alice_client: Client, all_of_them: str, referral: Referral, now: datetime
) -> None:
    won(referral, now + timedelta(days=1))

    owed = alice_client.get(all_of_them).context["owed"]

    assert [thanks.reason for thanks in owed] == ["introduction", "business"]


def test_a_list_with_nothing_on_it_says_what_comes_here(
    alice_client: Client, all_of_them: str
) -> None:
    text = alice_client.get(all_of_them).text

    assert "Nobody is waiting to be thanked" in text
    assert "a thank-you is kept here until it is given" in text


def test_a_card_takes_two_taps(alice_client: Client, at: str, thanks: ThankYou) -> None:
    page = alice_client.get(at, {"how": "card"}).text

    alice_client.post(f"{at}give/", {"how": "card", "words": ""})

    assert "It is written" in page
    assert 'name="how" value="card"' in page
    thanks.refresh_from_db()
    assert (thanks.state, thanks.how) == ("given", "card")
    assert _letters() == 0


def test_the_address_for_a_card_is_asked_once(
    alice_client: Client, at: str, marta: Advocate
) -> None:
    asked = alice_client.get(at, {"how": "card"}).text

    alice_client.post(f"{at}give/", {"how": "card", "postal_address": "Oven Lane 3\nLund"})

    assert 'name="postal_address"' in asked
    marta.contact.refresh_from_db()
    assert marta.contact.postal_address == "Oven Lane 3\nLund"


def test_a_known_address_is_a_label_to_print(
    alice_client: Client, at: str, marta: Advocate, by_alice: Actor
) -> None:
    known = {"postal_address": "Oven Lane 3\nLund"}
    change_contact(contact=marta.contact, changes=known, by=by_alice, now=clock.now())

    page = alice_client.get(at, {"how": "card"}).text

    assert "Marta Oliveira<br>Oven Lane 3<br>Lund</address>" in page
    assert 'name="postal_address"' not in page


def test_for_a_first_card_the_label_is_shown_before_it_is_written(
    alice_client: Client, at: str, thanks: ThankYou
) -> None:
    first = alice_client.get(at, {"how": "card"}).text
    told = {"how": "card", "postal_address": "Oven Lane 3\nLund"}

    shown = alice_client.post(f"{at}label/", told, follow=True).text

    assert f'formaction="{at}label/"' in first
    assert "Dear Marta," in shown
    assert "Marta Oliveira<br>Oven Lane 3<br>Lund</address>" in shown
    assert "It is written" in shown
    thanks.refresh_from_db()
    assert thanks.is_due


def test_a_label_without_an_address_says_what_is_missing(
    alice_client: Client, at: str, marta: Advocate
) -> None:
    answer = alice_client.post(f"{at}label/", {"how": "card", "postal_address": " "})

    assert answer.status_code == 422
    assert "Please write where the card goes." in answer.text
    assert "It is written" in answer.text


def test_a_letter_begins_with_words_that_name_no_amount(
    alice_client: Client, all_of_them: str, referral: Referral, now: datetime
) -> None:
    won(referral, now + timedelta(days=1), amount=185_000)
    for thanks in ThankYou.objects.due():
        page = alice_client.get(f"{all_of_them}{thanks.pk}/", {"how": "mail"})

        words = str(page.context["page"].form["words"].value())
        assert words.startswith("Dear Marta,")
        assert "Jonas" in words
        assert "185" not in words
        assert "1,850" not in page.text


def test_a_letter_goes_out_in_the_owners_own_words(
    alice_client: Client, at: str, thanks: ThankYou
) -> None:
    alice_client.post(f"{at}give/", {"how": "mail", "words": "Dear Marta, thank you for Jonas."})

    letter = Message.objects.get(kind="thanks_to_advocate")
    assert "Dear Marta, thank you for Jonas." in letter.text
    assert letter.state == "scheduled"
    thanks.refresh_from_db()
    assert thanks.how == "mail"


def test_a_letter_without_words_stays_here(alice_client: Client, at: str, thanks: ThankYou) -> None:
    answer = alice_client.post(f"{at}give/", {"how": "mail", "words": "  "})

    assert answer.status_code == 422
    assert "a thank-you has words" in answer.text
    thanks.refresh_from_db()
    assert thanks.is_due
    assert _letters() == 0


@pytest.mark.parametrize("how", ["", "smoke", "MAIL"])
def test_a_way_that_is_none_changes_nothing(
    alice_client: Client, at: str, thanks: ThankYou, how: str
) -> None:
    assert alice_client.post(f"{at}give/", {"how": how, "words": "x"}).status_code == 422

    thanks.refresh_from_db()
    assert thanks.is_due


def test_without_an_e_mail_address_a_card_comes_first(
    alice_client: Client, at: str, marta: Advocate, by_alice: Actor
) -> None:
    change_contact(contact=marta.contact, changes={"email": ""}, by=by_alice, now=clock.now())

    assert alice_client.get(at).context["page"].how == "card"
    refused = alice_client.post(f"{at}give/", {"how": "mail", "words": "Thank you."})

    assert refused.status_code >= 400
    assert "A card or a call will do." in refused.text
    assert _letters() == 0


@pytest.mark.parametrize("how", ["call", "gift", "public"])
def test_another_way_is_kept_with_a_note(
    alice_client: Client, at: str, thanks: ThankYou, how: str
) -> None:
    alice_client.post(f"{at}give/", {"how": how, "words": "Plums from the garden."})

    thanks.refresh_from_db()
    assert (thanks.how, thanks.words) == (how, "Plums from the garden.")
    assert "Plums from the garden." in alice_client.get(at).text


def test_no_thanks_are_needed_for_a_reason(
    alice_client: Client, all_of_them: str, at: str, thanks: ThankYou
) -> None:
    unreasoned = alice_client.post(f"{at}waive/", {"reason": " "})
    alice_client.post(f"{at}waive/", {"reason": "She is my sister."})

    assert unreasoned.status_code == 422
    assert "Say in a few words why no thanks are needed." in unreasoned.text
    thanks.refresh_from_db()
    assert thanks.state == "waived"
    assert "She is my sister." in alice_client.get(all_of_them).text


@pytest.mark.parametrize(
    ("act", "facts"),
    [
        ("give", {"how": "mail", "words": "Thank you again."}),
        ("give", {"how": "card"}),
        ("waive", {"reason": "Enough."}),
    ],
)
def test_pressing_twice_thanks_once(
    alice_client: Client, at: str, thanks: ThankYou, act: str, facts: dict[str, str]
) -> None:
    alice_client.post(f"{at}give/", {"how": "mail", "words": "Thank you."})

    again = alice_client.post(f"{at}{act}/", facts)

    assert again.status_code == 409
    assert "Nobody is thanked twice for the same thing." in again.text
    thanks.refresh_from_db()
    assert (thanks.state, thanks.words) == ("given", "Thank you.")
    assert _letters() == 1


def test_a_viewer_looks_and_changes_nothing(
    bob_client: Client, bob: User, all_of_them: str, at: str, thanks: ThankYou
) -> None:
    Membership.objects.filter(user=bob).update(role="viewer")

    assert bob_client.get(all_of_them).status_code == 200
    assert bob_client.get(at).status_code == 200
    assert bob_client.post(f"{at}give/", {"how": "card"}).status_code == 403
    assert bob_client.post(f"{at}label/", {"postal_address": "Lund"}).status_code == 403
    assert bob_client.post(f"{at}waive/", {"reason": "No"}).status_code == 403
    thanks.refresh_from_db()
    assert thanks.is_due


def test_a_stranger_finds_nothing(
    charlie_client: Client, other_business: Business, at: str, thanks: ThankYou
) -> None:
    own = f"/b/{other_business.slug}/thank-yous/{thanks.pk}/"

    for place in (at, own):
        assert charlie_client.get(place).status_code == 404
        assert charlie_client.post(f"{place}give/", {"how": "card"}).status_code == 404
    thanks.refresh_from_db()
    assert thanks.is_due


def test_looking_does_nothing(alice_client: Client, at: str, thanks: ThankYou) -> None:
    assert alice_client.get(f"{at}give/").status_code == 405
    assert alice_client.get(f"{at}waive/").status_code == 405
    assert alice_client.post(at).status_code == 405
