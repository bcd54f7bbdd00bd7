"""*Someone was sent to me*, in one screen."""

from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import SYSTEM
from activity.models import Event
from businesses import clock
from businesses.models import Business
from contacts.models import Contact
from introductions.services import advocate_for
from referrals.models import Credit, Referral, ThankYou
from referrals.services import bind_credit
from rewards.models import Reward
from tests.contacts.factories import make_contact
from tests.referrals.factories import lost, won
from tests.rewards.factories import a_rule, follow, published


@pytest.fixture
def at(business: Business) -> str:
    return f"/b/{business.slug}/sent/"


def test_somebody_picked_is_credited_and_owed_a_thank_you(alice_client: Client, at: str) -> None:
    elena = make_contact(name="Elena Rossi", email="")
    make_contact(name="Elena Rossi", email="other@rossi.example")

    answer = alice_client.post(
        at,
        {
            "name": "Jonas Weber",
            "reach": "070-123 45 67",
            "sender_name": "Elena Rossi",
            "sender": str(elena.pk),
        },
        follow=True,
    )

    jonas = Contact.objects.get(name="Jonas Weber")
    referral = Referral.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"/people/{jonas.pk}/")
    assert "You owe Elena a thank-you." in answer.text
    assert (jonas.phone, jonas.source) == ("+46701234567", "sent")
    assert (referral.contact, referral.state) == (jonas, "talking")
    assert Credit.objects.get().advocate.contact == elena
    assert ThankYou.objects.due().get().advocate.contact == elena


def test_somebody_new_needs_no_address(alice_client: Client, at: str) -> None:
    alice_client.post(at, {"name": "Jonas Weber", "sender_name": "Anna Berg"})

    anna = Contact.objects.get(name="Anna Berg")
    assert anna.email == ""
    assert ThankYou.objects.due().get().advocate.contact == anna


def test_they_may_not_have_said(alice_client: Client, at: str) -> None:
    alice_client.post(at, {"name": "Jonas Weber", "reach": "jonas@weber.example"})

    assert Contact.objects.get().email == "jonas@weber.example"
    assert Referral.objects.get().state == "talking"
    assert not Credit.objects.exists()
    assert not ThankYou.objects.exists()


def test_a_name_typed_in_full_means_who_is_here(alice_client: Client, at: str) -> None:
    elena = make_contact(name="Elena Rossi")

    alice_client.post(at, {"name": "Jonas Weber", "sender_name": "elena rossi"})

    assert Credit.objects.get().advocate.contact == elena
    assert Contact.objects.count() == 2


def test_half_a_name_is_asked_about_once(alice_client: Client, at: str) -> None:
    elena = make_contact(name="Elena Rossi", company_name="Rossi & Co")
    facts = {"name": "Jonas Weber", "reach": "070-123 45 67", "sender_name": "Elena"}

    asked = alice_client.post(at, facts)

    assert asked.status_code == 422
    assert "Whom do you mean by “Elena”?" in asked.text
    assert "Rossi &amp; Co" in asked.text
    assert 'value="070-123 45 67"' in asked.text
    assert not Referral.objects.exists()

    alice_client.post(at, facts | {"meant": str(elena.pk)})

    assert Credit.objects.get().advocate.contact == elena


def test_half_a_name_may_be_somebody_new(alice_client: Client, at: str) -> None:
    make_contact(name="Elena Rossi")

    alice_client.post(at, {"name": "Jonas Weber", "sender_name": "Elena", "meant": "new"})

    assert Credit.objects.get().advocate.contact.name == "Elena"


