"""What the demo business shows (issue 2, item 9)."""

import re
from datetime import datetime, timedelta
from itertools import chain

import pytest
from django.db.models import F

from activity.actors import ActorKind
from activity.models import Event, Reaction, ReactionState
from businesses import clock
from businesses.models import Business, User
from contacts.models import Company, Contact, Interaction
from contacts.states import Circle, Source
from feedback.models import Feedback
from giving.models import GivenIntroduction
from giving.states import GivenState
from introductions.models import Advocate, Ask, Introduction
from introductions.states import AskState, IntroductionState
from outreach.models import Message, MessageRecipient, Reminder, ReminderKind
from outreach.states import MessageState, RecipientState
from referrals.models import ClosedBusiness, Credit, Referral, ThankYou
from referrals.states import ReferralState, ThanksHow
from rewards.models import Reward, RewardCode, RewardTerms
from rewards.states import RewardState

pytestmark = pytest.mark.usefixtures("firm")

_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")


def test_it_has_as_many_people_and_deeds_as_promised() -> None:
    assert 55 <= Contact.objects.count() <= 65
    assert Advocate.objects.count() == 9
    assert Introduction.objects.count() == 28
    assert Referral.objects.count() == 15


def test_introductions_and_asks_are_in_every_state() -> None:
    assert set(Introduction.objects.values_list("state", flat=True)) == set(IntroductionState)
    assert set(Ask.objects.values_list("state", flat=True)) == set(AskState)
    assert set(Referral.objects.values_list("state", flat=True)) == set(ReferralState)


def test_a_no_has_each_of_its_forms() -> None:
    declined = Introduction.objects.filter(state=IntroductionState.DECLINED)

    assert declined.filter(never=True).exists()
    assert declined.filter(never=False).exists()
    assert Introduction.objects.filter(state=IntroductionState.NOT_NOW).get().not_now_until
    assert Introduction.objects.shaken().filter(came_back_at__isnull=False).exists()


def test_nobody_who_said_no_is_still_known() -> None:
    for introduction in Introduction.objects.filter(
        state__in=[
            IntroductionState.DECLINED,
            IntroductionState.EXPIRED,
            IntroductionState.WITHDRAWN,
        ]
    ):
        assert introduction.is_erased
        assert introduction.prospect_email == introduction.words == ""


def test_all_circles_and_ways_of_finding_are_there() -> None:
    assert set(Contact.objects.values_list("circle", flat=True)) == set(Circle)
    assert set(Contact.objects.values_list("source", flat=True)) == set(Source)
    assert Interaction.objects.count() > 60


def test_no_letter_is_left_to_send(now: datetime) -> None:
    letters = Message.objects.exclude(state=MessageState.CANCELLED)

    assert letters.count() > 40
    assert set(letters.values_list("state", flat=True)) == {MessageState.SENT}
    assert not letters.exclude(sent_at=F("due_at")).exists()
    assert not letters.filter(sent_at__gt=now).exists()
    assert not MessageRecipient.objects.filter(
        message__state=MessageState.SENT, state=RecipientState.WAITING
    ).exists()
    assert not Reaction.objects.exclude(state=ReactionState.DONE).exists()


def test_one_yes_can_still_be_taken_back(now: datetime) -> None:
    accepted = Introduction.objects.get(state=IntroductionState.ACCEPTED)

    assert accepted.can_be_undone(now, timedelta(minutes=10))
    assert Introduction.objects.due(now + timedelta(days=1)).get() == accepted


def test_rewards_were_given_for_a_while_and_stand_in_every_state() -> None:
    assert set(Reward.objects.values_list("state", flat=True)) == set(RewardState)
    assert Reward.objects.get(state=RewardState.GIVEN).code
    assert RewardCode.objects.left().exists()
    # So that whoever tries it can have an introduction sent for them.
    assert RewardTerms.objects.get(version=2).rules == []


