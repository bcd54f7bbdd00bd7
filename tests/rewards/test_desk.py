"""The owner's pages of rewards, as a browser asks for them."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from businesses import clock
from businesses.models import Business, Membership, Role, User
from introductions.models import Advocate
from outreach.models import Reminder
from rewards.models import Reward, RewardCode, RewardFlag, RewardTerms
from rewards.states import ForWhom, RewardState, What
from tests.introductions.factories import shared
from tests.rewards.factories import a_rule, approved, follow, published, shook_hands, the_reward

pytestmark = pytest.mark.django_db


GIFT = {"preset": "gift", "gift_words": "a bag of coffee", "gift_amount": "12,50"}


def test_at_first_nothing_is_given_and_the_page_says_what_people_read(
    alice_client: Client, settings_at: str
) -> None:
    page = alice_client.get(settings_at)

    assert "Nothing is given for introductions" in page.text
    assert "Nobody is paid for this introduction." in page.text


def test_a_preset_is_published_as_a_version(
    alice_client: Client, settings_at: str, business: Business
) -> None:
    answer = alice_client.post(settings_at, GIFT | {"hold_days": "14", "ceiling": "100"})

    assert answer.status_code == 302
    terms = RewardTerms.objects.get()
    assert (terms.version, terms.ceiling) == (1, 10_000)
    [rule] = terms.all_rules
    assert (rule.what, rule.amount, rule.hold_days) == ("gift", 1_250, 14)
    page = alice_client.get(settings_at).text
    gift = "a small gift (a bag of coffee, worth €12.50)"
    assert f"Lindqvist Bookkeeping gives whoever introduces you {gift}" in page


def test_the_same_once_more_publishes_nothing(alice_client: Client, settings_at: str) -> None:
    alice_client.post(settings_at, GIFT)
    alice_client.post(settings_at, GIFT)
    alice_client.post(settings_at, {"preset": "none"})

    assert [one.version for one in RewardTerms.objects.order_by("version")] == [1, 2]
    assert RewardTerms.objects.get(version=2).rules == []


def test_rules_are_published_one_by_one(alice_client: Client, settings_at: str) -> None:
    answer = alice_client.post(
        f"{settings_at}rules/",
        {
            "r0-trigger": "won_above",
            "r0-above": "1,000",
            "r0-for_whom": "advocate",
            "r0-what": "credit",
            "r0-percent": "10",
            "r0-cap": "200",
            "r1-trigger": "",
        },
    )

    assert answer.status_code == 302
    [rule] = RewardTerms.objects.get().all_rules
    assert (rule.above, rule.percent, rule.cap, rule.amount) == (100_000, 10, 20_000, 0)
    assert "10 % of the first sale as credit, at most €200" in alice_client.get(settings_at).text


def test_who_would_like_rules_of_their_own_finds_there_what_they_typed(
    alice_client: Client, settings_at: str
) -> None:
    typed = {"preset": "own", "ceiling": "250", "sale_not_allowed": "on", "hold_days": "14"}

    page = alice_client.post(settings_at, typed, follow=True)
    assert 'name="ceiling" value="250"' in page.text
    shown = {
        field.html_name: field.value()
        for form in (*page.context["blocks"][:1], page.context["limits"])
        for field in form
    }
    rule = {"r0-trigger": "met", "r0-for_whom": "advocate", "r0-what": "credit", "r0-amount": "10"}
    sent = {name: value for name, value in shown.items() if value} | rule
    answer = alice_client.post(f"{settings_at}rules/", sent)

    assert answer.status_code == 302, answer.text
    terms = RewardTerms.objects.get()
    assert (terms.ceiling, terms.sale_not_allowed) == (25_000, True)
    assert terms.all_rules[0].hold_days == 14
    again = alice_client.get(f"{settings_at}rules/").text
    assert 'name="ceiling" value="250"' in again


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"preset": "gift", "gift_amount": "12"}, "Say in a few words what is given"),
        ({"preset": "voucher"}, "Say how much it is worth"),
        ({"preset": "voucher", "voucher_amount": "-5"}, "less than nothing"),
        ({"preset": "voucher", "voucher_amount": "lots"}, "Please write the amount as a number"),
        ({**GIFT, "gift_words": "see www.win.example"}, "they can hold no link"),
        (
            {"preset": "voucher", "voucher_amount": "50", "ceiling": "20"},
            "A discount code for €50: that is worth more than the €20 one person gets in a year",
        ),
        ({**GIFT, "ceiling": "12.49"}, "worth €12.50): that is worth more than the €12.49"),
        ({}, "Please choose one."),
    ],
)
def test_what_does_not_fit_is_said_and_kept_in_the_form(
    alice_client: Client, settings_at: str, typed: dict[str, str], says: str
) -> None:
    answer = alice_client.post(settings_at, typed)

    assert answer.status_code == 422
    assert says in answer.text
    assert all(value in answer.text for value in typed.values())
    assert not RewardTerms.objects.exists()


def test_where_a_sale_may_not_be_rewarded_another_way_is_shown(
    alice_client: Client, settings_at: str, business: Business, now: datetime
) -> None:
    published(business, now, sale_not_allowed=True)

    answer = alice_client.post(
        f"{settings_at}rules/",
        {
            "r0-trigger": "won",
            "r0-for_whom": "advocate",
            "r0-what": "credit",
            "r0-amount": "10",
            "sale_not_allowed": "on",
        },
    )

    assert answer.status_code == 422
    assert "Give something for the introduction instead" in " ".join(answer.text.split())


def test_a_member_looks_and_does_not_publish(
    bob_client: Client, settings_at: str, business: Business
) -> None:
    assert "The owner and managers change this." in bob_client.get(settings_at).text
    assert bob_client.post(settings_at, GIFT).status_code == 403
    assert bob_client.post(f"{settings_at}rules/", {}).status_code == 403
    assert bob_client.post(f"{settings_at}codes/", {"text": "A"}).status_code == 403


def test_a_reward_is_approved_given_and_shown_with_its_code(
    alice_client: Client,
    at: str,
    settings_at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(what=What.CODE))
    alice_client.post(f"{settings_at}codes/", {"text": "SPRING-1\nSPRING-2"})
    shook_hands(marta, now)
    one = f"{at}{the_reward().pk}/"
    assert "1 reward to see to" in alice_client.get(at).text
    reminds = Reminder.objects.open().filter(kind="reward")

    alice_client.post(f"{one}approve/")
    assert reminds.count() == 1
    answer = alice_client.post(f"{one}give/", follow=True)

    assert "SPRING-1" in answer.text
    assert the_reward().state == RewardState.GIVEN
    assert not reminds.exists()
    assert RewardCode.objects.left().get().code == "SPRING-2"
    again = alice_client.post(f"{one}give/")
    assert again.status_code == 409
    assert "Nothing is given twice" in again.text
    assert RewardCode.objects.left().count() == 1


def test_what_is_on_hold_is_not_given_yet(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(hold_days=10))
    shook_hands(marta, now)
    approved(the_reward(), now)
    one = f"{at}{the_reward().pk}/"

    early = alice_client.post(f"{one}give/")

    assert early.status_code == 409
    assert "It may be given from 14 May 2026 on." in early.text
    with clock.at(now + timedelta(days=10)):
        assert alice_client.post(f"{one}give/").status_code == 302


def test_without_a_reason_nothing_is_called_off(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    one = f"{at}{the_reward().pk}/"

    wrong = alice_client.post(f"{one}void/", {"reason": " "})
    done = alice_client.post(f"{one}void/", {"reason": "They had it in the shop."}, follow=True)

    assert wrong.status_code == 422
    assert "They had it in the shop." in done.text
    assert the_reward().state == RewardState.VOID


def test_what_is_worth_a_look_is_looked_at_before_anything_is_given(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now, "jonas@mailinator.com")
    one = f"{at}{the_reward().pk}/"

    early = alice_client.post(f"{one}approve/")
    assert early.status_code == 409
    assert "Something about this one is worth a look" in early.text
    assert "is one that is thrown away" in alice_client.get(at).text

    flag = RewardFlag.objects.get()
    alice_client.post(f"{at}flags/{flag.pk}/settle/", {"words": "", "fine": "yes"})
    assert RewardFlag.objects.open().exists()
    alice_client.post(f"{at}flags/{flag.pk}/settle/", {"words": "I know him.", "fine": "yes"})
    assert alice_client.post(f"{one}approve/").status_code == 302


def test_nothing_is_given_where_somebody_found_that_it_should_not(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.BOTH))
    shook_hands(marta, now, "jonas@mailinator.com")

    alice_client.post(
        f"{at}flags/{RewardFlag.objects.get().pk}/settle/", {"words": "Himself.", "fine": "no"}
    )

    assert {(one.state, one.void_because) for one in Reward.objects.all()} == {("void", "Himself.")}


def test_a_list_with_a_code_twice_is_said_at_once_and_not_kept(
    alice_client: Client, settings_at: str, business: Business
) -> None:
    file = SimpleUploadedFile("codes.csv", b"\xef\xbb\xbfA-1,x\r\nA-2\r\nA-1\r\n")

    twice = alice_client.post(f"{settings_at}codes/", {"file": file})
    kept = alice_client.post(f"{settings_at}codes/", {"text": "A-1\nA-2"})
    known = alice_client.post(f"{settings_at}codes/", {"text": "A-3\nA-2"})
    none = alice_client.post(f"{settings_at}codes/", {"text": " \n"})

    assert (twice.status_code, kept.status_code, known.status_code) == (422, 302, 422)
    assert "A-1 is in the list twice. Nothing was kept." in twice.text
    assert "A-2 is here already. Nothing was kept." in known.text
    assert "There is no code in it" in none.text
    assert RewardCode.objects.count() == 2


def test_without_a_code_left_it_says_so(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(what=What.CODE))
    shook_hands(marta, now)
    approved(the_reward(), now)
    one = f"{at}{the_reward().pk}/"

    none = alice_client.post(f"{one}give/")
    by_hand = alice_client.post(f"{one}give/", {"code": "SUMMER-9"}, follow=True)

    assert "No code is left on this list" in none.text
    assert 'value="SUMMER-9"' in by_hand.text


def test_the_table_for_the_books_holds_all_and_starts_no_formula(
    alice_client: Client,
    bob: User,
    at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule(words="=1+1"))
    shook_hands(marta, now)

    answer = alice_client.get(f"{at}export/")

    assert answer["Content-Disposition"] == 'attachment; filename="rewards.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Earned on,State,Closed on,Whom")
    assert "Marta Oliveira" in lines[1]
    assert "20.00,EUR" in lines[1]
    assert "'=1+1" in lines[1]


def test_the_table_of_names_and_amounts_is_for_the_owner_and_managers(
    alice_client: Client,
    bob_client: Client,
    bob: User,
    at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)

    for role in (Role.MEMBER, Role.VIEWER):
        Membership.objects.filter(user=bob).update(role=role)
        answer = bob_client.get(f"{at}export/")
        assert answer.status_code == 403
        assert "Marta" not in answer.text
        page = bob_client.get(at)
        assert page.status_code == 200
        assert "All of them as a table" not in page.text
    Membership.objects.filter(user=bob).update(role=Role.MANAGER)

    assert bob_client.get(f"{at}export/").status_code == 200
    assert "All of them as a table" in alice_client.get(at).text


def test_a_viewer_changes_nothing(
    bob_client: Client,
    bob: User,
    at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    Membership.objects.filter(user=bob).update(role=Role.VIEWER)
    one = f"{at}{the_reward().pk}/"

    assert bob_client.get(one).status_code == 200
    for deed in ("approve", "give", "void"):
        assert bob_client.post(f"{one}{deed}/").status_code == 403


def test_the_day_it_may_be_given_leads_from_today_to_the_reward(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    follow(now)

    today = alice_client.get(f"/b/{business.slug}/").text

    assert "Give Marta what was promised" in today


def test_no_page_makes_more_queries_for_more_rewards(
    alice_client: Client, at: str, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule(for_whom=ForWhom.BOTH))
    shook_hands(marta, now, "jonas@mailinator.com")
    pages = [at, f"{at}export/", f"{at}{Reward.objects.all()[0].pk}/"]
    few = [queries_for(alice_client, page) for page in pages]

    for number in range(4):
        shook_hands(marta, now, f"p{number}@mailinator.com", f"Jonas {number}")

    assert [queries_for(alice_client, page) for page in pages] == few


def queries_for(client: Client, at: str) -> int:
    client.get(at)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(at).status_code == 200
    return len(captured)


def test_an_introduction_says_what_is_given_for_it(
    alice_client: Client, business: Business, marta: Advocate, now: datetime
) -> None:
    published(business, now, a_rule())
    row = shared(marta, now)

    page = alice_client.get(f"/b/{business.slug}/introductions/{row.pk}/")

    assert "gives Marta €20 of credit" in page.text


def test_every_version_is_read_with_its_time_and_what_both_sides_read(
    alice_client: Client, bob_client: Client, settings_at: str, business: Business, now: datetime
) -> None:
    at = f"{settings_at}versions/"
    assert "Nothing was published yet" in alice_client.get(at).text
    published(business, now, a_rule(), ceiling=10_000)
    published(business, now + timedelta(days=3), a_rule(amount=3_000, for_whom=ForWhom.BOTH))
    published(business, now + timedelta(days=5))

    page = words_of(alice_client.get(at).text)

    assert f'href="{at}"' in alice_client.get(settings_at).text
    said = [page.index(f"Version {number}") for number in (3, 2, 1)]
    third, second, first = page[said[0] : said[1]], page[said[1] : said[2]], page[said[2] :]
    assert "Version 3, in force" in third
    assert "Nobody is paid for this introduction." in third
    assert "Since 7 May 2026, until 9 May 2026" in second
    assert "Whoever you introduce gets €30 of credit" in second
    assert "You get €30 of credit" in second
    assert "Since 4 May 2026, until 7 May 2026" in first
    # Once for each side, in the words they read.
    assert first.count("In all at most €100 for one person in a year.") == 2
    assert page.count("at most") == 2
    assert "Lindqvist Bookkeeping gives whoever introduces you €20 of credit" in first
    assert bob_client.get(at).status_code == 200


def test_a_reward_leads_to_the_terms_it_was_promised_under(
    alice_client: Client,
    at: str,
    settings_at: str,
    business: Business,
    marta: Advocate,
    now: datetime,
) -> None:
    published(business, now, a_rule())
    shook_hands(marta, now)
    for amount in range(1, 25):
        published(business, now, a_rule(amount=amount))

    page = alice_client.get(f"{at}{the_reward().pk}/").text
    assert f'href="{settings_at}versions/?before=2">Version 1, as both were shown them</a>' in page
    assert "Version 1<" in alice_client.get(f"{settings_at}versions/?before=2").text
    newest = alice_client.get(f"{settings_at}versions/").text
    assert "Version 1<" not in newest
    assert 'href="?before=6">Earlier ones' in newest
    assert alice_client.get(f"{settings_at}versions/?before={'9' * 40}").status_code == 200


def words_of(text: str) -> str:
    return " ".join(text.split())