def test_pressing_twice_records_one(alice_client: Client, at: str) -> None:
    facts = {"name": "Jonas Weber", "reach": "070-123 45 67", "sender_name": "Anna Berg"}

    alice_client.post(at, facts)
    alice_client.post(at, facts)

    assert Referral.objects.count() == 1
    assert Contact.objects.count() == 2
    assert ThankYou.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": ""}, "Please give a name."),
        ({"reach": "112"}, "This does not look like a phone number."),
        ({"reach": "by pigeon"}, "This is neither a phone number nor an e-mail address."),
        ({"reach": "jonas@"}, "This does not look like an e-mail address."),
        ({"sender_name": "www.evil.example"}, "Please give the name without a link."),
        ({"sender_name": "Jonas Weber"}, "Nobody sends themself."),
        ({"sender": "nonsense", "sender_name": ""}, ""),
    ],
)
def test_a_form_that_fails_keeps_what_was_typed_and_makes_nobody(
    alice_client: Client, at: str, facts: dict[str, str], sentence: str
) -> None:
    typed = {"name": "Jonas Weber", "reach": ""} | facts

    answer = alice_client.post(at, typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Contact.objects.exists()


def test_the_page_of_a_person_leads_here_with_their_name(alice_client: Client, at: str) -> None:
    elena = make_contact(name="Elena Rossi")

    page = alice_client.get(at, {"sender": str(elena.pk)})

    assert 'value="Elena Rossi"' in page.text
    assert str(elena.pk) in page.text
    assert alice_client.get(at, {"sender": "nonsense"}).status_code == 200


def test_whom_the_same_sender_sent_before_is_one_person_and_one_debt(
    alice_client: Client, at: str
) -> None:
    facts = {"name": "Jonas Weber", "reach": "jonas@weber.example", "sender_name": "Anna Berg"}
    alice_client.post(at, facts)
    won(Referral.objects.get(), clock.now())

    with clock.at(clock.now() + timedelta(hours=1)):
        answer = alice_client.post(at, facts, follow=True)

    assert "Jonas Weber was known already. Anna had sent them." in answer.text
    assert Referral.objects.count() == 1
    assert ThankYou.objects.filter(reason="introduction").count() == 1


def test_somebody_known_is_not_said_to_be_kept(alice_client: Client, at: str) -> None:
    make_contact(name="Jonas Weber", email="jonas@weber.example")

    answer = alice_client.post(
        at,
        {"name": "Jonas", "reach": "jonas@weber.example", "sender_name": "Anna Berg"},
        follow=True,
    )

    assert "Jonas Weber was known already. A reminder to follow up is kept." in answer.text
    assert "You owe Anna a thank-you." in answer.text


def test_people_are_counted_and_not_their_referrals(alice_client: Client, at: str) -> None:
    anna = make_contact(name="Anna Berg")
    for _ in range(2):
        facts = {"name": "Jonas Weber", "reach": "jonas@weber.example"}
        alice_client.post(at, facts)
        referral = Referral.objects.latest("created_at")
        advocate = advocate_for(contact=anna, now=clock.now())
        bind_credit(referral=referral, advocate=advocate, by=SYSTEM, now=clock.now())
        won(referral, clock.now())

    page = " ".join(alice_client.get(at.replace("sent", f"people/{anna.pk}")).text.split())

    assert Referral.objects.count() == 2
    assert "1 person</a>, €3,700" in page


def test_another_business_person_cannot_be_named_as_sender(
    charlie_client: Client, business: Business, other_business: Business
) -> None:
    elena = make_contact(name="Elena Rossi")

    page = charlie_client.get(f"/b/{other_business.slug}/sent/", {"sender": str(elena.pk)})

    assert "Elena Rossi" not in page.text


@pytest.mark.parametrize(
    ("for_whom", "who"),
    [
        ("advocate", ["Whoever sent them"]),
        ("prospect", ["Whoever came"]),
        ("both", ["Whoever sent them", "Whoever came"]),
    ],
)
def test_whoever_gets_something_has_a_box_that_says_they_had_been_told(
    alice_client: Client, business: Business, for_whom: str, who: list[str]
) -> None:
    published(business, clock.now(), a_rule(for_whom=for_whom))

    page = alice_client.get(f"/b/{business.slug}/sent/").text

    for one in who:
        assert f"{one} had been told what is given for it</label>" in page
    assert page.count("had been told what is given") == len(who)


HUGO, IDA = "Hugo Lind", "Ida Berg"


@pytest.mark.parametrize(
    ("told", "gets"),
    [
        ([], set()),
        (["sender_told"], {HUGO}),
        (["newcomer_told"], {IDA}),
        (["sender_told", "newcomer_told"], {HUGO, IDA}),
    ],
)
def test_each_of_both_gets_what_is_given_only_where_they_had_been_told(
    alice_client: Client, business: Business, told: list[str], gets: set[str]
) -> None:
    now = clock.now()
    published(business, now, a_rule(for_whom="both"), a_rule("won", for_whom="both", amount=100))
    typed = {"name": IDA, "sender_name": HUGO, **dict.fromkeys(told, "on")}

    alice_client.post(f"/b/{business.slug}/sent/", typed)
    won(Referral.objects.get(), now)
    follow(now)

    assert who_gets("handshake") == who_gets("won") == gets


def who_gets(trigger: str) -> set[str]:
    rewards = Reward.objects.filter(trigger=trigger)
    return {reward.contact.name for reward in rewards if reward.contact}


def test_whoever_was_not_told_is_told_later_and_has_it_from_then_on(
    alice_client: Client, business: Business
) -> None:
    now = clock.now()
    published(business, now, a_rule(for_whom="both"), a_rule("won", for_whom="both", amount=100))
    desk = f"/b/{business.slug}/"
    alice_client.post(f"{desk}sent/", {"name": IDA, "sender_name": HUGO, "sender_told": "on"})
    referral = Referral.objects.get()
    won(referral, now)
    follow(now)
    at = f"{desk}referrals/{referral.pk}/"
    page = " ".join(alice_client.get(at).text.split())
    assert "Ida was not told what is given, so nothing is given to Ida yet." in page
    assert "gives Hugo €20 of credit once there is a yes" in page
    assert "Hugo was not told" not in page

    assert alice_client.post(f"{at}told/", {"person": "prospect"}).status_code == 302
    follow(now)

    assert who_gets("handshake") == who_gets("won") == {HUGO, IDA}
    page = alice_client.get(at).text
    assert "was not told" not in page
    assert "Told what is given for an introduction" in page
    again = alice_client.post(f"{at}told/", {"person": "prospect"}, follow=True)
    assert "nothing waits for them to be told" in again.text
    assert Event.objects.filter(name="referral.told").count() == 1


def test_another_who_sent_them_is_thanked_too_and_the_page_says_so(
    alice_client: Client, at: str, business: Business
) -> None:
    typed = {"name": "Ida Berg", "reach": "ida@berg.example"}
    with clock.at(clock.now() - timedelta(days=1)):
        alice_client.post(at, {**typed, "sender_name": "Hugo Lind"})

    page = alice_client.post(at, {**typed, "sender_name": "Rosa Nilsson"}, follow=True).text

    said = "Ida Berg was known already. Hugo had sent them. You owe Rosa a thank-you, too."
    assert said in page
    assert "Somebody else introduced Ida, too" in page
    assert Credit.objects.get().advocate.contact.name == "Hugo Lind"
    owed = ThankYou.objects.due().values_list("advocate__contact__name", flat=True)
    assert sorted(owed) == ["Hugo Lind", "Rosa Nilsson"]


def test_whoever_had_come_to_nothing_and_rings_again_is_talked_with_again(
    alice_client: Client, at: str
) -> None:
    typed = {"name": "Ida Berg", "reach": "ida@berg.example", "sender_name": "Hugo Lind"}
    with clock.at(clock.now() - timedelta(days=1)):
        alice_client.post(at, typed)
        lost(Referral.objects.get(), clock.now())

    page = alice_client.post(at, typed, follow=True).text

    assert "You are talking again. Hugo had sent them." in page
    assert Referral.objects.get().state == "talking"
