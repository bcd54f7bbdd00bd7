"""What both sides read of what is given: the page, the link's message, the letter, the card."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from businesses.models import Business
from introductions.models import Advocate, Introduction
from introductions.services import introduction_link, make_share_link
from rewards.models import Reward
from rewards.rules import Rule
from rewards.services import add_codes
from tests.guests.factories import own_page, path_of
from tests.introductions.factories import offered, shared
from tests.referrals.factories import moved
from tests.rewards.factories import a_rule, approved, follow, given, published, shook_hands, void

pytestmark = pytest.mark.django_db

TO_BOTH = Rule("handshake", "both", "gift_card", amount=2_000)
ADVOCATE_READS = (
    "Lindqvist Bookkeeping gives you a gift card of €20 once there is a yes and everybody is"
    " introduced. Whoever you introduce gets a gift card of €20 once there is a yes and everybody"
    " is introduced. They are told so."
)
PROSPECT_READS = (
    "Lindqvist Bookkeeping gives Marta a gift card of €20 once there is a yes and everybody is"
    " introduced. You get a gift card of €20 once there is a yes and everybody is introduced."
)


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_both_sides_read_the_terms_and_nothing_is_sent_for_anybody(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, TO_BOTH)
    at = own_page(marta)

    page = guest.get(at)
    assert ADVOCATE_READS in words_of(page.text)
    assert "send it for me" not in page.text

    made = guest.post(f"{at}share/", {"first_name": "Jonas", "words": "You two."}, follow=True)
    assert PROSPECT_READS in words_of(made.text)

    row = Introduction.objects.get()
    theirs = guest.get(path_of(introduction_link(introduction=row, now=now)))
    assert PROSPECT_READS in words_of(theirs.text)


def test_an_address_is_not_taken_where_something_is_given(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, TO_BOTH)
    at = own_page(marta)

    answer = guest.post(
        f"{at}offer/", {"first_name": "Jonas", "words": "You two.", "email": "j@x.example"}
    )

    assert answer.status_code == 422
    assert "please send it yourself" in answer.text
    assert not Introduction.objects.exists()


def test_whoever_was_shown_terms_reads_the_same_whatever_was_published_since(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, TO_BOTH)
    row = shared(marta, now)

    published(business, now + timedelta(hours=1), a_rule("met", amount=100))

    theirs = guest.get(path_of(introduction_link(introduction=row, now=now)))
    assert PROSPECT_READS in words_of(theirs.text)
    assert Introduction.objects.get().terms["version"] == 1


def test_an_offer_from_before_says_that_nobody_is_paid_and_nobody_is(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    row = offered(marta, now)

    published(business, now, TO_BOTH)

    theirs = guest.get(path_of(introduction_link(introduction=row, now=now)))
    assert "Nobody is paid for this introduction." in theirs.text


def test_the_page_that_an_advocate_shares_says_so_before_anybody_comes(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, TO_BOTH)
    at = path_of(make_share_link(advocate=marta, now=now))

    assert PROSPECT_READS in words_of(guest.get(at).text)
    sent = {"first_name": "Ida", "words": "Books.", "reach": "ida@x.example", "terms": "1"}
    waiting = guest.post(at + "come/", sent, follow=True)

    assert Introduction.objects.get().disclosure() == PROSPECT_READS
    assert PROSPECT_READS in words_of(waiting.text)


def test_nobody_comes_by_a_link_under_terms_that_their_page_did_not_show(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    at = path_of(make_share_link(advocate=marta, now=now))
    sent = {"first_name": "Ida", "words": "Books.", "reach": "ida@x.example"}
    looked = guest.get(at).text
    published(business, now, TO_BOTH)

    changed = guest.post(at + "come/", sent | {"terms": _mark_on(looked)})

    assert changed.status_code == 409
    assert "What is given for an introduction has changed" in changed.text
    assert PROSPECT_READS in words_of(changed.text)
    assert 'value="ida@x.example"' in changed.text
    assert not Introduction.objects.exists()
    again = guest.post(at + "come/", sent | {"terms": _mark_on(changed.text)})
    assert again.status_code == 303
    assert Introduction.objects.get().terms["version"] == 1


def _mark_on(page: str) -> str:
    [mark] = re.findall(r'name="terms" value="(\d*)"', page)
    return str(mark)


@pytest.mark.parametrize("address", ["MARTA@oliveira.example", "marta+shop@oliveira.example"])
def test_the_same_mailbox_however_it_is_spelt_is_no_second_person(
    guest: Client, business: Business, marta: Advocate, now: datetime, address: str
) -> None:
    row = shared(marta, now)
    at = path_of(introduction_link(introduction=row, now=now))

    answer = guest.post(f"{at}yes/", {"reach": address})

    assert answer.status_code == 422
    assert "An introduction needs two people" in answer.text


def test_the_advocate_reads_what_they_earned_and_the_code_once_it_is_given(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(what="code"), a_rule("met", what="gift", words="coffee"))
    add_codes(business=business, codes=["THANKS-1"], by=SYSTEM, now=now)
    referral = shook_hands(marta, now)
    page = own_page(marta)
    before = words_of(guest.get(page).text)

    given(approved(Reward.objects.get(), now), now)

    after = words_of(guest.get(page).text)
    assert "A discount code for €20, on its way." in before
    assert "THANKS-1" not in before
    assert "Your code: <strong>THANKS-1</strong>" in after
    assert "coffee" not in after.partition("gives you</h2>")[2]
    met = moved(referral, "met", now)
    follow(now, met.pk)
    void(Reward.objects.get(trigger="met"), now)
    assert "coffee" not in words_of(guest.get(page).text).partition("gives you</h2>")[2]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            a_rule("won", amount=0, percent=10),
            "Marta is given a share of what you pay, and so learns how much that was, whatever"
            " else they may hear.",
        ),
        (
            a_rule("won_above", above=50_000, for_whom="both"),
            "Marta is given something if you become a customer, and so learns that you did,"
            " whatever else they may hear.",
        ),
        (
            a_rule("met"),
            "Marta is given something once you have met, and so learns that you have, whatever"
            " else they may hear.",
        ),
    ],
)
def test_a_prospect_reads_what_the_advocate_learns_by_what_they_are_given(
    guest: Client, business: Business, marta: Advocate, now: datetime, rule: Rule, sentence: str
) -> None:
    published(business, now, rule)
    shares = path_of(make_share_link(advocate=marta, now=now))
    asked = path_of(introduction_link(introduction=shared(marta, now), now=now))

    pages = [words_of(guest.get(at).text) for at in (shares, asked)]
    answer = guest.post(f"{asked}yes/", {"reach": "jonas@shoebox.example"}, follow=True)
    pages.append(words_of(answer.text).partition("What Marta may hear")[2])

    for page in pages:
        assert sentence in page
        assert "never any amount" not in page


@pytest.mark.parametrize("rule", [TO_BOTH, a_rule("won", for_whom="prospect")])
def test_what_tells_the_advocate_nothing_is_not_spoken_of(
    guest: Client, business: Business, marta: Advocate, now: datetime, rule: Rule
) -> None:
    published(business, now, rule)
    asked = path_of(introduction_link(introduction=shared(marta, now), now=now))

    before = guest.get(asked).text
    after = guest.post(f"{asked}yes/", {"reach": "jonas@shoebox.example"}, follow=True).text

    for page in (before, after):
        assert "so learns" not in page
        assert "never any amount" in page


MOST = "In all at most €20 for one person in a year."


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        (
            a_rule("won", amount=0, percent=10, hold_days=90),
            "10 % of the first sale as credit if it becomes business, given 90 days later.",
        ),
        (
            a_rule("introduction", hold_days=1),
            "€20 of credit for the introduction, whatever comes of it, given 1 day later.",
        ),
    ],
)
def test_both_sides_read_the_ceiling_and_the_wait_before_anything_is_sent(
    guest: Client, business: Business, marta: Advocate, now: datetime, rule: Rule, what: str
) -> None:
    published(business, now, rule, ceiling=2_000)
    at = own_page(marta)

    own = words_of(guest.get(at).text)
    shares = words_of(guest.get(path_of(make_share_link(advocate=marta, now=now))).text)
    made = guest.post(f"{at}share/", {"first_name": "Jonas", "words": "You two."}, follow=True)
    asked = path_of(introduction_link(introduction=Introduction.objects.get(), now=now))

    assert f"Lindqvist Bookkeeping gives you {what} {MOST} They are told so." in own
    for page in (shares, words_of(made.text), words_of(guest.get(asked).text)):
        assert f"Lindqvist Bookkeeping gives Marta {what} {MOST}" in page


def test_what_is_worth_nothing_has_no_ceiling(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(what="thanks", amount=0), ceiling=2_000)

    page = words_of(guest.get(own_page(marta)).text)

    assert "thanks in public once there is a yes and everybody is introduced. They are" in page
    assert "at most" not in page


def test_the_advocate_reads_kindly_what_went_beyond_the_ceiling(
    guest: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(), a_rule("met", what="gift", words="tea"), ceiling=5_000)
    for name in ("Ann", "Ben", "Cleo", "Dan", "Eve"):
        sent = shook_hands(marta, now, f"{name}@x.example".lower(), name)
    follow(now, moved(sent, "met", now).pk)

    page = words_of(guest.get(own_page(marta)).text)
    earned = page.partition("gives you</h2>")[2]

    beyond = "not given, since it goes beyond what one person gets in 2026. Your introduction is"
    assert earned.count("€20 of credit, on its way.") == 2
    assert earned.count("€10 of credit, on its way.") == 1
    assert earned.count(f"€20 of credit: {beyond} worth a thank-you all the same.") == 1
    assert earned.count(f"A small gift (tea, worth €20): {beyond}") == 1
    assert "not given after all" not in earned