def test_all_addresses_are_nobodys() -> None:
    written = chain(
        Contact.objects.values_list("email", flat=True),
        User.objects.values_list("email", flat=True),
        Introduction.objects.values_list("prospect_email", flat=True),
        MessageRecipient.objects.values_list("address", flat=True),
        chain.from_iterable(Message.objects.values_list("text", "html", "from_name")),
        map(str, Message.objects.values_list("headers", flat=True)),
    )
    addresses = {found for text in written for found in _ADDRESS.findall(text)}

    assert len(addresses) > 50
    assert {address for address in addresses if not address.endswith(".example")} == set()


def test_some_were_introduced_by_people_who_were_introduced() -> None:
    sent_by = {
        credit.referral.contact_id: credit.advocate.contact_id
        for credit in Credit.objects.select_related("referral", "advocate")
    }
    second_generation = [person for person, sender in sent_by.items() if sender in sent_by]

    assert len(second_generation) >= 2


def test_money_came_over_two_years_through_referrals_and_without(now: datetime) -> None:
    closed = ClosedBusiness.objects.order_by("closed_on")
    first, last = closed.first(), closed.last()

    assert first is not None
    assert last is not None
    assert (last.closed_on - first.closed_on).days > 600
    assert last.closed_on == now.date()
    assert closed.filter(referral=None).count() >= 20
    assert closed.exclude(referral=None).count() >= 10
    assert set(closed.values_list("currency", flat=True)) == {"EUR"}


def test_two_thank_yous_are_owed_and_others_were_given_in_every_way(now: datetime) -> None:
    waiting = [(now.date() - thanks.owed_at.date()).days for thanks in ThankYou.objects.owed()]

    assert waiting == [3, 0]
    assert set(ThankYou.objects.given().values_list("how", flat=True)) == set(ThanksHow)
    assert ThankYou.objects.exclude(waived_because="").exists()


def test_answers_are_happy_middling_and_one_to_put_right(firm: Business) -> None:
    answers = list(Feedback.objects.all())
    to_put_right = Reminder.objects.open().filter(kind=ReminderKind.PUT_RIGHT)

    assert any(answer.is_promoter for answer in answers)
    assert any(answer.is_passive for answer in answers)
    assert to_put_right.due(clock.today(firm)).get().contact.name == "Anneli Lund"


def test_today_has_something_of_each_kind(firm: Business) -> None:
    today = clock.today(firm)
    due = set(Reminder.objects.open().due(today).values_list("kind", flat=True))

    assert {ReminderKind.PUT_RIGHT, ReminderKind.FOLLOW_UP, ReminderKind.ASK} <= due
    assert 2 <= Contact.objects.due_for_touch(today).count() <= 5


def test_there_is_a_partner_firm() -> None:
    partner = Company.objects.get(partner_since__isnull=False)

    assert partner.good_referral
    assert Advocate.objects.filter(contact__company=partner).exists()


def test_a_customer_was_sent_there_and_two_people_are_asked() -> None:
    sent = GivenIntroduction.objects.get(state=GivenState.HANDSHAKE)

    assert sent.partner == Company.objects.get(partner_since__isnull=False)
    assert (sent.outcome, sent.outcome_by) == ("together", "second")
    assert GivenIntroduction.objects.get(state=GivenState.ONE_YES).partner is None


def test_one_advocate_wants_no_asks() -> None:
    assert Advocate.objects.filter(stopped_at__isnull=False).count() == 1


def test_it_happened_by_many_hands_and_before_now(now: datetime) -> None:
    events = Event.objects.order_by("recorded_at")
    first = events.first()

    assert first is not None
    assert timedelta(days=740) < now - first.recorded_at < timedelta(days=750)
    assert not events.filter(recorded_at__gt=now).exists()
    assert set(events.values_list("actor_kind", flat=True)) >= set(ActorKind) - {
        ActorKind.INTEGRATION
    }
    assert events.filter(actor_kind=ActorKind.MEMBER).values("actor_id").distinct().count() == 2
